"""Fits held against SciPy and NumPy on the same data: quantiles, coefficients, intervals; and refusals.

Run: python3 -m pytest tests/python/test_fits.py
"""
import math
import random

import numpy as np
import pytest
from scipy import linalg, optimize, stats

import _photofinish as fits

INDEPENDENT, WANDERING = 0.03, 0.10  # growth.c
SHAPES = {"O(1)": lambda n: np.ones_like(n), "O(log n)": np.log2, "O(n)": lambda n: n, "O(n log n)": lambda n: n * np.log2(n),
          "O(n^2)": lambda n: n * n}


def points_of(at, values, error=0.01):
    """Points whose intervals are those of a log-normal error."""
    width = math.exp(stats.norm.isf(0.025) * error)
    return [(float(a), float(v), float(v / width), float(v * width)) for a, v in zip(at, values)]


def whitener(at, error, wandering):
    """What makes errors of the fits independent with variance 1: the inverse of the covariance's Cholesky factor."""
    decades = np.log10(np.asarray(at) / at[0])
    covariance = wandering**2 * np.minimum.outer(decades, decades) + np.eye(len(at)) * (error**2 + INDEPENDENT**2)
    return linalg.inv(linalg.cholesky(covariance, lower=True))


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 7, 12, 30, 99, 1000, 10001])
def test_quantiles_of_t(degrees):
    for tail in (0.4999, 0.4, 0.25, 0.05, 0.025, 0.005, 1e-4, 1e-6, 0.6, 0.975):
        assert fits.t_quantile(tail, degrees) == pytest.approx(stats.t.isf(tail, degrees), rel=1e-8)


# ---------------------------------------------------------------------------------------------- growth

def noisy_times(seed, model="O(n)", constant=2e-5, factor=3e-9, noise=0.08, sizes=(30, 100, 300, 1000, 5000, 20000, 100000, 400000)):
    draw = np.random.default_rng(seed)
    at = np.array(sizes, dtype=float)
    return at, (constant + factor * SHAPES[model](at)) * np.exp(draw.normal(0, noise, len(at)))


@pytest.mark.parametrize("seed", range(8))
def test_the_exponent_is_generalised_least_squares(seed):
    at, times = noisy_times(seed)
    found = fits.growth_fit(points_of(at, times, 0.02))
    white = whitener(at, 0.02, WANDERING)
    design, values = white @ np.column_stack([np.ones_like(at), np.log(at)]), white @ np.log(times)
    coefficients, residuals, _, _ = linalg.lstsq(design, values)
    degrees = len(at) - 2
    error = math.sqrt(max(1, residuals / degrees) * linalg.inv(design.T @ design)[1, 1])
    width = stats.t.isf(0.025, degrees) * error
    assert found["exponent"] == pytest.approx((coefficients[1], coefficients[1] - width, coefficients[1] + width), rel=1e-8)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("model", ["O(log n)", "O(n)", "O(n log n)", "O(n^2)"])
def test_coefficients_are_those_of_scipy(seed, model):
    constant, factor = 4e-4, {"O(log n)": 1e-4, "O(n)": 3e-7, "O(n log n)": 2e-8, "O(n^2)": 1e-9}[model]
    at, times = noisy_times(seed, model, constant, factor, noise=0.02)
    found = fits.growth_fit(points_of(at, times, 0.02))
    chosen = found["possible"][0]
    shape, white = SHAPES[chosen](at), whitener(at, 0.02, WANDERING)

    def residuals(parameters):
        return white @ (np.log(times) - np.log(np.exp(parameters[0]) + np.exp(parameters[1]) * shape))
    guess = [math.log(times[0]), math.log(times[-1] / shape[-1])]
    theirs = optimize.least_squares(residuals, guess, xtol=1e-14, ftol=1e-14, gtol=1e-14, x_scale="jac")
    if min(found["constant"], found["factor"]) > 0:
        # The share of the two terms is the fit's; the level is then evened out on the points as they are.
        assert found["constant"] / found["factor"] == pytest.approx(math.exp(theirs.x[0] - theirs.x[1]), rel=1e-3)
    else:
        at_edge = residuals([math.log(max(found["constant"], 1e-300)), math.log(max(found["factor"], 1e-300))])
        assert at_edge @ at_edge >= 2 * theirs.cost - 1e-9
    rest = np.log(times) - np.log(found["constant"] + found["factor"] * shape)
    assert rest.mean() == pytest.approx(0, abs=1e-9)
    assert found["misfit"] == pytest.approx(rest.std(), rel=1e-6)


