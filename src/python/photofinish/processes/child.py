"""What a child process runs: Python's own command line, as multiprocessing's spawn gives it."""
from __future__ import annotations

import builtins
import os
import runpy
import sys
import types
from collections.abc import Callable, Mapping, Sequence

from .. import program
from . import mains, unborn


def run(argv: Sequence[str], environment: Mapping[str, str] | None = None, path: Sequence[str] | None = None, cwd: str | None = None) -> int:
    """Runs `python argv[1:]` and winds down as a process does at its end. Returns the exit status, 0 to 255.

    argv         the interpreter's name, options (which change nothing here), then -c CODE, -m MODULE or FILE, then sys.argv's rest
    environment  None: as it is; else all of it
    path         sys.path; None: as it is
    cwd          where it runs, if there is such a folder
    """
    if environment is not None:
        os.environ.clear()
        os.environ.update(environment)
    if path is not None:
        sys.path[:] = path
    if cwd is not None and os.path.isdir(cwd):
        os.chdir(cwd)
    mains.begin(None)
    status = program.execute(_command(argv))[1]
    if "--multiprocessing-fork" in argv:
        unborn.ended(status)
    return status


def _command(argv: Sequence[str]) -> Callable[[], object]:
    """What the command line says to do; sets sys.argv."""
    words = list(argv[1:])
    while words and words[0].startswith("-") and words[0] not in ("-c", "-m"):
        del words[:2 if words[0] in ("-X", "-W") else 1]
    if not words:
        raise ValueError(f"nothing to run in {list(argv)}")
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    mains.put(main)
    if words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        return lambda: exec(compile(words[1], "<string>", "exec", dont_inherit=True), vars(main))
    if words[0] == "-m":
        sys.argv = ["-m", *words[2:]]
        return lambda: runpy._run_module_as_main(words[1])
    sys.argv = words
    sys.path.insert(0, os.path.dirname(os.path.abspath(words[0])))
    return lambda: runpy.run_path(words[0], run_name="__main__")
