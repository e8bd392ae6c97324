"""Runs a program as `python3 file.py` would, in an interpreter that lives on: a fresh __main__, nothing left over afterwards.

What a process does at its end happens here at the end of a run: threads that are not daemons are waited for, executors and
the library's helper processes wind down, atexit functions run, output is flushed. Then the interpreter's own settings are put
back as they were. One run at a time; not thread safe.
"""
from __future__ import annotations

import atexit
import builtins
import decimal
import gc
import os
import sys
import threading
import types
import warnings
from collections.abc import Callable

from . import tracebacks

OK, EXCEPTION, EXIT, STOPPED = "ok", "exception", "exit", "stopped"


def run(source: str, argv: list[str]) -> tuple[str, int]:
    """Runs `source` as the main program, with sys.argv = argv (argv[0] names its file). Returns (status, exit code):

    ('ok', 0); ('exit', code) for SystemExit, its message on stderr as CPython prints it; ('exception', 1) with the traceback
    on stderr; ('stopped', 130) for KeyboardInterrupt, traceback on stderr. Output goes to sys.stdout and sys.stderr.
    """
    before = _Settings()
    exits = _Exits()
    name = argv[0]
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=name, __builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = main
    sys.argv = list(argv)
    sys.path.insert(0, os.path.dirname(os.path.abspath(name)))
    _line_buffered()
    tracebacks.remember(name, source)
    try:
        with warnings.catch_warnings():
            status = _guarded(lambda: exec(compile(source, name, "exec", dont_inherit=True), main.__dict__))
            ending = _guarded(lambda: _wind_down(before.threads, exits))
        if status[0] == OK and ending[0] == STOPPED:
            status = ending
        _flush()
    finally:
        exits.close()
        before.restore()
        main.__dict__.clear()
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
    if sys.excepthook is not sys.__excepthook__:
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

class _Exits:
    """Collects what the program registers with atexit, which has no way to run only a part of its functions."""

    def __init__(self) -> None:
        self._calls: list[tuple[Callable, tuple, dict]] = []
        self._originals = atexit.register, atexit.unregister
        atexit.register, atexit.unregister = self._register, self._unregister

    def _register(self, function: Callable, /, *args: object, **kwargs: object) -> Callable:
        self._calls.append((function, args, kwargs))
        return function

    def _unregister(self, function: Callable, /) -> None:
        self._calls = [call for call in self._calls if call[0] != function]
        self._originals[1](function)

    def run(self) -> None:
        """Last in, first out; one that raises is told on stderr and does not keep the others from running."""
        while self._calls:
            function, args, kwargs = self._calls.pop()
            try:
                function(*args, **kwargs)
            except SystemExit:
                pass
            except Exception as error:
                print(f"Exception ignored in atexit callback {function!r}:", file=sys.stderr)
                sys.stderr.write(tracebacks.of(error))

    def close(self) -> None:
        atexit.register, atexit.unregister = self._originals


def _wind_down(threads_before: set[threading.Thread], exits: _Exits) -> None:
    """In the order of a process's end: executors, threads, then atexit functions (multiprocessing's is one of them)."""
    for module in ("concurrent.futures.thread", "concurrent.futures.process"):
        python_exit = getattr(sys.modules.get(module), "_python_exit", None)
        if python_exit:
            python_exit()
    for thread in threading.enumerate():
        if thread not in threads_before and not thread.daemon and thread is not threading.current_thread():
            thread.join()
    exits.run()
    util = sys.modules.get("multiprocessing.util")
    if util:
        util._exit_function()


def _revive() -> None:
    """The library's modules remember that the process has ended; it has not."""
    for module, flag in (("concurrent.futures.thread", "_shutdown"), ("concurrent.futures.process", "_global_shutdown"),
                         ("multiprocessing.util", "_exiting")):
        if hasattr(sys.modules.get(module), flag):
            setattr(sys.modules[module], flag, False)


# ---------------------------------------------------------------------------------------------- nothing left over

class _Settings:
    """What a program may change in the interpreter, as it was before the run."""

    NAMES = ("argv", "stdin", "stdout", "stderr", "excepthook", "unraisablehook", "displayhook", "breakpointhook", "dont_write_bytecode",
             "ps1", "ps2", "tracebacklimit")

    def __init__(self) -> None:
        self.main = sys.modules.get("__main__")
        self.threads = set(threading.enumerate())
        self.sys = {name: getattr(sys, name) for name in self.NAMES if hasattr(sys, name)}
        self.path = list(sys.path)
        self.modules = set(sys.modules)
        self.builtins = dict(vars(builtins))
        self.environment = dict(os.environ)
        self.directory = os.getcwd()
        self.recursion = sys.getrecursionlimit()
        self.switching = sys.getswitchinterval()
        self.collecting = gc.isenabled(), gc.get_threshold()
        self.excepthook = threading.excepthook

    def restore(self) -> None:
        builtins.__dict__.update(self.builtins)  # first: the rest uses them
        for name in set(vars(builtins)) - set(self.builtins):
            delattr(builtins, name)
        _revive()
        sys.settrace(None)
        sys.setprofile(None)
        threading.settrace(None)
        threading.setprofile(None)
        for name in self.NAMES:
            if name in self.sys:
                setattr(sys, name, self.sys[name])
            elif hasattr(sys, name):
                delattr(sys, name)
        folders = [path for path in sys.path if path not in self.path]
        sys.path[:] = self.path
        self._forget_modules(folders)
        if self.main is None:
            sys.modules.pop("__main__", None)
        else:
            sys.modules["__main__"] = self.main
        if os.environ != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
        os.chdir(self.directory)
        sys.setrecursionlimit(self.recursion)
        sys.setswitchinterval(self.switching)
        gc.enable() if self.collecting[0] else gc.disable()
        gc.set_threshold(*self.collecting[1])
        threading.excepthook = self.excepthook
        decimal.setcontext(decimal.Context())

    def _forget_modules(self, folders: list[str]) -> None:
        """The program's own modules (files beside it) are read anew by the next run; the library's stay loaded."""
        for name in set(sys.modules) - self.modules:
            file = getattr(sys.modules[name], "__file__", None)
            if file is None or os.path.dirname(os.path.abspath(file)) not in folders:
                package = getattr(sys.modules[name], "__path__", None)
                if not package or not any(str(place).startswith(tuple(folders)) for place in package if folders):
                    continue
            del sys.modules[name]
