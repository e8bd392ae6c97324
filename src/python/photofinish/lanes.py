"""Reads a lanes file: plain Python in percent cells ("# %% ...") becomes parameters, setup, lanes and a check.

Nothing is executed here. Whatever is wrong with the file as a whole is a LanesError that names the line and says what to
do. A lane that does not compile is no such error: it is kept with its message, so that the other lanes can still race.
"""
from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("idiom", "better", "kernel", "parallel")
OPTIONS = {"python": ("default", "free-threaded")}  # of a lane
ASKED = ("memory",)  # what the parameters line may ask of a race: "# %% parameters [memory]"
LANES_LIMIT = 16  # PF_LANES_LIMIT of photofinish.h

_MARKER = re.compile(r"#\s*%%(?P<label>.*)")
_LANE = re.compile(r"lane\b\s*(?P<kind>[^\s:]*)\s*(?::\s*(?P<rest>.*))?")
_OPTIONS = re.compile(r"(?P<title>.*?)\s+\[(?P<options>[^\[\]]*)\]")
_FUNCTION = re.compile(r"^(?:async\s+)?def\s+(\w+)", re.MULTILINE)
_PARAMETERS = re.compile(r"parameters(?:\s*\[(?P<asked>[^\[\]]*)\])?")
_ONCE = ("parameters", "check", "counts")  # cells of which a file has at most one
_CELLS = "'# %% parameters', '# %% setup', '# %% lane KIND: TITLE', '# %% check' or '# %% counts'"

Number = int | float


class LanesError(Exception):
    """What is wrong with a lanes file, or with what a race was asked to do with it.

    message  one sentence or two: what is wrong, and what to do
    line     1-based line of the file, or None where no line is to blame
    """

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Cell:
    """One cell. `line` is its first line of code in the file (1-based); `name` stands in tracebacks of the page."""

    kind: str  # preamble, parameters, setup, lane, check, counts
    line: int
    source: str
    name: str = ""

    @property
    def marker(self) -> int:
        """The line of the cell's "# %%"."""
        return max(1, self.line - 1)


@dataclass(frozen=True)
class Lane:
    """One way of doing the job. `error` is set where its cell does not compile."""

    id: str
    kind: str
    title: str
    cell: Cell
    arguments: tuple[str, ...] = ()
    defaults: frozenset[str] = frozenset()  # arguments that may be left out
    options: Mapping[str, str] = field(default_factory=dict)
    error: SyntaxError | None = None


@dataclass(frozen=True)
class LanesFile:
    """A parsed file. Immutable; safe to use from several threads."""

    source: str
    path: str | None
    cells: tuple[Cell, ...]
    parameters: Mapping[str, Number]
    lanes: tuple[Lane, ...]
    check: str | None  # the name of the function that compares two results
    asks: frozenset[str] = frozenset()  # of ASKED

    @property
    def counts(self) -> Cell | None:
        """The cell that replaces functions by counting ones, for a pass of its own after the race (passes.py)."""
        return next((cell for cell in self.cells if cell.kind == "counts"), None)

    def with_parameters(self, overrides: Mapping[str, Number] | None) -> dict[str, Number]:
        """The file's parameters with some of them set anew. LanesError for a name it does not have or a wrong value."""
        values = dict(self.parameters)
        for name, value in (overrides or {}).items():
            if name not in values:
                known = ", ".join(values) or "none"
                raise LanesError(f"there is no parameter {name!r}; the file has: {known}")
            if not _is_number(value):
                raise LanesError(f"parameter {name!r} must be a finite number, not {value!r}")
            if isinstance(values[name], int):
                if value != int(value):
                    raise LanesError(f"parameter {name!r} is a whole number; {value!r} is not")
                value = int(value)
            else:
                value = float(value)
            values[name] = value
        return values

    def choose(self, ids: list[str] | None) -> list[Lane]:
        """The lanes with these ids, in the order of the file; all of them for None. LanesError for an unknown id."""
        if ids is None:
            return list(self.lanes)
        known = [lane.id for lane in self.lanes]
        for wanted in ids:
            if wanted not in known:
                raise LanesError(f"there is no lane {wanted!r}; the file has: {', '.join(known)}")
        if not ids:
            raise LanesError("no lane was chosen; name at least one")
        return [lane for lane in self.lanes if lane.id in ids]


def load(path: str | Path) -> LanesFile:
    """Parses a file from disk. OSError as open() raises it; LanesError where it is not UTF-8 or not a lanes file."""
    data = Path(path).read_bytes()
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LanesError("the file is not UTF-8 text; save it as UTF-8", line) from None
    return parse(source, str(path))


