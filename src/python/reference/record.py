"""Records the native references: record.py [--fast] [--processes N] [--force] [--lessons FOLDER] [SLUG ...]; without a slug, all lessons.

Writes lessons/SLUG/reference.json: a report (report.schema.json) of the lesson's lanes as they stand, on this CPython, timed by
pyperf. A race compares lanes inside one process; here each lane runs in many processes of its own, since memory layout and
hash seeds are drawn anew for each and move a time more than the noise within it (Kalibera, Jones: Rigorous benchmarking in
reasonable time). The processes of all lanes take turns in random order, so that what slows the machine for a while slows all of
them. Ratios, intervals and verdicts are over the turns, by the statistics of repeated races (src/stats/runs.c).
pyperf's own files stay in build/reference/SLUG.pyperf.json, for `pyperf stats`, `pyperf check` and `pyperf compare_to`.

Exit code 1 where a lane fails or lanes disagree (nothing is written for that lesson), 2 on a loaded machine unless --force.
"""
from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paths import ROOT
import pyperf

import _photofinish
from photofinish import lanes, race, report
from photofinish.commands.machine import LOAD

PROCESSES, FAST_PROCESSES = 20, 5
WARMUPS, VALUES = 20, 60  # of each process
VALUE_SECONDS = 0.001  # as in a race: pyperf's own 0.1 s is nearly always hit by the scheduler; src/stats/README.md
CALIBRATIONS = 3  # the most loops count: a preempted calibration finds too few
WORKER = Path(__file__).with_name("worker.py")
KEPT = ROOT / "build" / "reference"


