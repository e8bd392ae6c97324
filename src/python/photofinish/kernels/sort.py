"""Sorting: sorted copies, order as indices, records by key, the k smallest and largest (src/kernels/sort).

The order is that of a stable sort by <. Every NaN comes after every number, as NumPy has it (Python's sort leaves a list with NaNs
in no particular order); -0.0 and 0.0 are equal and keep the order they came in.
"""
from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, Literal

import _photofinish

__all__ = ["argsort", "nlargest", "nsmallest", "sort", "sort_by_key", "sort_into"]

Numbers = Iterable[int] | Iterable[float]


def sort(values: Numbers, *, algorithm: Literal["radix", "merge"] = "radix", threads: int | None = None) -> array:
    """A sorted copy: array('q') of ints, array('d') where one of the values is a float.

    Raises TypeError for other values, OverflowError for an int beyond 64 bits, ValueError for another algorithm.
    Algorithms: "radix": least significant digit first over as many high bits as tell nearly all values apart, which a sample
    shows, then insertion; "merge": chunks of 32768 sorted apart, merged pairwise by the merge path (Odeh et al. 2012)
    (src/kernels/sort/README.md). Takes temporary memory as large as the values.
    """
    return _photofinish.sort(values, algorithm, threads)


def sort_into(values: Numbers, out: Any, *, algorithm: Literal["radix", "merge"] = "radix", threads: int | None = None) -> None:
    """As sort, into a writable buffer of your own: array('q') or NumPy int64 for ints, array('d') or float64 for floats, as long as
    the values. Lanes that are timed again and again save the new array.

    Raises TypeError (out holds another type), ValueError (out has another length, or is the memory of the values), BufferError
    (out cannot be written, is not contiguous).
    """
    _photofinish.sort_into(values, out, algorithm, threads)


def argsort(keys: Numbers, *, threads: int | None = None) -> array:
    """The order of the keys: array('q') of indices, keys[order[0]] the smallest. Equal keys keep the order they came in.

    What sorted(range(len(keys)), key=keys.__getitem__) returns as a list. Raises TypeError for keys that are no numbers, OverflowError
    for an int beyond 64 bits.
    Algorithm: radix sort of words that hold the key's high bits and the index (src/kernels/sort/README.md).
    """
    return _photofinish.argsort(keys, threads)


def sort_by_key(records: Iterable[Any], keys: Numbers, *, threads: int | None = None) -> array | list:
    """The records in the order of their keys, one key for each, stable: decorate, sort, undecorate.

    A buffer of numbers (array.array, NumPy array) gives an array('q') or array('d'); any other iterable gives a list of its items.
    Raises ValueError where there are more records than keys, or fewer.
    Algorithm: argsort, then each record is fetched (src/kernels/sort/README.md).
    """
    return _photofinish.sort_by_key(records, keys, threads)


def nsmallest(k: int, values: Numbers, *, algorithm: Literal["select", "heap"] = "select", threads: int | None = None) -> array:
    """The k smallest values in order, as array('q') or array('d'): what sorted(values)[:k] has, which is heapq.nsmallest(k, values).

    Raises ValueError unless 0 <= k <= len(values).
    Algorithms: "select": quickselect (Hoare 1961) among what a sample does not rule out, then a sort of k; "heap": a heap of the
    best k, as heapq has it (src/kernels/sort/README.md).
    """
    return _photofinish.nsmallest(k, values, algorithm, threads)


def nlargest(k: int, values: Numbers, *, algorithm: Literal["select", "heap"] = "select", threads: int | None = None) -> array:
    """The k largest values, the largest first: sorted(values, reverse=True)[:k]. NaNs, which come last in order, come first here.

    Otherwise like nsmallest.
    """
    return _photofinish.nlargest(k, values, algorithm, threads)
