"""Sweeps and repeats as plain text for the terminal."""
from __future__ import annotations

from . import table


def sweep(report: dict) -> str:
    """Times at every value, then growth, crossings and Amdahl's law in words, then notes. Ends in a newline."""
    ids = list(dict.fromkeys(lane["id"] for point in report["points"] for lane in point["lanes"]))
    rows = [(report["parameter"], *ids)]
    for point in report["points"]:
        took = {lane["id"]: lane["per_call"] for lane in point["lanes"]}
        rows.append((f"{point['value']:,}", *(table.duration(took[id]["median"]) if took.get(id) else "-" for id in ids)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [table.head(report), *("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths)) for row in rows), ""]
    lines += [f"{fit['lane']}: {_growth(fit)}" for fit in report["growth"]]
    lines += [f"{one['b']} is faster than {one['a']} above {report['parameter']} = {_size(one['at'])} ({_size(one['low'])} to {_size(one['high'])})"
              for one in report["crossings"]]
    lines += [f"{fit['lane']}: {_amdahl(fit)}" for fit in report["amdahl"]]
    return "\n".join([*lines, *_notes(report)]) + "\n"


def _size(value: float) -> str:
    """Three digits, without an exponent: '17,200'."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def _growth(fit: dict) -> str:
    exponent = fit["exponent"]
    slope = f"slope on log axes {exponent['value']:.2f} ({exponent['low']:.2f} to {exponent['high']:.2f})"
    if fit["model"]:
        return f"{fit['model']}, {slope}"
    if fit["possible"]:
        return f"cannot tell {' from '.join(fit['possible'])}, {slope}"
    return f"none of the five kinds of growth, {slope}"


def _amdahl(fit: dict) -> str:
    serial = fit["serial"]
    ups = ", ".join(f"{one['speedup']:.2f} with {one['workers']:g}" for one in fit["speedup"])
    limit = f"; at most {fit['limit']:.3g} times as fast with any number" if fit["limit"] else ""
    return f"{serial['value']:.0%} does not get faster ({serial['low']:.0%} to {serial['high']:.0%}){limit}; times as fast: {ups}"


def repeat(report: dict) -> str:
    """Every comparison over all runs and in each of them, then notes. Ends in a newline."""
    first = report["runs"][0]
    seconds = sum(run["seconds"] for run in report["runs"])
    lines = [table.head({**first, "seconds": seconds}) + f", {len(report['runs'])} runs"]
    for found in report["comparisons"]:
        lines.append(f"{found['lane']} against {found['baseline']}: {table.comparison(found)}")
        lines += [f"  run {number}: {table.comparison(run)}" for number, run in enumerate(found["runs"], 1)]
        lines.append(f"  runs differ by {found['between']:.1%}; one run's own standard error is {found['within']:.1%}")
    return "\n".join([*lines, *_notes(report)]) + "\n"


def _notes(report: dict) -> list[str]:
    return ["", *("- " + note for note in report["notes"])] if report["notes"] else []
