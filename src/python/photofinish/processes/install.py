"""Puts the page's processes in the places of the operating system's, below multiprocessing and everywhere they are known already."""
from __future__ import annotations

import io
import os
import posix
import sys
import types

import _photofinish

from ..replacing import replace


def install() -> None:
    """Replaces what is below multiprocessing, and imports it. Call it once, after threads.install, before anything imports multiprocessing."""
    from . import system
    originals = os.read, os.write
    functions = system.functions()
    replace({os: functions, posix: functions})
    for name, contents in _modules().items():
        module = sys.modules[name] = types.ModuleType(name)
        vars(module).update(contents)

    from multiprocessing.connection import Connection  # not before its primitives are in place
    _photofinish.prepare_processes(io.BytesIO, *originals, Connection._send_bytes, Connection._recv_bytes)
    from . import library, pumps
    library.install()
    assert pumps  # in the snapshot, for engines without threads


def _modules() -> dict[str, dict[str, object]]:
    """Modules that this Python was built without."""
    return {
        "_multiprocessing": {"SemLock": _photofinish.SemLock, "sem_unlink": _photofinish.sem_unlink,
                             "flags": {"HAVE_SEM_OPEN": 1, "HAVE_SEM_TIMEDWAIT": 1}},
        "_posixshmem": {"shm_open": _photofinish.shm_open, "shm_unlink": _photofinish.shm_unlink},
    }
