"""Copies of shared segments, natively: the extension's C and the kernel between real processes (tests/python/processes/world.py), all at once.

Run: PYTHONPATH=src/python:build/native/python build/venv/bin/python -m pytest tests/python/test_segments.py   (after make test-python has built its parts)
"""
import platform
import sys
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "processes"))
import world as worlds  # noqa: E402

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="the kernel's test build uses Linux's futex")

# What every program here begins with: mapping a segment as web/engine/processes/segments.ts does it, without mmap.
MAPPING = """
import ctypes, random, world, _photofinish
from multiprocessing.connection import Connection
kernel, token, table = world.descriptors.region.kernel, world.descriptors.token, world.descriptors.table
number, pointer = ctypes.c_uint32, ctypes.c_void_p
forms = [(pointer, number, ctypes.c_int), (number, pointer), (number, pointer), (None, number), (None, number, number, number), (None,), (None,)]
map_, unmap, sync_address, sync, changed, release, acquire = [
    ctypes.CFUNCTYPE(*form)(index) for form, index in zip(forms, _photofinish.segment_calls())]

def new_segment(size):
    fd = _photofinish.shm_open("", 0)
    assert kernel("segment_resize", token, table[fd].reads, size) == 0
    return fd

def mapped(fd, size):
    address = map_(table[fd].reads, 1)
    return address, memoryview((ctypes.c_uint8 * size).from_address(address)).cast("B")
"""


@pytest.fixture(params=["plain", "sanitized"])
def run(request):
    with worlds.World(environment=worlds.sanitized() if request.param == "sanitized" else None) as world:
        def run(program, child="", timeout=100):
            """The output of a program that finds the program `child`, for processes of its own, under that name."""
            child = MAPPING + textwrap.dedent(child)
            status, output = world.run(f"{MAPPING}\nchild = {child!r}\n{textwrap.dedent(program)}", timeout)
            assert status == 0, output
            return output
        yield run


def test_a_mapping_is_the_segment(run):
    assert run("""
        size = 3 * 4096 + 100
        fd = new_segment(size)
        id = table[fd].reads
        address, memory = mapped(fd, size)
        again, same = mapped(fd, size)
        assert again == address and bytes(memory) == bytes(size)
        memory[5] = 1
        version = kernel("segment_version", token, id)
        release()
        assert kernel("segment_version", token, id) == version + 1
        release()
        assert kernel("segment_version", token, id) == version + 1      # nothing has changed since
        memory[5] = 1
        release()
        assert kernel("segment_version", token, id) == version + 1
        memory[0] = memory[8192] = memory[size - 1] = 9
        release()
        assert kernel("segment_version", token, id) == version + 3      # two places that are not side by side
        assert sync_address(address + size - 1) == id and sync_address(address + size) == 0 and sync_address(0) == 0
        assert unmap(address + 7) == id and same[5] == 1
        del memory, same
        assert unmap(address) == id and unmap(address) == 0
        address, memory = mapped(fd, size)
        assert (memory[0], memory[5], memory[8192], memory[size - 1]) == (9, 1, 9, 9)
        release(), acquire()
    """) == ""


def test_names(run):
    assert run("""
        import os
        def errno_of(call, *arguments):
            try:
                call(*arguments)
            except OSError as error:
                return type(error).__name__
        create = os.O_CREAT | os.O_EXCL | os.O_RDWR
        first = _photofinish.shm_open("/mine", create, mode=0o600)
        assert errno_of(_photofinish.shm_open, "/mine", create) == "FileExistsError"
        again = _photofinish.shm_open("mine", os.O_RDWR)
        assert table[first].reads == table[again].reads
        also = _photofinish.shm_open("/mine", os.O_CREAT | os.O_RDWR)
        assert table[first].reads == table[also].reads
        assert errno_of(_photofinish.shm_open, "/other", os.O_RDWR) == "FileNotFoundError"
        assert errno_of(_photofinish.shm_open, "/" + 300 * "x", create) == "OSError"
        _photofinish.shm_unlink("/mine")
        assert errno_of(_photofinish.shm_unlink, "/mine") == "FileNotFoundError"
        assert errno_of(_photofinish.shm_open, "/mine", os.O_RDWR) == "FileNotFoundError"
        assert table[_photofinish.shm_open("/mine", create)].reads != table[first].reads
        assert map_(table[first].reads, 1) is None      # no size yet
    """) == ""


def test_neighbours_do_not_disturb_each_other(run):
    """Three processes write bytes that lie between those of the others, and tell and look whenever they like: no byte is lost."""
    assert run("""
        size, of = 20_000, 3
        fd = new_segment(size)
        ends, pids = [], []
        for own in range(of):
            ours, theirs = _photofinish.pipe_pair()
            pids.append(world.start(f"fd, answers, own, size, of = {fd}, {theirs}, {own}, {size}, {of}\\n{child}", fd, theirs))
            ends.append(Connection(ours, writable=False))
        address, memory = mapped(fd, size)
        for own, end in enumerate(ends):
            assert end.recv() == bytes(memory[own::of]), own
        assert all(_photofinish.waitpid(pid, 0) == (pid, 0) for pid in pids)
    """, child="""
        source = random.Random(own)
        answers = Connection(answers, readable=False)
        address, memory = mapped(fd, size)
        mine = range(own, size, of)
        expected = dict.fromkeys(mine, 0)
        for turn in range(300):
            for _ in range(source.choice((1, 3, 200))):
                i = source.choice(mine)
                memory[i] = expected[i] = source.randrange(256)
            if source.random() < 0.05:
                for i in mine:
                    memory[i] = expected[i] = turn % 256
            if source.random() < 0.5:
                release()
            if source.random() < 0.5:
                acquire()
            assert all(memory[i] == value for i, value in expected.items()), (own, turn)
        answers.send(bytes(expected[i] for i in mine))      # the last release point
    """) == ""


def test_what_a_lock_protects_adds_up(run):
    """Numbers of eight bytes, some across the edges of parts, changed under a lock by four processes."""
    assert run("""
        import struct
        size, of, turns = 3 * 4096 + 64, 4, 1500
        lock = _photofinish.SemLock(1, 1, 1, "/adds-up", False)
        handle = (lock.handle, lock.kind, lock.maxvalue, lock.name)
        fd = new_segment(size)
        pids = [world.start(f"fd, handle, own, size, turns = {fd}, {handle}, {own}, {size}, {turns}\\n{child}", fd) for own in range(of)]
        assert all(_photofinish.waitpid(pid, 0) == (pid, 0) for pid in pids)
        address, memory = mapped(fd, size)
        values = [struct.unpack_from("q", memory, at)[0] for at in range(4089, size - 8, 8)]
        assert sum(values) == 2 * of * turns and values[0] >= of * turns, (sum(values), values[0])
    """, child="""
        import struct
        lock = _photofinish.SemLock._rebuild(*handle)
        address, memory = mapped(fd, size)
        source = random.Random(own)
        places = range(4089, size - 8, 8)
        for _ in range(turns):
            with lock:
                for at in (4089, source.choice(places)):
                    struct.pack_into("q", memory, at, struct.unpack_from("q", memory, at)[0] + 1)
    """) == ""
