"""Noise to race in: recordings (tests/stats-noise/*.json) resampled, and simulations.

A source yields whole races of noise, in which lanes are equally fast and the truth is then built in. Times are seconds a sample.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LANES = 4
BUDGET = 9.3
FOLDER = Path(__file__).parents[2] / "stats-noise"


@dataclass
class Recording:
    """One recorded race: log seconds of a sample, block after block, one column a lane, as if all had the same number of calls.
    same: all lanes run the same code; else the first two do. calls: the numbers of calls there really were."""

    logs: np.ndarray
    same: bool
    tick: float
    calls: list[int]


def kept() -> list[Path]:
    """The recordings of this project, but for those of before equal lanes got equal samples, which show why they have to."""
    return sorted(path for path in FOLDER.glob("*.json") if not path.stem.endswith("-unequal"))


def recordings(paths: list[Path]) -> dict[str, list[Recording]]:
    """Recorded races by kind: place, state of the machine, length of a sample, whether lanes are the same code. README.md has the format."""
    kinds: dict[str, list[Recording]] = {}
    for path in paths:
        for race in json.loads(path.read_text())["races"]:
            calls, tick = np.log(race["n"]), race.get("tick_us", race["unit_us"]) * 1e-6
            times = np.maximum(np.array(race["t"], dtype=float), 0.5) * race["unit_us"] * 1e-6
            length = "1 ms" if np.median(times) < 2e-3 else "5 ms" if tick < 5e-4 else "10 ms"
            kind = f"{race['env']}, {race['cond']}, {length}, {'copies' if race['same'] else 'different code'}"
            kinds.setdefault(kind, []).append(Recording(np.log(times) - calls + calls.mean(), bool(race["same"]), tick, race["n"]))
    return dict(sorted(kinds.items()))


def trimmed_mean(values: np.ndarray) -> float:
    """Of the middle 40 %, as the statistics take it."""
    cut = int(0.3 * len(values))
    return float(np.sort(values)[cut:len(values) - cut].mean())


class Resampled:
    """Races from recordings of one kind by the stationary bootstrap (Politis and Romano 1994): runs of neighbouring blocks, so that
    what lasts stays together: 0.5 s in the mean, 1.6 s for different code, where the ratio itself wanders.

    Copies change places in every run. Different code is centred: the middle of each log ratio of the recording is made 0.
    """

    def __init__(self, kind: list[Recording]):
        self.kind = kind

    def __len__(self) -> int:
        return len(self.kind)

    def races(self, number: int, count: int, draw: np.random.Generator):
        """`count` races from one recording, with one baseline: (log seconds, tick)."""
        recording = self.kind[number % len(self.kind)]
        logs, lanes = recording.logs, recording.logs.shape[1]
        baseline = int(draw.integers(lanes))
        logs = logs[:, [baseline, *(lane for lane in range(lanes) if lane != baseline)]]
        if not recording.same:
            logs = logs - np.array([0.0, *(trimmed_mean(logs[:, lane] - logs[:, 0]) for lane in range(1, lanes))])
        seconds = float(np.exp(logs).sum(axis=1).mean())
        blocks, run = max(24, int(1.3 * BUDGET / seconds)), (0.5 if recording.same else 1.6) / seconds
        for _ in range(count):
            yield self._one(logs, blocks, max(run, 1.0), recording.same, draw), recording.tick

    @staticmethod
    def _one(logs: np.ndarray, blocks: int, run: float, same: bool, draw: np.random.Generator) -> np.ndarray:
        parts, length = [], 0
        while length < blocks:
            start, take = int(draw.integers(len(logs))), int(draw.geometric(1 / run))
            part = logs.take(range(start, start + take), axis=0, mode="wrap")
            parts.append(part[:, draw.permutation(logs.shape[1])] if same else part)
            length += take
        return np.concatenate(parts)[:blocks]


class Simulated:
    """Races from a function of (blocks, random generator) that gives log seconds of LANES lanes."""

    def __init__(self, noise, tick: float = 5e-6):
        self.noise, self.tick = noise, tick

    def __len__(self) -> int:
        return 1 << 30

    def races(self, number: int, count: int, draw: np.random.Generator):
        length = max(1e-3, 10 * self.tick)
        for _ in range(count):
            blocks = int(1.3 * BUDGET / (LANES * length))
            seconds = length * np.exp(self.noise(blocks, draw))
            if self.tick > 1e-4:  # a clock that steps: where a sample begins between two steps is chance
                start = draw.random(seconds.shape) * self.tick
                seconds = np.maximum(np.floor((start + seconds) / self.tick), 1) * self.tick
            yield np.log(seconds), self.tick


def _autoregressive(coefficient: float, scale: float):
    def noise(blocks, draw):
        steps = draw.normal(0, scale * np.sqrt(1 - coefficient**2), (blocks, LANES))
        steps[0] /= np.sqrt(1 - coefficient**2)
        for block in range(1, blocks):
            steps[block] += coefficient * steps[block - 1]
        return steps
    return noise


def _heavy(blocks, draw):
    return 0.02 * draw.standard_t(2, (blocks, LANES)).clip(-20, 60)


def _switching(blocks, draw):
    """The machine has two speeds for a second or so at a time, to which each lane answers with a factor of its own."""
    state = (np.cumsum(draw.random(blocks) < 0.004) + draw.integers(2)) % 2 - 0.5
    return state[:, None] * draw.normal(0.35, 0.02, LANES) + draw.normal(0, 0.03, (blocks, LANES))


def _bursts(blocks, draw):
    hit = np.convolve(draw.random(blocks) < 0.01, np.ones(15), mode="same").clip(0, 1)
    return draw.normal(0, 0.02, (blocks, LANES)) + hit[:, None] * draw.exponential(0.8, (blocks, LANES))


def _drift(blocks, draw):
    return np.linspace(0, 0.2, blocks)[:, None] + draw.normal(0, 0.03, (blocks, LANES))


SIMULATED = {
    "simulated: heavy tails (t with 2 degrees)": Simulated(_heavy),
    "simulated: autoregressive, 0.95": Simulated(_autoregressive(0.95, 0.05)),
    "simulated: machine of two speeds": Simulated(_switching),
    "simulated: bursts": Simulated(_bursts),
    "simulated: everything 20 % slower in the end": Simulated(_drift),
    "simulated: a clock of 1 ms": Simulated(_heavy, tick=1e-3),
}
