"""What `check` finds in a lanes file: by reading it, and by calling every lane a few times at several parameter values.

A finding is a dict: file, line (1-based, or None), level ("fault", "hint"), message.
"""
from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from .. import check as checks
from .. import lanes, runner
from ..lanes import LanesError, LanesFile
from ..module import LanesModule, SetupError

WIDE, TOO_WIDE = 46, 64  # columns: two lanes side by side on a laptop, one on a phone
SIZES = (0.001, 0.01, 0.1, 1)  # of the first parameter
FASTEST, SLOWEST = 1e-5, 0.05  # seconds a call, for a race that feels quick and is not all overhead


def finding(file: str | Path, line: int | None, message: str, level: str = "fault") -> dict:
    return {"file": str(file), "line": line, "level": level, "message": message}


def read(path: Path) -> tuple[LanesFile | None, list[dict]]:
    """The file, None where it cannot be used at all, and what can be found by reading it. OSError as open() raises it."""
    try:
        file = lanes.load(path)
    except LanesError as error:
        return None, [finding(path, error.line, error.message)]
    found = [finding(path, lane.cell.line + (lane.error.lineno or 1) - 1, f"the lane {lane.id} is not Python: {lane.error.msg}")
             for lane in file.lanes if lane.error]
    if len(file.lanes) < 2:
        found.append(finding(path, file.lanes[0].cell.marker, "a race needs two lanes or more"))
    if file.lanes[0].kind != "idiom":
        found.append(finding(path, file.lanes[0].cell.marker, "the first lane is what others are compared with; make it an idiom", "hint"))
    for number, line in enumerate(file.source.split("\n"), 1):
        if len(line) > TOO_WIDE:
            found.append(finding(path, number, f"{len(line)} columns; more than {TOO_WIDE} do not fit a phone"))
        elif len(line) > WIDE:
            found.append(finding(path, number, f"{len(line)} columns; two lanes stand side by side up to {WIDE}", "hint"))
    return file, found


def check(file: LanesFile) -> tuple[list[dict], list[dict]]:
    """Calls the lanes at several parameter values. Returns findings, each told once, and the trials: {params, seconds}."""
    found: dict[tuple, dict] = {}
    trials = []
    for params in parameters(file):
        since = time.perf_counter()
        for one in _trial(file, params):
            found.setdefault((one["line"], re.split(r"\d| with ", one["message"])[0]), one)  # without the figures, which differ
        trials.append({"params": params, "seconds": round(time.perf_counter() - since, 3)})
    return list(found.values()), trials


def parameters(file: LanesFile) -> list[dict]:
    """The file's parameters with the first at several sizes, with each other one halved, and at last as they stand."""
    names = list(file.parameters)
    sets = [_scaled(file, names[0], size) for size in SIZES[:-1]] if names else []
    sets += [_scaled(file, name, 0.5) for name in names[1:]]
    sets.append(dict(file.parameters))
    return [one for number, one in enumerate(sets) if one not in sets[:number]]


def _scaled(file: LanesFile, name: str, by: float) -> dict:
    value = file.parameters[name]
    return {**file.parameters, name: max(min(2, value), int(value * by)) if isinstance(value, int) else value * by}


def _trial(file: LanesFile, params: dict) -> Iterator[dict]:
    """One set of parameters: every lane twice in one module, the second time in reverse, and the first lane in a module made anew."""
    path = file.path or "lanes.py"
    told = " with " + ", ".join(f"{name}={value}" for name, value in params.items()) if params else ""
    try:
        with LanesModule(file, params) as module:
            same = module.same or checks.default_same
            runners = [runner.make(lane, module) for lane in file.lanes]
            first = {one.lane.id: _call(one) for one in runners if one.runs}
            again = {one.lane.id: _call(one) for one in reversed(runners) if one.runs}
            yield from _failures(path, runners, told)
            running = [one for one in runners if one.runs]
            for one in running[1:]:
                if not _agree(same, first[running[0].lane.id][0], first[one.lane.id][0]):
                    yield finding(path, one.lane.cell.line, f"{one.lane.id} returns {checks.shorten(first[one.lane.id][0])} where "
                                  f"{running[0].lane.id} returns {checks.shorten(first[running[0].lane.id][0])}{told}")
            for one in running:
                if not _agree(same, first[one.lane.id][0], again[one.lane.id][0]):
                    yield finding(path, one.lane.cell.line, f"{one.lane.id} returns another value when called again: it, or a lane before it, "
                                  f"changes its input or draws random numbers{told}; make_NAME() in setup builds NAME anew for every call")
                elif params == dict(file.parameters):
                    yield from _pace(path, one, min(first[one.lane.id][1], again[one.lane.id][1]))
        with LanesModule(file, params) as anew:
            one = next((runner.make(lane, anew) for lane in file.lanes if running and lane is running[0].lane), None)
            if one and one.runs:
                value, _ = _call(one)
                before = first[one.lane.id][0]
                # A class of setup is another one in the second module: then only what it shows can be compared.
                if one.runs and not _agree(same, before, value) and checks.shorten(before) != checks.shorten(value):
                    yield finding(path, next((cell.line for cell in file.cells if cell.kind == "setup"), None),
                                  f"setup makes other data each time{told}; give its random numbers a seed")
    except SetupError as error:
        yield finding(path, _line(str(error), path), f"setup failed{told}: {str(error).strip().splitlines()[-1]}")
    except LanesError as error:
        yield finding(path, error.line, error.message)


def _call(one: runner.Runner) -> tuple[object, float]:
    """The value of one call and its seconds; (None, 0) for a call that raised, which takes the lane out."""
    try:
        given = one.batch.arguments()
        since = time.perf_counter()
        return one.batch.once(given), time.perf_counter() - since
    except (Exception, SystemExit) as error:
        one.fail(error)
        return None, 0.0


def _agree(same, a: object, b: object) -> bool:
    try:
        return bool(same(a, b))
    except (Exception, SystemExit):
        return False


def _failures(path: str, runners: list[runner.Runner], told: str) -> Iterator[dict]:
    for one in runners:
        if one.error is not None and not one.lane.error:
            wrong = re.match(r"line (\d+): ", one.error)  # a LanesError of the lane's arguments
            line = int(wrong[1]) if wrong else _line(one.error, path) or one.lane.cell.line
            last = one.error[wrong.end() if wrong else 0:].strip().splitlines()[-1]
            yield finding(path, line, f"{one.lane.id} {'cannot run here' if one.unavailable else 'failed'}{told}: {last}",
                          "hint" if one.unavailable else "fault")


def _line(traceback: str, path: str) -> int | None:
    """The last line of the file that a traceback names."""
    found = re.findall(rf'File "{re.escape(path)}", line (\d+)', traceback)
    return int(found[-1]) if found else None


def _pace(path: str, one: runner.Runner, seconds: float) -> Iterator[dict]:
    if seconds > SLOWEST:
        yield finding(path, one.lane.cell.line, f"a call of {one.lane.id} took {seconds * 1e3:.0f} ms; over {SLOWEST * 1e3:.0f} ms a race is slow",
                      "hint")
    elif seconds < FASTEST:
        yield finding(path, one.lane.cell.line, f"a call of {one.lane.id} took {seconds * 1e6:.1f} us; below {FASTEST * 1e6:.0f} us calling it is "
                      "most of the work", "hint")
