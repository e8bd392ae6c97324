"""Reductions of every type, dot products, truth and streams give what Python and NumPy give.

Run: python3 -m pytest tests/python/test_kernels_reduce.py
"""
import array
import fractions
import math
import random
import statistics
import tracemalloc

import pytest

from photofinish import kernels

numpy = pytest.importorskip("numpy")

CHUNK = 16384  # PF_REDUCE_CHUNK
SIZES = [0, 1, 2, 7, 8, 9, 63, 64, 65, 255, 256, 257, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 4 * CHUNK + 1]
THREADS = [1, *range(2, kernels.threads_available() + 1)]
TYPES = ["int64", "int32", "uint8", "float64", "float32"]


def draw(kind, n, seed=1):
    source = numpy.random.default_rng(seed + n)
    if kind.startswith("float"):
        return source.standard_normal(n).astype(kind)
    limits = numpy.iinfo(kind)
    spread = 2**31 if kind == "int64" else 0
    return source.integers(-spread or limits.min, spread or limits.max, n, dtype=kind, endpoint=True)


def in_place(call):
    before = kernels.copied_bytes()
    result = call()
    assert kernels.copied_bytes() == before
    return result


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("n", SIZES)
def test_equal_to_python_and_in_place(kind, n):
    for values in (draw(kind, n), draw(kind, n + 1)[1:]):
        plain = values.tolist()
        for threads in THREADS:
            total = in_place(lambda: kernels.sum(values, threads=1)) if threads == 1 else kernels.sum(values, threads=threads)
            if kind.startswith("float"):
                assert total == kernels.sum(plain, threads=threads)  # widened, then the same order
                assert total == pytest.approx(math.fsum(plain), rel=1e-9, abs=1e-9)
            else:
                assert total == sum(plain) and type(total) is int
            assert kernels.any(values, threads=threads) == any(plain)
            assert kernels.all(values, threads=threads) == all(plain)
            if n > 0:
                assert kernels.min(values, threads=threads) == min(plain)
                assert kernels.max(values, threads=threads) == max(plain)
                assert kernels.mean(values, threads=threads) == total / n


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("n", SIZES)
def test_dot(kind, n):
    left, right = draw(kind, n), draw(kind, n, seed=9)
    if kind.startswith("int"):
        left, right = left >> 8, right >> 8  # so that the sum of products fits
    results = {kernels.dot(left, right, threads=threads) for threads in THREADS}
    assert len(results) == 1
    result = results.pop()
    if kind.startswith("float"):
        assert result == pytest.approx(math.fsum(a * b for a, b in zip(left.tolist(), right.tolist())), rel=1e-9, abs=1e-9)
        assert result == kernels.dot(left.tolist(), right.tolist()) or n == 0
    else:
        assert result == sum(a * b for a, b in zip(left.tolist(), right.tolist())) and type(result) is int


def test_dot_of_mixed_types():
    ints, reals = array.array("i", [1, 2, 3]), array.array("d", [0.5, 0.25, 2.0])
    assert kernels.dot(ints, reals) == 7.0
    assert kernels.dot(reals, b"\x01\x02\x03") == 7.0
    assert kernels.dot(ints, b"\x01\x02\x03") == 14
    assert kernels.dot([1, 2, 3], array.array("f", [1, 1, 1])) == 6.0
    assert kernels.dot(range(4), (i for i in range(4))) == 14
    assert type(kernels.dot(ints, [1, 2, 3])) is int
    assert kernels.dot([], []) == 0


def test_dot_is_exact_or_an_error():
    source = random.Random(3)
    for n in [1, 2, 3, 10, 300]:
        for bits in [10, 31, 40, 63]:
            left = [source.randint(-2**bits, 2**bits - 1) for _ in range(n)]
            right = [source.randint(-2**bits, 2**bits - 1) for _ in range(n)]
            exact = sum(a * b for a, b in zip(left, right))
            if -2**63 <= exact < 2**63:
                assert kernels.dot(left, right) == exact
            else:
                with pytest.raises(OverflowError, match="result does not fit"):
                    kernels.dot(left, right)
            left += left
            right += [-b if b != -2**63 else 2**63 - 1 for b in right]
            exact = sum(a * b for a, b in zip(left, right))
            if -2**63 <= exact < 2**63:
                assert kernels.dot(left, right) == exact
    low = numpy.full(100_000, -2**63)
    with pytest.raises(OverflowError):
        kernels.dot(low, low)
    assert kernels.dot([-2**63], [1]) == -2**63


def test_mean_is_rounded_once():
    source = random.Random(4)
    for n in [1, 2, 3, 7, 1000]:
        values = [source.randint(-2**63, 2**63 - 1) for _ in range(n)]
        assert kernels.mean(values) == sum(values) / n == float(statistics.mean(map(fractions.Fraction, values)))
    assert kernels.mean([2**63 - 1] * 5) == 2.0**63
    assert kernels.mean([2**53, 2**53 + 1]) == float(2**53)
    assert kernels.mean([1, 2]) == 1.5
    assert type(kernels.mean([2, 2])) is float


