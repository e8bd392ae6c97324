"""What the commands that run lanes share: their options, the engine, one-line errors, reports as files."""
from __future__ import annotations

import argparse
import contextlib
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from .. import report
from ..lanes import LanesError
from ..module import SetupError
from . import Failure, cluster, machine, pin
from .files import cpu_list


def race_arguments(parser: argparse.ArgumentParser) -> None:
    """What to race and how: the options of every command that times lanes."""
    parser.add_argument("what", metavar="SLUG-or-FILE")
    parser.add_argument("--set", metavar="n=1000", action="append", default=[], type=parameter, help="set a parameter; may be repeated")
    parser.add_argument("--lanes", metavar="a,b", type=names, help="only these lanes, by the names of their functions")
    parser.add_argument("--budget", metavar="SECONDS", type=float, help="time for measuring (default 9.3)")
    parser.add_argument("--seed", metavar="N", type=int, help="of the order of lanes (default: drawn anew)")
    place = parser.add_argument_group("where the lanes run")
    place.add_argument("--pin", action="store_true", help="on one hardware thread of each core (Linux)")
    place.add_argument("--cpus", metavar="0,2-3", type=cores, help="pin to these cores")
    place.add_argument("--cluster", metavar="ADDRESS", help="what lanes hand to an executor of concurrent.futures runs on this Dask cluster")
    json_argument(parser)


def json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the result there ('-': to standard output, and nothing else)")


def parameter(text: str) -> tuple[str, int | float]:
    """'n=1_000' -> ('n', 1000)"""
    name, _, value = text.partition("=")
    for number in (int, float):
        try:
            return name.strip(), number(value.replace("_", ""))
        except ValueError:
            pass
    raise argparse.ArgumentTypeError(f"{text!r} is not of the form n=1000")


def names(text: str) -> list[str]:
    """'a, b' -> ['a', 'b']"""
    return [name.strip() for name in text.split(",") if name.strip()]


def cores(text: str) -> list[int]:
    """'0,2-3' -> [0, 2, 3]"""
    try:
        return cpu_list(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 0,2-3") from None


def engine() -> ModuleType:
    """photofinish.race. Failure where the C extension is missing."""
    try:
        from .. import race
    except ImportError as error:
        raise Failure(f"the C extension is missing ({error}); 'make native' builds it") from None
    return race


@contextlib.contextmanager
def place(options: argparse.Namespace) -> Iterator[dict]:
    """Pins and connects as the options of race_arguments say; gives `where` for the report. Failure where that cannot be done."""
    pinned = pin.pin(options.cpus) if options.pin or options.cpus else None
    where = {**engine().here(), "cpu": machine.cpu_name(), "system": f"{platform.system()} {platform.release()}"}
    if pinned:
        where["pinned"] = pinned
    if not options.cluster:
        yield where
        return
    with cluster.connected(options.cluster) as told_of_it:
        yield {**where, "cluster": told_of_it}


@contextlib.contextmanager
def told(what: object) -> Iterator[None]:
    """Turns what a user can put right in `what` (a lanes file, a path) into a Failure that names it."""
    try:
        yield
    except (LanesError, OSError) as error:
        raise Failure(f"{what}: {error}") from None
    except SetupError as error:
        raise Failure(f"{what}: setup failed\n{str(error).rstrip()}") from None


def write(result: dict, to: Path | None) -> bool:
    """Writes `result` as JSON where --json says so. Whether standard output is still free for a table. OSError as open() raises it."""
    if to is None:
        return True
    text = report.dumps(result, indent=1) + "\n"
    if str(to) == "-":
        sys.stdout.write(text)
        return False
    to.write_text(text, encoding="utf-8")
    return True


def progress() -> Callable[[dict], None] | None:
    """A teller of a race's events in one line of the terminal, which the table then takes; None where standard error is none."""
    if not sys.stderr.isatty():
        return None
    stages = {"setup": "setup", "check": "each lane once", "warm-up": "warming up", "race": "racing"}

    def tell(event: dict) -> None:
        if event["event"] == "stage":
            sys.stderr.write(f"\r{stages[event['stage']]}\x1b[K")
        elif event["event"] == "samples":
            sys.stderr.write(f"\rracing: {event['seconds']:.1f} of at most {event['budget']:g} s\x1b[K")
        elif event["event"] == "look" and event["last"]:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
    return tell
