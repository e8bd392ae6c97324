"""Compares two reports lane by lane: how many times as fast B is as A, with an interval where both have one.

Works on reports of races and on native references, from the page and from here. It says where the two differ in code,
parameters, machine or Python: then the ratio is of all these differences together.
"""
from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from .. import lessons, table
from . import Failure, shared

HELP = "compare two reports lane by lane"
INTERVAL_SAMPLES = 6  # with fewer, an interval of the median is only the range (pf_median)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A.json", help="a report, or a lesson's slug for its native reference")
    parser.add_argument("b", metavar="B.json", help="the same")
    shared.json_argument(parser)


def run(options: argparse.Namespace) -> int:
    shared.engine()
    found = compare(read(options.a), read(options.b))
    with shared.told("--json"):
        if shared.write(found, options.json):
            print(text(found), end="")
    return 0


def read(path: str) -> dict:
    """A report of a race: a file, or for a lesson's slug its native reference. Failure where it is none."""
    file = Path(path)
    if not file.exists():
        file = lessons.reference(path) or file
    with shared.told(path):
        try:
            report = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Failure(f"{path}: not JSON: {error}") from None
    if not isinstance(report, dict) or "lanes" not in report or "where" not in report:
        kind = report.get("kind") if isinstance(report, dict) else None
        raise Failure(f"{path}: not the report of a race{f' but of a {kind}' if kind else ''}; 'race --json FILE' writes one")
    if report.get("schema") != 1:
        raise Failure(f"{path}: its schema is {report.get('schema')!r}; this program reads 1")
    return report


def compare(a: dict, b: dict) -> dict:
    """What two reports say of the lanes that have a time in both, in the order of `a`.

    Returns {schema, kind: 'compare', differences: [sentence], lanes: [{id, a, b, ratio, low, high, verdict, ratios}], only: {a, b}}.
    a, b    seconds a call: median, low, high         ratio   a / b: 2 means that B takes half the time
    ratios  of A and of B: the lane against its own baseline, or null
    low, high, verdict   null where either has too few samples for an interval
    """
    others = {lane["id"]: lane for lane in b["lanes"] if lane["per_call"]}
    mine = [lane for lane in a["lanes"] if lane["per_call"]]
    lanes = []
    for lane in mine:
        if lane["id"] not in others:
            continue
        other = others[lane["id"]]
        low, high = interval(lane, other)
        lanes.append({"id": lane["id"], "a": lane["per_call"], "b": other["per_call"],
                      "ratio": lane["per_call"]["median"] / other["per_call"]["median"],
                      "low": low, "high": high, "verdict": None if low is None else verdict(low, high),
                      "ratios": [against_baseline(report, lane["id"]) for report in (a, b)]})
    shared_ids = {lane["id"] for lane in lanes}
    return {"schema": 1, "kind": "compare", "differences": differences(a, b), "lanes": lanes,
            "only": {"a": [lane["id"] for lane in mine if lane["id"] not in shared_ids], "b": [id for id in others if id not in shared_ids]}}


def interval(a: dict, b: dict) -> tuple[float | None, float | None]:
    """Of the ratio of two medians that were measured apart, from the interval of each, on logarithms.

    MOVER, the method of variance estimates recovery: Zou and Donner, Construction of confidence limits about effect measures, 2008.
    """
    if min(len(lane.get("runs") or lane["samples"]) for lane in (a, b)) < INTERVAL_SAMPLES:
        return None, None
    (low_a, at_a, high_a), (low_b, at_b, high_b) = ([math.log(lane["per_call"][key]) for key in ("low", "median", "high")] for lane in (a, b))
    middle = at_a - at_b
    return (math.exp(middle - math.hypot(at_a - low_a, high_b - at_b)), math.exp(middle + math.hypot(high_a - at_a, at_b - low_b)))


def verdict(low: float, high: float) -> str:
    """Of B against A: an interval beyond the margin, or within it. The rule of src/stats, away from a race's last look."""
    from _photofinish import DEFAULT_MARGIN
    far = 1 + DEFAULT_MARGIN
    if low > far:
        return "faster"
    if high < 1 / far:
        return "slower"
    return "same" if low >= 1 / far and high <= far else "undecided"


def against_baseline(report: dict, id: str) -> float | None:
    return next((found["ratio"] for found in report["comparisons"] if found["lane"] == id), None)


def differences(a: dict, b: dict) -> list[str]:
    """What is not the same about the two, a sentence each; empty where only chance and time are between them."""
    found = []
    if a["source_sha256"] != b["source_sha256"]:
        found.append("The lanes files differ: lanes of one name may hold other code.")
    for name in sorted({*a["params"], *b["params"]}):
        if a["params"].get(name) != b["params"].get(name):
            found.append(f"Parameter {name}: {a['params'].get(name, 'none')} in A, {b['params'].get(name, 'none')} in B.")
    ours, theirs = (described(report) for report in (a, b))
    for key in ours:
        # A report that does not say is no difference: the page does not know the processor.
        if ours[key] != theirs[key] and None not in (ours[key], theirs[key]):
            found.append(f"{key}: {ours[key]} in A, {theirs[key]} in B.")
    for name, report in (("A", a), ("B", b)):
        if not report["equal"]:
            found.append(f"The lanes of {name} do not agree on the result.")
    return found


def described(report: dict) -> dict[str, str | None]:
    """What a report says of where it was made, in words; None where it does not say."""
    where, made = report["where"], report.get("reference") or {}
    pinned = where.get("pinned")
    place = where.get("browser", "in a browser") if where["runtime"] == "browser" else "native"
    return {"Place": place, "Python": where["python"], "Processor": where.get("cpu") or made.get("cpu"), "Cores": str(where["cores"]),
            "System": where.get("system") or made.get("system"), "Pinned": f"to {', '.join(map(str, pinned))}" if pinned else "no",
            "Cluster": f"{where['cluster']['workers']} workers" if "cluster" in where else "no",
            "Timed by": made.get("tool", "photofinish")}


def text(found: dict) -> str:
    """The comparison as a table and sentences."""
    rows = [("lane", "A", "B", "B against A", "A, B against their baseline")]
    for lane in found["lanes"]:
        if lane["verdict"] is None:
            said = f"{lane['ratio']:.3g} times as fast, too few samples for an interval"
        else:
            said = table.comparison(lane)
        both = [f"{ratio:.3g}" if ratio else "-" for ratio in lane["ratios"]]
        rows.append((lane["id"], table.duration(lane["a"]["median"]), table.duration(lane["b"]["median"]), said,
                     "" if lane["ratios"] == [None, None] else ", ".join(both)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:<{widths[3]}}  {row[4]}".rstrip() for row in rows]
    if not found["lanes"]:
        lines = ["The reports have no lane in common."]
    lines.append("")
    for name, ids in found["only"].items():
        if ids:
            lines.append(f"- Only in {name.upper()}: {', '.join(ids)}.")
    lines += ["- " + sentence for sentence in found["differences"]]
    if found["differences"]:
        lines.append("- So the ratios are of these differences and of chance together.")
    lines.append("- The intervals know the noise within each run. From run to run times also move, by up to some percent: repeat for a claim.")
    return "\n".join(lines) + "\n"
