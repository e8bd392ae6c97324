"""Recorded races of Firefox and WebKitGTK (tests/stats-noise, by tests/bench/record.ts) through the C statistics, with known truth.

The files named -unequal were recorded when equal lanes could come to have different numbers of calls in a sample.

Run: python3 -m pytest tests/python/test_noise.py
"""
import importlib.util
import json

import pytest


@pytest.fixture(scope="module")
def replay(request):
    root = request.config.rootpath
    spec = importlib.util.spec_from_file_location("replay", root / "tests/bench/replay.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def runs(root, name):
    """(race, baseline, the other equal lanes) of every race and every choice of baseline."""
    for race in json.loads((root / f"tests/stats-noise/{name}.json").read_text())["races"]:
        equal = range(4) if race["same"] else range(2)
        for baseline in equal:
            yield race, baseline, [lane for lane in equal if lane != baseline]


@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_equal_lanes_are_never_told_apart(root, replay, name):
    for race, baseline, others in runs(root, name):
        found = replay.outcome(race, baseline, others, 1.0)
        assert {one["verdict"] for one in found} <= {"same", "undecided"}, (race["job"], race["n"])
        assert all(one["low"] <= 1 <= one["high"] for one in found)


@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_a_stretched_lane_is_never_called_faster(root, replay, name):
    for race, baseline, others in runs(root, name):
        assert "faster" not in {one["verdict"] for one in replay.outcome(race, baseline, others, 1.1)}


def test_unequal_numbers_of_calls_are_what_told_equal_lanes_apart(root, replay):
    wrong = [race["n"] for name in ("firefox-unequal", "webkit-unequal") for race, baseline, others in runs(root, name)
             if {"faster", "slower"} & {one["verdict"] for one in replay.outcome(race, baseline, others, 1.0)}]
    assert wrong and all(len(set(calls)) > 1 for calls in wrong)
