"""What itertools enumerates, in the same order: as arrays, or folded to a count (src/kernels/iteration).

Rows come in one flat array('q'), each row as many ints as it has: row i of width r is flat[i * r:(i + 1) * r], and
zip(*[iter(flat)] * r) yields them as tuples. start and stop choose rows, as itertools.islice would, without going through those
before; stop=None is the end.
"""
from __future__ import annotations

from array import array
from collections.abc import Iterable

import _photofinish

__all__ = ["chain", "combinations", "count_combinations_with_sum", "count_permutations_with_sum", "count_product_with_sum", "cycle",
           "groupby", "permutations", "product"]


def combinations(values: Iterable[int], r: int, *, start: int = 0, stop: int | None = None,
                 threads: int | None = None) -> array[int]:
    """The rows of itertools.combinations(values, r), end to end.

    Raises OverflowError for more than 2**63 - 1 rows, MemoryError (before any work) where the rows do not fit, ValueError for a
    negative r, start or stop, TypeError for values that are not ints.
    Algorithm: each thread finds its first row by its number and goes on from there (src/kernels/iteration/README.md).
    """
    return _photofinish.combinations(values, r, start, stop, threads)


def permutations(values: Iterable[int], r: int | None = None, *, start: int = 0, stop: int | None = None,
                 threads: int | None = None) -> array[int]:
    """The rows of itertools.permutations(values, r), end to end; r=None: of all values. Otherwise like combinations."""
    return _photofinish.permutations(values, r, start, stop, threads)


def product(*pools: Iterable[int], repeat: int = 1, start: int = 0, stop: int | None = None,
            threads: int | None = None) -> array[int]:
    """The rows of itertools.product(*pools, repeat=repeat), end to end. Otherwise like combinations."""
    return _photofinish.product(pools, repeat, start, stop, threads)


def count_combinations_with_sum(values: Iterable[int], r: int, total: int, *, threads: int | None = None) -> int:
    """How many of combinations(values, r) add up to total: sum(sum(row) == total for row in itertools.combinations(values, r)).

    No row is kept, so memory does not grow. Raises OverflowError where r times the largest magnitude leaves 64 bits; otherwise
    like combinations. Algorithm: adds up all values of a row but the last, then compares all last values with what is missing.
    """
    return _photofinish.count_combinations_with_sum(values, r, total, threads)


def count_permutations_with_sum(values: Iterable[int], r: int | None, total: int, *, threads: int | None = None) -> int:
    """How many of permutations(values, r) add up to total. Otherwise like count_combinations_with_sum."""
    return _photofinish.count_permutations_with_sum(values, r, total, threads)


def count_product_with_sum(*pools: Iterable[int], total: int, repeat: int = 1, threads: int | None = None) -> int:
    """How many of product(*pools, repeat=repeat) add up to total. Otherwise like count_combinations_with_sum."""
    return _photofinish.count_product_with_sum(pools, repeat, total, threads)


def chain(*arrays: Iterable[int] | Iterable[float], threads: int | None = None) -> array:
    """All elements of the arrays, one array after another: array('q'), or array('d') where they are floats.

    Raises TypeError where some arrays have ints and others floats.
    Algorithm: every thread copies its own stretch of the result (src/kernels/iteration/README.md).
    """
    return _photofinish.chain(arrays, threads)


def cycle(values: Iterable[int], length: int, *, start: int = 0, threads: int | None = None) -> array[int]:
    """The elements start to start + length of itertools.cycle(values), as array('q'); none where there are no values.

    Raises ValueError for a negative start or length, TypeError for values that are not ints, MemoryError where they do not fit.
    """
    return _photofinish.cycle(values, start, length, threads)


def groupby(values: Iterable[int], *, threads: int | None = None) -> tuple[array[int], array[int]]:
    """Runs of equal values: (keys, lengths) with [(key, len(list(run))) for key, run in itertools.groupby(values)],
    each an array('q').

    Raises TypeError for values that are not ints, OverflowError for an int beyond 64 bits.
    Algorithm: runs are counted first, then every thread writes those of its stretch (src/kernels/iteration/README.md).
    """
    return _photofinish.groupby(values, threads)
