"""Puts the page's threads in the places of CPython's own, everywhere they are known already."""
from __future__ import annotations

import _imp
import _queue
import _signal
import _thread
import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor

import _photofinish

from ..replacing import Replacements, replace
from . import deadlock, signals, starting

WHY_NONE = "this interpreter has not been connected to a page that runs threads"


def install() -> None:
    """Replaces the primitives below threading and queue. Call it once, before the modules that use them are imported."""
    _photofinish.prepare_threads(deadlock.deadlock_error, _imp.lock_held, WHY_NONE)
    replace(_replacements(), {type(_LOCK): _photofinish.Lock, type(_RLOCK): _photofinish.RLock}, keep=__package__)
    signals.take_over()
    _renew_objects()


_LOCK, _RLOCK = _thread.allocate_lock(), _thread.RLock()


def _replacements() -> Replacements:
    lock = _photofinish.Lock
    return {
        _thread: {
            "lock": lock, "LockType": lock, "allocate_lock": lock, "allocate": lock, "RLock": _photofinish.RLock,
            "get_ident": _photofinish.get_ident, "_count": _photofinish.count_threads,
            "_ThreadHandle": starting._ThreadHandle, "_make_thread_handle": starting._make_thread_handle,
            "start_joinable_thread": starting.start_joinable_thread, "start_new_thread": starting.start_new_thread,
            "start_new": starting.start_new_thread, "_shutdown": starting._shutdown, "stack_size": starting.stack_size,
            "interrupt_main": signals.interrupt_main,
        },
        _queue: {"SimpleQueue": _photofinish.SimpleQueue},
        time: {"sleep": _photofinish.sleep},
        _signal: {"signal": signals.signal, "getsignal": signals.getsignal, "raise_signal": signals.raise_signal},
        sys: {"setswitchinterval": signals.setswitchinterval, "getswitchinterval": signals.getswitchinterval},
    }


def _renew_objects() -> None:
    """Objects with locks inside that were made before."""
    main = threading._main_thread
    main._started = threading.Event()
    main._started.set()
    main._os_thread_handle = starting._make_thread_handle(main.ident)
    if logging.lastResort:
        logging.lastResort.createLock()
    import pyodide.webloop as webloop
    webloop.WebLoop.run_in_executor = _run_in_executor


def _run_in_executor(self: asyncio.AbstractEventLoop, executor: Executor | None, func: Callable[..., object], *args: object) -> asyncio.Future:
    """asyncio's own; Pyodide's event loop, which is written for one thread, would call the function at once."""
    if executor is None:
        executor = getattr(self, "_default_executor", None)
        if executor is None:
            from concurrent.futures import ThreadPoolExecutor  # not before the primitives are in place
            executor = self._default_executor = ThreadPoolExecutor(thread_name_prefix="asyncio")
    return asyncio.wrap_future(executor.submit(func, *args), loop=self)
