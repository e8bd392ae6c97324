"""Races the lanes at several values of one parameter: how times grow, where lanes cross, what more workers bring."""
from __future__ import annotations

import argparse
import sys

from .. import lanes, lessons
from . import shared

HELP = "race at several values of one parameter"


def arguments(parser: argparse.ArgumentParser) -> None:
    shared.race_arguments(parser)
    parser.add_argument("--over", metavar="n", help="the parameter (default: the first of the file); 'workers' and 'threads' count workers")
    parser.add_argument("--values", metavar="1000,10000", type=values, help="its values (default: about seven around the file's, or all cores)")


def values(text: str) -> list[int | float]:
    """'1_000, 2.5' -> [1000, 2.5]"""
    try:
        return [shared.parameter("value=" + word)[1] for word in shared.names(text)]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 1000,10000") from None


def run(options: argparse.Namespace) -> int:
    shared.engine()
    from .. import study_tables, sweep
    with shared.told(options.what):
        path, slug = lessons.resolve(options.what)
        file = lanes.load(path)
        with shared.place(options) as where:
            finished = sweep.run(file, parameter=options.over, values=options.values, lesson=slug, params=dict(options.set),
                                 lanes=options.lanes, seed=options.seed, budget=options.budget, where=where, emit=_progress())
        if shared.write(finished, options.json):
            sys.stdout.write(study_tables.sweep(finished))
    failed = any("error" in lane and not lane.get("unavailable") for point in finished["points"] for lane in point["lanes"])
    return 0 if not failed and all(point["equal"] for point in finished["points"]) else 1


def _progress():
    """shared.progress(), which the events of the sweep itself are kept from."""
    tell = shared.progress()
    return tell and (lambda event: None if event["event"].startswith("point") else tell(event))
