"""Sorting gives what Python's sorted and heapq give, and NumPy where NaNs are concerned.

Run: python3 -m pytest tests/python/test_sort.py
"""
import array
import heapq
import math
import random
import struct

import pytest

from photofinish import kernels, shapes

CHUNK = 32768
SIZES = [0, 1, 2, 3, 17, 1000, 1024, CHUNK, CHUNK + 1, 70_001]
THREADS = [1, None, *range(2, kernels.threads_available() + 1)]
CALLS = [(algorithm, threads) for algorithm in ("radix", "merge") for threads in THREADS]
NAN, INF = math.nan, math.inf
SPECIAL = [0.0, -0.0, NAN, -NAN, INF, -INF, 5e-324, -5e-324, 1.0, -1.0, 1.7976931348623157e308]


def inputs(n):
    draw = random.Random(n)
    yield array.array("q", (draw.randint(-2**63, 2**63 - 1) for _ in range(n)))
    yield array.array("q", (draw.randint(-3, 3) for _ in range(n)))
    yield array.array("q", (draw.choice([-2**63, 2**63 - 1, 0, -1]) for _ in range(n)))
    yield array.array("d", (draw.gauss(0, 1) for _ in range(n)))
    yield array.array("d", (draw.choice([0.0, -0.0, 1.0, INF, -INF, 5e-324]) for _ in range(n)))
    for shape in shapes.SHAPES:
        yield shapes.numbers(shape, n)
        yield shapes.numbers(shape, n, kind="int")


def same_bits(result, expected):
    return bytes(array.array(result.typecode, expected)) == result.tobytes()


def nan_last(value):
    return (value != value, 0.0 if value != value else value)


@pytest.mark.parametrize("n", SIZES)
def test_sort_equals_sorted(n):
    for values in inputs(n):
        before = values.tobytes()
        expected = sorted(values)
        for algorithm, threads in CALLS:
            result = kernels.sort(values, algorithm=algorithm, threads=threads)
            assert result.typecode == values.typecode and same_bits(result, expected)
        out = array.array(values.typecode, [0]) * n
        assert kernels.sort_into(values, out) is None
        assert same_bits(out, expected)
        assert values.tobytes() == before


@pytest.mark.parametrize("n", SIZES)
def test_argsort_equals_python(n):
    for values in inputs(n):
        expected = sorted(range(n), key=values.__getitem__)
        for threads in THREADS:
            order = kernels.argsort(values, threads=threads)
            assert order.typecode == "q" and order.tolist() == expected


