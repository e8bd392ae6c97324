"""Square roots, axpy and the matrix product give what math, plain loops and NumPy give.

Run: python3 -m pytest tests/python/test_kernels_arrays.py
"""
import array
import math
import random
import struct
import sys

import pytest

from photofinish import kernels

numpy = pytest.importorskip("numpy")

CHUNK = 16384
SIZES = [0, 1, 2, 3, 255, 256, 257, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 1]
THREADS = [1, *range(2, kernels.threads_available() + 1)]


def floats(n, seed=1):
    source = random.Random(seed)
    return array.array("d", (source.uniform(0, 10) ** source.randint(-100, 100) for _ in range(n)))


def same(left, right):
    """To the last bit; NaNs are all one."""
    left, right = numpy.asarray(left), numpy.asarray(right)
    return left.shape == right.shape and bool((((left == right) & (numpy.signbit(left) == numpy.signbit(right)))
                                               | (numpy.isnan(left) & numpy.isnan(right))).all())


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", THREADS)
def test_sqrt(n, threads):
    values = floats(n)
    roots = kernels.sqrt(values, threads=threads)
    assert type(roots) is array.array and roots.typecode == "d"
    assert same(roots, [math.sqrt(value) for value in values])
    out = array.array("d", bytes(8 * n))
    assert kernels.sqrt(values, out=out, threads=threads) is out and out == roots
    assert kernels.sqrt(values, out=values, threads=threads) is values and values == roots


def test_sqrt_of_special_values():
    assert same(kernels.sqrt([0.0, -0.0, math.inf, 5e-324, 4]), [0.0, -0.0, math.inf, math.sqrt(5e-324), 2.0])
    assert math.isnan(kernels.sqrt([math.nan])[0])
    assert list(kernels.sqrt(range(0, 10, 4))) == [0.0, 2.0, math.sqrt(8)]
    assert same(kernels.sqrt(numpy.array([2, 3], dtype="float32")), numpy.sqrt(numpy.array([2.0, 3.0])))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", THREADS)
def test_axpy(n, threads):
    x, y = floats(n), floats(n, 2)
    expected = [-0.1 * left + right for left, right in zip(x, y)]
    assert same(kernels.axpy(-0.1, x, y, threads=threads), expected)
    assert same(kernels.axpy(-0.1, x, y, out=y, threads=threads), expected)
    assert same(y, expected)


def test_arrays_are_read_in_place():
    x, y, out = numpy.ones(1000), numpy.ones(1000), numpy.zeros(1000)
    before = kernels.copied_bytes()
    assert kernels.axpy(2, x, y, out=out, threads=1) is out
    kernels.sqrt(x, out=out, threads=1)
    kernels.matmul(numpy.ones((10, 20)), numpy.ones((20, 10)), out=numpy.zeros((10, 10)), threads=1)
    assert kernels.copied_bytes() == before


def plain_product(left, right, rows, inner, columns):
    product = []
    for r in range(rows):
        for c in range(columns):
            total = 0.0
            for i in range(inner):
                total += left[r * inner + i] * right[i * columns + c]
            product.append(total)
    return product


@pytest.mark.parametrize("shape", [(0, 0, 0), (0, 3, 2), (2, 0, 3), (1, 1, 1), (3, 5, 2), (4, 4, 4), (5, 257, 6), (65, 30, 66), (100, 1, 100),
                                   (1, 5000, 1)], ids=str)
@pytest.mark.parametrize("threads", THREADS)
def test_matmul(shape, threads):
    rows, inner, columns = shape
    left, right = floats(rows * inner), floats(inner * columns, 5)
    expected = plain_product(left, right, *shape)
    assert same(kernels.matmul(left, right, rows, inner, columns, threads=threads), expected)
    two, three = numpy.array(left).reshape(rows, inner), numpy.array(right).reshape(inner, columns)
    assert same(kernels.matmul(two, three, threads=threads), expected)
    out = numpy.full((rows, columns), -1.0)
    assert kernels.matmul(two, three, out=out, threads=threads) is out
    assert same(out.ravel(), expected)
    assert numpy.allclose(out, two @ three, rtol=1e-9)


def test_matmul_forms():
    assert list(kernels.matmul([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], 2, 3, 2)) == [58.0, 64.0, 139.0, 154.0]
    ints = numpy.arange(6).reshape(2, 3)
    assert list(kernels.matmul(ints, ints.T.copy())) == [5.0, 14.0, 14.0, 50.0]
    assert list(kernels.matmul(memoryview(array.array("d", [1, 2])).cast("B").cast("d", (1, 2)), [3, 4], columns=1)) == [11.0]
    flat = array.array("d", bytes(32))
    kernels.matmul([1, 2], [3, 4], 2, 1, 2, out=flat)
    assert list(flat) == [3.0, 4.0, 6.0, 8.0]
    assert same(kernels.matmul([math.inf, 1, math.nan, 2], [1, 0, 0, 1], 2, 2, 2), plain_product([math.inf, 1, math.nan, 2], [1, 0, 0, 1], 2, 2, 2))


