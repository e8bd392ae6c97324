"""The C half of the page's processes (src/python/_photofinish/processes.h), run natively: each process is one of the operating system with an
interpreter of its own, the region is a file that all of them map, the kernel is the native build of src/ipc (kernel.c), and what is
JavaScript's in the page is Python here: descriptors are those of /dev/null with a table beside them, children are started by subprocess.

World is the page: it owns the region, starts processes and ends them. become() makes a fresh interpreter one of them. Used by
tests/python/test_processes.py; a program that is run in a process finds `_photofinish` connected and os.close, os.read and os.write replaced.
"""
from __future__ import annotations

import ctypes
import json
import mmap
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BYTES = 64 << 20
SUPERVISOR, SUPERVISOR_PID, PIPE = 64, 1, 1
BUSY = -2
NAMES = (ROOT / "src/ipc/ipc.exports.txt").read_text().split()
WIDE = {"ipc_next_request", "ipc_waitpid", "ipc_ticket_take"}  # results of 64 bits, of those that are called from here


BUILT = ROOT / "build/tests/python"


def library() -> ctypes.CDLL:
    """kernel.so, which `make` builds; become() says which."""
    loaded = ctypes.CDLL(os.environ.get("PROCESSES_KERNEL", str(BUILT / "plain/kernel.so")))
    for name in NAMES:
        function = getattr(loaded, name)
        function.restype = ctypes.c_int64 if name in WIDE else ctypes.c_int32
    return loaded


class Region:
    """The mapped file. kernel("pipe", token) calls ipc_pipe(region, token)."""

    def __init__(self, path: str):
        self.path = path
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), BYTES)
        self.library = library()
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def kernel(self, name: str, *numbers: int) -> int:
        return getattr(self.library, f"ipc_{name}")(ctypes.c_void_p(self.address), *map(ctypes.c_uint32, numbers))

    def patiently(self, name: str, *numbers: int) -> int:
        """A supervisor's call, again while the kernel's lock is taken."""
        while (status := self.kernel(name, *numbers)) == BUSY:
            time.sleep(0.0005)
        return status


# ---------------------------------------------------------------------------------------------------- the page

def sanitized() -> dict[str, str]:
    """The environment of processes whose extension and kernel were built with the sanitizers."""
    compiler = os.environ.get("CC", "cc")
    preload = [subprocess.check_output([compiler, f"-print-file-name={name}"], text=True).strip() for name in ("libasan.so", "libubsan.so")]
    return {
        "LD_PRELOAD": " ".join(preload), "ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc", "PROCESSES_KERNEL": str(BUILT / "asan/kernel.so"),
        "PYTHONPATH": os.pathsep.join([str(BUILT / "asan"), os.environ.get("PYTHONPATH", "")]),
    }


class World:
    """with World() as world: world.run("print(1)") -> (exit status as waitpid has it, output). Ends whatever is left.

    environment: further variables for its processes, as sanitized() gives.
    """

    def __init__(self, limit: int = 8, spin: int = 0, environment: dict[str, str] | None = None):
        self.environment = {**os.environ, **(environment or {})}
        self.folder = tempfile.TemporaryDirectory(prefix="processes-")
        path = os.path.join(self.folder.name, "region")
        with open(path, "wb") as file:
            file.truncate(BYTES)
        self.region = Region(path)
        assert self.region.kernel("create", BYTES, limit, spin) == 0
        self.running: dict[int, subprocess.Popen] = {}      # by pid in the region
        self.ended: dict[int, int] = {}
        self.lock = threading.Lock()
        self.closing = False
        self.requests = socket.socket(socket.AF_UNIX)
        self.requests.bind(os.path.join(self.folder.name, "page"))
        self.requests.listen(16)
        self.threads = [threading.Thread(target=self.serve), threading.Thread(target=self.watch)]
        for thread in self.threads:
            thread.start()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *error: object) -> None:
        self.closing = True
        with socket.socket(socket.AF_UNIX) as wake:
            wake.connect(os.path.join(self.folder.name, "page"))
        for thread in self.threads:
            thread.join()
        for process in self.running.values():
            process.kill()
            process.wait()
        assert self.region.patiently("end_all") == 0, "something is left in the region"
        self.requests.close()
        self.folder.cleanup()

    def start(self, program: str, parent: int = SUPERVISOR_PID, descriptors: list = ()) -> int:
        """A process that runs a Python program; its pid, or what ipc_start says."""
        with self.lock:
            token = self.region.patiently("start", parent)
            if token < 0:
                return token
            job = json.dumps({"region": self.region.path, "page": os.path.join(self.folder.name, "page"), "token": token, "descriptors": list(descriptors)})
            code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import world; world.become({job!r})\n{program}"
            self.running[token // 64] = subprocess.Popen([sys.executable, "-X", "faulthandler", "-c", code], stdout=self.output, stderr=subprocess.STDOUT,
                                                         env=self.environment)
            return token // 64

    def run(self, program: str, timeout: float = 60) -> tuple[int, str]:
        """Runs a program as a main program: its status, and what it and its children print, errors included."""
        with tempfile.TemporaryFile("w+") as self.output:
            pid = self.start(program)
            until = time.monotonic() + timeout
            while pid not in self.ended and time.monotonic() < until:
                time.sleep(0.002)
            self.output.seek(0)
            text = self.output.read()
        assert pid in self.ended, f"it did not end:\n{text}"
        return self.ended[pid], text

    def program_of(self, asked: dict) -> str:
        """What a child runs that a process asks for."""
        return asked["program"]

    def serve(self) -> None:
        """Starts what processes ask for."""
        while True:
            connection, _ = self.requests.accept()
            with connection:
                if self.closing:
                    return
                asked = json.loads(connection.makefile().readline())
                connection.sendall(struct.pack("i", self.start(self.program_of(asked), asked["parent"], asked["descriptors"])))

    def watch(self) -> None:
        """Ends those that have ended, that asked for it, and that were killed."""
        while not self.closing:
            asked = self.region.kernel("next_request")
            with self.lock:
                for pid, process in list(self.running.items()):
                    if asked > 0 and asked >> 32 == pid:
                        process.kill()
                        process.wait()
                        self.end(pid, asked & 0xFFFFFFFF)
                    elif (code := process.poll()) is not None:
                        self.end(pid, -code if code < 0 else code << 8)
            time.sleep(0.002)

    def end(self, pid: int, status: int) -> None:
        assert self.region.patiently("end", pid, status, 1) == 0
        assert self.region.patiently("check") == 0
        del self.running[pid]
        self.ended[pid] = status