def test_possible_models_are_those_of_akaikes_criterion():
    """The rule of growth.c, computed with SciPy: -2 log likelihood with a scale of at least 1, two for a coefficient."""
    for seed in range(12):
        at, times = noisy_times(seed, "O(n log n)", 1e-5, 1e-9, noise=0.05)
        white = whitener(at, 0.02, WANDERING)

        def criterion(residuals, coefficients):
            misfit, n = residuals @ residuals, len(at)
            return (misfit if misfit <= n else n + n * math.log(misfit / n)) + 2 * coefficients

        scores = {}
        for model, shape_of in SHAPES.items():
            shape = shape_of(at) / shape_of(at)[-1]

            def residuals(logit):
                share = 1 / (1 + math.exp(-logit)) if model != "O(1)" else 0.0
                rest = white @ (np.log(times) - np.log(1 - share + share * shape))
                ones = white @ np.ones_like(at)
                return rest - ones * (ones @ rest) / (ones @ ones)
            best = min((optimize.minimize_scalar(lambda x: residuals(x) @ residuals(x), bounds=(low, low + 4), method="bounded",
                                                 options={"xatol": 1e-10}) for low in range(-28, 28, 4)), key=lambda found: found.fun)
            scores[model] = criterion(residuals(best.x), 1 if model == "O(1)" else 2)
        lowest = min(scores.values())
        expected = sorted((model for model in SHAPES if scores[model] <= lowest + 2 * math.log(20)), key=scores.get)
        assert fits.growth_fit(points_of(at, times, 0.02))["possible"] == expected


# ---------------------------------------------------------------------------------------------- crossing

def test_a_crossing_between_two_points_is_linear_interpolation():
    at, ratios = [100.0, 1000.0], [0.7, 1.6]
    (crossing,) = fits.crossings(points_of(at, ratios, 0.02))
    expected = math.exp(np.interp(0, np.log(ratios), np.log(at)))
    low = math.exp(optimize.brentq(lambda x: np.interp(x, np.log(at), np.log(ratios)) + stats.norm.isf(0.025) * 0.02, *np.log(at)))
    high = math.exp(optimize.brentq(lambda x: np.interp(x, np.log(at), np.log(ratios)) - stats.norm.isf(0.025) * 0.02, *np.log(at)))
    assert crossing == (pytest.approx(expected, rel=1e-9), pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9), True)


def test_a_crossings_interval_is_no_narrower_than_the_bootstraps():
    """Where points lie on a line nothing is added for bending, and a parametric bootstrap gives much the same."""
    draw = np.random.default_rng(3)
    at = np.geomspace(10, 10000, 7)
    truth, error = 0.5 * np.log(at / 400), 0.03
    ((at_value, low, high, _),) = fits.crossings(points_of(at, np.exp(truth), error))
    boot = []
    for _ in range(4000):
        ratios = truth + draw.normal(0, error, 7)
        boot.append(np.exp(np.interp(0, ratios, np.log(at))))
    boot_low, boot_high = np.percentile(boot, [2.5, 97.5])
    assert low < boot_low < at_value < boot_high < high
    assert math.log(high / low) < 2 * math.log(boot_high / boot_low)


# ---------------------------------------------------------------------------------------------- Amdahl

