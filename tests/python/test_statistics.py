"""The statistics as Python sees them: the same numbers as the reference, and clear refusals.

Run: python3 -m pytest tests/python/test_statistics.py
"""
import json
import math
import random
from pathlib import Path

import pytest

import _photofinish
from _photofinish import Race
from photofinish import lanes

GOLDEN = Path(__file__).parents[1] / "c" / "golden.json"


def test_constants():
    assert (_photofinish.LOOKS, _photofinish.MIN_BLOCKS, _photofinish.LANES_LIMIT) == (9, 24, lanes.LANES_LIMIT)
    assert _photofinish.DEFAULT_MARGIN == 0.03 and _photofinish.DEFAULT_ALPHA == 0.05
    assert [_photofinish.look_fraction(i) for i in range(9)] == [0.05, 0.075, 0.1125, 0.17, 0.25, 0.375, 0.5625, 0.75, 1.0]
    assert _photofinish.sample_seconds(5e-6) == 1e-3
    assert _photofinish.sample_seconds(1e-3) == pytest.approx(1e-2)


def test_equal_to_the_reference():
    looks = json.loads(GOLDEN.read_text())["look"]
    assert looks["cases"]
    for case in looks["cases"]:
        calls = case["calls"]
        race = Race(len(calls), 0, calls, case["tick"])
        for block in looks["times_us"][:case["blocks"]]:
            race.add_block(block[:len(calls)])
        assert race.blocks == case["blocks"]
        check(race.look(case["k"], case["k"] == 8), case["out"])


def test_replayed_races_stop_where_the_reference_does():
    for case in json.loads(GOLDEN.read_text())["replay"]:
        race, added = Race(len(case["calls"]), 0, case["calls"], case["tick"]), 0
        for look in range(_photofinish.LOOKS):
            wanted = int(_photofinish.look_fraction(look) * len(case["times_us"]) + 0.5)
            for block in case["times_us"][added:wanted]:
                race.add_block(block)
            added = wanted
            found = race.look(look, look == 8)
            if all(one["verdict"] != "undecided" for one in found):
                break
        assert (look, race.blocks) == (case["stop_look"], case["blocks"])
        check(found, case["out"])


def check(found, expected):
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected):
        assert ours["lane"] == theirs["lane"] and ours["verdict"] == theirs["verdict"]
        assert ours["flags"] == theirs["flags"]
        if "ratio" in theirs:  # the reference divides the other way round
            assert ours["ratio"] == pytest.approx(1 / theirs["ratio"], rel=1e-9)
            assert ours["low"] == pytest.approx(1 / theirs["hi"], rel=1e-6)
            assert ours["high"] == pytest.approx(1 / theirs["lo"], rel=1e-6)
            assert ours["mean_ratio"] == pytest.approx(1 / theirs["mean_ratio"], rel=1e-9)
            assert ours["standard_error"] == pytest.approx(theirs["se"], rel=1e-9)
            assert ours["degrees"] == theirs["df"]


def race_of(ratio, blocks=200, noise=0.02, lanes=2):
    draw = random.Random(5)
    race = Race(lanes, 0, [1] * lanes, 1e-7)
    for _ in range(blocks):
        race.add_block([1e-3 * math.exp(draw.gauss(0, noise))] + [1e-3 / ratio * math.exp(draw.gauss(0, noise)) for _ in range(lanes - 1)])
    return race


@pytest.mark.parametrize("ratio, verdict", [(10, "faster"), (0.1, "slower"), (1, "same"), (1.2, "faster")])
def test_verdicts(ratio, verdict):
    (found,) = race_of(ratio).look(8, True)
    assert found["verdict"] == verdict and found["lane"] == 1 and found["flags"] == []
    assert found["low"] < ratio < found["high"] or found["ratio"] == pytest.approx(ratio, rel=0.02)


def test_few_blocks_say_nothing():
    (found,) = race_of(10, blocks=23).look(8, True)
    assert found["verdict"] == "undecided" and found["flags"] == ["few"] and found["ratio"] == 0


def test_looking_changes_nothing():
    race = race_of(1.05, lanes=4)
    assert race.look(3, False) == race.look(3, False)
    assert [found["lane"] for found in race.look(3, False)] == [1, 2, 3]


@pytest.mark.parametrize("call, error", [
    (lambda: Race(1, 0, [1], 1e-7), ValueError),
    (lambda: Race(17, 0, [1] * 17, 1e-7), ValueError),
    (lambda: Race(2, 2, [1, 1], 1e-7), ValueError),
    (lambda: Race(2, -1, [1, 1], 1e-7), ValueError),
    (lambda: Race(2, 0, [1, 0], 1e-7), ValueError),
    (lambda: Race(2, 0, [1], 1e-7), ValueError),
    (lambda: Race(2, 0, [1, "x"], 1e-7), TypeError),
    (lambda: Race(2, 0, 5, 1e-7), TypeError),
    (lambda: Race(2, 0, [1, 1]), TypeError),
    (lambda: race_of(1).add_block([1.0]), ValueError),
    (lambda: race_of(1).add_block([1.0, 0.0]), ValueError),
    (lambda: race_of(1).add_block([1.0, -1.0]), ValueError),
    (lambda: race_of(1).add_block([1.0, math.nan]), ValueError),
    (lambda: race_of(1).look(9, True), ValueError),
    (lambda: race_of(1).look(-1, True), ValueError),
    (lambda: _photofinish.look_fraction(9), ValueError),
    (lambda: _photofinish.median([]), ValueError),
    (lambda: _photofinish.median(["x"]), TypeError),
])
def test_refusals(call, error):
    with pytest.raises(error):
        call()


def test_median():
    assert _photofinish.median([3.0]) == (3.0, 3.0, 3.0)
    assert _photofinish.median([1, 2, 3, 4]) == (2.5, 1.0, 4.0)
    middle, low, high = _photofinish.median(list(range(101)))
    assert middle == 50 and 35 < low < 45 and 55 < high < 65
