"""One number of many: sum, smallest, largest, mean, any, all, dot product (src/kernels/reduce).

Besides the arrays that all kernels read in place, these read array.array('i'), array.array('f'), bytes, bytearray and NumPy
arrays of int32, float32, uint8 and bool in place. Floats of 32 bits are widened one by one and added as doubles.
"""
from __future__ import annotations

from collections.abc import Iterable

import _photofinish

__all__ = ["all", "any", "dot", "max", "mean", "min", "sum"]


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


def mean(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> float:
    """The mean. Of ints it is sum(values) / len(values), exact up to one rounding, also where the sum exceeds 64 bits; of floats
    the result of kernels.sum divided by their number. ValueError for no values.

    Algorithm: as sum; a 128-bit total is divided once (src/kernels/reduce/README.md).
    """
    return _photofinish.mean(values, threads)


def any(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> bool:
    """Whether one of the numbers is true: not zero. NaN is true, -0.0 is not, as for Python's any. False for no values.

    Raises TypeError for other values, OverflowError for an int beyond 64 bits.
    Algorithm: blocks of 64 elements are or-ed together; the chunk that finds one tells the others
    (src/kernels/reduce/README.md).
    """
    return _photofinish.any(values, threads)


def all(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> bool:
    """Whether all numbers are true; True for no values; otherwise like any."""
    return _photofinish.all(values, threads)


def dot(left: Iterable[int] | Iterable[float], right: Iterable[int] | Iterable[float], *,
        threads: int | None = None) -> int | float:
    """The sum of left[i] * right[i]: of ints exact, of floats a float; one side of floats makes floats of both. 0 for no values.

    Raises ValueError for sides of different lengths, OverflowError where the exact result does not fit 64 bits (products may).
    Algorithm: chunks of 16384 elements; ints in 32-bit limbs, floats in eight interleaved partial sums
    (src/kernels/reduce/README.md).
    """
    return _photofinish.dot(left, right, threads)
