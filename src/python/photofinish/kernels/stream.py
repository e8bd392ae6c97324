"""Reductions of an iterable that is never held whole (src/kernels/reduce, streams).

`block` numbers are converted at a time, so that memory stays flat however long the iterable is: 8 bytes for each number of a
block and some 130 KB. All run on one thread, since the iterable does. Results equal those of kernels.sum, min, max and mean of
list(values) to the last bit, whatever the block.
"""
from __future__ import annotations

from collections.abc import Iterable

import _photofinish

__all__ = ["stream_max", "stream_mean", "stream_min", "stream_sum"]


def stream_sum(values: Iterable[int] | Iterable[float], *, block: int = 16384) -> int | float:
    """The sum. Raises OverflowError where an int or the sum of ints does not fit 64 bits; TypeError for other values, naming the
    index; ValueError for a block below 1."""
    return _photofinish.stream_sum(values, block)


def stream_min(values: Iterable[int] | Iterable[float], *, block: int = 16384) -> int | float:
    """The smallest value. ValueError for no values; otherwise like stream_sum."""
    return _photofinish.stream_min(values, block)


def stream_max(values: Iterable[int] | Iterable[float], *, block: int = 16384) -> int | float:
    """The largest value; otherwise like stream_min."""
    return _photofinish.stream_max(values, block)


def stream_mean(values: Iterable[int] | Iterable[float], *, block: int = 16384) -> float:
    """The mean; otherwise like stream_min."""
    return _photofinish.stream_mean(values, block)
