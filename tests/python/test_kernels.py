"""Kernels give what Python's own functions give, on one thread and on all cores, and fail as they do.

Run: python3 -m pytest tests/python/test_kernels.py
"""
import array
import math
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from photofinish import kernels

CHUNK = 16384  # PF_REDUCE_CHUNK
SIZES = [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5]
THREADS = [1, None, 0, *range(1, kernels.threads_available() + 1)]


def ints(n, seed=1):
    draw = random.Random(seed)
    return [draw.randint(-10**12, 10**12) for _ in range(n)]


def floats(n, seed=2):
    draw = random.Random(seed)
    return [draw.uniform(-1e6, 1e6) for _ in range(n)]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", THREADS)
def test_sum_equals_python(n, threads):
    values = ints(n)
    for form in (values, tuple(values), array.array("q", values), memoryview(array.array("q", values))):
        assert kernels.sum(form, threads=threads) == sum(values)


@pytest.mark.parametrize("n", SIZES[1:])
@pytest.mark.parametrize("threads", THREADS)
def test_min_and_max_equal_python(n, threads):
    for values, code in ((ints(n), "q"), (floats(n), "d")):
        for form in (values, array.array(code, values)):
            assert kernels.min(form, threads=threads) == min(values)
            assert kernels.max(form, threads=threads) == max(values)


@pytest.mark.parametrize("n", SIZES)
def test_float_sum_is_close_and_does_not_depend_on_threads(n):
    values = floats(n)
    results = {kernels.sum(values, threads=threads) for threads in THREADS}
    assert len(results) == 1
    assert results.pop() == pytest.approx(math.fsum(values), rel=1e-12, abs=1e-6)


def test_types_of_results():
    assert kernels.sum([]) == 0 and type(kernels.sum([])) is int
    assert type(kernels.sum(array.array("d"))) is float
    assert type(kernels.sum([1, 2])) is int
    assert kernels.sum([1, 2.5, 3]) == 6.5
    assert kernels.sum([2.5, True, 1]) == 4.5
    assert kernels.sum([True, True, False]) == 2
    assert kernels.min([3, 1.5, 2]) == 1.5


def test_extremes_of_int64():
    low, high = -2**63, 2**63 - 1
    assert kernels.min([0, low, high]) == low
    assert kernels.max([0, low, high]) == high
    assert kernels.sum([high, high, low, low]) == -2  # passes 64 bits on the way
    assert kernels.sum([high]) == high


def test_nan_and_zeros_as_python():
    nan = math.nan
    assert math.isnan(kernels.min([nan, 1.0])) and math.isnan(kernels.max([nan, 1.0]))
    assert kernels.min([1.0, nan]) == 1.0
    assert math.copysign(1, kernels.min([0.0, -0.0])) == math.copysign(1, min([0.0, -0.0]))
    assert math.copysign(1, kernels.min([-0.0, 0.0])) == math.copysign(1, min([-0.0, 0.0]))
    assert kernels.sum([math.inf, 1.0]) == math.inf
    assert math.isnan(kernels.sum([math.inf, -math.inf]))


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_every_array_type(code):
    values = [0, 1, 2, 100, 127]
    typed = array.array(code, values)
    assert kernels.sum(typed) == 230
    assert kernels.max(typed, threads=1) == 127
    if code in "bhilq":
        assert kernels.min(array.array(code, [-3, 5])) == -3


def test_other_sequences_and_iterables():
    assert kernels.sum(b"abc") == sum(b"abc")
    assert kernels.sum(bytearray(b"abc")) == sum(b"abc")
    assert kernels.sum(range(1000)) == sum(range(1000))
    assert kernels.sum(i * i for i in range(100)) == sum(i * i for i in range(100))
    assert kernels.max({5, 9, 2}) == 9
    assert kernels.sum({1: "a", 2: "b"}) == 3


def test_memoryview_that_is_not_aligned():
    data = bytes(1) + array.array("q", [1, 2, 3]).tobytes()
    assert kernels.sum(memoryview(data)[1:].cast("q")) == 6