class Failed(Exception):
    """A lane or a worker failed; the message says which and why."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("slugs", nargs="*", metavar="SLUG")
    parser.add_argument("--processes", type=int, default=None, help=f"for each lane (default {PROCESSES})")
    parser.add_argument("--fast", action="store_true", help=f"{FAST_PROCESSES} processes a lane: to see that it works")
    parser.add_argument("--force", action="store_true", help="also on a loaded machine; the reference says how loaded")
    parser.add_argument("--lessons", type=Path, default=ROOT / "lessons", help="the folder of lessons, where references are written")
    options = parser.parse_args()
    processes = options.processes or (FAST_PROCESSES if options.fast else PROCESSES)
    if processes < 2:
        parser.error("an interval needs 2 processes or more")
    load = os.getloadavg()[0]
    cores = race.here()["cores"]
    if load > LOAD * cores:
        print(f"reference: the machine is busy: load {load:.1f} on {cores} cores; a reference wants it below {LOAD * cores:g}", file=sys.stderr)
        if not options.force:
            print("reference: wait, or record all the same with FORCE=1; the load is noted in the file", file=sys.stderr)
            return 2
    slugs = options.slugs or sorted(path.parent.name for path in options.lessons.glob("*/lanes.py"))
    failed = 0
    for slug in slugs:
        try:
            found = record(options.lessons / slug, processes, load)
        except (Failed, lanes.LanesError, OSError) as error:
            print(f"reference: {slug}: {error}", file=sys.stderr)
            failed += 1
            continue
        target = options.lessons / slug / "reference.json"
        target.write_text(report.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(f"{os.path.relpath(target)}: {summary(found)}", flush=True)
    return 1 if failed else 0


def record(lesson: Path, processes: int, load: float) -> dict:
    """Times the lanes of one lesson, given by its folder, and returns its reference. Failed where a lane does not run or lanes disagree."""
    slug, path = lesson.name, lesson / "lanes.py"
    file = lanes.load(path)
    started = time.monotonic()
    # A short race checks the lanes and makes the report around the figures.
    whole = race.run(file, lesson=slug, budget=0.1)
    for lane in whole["lanes"]:
        if "error" in lane:
            raise Failed(f"{lane['id']} failed natively:\n{lane['error']}")
    if not whole["equal"]:
        raise Failed("the lanes disagree: " + " ".join(whole["notes"]))
    ids = [lane["id"] for lane in whole["lanes"]]
    suites = measure(path, ids, processes, whole["seed"], slug)
    KEPT.mkdir(parents=True, exist_ok=True)
    pyperf.BenchmarkSuite(list(suites.values())).dump(str(KEPT / f"{slug}.pyperf.json"), replace=True)
    return assemble(whole, suites, load, time.monotonic() - started)


# ---------------------------------------------------------------------------------------------- measuring

def measure(path: Path, ids: list[str], processes: int, seed: int, slug: str) -> dict[str, pyperf.Benchmark]:
    """Every lane in `processes` processes: rounds of one process a lane, in an order drawn anew for each. Says how far it is."""
    loops = {id: max(work(path, id, "--calibrate-loops", "--min-time", str(VALUE_SECONDS), "-w", "0", "-n", "1")
                     .get_metadata()["calibrate_loops"] for _ in range(CALIBRATIONS)) for id in ids}
    order = random.Random(seed)
    runs: dict[str, list[pyperf.Run]] = {id: [] for id in ids}
    began = time.monotonic()
    for turn in range(processes):
        order.shuffle(ids_in_turn := list(ids))
        for id in ids_in_turn:
            runs[id] += work(path, id, "-l", str(loops[id]), "-w", str(WARMUPS), "-n", str(VALUES)).get_runs()
        left = (time.monotonic() - began) / (turn + 1) * (processes - turn - 1)
        tell(f"reference: {slug}: {turn + 1} of {processes} processes a lane, {left:.0f} s left", last=turn + 1 == processes)
    return {id: pyperf.Benchmark(runs[id]) for id in ids}


def work(path: Path, id: str, *options: str) -> pyperf.Benchmark:
    """One process of pyperf's worker, and what it measured. Hash seed and memory layout are drawn anew by the process itself."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "run.json"
        command = [sys.executable, str(WORKER), str(path), id, "--worker", *options, "--output", str(output)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode or not output.exists():
            raise Failed(f"{id}: the process ended with {done.returncode}\n{(done.stderr or done.stdout).strip()}")
        return pyperf.Benchmark.load(str(output))


def tell(line: str, last: bool) -> None:
    """Progress: on a terminal in one line, else a line for every fifth of a minute at most."""
    if sys.stderr.isatty():
        print(f"\r{line}\x1b[K", end="\n" if last else "", file=sys.stderr, flush=True)
    elif last or time.monotonic() - tell.told > 12:
        tell.told = time.monotonic()
        print(line, file=sys.stderr, flush=True)


tell.told = 0.0


# ---------------------------------------------------------------------------------------------- the report

def assemble(whole: dict, suites: dict[str, pyperf.Benchmark], load: float, seconds: float) -> dict:
    """`whole`, a report of the same lanes, with pyperf's figures in place of the race's."""
    for lane in whole["lanes"]:
        lane["samples"] = []  # they are in pyperf's own file
        lane["runs"] = [float(f"{statistics.median(run.values):.5g}") for run in suites[lane["id"]].get_runs()]
        median, low, high = _photofinish.median(lane["runs"])
        lane["per_call"] = {"median": median, "low": low, "high": high}
        lane.pop("copy_seconds", None)  # of the short race
    baseline = whole["lanes"][0]
    whole["comparisons"] = [compare(baseline, lane) for lane in whole["lanes"][1:]]
    metadata = suites[baseline["id"]].get_metadata()
    processes = len(baseline["runs"])
    whole["reference"] = {"tool": "pyperf", "pyperf": pyperf.__version__, "processes": processes, "values": VALUES,
                          "cpu": metadata.get("cpu_model_name", "unknown"), "cores": whole["where"]["cores"],
                          "system": f"{platform.system()} {platform.release()}", "date": whole["where"]["date"], "load": round(load, 2)}
    whole["seconds"] = seconds
    whole["notes"] = [
        f"Recorded with pyperf {pyperf.__version__}: {processes} processes a lane, {VALUES} values each; a lane's time is the median over "
        "its processes, ratios and their intervals are over the processes.",
        loaded(load, whole["where"]["cores"]),
    ]
    return report.checked(whole)


def loaded(load: float, cores: int) -> str:
    """What a reader should know of the machine at the time."""
    told = f"When the recording began the load average was {load:.1f} on {cores} cores."
    if load > LOAD * cores:
        told += (" That is a busy machine: intervals are wide, and lanes whose calls outlast a time slice of a few milliseconds "
                 "seem slower than they are.")
    return told


def compare(baseline: dict, lane: dict) -> dict:
    """A comparison over turns: each has a ratio of its own, of one process of either lane."""
    pairs = list(zip(baseline["runs"], lane["runs"]))
    found = _photofinish.runs_combine([(base / other, 0.0) for base, other in pairs])  # 0: what a process does not know is in its ratio
    return {"baseline": baseline["id"], "lane": lane["id"], **{key: found[key] for key in ("ratio", "low", "high", "verdict")},
            "mean_ratio": statistics.fmean(baseline["runs"]) / statistics.fmean(lane["runs"]), "blocks": len(pairs), "flags": [],
            "standard_error": found["between"] / len(pairs) ** 0.5}


def summary(found: dict) -> str:
    """One line: what the race came to."""
    said = ", ".join(f"{one['lane']} {one['ratio']:.3g} ({one['low']:.3g} to {one['high']:.3g}) {one['verdict']}" for one in found["comparisons"])
    return f"{found['reference']['processes']} processes a lane, {found['seconds']:.0f} s; {said}"


if __name__ == "__main__":
    sys.exit(main())
