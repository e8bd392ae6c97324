"""Kernels: C functions on Python's own data, on one thread or on all cores.

Each takes `threads`: 1 runs on the calling thread, natively and in the page on Python's own buffers; None (or 0) runs on all
cores, a number on so many. A result never depends on the number of threads, down to the last bit of a float.

Data. array.array('q'), array.array('d'), NumPy arrays of int64 or float64 and memoryviews of them are read in place. Anything
else (lists, tuples, ranges, other iterables, buffers of smaller integers) is first converted to 64-bit numbers, which takes
longer than most kernels: for a list of 100 000 ints about 1 ms. In the page, calls on several threads also copy their data
into the memory that the threads share. Both are part of the call's time; copy_seconds() tells how much they were.

Errors are those of Python's own functions where there is one. Besides: ValueError for more threads than the pool has,
Unavailable (a RuntimeError) for several threads where this page or machine cannot have them, MemoryError, and
KeyboardInterrupt, which ends a running kernel within some 10 ms.

All functions may be called from several Python threads; natively the GIL is released while a kernel runs. Do not change a
buffer while a kernel reads it.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import AnyStr

import _photofinish
from _photofinish import Unavailable, copied_bytes, copy_seconds

__all__ = ["Unavailable", "copied_bytes", "copy_seconds", "count_primes", "join", "max", "min", "sum", "threads_available"]


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


def count_primes(start: int, stop: int, *, threads: int | None = None) -> int:
    """How many primes p have start <= p < stop; 0 where there is no such number.

    Raises ValueError for a stop beyond 2**62, OverflowError for ints beyond 64 bits.
    Algorithm: trial division by odd divisors up to the square root, the same work on any number of threads
    (src/kernels/primes/README.md).
    """
    return _photofinish.count_primes(start, stop, threads)


def join(pieces: Iterable[AnyStr], separator: AnyStr = "", *, threads: int | None = None) -> AnyStr:
    """The pieces, all str or all bytes, with the separator between them: what separator.join(pieces) returns.

    Raises TypeError that names the first piece of another type; UnicodeEncodeError for a lone surrogate, which has no UTF-8.
    Algorithm: lengths first, then every thread copies its own stretch of the result (src/kernels/concat/README.md). Text is
    joined as UTF-8 and decoded once at the end.
    """
    return _photofinish.join(pieces, separator, threads)


def threads_available() -> int:
    """How many threads kernels can run on here, the calling one included; 1 where there are no threads."""
    return _photofinish.threads()
