"""What is said when no thread can ever go on: each one, what it waits for, and where."""
from __future__ import annotations

import linecache
import os
import sys
import threading
import types

import _photofinish


class DeadlockError(RuntimeError):
    """Every thread waits for another. Raised in the main thread, where native Python would wait for ever."""

    reported = False  # whether the program's end has told the reader of one


DeadlockError.__module__ = __package__

_LIBRARY = os.path.dirname(os.__file__)
_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep


def deadlock_error() -> DeadlockError:
    """The exception for the threads as they are now."""
    frames = sys._current_frames()
    lines = [_line(ident, waits_for, frames.get(ident)) for ident, waits_for in _photofinish.waits()]
    return DeadlockError("no thread can ever go on:\n" + "\n".join(lines))


def _line(ident: int, waits_for: object, frame: types.FrameType | None) -> str:
    thread = threading._active.get(ident)
    name = thread.name if thread else f"thread {ident}"
    while frame is not None and _is_library(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return f"  {name} {_what(waits_for)}"
    file = frame.f_code.co_filename
    place = f"line {frame.f_lineno} of {os.path.basename(file)}, in {frame.f_code.co_name}"
    source = linecache.getline(file, frame.f_lineno).strip()
    return f"  {name} {_what(waits_for)}, {place}" + (f": {source}" if source else "")


def _is_library(file: str) -> bool:
    return file.startswith((_LIBRARY, _PACKAGE, "<frozen"))


def _what(waits_for: object) -> str:
    for thread in threading._active.values():
        if getattr(thread._os_thread_handle, "_done", None) is waits_for:
            return f"waits for the end of {thread.name}"
    if isinstance(waits_for, _photofinish.RLock):
        owner = threading._active.get(waits_for._owner())
        return f"waits for {waits_for!r}" + (f", which {owner.name} holds" if owner else "")
    return f"waits for {waits_for!r}"
