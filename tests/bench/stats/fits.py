"""The fits on simulated truth: how often growth is told rightly, wrongly or not at all; coverage of crossings, Amdahl's law, runs."""
from __future__ import annotations

import math

import numpy as np

import _photofinish
from races import share

SHAPES = {"O(1)": lambda n: 1.0, "O(log n)": math.log2, "O(n)": lambda n: n, "O(n log n)": lambda n: n * math.log2(n), "O(n^2)": lambda n: n * n}
ERROR = 0.01  # of a point, as its interval tells
WIDTH = math.exp(1.959964 * ERROR)
SIZES = [100, 316, 1000, 3162, 10000, 31623, 100000]

# What points have besides: noise from point to point, a walk per square root of a decade (caches), and rarely a point twice as slow.
STATES = {
    "quiet": (0.02, 0.0, 0.0),
    "with caches": (0.02, 0.10, 0.0),
    "large caches": (0.03, 0.20, 0.0),
    "noisy": (0.10, 0.05, 0.0),
    "points hit": (0.03, 0.05, 0.1),
}


def point(at: float, value: float) -> tuple[float, float, float, float]:
    return at, value, value / WIDTH, value * WIDTH


def times(truth, sizes, state, draw) -> list[tuple[float, float, float, float]]:
    noise, walk, hit = STATES[state]
    steps = np.sqrt(np.diff(np.log10(sizes), prepend=math.log10(sizes[0]))) * walk
    logs = np.cumsum(draw.normal(0, 1, len(sizes)) * steps) + draw.normal(0, math.hypot(noise, ERROR), len(sizes))
    logs += math.log(2) * (draw.random(len(sizes)) < hit)
    return [point(n, truth(n) * math.exp(log)) for n, log in zip(sizes, logs)]


def growth(count: int, draw: np.random.Generator) -> list[dict]:
    """A row for each state of the machine and model; half of the races have a constant of a fifth of the time in the middle."""
    rows = []
    for state in STATES:
        for model, shape in SHAPES.items():
            told = []
            for number in range(count):
                middle = shape(SIZES[len(SIZES) // 2])
                constant = 0.25 if number % 2 and model != "O(1)" else 0.0
                found = _photofinish.growth_fit(times(lambda n: 1e-6 * (constant + shape(n) / middle), SIZES, state, draw))["possible"]
                told.append("none" if not found else "right" if found == [model] else "wrong" if model not in found else "cannot tell")
            rows.append({"state": state, "model": model, **{word: 100 * told.count(word) / count for word in ("right", "wrong", "cannot tell", "none")}})
    return rows


def ratios(at: float, error: float, draw: np.random.Generator) -> list[tuple[float, float, float, float]]:
    """Points of a ratio that passes 1 at `at`: 0.6 + 0.4 n against n log n, both 1 there."""
    width, points = math.exp(1.959964 * error), []
    for n in SIZES:
        ratio = (0.6 + 0.4 * n / at) / (n * math.log2(n) / (at * math.log2(at))) * math.exp(draw.normal(0, error))
        points.append((n, ratio, ratio / width, ratio * width))
    return points


def intervals(count: int, draw: np.random.Generator) -> list[dict]:
    """Coverage of every interval that a fit gives, and how often another thing than a power is taken for a model."""
    exponents, crossings, missed, serial, runs, runs_found = [], [], 0, [], [], []
    for number in range(count):
        exponent = (0.0, 0.5, 1.0, 1.1, 2.0)[number % 5]
        _, low, high = _photofinish.growth_fit(times(lambda n: 1e-6 * n**exponent, SIZES, "with caches", draw))["exponent"]
        exponents.append(low <= exponent <= high)

        # Ratios bend between the points. Where they pass 1 is drawn anew.
        at = 10 ** draw.uniform(2.3, 4.7)
        error = (0.005, 0.02, 0.05)[number % 3]
        found = _photofinish.crossings(ratios(at, error, draw))
        missed += not found
        if found:
            crossings.append(any(low <= at <= high for _, low, high, _ in found))

        share_of = (0.0, 0.02, 0.1, 0.3, 0.7, 1.0)[number % 6]
        workers = ([1, 2], [1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 8, 16])[number % 4]
        _, low, high = _photofinish.amdahl_fit(
            [point(p, 0.02 * (share_of + (1 - share_of) / p) * math.exp(draw.normal(0, math.hypot(0.03, ERROR)))) for p in workers])["serial"]
        serial.append(low <= share_of <= high)

        truth, between = draw.choice([1.0, 1.1, 2.0]), draw.choice([0.0, 0.02, 0.08])
        combined = _photofinish.runs_combine([(truth * math.exp(draw.normal(0, math.hypot(between, 0.01))), 0.01) for _ in range(3)])
        runs.append(combined["low"] <= truth <= combined["high"])
        if truth == 1.0:
            runs_found.append(combined["verdict"] in ("faster", "slower"))
    return [
        share("exponent: intervals that hold the truth", exponents, "at least", 95),
        share(f"crossing: intervals that hold the truth ({missed} of {count} not found)", crossings, "at least", 95),
        share("Amdahl: intervals that hold the serial share", serial, "at least", 95),
        share("three runs: intervals that hold the truth", runs, "at least", 95),
        share("three runs of equal lanes with a wrong verdict", runs_found, "at most", 2),
    ]


NOT_MODELS = {"n^3": lambda n: n**3, "n^1.5": lambda n: n**1.5, "sqrt(n)": math.sqrt, "1/n": lambda n: 1 / n}


def others(count: int, draw: np.random.Generator) -> list[dict]:
    """Growth of another kind: how often it is taken for one of the five."""
    hits = []
    for number in range(count):
        shape = list(NOT_MODELS.values())[number % len(NOT_MODELS)]
        hits.append(bool(_photofinish.growth_fit(times(lambda n: 1e-6 * shape(n), SIZES, "quiet", draw))["possible"]))
    return [share("growth of another kind (n^3, n^1.5, sqrt n, 1/n) taken for one of the five", hits, "at most", 2)]
