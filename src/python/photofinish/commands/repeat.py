"""`race --repeat`: the same race in several fresh processes, one after the other, and what they say together."""
from __future__ import annotations

import argparse
import json
import subprocess
import sys

from . import Failure, shared

TIMES_LIMIT = 100


def times(text: str) -> int:
    """'3' -> 3"""
    if not (text.isdecimal() and 2 <= int(text) <= TIMES_LIMIT):
        raise argparse.ArgumentTypeError(f"a race is repeated 2 to {TIMES_LIMIT} times, not {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Races `options.repeat` times; options are those of `race`. The first race that cannot be run ends it, with its exit code."""
    shared.engine()
    from .. import runs, study_tables
    reports, worst = [], 0
    for number in range(options.repeat):
        done = subprocess.run([sys.executable, "-m", "photofinish", *_words(options, number)], stdout=subprocess.PIPE)
        if done.returncode not in (0, 1):
            return done.returncode
        worst = max(worst, done.returncode)
        reports.append(json.loads(done.stdout))
    try:
        combined = runs.combine(reports)
    except ValueError as error:
        raise Failure(f"{options.what}: {error}; did the file change meanwhile?") from None
    with shared.told(options.json):
        if shared.write(combined, options.json):
            sys.stdout.write(study_tables.repeat(combined))
    return worst


def _words(options: argparse.Namespace, number: int) -> list[str]:
    """The command line of one run. A seed that is given is the first run's, and each further one has the next."""
    words = ["race", "--json=-"]
    words += [f"--set={name}={value!r}" for name, value in options.set]
    if options.lanes:
        words.append("--lanes=" + ",".join(options.lanes))
    if options.budget is not None:
        words.append(f"--budget={options.budget!r}")
    if options.seed is not None:
        words.append(f"--seed={options.seed + number}")
    if options.pin:
        words.append("--pin")
    if options.cpus:
        words.append("--cpus=" + ",".join(map(str, options.cpus)))
    if options.cluster:
        words.append("--cluster=" + options.cluster)
    return [*words, "--", options.what]
