"""Sweeps: one race for every value of one parameter, then how time grows, where lanes cross, what workers bring.

All races run in one interpreter, in rising order of the value, each in a module of its own. What is said of them together comes from
the C fits (_photofinish.growth_fit, crossings, amdahl_fit; src/stats/README.md).
"""
from __future__ import annotations

import gc
import math
import os
import random
from collections.abc import Callable, Mapping, Sequence

import _photofinish

from . import race as races
from . import report, sweep_fits
from .blocks import Emit
from .lanes import LanesError, LanesFile, Number
from .module import SetupError

BUDGET = 10.0  # seconds of measuring, for all points
WORKERS = ("workers", "threads")  # parameters of these names count workers
VALUES_LIMIT = _photofinish.FIT_LIMIT
ROUNDS = 4  # a point is worth while where so many rounds of all lanes fit into its time
STEPS = 7
DOWN, UP = 4, 2  # steps of half a decade, below and above the file's value


def run(file: LanesFile, *, parameter: str | None = None, values: Sequence[Number] | None = None, lesson: str | None = None,
        params: Mapping[str, Number] | None = None, lanes: list[str] | None = None, seed: int | None = None,
        budget: float | None = None, where: Mapping[str, object] | None = None, emit: Emit | None = None,
        hidden: Callable[[], bool] | None = None) -> dict:
    """Races the lanes of `file` at several values of one parameter; returns a SweepReport (web/protocol.ts, sweep.schema.json).

    parameter  the one that is swept; None: the first of the file. One called workers or threads is a sweep over workers
    values     2 to 32 of them, > 0; None: default_values(). Of the default sizes, those at which calls are too slow for the budget
               are left out, which the notes tell
    budget     seconds of measuring, for all points (default 10)
    emit       is told SweepEvents, and between them the RaceEvents of each point

    params, lanes, seed, where, hidden as for race.run. Raises LanesError for wrong options, SetupError where setup raised at every value;
    KeyboardInterrupt passes through. Takes about budget + 1.2 s a point for lanes of calls under 10 ms.
    """
    emit = emit or (lambda event: None)
    where = dict(races.here() if where is None else where)
    start = file.with_parameters(params)
    parameter = _parameter(file, parameter)
    over = "workers" if parameter in WORKERS else "size"
    chosen = [lane.id for lane in file.choose(lanes)]
    budget = BUDGET if budget is None else float(budget)
    if not 0.1 <= budget <= 3600:
        raise LanesError(f"a budget of {budget:g} s is outside 0.1 to 3600 s")
    given = values is not None
    if not given:
        values = default_values(start[parameter], over, int(where.get("cores") or os.cpu_count() or 1))
    values = _checked_values(file, parameter, values)
    seed = random.SystemRandom().randrange(races.SEEDS) if seed is None else int(seed)

    points: list[dict] = []
    pairs: list[tuple[Number, sweep_fits.Pairs]] = []
    notes: list[str] = []
    failed: SetupError | None = None
    measured, spent = 0, 0.0
    for index, value in enumerate(values):
        share = (budget - spent) / (len(values) - index)
        slow = None if given else _too_slow(points, value, share)
        if slow:
            notes.append(f"{parameter} = {value:,} and above were left out: one call of every lane would take about {slow:.2g} s.")
            break
        emit({"event": "point-start", "index": index, "of": len(values), "value": value})
        try:
            found = races.run(file, lesson=lesson, params={**start, parameter: value}, lanes=lanes, seed=seed, where=where,
                              budget=max(share, 0.05), emit=emit, hidden=hidden, untimed=False)
        except SetupError as error:
            failed = failed or error
            point = {"value": value, "equal": True, "comparisons": [],
                     "lanes": [{"id": id, "per_call": None, "error": str(error)} for id in chosen]}
            notes.append(f"{parameter} = {value:,}: setup failed.")
        else:
            measured += 1
            spent += found["seconds"]
            where = found["where"]
            pairs.append((value, sweep_fits.pairs_of(found)))
            point = _point(value, found)
            if not found["equal"]:
                notes.append(f"{parameter} = {value:,}: the lanes do not agree.")
            kinds = {one["kind"] for one in found.get("disturbances", ())}
            if kinds:
                notes.append(f"{parameter} = {value:,}: disturbed while it was measured ({', '.join(sorted(kinds))}).")
            del found
        points.append(point)
        emit({"event": "point", "index": index, "of": len(values), "point": point})
        gc.collect()
    if failed and not measured:
        raise failed

    ran = [point for point in points if any(lane["per_call"] for lane in point["lanes"])]
    growth, crossings, amdahl, said = [], [], [], []
    if over == "size":
        growth, said = sweep_fits.growth(ran)
        crossings = sweep_fits.crossings(pairs)
    else:
        amdahl, said = sweep_fits.amdahl(ran, {lane.id: lane.kind for lane in file.lanes})
    return report.finite({
        "schema": report.SCHEMA, "kind": "sweep", "lesson": lesson, "source_sha256": races.source_sha256(file),
        "params": {name: value for name, value in start.items() if name != parameter}, "parameter": parameter, "over": over,
        "where": where, "seed": seed, "points": points, "growth": growth, "crossings": crossings, "amdahl": amdahl,
        "seconds": spent, "notes": notes + said,
    })


