"""Statements of a module's top level, as syntax trees: what is inside of them, which names they bind, which they read."""
from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *filter(None, [getattr(ast, "TypeAlias", None)]))
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
TRIES = (ast.Try, *filter(None, [getattr(ast, "TryStar", None)]))


def blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The statements inside of this one that belong to the top level too; none of a function or a class."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body


def flat(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of the top level, those inside of others too."""
    for statement in statements:
        yield statement
        for block in blocks(statement):
            yield from flat(block)


def imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that is bound, with the top-level module that it comes from."""
    for alias in node.names:
        module = alias.name if isinstance(node, ast.Import) else node.module or ""
        yield alias.asname or alias.name.partition(".")[0], module.partition(".")[0]


def bound(node: ast.stmt) -> Iterator[str]:
    """Names of the module that a statement binds by itself, without those inside of it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (name for name, _ in imports(node))
    else:
        inside = {id(inner) for block in blocks(node) for statement in block for inner in ast.walk(statement)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del) and id(inner) not in inside:
                yield inner.id


def loads(node: ast.AST) -> Iterator[str]:
    """Names that are read when a statement is executed: of a function its decorators, defaults and annotations, of a class all of it."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            yield node.id
        return
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    if isinstance(node, ast.ClassDef):
        own = {name for inner in node.body for name in bound(inner)}
        for inner in node.body:
            yield from (name for name in loads(inner) if name not in own)
    skipped = ("body",) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) else \
        ("body", "orelse", "finalbody", "handlers", "cases") if isinstance(node, ast.stmt) else ()
    local = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)} \
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) else set()
    for name, value in ast.iter_fields(node):
        if name in skipped:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from (read for read in loads(child) if read not in local)


def at_place(place: ast.AST, node: ast.AST) -> ast.AST:
    """`node`, with the line and column of another one."""
    return ast.copy_location(node, place)
