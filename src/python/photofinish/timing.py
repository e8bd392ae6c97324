"""The timing loop: how long a call of each lane takes, measured in samples that the clock can resolve.

The method, with the measurements behind each choice, is told in src/stats/README.md: samples of 1 ms (or ten ticks of the clock),
a warm-up past tier-up, then blocks in which every lane runs once in random order. Nothing measured is ever dropped.

The clock is time.perf_counter. Times are seconds. Not thread safe: one race at a time in a process.
"""
from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import _photofinish

clock = time.perf_counter

WARM_UP_SECONDS = 0.5
WARM_UP_ROUNDS = 40
RESIZE_RUNS = 5  # a sample is sized by the fastest of so many runs or more
SLOW_ROUNDS = 2  # where 40 rounds would take more than twice the warm-up
BUILD_SECONDS = 0.02  # building the fresh inputs of one sample may take this long
CALLS_LIMIT = 1 << 30
ALIKE = 1.15  # lanes whose fastest calls are no further apart are given the same number of calls
UNSETTLED = 1.5  # a lane whose number of calls grows by more at the end of the warm-up is sized again
RESIZE_LIMIT = 8.0  # code becomes 2 to 4 times as fast while it warms up


def tick(seconds: float = 0.02, steps: int = 1000) -> float:
    """The smallest step of the clock seen in `seconds` of reading it; a fine clock shows `steps` of them sooner, and that is enough."""
    smallest = float("inf")
    end = clock() + seconds
    last = clock()
    while last < end and steps:
        now = clock()
        if now != last:
            smallest = min(smallest, now - last)
            last, steps = now, steps - 1
    return smallest


class Batch:
    """Calls one lane's function n times in a row inside the clock.

    The loop is compiled for the lane, so that every lane has the same one: locals only, arguments passed by position, the
    result dropped. Arguments that are built anew are built for the whole batch before the clock starts, and freed after it
    has stopped.
    """

    def __init__(self, function: Callable, values: Sequence[object], fresh: Sequence[bool]):
        self.builds = any(fresh)
        self._makers = [value for value, anew in zip(values, fresh) if anew]
        self._function, self._values, self._fresh = function, values, fresh
        names = [f"argument_{i}" for i in range(len(values))]
        call = f"function({', '.join(names)})"
        if self.builds:
            loop = f"for {', '.join(name for name, anew in zip(names, fresh) if anew)} in inputs"
        else:
            loop = "for _ in inputs"
        source = (f"def batch(inputs, {', '.join(['clock', 'function', *names])}):\n"
                  f"    start = clock()\n"
                  f"    {loop}:\n"
                  f"        {call}\n"
                  f"    return clock() - start\n")
        namespace: dict[str, Callable] = {}
        exec(compile(source, "<photofinish batch>", "exec"), namespace)
        self._batch = namespace["batch"]

    def arguments(self) -> list[object]:
        """The arguments of one call, built anew where they are to be."""
        return [value() if anew else value for value, anew in zip(self._values, self._fresh)]

    def once(self, arguments: Sequence[object] | None = None) -> object:
        """Calls the function a single time, outside any clock, and returns its result."""
        return self._function(*(self.arguments() if arguments is None else arguments))

    def inputs(self, n: int):
        """Something to loop over n times; with fresh arguments, their values."""
        if not self.builds:
            return itertools.repeat(None, n)
        if len(self._makers) == 1:
            make = self._makers[0]
            return [make() for _ in range(n)]
        return [tuple(make() for make in self._makers) for _ in range(n)]

    def run(self, inputs) -> float:
        """Seconds for one call with each of `inputs`."""
        return self._batch(inputs, clock, self._function, *self._values)

    def seconds(self, n: int) -> float:
        """Seconds for n calls. Whatever the function raises passes through."""
        return self.run(self.inputs(n))


