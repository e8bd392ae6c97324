"""Run: python3 -m pytest tests/python (after the extension was built into build/native/python).

Puts the package and the extension on the path, also for the processes that tests start.
"""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATHS = [str(ROOT / "src" / "python"), str(ROOT / "build" / "native" / "python")]
sys.path[:0] = PATHS
os.environ["PYTHONPATH"] = os.pathsep.join([*PATHS, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def schema() -> dict:
    import json
    return json.loads((ROOT / "src/python/photofinish/report.schema.json").read_text())