def parse(source: str, path: str | None = None) -> LanesFile:
    """Parses the text of a lanes file; `path`, where there is one, is the name that tracebacks show. Raises LanesError."""
    if "\0" in source:
        raise LanesError("the file holds a NUL character; it is not Python text", source.count("\n", 0, source.index("\0")) + 1)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    cells: list[Cell] = []
    lanes: list[Lane] = []
    parameters: dict[str, Number] = {}
    check = None
    asks: frozenset[str] = frozenset()
    for label, line, text in _split(source):
        cell = Cell(_kind_of(label, line, text), line, text)
        if cell.kind == "text":
            continue
        if cell.kind in _ONCE and any(other.kind == cell.kind for other in cells):
            raise LanesError(f"a second {cell.kind} cell; join it with the first", cell.marker)
        if cell.kind == "parameters":
            if any(other.kind in ("setup", "lane") for other in cells):
                raise LanesError("the parameters cell must come before setup and lanes, which use its numbers", cell.marker)
            cell = Cell("parameters", line, text, "<parameters>")
            asks = _read_asked(label, cell)
            parameters = _read_parameters(cell)
        elif cell.kind == "lane":
            lane = _read_lane(label, cell, len(lanes) + 1)
            if any(other.id == lane.id for other in lanes):
                raise LanesError(f"a second lane with the function {lane.id!r}; give each lane's function its own name", cell.marker)
            lanes.append(lane)
            cell = lane.cell
        else:
            cell = Cell(cell.kind, line, text, f"<{cell.kind}>")
            tree = _tree(cell)
            if cell.kind == "check":
                check = _read_check(tree, cell)
            elif cell.kind == "setup":
                _reject_makers_with_arguments(tree, cell)
        cells.append(cell)
    if not lanes:
        raise LanesError("there is no lane; add a cell '# %% lane idiom: TITLE' with a function in it")
    if len(lanes) > LANES_LIMIT:
        raise LanesError(f"{len(lanes)} lanes; a race has at most {LANES_LIMIT}", lanes[LANES_LIMIT].cell.marker)
    _reject_shadowing(cells, lanes, parameters)
    return LanesFile(source, path, tuple(cells), parameters, tuple(lanes), check, asks)


def _split(source: str):
    """Yields (label or None for what stands before the first marker, first line of code, code)."""
    label, first, lines = None, 1, []
    for number, line in enumerate(source.split("\n"), 1):
        marker = _MARKER.match(line)
        if marker:
            yield label, first, "\n".join(lines) + "\n"
            label, first, lines = marker["label"].strip(), number + 1, []
        else:
            lines.append(line)
    yield label, first, "\n".join(lines) + "\n"


def _kind_of(label: str | None, line: int, text: str) -> str:
    if label is None:
        return "preamble" if text.strip() else "text"
    if label.startswith("[markdown]"):
        return "text"
    if label == "":
        raise LanesError(f"this cell does not say what it is; write {_CELLS}", line - 1)
    if label in ("setup", "check", "counts"):
        return label
    if _PARAMETERS.fullmatch(label):
        return "parameters"
    if re.match(r"lane\b", label):
        return "lane"
    raise LanesError(f"unknown cell {label!r}; write {_CELLS}", line - 1)


def _tree(cell: Cell) -> ast.Module:
    try:
        return ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        raise LanesError(f"the {cell.kind} cell is not Python: {error.msg}", line) from None


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _read_asked(label: str, cell: Cell) -> frozenset[str]:
    """'parameters [memory]' -> {'memory'}"""
    asked = (_PARAMETERS.fullmatch(label)["asked"] or "").replace(",", " ").split()
    for word in asked:
        if word not in ASKED:
            raise LanesError(f"unknown option {word!r}; a parameters line knows: [{', '.join(ASKED)}]", cell.marker)
    return frozenset(asked)


def _read_parameters(cell: Cell) -> dict[str, Number]:
    values: dict[str, Number] = {}
    for statement in _tree(cell).body:
        line = cell.line + statement.lineno - 1
        if not (isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)):
            raise LanesError("the parameters cell holds only lines like 'n = 1000'; move anything else to setup", line)
        name = statement.targets[0].id
        try:
            value = ast.literal_eval(statement.value)
        except (ValueError, TypeError, SyntaxError):
            value = None
        if not _is_number(value):
            raise LanesError(f"parameter {name!r} must be a plain number such as 1000 or 0.5; move anything else to setup", line)
        if name in values:
            raise LanesError(f"parameter {name!r} is set twice; keep one line", line)
        values[name] = value
    return values


