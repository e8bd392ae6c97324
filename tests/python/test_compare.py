"""photofinish compare, and the table for people at a terminal.

Run: python3 -m pytest tests/python/test_compare.py
"""
import copy
import io
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from photofinish import table
from photofinish.commands import Failure, compare, terminal


def lane(id, median, width=0.01, samples=30, **more):
    few = [{"block": i, "calls": 10, "seconds": median * 10 * (1 + 0.001 * i)} for i in range(samples)]
    times = {"median": median, "low": median * (1 - width), "high": median * (1 + width)}
    return {"id": id, "kind": "better", "title": id, "samples": few, "per_call": times, **more}


def comparison(id, ratio):
    return {"baseline": "slow", "lane": id, "ratio": ratio, "low": ratio * 0.98, "high": ratio * 1.02, "mean_ratio": ratio, "verdict": "faster",
            "blocks": 30, "flags": []}


@pytest.fixture
def report():
    return {"schema": 1, "lesson": None, "source_sha256": "a" * 64, "params": {"n": 10}, "seed": 1, "equal": True, "value": "3", "seconds": 1.0,
            "where": {"python": "3.14.1", "runtime": "native", "cores": 2, "clock_tick_ns": 40.0, "date": "2026-01-01T00:00:00Z", "cpu": "Calm 1"},
            "lanes": [lane("slow", 4e-3), lane("quick", 1e-3)], "comparisons": [comparison("quick", 4.0)], "notes": []}


def test_a_report_with_itself(report):
    found = compare.compare(report, report)
    assert found["differences"] == [] and found["only"] == {"a": [], "b": []}
    for one in found["lanes"]:
        assert one["ratio"] == 1 and one["verdict"] == "same" and one["low"] < 1 < one["high"]
    assert found["lanes"][1]["ratios"] == [4.0, 4.0] and found["lanes"][0]["ratios"] == [None, None]


def test_the_interval_is_that_of_two_independent_medians(report):
    other = copy.deepcopy(report)
    other["lanes"][0] = lane("slow", 2e-3, width=0.05)
    one = compare.compare(report, other)["lanes"][0]
    assert one["ratio"] == pytest.approx(2) and one["verdict"] == "faster"
    below = math.hypot(math.log(1 / 0.99), math.log(1.05))
    above = math.hypot(math.log(1.01), math.log(1 / 0.95))
    assert one["low"] == pytest.approx(2 * math.exp(-below)) and one["high"] == pytest.approx(2 * math.exp(above))
    turned = compare.compare(other, report)["lanes"][0]
    assert turned["verdict"] == "slower" and turned["low"] == pytest.approx(1 / one["high"])


def test_verdicts():
    assert [compare.verdict(*one) for one in [(1.04, 2), (0.5, 0.9), (0.98, 1.02), (0.9, 1.2), (1.01, 1.05)]] == [
        "faster", "slower", "same", "undecided", "undecided"]


def test_too_few_samples_and_lanes_of_one_side(report):
    other = copy.deepcopy(report)
    other["lanes"] = [lane("slow", 2e-3, samples=5), {**lane("broken", 1), "per_call": None}, lane("new", 1)]
    found = compare.compare(report, other)
    assert [(one["id"], one["low"], one["verdict"]) for one in found["lanes"]] == [("slow", None, None)]
    assert found["only"] == {"a": ["quick"], "b": ["new"]}
    text = compare.text(found)
    assert "2 times as fast, too few samples for an interval" in text and "Only in A: quick." in text and "Only in B: new." in text


def test_what_differs_is_said(report):
    other = copy.deepcopy(report)
    other.update(source_sha256="b" * 64, params={"n": 20}, equal=False)
    other["where"].update(python="3.13.0", runtime="browser", browser="Chromium 156", cores=4, cpu="Fast 3000", pinned=[0])
    text = compare.text(compare.compare(report, other))
    for words in ("lanes files differ", "Parameter n: 10 in A, 20 in B", "Python: 3.14.1 in A, 3.13.0 in B", "native in A, Chromium 156 in B",
                  "Cores: 2 in A, 4 in B", "Processor: Calm 1 in A, Fast 3000 in B", "Pinned: no in A, to 0 in B", "lanes of B do not agree"):
        assert words in text, words


