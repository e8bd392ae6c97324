"""Enumerations are those of itertools, row by row, on one thread and on all cores; errors; what does not fit.

Run: python3 -m pytest tests/python/test_kernels_iteration.py
"""
import array
import itertools
import math
import random

import pytest

from photofinish import kernels

THREADS = [1, None, *range(2, kernels.threads_available() + 1)]
VALUES = [5, -3, 10**12, 5, 0, 7, -(2**63), 2**63 - 1]


def flat(rows):
    return array.array("q", itertools.chain.from_iterable(rows))


@pytest.mark.parametrize("threads", THREADS)
def test_rows_equal_itertools(threads):
    for n in range(len(VALUES) + 1):
        values = VALUES[:n]
        for r in range(n + 2):
            assert kernels.combinations(values, r, threads=threads) == flat(itertools.combinations(values, r))
            if r < 6:
                assert kernels.permutations(values, r, threads=threads) == flat(itertools.permutations(values, r))
    assert kernels.permutations(VALUES[:6], threads=threads) == flat(itertools.permutations(VALUES[:6]))
    for pools in ([], [VALUES], [[1, 2], [], [3]], [[1, 2], [3, 4, 5], [6]], [range(4)] * 4):
        for repeat in (0, 1, 2):
            assert kernels.product(*pools, repeat=repeat, threads=threads) == flat(itertools.product(*pools, repeat=repeat))


@pytest.mark.parametrize("threads", THREADS)
def test_many_rows(threads):
    values = list(range(100, 150))
    assert kernels.combinations(values, 4, threads=threads) == flat(itertools.combinations(values, 4))
    assert kernels.permutations(values, 3, threads=threads) == flat(itertools.permutations(values, 3))
    assert kernels.product(values, repeat=3, threads=threads) == flat(itertools.product(values, repeat=3))


def test_slices_of_rows():
    draw = random.Random(3)
    rows = list(itertools.combinations(range(12), 5))
    for _ in range(200):
        start, stop = draw.randrange(900), draw.choice([None, draw.randrange(900), 10**30])
        assert kernels.combinations(range(12), 5, start=start, stop=stop) == flat(rows[start:stop])
    assert kernels.combinations(range(12), 5, start=10**30) == array.array("q")
    last = kernels.permutations(range(20), start=math.factorial(20) - 1)
    assert list(last) == list(range(19, -1, -1))


@pytest.mark.parametrize("threads", THREADS)
def test_sums(threads):
    values = [3, 9, -4, 3, 0, 12, 5, 7, 7, 1]
    for r in range(6):
        for total in (-1, 0, 3, 12, 19):
            def count(rows):
                return sum(sum(row) == total for row in rows)
            assert kernels.count_combinations_with_sum(values, r, total, threads=threads) == count(itertools.combinations(values, r))
            assert kernels.count_permutations_with_sum(values, r, total, threads=threads) == count(itertools.permutations(values, r))
            if r < 5:
                assert kernels.count_product_with_sum(values, repeat=r, total=total, threads=threads) == \
                    count(itertools.product(values, repeat=r))
    assert kernels.count_product_with_sum([1, 2], [3, 4], total=5) == 2
    assert kernels.count_combinations_with_sum(values, 3, 10**30) == 0


def test_pairs_by_counting():
    draw = random.Random(5)
    values = [draw.randrange(1000) for _ in range(3000)]
    seen, pairs = {}, 0
    for value in values:
        pairs += seen.get(999 - value, 0)
        seen[value] = seen.get(value, 0) + 1
    for threads in THREADS:
        assert kernels.count_combinations_with_sum(values, 2, 999, threads=threads) == pairs
        assert kernels.count_permutations_with_sum(values, 2, 999, threads=threads) == 2 * pairs


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("n", [0, 1, 2, 16383, 16384, 16385, 50_000])
@pytest.mark.parametrize("runs", [1, 3, 10**6])
def test_groupby(n, runs, threads):
    draw = random.Random(n)
    values = []
    while len(values) < n:
        values += [draw.randrange(-2, 3)] * draw.randint(1, runs)
    del values[n:]
    keys, lengths = kernels.groupby(values, threads=threads)
    assert list(zip(keys, lengths)) == [(key, len(list(run))) for key, run in itertools.groupby(values)]


