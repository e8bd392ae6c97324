"""Text: joining pieces (src/kernels/concat)."""
from __future__ import annotations

from collections.abc import Iterable
from typing import AnyStr

import _photofinish

__all__ = ["join"]


def join(pieces: Iterable[AnyStr], separator: AnyStr = "", *, threads: int | None = None) -> AnyStr:
    """The pieces, all str or all bytes, with the separator between them: what separator.join(pieces) returns.

    Raises TypeError that names the first piece of another type; UnicodeEncodeError for a lone surrogate, which has no UTF-8.
    Algorithm: lengths first, then every thread copies its own stretch of the result (src/kernels/concat/README.md). Text is
    joined as UTF-8 and decoded once at the end.
    """
    return _photofinish.join(pieces, separator, threads)
