"""Counting, grouping, membership, lookup, a deque (src/kernels/containers).

Keys are numbers (a buffer or any iterable) or strings (an iterable of str, one of bytes, or one str: its characters). They are equal
as in Python, 0.0 and -0.0 too; a NaN equals nothing, so each is a group of its own and none is ever found. Groups stand in order of
first appearance, as in a dict. Making the dict or list that is returned counts as copying (copy_seconds).
"""
from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, Literal

import _photofinish
from _photofinish import Deque

__all__ = ["Deque", "contains", "count", "count_arrays", "deque_play", "group_indices", "group_sum", "lookup", "unique"]

Key = int | float | str | bytes


def count(values: Iterable[Any], *, threads: int | None = None) -> dict[Any, int]:
    """How often each value appears: what collections.Counter(values) has, as a dict. One float among ints makes all floats.

    Raises TypeError for other values, OverflowError for an int beyond 64 bits.
    Algorithm: a hash table for each chunk of 16384, brought together by 64 partitions of the hash (src/kernels/containers/README.md).
    """
    return _photofinish.count(values, threads)


def count_arrays(values: Iterable[Any], *, threads: int | None = None) -> tuple[array | list, array]:
    """The distinct values in order of first appearance, and how often each appears: count without the making of a dict, which takes
    longer than the counting where most values differ.

    Numbers are in an array('q') or array('d'), strings in a list; counts in an array('q'). Otherwise like count.
    """
    return _photofinish.count_arrays(values, threads)


def unique(values: Iterable[Any], *, threads: int | None = None) -> array | list:
    """The distinct values in order of first appearance, as list(dict.fromkeys(values)): an array('q') or array('d') of numbers, a list
    of strings.

    Otherwise like count.
    """
    return _photofinish.unique(values, threads)


def group_sum(keys: Iterable[Any], values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> dict[Any, int | float]:
    """The sum of the values of each key, one value for each: what sums[key] += value does on a defaultdict, to the last bit.

    Raises ValueError where there are more keys than values, or fewer; OverflowError where a sum of ints does not fit 64 bits.
    Algorithm: groups as in count, on all threads; then values are added in order, on one.
    """
    return _photofinish.group_sum(keys, values, threads)


def group_indices(keys: Iterable[Any], *, threads: int | None = None) -> dict[Any, array]:
    """Where each key appears: {key: array('q') of indices, rising}, what groups[key].append(i) does on a defaultdict(list).

    Otherwise like count.
    Algorithm: groups as in count, then indices are counted into place.
    """
    return _photofinish.group_indices(keys, threads)


def contains(haystack: Iterable[Any], needles: Key | Iterable[Any], *, method: Literal["scan", "hash"] = "hash",
             threads: int | None = None) -> bool | list[bool]:
    """Whether a needle is in the haystack: a bool for one number or string, a list of bools for an iterable of them.

    method "scan" compares with one element after another, as `x in list` does, 16 at a time; "hash" first makes a hash table, as
    set(haystack) does, at a cost of its own in every call.
    Raises TypeError for numbers among strings, OverflowError for an int beyond 2**53 among floats.
    """
    if isinstance(needles, (str, bytes, float)) or hasattr(needles, "__index__") and not hasattr(needles, "__len__"):
        return _photofinish.contains(haystack, (needles,), method, threads)[0]
    return _photofinish.contains(haystack, needles, method, threads)


def lookup(keys: Iterable[Any], values: Iterable[int] | Iterable[float], wanted: Iterable[Any], default: int | float | None = None,
           *, threads: int | None = None) -> array:
    """The value of each wanted key, [dict(zip(keys, values)).get(key, default) for key in wanted], as array('q') or array('d').

    Without a default a key that is not there raises KeyError. Besides ValueError (not as many values as keys) and what contains raises.
    Algorithm: an open hash table made on one thread, searched on all, 16 searches overlapped (src/kernels/containers/README.md).
    """
    return _photofinish.lookup(keys, values, wanted, default, threads)


def deque_play(script: str | bytes, values: Iterable[int], *, threads: int | None = None) -> tuple[array, int]:
    """Many operations on a new deque in one call. Each letter is one: A appends the next value, a appends it at the left, P pops,
    p pops at the left. Returns what was popped, array('q'), and how many values were left.

    Raises IndexError for a pop from an empty deque, ValueError for other letters and too few values. Runs on one thread.
    """
    return _photofinish.deque_play(script.encode() if isinstance(script, str) else script, values, threads)
