"""Kernels: C functions on Python's own data, on one thread or on all cores.

Each takes `threads`: 1 runs on the calling thread, natively and in the page on Python's own buffers; None (or 0) runs on all
cores, a number on so many. A result never depends on the number of threads, down to the last bit of a float.

Data. array.array('q'), array.array('d'), NumPy arrays of int64 or float64 and memoryviews of them are read in place; reductions
also read narrower types, functions on text any bytes and ASCII str. Anything else (lists, tuples, ranges, other iterables,
buffers of other integers) is first converted to 64-bit numbers, which takes longer than most kernels: for a list of 100 000 ints
about 1 ms. In the page, calls on several threads also copy their data into the memory that the threads share. Both are part of
the call's time; copy_seconds() tells how much they were.

Errors are those of Python's own functions where there is one. Besides: ValueError for more threads than the pool has,
Unavailable (a RuntimeError) for several threads where this page or machine cannot have them, MemoryError, and
KeyboardInterrupt, which ends a running kernel within some 10 ms.

All functions may be called from several Python threads; natively the GIL is released while a kernel runs. Do not change a
buffer while a kernel reads it.
"""
from __future__ import annotations

import _photofinish
from _photofinish import Unavailable, copied_bytes, copy_seconds

from .arrays import *
from .containers import *
from .iteration import *
from .lines import *
from .primes import *
from .reduce import *
from .sort import *
from .stream import *
from .text import *
from .threads import *


def threads_available() -> int:
    """How many threads kernels can run on here, the calling one included; 1 where there are no threads. Raises nothing."""
    return _photofinish.threads()
