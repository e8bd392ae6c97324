"""Executes a lanes file: all cells in one module, in their order, as when the file is run top to bottom.

The module is `__main__` while a race runs, so that processes started by a lane find its functions as they would in a
script; what was `__main__` before is put back. One such module at a time in a process; not thread safe.
"""
from __future__ import annotations

import __future__
import builtins
import contextlib
import difflib
import types
from collections.abc import Callable, Iterator

from . import tracebacks
from .lanes import Cell, Lane, LanesError, LanesFile, Number
from .processes import mains
from .processes.guard import Part

_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag


# Modules that a lanes file gets in place of those of these names, wherever its code imports them; nobody else gets them.
stand_ins: dict[str, types.ModuleType] = {}


class SetupError(Exception):
    """The setup or the check cell raised: no lane can run. The message is the traceback of the reader's own code."""


class LanesModule:
    """The executed file. Use it in a `with`: that installs the module as `__main__` and removes it again.

    functions  lane id -> function, for the lanes whose cell ran
    errors     lane id -> traceback, for the lanes whose cell raised or does not compile
    same       the check cell's function, or None
    """

    def __init__(self, file: LanesFile, parameters: dict[str, Number]):
        self.file = file
        self.functions: dict[str, types.FunctionType] = {}
        self.errors: dict[str, str] = {}
        self.same: types.FunctionType | None = None
        self._parameters = parameters
        self._flags = 0
        self._inputs: dict[str, object] = {}
        self._module = types.ModuleType("__main__")
        self._module.__file__ = file.path or "lanes.py"
        self._module.__builtins__ = _builtins() if stand_ins else __builtins__
        self._before = None

    def __enter__(self) -> LanesModule:
        self._before = mains.put(self._module)
        try:
            self._tell_children()
            self._execute()
            self._tell_children()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        mains.begin(None)
        mains.put(self._before)

    def _tell_children(self) -> None:
        """Where there is no file that child processes could run they get the cells, with this race's parameters."""
        if self.file.path is None:
            left_out = {lane.cell for lane in self.file.lanes if lane.error or lane.id in self.errors}
            parts = [Part(cell.name, cell.source) for cell in self.file.cells if cell.kind not in ("parameters", "counts") and cell not in left_out]
            mains.begin(mains.MainProgram(self._module.__file__, parts, self._parameters, self._module))

    def _execute(self) -> None:
        lanes = {lane.cell: lane for lane in self.file.lanes}
        namespace = self._module.__dict__
        for cell in self.file.cells:
            if cell.kind == "parameters":
                namespace.update(self._parameters)
                self._inputs.update(self._parameters)
            elif cell.kind == "lane":
                self._execute_lane(lanes[cell])
            elif cell.kind != "counts":
                try:
                    self._run(cell)
                except (Exception, SystemExit) as error:
                    raise SetupError(tracebacks.of(error)) from error
                if cell.kind != "check":
                    # Inputs are what setup left; a lane's cell may not change them for the others.
                    self._inputs.update(namespace)
        if self.file.check:
            self.same = namespace[self.file.check]

    @contextlib.contextmanager
    def counting(self, **given: Callable) -> Iterator[None]:
        """Runs the counts cell, which is given functions by name. Inside the `with`, the names that it binds stand in for the module's, also
        as arguments; afterwards everything is as before. SetupError where the cell raises.
        """
        namespace, inputs = self._module.__dict__, self._inputs
        before = dict(namespace)
        namespace.update(given)
        try:
            try:
                self._run(self.file.counts)
            except (Exception, SystemExit) as error:
                raise SetupError(tracebacks.of(error)) from error
            bound = {name: value for name, value in namespace.items() if name not in before or before[name] is not value}
            self._inputs = {**inputs, **bound}
            yield
        finally:
            self._inputs = inputs
            namespace.clear()
            namespace.update(before)

    def _execute_lane(self, lane: Lane) -> None:
        try:
            self._run(lane.cell)
            self.functions[lane.id] = self._module.__dict__[lane.id]
        except (Exception, SystemExit) as error:
            self.errors[lane.id] = tracebacks.of(error)

    def _run(self, cell: Cell) -> None:
        """Compiles one cell apart. Natively lines are those of the file, in the page (no path) those of the cell."""
        if self.file.path is None:
            filename, source = cell.name, cell.source
            tracebacks.remember(filename, source)
        else:
            filename, source = self.file.path, "\n" * (cell.line - 1) + cell.source
            tracebacks.remember(filename, self.file.source)
        code = compile(source, filename, "exec", flags=self._flags, dont_inherit=True)
        self._flags |= code.co_flags & _FUTURES
        exec(code, self._module.__dict__)

    def arguments(self, lane: Lane) -> tuple[list[str], list[object], list[bool]]:
        """Names, values and "built anew" of a lane's arguments. A value built anew is its make_NAME function.

        Raises LanesError for a name that neither setup nor the lane's own cell knows.
        """
        names: list[str] = []
        values: list[object] = []
        fresh: list[bool] = []
        for name in lane.arguments:
            maker = self._inputs.get("make_" + name)
            if callable(maker):
                value, anew = maker, True
            elif name in self._inputs:
                value, anew = self._inputs[name], False
            elif name in self._module.__dict__:
                value, anew = self._module.__dict__[name], False
            elif name in lane.defaults:
                continue
            else:
                known = [key for key in self._inputs if not key.startswith("__")]
                known += [key[5:] for key in known if key.startswith("make_")]
                near = difflib.get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"set {name!r} there"
                raise LanesError(f"the lane {lane.id!r} wants {name!r}, which setup does not have; {hint}", lane.cell.marker)
            names.append(name)
            values.append(value)
            fresh.append(anew)
        return names, values, fresh


def _builtins() -> dict[str, object]:
    """Python's builtins with an import statement that knows stand_ins: code finds it through the module that it was defined in."""
    def find(name: str, globals: object = None, locals: object = None, fromlist: tuple[str, ...] | None = (), level: int = 0):
        module = builtins.__import__(name, globals, locals, fromlist, level)
        return module if level else stand_ins.get(module.__name__, module)
    return {**vars(builtins), "__import__": find}
