"""What disturbs a race from outside, looked for between blocks: a hidden page, clocks that jump or run apart, times when nothing ran.

What is seen is told in the report (Disturbance of web/protocol.ts); no sample is dropped for it. Times in which the race could not run
do not count against its budget.
"""
from __future__ import annotations

import time
from collections.abc import Callable

from . import timing

JUMP_SECONDS = 0.25  # clocks step by up to 0.1 s where a browser blurs them
DRIFT_SHARE = 0.01
STALL_SECONDS = 1.0
STALL_BLOCKS = 50  # times the shortest block so far

wall_clock = time.time

WORDS = {
    "hidden": "the page was hidden for {seconds:.1f} s; the race paused meanwhile",
    "stall": "nothing ran for {seconds:.1f} s (a machine that slept, a tab that was frozen, or one very long call); that time is not "
             "counted as part of the race",
    "clock-jump": "the race's clock and the wall clock moved {size:.1f} s apart at once: one of them was set, or the machine slept",
    "slow-clock": "the race's clock and the wall clock moved {size:.2f} s apart little by little: one of them does not run true",
}


class Watch:
    """Keeps the race's time. elapsed: seconds of the race so far, without pauses and stalls. found: disturbances so far."""

    def __init__(self, hidden: Callable[[], bool] | None = None, emit: Callable[[dict], None] | None = None):
        """hidden: whether the page is hidden just now; it may take its time to answer while it is. None: there is no page."""
        self.elapsed = 0.0
        self.found: list[dict] = []
        self._hidden, self._emit = hidden, emit or (lambda event: None)
        self._shortest = float("inf")
        self._drift = 0.0
        self._last, self._last_wall = timing.clock(), wall_clock()

    def pause(self) -> bool:
        """Returns when the page can be seen; True where that took waiting."""
        if self._hidden is None or not self._hidden():
            return False
        self._emit({"event": "pause", "seconds": self.elapsed})
        since = timing.clock()
        while self._hidden():
            pass
        self._tell("hidden", self.elapsed, timing.clock() - since)
        self._emit({"event": "resume", "seconds": self.elapsed})
        self.restart()
        return True

    def restart(self) -> None:
        """What happened since the last block is no part of the race."""
        self._last, self._last_wall = timing.clock(), wall_clock()

    def block(self) -> float:
        """A block has ended. Returns `elapsed`."""
        now, wall = timing.clock(), wall_clock()
        took, apart = now - self._last, (wall - self._last_wall) - (now - self._last)
        self._last, self._last_wall = now, wall
        stalled = took > STALL_SECONDS and took > STALL_BLOCKS * self._shortest
        if abs(apart) > JUMP_SECONDS:
            self._tell("clock-jump", self.elapsed, apart)
        else:
            self._drift += apart
            if stalled:
                self._tell("stall", self.elapsed, took)
        self.elapsed += self._shortest if stalled else took
        self._shortest = min(self._shortest, took)
        return self.elapsed

    def end(self) -> list[dict]:
        """All disturbances, in the order of time."""
        if abs(self._drift) > JUMP_SECONDS + DRIFT_SHARE * self.elapsed:
            self._tell("slow-clock", 0.0, self._drift)
        return sorted(self.found, key=lambda one: one["at"])

    def _tell(self, kind: str, at: float, seconds: float) -> None:
        self.found.append({"kind": kind, "at": at, "seconds": seconds})


def note(found: dict) -> str:
    """A disturbance in a sentence."""
    return f"At {found['at']:.1f} s {WORDS[found['kind']].format(seconds=found['seconds'], size=abs(found['seconds']))}."
