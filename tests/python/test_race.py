"""Whole races on small files with a short budget: events, report, verdicts that are beyond doubt, lanes that fail.

Run: python3 -m pytest tests/python/test_race.py
"""
import gc
import sys
import threading
import time

import pytest

from photofinish import blocks, check, lanes, race, report, timing

jsonschema = pytest.importorskip("jsonschema")

TENFOLD = """\
# %% parameters
n = 200
# %% setup
values = list(range(n))
# %% lane idiom: ten times
def ten_times(values):
    for _ in range(10):
        total = sum(values)
    return total
# %% lane better: once
def once(values):
    return sum(values)
"""


@pytest.fixture
def run(schema):
    def run(source, budget=0.6, path=None, **options):
        events = []
        found = race.run(lanes.parse(source, path), budget=budget, emit=events.append, **options)
        jsonschema.validate(found, schema)
        report.dumps(found)
        return found, events
    return run


def by_id(found):
    return {lane["id"]: lane for lane in found["lanes"]}


def test_ten_times_the_work(run):
    found, events = run(TENFOLD, lesson="ten", seed=7, params={"n": 400})
    assert found["equal"] and found["value"] == str(sum(range(400)))
    assert found["params"] == {"n": 400} and found["lesson"] == "ten" and found["seed"] == 7
    (comparison,) = found["comparisons"]
    assert (comparison["baseline"], comparison["lane"], comparison["verdict"]) == ("ten_times", "once", "faster")
    assert 3 < comparison["ratio"] < 30 and comparison["low"] < comparison["ratio"] < comparison["high"]
    for lane in found["lanes"]:
        assert len(lane["samples"]) == comparison["blocks"] >= 24
        assert [sample["block"] for sample in lane["samples"]] == list(range(comparison["blocks"]))
        assert lane["per_call"]["low"] <= lane["per_call"]["median"] <= lane["per_call"]["high"]
        assert "copy_seconds" not in lane and "error" not in lane
    assert found["where"]["runtime"] == "native" and found["where"]["clock_tick_ns"] > 0
    assert 0 < found["seconds"] < 5
    check_events(events, found)


def check_events(events, found):
    kinds = [event["event"] for event in events]
    assert kinds[:4] == ["stage", "stage", "checked", "stage"]
    assert [event["stage"] for event in events if event["event"] == "stage"] == ["setup", "check", "warm-up", "race"]
    assert events[2]["lanes"] == [{key: lane[key] for key in ("id", "kind", "title")} for lane in found["lanes"]]
    told = {lane["id"]: [] for lane in found["lanes"]}
    for event in events:
        if event["event"] == "samples":
            assert event["seconds"] <= found["seconds"] and event["budget"] > 0
            for id, samples in event["lanes"].items():
                told[id] += samples
    assert told == {lane["id"]: lane["samples"] for lane in found["lanes"]}
    looks = [event for event in events if event["event"] == "look"]
    assert [event["last"] for event in looks] == [False] * (len(looks) - 1) + [True]
    assert looks[-1]["comparisons"] == found["comparisons"]


def test_samples_are_told_sparingly(run):
    events = []
    moments = []

    def emit(event):
        events.append(event)
        if event["event"] == "samples":
            moments.append(time.perf_counter())
    found = race.run(lanes.parse(TENFOLD), budget=0.6, emit=emit)
    assert len(moments) <= found["seconds"] / blocks.EVENT_SECONDS + 9


def test_lanes_that_disagree_race_all_the_same(run):
    found, events = run(TENFOLD + "# %% lane better: wrong\ndef wrong(values):\n    return 1\n")
    assert not found["equal"]
    assert "wrong returned 1 where ten_times returned 19900" in found["notes"]
    assert len(found["comparisons"]) == 2 and not events[2]["equal"]


def test_the_check_cell_decides(run):
    wrong = TENFOLD + "# %% lane better: near\ndef near(values):\n    return sum(values) + 1e-9\n"
    assert not run(wrong)[0]["equal"]
    assert run(wrong + "# %% check\ndef same(a, b):\n    return abs(a - b) < 1e-6\n")[0]["equal"]
    found, _ = run(TENFOLD + "# %% check\ndef same(a, b):\n    return a.missing\n")
    assert not found["equal"]
    assert any("comparing once with ten_times failed: AttributeError" in note for note in found["notes"])


