"""Calls on several threads that go to another memory, as in the page. Here the other memory is a mapping below 4 GB, so that its
addresses fit 32 bits, and the functions behind the table indices are ctypes callbacks. In a process of its own, since the
connection is the process's.

Run: python3 -m pytest tests/python/test_remote.py
"""
import platform
import subprocess
import sys
import textwrap

import pytest

WORLD = """
import array, ctypes, mmap
import _photofinish
from photofinish import kernels

SIZE = 1 << 26
MAP_32BIT = 0x40
library = ctypes.CDLL(None)
library.mmap.restype = ctypes.c_void_p
library.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
memory = library.mmap(None, SIZE, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_32BIT, -1, 0)
assert memory and memory + SIZE < 1 << 32

extension = ctypes.CDLL(_photofinish.__file__)
class Kernel(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("summary", ctypes.c_char_p),
                ("run", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p))]
extension.pf_kernels.restype = ctypes.POINTER(Kernel)
table = extension.pf_kernels(ctypes.byref(ctypes.c_size_t()))

live, log, top = {}, [], [memory]
refuse = {"alloc": None, "run": None, "cancelled": 0}

@ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_uint32)
def alloc(bytes):
    if refuse["alloc"] is not None:
        if refuse["alloc"] == 0:
            return 0
        refuse["alloc"] -= 1
    at = top[0]
    top[0] += (bytes + 31) // 16 * 16
    live[at] = bytes
    return at

@ctypes.CFUNCTYPE(None, ctypes.c_uint32)
def free(at):
    del live[at]
    if not live:
        top[0] = memory

@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_uint32)
def run(kernel, threads, job):
    log.append((table[kernel].name.decode(), threads))
    return refuse["run"] if refuse["run"] is not None else table[kernel].run(None, job)

@ctypes.CFUNCTYPE(ctypes.c_int)
def cancelled():
    return refuse["cancelled"]

@ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32)
def copy_in(to, source, bytes):
    assert any(at <= to and to + bytes <= at + size for at, size in live.items())
    ctypes.memmove(to, source, bytes)

@ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32)
def copy_out(to, source, bytes):
    assert any(at <= source and source + bytes <= at + size for at, size in live.items())
    ctypes.memmove(to, source, bytes)

def index(function):
    return ctypes.cast(function, ctypes.c_void_p).value

_photofinish.connect(*map(index, (alloc, free, run, cancelled, copy_in, copy_out)), 3)

def raises(error, call):
    try:
        call()
    except error as caught:
        assert not live, live
        return str(caught)
    raise AssertionError("nothing raised")
"""

