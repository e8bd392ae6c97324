"""Inside the clock: warm-up, blocks in random order, looks, until every lane is decided or the budget is spent.

What is said of the lanes comes from the C statistics (_photofinish.Race); this file only decides when to measure and when
to look.
"""
from __future__ import annotations

import contextlib
import gc
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import _photofinish

from . import disturbances, timing
from .runner import Runner

ALONE_BUDGET = 1.5  # seconds for a lane that has nothing to be compared with
EVENT_SECONDS = 0.15  # samples are told no more often than this
COARSEST_TICK = 0.01  # seconds; beyond this no verdict is given

Emit = Callable[[dict], None]


@dataclass
class Outcome:
    """What the measuring left behind."""

    comparisons: list[dict] = field(default_factory=list)
    seconds: float = 0.0
    decided: bool = True
    overhead: float = 0.0  # seconds of an empty call (timing.overhead)
    disturbances: list[dict] = field(default_factory=list)


def measure(runners: Sequence[Runner], tick: float, seed: int, budget: float, emit: Emit,
            hidden: Callable[[], bool] | None = None) -> Outcome:
    """Times the lanes that run; sets each one's `timed`, or its `error` where it raised. hidden: see disturbances.Watch.

    Garbage collection stays on, alike for all lanes; once after the warm-up everything alive is collected and frozen (gc.freeze), so
    that no lane pays for sweeping what was there before, and thawed again at the end.
    """
    outcome = Outcome()
    by_id = {runner.lane.id: runner for runner in runners}
    timed = [timing.Timed(runner.lane.id, runner.batch) for runner in runners if runner.runs]
    if not timed:
        return outcome
    length = _photofinish.sample_seconds(tick)
    emit({"event": "stage", "stage": "warm-up"})
    frozen = gc.get_freeze_count()
    try:
        timed = timing.warm_up(timed, length, lambda lane, error: by_id[lane.id].fail(error))
        gc.collect()
        gc.freeze()
        emit({"event": "stage", "stage": "race"})
        if timed:
            _Blocks(timed, by_id, tick, seed, budget, emit, outcome).run(disturbances.Watch(hidden, emit))
        outcome.overhead = timing.overhead(length)  # now, since whoever watches waits for the first look
    finally:
        if not frozen:
            gc.unfreeze()
    for lane in timed:
        by_id[lane.id].timed = lane
    return outcome


class _Blocks:
    """The measuring itself: blocks until every lane is decided or the budget is spent."""

    def __init__(self, timed: list[timing.Timed], by_id: Mapping[str, Runner], tick: float, seed: int, budget: float,
                 emit: Emit, outcome: Outcome):
        self.timed, self.by_id, self.tick, self.emit, self.outcome = timed, by_id, tick, emit, outcome
        self.budget = budget if len(timed) > 1 else min(budget, ALONE_BUDGET)
        self.order = random.Random(seed)
        self.calls = {lane.id: lane.calls for lane in timed}
        self.blocks: list[dict[str, float]] = []
        self.told = 0.0  # elapsed seconds at the last event of samples
        self.untold: dict[str, list[dict]] = {}
        self.statistics = self._statistics()

    def _statistics(self) -> _photofinish.Race | None:
        """A race over all blocks so far of the lanes still running; None where there is nothing to compare."""
        if len(self.timed) < 2:
            return None
        race = _photofinish.Race(len(self.timed), 0, [self.calls[lane.id] for lane in self.timed], self.tick)
        for block in self.blocks:
            race.add_block([block[lane.id] for lane in self.timed])
        return race

    def run(self, watch: disturbances.Watch) -> None:
        looks = 0  # looks that have passed, used or skipped
        elapsed = 0.0
        last = False
        while self.timed and not last:
            if watch.pause():
                self._run_in()
                watch.restart()
            self._block()
            elapsed = watch.block()
            due = sum(1 for look in range(_photofinish.LOOKS) if elapsed >= self.budget * _photofinish.look_fraction(look))
            last = due == _photofinish.LOOKS
            if due > looks:
                looks = due
                last = self._look(due - 1, last, elapsed)
            elif elapsed - self.told >= EVENT_SECONDS:
                self._tell(elapsed)
        self.outcome.seconds, self.outcome.disturbances = elapsed, watch.end()

    def _run_in(self) -> None:
        """Every lane once, uncounted: after a pause nothing is in the caches any more."""
        for lane in self.timed:
            with contextlib.suppress(Exception, SystemExit):  # it will raise in the next block, where that is told
                lane.batch.seconds(lane.calls)

    def _block(self) -> None:
        """Every lane once, in an order shuffled anew. A lane that raises leaves the race with all of its samples."""
        order = list(self.timed)
        self.order.shuffle(order)
        block: dict[str, float] = {}
        number = len(self.blocks)
        for lane in order:
            try:
                took = lane.sample(number)
            except (Exception, SystemExit) as error:
                self.by_id[lane.id].fail(error)
                self.timed.remove(lane)
                self.untold.pop(lane.id, None)
                self.statistics, self.outcome.comparisons = None, []
                continue
            sample = lane.samples[-1]
            # The statistics know one number of calls a lane; a sample that had to grow is scaled to it.
            block[lane.id] = max(took, 1e-12) * self.calls[lane.id] / sample["calls"]
            self.untold.setdefault(lane.id, []).append(sample)
        self.blocks.append(block)
        if self.statistics is None:
            self.statistics = self._statistics()
        else:
            self.statistics.add_block([block[lane.id] for lane in self.timed])

    def _tell(self, elapsed: float) -> None:
        if self.untold:
            self.emit({"event": "samples", "lanes": self.untold, "seconds": elapsed, "budget": self.budget})
        self.untold, self.told = {}, elapsed

    def _look(self, number: int, last: bool, elapsed: float) -> bool:
        """Looks, tells and returns whether the race is over. With too few blocks a look says nothing and is skipped."""
        self._tell(elapsed)
        if self.statistics is None or (len(self.blocks) < _photofinish.MIN_BLOCKS and not last):
            return last
        comparisons = [self._comparison(found) for found in self.statistics.look(number, last)]
        decided = all(found["verdict"] != "undecided" for found in comparisons)
        last = last or decided
        self.outcome.comparisons, self.outcome.decided = comparisons, decided
        self.emit({"event": "look", "look": number, "last": last, "comparisons": comparisons})
        return last

    def _comparison(self, found: dict) -> dict:
        lane, base = self.timed[found["lane"]].id, self.timed[0].id
        ratio, low, high, mean = found["ratio"], found["low"], found["high"], found["mean_ratio"]
        if "few" in found["flags"]:
            # No interval can be given: show the blocks' own median and range, without a verdict.
            per_call = [(block[base] / self.calls[base]) / (block[lane] / self.calls[lane]) for block in self.blocks]
            ratio, low, high = _photofinish.median(per_call)
            mean = (sum(block[base] for block in self.blocks) / self.calls[base]) / (
                sum(block[lane] for block in self.blocks) / self.calls[lane])
        verdict = found["verdict"] if self.tick <= COARSEST_TICK else "undecided"
        high = min(high, sys.float_info.max)  # an interval of next to no information may reach infinity, which JSON lacks
        comparison = {"baseline": base, "lane": lane, "ratio": ratio, "low": low, "high": high, "mean_ratio": mean,
                      "verdict": verdict, "blocks": len(self.blocks), "flags": found["flags"]}
        if "few" not in found["flags"]:
            comparison["standard_error"] = found["standard_error"]
        return comparison
