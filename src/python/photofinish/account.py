"""After the clock: what the report says of each lane, and the notes in words."""
from __future__ import annotations

from collections.abc import Sequence

import _photofinish

from . import disturbances
from .blocks import COARSEST_TICK, Outcome
from .runner import Runner, introduce


def lane(runner: Runner) -> dict:
    """The lane with its samples and the time of a call (LaneReport of web/protocol.ts)."""
    lane = {**introduce(runner), "samples": [], "per_call": None}
    timed = runner.timed
    if timed is not None and timed.samples:
        lane["samples"] = timed.samples
        if runner.runs:
            median, low, high = _photofinish.median([sample["seconds"] / sample["calls"] for sample in timed.samples])
            lane["per_call"] = {"median": median, "low": low, "high": high}
            if timed.copied > 0:
                # A share of the typical call, since what delays a sample delays its copying as well.
                lane["copy_seconds"] = median * min(1.0, timed.copied / sum(sample["seconds"] for sample in timed.samples))
    return {**lane, **(runner.untimed if runner.runs else {})}


OVERHEAD_SHARE = 20  # a call shorter than so many empty calls is told what part of it is overhead

FLAG_WORDS = {
    "few": f"fewer than {_photofinish.MIN_BLOCKS} blocks were measured, so only their median and range are shown",
    "unsteady": "the ratio itself moved while the race ran",
    "tail": "rare dear calls make the mean tell another story than the typical call",
    "noisy": "more than a quarter of the blocks lie far from the rest",
    "coarse": "the clock's tick is more than a tenth of a sample",
}


def notes(runners: Sequence[Runner], outcome: Outcome, tick: float, budget: float) -> list[str]:
    """Sentences about the measuring; none where nothing was measured."""
    timed = [runner.timed for runner in runners if runner.timed is not None]
    if not timed:
        return []
    notes = ["Garbage collection stays on for every lane; what was alive before the race is frozen and not swept."]
    if tick > COARSEST_TICK:
        notes.append(f"The clock moves in steps of {tick * 1e3:.0f} ms: too coarse for a verdict.")
    notes += [disturbances.note(found) for found in outcome.disturbances]
    for found in outcome.comparisons:
        for flag in found["flags"]:
            notes.append(f"{found['lane']} against {found['baseline']}, {flag}: {FLAG_WORDS[flag]}.")
    for runner in runners:
        if runner.timed is not None and runner.runs and outcome.overhead > 0:
            typical = _photofinish.median([sample["seconds"] / sample["calls"] for sample in runner.timed.samples])[0]
            if typical < OVERHEAD_SHARE * outcome.overhead:
                notes.append(f"{runner.lane.id}: of the {typical * 1e9:.0f} ns of a call, about {outcome.overhead * 1e9:.0f} ns are the loop and the "
                             "call itself, which every lane has and which are not subtracted.")
    for lane in timed:
        if lane.short:
            notes.append(f"{lane.id}: building its inputs anew takes long, so its samples are shorter than wanted.")
    if not outcome.decided:
        open_lanes = ", ".join(found["lane"] for found in outcome.comparisons if found["verdict"] == "undecided")
        few = any("few" in found["flags"] for found in outcome.comparisons)
        hint = "calls this slow want a larger budget or a smaller parameter" if few else "a new race may decide"
        notes.append(f"The budget of {budget:g} s ended undecided for {open_lanes}; {hint}.")
    return notes