TESTS = {
    "runs there on several threads and here on one": """
        assert kernels.threads_available() == 3
        assert kernels.sum([1, 2, 3], threads=1) == 6 and log == []
        assert kernels.sum([1, 2, 3]) == 6 and log == [("sum_int64", 0)]
        assert kernels.sum([1, 2, 3], threads=2) == 6 and log[-1] == ("sum_int64", 2)
        assert "pool here has 3" in raises(ValueError, lambda: kernels.sum([1], threads=4))
    """,
    "all kernels give the same there and here": """
        values = array.array("q", range(-50_000, 70_000))
        reals = array.array("d", [i / 7 for i in range(50_000)])
        for data in (values, reals, list(values), [], range(5)):
            assert kernels.sum(data) == kernels.sum(data, threads=1)
            if len(data):
                assert kernels.min(data) == kernels.min(data, threads=1)
                assert kernels.max(data) == kernels.max(data, threads=1)
        assert kernels.count_primes(0, 10_000) == 1229
        for pieces in ([], [""], ["a"], ["a", "", "€"] * 5000):
            for separator in ("", "-", "ä"):
                assert kernels.join(pieces, separator) == separator.join(pieces)
                encoded = [piece.encode() for piece in pieces]
                assert kernels.join(encoded, separator.encode()) == separator.encode().join(encoded)
        assert not live
        assert {name for name, _ in log} == {"sum_int64", "sum_double", "min_int64", "min_double", "max_int64", "max_double",
                                             "count_primes", "concat"}
    """,
    "reductions of every type give the same there and here": """
        for data in (array.array("i", range(-300, 70_000)), array.array("f", range(70_000)), bytes(range(256)) * 300):
            for reduce in (kernels.sum, kernels.min, kernels.max, kernels.mean, kernels.any, kernels.all):
                assert reduce(data) == reduce(data, threads=1)
            assert kernels.dot(data, data) == kernels.dot(data, data, threads=1)
        assert not live and {name for name, _ in log} >= {"sum_int32", "mean_bytes", "any_float", "dot_int32"}
    """,
    "sorting is the same there and here": """
        import random
        for n in (0, 1, 1000, 50_000):
            for values in (array.array("q", random.Random(n).randbytes(8 * n)), array.array("d", map(random.Random(n).gauss, [0] * n, [1] * n))):
                for algorithm in ("radix", "merge"):
                    assert kernels.sort(values, algorithm=algorithm) == kernels.sort(values, algorithm=algorithm, threads=1)
                assert kernels.argsort(values) == kernels.argsort(values, threads=1)
                assert kernels.sort_by_key(values, values) == kernels.sort(values, threads=1)
                for algorithm in ("select", "heap"):
                    assert kernels.nlargest(n // 9, values, algorithm=algorithm) == kernels.nlargest(n // 9, values, threads=1)
        assert not live
    """,
    "arrays and text give the same there and here": """
        x, y = array.array("d", range(20_000)), array.array("d", [i / 7 for i in range(20_000)])
        for call in (lambda **t: kernels.sqrt(x, **t), lambda **t: kernels.axpy(0.1, x, y, **t), lambda **t: kernels.matmul(x, y, 100, 200, 100, **t),
                     lambda **t: kernels.format_lines(y, **t), lambda **t: kernels.format_lines(range(9000), **t)):
            assert call() == call(threads=1)
        out = array.array("d", bytes(8 * 20_000))
        assert kernels.sqrt(x, out=out) is out and out == kernels.sqrt(x, threads=1)
        assert "index 1" in raises(ValueError, lambda: kernels.sqrt([0, -1]))
        text = b"some words\\n and more\\n\\n" * 20_000 + b"the end"
        for read in (kernels.count_lines, kernels.count_words, kernels.longest_line, kernels.line_starts):
            assert read(text) == read(text, threads=1)
        assert not live and {name for name, _ in log} == {"sqrt_double", "axpy_double", "matmul_double", "format_double", "format_int64",
                                                          "count_lines", "count_words", "longest_line", "line_starts"}
    """,
    "containers are the same there and here": """
        import random
        for n in (0, 1, 1000, 20_000):
            draw = random.Random(n)
            for keys in (array.array("q", (draw.randrange(300) for _ in range(n))), [str(draw.randrange(n)) for _ in range(n)]):
                values = array.array("d", map(draw.gauss, [0] * n, [1] * n))
                for call in (lambda threads: kernels.count(keys, threads=threads), lambda threads: kernels.unique(keys, threads=threads),
                             lambda threads: kernels.group_indices(keys, threads=threads),
                             lambda threads: kernels.group_sum(keys, values, threads=threads),
                             lambda threads: kernels.lookup(keys, values, keys, threads=threads),
                             lambda threads: kernels.contains(keys, keys[:9], method="scan", threads=threads),
                             lambda threads: kernels.contains(keys, keys, threads=threads)):
                    assert call(None) == call(1)
        assert kernels.deque_play("AaAPp", [1, 2, 3]) == (array.array("q", [3, 2]), 1)
        bytes = kernels.copied_bytes()
        kernels.count(array.array("q", [7]) * 50_000)
        assert kernels.copied_bytes() - bytes < 402_000  # of two arrays of counts, one element each
        assert "b" in raises(KeyError, lambda: kernels.lookup(["a"], [1], ["b"]))
        assert not live
    """,
    "copies are accounted for": """
        values = array.array("q", range(10_000))
        bytes, seconds = kernels.copied_bytes(), kernels.copy_seconds()
        kernels.sum(values)
        assert 80_000 < kernels.copied_bytes() - bytes < 82_000
        assert kernels.copy_seconds() > seconds
    """,
    "errors there are errors here": """
        assert "empty" in raises(ValueError, lambda: kernels.min([]))
        raises(OverflowError, lambda: kernels.sum([2**63 - 1, 1]))
        for allowed in range(4):
            refuse["alloc"] = allowed
            raises(MemoryError, lambda: kernels.join(["a", "b"], "-"))
        refuse["alloc"] = 0
        raises(MemoryError, lambda: kernels.sum([1]))
        refuse["alloc"] = None
        for status, error in ((1, MemoryError), (2, OverflowError), (4, KeyboardInterrupt), (5, ValueError), (6, RuntimeError)):
            refuse["run"] = status
            raises(error, lambda: kernels.sum([1, 2]))
    """,
    "a kernel that runs here asks whether it is cancelled": """
        refuse["cancelled"] = 1
        raises(KeyboardInterrupt, lambda: kernels.count_primes(2**61, 2**61 + 10**9, threads=1))
    """,
    "disconnected, calls run here again": """
        _photofinish.connect(0, 0, 0, 0, 0, 0, 0)
        assert kernels.sum([1, 2]) == 3 and log == []
    """,
    "a wrong size of the pool is refused": """
        for threads in (-1, 65):
            assert "64" in raises(ValueError, lambda: _photofinish.connect(0, 0, 0, 0, 0, 0, threads))
    """,
}


@pytest.mark.skipif(platform.system() != "Linux" or platform.machine() != "x86_64", reason="needs MAP_32BIT")
@pytest.mark.parametrize("name", TESTS)
def test_remote(name):
    done = subprocess.run([sys.executable, "-c", WORLD + textwrap.dedent(TESTS[name])], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
