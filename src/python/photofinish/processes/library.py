"""The seams of the library: what multiprocessing is told about the place that it runs in. None of its files is changed."""
from __future__ import annotations

import mmap
import os
from multiprocessing import connection, context, heap, managers, pool, popen_spawn_posix, process, queues, reduction, resource_tracker
from multiprocessing import shared_memory, sharedctypes, spawn, synchronize, util

import _photofinish

from . import connections, mains, system

assert all((managers, pool, popen_spawn_posix, queues, shared_memory, sharedctypes, synchronize))  # imported for the snapshot

ONLY_SPAWN = ("the start method {!r} needs a copy of a running process, which a browser cannot make; 'spawn' is the one that there is, "
              "also by default")


def install() -> None:
    """Puts everything in its place."""
    _start_methods()
    _tracker()
    util.spawnv_passfds = system.spawnv_passfds
    reduction.DupFd = reduction.AbstractReducer.DupFd = connections.DupFd
    reduction.send_handle = reduction.AbstractReducer.send_handle = connections.send_handle
    reduction.recv_handle = reduction.AbstractReducer.recv_handle = connections.recv_handle
    reduction.HAVE_SEND_HANDLE = True
    connection.Connection._send_bytes = _photofinish.connection_send
    connection.Connection._recv_bytes = _photofinish.connection_receive
    for name in ("Pipe", "wait", "SocketListener", "SocketClient"):
        setattr(connection, name, getattr(connections, name))
    pool.wait = connections.wait
    heap.Arena.__init__ = _make_arena
    spawn.get_preparation_data = _preparation_data
    spawn.prepare = _prepare


def begin_program() -> None:
    """What multiprocessing keeps from when it was imported, which here was long ago and somewhere else."""
    process.ORIGINAL_DIR = os.getcwd()
    process.current_process().authkey = os.urandom(32)


# ---------------------------------------------------------------------------------------------- start methods

class _Contexts(dict):
    """The contexts by their names, in multiprocessing.context; who asks for one that there is not here is told why."""

    def __missing__(self, method: str) -> object:
        if method in ("fork", "forkserver"):
            raise ValueError(ONLY_SPAWN.format(method))
        raise KeyError(method)


def _start_methods() -> None:
    contexts = context._concrete_contexts = _Contexts(spawn=context._concrete_contexts["spawn"])
    context._default_context._default_context = contexts["spawn"]
    context._default_context._actual_context = None


# ---------------------------------------------------------------------------------------------- resources

class _Tracker(resource_tracker.ResourceTracker):
    """Tracks nothing: what a program has left behind goes with it."""

    def getfd(self) -> int:
        """A descriptor that every process has: children are given the tracker's."""
        return 2

    def ensure_running(self) -> None:
        pass

    def register(self, name: str, rtype: str) -> None:
        """ValueError for a name that native Python would not send to its tracker."""
        if len(f"REGISTER:{name}:{rtype}\n".encode()) > 512:
            raise ValueError("msg too long")

    unregister = register

    def _check_alive(self) -> bool:
        return True

    def _stop(self, use_blocking_lock: bool = True) -> None:
        pass


def _tracker() -> None:
    tracker = resource_tracker._resource_tracker = _Tracker()
    for name in ("ensure_running", "register", "unregister", "getfd"):
        setattr(resource_tracker, name, getattr(tracker, name))


def _make_arena(self: heap.Arena, size: int, fd: int = -1) -> None:
    """heap.Arena.__init__ with a segment of shared memory where it has a file that nobody can open."""
    self.size = size
    self.fd = fd
    if fd == -1:
        self.fd = _photofinish.shm_open("", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        util.Finalize(self, os.close, (self.fd,))
        os.ftruncate(self.fd, size)
    self.buffer = mmap.mmap(self.fd, self.size)


# ---------------------------------------------------------------------------------------------- the main module of children

_stock_preparation_data = spawn.get_preparation_data
_stock_prepare = spawn.prepare


def _preparation_data(name: str) -> dict[str, object]:
    """What a child is told before it gets its Process: as multiprocessing.spawn has it, but for main programs that it must not run again."""
    data = _stock_preparation_data(name)
    main = mains.to_send()
    if main is not None:
        data.pop("init_main_from_path", None)
        data["photofinish"] = main
    return data


def _prepare(data: dict[str, object]) -> None:
    _stock_prepare(data)
    if "photofinish" in data:
        data["photofinish"].install()


