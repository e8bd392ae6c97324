"""A report for people at a terminal: a table with a small dot plot by `rich`, where it is installed, else plain text (table.py)."""
from __future__ import annotations

import math
import sys
from collections.abc import Sequence

from .. import table

COLUMNS = 28  # of the plot
MARKS = " \u00b7\u2219\u2022\u25cf"  # no, few, some, many, most samples of a lane
PLAIN_MARKS = " .:oO"
MIDDLE, PLAIN_MIDDLE = "\u2503", "|"
COLOURS = {"faster": "green", "slower": "red", "same": "cyan", "undecided": "yellow"}


def show(report: dict) -> None:
    """Prints a report: with the plot on a terminal that rich can write to, else as plain text."""
    console = _console()
    if console is None:
        sys.stdout.write(table.text(report))
    else:
        render(report, console)


def _console():
    """rich's console where it is installed and standard output is a terminal (FORCE_COLOR and the like count, as rich reads them)."""
    try:
        from rich.console import Console
    except ImportError:
        return None
    console = Console(highlight=False)
    return console if console.is_terminal else None


def render(report: dict, console) -> None:
    """The table of table.py, with a plot in the third column: the samples of all lanes on one logarithmic axis."""
    from rich.table import Table
    from rich.text import Text

    verdicts = {found["lane"]: found["verdict"] for found in report["comparisons"]}
    times = [[sample["seconds"] / sample["calls"] for sample in lane["samples"]] for lane in report["lanes"]]
    axis = Axis([time for some in times for time in some], (console.encoding or "").lower().startswith("utf"))
    (name, kind, took, said), *rows = table.rows(report)
    grid = Table(name, kind, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    grid.add_column(Text(axis.ends()), no_wrap=True)
    grid.add_column(took, justify="right", no_wrap=True)
    grid.add_column(said)
    for lane, some, row in zip(report["lanes"], times, rows):
        colour = COLOURS.get(verdicts.get(lane["id"]), "" if lane["per_call"] else "red")
        middle = lane["per_call"]["median"] if lane["per_call"] else None
        grid.add_row(Text(row[0], style="bold"), row[1], Text(axis.line(some, middle), style=colour), row[2], Text(row[3], style=colour))
    console.print(table.head(report), style="dim", markup=False)
    console.print(grid)
    console.print("\n".join(table.tail(report)), markup=False)


class Axis:
    """A logarithmic axis over `times` (seconds, above 0), COLUMNS characters wide. unicode: marks beyond ASCII can be printed."""

    def __init__(self, times: Sequence[float], unicode: bool = True):
        self.marks, self.middle = (MARKS, MIDDLE) if unicode else (PLAIN_MARKS, PLAIN_MIDDLE)
        self.low, self.high = (min(times), max(times)) if times else (1.0, 1.0)

    def ends(self) -> str:
        """What stands above the plot: the times at its ends."""
        low, high = table.duration(self.low), table.duration(self.high)
        return low + high.rjust(COLUMNS - len(low)) if self.high > self.low else low

    def column(self, time: float) -> int:
        span = math.log(self.high / self.low)
        return min(COLUMNS - 1, int(math.log(time / self.low) / span * COLUMNS)) if span > 0 else 0

    def line(self, times: Sequence[float], middle: float | None) -> str:
        """One lane: a mark where samples lie, the heavier the more of them, and the median as a stroke."""
        counts = [0] * COLUMNS
        for time in times:
            counts[self.column(time)] += 1
        heaviest = len(self.marks) - 1
        # Any sample is seen: one alone in its column has the lightest mark, the fullest column the heaviest.
        line = [self.marks[math.ceil(count / max(counts) * heaviest)] if count else " " for count in counts]
        if middle is not None and self.low <= middle <= self.high:
            line[self.column(middle)] = self.middle
        return "".join(line).rstrip()
