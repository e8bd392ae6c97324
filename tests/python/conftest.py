"""Run: python3 -m pytest tests/python (after the extension was built into build/native/python).

Puts the package and the extension on the path, also for the processes that tests start.
"""
import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

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


@pytest.fixture(scope="session")
def replays() -> SimpleNamespace:
    """The modules of tests/bench/stats: noise, races, recorded, fits."""
    place = str(ROOT / "tests" / "bench" / "stats")
    sys.path.insert(0, place)
    try:
        return SimpleNamespace(**{name: importlib.import_module(name) for name in ("noise", "races", "recorded", "fits")})
    finally:
        sys.path.remove(place)


ADD_UP = """\
# %% parameters
n = 100
# %% setup
values = list(range(n))
# %% lane idiom: loop
def loop(values):
    total = 0
    for value in values:
        total += value
    return total
# %% lane better: sum
def built_in(values):
    return sum(values)
"""


@pytest.fixture
def command(tmp_path):
    """Runs a command of photofinish in a folder with a lesson "add-up"; .folder, and .lanes, the text of the lesson's lanes."""
    folder = tmp_path / "lessons" / "add-up"
    folder.mkdir(parents=True)
    (folder / "lanes.py").write_text(ADD_UP)
    (folder / "lesson.md").write_text("---\ntitle: Adding up\nquestion: How are numbers added?\n---\n")

    def command(*words):
        return subprocess.run([sys.executable, "-m", "photofinish", *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    command.folder, command.lanes = tmp_path, ADD_UP
    return command
