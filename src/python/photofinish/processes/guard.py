"""Scripts without `if __name__ == "__main__":`: which part of one its child processes take.

A child has to have the script's functions and classes, and gets them by running the script. With a guard it runs all of it, as ever. A
script without one would start its processes again in each of them; it ran where children were forked, and native Python
stops it since 3.14. Here its children run a part: imports, definitions, plain constants and what those need; no loop, no output, no
call of the script's own functions. The variables that those read get the values that they have in the parent, as after a fork (mains.py).
"""
from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

from .statements import ASSIGNMENTS, DEFINITIONS, TRIES, at_place, blocks, bound, flat, imports, loads

# Builtins that only make a value from values.
_PURE = frozenset(
    "abs all any ascii bin bool bytearray bytes chr complex dict divmod enumerate filter float format frozenset getattr hasattr hash hex id int "
    "isinstance issubclass iter len list map max min object oct ord pow property range repr reversed round set slice sorted staticmethod str "
    "classmethod sum super tuple type vars zip memoryview".split())

# Modules whose functions do more than make a value ...
_ACTIVE = frozenset("multiprocessing concurrent asyncio subprocess os sys shutil socket runpy timeit joblib signal webbrowser atexit builtins "
                    "urllib http requests photofinish js pyodide".split())
# ... and what is harmless among them.
_HARMLESS = frozenset("cpu_count process_cpu_count getenv getcwd get join dirname abspath basename realpath expanduser splitext exists getsizeof "
                      "getrecursionlimit get_context getcontext".split())

# Calls that set something for the whole process.
_SETTINGS = frozenset("setrecursionlimit set_int_max_str_digits setcontext filterwarnings simplefilter basicConfig disable seterr set_printoptions "
                      "setlocale set_option setdefaulttimeout".split())

# What makes a type is a definition, whatever it looks like.
_TYPES = frozenset("namedtuple NamedTuple TypedDict NewType TypeVar ParamSpec TypeVarTuple Enum IntEnum StrEnum Flag IntFlag make_dataclass "
                   "new_class".split())

_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__", "__spec__", "__annotations__"}


@dataclass(frozen=True)
class Part:
    """A piece of the main program, all pieces share one module. `name` stands in tracebacks."""

    name: str
    source: str


def is_guarded(source: str) -> bool:
    """Whether a script tells apart if it runs as the main program: it compares __name__, or asks at its top level which process it is."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(_is_name(side, "__name__") for side in (node.left, *node.comparators)):
            return True
        if isinstance(node, ast.Match) and _is_name(node.subject, "__name__"):
            return True
    return any(_asks_which_process(test) for test in _tests(tree.body))


def variables(parts: Sequence[Part]) -> frozenset[str]:
    """Names of variables, of all parts together, that their functions and classes read: children get their values. SyntaxError."""
    read, assigned = _used_in_functions(parts)
    statements = [statement for part in parts for statement in ast.parse(part.source, part.name).body]
    read |= {name for node in flat(statements) if isinstance(node, DEFINITIONS) for name in loads(node)}
    assigned |= {name for node in flat(statements) if not isinstance(node, DEFINITIONS) for name in bound(node)}
    return read & assigned


TAKE = "__photofinish_take__"  # what is run calls this by name, to get a variable's value: take("x", lambda: 3), the second where it does not arrive


def reduce(parts: Sequence[Part], given: Iterable[str] = (), sent: Iterable[str] = (), remade: Iterable[str] = ()) -> list[CodeType]:
    """What children run of a program, part by part in one module. SyntaxError.

    given   names that the module has before anything runs
    sent    variables whose values the parent sends: definitions that need one take it, by the function TAKE
    remade  variables that children have to make themselves, by calls of other modules' functions: nobody can send their values
    """
    trees = [ast.parse(part.source, part.name) for part in parts]
    reduction = _Reduction([statement for tree in trees for statement in tree.body], frozenset(given), frozenset(sent), frozenset(remade))
    codes, flags = [], 0
    for part, tree in zip(parts, trees):
        code = compile(ast.Module(reduction.kept(tree.body), []), part.name, "exec", flags=flags, dont_inherit=True)
        flags |= code.co_flags & _FUTURES
        codes.append(code)
    return codes


def _futures() -> int:
    import __future__
    flags = 0
    for name in __future__.all_feature_names:
        flags |= getattr(__future__, name).compiler_flag
    return flags


_FUTURES = _futures()


# ---------------------------------------------------------------------------------------------- is there a guard

def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _tests(statements: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    """What the statements of the top level depend on, those inside of others too."""
    for statement in statements:
        if isinstance(statement, ast.If | ast.While):
            yield statement.test
        for block in blocks(statement):
            yield from _tests(block)


def _asks_which_process(test: ast.expr) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("parent_process", "current_process"):
                return True
    return False


# ---------------------------------------------------------------------------------------------- what is kept

def _used_in_functions(parts: Iterable[Part]) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the module that functions and classes read, and that they assign (`global x`)."""
    read: set[str] = set()
    assigned: set[str] = set()
    pending = [table for part in parts for table in symtable.symtable(part.source, part.name, "exec").get_children()]
    while pending:
        table = pending.pop()
        pending += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                read.add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                assigned.add(symbol.get_name())
    return frozenset(read), frozenset(assigned)


