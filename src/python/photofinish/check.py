"""Before the clock: every lane runs once on the same input, and what they return is compared."""
from __future__ import annotations

import reprlib
import sys
from collections.abc import Callable, Sequence

import _photofinish

from . import tracebacks
from .runner import Runner


def check(runners: Sequence[Runner], same: Callable | None) -> tuple[bool, str, list[str]]:
    """Calls every lane once on the same input. Returns whether all values agree, the first of them for display, notes."""
    notes: list[str] = []
    first: Runner | None = None
    equal = True
    for runner in runners:
        if not runner.runs:
            continue
        try:
            runner.value = _first_call(runner)
        except (Exception, SystemExit) as error:
            runner.fail(error)
            continue
        if first is None:
            first = runner
            continue
        try:
            agrees = bool((same or default_same)(first.value, runner.value))
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


def _first_call(runner: Runner) -> object:
    """Calls the lane, and keeps how much was copied for kernels and by how much the interpreter's heap grew meanwhile."""
    arguments = runner.batch.arguments()
    copied, heap = _photofinish.copied_bytes(), _photofinish.heap_bytes()
    value = runner.batch.once(arguments)
    copied, heap = _photofinish.copied_bytes() - copied, _photofinish.heap_bytes() - heap
    if copied:
        runner.untimed["copied_bytes"] = copied
    runner.heap_growth = max(0, heap)
    return value


def default_same(a: object, b: object) -> bool:
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
