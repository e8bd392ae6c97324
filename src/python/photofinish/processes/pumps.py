"""The library's helper threads where there are no threads (WebKit cannot suspend WebAssembly): as steps, run whenever the process waits.

multiprocessing's queues, pools, executors and managers each have threads that carry things between pipes and memory. Such a thread is a loop that
waits for something and then does something short. Here the loop is a generator that yields what it waits for; whoever waits for anything
in this interpreter first runs the steps that are ready (pump(), called by blocking.c), and then sleeps until its own wait or one of theirs is over.

What that cannot do: helpers do not run while the program computes, and a step that has to wait itself does so on top of whoever waits
already, who goes on after it. Threads of the reader's own still raise RuntimeError.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import process as executors
from multiprocessing import pool, queues

import _photofinish

from .steps import Kernel, Local, Steps, steps_of
from .unborn import StartError, end_pool


class Helper:
    """A thread of the library as steps."""

    def __init__(self, thread: threading.Thread, steps: Steps) -> None:
        self.thread = thread
        self.done = _photofinish.Lock()  # held while it lives
        self.done.acquire()
        self._steps = steps
        self.wait: Kernel | Local = Local(lambda: True)
        self.is_running = False

    def step(self) -> None:
        """Goes on until it waits again, or ends."""
        self.is_running = True
        try:
            self.wait = next(self._steps)
            return
        except (StopIteration, SystemExit):
            pass
        except BaseException as error:
            if isinstance(error, StartError):
                end_pool(self.thread)
            if isinstance(error, KeyboardInterrupt | StartError):
                raise  # it is the program that is stopped
            threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, self.thread)))
        finally:
            self.is_running = False
        self.end()

    def end(self) -> None:
        """Nobody waits for it any more."""
        if self in _helpers:
            _helpers.remove(self)
            self.done.release()


_helpers: list[Helper] = []
_ROUNDS = 100  # of steps in a row, before whoever waits looks again


def pump() -> bool | float | None:
    """Runs the steps of helpers that need not wait, on the stack of whoever waits. Called before it sleeps.

    True: some have run, so that it may go on; False, or a number of seconds: it may sleep, so long; None: no helper can be woken.
    """
    ran = _run_ready()
    if ran:
        return True
    waiting = [helper.wait for helper in _helpers if not helper.is_running]
    times = [wait.until for wait in waiting if wait.until is not None]
    if times:
        return max(0.0, min(times) - time.monotonic())
    return False if any(wait.things for wait in waiting) else None


def _run_ready() -> bool:
    some = False
    for _ in range(_ROUNDS):
        ran = False
        for helper in list(_helpers):
            if not helper.is_running and helper in _helpers and helper.wait.is_over():  # asked last: a step before may have changed it
                helper.step()
                ran = True
        if not ran:
            break
        some = True
    return some


# ---------------------------------------------------------------------------------------------- in place of threads

_start, _join, _is_alive = threading.Thread.start, threading.Thread.join, threading.Thread.is_alive


def start(self: threading.Thread) -> None:
    """Starts the thread's activity; see threading.Thread.start."""
    steps = steps_of(self)
    if steps is None:
        _start(self)
        return
    if getattr(self, "_helper", None) is not None:
        raise RuntimeError("threads can only be started once")
    self._helper = Helper(self, steps)
    self._started.set()
    _helpers.append(self._helper)


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Waits until the thread has ended; see threading.Thread.join."""
    helper = getattr(self, "_helper", None)
    if helper is None:
        _join(self, timeout)
    elif helper.is_running:
        raise RuntimeError("cannot join current thread")
    else:
        helper.done._until_free(timeout)


def is_alive(self: threading.Thread) -> bool:
    """Whether the thread has been started and has not ended."""
    helper = getattr(self, "_helper", None)
    return helper.done.locked() if helper is not None else _is_alive(self)


def _and_pump(function: Callable[..., object]) -> Callable[..., object]:
    """The same function; afterwards helpers take what it has left for them."""
    def with_pump(*args: object, **kwargs: object) -> object:
        try:
            return function(*args, **kwargs)
        finally:
            _run_ready()
    with_pump.__name__, with_pump.__qualname__, with_pump.__doc__ = function.__name__, function.__qualname__, function.__doc__
    return with_pump


def install() -> None:
    """From now on the library's helper threads are steps. For an interpreter that cannot start threads; once."""
    threading.Thread.start, threading.Thread.join, threading.Thread.is_alive = start, join, is_alive
    for kind, names in {
        queues.Queue: ("put",), queues.JoinableQueue: ("put",), executors.ProcessPoolExecutor: ("submit", "shutdown"),
        pool.Pool: ("apply_async", "_map_async", "imap", "imap_unordered"),
    }.items():
        for name in names:
            setattr(kind, name, _and_pump(getattr(kind, name)))
    _photofinish.pump_with(pump)