def test_typed_buffers_are_not_copied():
    values = array.array("q", range(1000))
    before = kernels.copied_bytes(), kernels.copy_seconds()
    kernels.sum(values, threads=1)
    assert (kernels.copied_bytes(), kernels.copy_seconds()) == before
    kernels.sum(list(range(1000)), threads=1)
    assert kernels.copied_bytes() == before[0] + 8000
    assert kernels.copy_seconds() > before[1]


class Index:
    def __index__(self):
        return 7


class BadIndex:
    def __index__(self):
        raise ZeroDivisionError("from __index__")


class Shrinking:
    """Empties the list that it is an element of while it is converted."""

    def __init__(self, home):
        self.home = home

    def __index__(self):
        self.home.clear()
        return 1


def test_index_objects():
    assert kernels.sum([Index(), 1]) == 8
    assert kernels.sum([Index(), 1.5]) == 8.5
    with pytest.raises(ZeroDivisionError):
        kernels.sum([1, BadIndex()])
    home = []
    home.extend([Shrinking(home), 2, 3])
    with pytest.raises(IndexError):
        kernels.sum(home)


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.min([]), ValueError, "empty"),
    (lambda: kernels.max(array.array("d")), ValueError, "empty"),
    (lambda: kernels.sum([2**63 - 1, 1]), OverflowError, "result does not fit"),
    (lambda: kernels.sum([0, 2**63]), OverflowError, "index 1"),
    (lambda: kernels.sum([0, -2**63 - 1]), OverflowError, "index 1"),
    (lambda: kernels.sum([0.5, 2**63]), OverflowError, "index 1"),
    (lambda: kernels.max(array.array("Q", [1, 2**63])), OverflowError, "element 1"),
    (lambda: kernels.sum([1, "2"]), TypeError, "index 1, not str"),
    (lambda: kernels.sum([1.5, None]), TypeError, "index 1, not NoneType"),
    (lambda: kernels.sum("12"), TypeError, "index 0, not str"),
    (lambda: kernels.sum([1j]), TypeError, "index 0, not complex"),
    (lambda: kernels.sum(5), TypeError, "not int"),
    (lambda: kernels.sum(None), TypeError, "NoneType"),
    (lambda: kernels.sum(memoryview(array.array("q", range(10)))[::2]), BufferError, "not contiguous"),
    (lambda: kernels.sum(memoryview(bytes(16)).cast("q", (2, 1))), TypeError, "one dimension"),
    (lambda: kernels.sum(memoryview(b"ab").cast("c")), TypeError, "format 'c'"),
    (lambda: kernels.sum([1], threads=-1), ValueError, "1 or more"),
    (lambda: kernels.sum([1], threads="2"), TypeError, "str"),
    (lambda: kernels.sum([1], threads=10**30), ValueError, "pool here has"),
    (lambda: kernels.sum([1], threads=kernels.threads_available() + 1), ValueError, f"has {kernels.threads_available()}"),
    (lambda: kernels.count_primes(0, 2**62 + 1), ValueError, "2**62"),
    (lambda: kernels.count_primes(0, 2**63), OverflowError, ""),
    (lambda: kernels.count_primes(0, 10.5), TypeError, "float"),
    (lambda: kernels.join("abc"), TypeError, "sequence of str"),
    (lambda: kernels.join(["a", 1]), TypeError, "expected str at index 1, not int"),
    (lambda: kernels.join([b"a", "b"]), TypeError, "expected bytes at index 1, not str"),
    (lambda: kernels.join([1]), TypeError, "str or bytes at index 0"),
    (lambda: kernels.join(["a"], b"-"), TypeError, "separator must be str"),
    (lambda: kernels.join([b"a"], "-"), TypeError, "separator must be bytes"),
    (lambda: kernels.join(["a", "\ud800"]), UnicodeEncodeError, "surrogates"),
    (lambda: kernels.join(3), TypeError, "int"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))