def _read_lane(label: str, cell: Cell, number: int) -> Lane:
    line = cell.marker
    match = _LANE.fullmatch(label)
    kind = match["kind"] if match else ""
    if kind not in KINDS:
        said = f"unknown kind of lane {kind!r}" if kind else "the lane has no kind"
        raise LanesError(f"{said}; write '# %% lane KIND: TITLE' with one of {', '.join(KINDS)}", line)
    title, options = _read_title((match["rest"] or "").strip(), line)
    if not title:
        raise LanesError(f"the lane has no title; write '# %% lane {kind}: TITLE'", line)
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        names = _FUNCTION.findall(cell.source)
        id = names[-1] if names else f"lane_{number}"
        return Lane(id, kind, title, Cell("lane", cell.line, cell.source, f"<lane {id}>"), options=options, error=error)
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not functions:
        raise LanesError("the lane has no function; its last top-level 'def' is what is timed", line)
    function = functions[-1]
    at = cell.line + function.lineno - 1
    if isinstance(function, ast.AsyncFunctionDef):
        raise LanesError(f"{function.name!r} is an async function; a lane is a plain 'def' (it may call asyncio.run)", at)
    if _is_generator(function):
        raise LanesError(f"{function.name!r} is a generator: calling it runs nothing; return a value instead of yielding", at)
    given = function.args
    if given.vararg or given.kwarg:
        raise LanesError(f"{function.name!r} takes *args or **kwargs; name its arguments, they are filled from setup by name", at)
    positional = given.posonlyargs + given.args
    defaults = {argument.arg for argument in positional[len(positional) - len(given.defaults):]}
    defaults |= {argument.arg for argument, default in zip(given.kwonlyargs, given.kw_defaults) if default is not None}
    if given.kwonlyargs:
        raise LanesError(f"{function.name!r} has arguments after '*'; a lane's arguments are positional", at)
    arguments = tuple(argument.arg for argument in positional)
    return Lane(function.name, kind, title, Cell("lane", cell.line, cell.source, f"<lane {function.name}>"),
                arguments, frozenset(defaults), options)


def _read_title(rest: str, line: int) -> tuple[str, dict[str, str]]:
    """'threads [python=free-threaded]' -> title and options. A bracket without '=' belongs to the title."""
    match = _OPTIONS.fullmatch(" " + rest)
    if not match:
        return rest, {}
    words = match["options"].replace(",", " ").split()
    if "=" not in match["options"] and not any(word in OPTIONS for word in words):
        return rest, {}
    options: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if name not in OPTIONS:
            raise LanesError(f"unknown option {name!r}; a lane line knows: {', '.join(OPTIONS)}", line)
        if value not in OPTIONS[name]:
            raise LanesError(f"option {name!r} is one of: {', '.join(f'[{name}={choice}]' for choice in OPTIONS[name])}", line)
        if name in options:
            raise LanesError(f"option {name!r} is given twice", line)
        options[name] = value
    return match["title"].strip(), options


def _is_generator(function: ast.FunctionDef) -> bool:
    """Whether the function itself yields; inner functions and lambdas may."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _read_check(tree: ast.Module, cell: Cell) -> str:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "same":
            if len(node.args.posonlyargs + node.args.args) != 2 or node.args.kwonlyargs:
                raise LanesError("'same' takes two results: 'def same(a, b)'", cell.line + node.lineno - 1)
            return node.name
    raise LanesError("the check cell has no function 'def same(a, b)'; add it, or leave the cell out to compare with ==", cell.marker)


def _reject_makers_with_arguments(tree: ast.Module, cell: Cell) -> None:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("make_"):
            required = len(node.args.posonlyargs + node.args.args) - len(node.args.defaults)
            if required or None in node.args.kw_defaults:
                raise LanesError(f"{node.name!r} is called without arguments to build {node.name[5:]!r} anew; "
                                 "give its arguments defaults or rename it", cell.line + node.lineno - 1)


def _reject_shadowing(cells: list[Cell], lanes: list[Lane], parameters: dict[str, Number]) -> None:
    """All cells share one module, as when the file is run: a lane's function must not replace an input of the others."""
    inputs = dict.fromkeys(parameters, "a parameter")
    for cell in cells:
        if cell.kind == "setup":
            for node in _tree(cell).body:
                targets = [node] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else getattr(node, "targets", [])
                for target in targets:
                    name = getattr(target, "name", getattr(target, "id", None))
                    if name:
                        inputs[name] = "a name of setup"
    for lane in lanes:
        if lane.id in inputs:
            raise LanesError(f"the lane's function {lane.id!r} replaces {inputs[lane.id]}; give it another name", lane.cell.marker)
