"""The main program, as child processes get it.

multiprocessing has a child run the parent's script again, under the name __mp_main__. That is left to it where the script has a guard. What has
none, and the lanes of a race, travel as text inside the message that starts the child, which runs a part of it (guard.py).
"""
from __future__ import annotations

import functools
import os
import pickle
import sys
import types
from collections.abc import Callable, Iterable, Mapping

from .. import tracebacks
from . import guard
from .guard import Part

NOTE = ("[{file} starts processes and has no `if __name__ == \"__main__\":`. Native Python would run it again in each of them and stop there with "
        "\"RuntimeError: An attempt has been made to start a new process before the current process has finished its bootstrapping "
        "phase.\" Here they take only its imports, definitions and the values of its variables; put what is to run once under that line.]\n")

_current: MainProgram | None = None


class MainProgram:
    """A main program that children must not simply run again. Pickled while a child is being spawned, and unpickled there."""

    def __init__(self, file: str, parts: Iterable[Part], given: Mapping[str, object], module: types.ModuleType | None = None,
                 values: Mapping[str, bytes] | None = None, remade: Iterable[str] = ()) -> None:
        self.file = file
        self.parts = tuple(parts)
        self.given = dict(given)
        self.module = module
        self.values = dict(values or {})
        self.remade = tuple(remade)
        self._arrived: dict[str, object] = {}

    def __reduce__(self) -> tuple:
        from .connections import packed
        values, remade = {}, []
        for name in sorted(_variables(self.parts).difference(self.given)):
            if name in vars(self.module):
                pickle = packed(vars(self.module)[name])
                if pickle is None:
                    remade.append(name)
                else:
                    values[name] = pickle
        return MainProgram, (self.file, self.parts, self.given, None, values, remade)

    def install(self) -> None:
        """Makes it this process's main module."""
        module = self.module = types.ModuleType("__mp_main__")
        vars(module).update(self.given, __file__=self.file)
        put(module)
        for part in self.parts:
            tracebacks.remember(part.name, part.source)
        vars(module)[guard.TAKE] = self._take
        for code in guard.reduce(self.parts, self.given, self.values, self.remade):
            exec(code, vars(module))
        del vars(module)[guard.TAKE]
        for name in self.values:
            try:
                vars(module)[name] = self._take(name)
            except Exception as error:
                print(f"[{self.file}: the variable {name!r} did not arrive in this process: {error!r}]", file=sys.stderr)
        begin(self)

    def _take(self, name: str, make: Callable[[], object] | None = None) -> object:
        """A variable's value as the parent has sent it; where that cannot be had, what make() returns."""
        if name not in self._arrived:
            try:
                self._arrived[name] = pickle.loads(self.values[name])
            except Exception:
                if make is None:
                    raise
                return make()
        return self._arrived[name]


@functools.lru_cache(4)
def _variables(parts: tuple[Part, ...]) -> frozenset[str]:
    return guard.variables(parts)


def begin(program: MainProgram | None) -> None:
    """From now on children get `program`, as long as its module is __main__; None: they run the script again."""
    global _current
    _current = program


def begin_script(module: types.ModuleType, file: str, source: str) -> None:
    """The main program is a script: its children take a part where it has no guard. Nothing is looked at before there are children."""
    begin(_Script(file, [Part(file, source)], {}, module))


class _Script(MainProgram):
    """A script, of which nobody knows yet whether it has a guard."""

    @functools.cached_property
    def is_guarded(self) -> bool:
        guarded = guard.is_guarded(self.parts[0].source)
        if not guarded:
            sys.stderr.write(NOTE.format(file=os.path.basename(self.file)))
            sys.stderr.flush()
        return guarded


def to_send() -> MainProgram | None:
    """What a child that is being spawned gets; None: it runs the script again. The first time, the reader is told what is done here."""
    program = _current
    if program is None or sys.modules.get("__main__") is not program.module or (isinstance(program, _Script) and program.is_guarded):
        return None
    return program


def put(module: types.ModuleType) -> types.ModuleType | None:
    """Makes `module` __main__, also under the name that multiprocessing's children call theirs by. Returns the one before."""
    before = sys.modules.get("__main__")
    sys.modules["__main__"] = module
    if "__mp_main__" in sys.modules or module.__name__ == "__mp_main__":
        sys.modules["__mp_main__"] = module
    return before
