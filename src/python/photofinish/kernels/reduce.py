"""One number of many: sum, smallest, largest (src/kernels/reduce)."""
from __future__ import annotations

from collections.abc import Iterable

import _photofinish

__all__ = ["max", "min", "sum"]


def sum(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> int | float:
    """The sum of ints, exact; or of floats, if one of the values is a float (bool counts as int). 0 for an empty list.

    Raises OverflowError where the sum, or an int among the values, does not fit 64 bits; TypeError for other values.
    Algorithm: chunks of 16384 elements, added up in order; floats in eight interleaved partial sums, so that the last bits
    can differ from Python's sum (compensated since 3.12) (src/kernels/reduce/README.md).
    """
    return _photofinish.sum(values, threads)


def min(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> int | float:
    """The smallest value. ValueError for no values; a NaN is returned exactly when it comes first, as by Python's min.

    Algorithm: two SIMD vectors of running minima for each chunk of 16384 elements (src/kernels/reduce/README.md).
    """
    return _photofinish.min(values, threads)


def max(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> int | float:
    """The largest value; otherwise like min."""
    return _photofinish.max(values, threads)
