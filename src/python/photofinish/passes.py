"""After the clock: calls that nobody times, where the lanes file asks for them. Peak memory, and counts of what a lane does.

Both change how the code runs: tracemalloc makes every allocation several times as slow, and counting functions stand where plain ones
did. So they come last, once the lanes have been timed, and one call each.
"""
from __future__ import annotations

import functools
import gc
import threading
import tracemalloc
from collections.abc import Callable, Sequence

from . import timing, tracebacks
from .lanes import LanesFile
from .module import LanesModule, SetupError
from .runner import Runner


def run(file: LanesFile, module: LanesModule, runners: Sequence[Runner]) -> list[str]:
    """Does the passes that the file asks for; what they find goes into each runner's `untimed`. Returns notes on what failed."""
    notes: list[str] = []
    running = [runner for runner in runners if runner.runs]
    if "memory" in file.asks:
        for runner in running:
            if runner.heap_growth:
                runner.untimed["heap_bytes"] = runner.heap_growth
            _guarded("memory", runner, lambda: runner.untimed.update(peak_bytes=peak_bytes(runner.batch)), notes)
    if file.counts:
        tally = Tally()
        try:
            with module.counting(counted=tally.counted, grown=tally.grown):
                for runner in running:
                    _guarded("counts", runner, lambda: runner.untimed.update(counts=_counts(module, runner, tally)), notes)
        except SetupError as error:
            notes.append(f"The counts cell failed: {str(error).strip().splitlines()[-1]}")
    return notes


def _guarded(what: str, runner: Runner, work: Callable[[], None], notes: list[str]) -> None:
    try:
        work()
    except (Exception, SystemExit) as error:
        notes.append(f"{runner.lane.id}: the pass for {what} failed: {tracebacks.of(error).strip().splitlines()[-1]}")


def peak_bytes(batch: timing.Batch) -> int:
    """The most memory that Python's allocators held during one call, above what they held before it; the result is in it.

    tracemalloc's figure: it knows nothing of memory that C code takes by itself (kernel memory, buffers of libraries). Inputs that are
    built anew are built before. Where tracemalloc runs already, it goes on running.
    """
    started = not tracemalloc.is_tracing()
    gc.collect()
    if started:
        tracemalloc.start(1)
    try:
        arguments = batch.arguments()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        batch.once(arguments)
        return max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        if started:
            tracemalloc.stop()


class Tally:
    """Counts by label. Safe to use from several threads; what happens in other processes is not seen."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._gauges: dict[str, Callable[[], int]] = {}
        self._lock = threading.Lock()

    def counted(self, function: Callable, label: str) -> Callable:
        """A function that does what `function` does, and adds 1 to the count `label` at each call. May stand in a class as a method."""
        if not callable(function) or not isinstance(label, str):
            raise TypeError('counted takes a function and what is counted, as in counted(key, "calls of key")')
        self.counts[label] = 0

        @functools.wraps(function, assigned=("__name__", "__qualname__", "__doc__"), updated=())
        def counting(*arguments, **keywords):
            with self._lock:
                self.counts[label] += 1
            return function(*arguments, **keywords)
        return counting

    def grown(self, function: Callable[[], int], label: str) -> None:
        """What `function` returns after a call of a lane, less what it returned before (0 where it fell), becomes the count `label`."""
        if not callable(function) or not isinstance(label, str):
            raise TypeError('grown takes a function and what it counts, as in grown(open_files, "files left open")')
        self._gauges[label] = function

    def of(self, call: Callable[[], object]) -> dict[str, int]:
        """The counts of one call. What it returns is dropped before anything is read."""
        self.counts = dict.fromkeys(self.counts, 0)
        if self._gauges:
            gc.collect()  # what the race left behind must not go away meanwhile
        before = {label: function() for label, function in self._gauges.items()}
        call()
        return self.counts | {label: max(0, function() - before[label]) for label, function in self._gauges.items()}


def _counts(module: LanesModule, runner: Runner, tally: Tally) -> dict[str, int]:
    """Of one call. Building its inputs is not counted."""
    _, values, fresh = module.arguments(runner.lane)
    batch = timing.Batch(module.functions[runner.lane.id], values, fresh)
    arguments = batch.arguments()
    return tally.of(lambda: batch.once(arguments))
