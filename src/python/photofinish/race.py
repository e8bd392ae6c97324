"""Runs a race: setup, one checked call of every lane on the same input, warm-up, blocks in random order, looks, a verdict.

What is said of the lanes comes from the C statistics (_photofinish.Race); this file only decides when to measure and when
to look. While a race runs, garbage collection stays on, alike for all lanes; once after the warm-up everything alive is
collected and frozen (gc.freeze), so that no lane pays for sweeping what was there before, and thawed again at the end.
"""
from __future__ import annotations

import datetime
import gc
import hashlib
import os
import platform
import random
import reprlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import _photofinish

from . import report, timing, tracebacks
from .lanes import Lane, LanesError, LanesFile
from .module import LanesModule

BUDGET = 9.3  # seconds of measuring
ALONE_BUDGET = 1.5  # for a lane that has nothing to be compared with
EVENT_SECONDS = 0.15  # samples are told no more often than this
COARSEST_TICK = 0.01  # seconds; beyond this no verdict is given
SEEDS = 1 << 31

Emit = Callable[[dict], None]


@dataclass
class Runner:
    """A lane in this race. error or unavailable: it does not run."""

    lane: Lane
    error: str | None = None
    unavailable: bool = False
    batch: timing.Batch | None = None
    value: object = None
    timed: timing.Timed | None = None

    @property
    def runs(self) -> bool:
        return self.error is None

    def fail(self, error: BaseException) -> None:
        """Takes the lane out of the race, with the reason as the reader should see it."""
        self.batch = None
        if isinstance(error, _photofinish.Unavailable):
            self.error, self.unavailable = str(error), True
        else:
            self.error = tracebacks.of(error)


@dataclass
class Outcome:
    """What the measuring left behind."""

    comparisons: list[dict] = field(default_factory=list)
    seconds: float = 0.0
    decided: bool = True
    notes: list[str] = field(default_factory=list)


def run(file: LanesFile, *, lesson: str | None = None, params: Mapping[str, int | float] | None = None,
        lanes: list[str] | None = None, seed: int | None = None, budget: float | None = None,
        where: Mapping[str, object] | None = None, emit: Emit | None = None) -> dict:
    """Races the lanes of `file` and returns the report (web/protocol.ts, report.schema.json).

    params  overrides of the parameters cell     lanes   ids to race; None: all
    seed    of the order inside the blocks; None: drawn anew; the report tells it
    budget  seconds of measuring (default 9.3); a race ends earlier as soon as every lane is decided
    where   what the page knows of the machine; the clock's tick is measured here
    emit    is told the events of a race (RaceEvent of web/protocol.ts) between samples, never inside one

    Raises LanesError for wrong options, SetupError where the setup or check cell raised; KeyboardInterrupt passes through.
    A lane that raises is in the report with its traceback. Takes about budget + 1.2 s for lanes of calls under 10 ms.
    """
    emit = emit or (lambda event: None)
    chosen = file.choose(lanes)
    parameters = file.with_parameters(params)
    budget = BUDGET if budget is None else float(budget)
    if not 0.05 <= budget <= 3600:
        raise LanesError(f"a budget of {budget:g} s is outside 0.05 to 3600 s")
    seed = random.SystemRandom().randrange(SEEDS) if seed is None else int(seed)

    emit({"event": "stage", "stage": "setup"})
    tick = timing.tick()
    with LanesModule(file, parameters) as module:
        runners = [_runner(lane, module) for lane in chosen]
        emit({"event": "stage", "stage": "check"})
        since = timing.clock()
        equal, value, notes = _check(runners, module.same)
        emit({"event": "checked", "equal": equal, "value": value, "seconds": timing.clock() - since,
              "lanes": [_introduce(runner) for runner in runners]})
        outcome = _measure(runners, tick, seed, budget, emit)
    whole = {
        "schema": report.SCHEMA,
        "lesson": lesson,
        "source_sha256": hashlib.sha256(file.source.encode("utf-8", "surrogatepass")).hexdigest(),
        "params": parameters,
        "where": {**(here() if where is None else where), "clock_tick_ns": round(tick * 1e9, 3)},
        "seed": seed,
        "equal": equal,
        "value": value,
        "lanes": [_lane_report(runner) for runner in runners],
        "comparisons": outcome.comparisons,
        "seconds": outcome.seconds,
        "notes": notes + outcome.notes,
    }
    return report.checked(whole)


