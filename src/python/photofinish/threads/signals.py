"""Signals where there are threads: any thread may notice one, and the main thread runs its handler."""
from __future__ import annotations

import _signal
import sys
import types
from collections.abc import Callable

import _photofinish

END_OF_SLICE = _signal.SIGVTALRM
RAISES = 16  # SIGSTKFLT, which nobody sends: the main thread raises what raise_in_main() was given
MAIN = _photofinish.get_ident()

_set = _signal.signal
_get = _signal.getsignal
_raise = _signal.raise_signal
_handlers: dict[int, Callable[[int, types.FrameType | None], object]] = {}
_errors: list[BaseException] = []
_interval = sys.getswitchinterval()


def signal(signalnum: int, handler: object, /) -> object:
    """Sets a handler and returns the one before; see signal.signal."""
    if _photofinish.get_ident() != MAIN:
        raise ValueError("signal only works in main thread of the main interpreter")
    if signalnum == END_OF_SLICE:
        raise ValueError(f"signal {int(signalnum)} ends the time slices of threads here")
    before = getsignal(signalnum)
    if callable(handler):
        _set(signalnum, _deliver)
        _handlers[int(signalnum)] = handler
    else:
        _set(signalnum, handler)
        _handlers.pop(int(signalnum), None)
    _tell(signalnum, handler)
    return before


def _tell(number: int, handler: object) -> None:
    """Other processes may send it: 2: it is caught, 1: ignored, 0: neither."""
    _photofinish.signal_action(int(number), 2 if callable(handler) else 1 if handler == _signal.SIG_IGN else 0)


def getsignal(signalnum: int, /) -> object:
    """The handler as signal() got it."""
    return _handlers.get(int(signalnum)) or _get(signalnum)


def _deliver(signalnum: int, frame: types.FrameType | None) -> None:
    if _photofinish.get_ident() == MAIN:
        _handlers[signalnum](signalnum, frame)
    else:
        _photofinish.signal_main(signalnum)


def raise_signal(signalnum: int, /) -> None:
    """Sends a signal to this process."""
    if _photofinish.get_ident() != MAIN and int(signalnum) in _handlers:
        _photofinish.signal_main(int(signalnum))
    else:
        _raise(signalnum)


def interrupt_main(signum: int = _signal.SIGINT, /) -> None:
    """Has the main thread handle a signal as if it had come; nothing where it is ignored or has no handler."""
    if not 1 <= signum < _signal.NSIG:
        raise ValueError("signal number out of range")
    if int(signum) in _handlers:
        raise_signal(signum)


def raise_in_main(error: BaseException) -> None:
    """Has the main thread raise `error` as soon as it runs again, also where it waits."""
    _errors.append(error)
    _photofinish.signal_main(RAISES)


def _raise_error(signalnum: int, frame: types.FrameType | None) -> None:
    if _errors:
        raise _errors.pop(0)


def setswitchinterval(interval: float, /) -> None:
    """How many seconds a thread computes before others get a turn."""
    global _interval
    if interval <= 0:
        raise ValueError("switch interval must be strictly positive")
    _photofinish.slice_seconds(interval)
    _interval = interval


def getswitchinterval() -> float:
    """See setswitchinterval()."""
    return _interval


def take_over() -> None:
    """Handlers that are set already become ones that run in the main thread; time slices get theirs."""
    for number in range(1, _signal.NSIG):
        try:
            handler = _get(number)
        except ValueError:
            continue
        if callable(handler):
            signal(number, handler)
        else:
            _tell(number, handler)
    _set(END_OF_SLICE, _photofinish.end_of_slice)
    _set(RAISES, _raise_error)
