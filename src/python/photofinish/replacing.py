"""Puts functions and types of this package in the places of CPython's own, wherever they are known already.

Modules bind what they import when they are imported, so a name that is replaced in its module alone lives on elsewhere.
"""
from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping

Replacements = Mapping[types.ModuleType, Mapping[str, object]]  # module -> name -> what is to be there


def replace(replacements: Replacements, renew: Mapping[type, Callable[[], object]] | None = None, keep: str = __package__) -> None:
    """Replaces names of modules, in them and in every module that has imported them.

    renew  objects of these types that are found in a module are made anew, by what stands beside the type
    keep   modules whose names begin with this stay as they are: they know why they hold the original
    """
    replaced: dict[int, object] = {}  # id of what was there -> what is there now
    kept = []                         # so that no identity is used twice meanwhile
    for module, names in replacements.items():
        for name, new in names.items():
            old = getattr(module, name, None)
            if old is not None:
                kept.append(old)
                replaced[id(old)] = new
            if not isinstance(new, type) and isinstance(new, types.BuiltinFunctionType | types.FunctionType):
                new.__module__ = module.__name__
            setattr(module, name, new)
    for module in list(sys.modules.values()):
        if isinstance(module, types.ModuleType) and not module.__name__.startswith(keep):
            _replace_in(vars(module), replaced, renew or {})


def _replace_in(names: dict[str, object], replaced: Mapping[int, object], renew: Mapping[type, Callable[[], object]]) -> None:
    for name, value in list(names.items()):
        if id(value) in replaced:
            names[name] = replaced[id(value)]
        elif type(value) in renew:
            names[name] = renew[type(value)]()
