"""Records one race, every sample of it, for replays: record(...) runs in the page's interpreter or natively (tests/bench/record.ts).

The race is measured as any other (photofinish.timing: warm-up, blocks in random order), but never ends early: noise is what is wanted.
"""
import itertools
import json
import random
import sys

import _photofinish
from photofinish import selftest, timing

ORDERS = {order: chr(65 + i) for i, order in enumerate(itertools.permutations(range(4)))}


def record(jobs, seconds, seed, **about):
    """Prints a race of four lanes, one of `jobs` each, in the form of noise.json: t in units of unit_us, a row a block."""
    lanes = []
    for number, job in enumerate(jobs):
        namespace = {}
        known = selftest.known(job, [], seed)
        exec(known.source, namespace)
        lanes.append(timing.Timed(str(number), timing.Batch(namespace[known.baseline], [namespace["work"]], [False])))

    def failed(lane, error):
        raise error
    tick = timing.tick()
    timing.warm_up(lanes, _photofinish.sample_seconds(tick), failed)
    draw, blocks, orders = random.Random(seed), [], []
    start = timing.clock()
    while timing.clock() - start < seconds:
        order = draw.sample(range(4), 4)
        block = [0.0] * 4
        for lane in order:
            block[lane] = lanes[lane].sample(len(blocks))
        blocks.append(block)
        orders.append(ORDERS[tuple(order)])
    unit = max(tick, 1e-6)
    json.dump({**about, "job": jobs[0], "jobs": jobs, "same": int(len(set(jobs)) == 1), "n": [lane.calls for lane in lanes],
               "unit_us": round(unit * 1e6, 4), "tick_us": round(tick * 1e6, 4), "seconds": round(timing.clock() - start, 3),
               "o": "".join(orders), "t": [[round(one / unit) for one in block] for block in blocks]}, sys.stdout, separators=(",", ":"))
