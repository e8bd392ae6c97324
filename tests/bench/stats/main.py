"""Replays: the C statistics and fits on noise with known truth; prints one JSON object. Run by tests/bench/stats.ts (make bench-stats).

python3 main.py RACES FITS [NOISE.json ...]     races for every kind of noise and truth; fits of every kind; further recordings
"""
from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

import fits
import noise
import races
import recorded

SEED = 20261122


def main(words: list[str]) -> None:
    count, fitted = int(words[0]), int(words[1])
    kinds = noise.recordings([*noise.kept(), *map(Path, words[2:])])
    draw = np.random.default_rng(SEED)
    sources = {**{kind: noise.Resampled(found) for kind, found in kinds.items()}, **noise.SIMULATED}
    rows = []
    for kind, source in sources.items():
        since = time.perf_counter()
        rows += [{"kind": kind, **row} for row in races.measure(source, count, draw)]
        print(f"{kind}: {time.perf_counter() - since:.0f} s", file=sys.stderr, flush=True)
    told = [recorded.wrong(found) for kind in kinds.values() for one in kind if one.same for found in recorded.outcomes(one, 1.0)]
    rows.append({"kind": "recorded copies as they are", **races.share("races with a wrong verdict", told, "at most", 2)})
    rows += [{"kind": "fits", **row} for row in fits.intervals(fitted, draw) + fits.others(fitted, draw)]
    json.dump({"rows": rows, "growth": fits.growth(max(20, fitted // 5), draw), "numpy": np.__version__, "python": sys.version.split()[0]}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
