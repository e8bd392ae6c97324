"""The native references: whole, of the lesson as it stands, and what the page makes of them.

Run: python3 -m pytest tests/lessons/test_references.py
"""
import hashlib
import json
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
