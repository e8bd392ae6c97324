"""Recorded races of Firefox and WebKitGTK (tests/stats-noise, by tests/bench/record.ts) through the C statistics, with known truth.

The files named -unequal were recorded when equal lanes could come to have different numbers of calls in a sample.

Run: python3 -m pytest tests/python/test_noise.py
"""
import pytest


def runs(root, replays, name, truth=1.0):
    """(recording, what a race said of its equal lanes) for every recording and every choice of baseline."""
    for kind in replays.noise.recordings([root / f"tests/stats-noise/{name}.json"]).values():
        for recording in kind:
            for found in replays.recorded.outcomes(recording, truth):
                yield recording, found


@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_equal_lanes_are_never_told_apart(root, replays, name):
    for recording, found in runs(root, replays, name):
        assert {one.verdict for one in found} <= {"same", "undecided"}, recording.calls
        assert len(found) == (3 if recording.same else 1) and all(one.covered for one in found)


@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_a_lane_that_was_made_slower_is_never_called_faster(root, replays, name):
    for _, found in runs(root, replays, name, truth=1 / 1.1):
        assert "faster" not in {one.verdict for one in found}


def test_unequal_numbers_of_calls_are_what_told_equal_lanes_apart(root, replays):
    wrong = [recording.calls for name in ("firefox-unequal", "webkit-unequal") for recording, found in runs(root, replays, name)
             if replays.recorded.wrong(found)]
    assert wrong and all(len(set(calls)) > 1 for calls in wrong)
