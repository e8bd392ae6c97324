"""What the points of a sweep say together: growth, crossings, Amdahl's law, through the C fits."""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import _photofinish

Interval = tuple[float, float, float]  # value, low, high
Pairs = dict[tuple[str, str], Interval]  # (a, b) -> time of a / time of b, a before b in the file


def pairs_of(report: dict) -> Pairs:
    """Ratios of all pairs of lanes of one race, from its blocks; from the lanes' medians where blocks are too few."""
    lanes = [lane for lane in report["lanes"] if lane["per_call"]]
    pairs: Pairs = {}
    for i, a in enumerate(lanes):
        for b in lanes[i + 1:]:
            pairs[a["id"], b["id"]] = _of_medians(a["per_call"], b["per_call"])
    if len(lanes) < 2 or min(len(lane["samples"]) for lane in lanes) < _photofinish.MIN_BLOCKS:
        return pairs
    calls = [lane["samples"][-1]["calls"] for lane in lanes]
    by_block = [{sample["block"]: sample["seconds"] / sample["calls"] for sample in lane["samples"]} for lane in lanes]
    blocks = [[took[block] * n for took, n in zip(by_block, calls)] for block in sorted(set.intersection(*map(set, by_block)))]
    for baseline in range(len(lanes) - 1):
        race = _photofinish.Race(len(lanes), baseline, calls, report["where"]["clock_tick_ns"] * 1e-9)
        for block in blocks:
            race.add_block([max(took, 1e-12) for took in block])
        for found in race.look(_photofinish.LOOKS - 1, True):
            if found["lane"] > baseline and "few" not in found["flags"] and found["low"] > 0 and math.isfinite(found["high"]):
                pairs[lanes[baseline]["id"], lanes[found["lane"]]["id"]] = (found["ratio"], found["low"], found["high"])
    return pairs


def _of_medians(a: dict, b: dict) -> Interval:
    """Two medians, each with its own interval, as independent."""
    ratio = a["median"] / b["median"]
    width = math.hypot(math.log(a["high"] / a["low"]), math.log(b["high"] / b["low"])) / 2
    return ratio, ratio * math.exp(-width), ratio * math.exp(width)


def _by_lane(points: Sequence[dict]) -> dict[str, list[tuple[float, float, float, float]]]:
    """lane -> (value, seconds, low, high) of the points at which it ran."""
    lanes: dict[str, list] = {}
    for point in points:
        for lane in point["lanes"]:
            if lane["per_call"] and lane["per_call"]["low"] > 0:
                per_call = lane["per_call"]
                lanes.setdefault(lane["id"], []).append((point["value"], per_call["median"], per_call["low"], per_call["high"]))
    return lanes


def _interval(values: Interval) -> dict:
    return dict(zip(("value", "low", "high"), values))


def growth(points: Sequence[dict]) -> tuple[list[dict], list[str]]:
    """Growth of every lane with at least 4 points, and notes; none where a size is below 1."""
    found, said = [], []
    for lane, measured in _by_lane(points).items():
        if len(measured) < _photofinish.GROWTH_POINTS or measured[0][0] < 1:
            said.append(f"{lane}: growth takes at least {_photofinish.GROWTH_POINTS} sizes of 1 or more at which the lane ran.")
            continue
        fit = _photofinish.growth_fit(measured)
        possible, exponent = fit["possible"], _interval(fit["exponent"])
        found.append({"lane": lane, "model": possible[0] if len(possible) == 1 else None, "possible": possible,
                      "exponent": exponent, "constant": fit["constant"], "factor": fit["factor"]})
        if not possible:
            said.append(f"{lane}: none of the five kinds of growth describes its times (slope on log axes {exponent['low']:.2f} to "
                        f"{exponent['high']:.2f}): they grow in another way, or something else kept the machine busy.")
    return found, said


def crossings(pairs: Sequence[tuple[float, Pairs]]) -> list[dict]:
    """Crossings of all pairs of lanes; `pairs`: value of the parameter and what pairs_of says of the race there, rising."""
    found = []
    for a, b in dict.fromkeys(pair for _, at_value in pairs for pair in at_value):
        ratios = [(value, *at_value[a, b]) for value, at_value in pairs if (a, b) in at_value]
        for at, low, high, rising in _photofinish.crossings(ratios):
            slower, faster = (a, b) if rising else (b, a)  # above
            found.append({"a": slower, "b": faster, "at": at, "low": low, "high": high})
    return found


def amdahl(points: Sequence[dict], kinds: Mapping[str, str]) -> tuple[list[dict], list[str]]:
    """Amdahl's law for every lane with at least two points, and notes; speed-ups against one worker, as measured or else as fitted.

    kinds  lane -> kind: only of parallel lanes it is worth a note that workers do not help
    """
    found, said = [], []
    for lane, measured in _by_lane(points).items():
        if len(measured) < 2 or measured[0][0] < 1:
            continue
        fit = _photofinish.amdahl_fit(measured)
        one = measured[0] if measured[0][0] == 1 else (1, fit["single"], fit["single"], fit["single"])
        speedup = []
        for workers, took, low, high in measured:
            width = 0.0 if workers == 1 else math.hypot(math.log(one[3] / one[2]), math.log(high / low)) / 2
            times = one[1] / took
            speedup.append({"workers": workers, "speedup": times, "low": times * math.exp(-width), "high": times * math.exp(width)})
        serial = _interval(fit["serial"])
        found.append({"lane": lane, "serial": serial, "speedup": speedup, "limit": 1 / serial["value"] if serial["value"] > 0 else None})
        if fit["superlinear"]:
            said.append(f"{lane}: faster than its workers alone explain (more cache together, for example); no serial share can be told.")
        if fit["falls"] and kinds.get(lane) == "parallel":
            said.append(f"{lane}: more workers do not help here.")
        if fit["poor"]:
            said.append(f"{lane}: Amdahl's law does not describe its times; the serial share says little.")
    return found, said
