"""Sweeps and repeats: whole sweeps on small files, default values, what the fits make of made-up points, refusals.

Run: python3 -m pytest tests/python/test_sweep.py
"""
import json
import math

import jsonschema
import pytest
from referencing import Registry, Resource

from photofinish import lanes, page, race, report, runs, sweep, sweep_fits
from photofinish.module import SetupError

CROSSING = """\
# %% parameters
n = 300
extra = 1
# %% setup
values = list(range(n))
overhead = range(1500)
# %% lane idiom: slow from the start, then flat
def flat(overhead):
    for _ in overhead:
        pass
# %% lane better: grows
def grows(values):
    for _ in values:
        pass
"""


@pytest.fixture(scope="session")
def valid():
    folder = report.SCHEMA_FILE.parent
    schemas = {name: json.loads((folder / f"{name}.schema.json").read_text()) for name in ("report", "sweep", "repeat")}
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas.values())

    def valid(found):
        jsonschema.Draft202012Validator(schemas[found.get("kind", "report")], registry=registry).validate(found)
        report.dumps(found)
        return found
    return valid


def run(source=CROSSING, budget=0.5, **options):
    events = []
    found = sweep.run(lanes.parse(source), budget=budget, emit=events.append, **options)
    return found, events


def test_a_sweep_over_sizes(valid):
    values = [20, 100, 500, 3000, 15000, 80000]
    found, events = run(values=list(reversed(values)), seed=3, params={"extra": 5}, budget=1.2, lesson="x")
    valid(found)
    assert (found["parameter"], found["over"], found["params"], found["seed"], found["lesson"]) == ("n", "size", {"extra": 5}, 3, "x")
    assert [point["value"] for point in found["points"]] == values
    for point in found["points"]:
        assert point["equal"] and [lane["id"] for lane in point["lanes"]] == ["flat", "grows"]
        assert all(lane["per_call"]["median"] > 0 for lane in point["lanes"]) and len(point["comparisons"]) == 1
    # What the fits say of so short a sweep is the machine's affair: tests of the fits have made-up times.
    assert [fit["lane"] for fit in found["growth"]] == ["flat", "grows"]
    for fit in found["growth"]:
        assert fit["model"] == (fit["possible"][0] if len(fit["possible"]) == 1 else None)
    for crossing in found["crossings"]:
        assert {crossing["a"], crossing["b"]} == {"flat", "grows"} and 20 <= crossing["low"] <= crossing["at"] <= crossing["high"] <= 80000
    assert found["amdahl"] == [] and found["where"]["runtime"] == "native" and found["where"]["clock_tick_ns"] > 0

    own = [event for event in events if event["event"] in ("point-start", "point")]
    assert [event["event"] for event in own] == ["point-start", "point"] * 6
    assert [(event["index"], event["of"]) for event in own] == [(i // 2, 6) for i in range(12)]
    assert [event["point"] for event in own[1::2]] == found["points"]
    assert sum(event["event"] == "checked" for event in events) == 6, "the races' own events come between"


def test_a_sweep_over_workers(valid):
    source = "# %% parameters\nn = 5\nworkers = 2\n# %% lane parallel: waits\nimport time\ndef waits(workers):\n    time.sleep(0.004 / workers)\n" \
             "# %% lane idiom: does not\ndef does_not(n):\n    return None\n"
    found, _ = run(source, parameter="workers", values=[1, 2, 4], budget=0.6)
    valid(found)
    assert found["over"] == "workers" and found["growth"] == [] and found["crossings"] == [] and found["params"] == {"n": 5}
    by_lane = {fit["lane"]: fit for fit in found["amdahl"]}
    assert list(by_lane) == ["waits", "does_not"]
    speedup = by_lane["waits"]["speedup"]
    assert [one["workers"] for one in speedup] == [1, 2, 4]
    assert speedup[0] == {"workers": 1, "speedup": 1.0, "low": 1.0, "high": 1.0}
    assert all(one["low"] <= one["speedup"] <= one["high"] for one in speedup)
    serial = by_lane["waits"]["serial"]
    assert 0 <= serial["low"] <= serial["value"] <= serial["high"] <= 1


@pytest.mark.parametrize("value, over, cores, expected", [
    (10000, "size", 2, [100, 320, 1000, 3200, 10000, 32000, 100000]),
    (12345, "size", 2, [120, 390, 1200, 3900, 12345, 39000, 120000]),
    (10, "size", 2, [1, 3, 10, 32, 100]),
    (1, "size", 2, [1, 3, 10, 32, 100]),
    (0.5, "size", 2, [0.005, 0.016, 0.05, 0.16, 0.5, 1.6, 5.0]),
    (3, "workers", 1, [1, 2]),
    (3, "workers", 6, [1, 2, 3, 4, 5, 6]),
    (3, "workers", 12, [1, 2, 4, 8, 12]),
    (3, "workers", 64, [1, 2, 4, 8, 16, 32, 64]),
])
def test_default_values(value, over, cores, expected):
    found = sweep.default_values(value, over, cores)
    assert found == expected and all(type(one) is type(value) for one in found)


def test_sizes_that_are_too_slow_are_left_out(valid, monkeypatch):
    """A race that reports 1 ms for every unit of n, and takes the time it is given."""
    def run_race(file, *, params, budget, where, **rest):
        took = params["n"] * 1e-3
        return {"equal": True, "seconds": budget, "where": {**where, "clock_tick_ns": 100}, "comparisons": [],
                "lanes": [{"id": "a", "per_call": {"median": took, "low": took, "high": took}, "samples": []}]}
    monkeypatch.setattr(sweep.races, "run", run_race)
    source = "# %% parameters\nn = 100\n# %% lane idiom: a\ndef a(n):\n    pass\n"
    found, _ = run(source, budget=0.7)
    valid(found)
    assert [point["value"] for point in found["points"]] == [1, 3, 10, 32, 100]
    assert found["notes"][0] == "n = 320 and above were left out: one call of every lane would take about 0.32 s."
    found, _ = run(source, budget=0.7, values=[100, 320, 1000])
    assert len(found["points"]) == 3, "values that were asked for are raced"
    found, _ = run(source, budget=70)
    assert len(found["points"]) == 7 and found["seconds"] == pytest.approx(70)


def test_setup_that_fails_at_some_values(valid):
    source = "# %% parameters\nn = 10\n# %% setup\nx = 1 / (n - 3)\n# %% lane idiom: a\ndef a():\n    return 1\n# %% lane better: b\ndef b():\n    return 1\n"
    found, _ = run(source, values=[2, 3, 4], budget=0.2)
    valid(found)
    assert [lane["per_call"] is None for point in found["points"] for lane in point["lanes"]] == [False, False, True, True, False, False]
    assert "ZeroDivisionError" in found["points"][1]["lanes"][0]["error"] and "n = 3: setup failed." in found["notes"]
    with pytest.raises(SetupError):
        run("# %% parameters\nn = 10\n# %% setup\nx = nothing\n# %% lane idiom: a\ndef a(): pass\n")


@pytest.mark.parametrize("options, message", [
    ({"parameter": "m"}, "no parameter 'm'"), ({"values": [5]}, "2 to 32 different"), ({"values": [5, 5.0]}, "2 to 32 different"),
    ({"values": [0, 5]}, "above 0"), ({"values": [1.5, 2]}, "whole number"), ({"values": range(1, 40)}, "2 to 32"),
    ({"budget": 0.01}, "outside"), ({"budget": math.nan}, "outside"), ({"lanes": ["x"]}, "no lane 'x'"), ({"params": {"x": 1}}, "no parameter 'x'"),
])
def test_wrong_options(options, message):
    with pytest.raises(lanes.LanesError, match=message):
        sweep.run(lanes.parse(CROSSING), **options)


def test_a_file_without_parameters():
    with pytest.raises(lanes.LanesError, match="no parameter that could be swept"):
        sweep.run(lanes.parse("# %% lane idiom: a\ndef a(): pass\n"))


def made_up(value, *seconds):
    return {"value": value, "lanes": [{"id": id, "per_call": took and {"median": took, "low": took / 1.01, "high": took * 1.01}}
                                      for id, took in zip("abc", seconds)]}


def test_lanes_that_ran_at_few_points():
    points = [made_up(n, 1e-6 * n, 1e-6 if n < 5000 else None) for n in (100, 1000, 10000, 100000)]
    growth, notes = sweep_fits.growth(points)
    assert [fit["lane"] for fit in growth] == ["a"] and notes == ["b: growth takes at least 4 sizes of 1 or more at which the lane ran."]
    growth, notes = sweep_fits.growth([made_up(n, 1e-9 * n**3) for n in (10, 100, 1000, 10000)])
    assert growth[0]["model"] is None and growth[0]["possible"] == [] and "none of the five" in notes[0]


def test_which_lane_is_faster_above():
    # a takes n, b always 400, c always 50: at first a is the fastest, then c.
    at = [(float(n), {("a", "b"): (n / 400, n / 410, n / 390), ("a", "c"): (n / 50, n / 51, n / 49), ("b", "c"): (8.0, 7.9, 8.1)})
          for n in (10, 30, 100, 300, 1000)]
    first, second = sweep_fits.crossings(at)
    assert (first["a"], first["b"]) == ("a", "b") and first["at"] == pytest.approx(400, rel=1e-6) and 380 < first["low"] < 400 < first["high"] < 420
    assert (second["a"], second["b"]) == ("a", "c") and second["at"] == pytest.approx(50, rel=1e-6)
    # The same seen from b: its ratio falls.
    (turned,) = sweep_fits.crossings([(n, {("b", "a"): (1 / ratio, 1 / high, 1 / low)}) for n, pairs in at for ratio, low, high in [pairs["a", "b"]]])
    assert (turned["a"], turned["b"]) == ("a", "b") and turned["at"] == pytest.approx(400, rel=1e-6)


def test_what_amdahl_cannot_say():
    found, notes = sweep_fits.amdahl([made_up(p, 1 / p**1.5, 1.0 * p, 1 / p) for p in (1, 2, 4)], {"b": "parallel"})
    assert [fit["limit"] for fit in found] == [None, 1, None]
    assert any(note.startswith("a: faster than its workers") for note in notes) and "b: more workers do not help here." in notes
    found, _ = sweep_fits.amdahl([made_up(p, 0.2 + 0.8 / p) for p in (2, 4, 8)], {})
    assert found[0]["speedup"][0]["speedup"] == pytest.approx(1 / 0.6, rel=1e-6), "against the fit, where one worker was not measured"


def test_ratios_of_all_pairs():
    samples = {"a": 1.0, "b": 0.5, "c": 0.25}
    lanes_of = [{"id": id, "per_call": {"median": took, "low": took / 1.02, "high": took * 1.02},
                 "samples": [{"block": i, "calls": 2, "seconds": 2 * took * (1 + 0.001 * ((i * 7 + ord(id)) % 5))} for i in range(60)]}
                for id, took in samples.items()]
    found = sweep_fits.pairs_of({"lanes": lanes_of, "where": {"clock_tick_ns": 100}})
    assert {pair: round(ratio[0], 2) for pair, ratio in found.items()} == {("a", "b"): 2.0, ("a", "c"): 4.0, ("b", "c"): 2.0}
    assert all(low < ratio < high < ratio * 1.02 for ratio, low, high in found.values())
    few = sweep_fits.pairs_of({"lanes": [{**lane, "samples": lane["samples"][:5]} for lane in lanes_of], "where": {"clock_tick_ns": 100}})
    assert few["a", "b"] == (2.0, pytest.approx(2 / 1.02**math.sqrt(2), rel=1e-4), pytest.approx(2 * 1.02**math.sqrt(2), rel=1e-4))


# ---------------------------------------------------------------------------------------------- repeats

def test_a_repeat_of_real_races(valid):
    file = lanes.parse(CROSSING)
    found = valid(runs.combine([race.run(file, budget=0.2) for _ in range(3)]))
    (comparison,) = found["comparisons"]
    ratios = [one["ratio"] for one in comparison["runs"]]
    assert comparison["ratio"] == pytest.approx(math.prod(ratios)**(1 / 3)) and len(found["runs"]) == 3
    assert comparison["low"] < comparison["ratio"] < comparison["high"] and comparison["between"] >= 0


def one_run(ratio, *, lane="b", equal=True, flags=(), **more):
    return {"source_sha256": "x", "params": {}, "equal": equal, "lanes": [],
            "comparisons": [{"baseline": "a", "lane": lane, "ratio": ratio, "low": ratio * 0.99, "high": ratio * 1.01, "verdict": "faster",
                             "flags": list(flags), **more}]}


def test_runs_that_differ_more_than_each_says():
    found = runs.combine([one_run(ratio, standard_error=0.005) for ratio in (1.5, 1.7, 1.9)])
    (comparison,) = found["comparisons"]
    assert comparison["low"] < 1.5 and comparison["within"] == pytest.approx(0.005) and comparison["verdict"] == "faster"
    assert comparison["between"] == pytest.approx(0.118, abs=0.001)
    assert any("trust the interval over runs" in note for note in found["notes"])


def test_runs_with_gaps():
    found = runs.combine([one_run(2.0), one_run(2.1), one_run(2.0, lane="c", equal=False)])
    assert [one["lane"] for one in found["comparisons"]] == ["b"]
    assert "b against a ran in 2 of 3 runs." in found["notes"] and "In at least one run the lanes did not agree." in found["notes"]
    few = runs.combine([one_run(2.0, flags=["few"]), one_run(2.0)])
    assert few["comparisons"][0]["verdict"] == "undecided"
    for wrong in ([one_run(2.0)], [one_run(2.0), {**one_run(2.0), "source_sha256": "y"}], [one_run(2.0), {**one_run(2.0), "params": {"n": 1}}]):
        with pytest.raises(ValueError):
            runs.combine(wrong)


# ---------------------------------------------------------------------------------------------- the page

def test_the_page_sweeps_and_combines(valid):
    events = []
    found = valid(json.loads(page.sweep(CROSSING, json.dumps({"values": [10, 1000], "budget": 0.2, "where": {"browser": "x"}}), events.append)))
    assert found["where"]["runtime"] == "browser" and found["parameter"] == "n"
    assert any(json.loads(event)["event"] == "point" for event in events)
    failed = json.loads(page.sweep(CROSSING, json.dumps({"parameter": "m"}), events.append))
    assert failed["failed"]["name"] == "LanesError"
    reports = [json.loads(page.race(CROSSING, json.dumps({"budget": 0.1}), events.append)) for _ in range(2)]
    assert valid(json.loads(page.combine(json.dumps(reports))))["kind"] == "repeat"
