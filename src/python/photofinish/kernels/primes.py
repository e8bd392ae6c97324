"""Primes by trial division (src/kernels/primes)."""
from __future__ import annotations

from collections.abc import Iterable

import _photofinish

__all__ = ["are_prime", "count_primes", "is_prime"]


def is_prime(n: int, *, threads: int | None = None) -> bool:
    """Whether n is prime; numbers below 2 are not.

    Raises ValueError for a number beyond 2**62, OverflowError beyond 64 bits, TypeError for what is not an int.
    Algorithm: trial division by odd divisors up to the square root, stretches of 32768 divisors shared among the threads; a
    number near 2**62 takes a thousand million divisions (src/kernels/primes/README.md).
    """
    return _photofinish.is_prime(n, threads)


def are_prime(values: Iterable[int], *, threads: int | None = None) -> bytes:
    """1 for each value that is prime and 0 for the others, as bytes of the same length: sum(are_prime(x)) counts them.

    Raises ValueError for a value beyond 2**62; otherwise as is_prime. Stretches of the values are shared among the threads.
    """
    return _photofinish.are_prime(values, threads)


def count_primes(start: int, stop: int, *, threads: int | None = None) -> int:
    """How many primes p have start <= p < stop; 0 where there is no such number.

    Raises ValueError for a stop beyond 2**62, OverflowError for ints beyond 64 bits.
    Algorithm: trial division by odd divisors up to the square root, the same work on any number of threads
    (src/kernels/primes/README.md).
    """
    return _photofinish.count_primes(start, stop, threads)
