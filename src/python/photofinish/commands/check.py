"""Checks a lesson or a lanes file: all lanes run, agree and return the same again, at several parameter values; the text is whole.

Findings have file and line. A hint is no fault: the exit code is 1 only for faults. `make` checks more of a lesson's text.
"""
from __future__ import annotations

import argparse
import os

from .. import lessons
from . import check_lanes, check_text, shared

HELP = "check a lesson or a lanes file: lanes agree at several sizes, nothing is missing"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="SLUG-or-FILE")
    shared.json_argument(parser)


def run(options: argparse.Namespace) -> int:
    shared.engine()
    with shared.told(options.what):
        path, slug = lessons.resolve(options.what)
        file, found = check_lanes.read(path)
        trials: list[dict] = []
        if file is not None:
            more, trials = check_lanes.check(file)
            found += more
        if slug is not None:
            found += check_text.check(path.with_name("lesson.md"), file)
            found += check_text.reference(path.with_name("reference.json"), file, slug)
        faults = sum(one["level"] == "fault" for one in found)
        result = {"schema": 1, "kind": "check", "lesson": slug, "findings": found, "trials": trials}
        if shared.write(result, options.json):
            for one in found:
                near = os.path.relpath(one["file"])
                where = (one["file"] if near.startswith("..") else near) + (f":{one['line']}" if one["line"] else "")
                print(f"{where}: {'hint: ' if one['level'] == 'hint' else ''}{one['message']}")
            values = "; ".join(", ".join(f"{name}={value}" for name, value in trial["params"].items()) or "no parameters" for trial in trials)
            print(f"{options.what}: {faults or 'no'} fault{'' if faults == 1 else 's'}" + (f"; lanes ran with {values}" if trials else ""))
    return 1 if faults else 0
