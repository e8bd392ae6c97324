"""Races of the C statistics on noise whose truth is known: rates of false verdicts, coverage, power, agreement."""
from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

import _photofinish
from noise import BUDGET

MARGIN = _photofinish.DEFAULT_MARGIN
FRACTIONS = [_photofinish.look_fraction(look) for look in range(_photofinish.LOOKS)]


@dataclass
class Found:
    """What a race said of one lane. truth: the ratio that was built in, baseline time / lane time."""

    truth: float
    ratio: float
    low: float
    high: float
    verdict: str

    @property
    def wrong(self) -> bool:
        """A faster lane is faster, however little; where it is by less than the margin, 'same' is right as well."""
        if self.verdict == "undecided":
            return False
        if self.verdict == "same":
            return abs(math.log(self.truth)) > math.log1p(MARGIN)
        return self.truth == 1 or self.verdict != ("faster" if self.truth > 1 else "slower")

    @property
    def covered(self) -> bool:
        return self.low <= self.truth <= self.high


def race(logs: np.ndarray, tick: float, truth: float, whole: bool = False) -> list[Found]:
    """One race as the page runs it: looked at by elapsed time, ended when all is decided. Every lane but the first gets `truth`.

    whole: the noise is a recording that may be shorter than a race: it is looked at by shares of its own length.
    """
    logs = logs.copy()
    logs[:, 1:] -= math.log(truth)
    seconds = np.exp(logs)
    elapsed = np.cumsum(seconds.sum(axis=1))
    budget = min(BUDGET, float(elapsed[-1])) if whole else BUDGET
    blocks, lanes = seconds.tolist(), seconds.shape[1]
    statistics, added = _photofinish.Race(lanes, 0, [1.0] * lanes, tick), 0
    found = []
    for look, fraction in enumerate(FRACTIONS):
        # The look comes after the block in which the time is up.
        until = min(int(np.searchsorted(elapsed, fraction * budget)) + 1, len(blocks))
        for block in blocks[added:until]:
            statistics.add_block(block)
        added = until
        last = look == _photofinish.LOOKS - 1
        if added < _photofinish.MIN_BLOCKS and not last:
            continue
        found = statistics.look(look, last)
        if last or all(one["verdict"] != "undecided" for one in found):
            break
    return [Found(truth, one["ratio"], one["low"], one["high"], one["verdict"]) for one in found if "few" not in one["flags"]]


TRUTHS = (1.0, 1.02, 1.1, 1.5, 3.0)


def measure(source, count: int, draw: np.random.Generator) -> list[dict]:
    """Rows for one kind of noise, `count` races for every truth, in pairs of two runs of the same lanes."""
    by_truth: dict[float, list[list[list[Found]]]] = {truth: [] for truth in TRUTHS}
    for truth, pairs in by_truth.items():
        for number in range(math.ceil(count / 2)):
            pairs.append([race(logs, tick, truth) for logs, tick in source.races(number, 2, draw)])
    single = {truth: [one for pair in pairs for one in pair] for truth, pairs in by_truth.items()}
    found = {truth: [lane for one in races for lane in one] for truth, races in single.items()}
    twice = {truth: [(a.verdict, b.verdict) for one, other in pairs for a, b in zip(one, other)] for truth, pairs in by_truth.items()}
    everything = [lane for lanes in found.values() for lane in lanes]
    pairs = [pair for truth in TRUTHS for pair in twice[truth]]
    away = [pair for truth in (1.0, 1.1, 1.5, 3.0) for pair in twice[truth]]
    return [
        share("races of equal lanes with a wrong verdict", [any(lane.wrong for lane in one) for one in single[1.0]], "at most", 2),
        share("wrong verdicts, lanes of 1.02 and more", [lane.wrong for truth in TRUTHS[1:] for lane in found[truth]], "at most", 2),
        share("intervals that hold the truth", [lane.covered for lane in everything], "at least", 95),
        share("1.1 found", [lane.verdict == "faster" for lane in found[1.1]], "at least", 95),
        share("run twice, contradicted", [a != b and "undecided" not in (a, b) for a, b in pairs], "at most", 1),
        share("run twice, agreed (all but 1.02)", [a == b for a, b in away], "at least", 95),
    ]


def share(what: str, hits: list[bool], goal: str, percent: float) -> dict:
    """A row: how many of `hits`, in %, against a goal ('at most', 'at least')."""
    count = int(sum(hits))
    return {"what": what, "count": count, "of": len(hits), "percent": 100 * count / max(1, len(hits)), "goal": goal, "against": percent}
