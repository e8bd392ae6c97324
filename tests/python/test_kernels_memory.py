"""Memory that kernels are given and memory that they do not get: multiprocessing.shared_memory, MemoryError.

Run: python3 -m pytest tests/python/test_kernels_memory.py
"""
import array
import re
import subprocess
import sys
import textwrap
from multiprocessing import shared_memory

import pytest

from photofinish import kernels

VALUES = [(7919 * i) % 10_007 - 5000 for i in range(40_000)]


@pytest.fixture
def shared():
    """A block of shared memory that holds VALUES as 64-bit integers."""
    memory = shared_memory.SharedMemory(create=True, size=8 * len(VALUES))
    memory.buf[:8 * len(VALUES)] = array.array("q", VALUES).tobytes()
    yield memory
    memory.close()
    memory.unlink()


@pytest.mark.parametrize("threads", [1, None])
def test_shared_memory_by_a_cast(shared, threads):
    before = kernels.copied_bytes()
    with shared.buf[:8 * len(VALUES)] as part, part.cast("q") as values:
        assert kernels.sum(values, threads=threads) == sum(VALUES)
        assert kernels.max(values, threads=threads) == max(VALUES)
        assert kernels.sort(values, threads=threads) == array.array("q", sorted(VALUES))
        assert kernels.count(values, threads=threads)[VALUES[0]] == VALUES.count(VALUES[0])
        kernels.sort_into(array.array("q", VALUES), values, threads=threads)
        assert list(values) == sorted(VALUES)
    del values, part
    assert kernels.copied_bytes() - before < 8 * len(VALUES), "the values are read where they are"


@pytest.mark.parametrize("threads", [1, None])
def test_shared_memory_as_numpy_array(shared, threads):
    numpy = pytest.importorskip("numpy")
    values = numpy.ndarray(len(VALUES), dtype=numpy.int64, buffer=shared.buf)
    assert kernels.sum(values, threads=threads) == sum(VALUES)
    assert kernels.nsmallest(3, values, threads=threads) == array.array("q", sorted(VALUES)[:3])
    del values  # or the memory cannot be closed


@pytest.mark.parametrize("threads", [1, None])
def test_shared_memory_as_bytes(shared, threads):
    text = b"one two\nthree\n" * 20_000
    shared.buf[:len(text)] = text
    with shared.buf[:len(text)] as part:
        assert kernels.sum(part, threads=threads) == sum(text)
        assert kernels.count_lines(part, threads=threads) == 40_000
        assert kernels.count_words(part, threads=threads) == 60_000
        assert kernels.longest_line(part, threads=threads).length == 7


CALLS = ["sort(values)", "argsort(values)", "count(values)", "unique(values)", "group_sum(values, values)", "group_indices(values)",
         "lookup(values, values, values, 0)", "cycle([1], 10**9)", "combinations(range(3000), 3)", "permutations(range(3000), 3)",
         "product(range(3000), repeat=3)", "format_lines(values)", "sqrt(values)", "nsmallest(10**6, values)", "chain(values, values)",
         "join([text] * 9)", "join([words] * 9)", "contains(distinct, 1)", "sort(range(10**7))", "matmul([1.0] * 3000, [1.0] * 3000, 3000, 1, 3000)"]


@pytest.fixture(scope="module")
def refusals():
    """What each of CALLS says with 8 MiB more than what was there before, too little for any of them, and a sum after it."""
    program = textwrap.dedent(f"""
        import array, resource
        from photofinish import kernels
        values, distinct = array.array("q", [5, -3]) * 10**6, array.array("q", range(10**6))
        text, words = b"x" * 10**7, "x" * 10**7
        kernels.sum([1])                     # its pool is there
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (8 << 20), -1))
        for call in {CALLS}:
            try:
                eval("kernels." + call)
                print("none")
            except MemoryError as error:
                print(error)
            print(kernels.sum([1, 2, 3]))
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    return dict(zip(CALLS, zip(lines[::2], lines[1::2], strict=True), strict=True))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS")
@pytest.mark.parametrize("call", CALLS)
def test_out_of_memory(call, refusals):
    message, after = refusals[call]
    # The kernel's own memory has no size; the result, or what is made of the arguments, has one.
    assert re.fullmatch(rf"kernels\.{call.partition('(')[0]}: not enough memory( for ([1-9]\d+ bytes|so many elements))?", message)
    assert after == "6"
