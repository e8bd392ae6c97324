"""Inputs for races of sorts: the same numbers for the same seed, in the page and natively."""
from __future__ import annotations

import random
from array import array
from typing import Literal

SHAPES = ("random", "sorted", "reversed", "nearly sorted", "few distinct")


def numbers(shape: str, n: int, *, kind: Literal["float", "int"] = "float", seed: int = 1) -> array:
    """n numbers in one of SHAPES: array('d') of floats in [0, 1), or array('q') of ints in [0, 2**53).

    "nearly sorted": sorted, then one element in a hundred swapped with one at most 100 places away. "few distinct": 10 different
    values. Raises ValueError for another shape or kind.
    """
    if shape not in SHAPES:
        raise ValueError(f"shape must be one of {', '.join(SHAPES)}, not {shape!r}")
    if kind not in ("float", "int"):
        raise ValueError(f"kind must be 'float' or 'int', not {kind!r}")
    draw = random.Random(seed)
    one = draw.random if kind == "float" else lambda: draw.getrandbits(53)
    if shape == "few distinct":
        few = [one() for _ in range(10)]
        values = [few[draw.getrandbits(16) % 10] for _ in range(n)]
    else:
        values = [one() for _ in range(n)]
    if shape in ("sorted", "nearly sorted"):
        values.sort()
    elif shape == "reversed":
        values.sort(reverse=True)
    if shape == "nearly sorted" and n > 1:
        for _ in range(max(1, n // 100)):
            at = draw.randrange(n)
            other = min(n - 1, at + draw.randrange(1, 101))
            values[at], values[other] = values[other], values[at]
    return array("d" if kind == "float" else "q", values)
