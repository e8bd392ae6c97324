"""The lanes of races whose answer is known: they parse, agree, and do the units of work that they are said to.

Run: python3 -m pytest tests/python/test_selftest.py
"""
import json
import subprocess
import sys

import pytest

from photofinish import lanes, race, selftest


@pytest.mark.parametrize("job", selftest.JOBS)
def test_lanes_differ_in_their_units_only(job):
    known = selftest.known(job, list(selftest.RATIOS), 5)
    file = lanes.parse(known.source)
    assert file.lanes[0].id == known.baseline and {lane.id for lane in file.lanes} == set(known.units)
    assert known.units[known.baseline] == known.units[known.copy] == selftest.UNITS
    bodies = {lane.cell.source.strip().replace(lane.id, "f").replace(f"units={known.units[lane.id]}", "units=U") for lane in file.lanes}
    assert len(bodies) == 1
    for ratio, name in zip(selftest.RATIOS, [lane for lane in known.units if lane not in (known.baseline, known.copy)]):
        assert 1 / known.ratio(name) == pytest.approx(float(ratio))


def test_a_race_of_them_agrees():
    found = race.run(lanes.parse(selftest.known("sort", ["3"], 2).source), budget=0.1)
    assert found["equal"] and len(found["comparisons"]) == 2


def test_the_plan_is_of_pairs_over_all_jobs_and_follows_its_seed(root):
    plan = selftest.plan(72, 3)
    assert plan == selftest.plan(72, 3) != selftest.plan(72, 4)
    for one, other in zip(plan[::2], plan[1::2]):
        assert one["source"] == other["source"] and one["pair"] == other["pair"] and one["seed"] != other["seed"]
    seen = {(race["job"], max(race["units"].values())) for race in plan}
    assert seen == {(job, units) for job in selftest.JOBS for units in (55, 75, 150)}
    orders = {tuple(race["units"][lane.id] for lane in lanes.parse(race["source"]).lanes) for race in plan}
    assert len(orders) > 6
    printed = subprocess.run([sys.executable, "-m", "photofinish.selftest", "72", "3"], capture_output=True, check=True, cwd=root).stdout
    assert json.loads(printed) == plan
