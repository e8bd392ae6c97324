"""Races the lanes of a lesson or of a file and prints what may be said of them."""
from __future__ import annotations

import argparse

from .. import lanes, lessons
from . import repeat, shared, terminal

HELP = "race the lanes of a lesson or of a file"


def arguments(parser: argparse.ArgumentParser) -> None:
    shared.race_arguments(parser)
    parser.add_argument("--repeat", metavar="N", type=repeat.times, help="race N times, each in a fresh process, and show the spread between them")


def run(options: argparse.Namespace) -> int:
    if options.repeat:
        return repeat.run(options)
    engine = shared.engine()
    with shared.told(options.what):
        path, slug = lessons.resolve(options.what)
        file = lanes.load(path)
        with shared.place(options) as where:
            finished = engine.run(file, lesson=slug, params=dict(options.set), lanes=options.lanes, seed=options.seed,
                                  budget=options.budget, where=where, emit=shared.progress())
        if shared.write(finished, options.json):
            terminal.show(finished)
    failed = any("error" in lane and not lane.get("unavailable") for lane in finished["lanes"])
    return 0 if finished["equal"] and not failed else 1