def here() -> dict:
    """Where a native race runs. clock_tick_ns is added by the race itself."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        cores = os.cpu_count() or 1
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"python": platform.python_version(), "runtime": "native", "cores": cores, "date": date}


# ---------------------------------------------------------------------------------------------- before the clock

def _runner(lane: Lane, module: LanesModule) -> Runner:
    runner = Runner(lane)
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    if lane.options.get("python") == "free-threaded" and gil:
        runner.error, runner.unavailable = "this lane wants the free-threaded Python, and this interpreter has a GIL", True
    elif lane.id in module.errors:
        runner.error = module.errors[lane.id]
    else:
        try:
            _, values, fresh = module.arguments(lane)
            runner.batch = timing.Batch(module.functions[lane.id], values, fresh)
        except LanesError as error:
            runner.error = str(error)
    return runner


def _check(runners: Sequence[Runner], same: Callable | None) -> tuple[bool, str, list[str]]:
    """Calls every lane once on the same input. Returns whether all values agree, the first of them for display, notes."""
    notes: list[str] = []
    first: Runner | None = None
    equal = True
    for runner in runners:
        if not runner.runs:
            continue
        try:
            runner.value = runner.batch.once()
        except (Exception, SystemExit) as error:
            runner.fail(error)
            continue
        if first is None:
            first = runner
            continue
        try:
            agrees = bool((same or _same)(first.value, runner.value))
        except (Exception, SystemExit) as error:
            agrees = False
            notes.append(f"comparing {runner.lane.id} with {first.lane.id} failed: {tracebacks.of(error).strip().splitlines()[-1]}")
        if not agrees:
            equal = False
            notes.append(f"{runner.lane.id} returned {shorten(runner.value)} where {first.lane.id} returned {shorten(first.value)}")
    value = shorten(first.value) if first else ""
    for runner in runners:
        runner.value = None
    return equal, value, notes


def _same(a: object, b: object) -> bool:
    numpy = sys.modules.get("numpy")
    if numpy is not None and (isinstance(a, numpy.ndarray) or isinstance(b, numpy.ndarray)):
        return numpy.array_equal(a, b)
    return a == b


def shorten(value: object) -> str:
    """A repr of at most about 120 characters, whatever the value; long collections show their ends."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = 80
    short.maxlist = short.maxtuple = short.maxset = short.maxfrozenset = short.maxdeque = short.maxarray = 8
    try:
        text = short.repr(value)
    except Exception as error:  # a repr of the reader's own class, or an int of over 4300 digits
        text = f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= 120 else text[:80] + "..." + text[-37:]


def _introduce(runner: Runner) -> dict:
    lane = {"id": runner.lane.id, "kind": runner.lane.kind, "title": runner.lane.title}
    if runner.error is not None:
        lane["error"] = runner.error
    if runner.unavailable:
        lane["unavailable"] = True
    return lane


# ---------------------------------------------------------------------------------------------- inside the clock

def _measure(runners: Sequence[Runner], tick: float, seed: int, budget: float, emit: Emit) -> Outcome:
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
            _Blocks(timed, by_id, tick, seed, budget, emit, outcome).run()
    finally:
        if not frozen:
            gc.unfreeze()
    for lane in timed:
        by_id[lane.id].timed = lane
    outcome.notes += _remarks(timed, outcome, tick, budget)
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

    def run(self) -> None:
        start = timing.clock()
        looks = 0  # looks that have passed, used or skipped
        elapsed = 0.0
        last = False
        while self.timed and not last:
            self._block()
            elapsed = timing.clock() - start
            due = sum(1 for look in range(_photofinish.LOOKS) if elapsed >= self.budget * _photofinish.look_fraction(look))
            last = due == _photofinish.LOOKS
            if due > looks:
                looks = due
                last = self._look(due - 1, last, elapsed)
            elif elapsed - self.told >= EVENT_SECONDS:
                self._tell(elapsed)
        self.outcome.seconds = elapsed

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
        return {"baseline": base, "lane": lane, "ratio": ratio, "low": low, "high": high, "mean_ratio": mean,
                "verdict": verdict, "blocks": len(self.blocks), "flags": found["flags"]}


# ---------------------------------------------------------------------------------------------- after the clock

def _lane_report(runner: Runner) -> dict:
    lane = {**_introduce(runner), "samples": [], "per_call": None}
    timed = runner.timed
    if timed is not None and timed.samples:
        lane["samples"] = timed.samples
        if runner.runs:
            median, low, high = _photofinish.median([sample["seconds"] / sample["calls"] for sample in timed.samples])
            lane["per_call"] = {"median": median, "low": low, "high": high}
            if timed.copied > 0:
                # A share of the typical call, since what delays a sample delays its copying as well.
                lane["copy_seconds"] = median * min(1.0, timed.copied / sum(sample["seconds"] for sample in timed.samples))
    return lane


FLAG_WORDS = {
    "few": f"fewer than {_photofinish.MIN_BLOCKS} blocks were measured, so only their median and range are shown",
    "unsteady": "the ratio itself moved while the race ran",
    "tail": "rare dear calls make the mean tell another story than the typical call",
    "noisy": "more than a quarter of the blocks lie far from the rest",
    "coarse": "the clock's tick is more than a tenth of a sample",
}


def _remarks(timed: Sequence[timing.Timed], outcome: Outcome, tick: float, budget: float) -> list[str]:
    notes = ["Garbage collection stays on for every lane; what was alive before the race is frozen and not swept."]
    if tick > COARSEST_TICK:
        notes.append(f"The clock moves in steps of {tick * 1e3:.0f} ms: too coarse for a verdict.")
    for found in outcome.comparisons:
        for flag in found["flags"]:
            notes.append(f"{found['lane']} against {found['baseline']}, {flag}: {FLAG_WORDS[flag]}.")
    for lane in timed:
        if lane.short:
            notes.append(f"{lane.id}: building its inputs anew takes long, so its samples are shorter than wanted.")
    if not outcome.decided:
        open_lanes = ", ".join(found["lane"] for found in outcome.comparisons if found["verdict"] == "undecided")
        few = any("few" in found["flags"] for found in outcome.comparisons)
        hint = "calls this slow want a larger budget or a smaller parameter" if few else "a new race may decide"
        notes.append(f"The budget of {budget:g} s ended undecided for {open_lanes}; {hint}.")
    return notes