def test_a_lane_that_raises_is_left_out(run):
    found, events = run(TENFOLD + "# %% lane better: broken\n\ndef broken(values):\n    return values['x']\n")
    broken = by_id(found)["broken"]
    assert broken["per_call"] is None and broken["samples"] == []
    lines = broken["error"].splitlines()
    assert lines[:3] == ["Traceback (most recent call last):", '  File "<lane broken>", line 3, in broken', "    return values['x']"]
    assert lines[-1].startswith("TypeError: list indices") and "photofinish" not in broken["error"]
    assert [found["lane"] for found in found["comparisons"]] == ["once"] and found["equal"]
    assert events[2]["lanes"][2]["error"] == broken["error"]


def test_the_baseline_is_the_first_lane_that_runs(run):
    found, _ = run("# %% lane idiom: broken\ndef broken():\n    raise SystemExit('no')\n"
                   "# %% lane better: a\ndef a(): return sum(range(100))\n# %% lane better: b\ndef b(): return sum(range(100))\n")
    assert [(one["baseline"], one["lane"]) for one in found["comparisons"]] == [("a", "b")]
    assert "SystemExit: no" in by_id(found)["broken"]["error"]


@pytest.mark.parametrize("call", [30, 800_000], ids=["warm-up", "race"])
def test_a_lane_that_fails_later(run, call):
    source = TENFOLD + f"""\
# %% lane better: worn
left = iter(range({call}))
def worn(values):
    next(left)
    return sum(values)
"""
    found, events = run(source, budget=4)
    worn = by_id(found)["worn"]
    if "error" in worn:  # a fast machine wears it out, a slow one may decide the race before
        assert "StopIteration" in worn["error"] and worn["per_call"] is None
        assert [one["lane"] for one in found["comparisons"]] == ["once"]
    else:
        assert call > 30


def test_a_lane_that_fails_in_the_middle_of_a_race(run, monkeypatch):
    samples = []
    original = timing.Timed.sample

    def sample(self, block):
        if self.id == "ten_times" and block == 10:
            raise RuntimeError("gone")
        samples.append(block)
        return original(self, block)
    monkeypatch.setattr(timing.Timed, "sample", sample)
    found, _ = run(TENFOLD + "# %% lane better: again\ndef again(values):\n    return sum(values)\n")
    lanes = by_id(found)
    assert "RuntimeError: gone" in lanes["ten_times"]["error"]
    assert [(one["baseline"], one["lane"]) for one in found["comparisons"]] == [("once", "again")]
    assert len(lanes["once"]["samples"]) == found["comparisons"][0]["blocks"]


def test_all_lanes_fail(run):
    found, events = run("# %% lane idiom: a\ndef a(): 1 / 0\n# %% lane idiom: b\ndef b(): 1 / 0\n")
    assert found["comparisons"] == [] and found["value"] == "" and found["seconds"] == 0
    assert events[-1]["event"] == "checked"


def test_one_lane_alone(run):
    found, events = run(TENFOLD, lanes=["once"], budget=0.3)
    assert [lane["id"] for lane in found["lanes"]] == ["once"] and found["comparisons"] == []
    assert found["lanes"][0]["samples"] and found["equal"]
    assert not [event for event in events if event["event"] == "look"]


def test_kernels_that_are_not_available_here(run, monkeypatch):
    from photofinish import kernels

    def unavailable(values, *, threads=None):
        raise kernels.Unavailable("kernels on all cores want an isolated page")
    monkeypatch.setattr(kernels, "sum", unavailable)
    found, events = run(TENFOLD + "# %% lane parallel: C\nfrom photofinish import kernels\ndef c(values):\n    return kernels.sum(values)\n")
    lane = by_id(found)["c"]
    assert lane["unavailable"] is True and lane["error"] == "kernels on all cores want an isolated page"
    assert events[2]["lanes"][2]["unavailable"] is True and found["equal"]


def test_lanes_for_the_free_threaded_python(run):
    found, _ = run(TENFOLD + "# %% lane better: threads [python=free-threaded]\ndef threads(values):\n    return sum(values)\n")
    lane = by_id(found)["threads"]
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    assert lane.get("unavailable", False) == gil


def test_kernels_race_and_their_copies_are_told(run):
    found, _ = run(TENFOLD + "# %% lane kernel: C\nfrom photofinish import kernels\ndef c(values):\n    return kernels.sum(values, threads=1)\n")
    lane = by_id(found)["c"]
    assert 0 < lane["copy_seconds"] <= lane["per_call"]["median"] and found["equal"]


