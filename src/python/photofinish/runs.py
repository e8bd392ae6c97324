"""Repeats: what several runs of one race, each in an interpreter of its own, say together (src/stats/README.md).

The runs are made by whoever can start interpreters: the page's engine, or the command line.
"""
from __future__ import annotations

import math
from collections.abc import Sequence

import _photofinish

from . import report

TIMES = 3
NORMAL_95 = 1.959963984540054


def combine(reports: Sequence[dict]) -> dict:
    """A RepeatReport (web/protocol.ts, repeat.schema.json) of at least two reports of the same lanes file and parameters.

    ValueError for fewer, or for reports of different races. A comparison that not all runs have is combined from those that do; one
    that a single run has is left out. The notes tell.
    """
    if len(reports) < 2:
        raise ValueError("a repeat takes at least two runs")
    first = reports[0]
    for other in reports[1:]:
        if (other["source_sha256"], other["params"]) != (first["source_sha256"], first["params"]):
            raise ValueError("the runs are of different lanes files or parameters")
    found: dict[tuple[str, str], list[dict]] = {}
    for one in reports:
        for comparison in one["comparisons"]:
            found.setdefault((comparison["baseline"], comparison["lane"]), []).append(comparison)
    comparisons, notes = [], []
    for (baseline, lane), runs in found.items():
        if len(runs) < len(reports):
            notes.append(f"{lane} against {baseline} ran in {len(runs)} of {len(reports)} runs.")
        if len(runs) < 2:
            continue
        combined = _photofinish.runs_combine([(run["ratio"], _error(run)) for run in runs])
        if any("few" in run["flags"] for run in runs):
            combined["verdict"] = "undecided"  # the runs' own errors are not known well enough
        high = min(combined.pop("high"), 1e300)
        comparisons.append({"baseline": baseline, "lane": lane, **combined, "high": high,
                            "runs": [{key: run[key] for key in ("ratio", "low", "high", "verdict")} for run in runs]})
        if combined["between"] > 3 * combined["within"] > 0:
            notes.append(f"{lane} against {baseline}: runs differ {combined['between'] / combined['within']:.0f} times as much as one run's "
                         "own interval would have it; trust the interval over runs.")
    if not all(one["equal"] for one in reports):
        notes.append("In at least one run the lanes did not agree.")
    return report.finite({"schema": report.SCHEMA, "kind": "repeat", "runs": list(reports), "comparisons": comparisons, "notes": notes})


def _error(run: dict) -> float:
    """Standard error of the log ratio; from the interval where the report does not tell it (few blocks)."""
    if "standard_error" in run:
        return run["standard_error"]
    return math.log(run["high"] / run["low"]) / (2 * NORMAL_95) if run["low"] > 0 else 0.0
