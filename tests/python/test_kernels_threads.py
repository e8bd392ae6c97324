"""Primes one by one, waits, tiny tasks, messages between threads: results, errors, Ctrl-C.

Run: python3 -m pytest tests/python/test_kernels_threads.py
"""
import array
import math
import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from photofinish import kernels

THREADS = [1, None, *range(1, kernels.threads_available() + 1)]
two_threads = pytest.mark.skipif(kernels.threads_available() < 2, reason="needs two threads")


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))


@pytest.mark.parametrize("threads", THREADS)
def test_is_prime(threads):
    draw = random.Random(1)
    numbers = [*range(-5, 200), *(draw.randrange(10**6) for _ in range(200)), 2**32 - 5, 2**32 + 15, 65537**2, 10**10 + 19]
    for n in numbers:
        assert kernels.is_prime(n, threads=threads) is is_prime(n)
    assert list(kernels.are_prime(numbers, threads=threads)) == [is_prime(n) for n in numbers]


def test_are_prime_forms():
    numbers = range(20_000)
    expected = kernels.are_prime(list(numbers))
    assert type(expected) is bytes and sum(expected) == 2262
    for form in (numbers, tuple(numbers), array.array("q", numbers), array.array("i", numbers), iter(numbers)):
        assert kernels.are_prime(form) == expected
    assert kernels.are_prime([]) == b""


@pytest.mark.parametrize("threads", THREADS)
def test_waits(threads):
    number = threads or kernels.threads_available()
    for count in (0, 1, number, number + 1):
        waits = kernels.wait(count, 0.02, threads=threads)
        assert waits.seconds >= math.ceil(count / number) * 0.02
        assert len(waits.spans) == count
        assert all(0 <= start and start + 0.02 <= end <= waits.seconds for start, end in waits.spans)
    assert kernels.wait(3, 0).seconds < 5


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("chunk", [1, 7, 10**6])
def test_tiny_tasks(threads, chunk):
    def task(x, work):
        for _ in range(work):
            x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
        return x >> 33
    for count, work in ((0, 5), (1, 0), (100, 1), (1000, 4)):
        assert kernels.tiny_tasks(count, chunk, work, threads=threads) == sum(task(i, work) for i in range(count))


@two_threads
@pytest.mark.parametrize("size", [1, 8, 100, 2**16])
@pytest.mark.parametrize("batch", [1, 10])
def test_messages(size, batch):
    for count in (0, 1, 2, 300):
        passed = kernels.pass_messages(count, size, batch)
        assert passed.checksum == sum(i % 256**min(size, 8) for i in range(count))
        assert passed.seconds > 0


@two_threads
@pytest.mark.parametrize("group", [1, 100])
def test_round_trips(group):
    seconds, histogram = kernels.round_trips(2000, group)
    assert sum(count for _, _, count in histogram) == 2000
    assert seconds > 0
    assert all(low < high for low, high, _ in histogram)
    assert sorted(histogram) == histogram
    assert sum(low * count for low, _, count in histogram) * 1e-9 <= seconds * 1.01
    assert kernels.round_trips(0).histogram == []


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.is_prime(2**62 + 1), ValueError, "2**62"),
    (lambda: kernels.is_prime(2**63), OverflowError, ""),
    (lambda: kernels.is_prime(7.0), TypeError, "float"),
    (lambda: kernels.is_prime("7"), TypeError, "str"),
    (lambda: kernels.are_prime([2, 2**62 + 1]), ValueError, "out"),
    (lambda: kernels.are_prime([2.0]), TypeError, "expected ints, not floats"),
    (lambda: kernels.are_prime(7), TypeError, "not int"),
    (lambda: kernels.wait(-1, 1), ValueError, "count must be 0 to 1048576, not -1"),
    (lambda: kernels.wait(10**30, 1), ValueError, "count must be"),
    (lambda: kernels.wait(1, -0.5), ValueError, "seconds must be 0 to 86400, not -0.5"),
    (lambda: kernels.wait(1, math.nan), ValueError, "seconds"),
    (lambda: kernels.wait(1, "1"), TypeError, ""),
    (lambda: kernels.wait(1.5, 1), TypeError, "float"),
    (lambda: kernels.tiny_tasks(1, 0, 1), ValueError, "chunk must be 1"),
    (lambda: kernels.tiny_tasks(2**31, 1, 1), ValueError, "count must be"),
    (lambda: kernels.tiny_tasks(1, 1, 2**20 + 1), ValueError, "work must be"),
    (lambda: kernels.tiny_tasks(1, 1, None), TypeError, "NoneType"),
    (lambda: kernels.pass_messages(-1), ValueError, "count"),
    (lambda: kernels.pass_messages(1, 0), ValueError, "size must be 1 to 1048576, not 0"),
    (lambda: kernels.pass_messages(1, 8, 0), ValueError, "batch must be"),
    (lambda: kernels.pass_messages(1, 2**20, 2), ValueError, "size * batch"),
    (lambda: kernels.round_trips(1, 0), ValueError, "group must be"),
    (lambda: kernels.round_trips(2.0), TypeError, "float"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


@two_threads
@pytest.mark.parametrize("call", [
    lambda: kernels.is_prime(2**62 - 57),
    lambda: kernels.are_prime([2**62 - 57] * 1000),
    lambda: kernels.wait(1000, 3600),
    lambda: kernels.wait(1, 3600, threads=1),
    lambda: kernels.tiny_tasks(2**30, 2**30, 2**20),
    lambda: kernels.pass_messages(2**62),
    lambda: kernels.pass_messages(2**62, 8, 1000),
    lambda: kernels.round_trips(2**62),
], ids=lambda call: "")
def test_ctrl_c(call):
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    start = time.perf_counter()
    try:
        with pytest.raises(KeyboardInterrupt):
            call()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.perf_counter() - start < 5


@pytest.mark.skipif(not hasattr(__import__("os"), "sched_setaffinity"), reason="needs sched_setaffinity")
def test_messages_need_two_threads():
    program = textwrap.dedent("""
        import os
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        from photofinish import kernels
        assert kernels.threads_available() == 1
        for call in (lambda: kernels.pass_messages(10), lambda: kernels.round_trips(10)):
            try:
                call()
            except kernels.Unavailable as error:
                assert "cores" in str(error)
            else:
                raise AssertionError("no error")
    """)
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