def default_values(value: Number, over: str, cores: int) -> list[Number]:
    """Sizes: 7 steps of half a decade, from a hundredth of the file's value to ten times it, whole where the value is.
    Workers: 1 to the number of cores; powers of two and the number itself where there are more than 8."""
    if over == "workers":
        if cores <= 8:
            return list(range(1, max(cores, 2) + 1))
        return sorted({*(1 << i for i in range(cores.bit_length()) if 1 << i <= cores), cores})
    if value <= 0:
        return []
    values = {_rounded(value * 10 ** (step / 2), value) for step in range(-DOWN, UP + 1)}
    values = {one for one in values if one >= 1 or isinstance(value, float)}
    step = UP
    while len(values) < STEPS - 2:  # a small value: further up instead
        step += 1
        values.add(_rounded(value * 10 ** (step / 2), value))
    return sorted(values)


def _rounded(wanted: float, like: Number) -> Number:
    """To two digits; `like` itself as it is."""
    if math.isclose(wanted, like):
        return like
    digits = 1 - math.floor(math.log10(wanted))
    return round(wanted, digits) if isinstance(like, float) else int(round(wanted, min(digits, 0)))


def _parameter(file: LanesFile, name: str | None) -> str:
    if not file.parameters:
        raise LanesError("the file has no parameter that could be swept; add a cell '# %% parameters' with a line like n = 1000")
    if name is None:
        return next(iter(file.parameters))
    file.with_parameters({name: file.parameters.get(name, 0)})  # LanesError for a name that it does not have
    return name


def _checked_values(file: LanesFile, parameter: str, values: Sequence[Number]) -> list[Number]:
    whole = sorted({file.with_parameters({parameter: value})[parameter] for value in values})
    if not 2 <= len(whole) <= VALUES_LIMIT:
        raise LanesError(f"a sweep takes 2 to {VALUES_LIMIT} different values of {parameter!r}; got {len(whole)}")
    if whole[0] <= 0:
        raise LanesError(f"a sweep takes values of {parameter!r} above 0, since its axes are logarithmic; {whole[0]:g} is not")
    return whole


def _too_slow(points: Sequence[dict], value: Number, share: float) -> float | None:
    """Seconds that one call of every lane would take at `value`, where that is too much for the point's time; else None.
    From the last two points, along a line on log axes."""
    if not points:
        return None
    last = points[-1]
    before = {lane["id"]: lane["per_call"]["median"] for lane in points[-2]["lanes"] if lane["per_call"]} if len(points) > 1 else {}
    total = 0.0
    for lane in last["lanes"]:
        if lane["per_call"]:
            took = lane["per_call"]["median"]
            slope = 1.0
            if lane["id"] in before:
                slope = max(0.0, math.log(took / before[lane["id"]]) / math.log(last["value"] / points[-2]["value"]))
            total += took * (value / last["value"]) ** slope
    return total if total * ROUNDS > max(share, 0.5) else None


def _point(value: Number, found: dict) -> dict:
    lanes = []
    for lane in found["lanes"]:
        kept = {"id": lane["id"], "per_call": lane["per_call"]}
        kept.update({key: lane[key] for key in ("error", "unavailable") if key in lane})
        lanes.append(kept)
    return {"value": value, "equal": found["equal"], "lanes": lanes, "comparisons": found["comparisons"]}
