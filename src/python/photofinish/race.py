"""Runs a race: setup, one checked call of every lane on the same input, warm-up, blocks in random order, looks, a verdict.

The parts stand apart: runner.py a lane in a race, check.py what is called before the clock, blocks.py what happens inside it,
passes.py the untimed calls after it (memory, counts), account.py what is said at the end.
"""
from __future__ import annotations

import datetime
import hashlib
import os
import platform
import random
from collections.abc import Callable, Mapping

from . import account, blocks, check, passes, report, runner, timing
from .blocks import Emit
from .lanes import LanesError, LanesFile
from .module import LanesModule

BUDGET = 9.3  # seconds of measuring
SEEDS = 1 << 31


def run(file: LanesFile, *, lesson: str | None = None, params: Mapping[str, int | float] | None = None,
        lanes: list[str] | None = None, seed: int | None = None, budget: float | None = None,
        where: Mapping[str, object] | None = None, emit: Emit | None = None, hidden: Callable[[], bool] | None = None,
        untimed: bool = True) -> dict:
    """Races the lanes of `file` and returns the report (web/protocol.ts, report.schema.json).

    params  overrides of the parameters cell     lanes   ids to race; None: all
    seed    of the order inside the blocks; None: drawn anew; the report tells it
    budget  seconds of measuring (default 9.3); a race ends earlier as soon as every lane is decided
    where   what the page knows of the machine; the clock's tick is measured here
    emit    is told the events of a race (RaceEvent of web/protocol.ts) between samples, never inside one
    untimed whether to find out about memory and counts afterwards, where the file asks for them (passes.py)
    hidden  asked between blocks whether the page is hidden; the race pauses while it is (disturbances.py)

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
        runners = [runner.make(lane, module) for lane in chosen]
        emit({"event": "stage", "stage": "check"})
        since = timing.clock()
        equal, value, notes = check.check(runners, module.same)
        emit({"event": "checked", "equal": equal, "value": value, "seconds": timing.clock() - since,
              "lanes": [runner.introduce(one) for one in runners]})
        outcome = blocks.measure(runners, tick, seed, budget, emit, hidden)
        if untimed:
            notes += passes.run(file, module, runners)
    whole = {
        "schema": report.SCHEMA,
        "lesson": lesson,
        "source_sha256": source_sha256(file),
        "params": parameters,
        "where": {**(here() if where is None else where), "clock_tick_ns": round(tick * 1e9, 3)},
        "seed": seed,
        "equal": equal,
        "value": value,
        "lanes": [account.lane(one) for one in runners],
        "comparisons": outcome.comparisons,
        "seconds": outcome.seconds,
        "overhead_seconds": outcome.overhead,
        **({"disturbances": outcome.disturbances} if outcome.disturbances else {}),
        "notes": notes + account.notes(runners, outcome, tick, budget),
    }
    return report.checked(whole)


def source_sha256(file: LanesFile) -> str:
    """Which lanes file a report is of, in hexadecimal digits."""
    return hashlib.sha256(file.source.encode("utf-8", "surrogatepass")).hexdigest()


def here() -> dict:
    """Where a native race runs. clock_tick_ns is added by the race itself."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        cores = os.cpu_count() or 1
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"python": platform.python_version(), "runtime": "native", "cores": cores, "date": date}
