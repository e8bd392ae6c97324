"""A lane in a race: what it runs, whether it can, and what became of it."""
from __future__ import annotations

import sys
from dataclasses import dataclass, field

import _photofinish

from . import timing, tracebacks
from .lanes import Lane, LanesError
from .module import LanesModule


@dataclass
class Runner:
    """A lane in this race. error or unavailable: it does not run."""

    lane: Lane
    error: str | None = None
    unavailable: bool = False
    batch: timing.Batch | None = None
    value: object = None
    timed: timing.Timed | None = None
    heap_growth: int = 0  # bytes by which the interpreter's heap grew in the lane's first call
    untimed: dict[str, object] = field(default_factory=dict)  # what calls outside the clock found: peak_bytes, counts, ...

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


def make(lane: Lane, module: LanesModule) -> Runner:
    """The lane as it enters the race; with `error` set where its cell raised, or it cannot run here."""
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


def introduce(runner: Runner) -> dict:
    """Who the lane is, as reports and the event of the check have it."""
    lane = {"id": runner.lane.id, "kind": runner.lane.kind, "title": runner.lane.title}
    if runner.error is not None:
        lane["error"] = runner.error
    if runner.unavailable:
        lane["unavailable"] = True
    return lane