class _Reduction:
    """Decides which assignments of the top level are kept; all else follows from what a statement is."""

    def __init__(self, statements: list[ast.stmt], given: frozenset[str] = frozenset(), sent: frozenset[str] = frozenset(),
                 remade: frozenset[str] = frozenset()) -> None:
        self._given, self._sent, self._remade = given, sent, remade
        self._by_value: set[ast.stmt] = set()  # assignments in whose place the parent's values are taken
        everything = list(flat(statements))
        self._imported = {name: module for node in everything if isinstance(node, ast.Import | ast.ImportFrom) for name, module in imports(node)}
        self._variables = {name for node in everything if not isinstance(node, DEFINITIONS) for name in bound(node)}
        self._defined = {name for node in everything if isinstance(node, DEFINITIONS) for name in bound(node)}
        self._assignments = [node for node in self._reached(statements) if isinstance(node, ASSIGNMENTS)]
        self._defined = {name for node in self._reached(statements) if isinstance(node, DEFINITIONS) for name in bound(node)}
        self._taken = {node for node in self._assignments if self._is_candidate(node)}
        self._settle(statements)

    def kept(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """What is left of a block."""
        return [kept for statement in statements if (kept := self._reduced(statement))]

    def _is_kept(self, node: ast.stmt) -> bool:
        return isinstance(node, DEFINITIONS) or node in self._taken

    def _enters(self, node: ast.stmt) -> bool:
        """Whether something inside of this statement can be kept."""
        if isinstance(node, ast.If):
            return self._harmless(node.test, True)
        if isinstance(node, ast.With):
            return all(self._harmless(item.context_expr, True) for item in node.items)
        return isinstance(node, TRIES)

    def _reached(self, statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in statements:
            yield statement
            if self._enters(statement):
                for block in blocks(statement):
                    yield from self._reached(block)

    # Assignments are taken that are harmless by themselves and whose names exist; then those that definitions cannot do without.
    def _settle(self, statements: list[ast.stmt]) -> None:
        forced: set[ast.stmt] = set()
        while True:
            known = self._given | self._defined | _BUILTINS
            known = known.union(*(bound(node) for node in self._taken), *(self._sent.intersection(bound(node)) for node in self._by_value))
            definitions = [node for node in self._kept_flat(statements) if node in forced or node not in self._taken | self._by_value]
            needed = {name for node in definitions for name in loads(node)} - known
            missing = {node for node in self._assignments if node not in self._taken | self._by_value and needed.intersection(bound(node))}
            unmet = {node for node in self._taken - forced if not known.issuperset(loads(node))}
            if "*" in self._imported:
                unmet = set()  # any name may come from `from x import *`
            if not missing and not unmet:
                return
            by_value = {node for node in missing if self._sent.issuperset(needed.intersection(bound(node)))}
            self._by_value |= by_value
            forced |= missing - by_value
            self._taken = (self._taken | missing - by_value) - unmet

    def _kept_flat(self, statements: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in statements:
            if self._reduced(statement):
                yield statement
                for block in blocks(statement):
                    yield from self._kept_flat(block)

    def _reduced(self, node: ast.stmt) -> ast.stmt | None:
        if self._is_kept(node) or (isinstance(node, ast.Expr) and self._is_setting(node.value)):
            return node
        if node in self._by_value:
            return _taking(node, [name for name in bound(node) if name in self._sent])
        if not self._enters(node):
            return None
        if isinstance(node, ast.If):
            body, other = self.kept(node.body), self.kept(node.orelse)
            return at_place(node, ast.If(node.test, body or [at_place(node, ast.Pass())], other)) if body or other else None
        if isinstance(node, TRIES):
            body, other, final = self.kept(node.body), self.kept(node.orelse), self.kept(node.finalbody)
            handlers = [at_place(handler, ast.ExceptHandler(handler.type, handler.name, self.kept(handler.body) or [at_place(handler, ast.Pass())]))
                        for handler in node.handlers]
            return at_place(node, type(node)(body or [at_place(node, ast.Pass())], handlers, other, final)) if body or other or final else None
        body = self.kept(node.body)
        return at_place(node, ast.With(node.items, body)) if any(isinstance(inner, DEFINITIONS) for inner in body) else None

    def _is_setting(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute | ast.Name):
            called = value.func.attr if isinstance(value.func, ast.Attribute) else value.func.id
            arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
            is_own = called in self._defined and called not in self._imported
            return called in _SETTINGS and not is_own and all(self._harmless(each, True) for each in arguments)
        return isinstance(value, ast.Constant)

    def _is_candidate(self, node: ast.stmt) -> bool:
        if node.value is None:
            return True  # `x: int`
        names = list(bound(node))
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        calls = not names or not self._remade.isdisjoint(names) or _makes_a_type(node.value)
        return self._harmless(node.value, calls) and all(self._harmless(target, False) for target in targets)

    def _harmless(self, node: ast.AST, calls: bool) -> bool:
        """Whether evaluating this only makes a value. calls: functions of other modules may be called for it."""
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
            return False
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.Call) and not self._may_call(node.func, calls):
            return False
        return all(self._harmless(child, calls) for child in ast.iter_child_nodes(node))

    def _may_call(self, function: ast.expr, calls: bool) -> bool:
        root = function
        while isinstance(root, ast.Attribute | ast.Call | ast.Subscript):
            root = root.func if isinstance(root, ast.Call) else root.value
        if not isinstance(root, ast.Name):
            return True  # a method of what is written there: "a b".split()
        if root.id in self._imported:
            last = function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
            return last in _HARMLESS or (calls and self._imported[root.id] not in _ACTIVE)
        if isinstance(function, ast.Name):
            return function.id in _PURE and function.id not in self._variables | self._defined
        return calls and root.id not in self._defined


def _makes_a_type(value: ast.expr) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    return getattr(called, "attr", getattr(called, "id", "")) in _TYPES


def _taking(node: ast.stmt, names: list[str]) -> ast.stmt:
    """In place of an assignment: these of its names get the values that the parent sends."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        text = f"{names[0]} = {TAKE}({names[0]!r}, lambda: {ast.unparse(node.value)})"
    else:
        text = "; ".join(f"{name} = {TAKE}({name!r})" for name in names)
    statement = ast.Module(ast.parse(text).body, [])
    for inner in ast.walk(statement):
        if hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    return at_place(node, ast.If(at_place(node, ast.Constant(True)), statement.body, []))