@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("workers", [(1, 2, 4, 8), (1, 2, 3, 4, 6, 8, 12, 16), (2, 4)])
def test_amdahl_is_weighted_least_squares(seed, workers):
    draw = np.random.default_rng(seed)
    at = np.array(workers, dtype=float)
    times = 0.02 * (0.2 + 0.8 / at) * np.exp(draw.normal(0, 0.03, len(at)))
    found = fits.amdahl_fit(points_of(at, times, 0.01))
    weight = 1 / math.hypot(0.01, INDEPENDENT)

    def misfit(share):
        rest = np.log(times) - np.log(share + (1 - share) / at)
        return float(np.sum((weight * (rest - rest.mean()))**2))
    best = optimize.minimize_scalar(misfit, bounds=(1e-9, 1), method="bounded", options={"xatol": 1e-12})
    share, low, high = found["serial"]
    assert share == pytest.approx(best.x, abs=1e-5)
    degrees = len(at) - 2
    limit = best.fun + stats.chi2.isf(0.05, 1) * max(1, best.fun / degrees if degrees else 1)
    for edge, end in ((low, 0.0), (high, 1.0)):
        assert edge == end or misfit(edge) == pytest.approx(limit, rel=1e-6)
    if not degrees:
        return
    linear = optimize.curve_fit(lambda p, single, share: single * (share + (1 - share) / p), at, times, p0=[times[0], 0.5],
                                sigma=times, bounds=([0, 0], [np.inf, 1]))[0]
    assert share == pytest.approx(linear[1], abs=0.03), "least squares of relative errors, which logarithms stand for"


# ---------------------------------------------------------------------------------------------- runs

@pytest.mark.parametrize("count", [2, 3, 5, 20])
def test_runs_are_students_t_on_logarithms(count):
    draw = random.Random(count)
    ratios = [math.exp(draw.gauss(0.4, 0.1)) for _ in range(count)]
    found = fits.runs_combine([(ratio, 0.001) for ratio in ratios])
    logs = np.log(ratios)
    low, high = stats.t.interval(0.95, count - 1, loc=logs.mean(), scale=stats.sem(logs))
    assert found["ratio"] == pytest.approx(stats.gmean(ratios))
    assert (found["low"], found["high"]) == pytest.approx((math.exp(low), math.exp(high)), rel=1e-9)
    assert found["between"] == pytest.approx(np.std(logs, ddof=1)) and found["within"] == pytest.approx(0.001)


# ---------------------------------------------------------------------------------------------- refusals

GOOD = points_of([1, 2, 4, 8], [1, 2, 4, 8])


@pytest.mark.parametrize("call, error, message", [
    (lambda: fits.growth_fit(GOOD[:3]), ValueError, "too few"),
    (lambda: fits.growth_fit([]), ValueError, "too few"),
    (lambda: fits.amdahl_fit(GOOD[:1]), ValueError, "too few"),
    (lambda: fits.runs_combine([(1.0, 0.1)]), ValueError, "too few"),
    (lambda: fits.growth_fit(GOOD[::-1]), ValueError, "out of range"),
    (lambda: fits.growth_fit([(1, math.nan, 1, 1), *GOOD[1:]]), ValueError, "out of range"),
    (lambda: fits.crossings([(1, -1, 1, 1)]), ValueError, "out of range"),
    (lambda: fits.growth_fit(points_of(range(1, 34), range(1, 34))), ValueError, "more than 32"),
    (lambda: fits.growth_fit(points_of(range(1, 3000), range(1, 3000))), ValueError, "more than 32"),
    (lambda: fits.runs_combine([(1.0, -0.1), (1.0, 0.1)]), ValueError, "out of range"),
    (lambda: fits.runs_combine([(1.0, 0.1)] * 2, -1.0), ValueError, "out of range"),
    (lambda: fits.growth_fit([1, 2, 3, 4]), TypeError, "tuples"),
    (lambda: fits.growth_fit([(1, 2)] * 4), TypeError, "4 arguments"),
    (lambda: fits.growth_fit([("x", 1, 1, 1)] * 4), TypeError, "real number"),
    (lambda: fits.growth_fit(5), TypeError, None),
    (lambda: fits.runs_combine(5), TypeError, "list"),
])
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