def test_inputs_built_anew(run):
    found, _ = run("""\
# %% parameters
n = 50
# %% setup
def make_queue():
    return list(range(n))
# %% lane idiom: from the front
def front(queue):
    total = 0
    while queue:
        total += queue.pop(0)
    return total
# %% lane better: from the end
def end(queue):
    total = 0
    while queue:
        total += queue.pop()
    return total
""", budget=0.3)
    assert found["equal"] and found["value"] == "1225"


def test_slow_lanes_end_undecided_with_few_blocks(run):
    source = ("# %% lane idiom: a\nimport time\ndef a(): time.sleep(0.05)\n"
              "# %% lane better: b\ndef b(): time.sleep(0.02)\n")
    found, _ = run(source, budget=0.4)
    (comparison,) = found["comparisons"]
    assert comparison["verdict"] == "undecided" and comparison["flags"] == ["few"]
    assert comparison["low"] <= comparison["ratio"] <= comparison["high"] and comparison["ratio"] > 1
    assert any("ended undecided for b" in note for note in found["notes"])


def test_a_clock_too_coarse_gives_no_verdict(run, monkeypatch):
    monkeypatch.setattr(timing, "tick", lambda: 0.02)
    monkeypatch.setattr(blocks._photofinish, "sample_seconds", lambda tick: 1e-3)
    found, _ = run(TENFOLD, budget=0.3)
    assert found["comparisons"][0]["verdict"] == "undecided"
    assert any("too coarse" in note for note in found["notes"])


def test_the_order_follows_the_seed(run, monkeypatch):
    orders = []
    original = timing.Timed.sample
    monkeypatch.setattr(timing.Timed, "sample", lambda self, block: orders[-1].append(self.id) or original(self, block))
    for seed in (1, 1, 2):
        orders.append([])
        run(TENFOLD, budget=0.1, seed=seed)
    same = min(map(len, orders))
    assert orders[0][:same] == orders[1][:same] != orders[2][:same]


def test_the_interpreter_is_left_as_it_was(run):
    main, frozen = sys.modules["__main__"], gc.get_freeze_count()
    run(TENFOLD, budget=0.1)
    assert sys.modules["__main__"] is main and gc.get_freeze_count() == frozen and gc.isenabled()


def test_ctrl_c_ends_a_race():
    import _thread
    main, frozen = sys.modules["__main__"], gc.get_freeze_count()
    threading.Timer(0.9, _thread.interrupt_main).start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        race.run(lanes.parse("# %% lane idiom: a\ndef a():\n    while True: pass\n"))
    assert time.perf_counter() - start < 5
    assert sys.modules["__main__"] is main and gc.get_freeze_count() == frozen


@pytest.mark.parametrize("options", [{"budget": 0}, {"budget": -1}, {"budget": 1e9}, {"budget": float("nan")},
                                     {"params": {"x": 1}}, {"lanes": ["x"]}])
def test_wrong_options(options):
    with pytest.raises(lanes.LanesError):
        race.run(lanes.parse(TENFOLD), **options)


@pytest.mark.parametrize("value, text", [
    (5, "5"), ([1] * 100, "[1, 1, 1, 1, 1, 1, 1, 1, ...]"), ("x" * 500, None), (10**5000, None), (list(range(10**6)), None),
    ({i: i for i in range(1000)}, None), (object, None),
], ids=lambda value: type(value).__name__)
def test_values_are_shortened(value, text):
    short = check.shorten(value)
    assert len(short) <= 120 and (text is None or short == text)


def test_a_value_whose_repr_raises():
    class Bad:
        def __repr__(self):
            raise RuntimeError
    assert "Bad" in check.shorten(Bad())


def test_numpy_values_are_compared_whole(run):
    pytest.importorskip("numpy")
    found, _ = run("# %% setup\nimport numpy\n# %% lane idiom: a\ndef a(): return numpy.arange(5)\n"
                   "# %% lane better: b\ndef b(): return numpy.arange(5)\n", budget=0.1)
    assert found["equal"]
    found, _ = run("# %% setup\nimport numpy\n# %% lane idiom: a\ndef a(): return numpy.arange(5)\n"
                   "# %% lane better: b\ndef b(): return numpy.arange(6)\n", budget=0.1)
    assert not found["equal"]


def test_a_report_is_whole(run):
    found, _ = run(TENFOLD, budget=0.1)
    with pytest.raises(ValueError, match="report.comparisons.0..ratio is nan"):
        report.checked({**found, "comparisons": [{**found["comparisons"][0], "ratio": float("nan")}]})
    with pytest.raises(ValueError, match="not in the report"):
        report.checked({**found, "lanes": found["lanes"][:1]})
