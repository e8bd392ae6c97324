"""The native references: whole, of the lesson as it stands; and the tool that records them.

Run: python3 -m pytest tests/lessons/test_references.py
"""
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src" / "python"), str(ROOT / "build" / "native" / "python")]

import _photofinish  # noqa: E402
from photofinish import lanes, report  # noqa: E402

LESSONS = sorted(path.parent.name for path in (ROOT / "lessons").glob("*/lanes.py"))


def read(slug: str) -> dict:
    file = ROOT / "lessons" / slug / "reference.json"
    assert file.exists(), f"there is no native reference; make reference SLUG={slug}"
    return json.loads(file.read_text())


@pytest.mark.parametrize("slug", LESSONS)
def test_the_reference_is_of_the_lesson_as_it_stands(slug):
    source = lanes.load(ROOT / "lessons" / slug / "lanes.py").source
    found = read(slug)
    assert found["source_sha256"] == hashlib.sha256(source.encode()).hexdigest(), \
        f"lanes.py has changed since its native reference was recorded; make reference SLUG={slug}"
    assert found["lesson"] == slug and found["equal"]
    assert found["params"] == dict(lanes.parse(source).parameters)


@pytest.mark.parametrize("slug", LESSONS)
def test_the_reference_fits_its_schema(slug):
    found = read(slug)
    pytest.importorskip("jsonschema").validate(found, json.loads(report.SCHEMA_FILE.read_text()))
    report.checked(found)
    assert found["where"]["runtime"] == "native" and found["where"]["python"].startswith("3.14.")
    processes = found["reference"]["processes"]
    assert processes >= 20, f"a quick record, not one to keep; make reference SLUG={slug}"
    assert all(len(lane["runs"]) == processes for lane in found["lanes"])
    assert [one["lane"] for one in found["comparisons"]] == [lane["id"] for lane in found["lanes"][1:]]


@pytest.mark.parametrize("slug", LESSONS)
def test_figures_are_over_the_processes(slug):
    found = read(slug)
    baseline = found["lanes"][0]
    for lane in found["lanes"]:
        median, low, high = _photofinish.median(lane["runs"])
        assert lane["per_call"] == {"median": median, "low": low, "high": high}
    for one, lane in zip(found["comparisons"], found["lanes"][1:]):
        over = _photofinish.runs_combine([(base / other, 0.0) for base, other in zip(baseline["runs"], lane["runs"])])
        assert (one["ratio"], one["low"], one["high"], one["verdict"]) == (over["ratio"], over["low"], over["high"], over["verdict"])


# ---------------------------------------------------------------------------------------------- make reference

PYPERF = ROOT / "build" / "reference"
needs_pyperf = pytest.mark.skipif(not (PYPERF / ".ready").exists(), reason="pyperf is not installed; make reference installs it")
FEW = """\
# %% parameters
n = 1_000
# %% setup
values = list(range(n))
def make_copy():
    return list(values)
# %% lane idiom: loop
def loop(values):
    total = 0
    for value in values:
        total += value
    return total
# %% lane better: empties a copy
def empties(copy):
    total = 0
    while copy:
        total += copy.pop()
    return total
"""


@pytest.fixture
def record():
    """Records lessons that a test made; the folder is inside the project, which is all that the toolchain's Python sees."""
    folder = ROOT / "build" / "tests" / "references"
    shutil.rmtree(folder, ignore_errors=True)

    def record(slug, source, *words):
        (folder / slug).mkdir(parents=True, exist_ok=True)
        (folder / slug / "lanes.py").write_text(source)
        done = subprocess.run([str(ROOT / "src/toolchain/run"), str(PYPERF / "venv/bin/python"), str(ROOT / "src/python/reference/record.py"),
                               "--lessons", str(folder), *words], cwd=ROOT, capture_output=True, text=True, timeout=300)
        return done, folder / slug / "reference.json"
    return record


@needs_pyperf
def test_a_recording(record):
    done, file = record("adding", FEW, "--processes", "3", "--force")
    assert done.returncode == 0, done.stderr
    found = json.loads(file.read_text())
    pytest.importorskip("jsonschema").validate(found, json.loads(report.SCHEMA_FILE.read_text()))
    assert found["lesson"] == "adding" and found["value"] == "499500" and found["reference"]["processes"] == 3
    assert [len(lane["runs"]) for lane in found["lanes"]] == [3, 3] and found["comparisons"][0]["blocks"] == 3
    assert "adding: 3 of 3 processes a lane" in done.stderr and "empties" in done.stdout


@needs_pyperf
@pytest.mark.parametrize("change, message", [
    (("copy.pop()", "copy.pop() + 1"), "the lanes disagree: empties returned 500500"),
    (("copy.pop()", "copy.take()"), "AttributeError: 'list' object has no attribute 'take'"),
    (("# %% setup", "# %% start"), "line 3: unknown cell"),
])
def test_nothing_is_written_for_lanes_that_fail(record, change, message):
    done, file = record("failing", FEW.replace(*change), "--processes", "2", "--force")
    assert done.returncode == 1 and message in done.stderr and not file.exists()


@needs_pyperf
def test_wrong_use(record):
    done, _ = record("adding", FEW, "--processes", "1", "--force")
    assert done.returncode == 2 and "2 processes or more" in done.stderr
