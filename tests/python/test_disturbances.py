"""A hidden page, clocks that jump or run apart, times when nothing ran: seen, told, and not counted against the race.

Run: python3 -m pytest tests/python/test_disturbances.py
"""
import pytest

from photofinish import disturbances, lanes, race
from photofinish.disturbances import Watch

jsonschema = pytest.importorskip("jsonschema")

LANES = "# %% lane idiom: a\ndef a(): return sum(range(200))\n# %% lane better: b\ndef b(): return sum(range(200))\n"


@pytest.fixture
def time(monkeypatch):
    """Two clocks that go only when they are told to."""
    class Time:
        race, wall = 100.0, 5000.0

        def go(self, seconds, wall=None):
            self.race += seconds
            self.wall += seconds if wall is None else wall
    time = Time()
    monkeypatch.setattr(disturbances.timing, "clock", lambda: time.race)
    monkeypatch.setattr(disturbances, "wall_clock", lambda: time.wall)
    return time


def blocks(watch, time, n, seconds=0.004, wall=None):
    for _ in range(n):
        time.go(seconds, wall)
        watch.block()


def test_quiet(time):
    watch = Watch()
    blocks(watch, time, 1000)
    assert watch.end() == [] and watch.elapsed == pytest.approx(4.0)


def test_a_stall_is_told_and_not_counted(time):
    watch = Watch()
    blocks(watch, time, 10)
    blocks(watch, time, 1, seconds=30.0)
    blocks(watch, time, 10)
    assert watch.elapsed == pytest.approx(0.084)
    assert watch.end() == [{"kind": "stall", "at": pytest.approx(0.04), "seconds": pytest.approx(30.0)}]


def test_slow_blocks_are_no_stall(time):
    watch = Watch()
    blocks(watch, time, 5, seconds=2.0)
    blocks(watch, time, 1, seconds=60.0)
    assert watch.end() == [] and watch.elapsed == pytest.approx(70.0)


@pytest.mark.parametrize("apart", [3600.0, -2.0])
def test_a_clock_that_jumps(time, apart):
    watch = Watch()
    blocks(watch, time, 10)
    blocks(watch, time, 1, wall=0.004 + apart)
    blocks(watch, time, 10)
    assert watch.end() == [{"kind": "clock-jump", "at": pytest.approx(0.04), "seconds": pytest.approx(apart)}]
    assert watch.elapsed == pytest.approx(0.084)


def test_the_race_clock_jumps(time):
    watch = Watch()
    blocks(watch, time, 10)
    blocks(watch, time, 1, seconds=50.0, wall=0.004)
    assert [one["kind"] for one in watch.end()] == ["clock-jump"] and watch.elapsed == pytest.approx(0.044)


def test_a_clock_that_does_not_run_true(time):
    watch = Watch()
    blocks(watch, time, 2000, wall=0.005)
    (found,) = watch.end()
    assert found["kind"] == "slow-clock" and found["seconds"] == pytest.approx(2.0)
    watch = Watch()
    blocks(watch, time, 2000, wall=0.00401)
    assert watch.end() == []


def test_coarse_clocks_are_no_disturbance(time):
    watch = Watch()
    for n in range(1, 2000):
        time.race, time.wall = 100 + n * 0.0037 // 0.1 * 0.1, 5000.05 + n * 0.0037 // 0.1 * 0.1
        watch.block()
    assert watch.end() == []


def test_a_hidden_page_pauses_the_race(time):
    events, answers = [], iter([False, True, True, True, False, False])

    def hidden():
        answer = next(answers)
        if answer:
            time.go(7.0)
        return answer
    watch = Watch(hidden, events.append)
    blocks(watch, time, 3)
    assert not watch.pause()
    assert watch.pause() and not watch.pause()
    blocks(watch, time, 3)
    assert watch.end() == [{"kind": "hidden", "at": pytest.approx(0.012), "seconds": pytest.approx(14.0)}]
    assert watch.elapsed == pytest.approx(0.024)
    assert [event["event"] for event in events] == ["pause", "resume"]


@pytest.mark.parametrize("found, words", [
    ({"kind": "hidden", "at": 1.26, "seconds": 3.0}, "At 1.3 s the page was hidden for 3.0 s"),
    ({"kind": "clock-jump", "at": 0.0, "seconds": -2.5}, "moved 2.5 s apart at once"),
    ({"kind": "slow-clock", "at": 0.0, "seconds": 0.5}, "moved 0.50 s apart little by little"),
    ({"kind": "stall", "at": 0.0, "seconds": 61.0}, "nothing ran for 61.0 s"),
])
def test_in_words(found, words):
    assert words in disturbances.note(found)


def test_a_whole_race_tells_them(schema):
    events, asked = [], []

    def hidden():  # before the first block: however slow the machine is, there is one
        asked.append(True)
        return len(asked) < 4
    found = race.run(lanes.parse(LANES), budget=0.3, emit=events.append, hidden=hidden)
    jsonschema.validate(found, schema)
    assert [one["kind"] for one in found["disturbances"]] == ["hidden"] and found["comparisons"]
    assert any("the page was hidden" in note for note in found["notes"])
    kinds = [event["event"] for event in events]
    assert kinds.index("resume") == kinds.index("pause") + 1
    assert len(found["lanes"][0]["samples"]) == found["comparisons"][0]["blocks"]
    undisturbed = race.run(lanes.parse(LANES), budget=0.1)
    assert "disturbances" not in undisturbed or {one["kind"] for one in undisturbed["disturbances"]} <= {"stall", "clock-jump"}
