"""Starting threads and waiting for their end: the functions and the type that threading takes from _thread."""
from __future__ import annotations

import sys
from collections.abc import Callable

import _photofinish

_MOST_SIZE = 2**31 - 1
_LEAST_SIZE = 32768
_stack_size = 0
_handles: list[_ThreadHandle] = []  # of threads that the program's end waits for, and of some that have ended


class _ThreadHandle:
    """A thread as threading.Thread holds it: identity, and waiting for its end."""

    __slots__ = ("__weakref__", "_done", "ident")

    def __init__(self) -> None:
        self.ident = 0
        self._done: _photofinish.Lock | None = None  # held while the thread lives; None: not started

    def is_done(self) -> bool:
        """Whether the thread has ended."""
        return self._done is not None and not self._done.locked()

    def join(self, timeout: float | None = None) -> None:
        """Waits for its end, `timeout` seconds at most; None or less than 0: without limit."""
        if self._done is None:
            raise RuntimeError("thread not started")
        if self._done.locked() and self.ident == _photofinish.get_ident():
            raise RuntimeError("Cannot join current thread")
        self._done._until_free(timeout)

    def _set_done(self) -> None:
        """For a thread that nobody here started, the main one: it counts as ended."""
        if self._done is None:
            raise RuntimeError("thread not started")
        if self._done.locked():
            self._done.release()

    def __repr__(self) -> str:
        return f"<_thread._ThreadHandle object: ident={self.ident}>"


def _make_thread_handle(ident: int) -> _ThreadHandle:
    """The handle of a thread that runs already."""
    handle = _ThreadHandle()
    handle.ident = ident
    handle._done = _photofinish.Lock()
    handle._done.acquire()
    return handle


def start_joinable_thread(function: Callable[[], object], handle: _ThreadHandle | None = None, daemon: bool = True) -> _ThreadHandle:
    """Runs function() in a new thread. The program's end waits for it unless `daemon`. RuntimeError where no thread can be started."""
    if not callable(function):
        raise TypeError("thread function must be callable")
    if handle is None:
        handle = _ThreadHandle()
    elif not isinstance(handle, _ThreadHandle):
        raise TypeError("'handle' must be a _ThreadHandle")
    sys.audit("_thread.start_joinable_thread", function, daemon, handle)
    if handle._done is not None:
        raise RuntimeError("thread already started")
    _start(handle, function, (), {})
    if not daemon:
        if len(_handles) > 2 * _photofinish.count_threads() + 16:
            _handles[:] = [one for one in _handles if not one.is_done()]
        _handles.append(handle)
    return handle


def start_new_thread(function: Callable[..., object], args: tuple, kwargs: dict | None = None, /) -> int:
    """Runs function(*args, **kwargs) in a new thread and returns its identity. RuntimeError where no thread can be started."""
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError("optional 3rd arg must be a dictionary")
    sys.audit("_thread.start_new_thread", function, args, kwargs)
    handle = _ThreadHandle()
    _start(handle, function, args, dict(kwargs or {}))
    return handle.ident


def _start(handle: _ThreadHandle, function: Callable[..., object], args: tuple, kwargs: dict) -> None:
    def run() -> None:
        try:
            function(*args, **kwargs)
        except SystemExit:
            pass
        except BaseException as error:
            _unraisable(error, function)

    done = _photofinish.Lock()
    done.acquire()
    handle._done = done
    try:
        handle.ident = _photofinish.start_thread(run, done)
    except BaseException:
        handle._done = None
        raise


def _shutdown() -> None:
    """Waits for every thread that is no daemon."""
    me = _photofinish.get_ident()
    while left := [handle for handle in _handles if handle.ident != me and not handle.is_done()]:
        left[0].join()
    _handles.clear()


def stack_size(size: int = 0, /) -> int:
    """Returns the size that was set before. Stacks here have one size, whatever is set."""
    global _stack_size
    if size < 0 or size > _MOST_SIZE:
        raise ValueError("size must be 0 or a positive value")
    if 0 < size < _LEAST_SIZE:
        raise ValueError(f"size not valid: {size} bytes")
    before, _stack_size = _stack_size, size
    return before


# ---------------------------------------------------------------------------------------------- exceptions that end a thread

def _hook_arguments() -> type:
    """The type of what sys.unraisablehook is called with: it has no name, so one is provoked."""
    seen = []
    before, sys.unraisablehook = sys.unraisablehook, lambda arguments: seen.append(type(arguments))

    class Provocation:
        def __del__(self) -> None:
            raise RuntimeError

    try:
        Provocation()
    finally:
        sys.unraisablehook = before
    return seen[0]


_HookArguments = _hook_arguments()


def _unraisable(error: BaseException, function: Callable[..., object]) -> None:
    trace = error.__traceback__
    message = f"Exception ignored in thread started by {function!r}"
    sys.unraisablehook(_HookArguments((type(error), error, trace and trace.tb_next, message, None)))
