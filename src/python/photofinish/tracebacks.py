"""Tracebacks as the reader should see them: their own code, with its lines, and none of the machinery around it.

Source that is not on disk is put into `linecache`, where the traceback module finds it.
"""
from __future__ import annotations

import linecache
import os
import traceback

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def remember(filename: str, source: str) -> None:
    """Makes `source` the text of `filename` for tracebacks and inspect. An entry without a time is never checked on disk."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)


def of(error: BaseException) -> str:
    """The traceback of `error` as CPython prints it, without this package's frames, ending in a newline."""
    report = traceback.TracebackException.from_exception(error, compact=True)
    _strip(report, set())
    return "".join(report.format())


def _ours(filename: str) -> bool:
    return filename.startswith(_PACKAGE) or filename.startswith("<photofinish ")


def _strip(report: traceback.TracebackException, seen: set[int]) -> None:
    if id(report) in seen:
        return
    seen.add(id(report))
    if report.stack is not None:
        kept = [frame for frame in report.stack if not _ours(frame.filename)]
        # Without a frame CPython prints no "Traceback" line either (a SyntaxError of the program itself).
        report.stack = traceback.StackSummary.from_list(kept) if kept else None
    for other in (report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())):
        if other is not None:
            _strip(other, seen)