@dataclass
class Timed:
    """One lane while it is being timed. calls: calls in one sample, settled by the warm-up."""

    id: str
    batch: Batch
    calls: int = 1
    copied: float = 0.0  # seconds spent copying in all samples
    samples: list[dict] = field(default_factory=list)
    short: bool = False  # samples are shorter than wanted, because building the inputs takes long
    fastest: float = float("inf")  # seconds of a call, in the fastest run of the warm-up that was long enough to tell
    runs: int = 0  # in the warm-up, with the present number of calls
    shortest: float = float("inf")  # seconds of the shortest of these runs

    def run(self, length: float) -> float:
        """Runs the calls once, outside any race; returns its seconds."""
        took = self.batch.seconds(self.calls)
        self.runs += 1
        self.shortest = min(self.shortest, took)
        if took >= length / 2:
            self.fastest = min(self.fastest, took / self.calls)
        return took

    def first_calls(self, length: float) -> float:
        """Doubles the calls until a run lasts `length` seconds; returns how long the last run took."""
        self._size(1)
        while True:
            took = self.run(length)
            if took >= length or self.calls >= self._limit(self.calls) or self.calls >= CALLS_LIMIT:
                return took
            self._size(self.calls * 2)

    def resize(self, length: float) -> None:
        """Sets the calls so that the fastest run lasts `length`: a preempted one would give too few calls.

        The runs are those since the last change of size; only what is missing to RESIZE_RUNS is run here. On a busy machine all of them
        may be preempted, so the earlier runs of the warm-up count as well. A lane with too few calls has shorter samples than the
        others, which are preempted less often: that alone made equal lanes differ at a load of 11.
        """
        while self.runs < RESIZE_RUNS:
            self.run(length)
        a_call = min(self.fastest, self.shortest / self.calls)
        # The first calls have found the size but for tier-up: a run that seems far too short is a clock that stood still.
        wanted = min(length / a_call, self.calls * RESIZE_LIMIT) if self.shortest > 0 else self.calls * 2.0
        wanted = max(1, min(round(wanted), CALLS_LIMIT))
        limit = self._limit(wanted)
        self.short = limit < wanted
        self._size(min(wanted, limit))

    def _size(self, calls: int) -> None:
        """Another number of calls: runs are counted anew."""
        self.calls, self.runs, self.shortest = calls, 0, float("inf")

    def _limit(self, n: int) -> int:
        """At most so many calls in a sample that building their inputs takes BUILD_SECONDS."""
        if not self.batch.builds:
            return CALLS_LIMIT
        probe = min(n, 16)
        start = clock()
        self.batch.inputs(probe)
        took = clock() - start
        return max(1, int(BUILD_SECONDS * probe / took)) if took > 0 else CALLS_LIMIT

    def sample(self, block: int) -> float:
        """One timed sample; returns and keeps its seconds."""
        copied = _photofinish.copy_seconds()
        n = self.calls
        took = self.batch.seconds(n)
        while took <= 0.0 and self.calls < CALLS_LIMIT:
            # The clock did not move: the sample was sized too short. A longer one takes its place.
            self.calls = n = n * 2
            took = self.batch.seconds(n)
        self.copied += _photofinish.copy_seconds() - copied
        self.samples.append({"block": block, "calls": n, "seconds": took})
        return took


def _nothing() -> None:
    pass


def overhead(length: float) -> float:
    """Seconds that the loop and the call of a function that does nothing take: part of every call of every lane.

    The fastest of five runs of half of `length` seconds or more. It is told, not subtracted.
    """
    batch, n = Batch(_nothing, [], []), 64
    while True:
        fastest = min(batch.seconds(n) for _ in range(5))
        if fastest >= length / 2 or n >= CALLS_LIMIT:
            return fastest / n
        n *= 2


def warm_up(lane_groups: Sequence[Timed], length: float, drop: Callable[[Timed, BaseException], None]) -> list[Timed]:
    """Runs all lanes in turn until their speed has settled, then fixes the calls of each sample. Returns the lanes left.

    At least 0.5 s and 40 rounds; where 40 rounds would take over 1 s, 0.5 s and 2 rounds. The first calls are one of them.
    Samples are sized half-way, when most code has become as fast as it will be, and by the other half for good.
    A lane that raises is handed to `drop` and leaves. KeyboardInterrupt passes through.
    """
    lanes = list(lane_groups)

    def each(step: Callable[[Timed], None]) -> None:
        for lane in list(lanes):
            try:
                step(lane)
            except (Exception, SystemExit) as error:
                lanes.remove(lane)
                drop(lane, error)

    def enough(share: float) -> bool:
        spent = clock() - start
        slow = spent * WARM_UP_ROUNDS > 2 * WARM_UP_SECONDS * rounds
        return spent >= share * WARM_UP_SECONDS and rounds >= share * (SLOW_ROUNDS if slow else WARM_UP_ROUNDS)

    def resize(lane: Timed) -> None:
        if lane.calls > 1 or lane.shortest < 2 * length:  # one call that always takes so long stays one call
            lane.resize(length)

    def settle(lane: Timed) -> None:
        before = lane.calls
        resize(lane)
        if lane.calls > before * UNSETTLED:  # it became faster late, in runs too short to tell how much
            resize(lane)

    start, rounds = clock(), 1
    each(lambda lane: lane.first_calls(length))
    for share, size in ((0.5, resize), (1.0, settle)):
        while lanes and not enough(share):
            each(lambda lane: lane.run(length))
            rounds += 1
        each(size)
    align(lanes)
    return lanes


def align(lanes: Sequence[Timed]) -> None:
    """Gives lanes that are about as fast as the first one its number of calls.

    A cost that falls due every few calls, such as collecting cyclic garbage, is in one sample and not in the next. How many samples
    have it depends on the calls in a sample: 4 against 5 of them made equal lanes differ by 2 % in a simulation, 5 against 5 by
    nothing. Lanes that are further apart keep samples of one length: longer ones are preempted more often.
    """
    first = lanes[0].fastest if lanes else 0.0
    for lane in lanes[1:]:
        if first / ALIKE <= lane.fastest <= first * ALIKE and not lane.short:
            lane.calls = lanes[0].calls
