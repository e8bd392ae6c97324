"""Primes by trial division (src/kernels/primes)."""
from __future__ import annotations

import _photofinish

__all__ = ["count_primes"]


def count_primes(start: int, stop: int, *, threads: int | None = None) -> int:
    """How many primes p have start <= p < stop; 0 where there is no such number.

    Raises ValueError for a stop beyond 2**62, OverflowError for ints beyond 64 bits.
    Algorithm: trial division by odd divisors up to the square root, the same work on any number of threads
    (src/kernels/primes/README.md).
    """
    return _photofinish.count_primes(start, stop, threads)
