"""Recorded races through the C statistics as they are, with known truth: what `make record` prints.

    PYTHONPATH=src/python:build/native/python python3 tests/bench/stats/recorded.py FILE.json ...

Lanes of the same code are raced against each other, with each of them as baseline: all four where all are copies, beside one another as in
a race of four lanes, else the first two. A race is looked at by shares of what was recorded. Ratios are built in by making lanes faster.
"""
from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import noise
import races


def outcomes(recording: noise.Recording, truth: float) -> Iterator[list[races.Found]]:
    """A race for every baseline; all lanes but that are made `truth` times as fast."""
    equal = range(recording.logs.shape[1] if recording.same else 2)
    for baseline in equal:
        logs = recording.logs[:, [baseline, *(lane for lane in equal if lane != baseline)]]
        yield races.race(logs, recording.tick, truth, whole=True)


def wrong(found: list[races.Found]) -> bool:
    return any(lane.wrong for lane in found)


def spread(recording: noise.Recording) -> tuple[float, float]:
    """Of the log ratio of two equal lanes: core standard deviation (MAD), and the share of blocks beyond 5 of them."""
    ratio = recording.logs[:, 0] - recording.logs[:, 1]
    far = abs(ratio - np.median(ratio))
    mad = 1.4826 * float(np.median(far))
    return mad, float(np.mean(far > 5 * mad))


def main(files: list[str]) -> None:
    print(f"{'':62} {'races':>5} {'sd':>6} {'far':>5} {'wrong at 1':>12} {'covers 1':>12} {'1.1 found':>12} {'same':>10}")
    for kind, recordings in noise.recordings(list(map(Path, files))).items():
        ones = [found for recording in recordings for found in outcomes(recording, 1.0)]
        tens = [lane for recording in recordings for found in outcomes(recording, 1.1) for lane in found]
        lanes = [lane for found in ones for lane in found]
        sd, far = (statistics.median(values) for values in zip(*map(spread, recordings)))
        share = lambda hits, of: f"{sum(hits)}/{len(of)}"  # noqa: E731
        print(f"{kind:62} {len(recordings):5} {sd:6.1%} {far:5.1%} {share(map(wrong, ones), ones):>12} "
              f"{share((one.covered for one in lanes), lanes):>12} "
              f"{share((one.verdict == 'faster' for one in tens), tens):>12} {share((one.verdict == 'same' for one in lanes), lanes):>10}")


if __name__ == "__main__":
    main(sys.argv[1:])
