"""One lane as a pyperf benchmark: worker.py FILE LANE [options of pyperf's worker]. Started by record.py, a process a run.

The loop is that of every race (timing.Batch): arguments that are built anew are built before pyperf's clock starts.
"""
import gc

import paths  # noqa: F401  (the package and its extension)
import pyperf

from photofinish import lanes, timing
from photofinish.module import LanesModule


def main() -> None:
    runner = pyperf.Runner()
    runner.argparser.add_argument("file")
    runner.argparser.add_argument("lane")
    options = runner.parse_args()
    file = lanes.load(options.file)
    lane, = file.choose([options.lane])
    with LanesModule(file, dict(file.parameters)) as module:
        _, values, fresh = module.arguments(lane)
        batch = timing.Batch(module.functions[lane.id], values, fresh)
        batch.once()
        gc.collect()
        gc.freeze()  # as in a race: no lane pays for sweeping what was there before
        runner.bench_time_func(lane.id, batch.seconds)


if __name__ == "__main__":
    main()
