"""python3 -m photofinish list | race SLUG-or-FILE: races on the command line, with the page's timing, kernels and report.

Exit codes: 0 done and all lanes agree · 1 a lane failed or the lanes disagree · 2 wrong use or a faulty lanes file, told in one
line · 130 Ctrl-C.
"""
from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except KeyboardInterrupt:
        print("photofinish: stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="photofinish", description="Races ways of doing a job in Python against each other.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="the lessons")
    listing.set_defaults(command=_list)
    race = commands.add_parser("race", help="race the lanes of a lesson or of a file")
    race.set_defaults(command=_race)
    race.add_argument("what", metavar="SLUG-or-FILE")
    race.add_argument("--set", metavar="n=1000", action="append", default=[], type=_parameter, help="set a parameter; may be repeated")
    race.add_argument("--lanes", metavar="a,b", type=lambda text: [id.strip() for id in text.split(",") if id.strip()],
                      help="only these lanes, by the names of their functions")
    race.add_argument("--json", metavar="FILE", type=Path, help="write the report there ('-': to standard output)")
    race.add_argument("--budget", metavar="SECONDS", type=float, help="time for measuring (default 9.3)")
    race.add_argument("--seed", metavar="N", type=int, help="of the order of lanes (default: drawn anew)")
    return parser


def _parameter(text: str) -> tuple[str, int | float]:
    name, equals, value = text.partition("=")
    for number in (int, float):
        try:
            return name.strip(), number(value.replace("_", ""))
        except ValueError:
            pass
    raise argparse.ArgumentTypeError(f"{text!r} is not of the form n=1000")


def _list(options: argparse.Namespace) -> int:
    from . import lessons
    slugs = lessons.slugs()
    if not slugs:
        print("photofinish: no lessons here; run it in the project's folder", file=sys.stderr)
        return 2
    width = max(map(len, slugs))
    for slug in slugs:
        print(f"{slug:<{width}}  {lessons.title(slug)}".rstrip())
    return 0


def _race(options: argparse.Namespace) -> int:
    try:
        from . import lanes, lessons, race, report, table
        from .module import SetupError
    except ImportError as error:
        print(f"photofinish: the C extension is missing ({error}); 'make native' builds it", file=sys.stderr)
        return 2
    try:
        path, slug = lessons.resolve(options.what)
        finished = race.run(lanes.load(path), lesson=slug, params=dict(options.set), lanes=options.lanes, seed=options.seed,
                            budget=options.budget)
        if options.json:
            text = report.dumps(finished, indent=1) + "\n"
            sys.stdout.write(text) if str(options.json) == "-" else options.json.write_text(text, encoding="utf-8")
    except (lanes.LanesError, OSError) as error:
        print(f"photofinish: {options.what}: {error}", file=sys.stderr)
        return 2
    except SetupError as error:
        print(f"photofinish: {options.what}: setup failed\n{error}", file=sys.stderr, end="")
        return 2
    if str(options.json) != "-":
        sys.stdout.write(table.text(finished))
    failed = any("error" in lane and not lane.get("unavailable") for lane in finished["lanes"])
    return 0 if finished["equal"] and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
