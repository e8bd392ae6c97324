"""Lines and words of a text, numbers as lines of text (src/kernels/text, src/kernels/format).

`data` is bytes, bytearray, memoryview, mmap or another buffer of bytes, or a str, which is taken as UTF-8; ASCII is read in place.
A line ends with "\\n", which belongs to it; what follows the last "\\n" is a line too, unless it is nothing: just as a file opened
in binary mode yields its lines. "\\r" is a byte like any other.
"""
from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

import _photofinish

__all__ = ["Line", "count_lines", "count_words", "format_lines", "line_starts", "longest_line"]

Text = bytes | bytearray | memoryview | str  # and whatever else has a buffer of bytes


class Line(NamedTuple):
    """A line of a text: the lines before it, the offset of its first byte, its bytes without the newline."""
    index: int
    start: int
    length: int


def count_lines(data: Text, *, threads: int | None = None) -> int:
    """How many lines: len(list(io.BytesIO(data))).

    Raises TypeError for what is neither a str nor a buffer of bytes, BufferError for a buffer with a step, and UnicodeEncodeError for a
    str with a lone surrogate.
    Algorithm: newlines are counted 16 bytes at a time, each lane in a byte of a vector (src/kernels/text/README.md).
    """
    return _photofinish.count_lines(data, threads)


def count_words(data: Text, *, threads: int | None = None) -> int:
    """How many words, with white space as bytes.split() has it: len(data.split()) for bytes. (str.split() also splits at white
    space beyond ASCII and at "\\x1c" to "\\x1f".)

    Otherwise like count_lines.
    Algorithm: bytes are counted that are no white space and follow on some, 16 at a time (src/kernels/text/README.md).
    """
    return _photofinish.count_words(data, threads)


def longest_line(data: Text, *, threads: int | None = None) -> Line:
    """The longest line; of several the first. Lengths and offsets are bytes.

    Raises ValueError for no lines, and for a str with characters beyond ASCII, whose bytes are not its characters.
    Algorithm: chunks of 256 KiB find the longest line among their own; lines across chunks are added in order
    (src/kernels/text/README.md).
    """
    return Line(*_photofinish.longest_line(data, threads))


def line_starts(data: Text, *, threads: int | None = None) -> array:
    """Where the lines start: an array('q') of one offset for each line, and len(data) after the last one. So line i is
    data[starts[i]:starts[i + 1]], and there are len(starts) - 1.

    Raises ValueError for a str with characters beyond ASCII.
    Algorithm: lines are counted first, then every chunk of 256 KiB writes its own stretch of offsets (src/kernels/text/README.md).
    """
    return _photofinish.line_starts(data, threads)


def format_lines(values: Iterable[int] | Iterable[float], *, threads: int | None = None) -> bytes:
    """Each number and a newline, as bytes: "".join(f"{value!r}\\n" for value in values).encode() for a list of ints or one of floats.
    One float among ints makes floats of all.

    Takes 21 bytes of memory for each int and 25 for each float while it runs. Raises OverflowError for an int beyond 64 bits,
    TypeError for other values.
    Algorithm: floats by Schubfach (R. Giulietti, 2020), the shortest decimal that reads back the same
    (src/kernels/format/README.md).
    """
    return _photofinish.format_lines(values, threads)