@pytest.mark.parametrize("threads", THREADS)
def test_chain_and_cycle(threads):
    a, b = array.array("q", range(100_000)), [1, 2, 3]
    assert kernels.chain(a, b, (), a, threads=threads) == a + array.array("q", b) + a
    assert kernels.chain([0.5], array.array("d", [1.5]), threads=threads) == array.array("d", [0.5, 1.5])
    assert kernels.chain(threads=threads) == array.array("q")
    for values in ([7], b, range(1000), range(50_000)):
        for start in (0, 1, 123_456):
            for length in (0, 1, 10, 100_000):
                assert kernels.cycle(values, length, start=start, threads=threads) == \
                    array.array("q", itertools.islice(itertools.cycle(values), start, start + length))
    assert kernels.cycle([], 5) == array.array("q")


def test_arrays_are_read_in_place():
    values = array.array("q", range(30))
    before = kernels.copied_bytes()
    kernels.combinations(values, 2, threads=1)
    kernels.count_product_with_sum(values, repeat=2, total=9, threads=1)
    kernels.groupby(values, threads=1)
    kernels.cycle(values, 100, threads=1)
    kernels.chain(values, values, threads=1)
    assert kernels.copied_bytes() == before
    values.append(1)                       # BufferError while it is exported


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.combinations(range(100), 50), OverflowError, "more than 2**63 - 1 rows"),
    (lambda: kernels.permutations(range(21)), OverflowError, "rows"),
    (lambda: kernels.product([1, 2], repeat=63), OverflowError, "rows"),
    (lambda: kernels.product([1, 2], [1], repeat=2**70), OverflowError, "rows"),
    (lambda: kernels.combinations(range(66), 33), MemoryError, "kernels.combinations: not enough memory"),
    (lambda: kernels.product(range(1000), repeat=6), MemoryError, "kernels.product: not enough memory"),
    (lambda: kernels.cycle([1], 2**61), MemoryError, "kernels.cycle: not enough memory"),
    (lambda: kernels.cycle([1], 2**80), MemoryError, "kernels.cycle: not enough memory"),
    (lambda: kernels.product([1], repeat=10**6), ValueError, "at most 65536 values"),
    (lambda: kernels.product([1], repeat=10**18), ValueError, "at most 65536 values"),
    (lambda: kernels.combinations([1], -1), ValueError, "r must be 0 or more, not -1"),
    (lambda: kernels.product([1], repeat=-1), ValueError, "repeat must be 0 or more"),
    (lambda: kernels.permutations([1], 1, start=-1), ValueError, "start must be"),
    (lambda: kernels.permutations([1], 1, stop=-(10**30)), ValueError, "stop must be"),
    (lambda: kernels.combinations([1.5], 1), TypeError, "expected ints, not floats"),
    (lambda: kernels.product([1], [1.5]), TypeError, "expected ints, not floats"),
    (lambda: kernels.groupby(array.array("d", [1.0])), TypeError, "expected ints"),
    (lambda: kernels.groupby(["a"]), TypeError, "index 0, not str"),
    (lambda: kernels.combinations(5, 1), TypeError, "not int"),
    (lambda: kernels.combinations([1], 1.0), TypeError, "float"),
    (lambda: kernels.chain([1], [1.5]), TypeError, "array 1 has floats"),
    (lambda: kernels.chain([1.5], [1]), TypeError, "array 1 has ints"),
    (lambda: kernels.chain([1], 5), TypeError, "not int"),
    (lambda: kernels.cycle([1], -1), ValueError, "length must be"),
    (lambda: kernels.count_combinations_with_sum([2**62, 2**62], 2, 0), OverflowError, ""),
    (lambda: kernels.count_combinations_with_sum([1], 1, 1.0), TypeError, "float"),
    (lambda: kernels.count_permutations_with_sum(range(30), None, 1), OverflowError, "rows"),
    (lambda: kernels.combinations([1], 1, threads=1000), ValueError, "pool here has"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
