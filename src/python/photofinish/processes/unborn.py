"""Children that end before they begin, because the script cannot be run again in them: a Pool would start others in their place for ever.

Such a child counts itself, in a semaphore of its parent's. The parent looks at it whenever it starts one, and when there are too many, raises
StartError in its main thread.
"""
from __future__ import annotations

import threading

import _photofinish

from ..threads import signals

_SEMAPHORE, _MOST = 1, 0x7FFFFFFF

_count: object = None  # SemLock: how many children have ended so
_started = 0


class StartError(RuntimeError):
    """Processes end as soon as they start, one after the other."""


StartError.__module__ = __package__


def _name(parent: int) -> str:
    return f"/photofinish-unborn-{parent}"


def before_start(most: int) -> None:
    """For a parent that starts a child; `most`: how many may run at once. StartError."""
    global _count, _started
    if _count is None:
        _count = _photofinish.SemLock(_SEMAPHORE, 0, _MOST, _name(_photofinish.getpid()), False)
    lost = _count._get_value()
    if lost > max(most, _started // 2):
        error = StartError(f"{lost} processes ended before they began, each for the reason above. The script runs again in each of them: what is to "
                           "run once, such as starting processes, belongs under `if __name__ == \"__main__\":`")
        thread = threading.current_thread()
        if thread is threading.main_thread():
            raise error
        signals.raise_in_main(error)
        end_pool(thread)
        raise SystemExit  # ends a thread without a word
    _started += 1


def end_pool(thread: threading.Thread) -> None:
    """Where this is the thread that replaces a pool's processes, tells the pool's other threads that it has ended, as it does itself."""
    from multiprocessing.pool import Pool
    if getattr(thread, "_target", None) == Pool._handle_workers:
        _, taskqueue, *_ = thread._args
        taskqueue.put(None)


def ended(status: int) -> None:
    """For a child of multiprocessing's, at its end."""
    from multiprocessing import parent_process  # not before its primitives are in place (install.py)
    if status != 0 and parent_process() is None:
        try:
            _photofinish.SemLock._rebuild(0, _SEMAPHORE, _MOST, _name(_photofinish.getppid())).release()
        except OSError:
            pass  # the parent has ended