ONES = numpy.ones((2, 3))


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.sqrt([1.0, -2.5, -3]), ValueError, "expected a nonnegative input, got -2.5 at index 1"),
    (lambda: kernels.sqrt([-math.inf]), ValueError, "got -inf at index 0"),
    (lambda: kernels.sqrt(["a"]), TypeError, "index 0, not str"),
    (lambda: kernels.sqrt([1, 2], out=array.array("d", [1])), ValueError, "room for 1 numbers, but there are 2"),
    (lambda: kernels.sqrt([1], out=array.array("f", [1])), TypeError, "doubles ('d')"),
    (lambda: kernels.sqrt([1], out=[1.0]), TypeError, "writable buffer"),
    (lambda: kernels.sqrt([1], out=bytes(8)), BufferError, ""),
    (lambda: kernels.sqrt(ONES), TypeError, "one dimension"),
    (lambda: kernels.axpy(1, [1], [1, 2]), ValueError, "got 1 and 2"),
    (lambda: kernels.axpy("1", [1], [1]), TypeError, "str"),
    (lambda: kernels.matmul([1], [1]), TypeError, "need rows, inner and columns"),
    (lambda: kernels.matmul([1, 2], [1], 1, 1, 1), ValueError, "1 x 1 numbers on the left, got 2"),
    (lambda: kernels.matmul([1], [1, 2], 1, 1, 1), ValueError, "1 x 1 numbers on the right, got 2"),
    (lambda: kernels.matmul([1], [1], -1, -1, 1), ValueError, "0 or more"),
    (lambda: kernels.matmul([], [], 2**40, 0, 2**40), MemoryError, "kernels.matmul: not enough memory"),
    (lambda: kernels.matmul([1], [1], 2**64, 1, 1), OverflowError, ""),
    (lambda: kernels.matmul(ONES, ONES), ValueError, "3 columns and a right one with 2 rows"),
    (lambda: kernels.matmul(ONES, ONES.T), BufferError, "right matrix is not contiguous"),
    (lambda: kernels.matmul(ONES, ONES.T.copy(), rows=3), ValueError, "rows is 3, but the matrix has 2"),
    (lambda: kernels.matmul(ONES, ONES.T.copy(), out=numpy.zeros((4, 1))), ValueError, "out has the shape (4, 1), the product (2, 2)"),
    (lambda: kernels.matmul(ONES.astype(complex), ONES.T.copy()), TypeError, "format 'Zd'"),
    (lambda: kernels.matmul(ONES.astype(">f8"), ONES.T.copy()), TypeError, "format '>d'"),
    (lambda: kernels.bytes_per_element([]), ValueError, "at least one"),
    (lambda: kernels.bytes_per_element(b""), ValueError, "at least one"),
    (lambda: kernels.bytes_per_element({1: 2}), TypeError, "not dict"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_results_may_not_overlap_what_is_read():
    square = numpy.ones((4, 4))
    for other in (numpy.ones((4, 4)), square):
        with pytest.raises(ValueError, match="out must not overlap"):
            kernels.matmul(square, other, out=square)
        with pytest.raises(ValueError, match="out must not overlap"):
            kernels.matmul(other, square, out=square)
    line = numpy.ones(10)
    with pytest.raises(ValueError, match="unless it is the same"):
        kernels.sqrt(line[:9], out=line[1:])
    with pytest.raises(ValueError, match="unless it is the same"):
        kernels.axpy(1, line[1:], numpy.ones(9), out=line[:9])
    with pytest.raises(ValueError, match="a negative one at index 3"):
        line[3] = -1
        kernels.sqrt(line, out=line)


def test_bytes_per_element():
    pointer = struct.calcsize("P")
    assert kernels.bytes_per_element(array.array("d", [1, 2])) == 8.0
    assert kernels.bytes_per_element(numpy.zeros((3, 3), "float32")) == 4.0
    assert kernels.bytes_per_element(b"abc") == 1.0
    assert kernels.bytes_per_element([1.5, 2.5]) == pointer + sys.getsizeof(1.5)
    assert kernels.bytes_per_element([None] * 10) == pointer + sys.getsizeof(None) / 10
    assert kernels.bytes_per_element((1000.5,)) == pointer + sys.getsizeof(1000.5)
