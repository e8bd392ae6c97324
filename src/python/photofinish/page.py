"""What the page asks of the interpreter in its worker: warm() before the snapshot, after_restore() at every boot, run(), race(), sweep(), combine().

Everything crosses as strings and numbers, so that no proxy of a Python object stays behind in JavaScript.
"""
from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Callable, Sequence

from . import lanes, program, report, runs
from . import race as races
from . import sweep as sweeps
from .module import SetupError
from .processes import child, system

MAIN = "/home/pyodide/main.py"

# What a snapshot should hold, so that the reader's programs find it loaded.
LIBRARY = (
    "abc argparse array ast asyncio bisect calendar collections.abc concurrent.futures.process concurrent.futures.thread "
    "contextlib copy csv dataclasses datetime decimal dis enum fractions functools gc glob hashlib heapq inspect io itertools "
    "json linecache logging math multiprocessing multiprocessing.pool multiprocessing.shared_memory numbers operator pathlib "
    "pickle pkgutil platform pprint queue random re runpy secrets shutil statistics string struct tempfile textwrap threading time timeit "
    "traceback typing uuid weakref"
).split()


def warm() -> list[str]:
    """Imports the library modules that a snapshot should hold. Returns those that this interpreter does not have."""
    missing = []
    for name in LIBRARY:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    return missing


def after_restore(cores: int | None = None, threads: bool = True) -> None:
    """Call it at every boot: interpreters restored from one snapshot would otherwise all draw the same random numbers.

    cores    how many the browser says that there are
    threads  whether threads can be started; where not, the library's helper threads become steps (processes/pumps.py)
    """
    if cores is not None:
        system.set_cores(cores)
    if not threads:
        from .processes import pumps  # in the snapshot already
        pumps.install()
    random.seed()
    if "tempfile" in sys.modules:
        sys.modules["tempfile"]._name_sequence = None
    if "uuid" in sys.modules:
        sys.modules["uuid"]._last_timestamp = None
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def process(request_json: str) -> int:
    """Runs a child process's command line: {"argv", "environment", "path", "cwd"}, see processes/child.py. Returns its exit status, 0 to 255."""
    request = json.loads(request_json)
    return child.run(request["argv"], request.get("environment"), request.get("path"), request.get("cwd"))


def run(source: str, argv: Sequence[str] = ()) -> tuple[str, int]:
    """Runs a program as `python3 file.py`; argv[0], where given, names its file. Returns (status, exit code), see program.py."""
    argv = [str(word) for word in argv] or [MAIN]
    _begin()
    try:
        with open(argv[0], "w", encoding="utf-8") as file:  # processes that the program starts import it from there
            file.write(source)
    except OSError:
        pass  # a place that cannot be written: the program runs all the same
    return program.run(source, argv)


def race(source: str, options_json: str, emit_json: Callable[[str], object], hidden: Callable[[], bool] | None = None) -> str:
    """Races the lanes of `source` and returns the report as JSON (Report of web/protocol.ts).

    options_json  {"lesson", "params", "lanes", "seed", "budget", "where"}, each optional or null; the clock's tick is added
                  to "where", and "python", "runtime", "cores" and "date" where they are missing
    emit_json     is called with each RaceEvent as JSON text
    hidden        whether the page is hidden; asked between blocks, and again and again while it is. None: nobody knows

    Where no race can be run because of what the reader wrote, the result is {"failed": {"name", "message", "line"}}: name is
    'LanesError' (message: what to do; line: of the file, or null) or 'SetupError' (message: a traceback).
    KeyboardInterrupt passes through.
    """
    return _timed(races.run, ("lesson", "params", "lanes", "seed", "budget"), source, options_json, emit_json, hidden)


def sweep(source: str, options_json: str, emit_json: Callable[[str], object], hidden: Callable[[], bool] | None = None) -> str:
    """Sweeps a parameter of `source` and returns the SweepReport as JSON; emit_json is told SweepEvents and RaceEvents.

    options_json has "parameter" and "values" beside those of race(). `hidden` and failures as there.
    """
    return _timed(sweeps.run, ("lesson", "params", "lanes", "seed", "budget", "parameter", "values"), source, options_json, emit_json,
                  hidden)


def combine(reports_json: str) -> str:
    """What several reports of one race (a JSON array) say together: a RepeatReport as JSON."""
    return report.dumps(runs.combine(json.loads(reports_json)))


def _begin() -> None:
    library = sys.modules.get(f"{__package__}.processes.library")  # where processes have been installed
    if library:
        library.begin_program()


def _timed(run: Callable[..., dict], names: Sequence[str], source: str, options_json: str, emit_json: Callable[[str], object],
           hidden: Callable[[], bool] | None) -> str:
    options = json.loads(options_json)
    _begin()
    where = {**races.here(), "runtime": "browser", **(options.get("where") or {})}
    try:
        finished = run(lanes.parse(source), **{name: options.get(name) for name in names}, where=where, hidden=hidden,
                       emit=lambda event: emit_json(report.dumps(event)))
    except lanes.LanesError as error:
        return json.dumps({"failed": {"name": "LanesError", "message": str(error), "line": error.line}})
    except SetupError as error:
        return json.dumps({"failed": {"name": "SetupError", "message": str(error), "line": None}})
    return report.dumps(finished)