def test_truth_as_python():
    nan, inf = math.nan, math.inf
    for values in ([nan], [0.0], [-0.0], [0.0, nan], [inf, -0.0], [5e-324], [-1], [0], [True], [False, False], []):
        assert kernels.any(values) is any(values)
        assert kernels.all(values) is all(values)
        for kind in ("d", "f"):
            typed = array.array(kind, values)
            assert kernels.any(typed) is any(typed) and kernels.all(typed) is all(typed)
    many = numpy.ones(500_000, dtype=numpy.int32)
    many[499_999] = 0
    assert not kernels.all(many) and kernels.any(many)
    many[:] = 0
    many[0] = -2**31
    assert kernels.any(many) and not kernels.all(many)
    assert kernels.any(numpy.array([False, True])) and kernels.all(numpy.array([True, True]))


def test_narrow_nan_and_zeros():
    nan = math.nan
    assert math.isnan(kernels.min(array.array("f", [nan, 1.0])))
    assert kernels.max(array.array("f", [1.0, nan, 2.0])) == 2.0
    assert math.copysign(1, kernels.min(array.array("f", [-0.0, 0.0]))) == -1
    assert math.copysign(1, kernels.max(array.array("f", [0.0, -0.0]))) == 1


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.mean([]), ValueError, "mean() iterable argument is empty"),
    (lambda: kernels.dot([1], [1, 2]), ValueError, "got 1 and 2"),
    (lambda: kernels.dot([1], "1"), TypeError, "index 0, not str"),
    (lambda: kernels.dot(1, [1]), TypeError, "not int"),
    (lambda: kernels.any(["a"]), TypeError, "index 0, not str"),
    (lambda: kernels.all(numpy.zeros((2, 2))), TypeError, "one dimension"),
    (lambda: kernels.dot(numpy.zeros(4)[::2], [1, 2]), BufferError, "not contiguous"),
    (lambda: kernels.sum(numpy.zeros(3, "float16")), TypeError, "format 'e'"),
    (lambda: kernels.stream_min([]), ValueError, "empty"),
    (lambda: kernels.stream_mean(iter(())), ValueError, "empty"),
    (lambda: kernels.stream_sum([1, "2"]), TypeError, "index 1, not str"),
    (lambda: kernels.stream_sum([1, 2**63]), OverflowError, "index 1"),
    (lambda: kernels.stream_sum([2**63 - 1, 1]), OverflowError, "result does not fit"),
    (lambda: kernels.stream_sum(3), TypeError, "not iterable"),
    (lambda: kernels.stream_sum([1], block=0), ValueError, "1 or more"),
    (lambda: kernels.stream_sum([1], block="1"), TypeError, "str"),
    (lambda: kernels.stream_sum([1], block=2**62), MemoryError, "kernels.stream_sum: not enough memory"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


# ------------------------------------------------------------------------------------------------ streams

def mixed(n, seed):
    source = random.Random(seed)
    return [source.choice((source.randint(-10**15, 10**15), source.uniform(-1e9, 1e9))) for _ in range(n)]


@pytest.mark.parametrize("n", [1, 2, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
@pytest.mark.parametrize("block", [1, 1000, 16384, 10**6])
def test_streams_equal_the_whole(n, block):
    ints, reals = draw("int64", n).tolist(), draw("float64", n).tolist()
    for values in (ints, reals, mixed(n, n), ints[:-1] + [0.5], [0.5] + ints, ints + reals):
        for name in ("sum", "min", "max", "mean"):
            streamed = getattr(kernels, "stream_" + name)(iter(values), block=block)
            whole = getattr(kernels, name)(values)
            assert streamed == whole and type(streamed) is type(whole)


def test_streams_of_special_values():
    assert kernels.stream_sum([]) == 0 and type(kernels.stream_sum([])) is int
    assert math.isnan(kernels.stream_min([math.nan, 1])) and kernels.stream_min([1, math.nan]) == 1.0
    assert kernels.stream_sum([True, 2]) == 3
    assert kernels.stream_sum([2**63 - 1, 1, -1]) == 2**63 - 1
    assert kernels.stream_sum([2**63 - 1, 2**63 - 1, 0.5]) == kernels.sum([2**63 - 1, 2**63 - 1, 0.5])


def test_a_stream_stops_where_its_iterable_fails():
    taken = []

    def numbers():
        for i in range(10):
            taken.append(i)
            yield i
        raise ZeroDivisionError("enough")
    with pytest.raises(ZeroDivisionError, match="enough"):
        kernels.stream_sum(numbers(), block=3)
    assert taken == list(range(10))


def test_memory_stays_flat():
    def peak(call):
        tracemalloc.start()
        call()
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top
    n = 200_000
    assert peak(lambda: kernels.stream_sum((i * 0.5 for i in range(n)), block=1000)) < 20_000
    assert peak(lambda: kernels.sum(i * 0.5 for i in range(n))) > 8 * n
