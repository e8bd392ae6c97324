"""The report of a race: its version, its schema, and a check that it is whole before anybody else reads it.

The shape is that of `Report` in web/protocol.ts; report.schema.json states it as a JSON Schema and is tested against real
races. JSON knows no NaN and no infinity: a report has none.
"""
from __future__ import annotations

import json
import math
from pathlib import Path

SCHEMA = 1
SCHEMA_FILE = Path(__file__).with_name("report.schema.json")


def checked(report: dict) -> dict:
    """Returns the report itself. ValueError where a number is not finite or a lane is named that is not in it."""
    ids = {lane["id"] for lane in report["lanes"]}
    for found in report["comparisons"]:
        if not {found["baseline"], found["lane"]} <= ids:
            raise ValueError(f"a comparison of lanes that are not in the report: {found}")
    return finite(report)


def finite(report: dict) -> dict:
    """Returns the report itself. ValueError where a number in it is not finite."""
    _finite(report, "report")
    return report


def _finite(value: object, path: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _finite(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            _finite(inner, f"{path}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{path} is {value}")


def dumps(report: dict, indent: int | None = None) -> str:
    """The report as JSON text."""
    return json.dumps(report, allow_nan=False, indent=indent, ensure_ascii=False)
