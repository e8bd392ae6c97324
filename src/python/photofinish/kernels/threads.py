"""What threads themselves can do and what they cost: waiting (src/kernels/wait), tiny tasks (src/kernels/tiny_tasks), messages
(src/kernels/messages)."""
from __future__ import annotations

from typing import NamedTuple

import _photofinish

__all__ = ["Passed", "RoundTrips", "Waits", "pass_messages", "round_trips", "tiny_tasks", "wait"]


class Waits(NamedTuple):
    """What wait() returns: seconds of the whole call; start and end of each wait, in seconds since the call."""

    seconds: float
    spans: list[tuple[float, float]]


class Passed(NamedTuple):
    """What pass_messages() returns: a checksum that depends on count and size alone; seconds from when both threads were there until the
    last message had arrived."""

    checksum: int
    seconds: float


class RoundTrips(NamedTuple):
    """What round_trips() returns: seconds of all; (from, to, count) for each class of the histogram: so many took from .. to nanoseconds."""

    seconds: float
    histogram: list[tuple[int, int, int]]


def wait(count: int, seconds: float, *, threads: int | None = None) -> Waits:
    """`count` waits of `seconds` each, one a thread at a time: on N threads they take seconds * count / N, rounded up to whole
    waits. Nothing is computed meanwhile.

    Raises ValueError for a count outside 0 to 2**20 and for seconds outside 0 to 86400.
    """
    elapsed, flat = _photofinish.wait(count, seconds, threads)
    return Waits(elapsed, list(zip(flat[::2], flat[1::2])))


def tiny_tasks(count: int, chunk: int, work: int, *, threads: int | None = None) -> int:
    """Runs `count` tasks of `work` multiplications and additions each, handed to the threads `chunk` at a time, and returns a
    checksum that depends on count and work alone. With little work, the time is what handing out costs.

    Raises ValueError for a count above 2**30, a chunk below 1 and work above 2**20.
    Algorithm: the steps of Knuth's linear congruential generator MMIX (src/kernels/tiny_tasks/README.md).
    """
    return _photofinish.tiny_tasks(count, chunk, work, threads)


def pass_messages(count: int, size: int = 8, batch: int = 1) -> Passed:
    """Passes `count` messages of `size` bytes from one thread to another, `batch` at a time. Always on two threads.

    Raises Unavailable where there are no two threads; ValueError for a size or batch below 1 and for size * batch above 2**20.
    Algorithm: a bounded ring buffer without locks (src/kernels/messages/README.md).
    """
    return Passed(*_photofinish.pass_messages(count, size, batch))


def round_trips(count: int, group: int = 1) -> RoundTrips:
    """Sends a message of 8 bytes to another thread and back, `count` times; the histogram says how long that took.

    The clock is read every `group` round trips, whose mean then counts as the time of each. A browser's clock steps by 5 to 20
    microseconds, more than a round trip may take: there use a group of 100. Counters widen by a quarter.
    Raises Unavailable where there are no two threads; ValueError for a group below 1.
    """
    return RoundTrips(*_photofinish.round_trips(count, group))
