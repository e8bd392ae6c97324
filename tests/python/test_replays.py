"""The replays of `make bench-stats`: that noise is what it says, and that a race on it is judged rightly.

Run: python3 -m pytest tests/python/test_replays.py
"""
import json

import numpy as np
import pytest


@pytest.fixture
def recorded(tmp_path):
    """Four lanes of different speed and numbers of calls; every tenth block is hit."""
    draw = np.random.default_rng(1)
    times = 1000 * np.exp(draw.normal([0, 0, 0.3, -0.2], 0.02, (400, 4))) * (1 + 3 * (np.arange(400) % 10 == 0))[:, None]
    race = {"env": "place", "cond": "quiet", "job": "x", "n": [10, 20, 10, 10], "unit_us": 1, "tick_us": 0.1, "t": times.round().tolist()}
    path = tmp_path / "noise.json"
    path.write_text(json.dumps({"races": [{**race, "same": 0}, {**race, "same": 1, "n": [10] * 4}]}))
    return path


def test_recordings_are_sorted_by_kind(replays, recorded):
    noise = replays.noise
    kinds = noise.recordings([recorded])
    assert list(kinds) == ["place, quiet, 1 ms, copies", "place, quiet, 1 ms, different code"]
    (different,) = kinds["place, quiet, 1 ms, different code"]
    assert different.tick == pytest.approx(1e-7) and different.logs.shape == (400, 4)
    # Twice as many calls in the same time: half of the time.
    assert np.median(different.logs[:, 0] - different.logs[:, 1]) == pytest.approx(np.log(2), abs=0.01)
    assert noise.recordings(noise.kept()), "there are recordings"


def test_different_code_is_centred(replays, recorded):
    noise = replays.noise
    source = noise.Resampled(noise.recordings([recorded])["place, quiet, 1 ms, different code"])
    for logs, _ in source.races(0, 3, np.random.default_rng(2)):
        for lane in range(1, 4):
            assert noise.trimmed_mean(logs[:, lane] - logs[:, 0]) == pytest.approx(0, abs=0.005)
        hit = np.mean(logs.sum(axis=1) > logs.sum(axis=1).min() + 4)
        assert 0.05 < hit < 0.2, "blocks that were hit stay"


def test_races_are_judged(replays):
    noise, races = replays.noise, replays.races
    quiet = noise.Simulated(lambda blocks, draw: draw.normal(0, 0.01, (blocks, 4)))
    rows = {row["what"]: row for row in races.measure(quiet, 4, np.random.default_rng(3))}
    assert len(rows) == 6
    assert rows["1.1 found"]["count"] == rows["1.1 found"]["of"] == 12
    assert rows["races of equal lanes with a wrong verdict"]["count"] == 0 and rows["races of equal lanes with a wrong verdict"]["of"] == 4
    assert rows["run twice, agreed (all but 1.02)"]["percent"] == 100
    # Lanes that are not what they are taken for: the replays would see it.
    biased = noise.Simulated(lambda blocks, draw: draw.normal([0, 0.2, 0, 0], 0.01, (blocks, 4)))
    rows = {row["what"]: row for row in races.measure(biased, 4, np.random.default_rng(3))}
    assert rows["races of equal lanes with a wrong verdict"]["count"] == 4 and rows["intervals that hold the truth"]["percent"] < 70


@pytest.mark.parametrize("truth, verdict, wrong", [
    (1.0, "same", False), (1.0, "undecided", False), (1.0, "faster", True), (1.02, "same", False), (1.02, "faster", False), (1.02, "slower", True),
    (1.1, "faster", False), (1.1, "slower", True), (1.1, "same", True), (0.5, "slower", False),
])
def test_what_is_wrong(replays, truth, verdict, wrong):
    assert replays.races.Found(truth, truth, truth, truth, verdict).wrong == wrong


def test_a_clock_that_steps(replays):
    noise = replays.noise
    ((logs, tick),) = noise.SIMULATED["simulated: a clock of 1 ms"].races(0, 1, np.random.default_rng(4))
    steps = np.exp(logs) / tick
    assert tick == 1e-3 and np.allclose(steps, steps.round()) and 8 < steps.mean() < 13


def test_fits_of_few(replays):
    fits = replays.fits
    draw = np.random.default_rng(5)
    rows = fits.growth(4, draw)
    assert len(rows) == len(fits.STATES) * len(fits.SHAPES)
    assert all(row["right"] + row["wrong"] + row["cannot tell"] + row["none"] == 100 for row in rows)
    assert all(row["of"] >= 3 for row in fits.intervals(12, draw)) and fits.others(8, draw)[0]["of"] == 8
