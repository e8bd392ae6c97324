"""The timing loop: sizes, fresh inputs, samples. Nothing here asserts a speed.

Run: python3 -m pytest tests/python/test_timing.py
"""
import time

import pytest

from photofinish import timing


def add(a, b):
    return a + b


def test_the_tick_is_a_step_of_the_clock():
    assert 0 < timing.tick(0.005) < 0.01


def test_a_batch_calls_exactly_n_times():
    calls = []
    batch = timing.Batch(lambda a, b: calls.append((a, b)), [1, 2], [False, False])
    assert batch.seconds(7) > 0 and calls == [(1, 2)] * 7
    assert timing.Batch(add, [1, 2], [False, False]).once() == 3


@pytest.mark.parametrize("fresh", [[True, False], [False, True], [True, True]])
def test_fresh_inputs_are_built_for_every_call_before_the_clock(fresh, monkeypatch):
    log = []
    monkeypatch.setattr(timing, "clock", lambda: log.append("clock") or float(len(log)))

    def make():
        log.append("make")
        return []
    seen = []

    def use(a, b):
        log.append("call")
        seen.append((a, b))
    batch = timing.Batch(use, [make if anew else 5 for anew in fresh], fresh)
    batch.seconds(3)
    assert log == ["make"] * (3 * sum(fresh)) + ["clock"] + ["call"] * 3 + ["clock"]
    for place, anew in enumerate(fresh):
        kept = [pair[place] for pair in seen]
        assert len({id(value) for value in kept}) == (3 if anew else 1)


def test_first_calls_double_until_the_sample_lasts(monkeypatch):
    lane = timing.Timed("x", timing.Batch(add, [1, 2], [False, False]))
    monkeypatch.setattr(lane.batch, "seconds", lambda n: n * 1e-5)
    assert lane.first_calls(1e-3) == pytest.approx(1.28e-3) and lane.calls == 128
    lane.resize(1e-3)
    assert lane.calls == 100


def test_a_slow_call_stays_one_call(monkeypatch):
    lane = timing.Timed("x", timing.Batch(add, [1, 2], [False, False]))
    monkeypatch.setattr(lane.batch, "seconds", lambda n: n * 5e-3)
    lane.first_calls(1e-3)
    assert lane.calls == 1
    lane.resize(1e-3)
    assert lane.calls == 1


def test_a_sample_of_no_length_grows(monkeypatch):
    lane = timing.Timed("x", timing.Batch(add, [1, 2], [False, False]), calls=3)
    monkeypatch.setattr(lane.batch, "seconds", lambda n: 0.0 if n < 20 else 1e-3)
    assert lane.sample(0) == 1e-3
    assert lane.samples == [{"block": 0, "calls": 24, "seconds": 1e-3}] and lane.calls == 24


def test_inputs_that_take_long_to_build_bound_the_sample():
    def make():
        time.sleep(0.004)
        return 1
    lane = timing.Timed("x", timing.Batch(add, [make, 2], [True, False]))
    lane.first_calls(1e-3)
    lane.resize(1e-3)
    assert 1 <= lane.calls <= 5 and lane.short


def test_a_lane_that_raises_leaves_the_warm_up():
    count = [0]

    def fails_later():
        count[0] += 1
        if count[0] > 50:
            raise RuntimeError("worn out")
    lanes = [timing.Timed("good", timing.Batch(add, [1, 2], [False, False])), timing.Timed("bad", timing.Batch(fails_later, [], []))]
    dropped = []
    left = timing.warm_up(lanes, 1e-3, lambda lane, error: dropped.append((lane.id, str(error))))
    assert [lane.id for lane in left] == ["good"] and dropped == [("bad", "worn out")]
    assert left[0].calls > 10


def test_very_slow_lanes_are_not_called_often():
    count = [0]

    def slow():
        count[0] += 1
        time.sleep(0.3)
    timing.warm_up([timing.Timed("slow", timing.Batch(slow, [], []))], 1e-3, lambda lane, error: None)
    assert count[0] == 2