def test_a_page_that_does_not_know_its_processor_is_no_difference(report):
    other = copy.deepcopy(report)
    del other["where"]["cpu"]
    assert compare.compare(report, other)["differences"] == []


def test_a_reference_is_a_report_too(tmp_path, monkeypatch):
    path = Path(__file__).parents[2] / "lessons" / "iterate-directly" / "reference.json"
    monkeypatch.chdir(tmp_path)
    found = compare.compare(compare.read(str(path)), compare.read("iterate-directly"))
    assert len(found["lanes"]) >= 2 and all(one["low"] < 1 < one["high"] for one in found["lanes"])


def test_command(tmp_path, report):
    (tmp_path / "a.json").write_text(json.dumps(report))
    run = [sys.executable, "-m", "photofinish", "compare"]
    done = subprocess.run([*run, "a.json", "a.json"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "1 times as fast (0.986 to 1.01): same" in done.stdout
    done = subprocess.run([*run, "a.json", "a.json", "--json", "-"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["kind"] == "compare"


@pytest.mark.parametrize("text, message", [
    ("{", "not JSON"), ("[]", "not the report of a race"), ('{"kind": "sweep"}', "but of a sweep"), ('{"lanes": [], "where": {}, "schema": 2}', "schema is 2"),
])
def test_files_that_are_no_reports(tmp_path, text, message):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(Failure, match=message):
        compare.read(str(tmp_path / "x.json"))


def test_a_file_that_is_not_there():
    with pytest.raises(Failure, match="No such file"):
        compare.read("/nowhere.json")


# ---------------------------------------------------------------------------------------------- the terminal

def render(report, encoding="utf-8", width=120):
    rich = pytest.importorskip("rich.console")
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = rich.Console(file=stream, force_terminal=True, width=width, color_system="standard")
    terminal.render(report, console)
    stream.seek(0)
    return stream.read()


def plain(text):
    import re
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_the_plot(report):
    report["notes"] = ["A note [in brackets]."]
    shown = plain(render(report))
    head, columns, slow, quick, *rest = shown.splitlines()
    assert head == table.head(report) and columns.split()[:2] == ["lane", "kind"] and "1 ms" in columns and "4.12 ms" in columns
    assert slow.startswith("slow") and quick.startswith("quick") and "4 times as fast (3.92 to 4.08): faster" in quick
    # One axis for both: what is slower lies further right, and the median is marked.
    assert slow.index("\u2503") > quick.index("\u2503") > 0
    assert "All lanes returned 3" in rest[0] and "A note [in brackets]." in shown
    assert "\x1b[32m" in render(report)  # a lane that is faster is green


def test_a_terminal_without_unicode(report):
    render(report, encoding="ascii").encode("ascii")
    assert "|" in plain(render(report, encoding="ascii"))


def test_an_axis_of_one_time_and_of_none():
    assert terminal.Axis([2.0]).line([2.0, 2.0], 2.0).strip() == "\u2503" and terminal.Axis([2.0]).ends() == "2 s"
    assert terminal.Axis([]).line([], None) == ""


def test_every_sample_is_seen():
    axis = terminal.Axis([1.0, 2.0, 3.0, 1000.0])
    line = axis.line([1.0] * 500 + [1000.0], None)
    assert line[0] == terminal.MARKS[-1] and line[-1] == terminal.MARKS[1] and len(line) == terminal.COLUMNS


def test_without_rich_or_a_terminal_it_is_plain_text(report, capsys, monkeypatch):
    terminal.show(report)
    assert capsys.readouterr().out == table.text(report)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert terminal._console() is None
