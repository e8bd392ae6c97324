"""What `os` says of processes here, and starting one."""
from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence

import _photofinish

from . import unborn

_pipe = os.pipe
_cpu_count = os.cpu_count
_cores: int | None = None


def functions() -> dict[str, Callable[..., object]]:
    """Functions of os, by their names."""
    return {
        "getpid": _photofinish.getpid, "getppid": _photofinish.getppid, "waitpid": _photofinish.waitpid, "wait": wait,
        "kill": _photofinish.kill, "_exit": _exit, "fork": fork, "pipe": pipe,
        "read": _photofinish.read, "write": _photofinish.write,
        "cpu_count": cpu_count, "process_cpu_count": cpu_count, "sched_getaffinity": sched_getaffinity,
    }


def _exit(status: int) -> None:
    """Ends this process at once, without cleaning up."""
    _photofinish.exit_process(status)


def wait() -> tuple[int, int]:
    """Waits for the end of any child: its pid and status."""
    return _photofinish.waitpid(-1, 0)


def fork() -> int:
    """OSError: there is no such thing here."""
    raise OSError(errno.ENOSYS, "a browser cannot copy a running process; multiprocessing starts new ones")


def pipe() -> tuple[int, int]:
    """A pipe's two descriptors, for reading and for writing. Where there are no processes, one that works within this one."""
    try:
        return _photofinish.pipe_pair()
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        return _pipe()


# ---------------------------------------------------------------------------------------------- cores

def set_cores(cores: int) -> None:
    """What the browser says; the interpreter itself knows of one."""
    global _cores
    _cores = cores


def cpu_count() -> int | None:
    """How many cores there are, as far as the browser tells."""
    return _cores or _cpu_count()


def sched_getaffinity(pid: int = 0, /) -> set[int]:
    """The cores that may be used: all of them."""
    return set(range(cpu_count() or 1))


def most_processes() -> int:
    """How many children a program may have at once, as the page counts (web/engine/processes)."""
    return min(62, max(8, 2 * (cpu_count() or 1)))


# ---------------------------------------------------------------------------------------------- starting a process

def spawnv_passfds(path: bytes | str, args: Sequence[bytes | str], passfds: Iterable[int]) -> int:
    """multiprocessing.util's: starts a process that runs Python with these arguments and has these descriptors. Returns its pid.

    BlockingIOError where as many processes run as may; OSError(ENOSYS) where there can be none; unborn.StartError.
    """
    if "--multiprocessing-fork" in args:
        unborn.before_start(most_processes())
    request = {
        "argv": [os.fsdecode(word) for word in args], "environment": dict(os.environ), "cwd": _where(), "path": _paths(),
        "descriptors": _tickets({int(fd) for fd in passfds}),
    }
    try:
        return _photofinish.spawn_process(json.dumps(request))
    except BlockingIOError as error:
        most = most_processes()
        raise BlockingIOError(error.errno, f"{most} processes run already, as many as this page lets a program have at once: "
                                           f"join some first, or use a pool of at most {most}") from None


def _where() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "/"


def _paths() -> list[str]:
    return [path for path in sys.path if isinstance(path, str)]


def _tickets(descriptors: set[int]) -> list[list[int]]:
    """[descriptor, kind, ticket to read, ticket to write] of each; standard streams need none, every process has its own."""
    tickets: list[list[int]] = []
    try:
        for fd in sorted(descriptors):
            if _photofinish.is_ours(fd):
                tickets.append([fd, *_photofinish.ticket(fd)])
            elif fd > 2:
                raise ValueError(f"descriptor {fd} is a file of this process, which another process cannot have; give it the file's name")
    except BaseException:
        for _, *ticket in tickets:
            _photofinish.drop_ticket(*ticket)
        raise
    return tickets
