"""Stock multiprocessing and concurrent.futures on the page's processes (world.py), natively: with the Python half in place, and without threads,
as in an engine that cannot suspend WebAssembly. Library is the page; install() makes a process of it one with the library.
"""
from __future__ import annotations

import json
import os
import sys
import types

import world

INSTALL = "import stock; stock.install()\n"


class Library(world.World):
    """with Library() as page: page.run_script("print(1)") -> (exit code, output). Children run command lines, as the page's do."""

    def program_of(self, asked: dict) -> str:
        told = json.dumps({name: asked[name] for name in ("argv", "environment", "path", "cwd")})
        return INSTALL + f"import os; from photofinish import page; os._exit(page.process({told!r}))"

    def run_script(self, source: str, file: str, timeout: float = 60) -> tuple[int, str]:
        """Runs a script as the main program, named `file`."""
        status, output = self.run(INSTALL + f"import os; from photofinish import page; os._exit(page.run({source!r}, [{file!r}])[1])", timeout)
        return os.waitstatus_to_exitcode(status), output


def install() -> None:
    """Puts threads, processes and pumps in place, as the page's snapshot and its boot do."""
    import _photofinish
    open_ours()
    os.read, os.write = world.plain_read, world.plain_write
    for name in [name for name in sys.modules if name.startswith("multiprocessing")]:
        del sys.modules[name]       # imported before there was anything below it
    webloop = types.ModuleType("pyodide.webloop")
    webloop.WebLoop = type("WebLoop", (), {})
    sys.modules["pyodide.webloop"] = webloop
    sys.modules["pyodide"] = types.ModuleType("pyodide")
    sys.modules["pyodide"].webloop = webloop
    from photofinish.processes.install import install as install_processes
    from photofinish.threads.install import install as install_threads
    install_threads()
    install_processes()
    _photofinish.refuse_threads("there are none in this test")
    from photofinish import page
    page.after_restore(2, threads=False)


class Raw:
    """A file on one of our descriptors: what Emscripten's file system does in the page."""

    def __init__(self, fd: int, closefd: bool):
        self.fd, self.closefd = fd, closefd

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *error: object) -> None:
        if self.closefd:
            os.close(self.fd)

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (more := os.read(self.fd, size - len(data))):
            data += more
        return data

    def readline(self) -> bytes:
        line = b""
        while not line.endswith(b"\n") and (more := os.read(self.fd, 1)):
            line += more
        return line

    def readinto(self, buffer: memoryview) -> int:
        data = self.read(len(buffer))
        buffer[:len(data)] = data
        return len(data)

    def write(self, data: bytes) -> None:
        with memoryview(data) as left:
            at = 0
            while at < len(left):
                at += os.write(self.fd, left[at:])


def open_ours() -> None:
    """open(), os.fdopen() and os.dup() know our descriptors."""
    import builtins

    import _photofinish
    plain_open, plain_dup = builtins.open, os.dup

    def open(file: object, *words: object, **named: object) -> object:
        if isinstance(file, int) and _photofinish.is_ours(file):
            return Raw(file, named.get("closefd", True))
        return plain_open(file, *words, **named)

    def dup(fd: int) -> int:
        held = world.descriptors.table[fd]
        return world.descriptors.open(held.kind, held.reads, held.writes, -1) if held.kind else plain_dup(fd)

    builtins.open = os.fdopen = open
    os.dup = dup