# ---------------------------------------------------------------------------------------------------- a process

class Descriptor(ctypes.Structure):
    """pfpy_descriptor."""
    _fields_ = [("kind", ctypes.c_uint32), ("reads", ctypes.c_uint32), ("writes", ctypes.c_uint32)]


class Descriptors:
    """The table of descriptors, and how many share an end."""

    def __init__(self, region: Region, token: int):
        self.region, self.token = region, token
        self.holders: dict[tuple[int, int], int] = {}
        self.table = None      # known when the extension is connected
        self.fail_at = None    # a test: this open fails

    def open(self, kind: int, reads: int, writes: int, fd: int) -> int:
        if self.fail_at is not None:
            self.fail_at -= 1
            if self.fail_at < 0:
                return -24     # EMFILE
        number = os.open(os.devnull, os.O_RDWR)
        if fd >= 0 and number != fd:
            os.dup2(number, fd)
            plain_close(number)
            number = fd
        self.table[number] = Descriptor(kind, reads, writes)
        for end in self.ends(number):
            self.holders[end] = self.holders.get(end, 0) + 1
        return number

    def ends(self, fd: int) -> list[tuple[int, int]]:
        held = self.table[fd]
        return [(held.reads, 0)] * bool(held.reads) + [(held.writes, 1)] * bool(held.writes)

    def close(self, fd: int) -> None:
        if 0 <= fd < 4096 and self.table[fd].kind:
            for end in self.ends(fd):
                self.holders[end] -= 1
                if not self.holders[end]:
                    self.region.kernel("close", self.token, *end)
            self.table[fd] = Descriptor(0, 0, 0)
        plain_close(fd)


plain_close, plain_read, plain_write = os.close, os.read, os.write
kept: list[object] = []        # callbacks, for as long as the process lives
descriptors: Descriptors


def address(function: object) -> int:
    kept.append(function)
    return ctypes.cast(function, ctypes.c_void_p).value


def become(job: str) -> None:
    """Makes this interpreter a process of the region."""
    global descriptors
    import io

    import _photofinish
    os.close = lambda fd: descriptors.close(fd)     # before Connection takes it as its own
    import multiprocessing.connection
    from multiprocessing.connection import Connection
    multiprocessing.connection.wait = _photofinish.connection_wait
    told = json.loads(job)
    region, token = Region(told["region"]), told["token"]
    kept.append(region)
    descriptors = Descriptors(region, token)

    def spawn(text: bytes, bytes: int) -> int:
        asked = json.loads(ctypes.string_at(text, bytes))
        with socket.socket(socket.AF_UNIX) as page:
            page.connect(told["page"])
            page.sendall(json.dumps({**asked, "parent": token // 64}).encode() + b"\n")
            pid, = struct.unpack("i", page.recv(4))
        return pid if pid > 0 else -11      # EAGAIN

    integer = ctypes.c_int
    _photofinish.offer_processes(
        0, address(ctypes.CFUNCTYPE(integer, integer, integer, integer, integer)(descriptors.open)),
        address(ctypes.CFUNCTYPE(integer, ctypes.c_void_p, integer)(spawn)), address(ctypes.CFUNCTYPE(None)(lambda: None)),
        address(ctypes.CFUNCTYPE(None)(lambda: sys.stdout.flush())))
    calls = {name: address(getattr(region.library, name)) for name in NAMES}
    copies = [address(getattr(region.library, f"world_copy_{way}")) for way in ("in", "out")]
    table = _photofinish.connect_processes(calls, *copies, region.address, token)
    descriptors.table = (Descriptor * 4096).from_address(table)
    _photofinish.prepare_processes(io.BytesIO, os.read, os.write, Connection._send_bytes, Connection._recv_bytes)
    os.read, os.write = _photofinish.read, _photofinish.write
    Connection._send_bytes, Connection._recv_bytes = _photofinish.connection_send, _photofinish.connection_receive
    for fd, kind, reads, writes in told["descriptors"]:
        _photofinish.take_ticket(kind, reads, writes, fd)
    assert region.kernel("running", token) == 0


def start(program: str, *pass_on: int) -> int:
    """A child process that runs a Python program with these descriptors, under the same numbers; its pid."""
    import _photofinish
    tickets = [[fd, *_photofinish.ticket(fd)] for fd in pass_on]
    return _photofinish.spawn_process(json.dumps({"program": program, "descriptors": tickets}))
