"""Races whose right answer is known: what the measuring is worth is found out by running them by the hundred.

`make bench-timing` (tests/bench/timing.ts) runs them in the page and natively. All lanes of such a race are one function text, a loop
over a unit of work, and differ in how often it goes round:

    baseline 50 units, a copy of it 50 units, other lanes 51 (1.02 times the work), 55 (1.10), 75 (1.5) or 150 (3)

Every call does whole units in one and the same code, so times relate as units do; what a call takes besides them (the call itself,
range()) is 0.1 to 0.2 % of the baseline, and so little also of a ratio of 3. Which of the two equal lanes is the baseline, the order of
the others and all names are drawn.
"""
from __future__ import annotations

import json
import random
from dataclasses import dataclass

UNITS = 50  # of the baseline and its copy
RATIOS = {"1.02": 51, "1.10": 55, "1.5": 75, "3": 150}  # how many times the baseline's work, and the units that are


@dataclass(frozen=True)
class Job:
    """A kind of work. setup: makes `work`, once a race. unit: statements that leave `result`, 1 to 2 us natively."""

    setup: str
    unit: str


JOBS = {
    "str": Job('work = [f"word{i}" for i in range(99)]', 'result = "-".join(work).upper()'),
    "sq": Job("work = list(range(48))", "result = sum([x * x for x in work])"),
    "count": Job('work = "a photo finish of all the lanes"',
                 "seen = {}\nfor letter in work:\n    seen[letter] = seen.get(letter, 0) + 1\nresult = len(seen)"),
    "obj": Job("class Node:\n    def __init__(self, value, parent):\n        self.value, self.parent = value, parent\n\nwork = (3, 4, 5, 6)",
               "root = Node(2, None)\nroot.children = [Node(value, root) for value in work]\nresult = sum([node.value for node in root.children])"),
    "sort": Job("work = [i * 37 % 61 for i in range(80)]", "result = sorted(work)[3]"),
    "json": Job('import json\nwork = \'{"id": 7, "name": "lane", "times": [1.5, 2.25]}\'', 'result = json.loads(work)["id"]'),
}


@dataclass(frozen=True)
class Known:
    """A race and its answer. units: lane -> units of work a call; baseline and copy do the same, the others more."""

    source: str
    baseline: str
    copy: str
    units: dict[str, int]

    def ratio(self, lane: str) -> float:
        """What a report should say of the lane: baseline time / lane time."""
        return self.units[self.baseline] / self.units[lane]


def known(job: str, ratios: list[str], seed: int) -> Known:
    """A race of one of JOBS: a baseline, its copy, and a lane for each of `ratios` (keys of RATIOS). Equal for equal arguments."""
    draw = random.Random(f"{job} {ratios} {seed}")
    names = []
    while len(names) < 2 + len(ratios):
        name = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) + "_"
        if name not in names:
            names.append(name)
    baseline, copy, *others = names
    units = {baseline: UNITS, copy: UNITS, **{name: RATIOS[ratio] for name, ratio in zip(others, ratios)}}
    rest = [copy, *others]
    draw.shuffle(rest)
    work = JOBS[job]
    cells = [f"# %% setup\n{work.setup}\n"]
    for name in [baseline, *rest]:
        loop = "".join(f"        {line}\n" for line in work.unit.split("\n"))
        cells.append(f"# %% lane idiom: {name}\ndef {name}(work, units={units[name]}):\n    for _ in range(units):\n{loop}    return result\n")
    return Known("".join(cells), baseline, copy, units)


def plan(races: int, seed: int) -> list[dict]:
    """What tests/bench/timing.ts runs, as plain values: races in pairs of the same lanes, over all jobs in turn.

    Each has four lanes as a default race has: baseline, copy, 1.10 times the work, and in turn 1.02, 1.5 and 3 times.
    """
    jobs, others = list(JOBS), [ratio for ratio in RATIOS if ratio != "1.10"]
    races_found = []
    for number in range(races):
        pair = number // 2
        job = jobs[pair % len(jobs)]
        race = known(job, ["1.10", others[(pair + pair // len(jobs)) % len(others)]], seed + pair)
        races_found.append({"job": job, "pair": pair, "source": race.source, "baseline": race.baseline, "copy": race.copy,
                            "units": race.units, "seed": seed + 7919 * number})
    return races_found


if __name__ == "__main__":
    import sys
    json.dump(plan(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
