"""A report as a plain text table for the terminal."""
from __future__ import annotations


def text(report: dict) -> str:
    """Lanes with time a call and what may be said of them, then errors and notes. Ends in a newline."""
    found = rows(report)
    widths = [max(len(row[column]) for row in found) for column in range(3)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in found]
    return "\n".join([head(report), *lines, *tail(report)]) + "\n"


def head(report: dict) -> str:
    """Where it ran, in one line."""
    where = report["where"]
    told = f"Python {where['python']}, {where['cores']} cores"
    if "pinned" in where:
        told += f" (pinned to {', '.join(map(str, where['pinned']))})"
    if "cluster" in where:
        told += f", a cluster of {where['cluster']['workers']} workers"
    return f"{told}, {report['seconds']:.1f} s of measuring, seed {report['seed']}"


def rows(report: dict) -> list[tuple[str, str, str, str]]:
    """Lane, kind, time a call and what is said of it; the first row names the columns."""
    against = {found["lane"]: found for found in report["comparisons"]}
    baseline = report["comparisons"][0]["baseline"] if report["comparisons"] else None
    found = [("lane", "kind", "a call", "against " + baseline if baseline else "")]
    for lane in report["lanes"]:
        if lane["per_call"] is None:
            took, said = "-", "not available here" if lane.get("unavailable") else "failed"
        else:
            took, said = duration(lane["per_call"]["median"]), ""
        if lane["id"] == baseline:
            said = "baseline"
        elif lane["id"] in against:
            said = comparison(against[lane["id"]])
        found.append((lane["id"], lane["kind"], took, said))
    return found


def tail(report: dict) -> list[str]:
    """What stands below the rows: the value, errors, notes."""
    lines = ["All lanes returned " + report["value"] if report["equal"] else "The lanes do NOT agree; see the notes."]
    for lane in report["lanes"]:
        if "error" in lane:
            lines += ["", f"{lane['id']}:", *("  " + line for line in lane["error"].rstrip().splitlines())]
    return [*lines, "", *("- " + note for note in report["notes"])]


def comparison(found: dict) -> str:
    """'6.74 times as fast (5.56 to 8.17): faster', or for less than 1 'takes 3.2 times as long (3.1 to 3.3): slower'"""
    if found["ratio"] >= 1:
        return f"{found['ratio']:.3g} times as fast ({found['low']:.3g} to {found['high']:.3g}): {found['verdict']}"
    long = f"takes {1 / found['ratio']:.3g} times as long"
    return f"{long} ({1 / found['high']:.3g} to {1 / found['low']:.3g}): {found['verdict']}"


def duration(seconds: float) -> str:
    """Three digits with the unit that suits: '490 us'."""
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}" if seconds / factor < 999.5 else f"{seconds / factor:.0f} {unit}"
    return f"{seconds * 1e9:.3g} ns"