@pytest.mark.parametrize("threads", THREADS)
def test_count_primes(threads):
    assert kernels.count_primes(0, 100_000, threads=threads) == 9592
    for start, stop in ((0, 0), (0, 2), (0, 3), (2, 3), (3, 2), (-10, 10), (7, 8), (8, 9), (90, 300), (10**9, 10**9 + 200)):
        assert kernels.count_primes(start, stop, threads=threads) == sum(map(is_prime, range(max(start, 0), max(stop, 0))))


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("pieces", [[], [""], ["a"], ["a", "", "b"], ["ä", "€", "𝄞", "x"] * 1000, [str(i) for i in range(20_000)],
                                    ["x" * 300_000, "", "y" * 300_001]], ids=len)
@pytest.mark.parametrize("separator", ["", ",", "→ "])
def test_join(pieces, separator, threads):
    assert kernels.join(pieces, separator, threads=threads) == separator.join(pieces)
    encoded = [piece.encode() for piece in pieces]
    assert kernels.join(encoded, separator.encode(), threads=threads) == separator.encode().join(encoded)


def test_join_forms():
    assert kernels.join(iter(["a", "b"]), "-") == "a-b"
    assert kernels.join((b"a", b"b")) == b"ab"
    assert kernels.join([], b"-") == b""


def test_numpy_arrays():
    numpy = pytest.importorskip("numpy")
    values = numpy.arange(100_000, dtype=numpy.int64)
    before = kernels.copied_bytes()
    assert kernels.sum(values, threads=1) == int(values.sum())
    assert kernels.copied_bytes() == before
    assert kernels.sum(values.astype(numpy.int32)) == int(values.sum())
    assert kernels.max(values.astype(numpy.float32)) == 99_999.0
    assert kernels.sum(numpy.array([True, True])) == 2
    assert kernels.sum([numpy.int64(3), numpy.float64(1.5)]) == 4.5
    with pytest.raises(BufferError):
        kernels.sum(values[::2])
    with pytest.raises(TypeError, match="one dimension"):
        kernels.sum(values.reshape(100, 1000))
    with pytest.raises(TypeError, match="format '>"):
        kernels.sum(values.astype(">i8"))
    with pytest.raises(TypeError, match="format 'Zd'"):
        kernels.sum(numpy.zeros(3, dtype=complex))


def test_a_buffer_is_given_back_after_success_and_failure():
    values = array.array("q", range(10))
    kernels.sum(values)
    with pytest.raises(ValueError):
        kernels.sum(values, threads=1000)
    values.append(1)  # BufferError while it is exported


def test_many_threads_call_at_once():
    values = array.array("q", range(50_000))
    expected = sum(values)
    wrong = []

    def work():
        for _ in range(50):
            if kernels.sum(values) != expected or kernels.join(["a", "b"]) != "ab":
                wrong.append(1)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong


def test_the_gil_is_released():
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.005)
    thread = threading.Thread(target=tick)
    thread.start()
    kernels.count_primes(10**12, 10**12 + 20_000, threads=1)
    done.set()
    thread.join()
    assert len(ticks) > 3


@pytest.mark.parametrize("threads", [1, None])
def test_ctrl_c_ends_a_kernel(threads):
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    start = time.perf_counter()
    try:
        with pytest.raises(KeyboardInterrupt):
            kernels.count_primes(2**61, 2**61 + 10**9, threads=threads)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.perf_counter() - start < 5


def test_a_signal_handlers_exception_comes_through():
    def handler(*_):
        raise TimeoutError("enough")
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(TimeoutError, match="enough"):
            kernels.count_primes(2**61, 2**61 + 10**9)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_forked_child_has_a_pool_of_its_own():
    program = textwrap.dedent("""
        import os, sys
        from photofinish import kernels
        values = list(range(100_000))
        kernels.sum(values)
        child = os.fork()
        if child == 0:
            os._exit(0 if kernels.sum(values) == sum(values) else 1)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """)
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_references_do_not_leak():
    piece, values = "piece" * 10, [10**6, "x"]
    before = sys.getrefcount(piece), sys.getrefcount(values[0])
    for _ in range(100):
        kernels.join([piece, piece])
        for bad in ([piece, 1], [piece, b""]):
            with pytest.raises(TypeError):
                kernels.join(bad)
        with pytest.raises(TypeError):
            kernels.sum(values)
    del bad
    assert (sys.getrefcount(piece), sys.getrefcount(values[0])) == before
