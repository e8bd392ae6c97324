"""Runs a program as `python3 file.py` would: a fresh __main__, and at its end what a process does at its end.

Threads that are not daemons are waited for, executors wind down, atexit functions run, output is flushed. The interpreter is
used up by that: the page throws it away with its worker, so that nothing is left over for the next program.
"""
from __future__ import annotations

import atexit
import builtins
import os
import sys
import threading
import types
from collections.abc import Callable

from . import tracebacks
from .processes import mains
from .threads.deadlock import DeadlockError

OK, EXCEPTION, EXIT, STOPPED = "ok", "exception", "exit", "stopped"
_hook_before: object = None  # sys.excepthook, before the program could set it


def run(source: str, argv: list[str]) -> tuple[str, int]:
    """Runs `source` as the main program, with sys.argv = argv (argv[0] names its file). Returns (status, exit code):

    ('ok', 0); ('exit', code) for SystemExit, its message on stderr as CPython prints it; ('exception', 1) with the traceback
    on stderr; ('stopped', 130) for KeyboardInterrupt, traceback on stderr. Output goes to sys.stdout and sys.stderr.
    """
    name = argv[0]
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=name, __builtins__=builtins, __cached__=None)
    mains.put(main)
    mains.begin_script(main, name, source)
    sys.argv = list(argv)
    sys.path.insert(0, os.path.dirname(os.path.abspath(name)))
    tracebacks.remember(name, source)
    return execute(lambda: exec(compile(source, name, "exec", dont_inherit=True), main.__dict__))


def execute(work: Callable[[], object]) -> tuple[str, int]:
    """Does `work` as a process's main program, and then what a process does at its end. Returns as run() does."""
    global _hook_before
    _hook_before = sys.excepthook
    _line_buffered()
    status = _guarded(work)
    ending = _guarded(_wind_down)
    if status[0] == OK and ending[0] == STOPPED:
        status = ending
    _flush()
    return status


def _guarded(work: Callable[[], object]) -> tuple[str, int]:
    """Does `work`; whatever ends it is told on stderr and becomes a status."""
    try:
        work()
        return OK, 0
    except SystemExit as error:
        return EXIT, _exit_code(error)
    except KeyboardInterrupt as error:
        _report(error)
        return STOPPED, 130
    except BaseException as error:
        _report(error)
        return EXCEPTION, 1


def _exit_code(error: SystemExit) -> int:
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF  # what a shell sees
    _flush()
    print(code, file=sys.stderr)
    return 1


def _report(error: BaseException) -> None:
    _flush()
    if isinstance(error, DeadlockError):
        if DeadlockError.reported:
            return  # the threads that the program's end waits for are the same
        DeadlockError.reported = True
    if sys.excepthook not in (sys.__excepthook__, _hook_before):  # Pyodide has one of its own, which prints the same
        try:
            sys.excepthook(type(error), error, _without_ours(error.__traceback__))
            return
        except Exception as second:
            print("Error in sys.excepthook:", file=sys.stderr)
            sys.stderr.write(tracebacks.of(second))
            print("\nOriginal exception was:", file=sys.stderr)
    sys.stderr.write(tracebacks.of(error))


def _without_ours(trace: types.TracebackType | None) -> types.TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _line_buffered() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(line_buffering=True)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # the program closed it or put something else in its place


# ---------------------------------------------------------------------------------------------- the end of a program

def _wind_down() -> None:
    """What Py_Finalize does before it takes anything apart: executors and threads, then atexit functions."""
    threading._shutdown()
    atexit._run_exitfuncs()