@pytest.mark.parametrize("fastest, calls, aligned", [
    ([2e-4, 2.1e-4, 1.8e-4, 2e-4], [5, 4, 6, 5], [5, 5, 5, 5]),
    ([2e-4, 2.2e-4, 3e-4, 1.5e-4], [5, 4, 3, 7], [5, 5, 3, 7]),
    ([0.5, 0.5, 0.1], [1, 1, 1], [1, 1, 1]),
    ([float("inf")] * 3, [4, 5, 6], [4, 4, 4]),  # no run was ever long enough: the clock hardly moves
])
def test_lanes_that_are_about_as_fast_get_as_many_calls(fastest, calls, aligned):
    lanes = [timing.Timed(str(i), timing.Batch(add, [1, 2], [False, False]), calls=n, fastest=a_call)
             for i, (n, a_call) in enumerate(zip(calls, fastest))]
    timing.align(lanes)
    assert [lane.calls for lane in lanes] == aligned
    lanes[1].short, lanes[1].calls = True, calls[0] - 1
    timing.align(lanes)
    assert lanes[1].calls == calls[0] - 1, "a sample bounded by the building of its inputs is not made longer"


def test_runs_that_were_held_up_do_not_make_samples_short(monkeypatch):
    lane = timing.Timed("x", timing.Batch(add, [1, 2], [False, False]))
    times = iter([5e-3] + [1e-5] * 4 + [8e-5] * 5 + [64e-5] * 2 + [9e-3] * 8)  # held up at first, and all the time later
    monkeypatch.setattr(lane.batch, "seconds", lambda n: next(times))
    lane.first_calls(1e-3)
    assert lane.calls == 1
    for wanted in (8, 64):
        lane.resize(1e-3)
        assert lane.calls == wanted
    lane.run(1e-3), lane.run(1e-3)
    lane.resize(1e-3)
    assert lane.calls == 100


def test_a_first_call_that_was_held_up_is_not_the_size(monkeypatch):
    lane = timing.Timed("x", timing.Batch(add, [1, 2], [False, False]))
    slow = iter([0.3, 1e-4, 0.3, 0.3])  # by turns of the warm-up; its last round was held up too
    monkeypatch.setattr(lane.batch, "seconds", lambda n: next(slow, n * 1e-4))
    monkeypatch.setattr(timing, "clock", lambda now=iter(range(10**6)): next(now) * 0.1)
    timing.warm_up([lane], 1e-3, lambda lane, error: None)
    assert lane.calls == 10


@pytest.mark.parametrize("faster_after", [0.0, 0.1, 0.4, 0.49])
def test_samples_are_sized_by_the_runs_of_the_warm_up(monkeypatch, faster_after):
    """Code becomes four times as fast at some time in the warm-up; the lanes' runs are those of the rounds, but where it comes at the very end."""
    now, ran = [0.0], []
    monkeypatch.setattr(timing, "clock", lambda: now[0])
    lanes = [timing.Timed(name, timing.Batch(add, [1, 2], [False, False])) for name in "ab"]

    def run(name, n):
        took = n * (2.5e-6 if now[0] >= faster_after else 1e-5)
        now[0] += took
        ran.append(name)
        return took
    for lane in lanes:
        monkeypatch.setattr(lane.batch, "seconds", lambda n, name=lane.id: run(name, n))
    assert timing.warm_up(lanes, 1e-3, lambda lane, error: None) == lanes
    assert [lane.calls for lane in lanes] == [400, 400]
    if faster_after < 0.4:
        rounds = [name for name in ran if name == "a"]
        assert 40 <= len(rounds) == len(ran) / 2 and ran[-2 * 20:] == ["a", "b"] * 20
        assert now[0] == pytest.approx(timing.WARM_UP_SECONDS, abs=5e-3)