def test_nan_comes_last_and_keeps_its_bits():
    draw = random.Random(3)
    for n in (2, 10, 5000, CHUNK + 7):
        payloads = [struct.unpack("d", struct.pack("Q", 0x7ff8 << 48 | i))[0] for i in range(5)]
        values = array.array("d", (draw.choice(SPECIAL + payloads) for _ in range(n)))
        expected = sorted(values, key=nan_last)
        for algorithm, threads in CALLS:
            assert same_bits(kernels.sort(values, algorithm=algorithm, threads=threads), expected)
        assert kernels.argsort(values).tolist() == sorted(range(n), key=lambda i: nan_last(values[i]))
        assert same_bits(kernels.nsmallest(n // 2, values), expected[:n // 2])


def test_sort_by_key():
    people = ["Ada", "Bob", "Cyd", "Dan"]
    assert kernels.sort_by_key(people, [3, 1, 3, 0.5]) == ["Dan", "Bob", "Ada", "Cyd"]
    assert kernels.sort_by_key(iter(people), (2, 2, 1, 1)) == ["Cyd", "Dan", "Ada", "Bob"]
    assert kernels.sort_by_key([], []) == []
    draw = random.Random(5)
    for n in SIZES:
        records = array.array("d", (draw.random() for _ in range(n)))
        for keys in (array.array("q", (draw.randrange(50) for _ in range(n))), array.array("d", (draw.random() for _ in range(n)))):
            expected = [record for _, _, record in sorted(zip(keys, range(n), records))]
            for threads in THREADS:
                result = kernels.sort_by_key(records, keys, threads=threads)
                assert same_bits(result, expected)
                assert kernels.sort_by_key(list(records), keys, threads=threads) == expected


@pytest.mark.parametrize("algorithm", ["select", "heap"])
@pytest.mark.parametrize("n", SIZES)
def test_top_equals_heapq_and_sorted(n, algorithm):
    for values in inputs(n):
        rising, falling = sorted(values), sorted(values, reverse=True)
        for k in sorted({min(k, n) for k in (0, 1, 3, 10, n // 100, n // 2, n - 1, n) if k >= 0}):
            for threads in (1, None):
                assert same_bits(kernels.nsmallest(k, values, algorithm=algorithm, threads=threads), rising[:k])
                assert same_bits(kernels.nlargest(k, values, algorithm=algorithm, threads=threads), falling[:k])
        k = min(n, 7)
        assert kernels.nsmallest(k, values, algorithm=algorithm).tolist() == heapq.nsmallest(k, values)
        assert kernels.nlargest(k, values, algorithm=algorithm).tolist() == heapq.nlargest(k, values)


def test_lists_and_other_iterables():
    assert kernels.sort([3, 1, 2]) == array.array("q", [1, 2, 3])
    assert kernels.sort([3, 1.5, True]) == array.array("d", [1.0, 1.5, 3.0])
    assert kernels.sort(range(5, 0, -1)).tolist() == [1, 2, 3, 4, 5]
    assert kernels.sort({9, 2}).tolist() == [2, 9]
    assert kernels.sort(b"hello").tolist() == sorted(b"hello")
    assert kernels.nlargest(2, (i * i % 7 for i in range(7))).tolist() == [4, 4]


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.sort([1, "2"]), TypeError, "index 1, not str"),
    (lambda: kernels.sort([2**63]), OverflowError, "index 0"),
    (lambda: kernels.sort([1], algorithm="quick"), ValueError, "'radix' or 'merge', not 'quick'"),
    (lambda: kernels.sort([1], algorithm=1), TypeError, "'radix' or 'merge'"),
    (lambda: kernels.nsmallest(1, [1], algorithm="radix"), ValueError, "'select' or 'heap'"),
    (lambda: kernels.nsmallest(2, [1]), ValueError, "k must be 0 to 1"),
    (lambda: kernels.nlargest(-1, [1]), ValueError, "k must be 0 to 1"),
    (lambda: kernels.nlargest(10**30, [1]), ValueError, "k must be 0 to 1"),
    (lambda: kernels.nlargest(1.5, [1]), TypeError, "float"),
    (lambda: kernels.sort_by_key([1, 2], [1]), ValueError, "2 records, but 1 keys"),
    (lambda: kernels.sort_by_key(array.array("q", [1, 2]), [1]), ValueError, "2 records, but 1 keys"),
    (lambda: kernels.sort_by_key(5, [1]), TypeError, "int"),
    (lambda: kernels.sort_by_key(["a"], ["b"]), TypeError, "index 0, not str"),
    (lambda: kernels.sort_into([1], array.array("d", [0])), TypeError, "64-bit integers"),
    (lambda: kernels.sort_into([1.5], array.array("q", [0])), TypeError, "doubles"),
    (lambda: kernels.sort_into([1], array.array("i", [0])), TypeError, "not 'i'"),
    (lambda: kernels.sort_into([1, 2], array.array("q", [0])), ValueError, "room for 1 numbers, but there are 2"),
    (lambda: kernels.sort_into([1], [0]), TypeError, "writable buffer"),
    (lambda: kernels.sort_into([1], bytes(8)), BufferError, "writable"),
    (lambda: kernels.sort_into([1, 2], memoryview(array.array("q", [0] * 4))[::2]), BufferError, "not contiguous"),
    (lambda: kernels.sort_into([1], memoryview(bytearray(17))[1:9].cast("q")), BufferError, "not aligned"),
    (lambda: kernels.sort([1], threads=-1), ValueError, "1 or more"),
    (lambda: shapes.numbers("round", 3), ValueError, "not 'round'"),
    (lambda: shapes.numbers("random", 3, kind="complex"), ValueError, "not 'complex'"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_out_must_not_be_the_values():
    values = array.array("q", range(10))
    with pytest.raises(ValueError, match="memory that is read"):
        kernels.sort_into(values, values)
    with memoryview(values) as out, pytest.raises(ValueError, match="memory that is read"):
        kernels.sort_into(values, out)
    both = memoryview(array.array("q", range(10)))
    with pytest.raises(ValueError, match="memory that is read"):
        kernels.sort_into(both[:6], both[4:])
    kernels.sort_into(both[:5], both[5:])
    values.append(1)  # given back


def test_shapes():
    for kind in ("float", "int"):
        for shape in shapes.SHAPES:
            values = shapes.numbers(shape, 1000, kind=kind)
            assert values == shapes.numbers(shape, 1000, kind=kind) and len(values) == 1000
            assert (values.tolist() == sorted(values)) == (shape == "sorted")
            assert (values.tolist() == sorted(values, reverse=True)) == (shape == "reversed")
            assert len(shapes.numbers(shape, 0, kind=kind)) == 0 and len(shapes.numbers(shape, 1, kind=kind)) == 1
    assert len(set(shapes.numbers("few distinct", 1000))) == 10
    misplaced = sum(a != b for a, b in zip(shapes.numbers("nearly sorted", 1000), shapes.numbers("sorted", 1000)))
    assert 0 < misplaced < 50
    assert shapes.numbers("random", 100, seed=2) != shapes.numbers("random", 100)


def test_numpy():
    numpy = pytest.importorskip("numpy")
    draw = numpy.random.default_rng(1)
    values = draw.normal(size=50_000)
    values[draw.integers(0, 50_000, 500)] = numpy.nan
    values[draw.integers(0, 50_000, 500)] = 0.0
    assert numpy.array_equal(kernels.sort(values), numpy.sort(values), equal_nan=True)
    assert numpy.array_equal(kernels.argsort(values), numpy.argsort(values, kind="stable"))
    out = numpy.empty(50_000)
    kernels.sort_into(values, out, algorithm="merge")
    assert numpy.array_equal(out, numpy.sort(values), equal_nan=True)
    assert kernels.sort(values.astype(numpy.float32)).tolist()[:100] == numpy.sort(values.astype(numpy.float32))[:100].tolist()
