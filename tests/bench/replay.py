"""Replays recorded races through the C statistics, with known truth: replay.py FILE.json ... (the form of tests/bench/record.ts)

Lanes of the same code are raced against each other, with each of them as baseline and, where all four are equal, with the others beside
it, as in a race of four lanes; where two differ, only the pair counts. A race is looked at as a real one is, by shares of the recording,
and ends when every lane is decided. Ratios are built in by stretching a lane's times. Per file: verdicts that are wrong at ratio 1, how
often the interval covers 1, how often 1.10 is found, and what the recordings are like.
"""
import json
import math
import statistics
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "src/python"), str(root / "build/native/python")]
import _photofinish  # noqa: E402


def outcome(race: dict, baseline: int, lanes: list[int], stretch: float) -> list[dict]:
    """What is said of `lanes` against `baseline` when the race ends; their times are stretched by that factor."""
    unit = race["unit_us"] * 1e-6
    tick = race.get("tick_us", race["unit_us"] if race["env"].startswith("chromium") else 0.05) * 1e-6
    chosen = [baseline, *lanes]
    found = []
    replayed = _photofinish.Race(len(chosen), 0, [race["n"][lane] for lane in chosen], tick)
    added, blocks = 0, race["t"]
    for look in range(_photofinish.LOOKS):
        until = int(len(blocks) * _photofinish.look_fraction(look))
        for block in blocks[added:until]:
            replayed.add_block([max(block[lane], 0.5) * unit * (1 if lane == baseline else stretch) for lane in chosen])
        added, last = max(added, until), look == _photofinish.LOOKS - 1
        if added < _photofinish.MIN_BLOCKS and not last:
            continue
        found = replayed.look(look, last)
        if all(one["verdict"] != "undecided" for one in found):
            break
    return found


def spread(race: dict) -> tuple[float, float]:
    """Of the log ratio of two equal lanes: core standard deviation (MAD), and the share of blocks beyond 5 of them."""
    d = [math.log(max(b[0], .5) / race["n"][0]) - math.log(max(b[1], .5) / race["n"][1]) for b in race["t"]]
    middle = statistics.median(d)
    mad = 1.4826 * statistics.median(abs(x - middle) for x in d)
    return mad, sum(abs(x - middle) > 5 * mad for x in d) / len(d)


def main(files: list[str]) -> None:
    print(f"{'':28} {'races':>5} {'sd':>6} {'far':>5} {'wrong at 1':>12} {'covers 1':>12} {'1.10 found':>12} {'same':>10}")
    for file in files:
        groups: dict[tuple, list[dict]] = {}
        for race in json.loads(Path(file).read_text())["races"]:
            groups.setdefault((race["env"].split(".")[0], race["cond"], race["same"]), []).append(race)
        for (env, cond, same), races in groups.items():
            runs = [(race, base, [lane for lane in (range(4) if same else range(2)) if lane != base])
                    for race in races for base in (range(4) if same else range(2))]
            at_one = [outcome(*run, 1.0) for run in runs]
            at_ten = [outcome(*run, 1.1) for run in runs]
            ones, tens = [one for found in at_one for one in found], [one for found in at_ten for one in found]
            wrong = sum(any(one["verdict"] in ("faster", "slower") for one in found) for found in at_one)
            mads, far = zip(*map(spread, races))
            share = lambda count, of: f"{count}/{of}"  # noqa: E731
            print(f"{f'{env} {cond}, ' + ('equal lanes' if same else 'beside others'):28} {len(races):5} {statistics.median(mads):6.1%} "
                  f"{statistics.median(far):5.1%} {share(wrong, len(runs)):>12} {share(sum(one['low'] <= 1 <= one['high'] for one in ones), len(ones)):>12} "
                  f"{share(sum(one['verdict'] == 'slower' for one in tens), len(tens)):>12} "
                  f"{share(sum(one['verdict'] == 'same' for one in ones), len(ones)):>10}")


if __name__ == "__main__":
    main(sys.argv[1:])
