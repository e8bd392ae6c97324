"""--pin and --cpus: confines this process, and what it starts, to some cores, for less noise. Linux only."""
from __future__ import annotations

import os

from . import Failure
from .files import CPUS, Files, cpu_list


def pin(wanted: list[int] | None = None, files: Files | None = None) -> list[int]:
    """Confines this process to `wanted` cores, or for None to one hardware thread of each core. Returns them, sorted.

    Threads and processes started afterwards are confined alike, so it has to be called before the kernels' threads start.
    Failure where this system cannot, or for cores that the process may not use.
    """
    if not hasattr(os, "sched_setaffinity"):
        raise Failure("--pin needs Linux: this system has no call that confines a process to cores")
    allowed = os.sched_getaffinity(0)
    cores = default_cores(allowed, files or Files()) if wanted is None else wanted
    if not cores:
        raise Failure("--cpus names no core")
    try:
        os.sched_setaffinity(0, cores)  # of cores that are not there Linux takes the rest
        if os.sched_getaffinity(0) != set(cores):
            os.sched_setaffinity(0, allowed)
            raise OSError
    except (OSError, ValueError, OverflowError):
        raise Failure(f"cannot pin to cores {_told(cores)}; this process may use {_told(allowed)}") from None
    return sorted(cores)


def default_cores(allowed: set[int], files: Files) -> list[int]:
    """The first hardware thread of each core, of those in `allowed`: two threads of one core slow each other.

    Isolated cores are not among them unless the process was started there: the scheduler does not spread threads over them, and
    lanes on all cores would share one. `--cpus` names them.
    """
    cores: list[int] = []
    for core in sorted(allowed):
        siblings = cpu_list(files.read(f"{CPUS}/cpu{core}/topology/thread_siblings_list"))
        if not set(siblings) & set(cores):
            cores.append(core)
    return cores


def _told(cores) -> str:
    return ", ".join(map(str, sorted(cores)))
