"""Processes of the page, natively: the C half of them and the kernel as they are, between real processes (tests/python/processes/world.py).

Run: make test-python, or after it build/venv/bin/python -m pytest tests/python/test_processes.py
"""
import errno
import os
import platform
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import _photofinish
import pytest

sys.path.insert(0, str(Path(__file__).parent / "processes"))
import world as worlds  # noqa: E402

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="the kernel's test build uses Linux's futex")


@pytest.fixture(params=["plain", "sanitized"])
def world(request):
    with worlds.World(environment=worlds.sanitized() if request.param == "sanitized" else None) as made:
        yield made


def run(world, program, timeout=60):
    """The program's output; its exit status must be 0."""
    status, output = world.run(textwrap.dedent(program), timeout)
    assert status == 0, output
    return output


# ---------------------------------------------------------------------------------------------------- where there are no processes

def test_without_a_page_there_are_no_processes():
    calls = [lambda: _photofinish.SemLock(1, 1, 1, "/mine", True), _photofinish.pipe_pair, _photofinish.duplex_pair,
             lambda: _photofinish.listen("l", 1), lambda: _photofinish.connect_to("l"), lambda: _photofinish.kill(2, 0),
             lambda: _photofinish.spawn_process("{}"), lambda: _photofinish.shm_open("/s", 0), lambda: _photofinish.exit_process(0)]
    for call in calls:
        with pytest.raises(OSError) as raised:
            call()
        assert raised.value.errno == errno.ENOSYS
    _photofinish.refuse_processes("this page shares no memory")
    with pytest.raises(OSError, match="this page shares no memory") as raised:
        _photofinish.pipe_pair()
    assert raised.value.errno == errno.ENOSYS
    with pytest.raises(ChildProcessError):
        _photofinish.waitpid(-1, 0)
    assert (_photofinish.getpid(), _photofinish.getppid()) == (2, 1)
    assert not _photofinish.is_ours(0) and not _photofinish.is_ours(-1) and not _photofinish.is_ours(10**9)
    for wrong in (lambda: _photofinish.ticket(0), lambda: _photofinish.read(0, 1), lambda: _photofinish.accept(0)):
        with pytest.raises(OSError) as raised:
            wrong()
        assert raised.value.errno == errno.EBADF
    assert _photofinish.connection_wait([0], 0) == [0] and _photofinish.connection_wait([], 0) == []
    came = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: came.append(number))
    for action, expected in ((2, [signal.SIGUSR1]), (1, [])):       # to oneself: no region is needed
        _photofinish.signal_action(signal.SIGUSR1, action)
        _photofinish.kill(2, signal.SIGUSR1)
        assert came == expected
        came.clear()
    _photofinish.signal_action(signal.SIGUSR1, 0)
    signal.signal(signal.SIGUSR1, before)
    with pytest.raises(KeyError, match="ipc_"):
        _photofinish.connect_processes({}, 0, 0, 0, 0)


# ---------------------------------------------------------------------------------------------------- SemLock, against CPython's own

SEMLOCKS = """
    import itertools
    names = map("/pf-test-PID-{}".format, itertools.count())
    def do(call, *arguments, **named):
        try:
            result = call(*arguments, **named)
        except Exception as error:
            result = type(error).__name__
            if isinstance(error, (ValueError, AssertionError)):
                result += ": " + str(error)
            if isinstance(error, OSError):
                result += " " + str(error.errno)
        print(call.__name__, arguments[1:] if call.__name__ == "_rebuild" else arguments, named, "->",
              result if isinstance(result, (str, int, bool, type(None))) else type(result).__name__)
        return result
    def tell(lock):
        print(lock._count(), lock._is_mine(), lock._get_value(), lock._is_zero(), lock.kind, lock.maxvalue, lock.name is None)

    print(SemLock.SEM_VALUE_MAX, SemLock.__name__, SemLock.__module__)
    for kind, value, most, unlink in [(0, 1, 1, True), (1, 1, 1, True), (1, 3, 3, True), (1, 0, 0, True), (1, 2, 5, False), (1, 0, 2**31 - 1, True)]:
        name = next(names)
        lock = do(SemLock, kind, value, most, name, unlink)
        tell(lock)
        for step in ["acquire", "release", "release", "acquire", "acquire0", "acquire0", "acquire0", "acquire0", "release", "release", "release",
                     "release", "release", "release", "release", "after", "release", "acquire0"]:
            if step == "acquire0":
                do(lock.acquire, False)
            elif step == "acquire":
                if kind == 0 and lock._is_mine() or not lock._is_zero():
                    do(lock.acquire)
            elif step == "after":
                do(lock._after_fork)
            else:
                do(lock.release)
            tell(lock)
        if not unlink:
            again = do(SemLock._rebuild, lock.handle, kind, most, name)
            tell(again)
            while again.acquire(False):
                tell(again); tell(lock)
            print(again.name == name, isinstance(again.handle, int))
            do(sem_unlink, name)
            do(sem_unlink, name)
            do(SemLock._rebuild, 0, kind, most, name)
            tell(lock)

    lock = SemLock(1, 1, 1, next(names), True)
    with lock as entered:
        print(entered, lock._count())
        for arguments, named in [((False,), {}), ((True, 0), {}), ((True, 0.01), {}), ((True, -1), {}), ((False, 5), {}), ((), {"block": False}),
                                 ((), {"timeout": 0.01}), ((), {"block": True, "timeout": 0}), ((True, "x"), {}), ((0, None), {}),
                                 ((1, 2, 3), {}), ((), {"blocking": False}), ((True,), {"block": True})]:
            do(lock.acquire, *arguments, **named)
    tell(lock)
    for wrong in [(), (2, 1, 1, "/x", True), (1, 1, 1, "/x\\0y", True), (-1, 1, 1, "/x", True), (1, -1, 1, "/x", True), (1, "1", 1, "/x", True), (1, 1, 1, b"/x", True)]:
        do(SemLock, *wrong)
    taken = next(names)
    first = SemLock(1, 1, 1, taken, False)
    do(SemLock, 1, 1, 1, taken, True)
    sem_unlink(taken)
    do(SemLock, 1, 1, 1, taken, True)
    class Mine(SemLock):
        pass
    tell(Mine(kind=0, value=1, maxvalue=1, name=next(names), unlink=True))
    for name in ["handle", "kind", "maxvalue", "name"]:
        try:
            setattr(first, name, 1)
        except AttributeError as error:
            print(name, "cannot be set")
    mutex = SemLock(0, 1, 1, next(names), True)
    mutex.acquire(); mutex.acquire()
    print(mutex._count(), mutex._is_mine(), mutex._is_zero())
"""


def test_semlock_is_as_cpythons(world):
    program = "import SemLock, sem_unlink\n" + textwrap.dedent(SEMLOCKS).replace("PID", str(os.getpid()))
    ours = run(world, "from _photofinish " + program)
    theirs = subprocess.run([sys.executable, "-c", "from _multiprocessing " + program], capture_output=True, text=True, timeout=60)
    assert theirs.returncode == 0, theirs.stderr
    assert ours.splitlines() == theirs.stdout.splitlines()
    assert len(ours.splitlines()) > 200


def test_a_semaphore_goes_with_its_last_object(world):
    run(world, """
        import gc, _photofinish
        from world import descriptors, kept
        region = kept[0]
        count = lambda: region.patiently("count", 2)
        one = _photofinish.SemLock(1, 1, 1, "/a", False)
        two = _photofinish.SemLock._rebuild(0, 1, 1, "/a")
        three = _photofinish.SemLock._rebuild(one.handle, 1, 1, None)
        assert one.handle == two.handle == three.handle and count() == 1
        del one, two
        assert three.acquire() and not three.acquire(False) and count() == 1
        del three
        assert count() == 1                 # its name keeps it
        _photofinish.sem_unlink("/a")
        assert count() == 0
        many = [_photofinish.SemLock(1, i, 100, f"/m{i}", True) for i in range(100)]
        assert count() == 100 and [lock._get_value() for lock in many] == list(range(100))
        del many[::2]
        assert count() == 50
        many.clear()
        assert count() == 0
        try:
            _photofinish.SemLock._rebuild(12345, 1, 1, None)
        except FileNotFoundError:
            print("gone")
        for wrong in ("", "x" * 256):
            try:
                _photofinish.SemLock(1, 1, 1, wrong, True)
            except (ValueError, OSError) as error:
                print(type(error).__name__)
    """)


def test_a_lock_between_processes(world):
    output = run(world, """
        import time, _photofinish, world
        lock = _photofinish.SemLock(1, 1, 1, "/lock", False)
        gate = _photofinish.SemLock(1, 0, 10, "/gate", False)
        child = '''
        import _photofinish, time, sys
        lock = _photofinish.SemLock._rebuild(0, 1, 1, "/lock")
        gate = _photofinish.SemLock._rebuild(0, 1, 10, "/gate")
        lock.acquire()
        gate.release()
        time.sleep(0.3)
        print("child gives up", flush=True)
        lock.release()
        '''
        import textwrap
        pid = world.start(textwrap.dedent(child))
        assert gate.acquire(True, 30)
        assert not lock.acquire(False) and not lock.acquire(True, 0.05)
        assert lock.acquire(True, 30) and lock._count() == 1
        print("parent has it", flush=True)
        assert _photofinish.waitpid(pid, 0) == (pid, 0)
        pid = world.start(textwrap.dedent(child).replace("time.sleep(0.3)", "import os, signal; _photofinish.kill(_photofinish.getpid(), signal.SIGKILL)"))
        lock.release()
        assert _photofinish.waitpid(pid, 0) == (pid, 9)
        assert lock._is_zero() and not lock.acquire(True, 0.05)       # as in POSIX: what a dead process had taken stays taken
    """)
    assert output.split("\n")[:2] == ["child gives up", "parent has it"]


def test_many_processes_count_under_a_lock(world):
    assert run(world, """
        import _photofinish, textwrap, os, world
        r, w = _photofinish.pipe_pair()
        lock = _photofinish.SemLock(1, 1, 1, "/lock", False)
        child = textwrap.dedent('''
            import _photofinish, os
            lock = _photofinish.SemLock._rebuild(0, 1, 1, "/lock")
            for _ in range(500):
                with lock:
                    number = int.from_bytes(os.read(R, 4), "little")
                    os.write(W, (number + 1).to_bytes(4, "little"))
        ''').replace("R", str(r)).replace("W", str(w))
        os.write(w, (0).to_bytes(4, "little"))
        children = [world.start(child, r, w) for _ in range(4)]
        assert all(_photofinish.waitpid(pid, 0) == (pid, 0) for pid in children)
        print(int.from_bytes(os.read(r, 4), "little"))
    """) == "2000\n"


# ---------------------------------------------------------------------------------------------------- pipes and connections

def test_descriptors(world):
    run(world, """
        import os, errno, _photofinish
        from world import descriptors, kept
        count = lambda: kept[0].patiently("count", 1)
        def fails(error, call, *arguments):
            try:
                call(*arguments)
            except OSError as raised:
                assert raised.errno == error, raised
                return type(raised).__name__
            raise AssertionError("nothing raised")
        r, w = _photofinish.pipe_pair()
        assert _photofinish.is_ours(r) and _photofinish.is_ours(w) and count() == 1
        assert os.write(w, b"hello") == 5 and os.read(r, 3) == b"hel" and os.read(r, 100) == b"lo" and os.read(r, 0) == b""
        assert os.write(w, b"") == 0 and os.write(w, memoryview(b"abc")) == 3 and os.read(r, 10) == b"abc"
        fails(errno.EBADF, os.read, w, 1), fails(errno.EBADF, os.write, r, b"x"), fails(errno.EINVAL, os.read, r, -1)
        os.write(w, b"rest")
        os.close(w)
        assert os.read(r, 10) == b"rest" and os.read(r, 10) == b"" and os.read(r, 10) == b""
        os.close(r)
        assert count() == 0
        r, w = _photofinish.pipe_pair()
        os.close(r)
        assert fails(errno.EPIPE, os.write, w, b"x") == "BrokenPipeError"
        os.close(w)
        fails(errno.EBADF, os.read, w, 1)
        a, b = _photofinish.duplex_pair()
        assert count() == 2
        os.write(a, b"to b"), os.write(b, b"to a")
        assert os.read(a, 9) == b"to a" and os.read(b, 9) == b"to b"
        os.close(b)
        fails(errno.EPIPE, os.write, a, b"x")
        assert os.read(a, 1) == b""
        os.close(a)
        with open("/dev/zero", "rb") as zero, open("/dev/null", "wb") as null:
            assert os.read(zero.fileno(), 4) == bytes(4) and os.write(null.fileno(), b"abc") == 3
        for opens in range(4):          # a descriptor cannot be had: nothing is left
            descriptors.fail_at = opens % 2
            fails(24, (_photofinish.pipe_pair, _photofinish.duplex_pair)[opens // 2])
            descriptors.fail_at = None
            assert count() == 0
        r, w = _photofinish.pipe_pair()
        kind, reads, writes = _photofinish.ticket(r)
        assert kind == 1 and reads > 0 and writes == 0
        os.close(r)
        os.write(w, b"in flight")
        r = _photofinish.take_ticket(kind, reads, writes)
        assert os.read(r, 100) == b"in flight"
        fails(errno.EBADF, _photofinish.take_ticket, kind, reads, writes)
        ticket = _photofinish.ticket(w)
        descriptors.fail_at = 0
        fails(24, _photofinish.take_ticket, *ticket)
        descriptors.fail_at = None
        assert os.write(w, b"still open") == 10         # the descriptor has it still
        ticket = _photofinish.ticket(w)
        os.close(w)
        assert os.read(r, 100) == b"still open"
        _photofinish.drop_ticket(*ticket)
        _photofinish.drop_ticket(*ticket)
        assert os.read(r, 100) == b""
        assert kept[0].patiently("count", 8) == 0
        ticket = _photofinish.ticket(r)
        assert _photofinish.take_ticket(*ticket, 77) == 77 and os.read(77, 1) == b""
        descriptors.table[r].kind |= 256                # O_NONBLOCK
        x, y = _photofinish.pipe_pair()
        for fd in (x, y):
            descriptors.table[fd].kind |= 256
        assert fails(errno.EAGAIN, os.read, x, 1) == "BlockingIOError"
        assert os.write(y, bytes(3 << 20)) == 1 << 20
        fails(errno.EAGAIN, os.write, y, b"x")
        assert len(os.read(x, 3 << 20)) == 1 << 20
    """)


def test_connections(world):
    assert run(world, """
        import io, os, random, struct, _photofinish
        from multiprocessing.connection import Connection
        from multiprocessing import BufferTooShort
        import multiprocessing.connection
        from world import descriptors
        r, w = _photofinish.pipe_pair()
        reader, writer = Connection(r, writable=False), Connection(w, readable=False)
        for size in [0, 1, 4, 100, 4096, 65536, 70000, (1 << 20) - 5]:
            message = random.Random(size).randbytes(size)
            writer.send_bytes(message)
            assert reader.recv_bytes() == message
        writer.send_bytes(b"0123456789", 3, 4)
        assert reader.recv_bytes() == b"3456"
        writer.send(["an object", 1.5, {1: (2, 3)}])
        assert reader.recv() == ["an object", 1.5, {1: (2, 3)}]
        writer.send_bytes(b"into")
        room = bytearray(10)
        assert reader.recv_bytes_into(room, 2) == 4 and room == b"\\0\\0into\\0\\0\\0\\0"
        writer.send_bytes(b"too long for it")
        try:
            reader.recv_bytes_into(bytearray(3))
        except BufferTooShort as error:
            assert error.args == (b"too long for it",)
        writer.send_bytes(b"first"), writer.send_bytes(b"second")
        assert reader.recv_bytes(5) == b"first"
        stream = _photofinish.connection_receive(reader)
        assert type(stream) is io.BytesIO and stream.tell() == 6 and stream.getvalue() == b"second"

        # What others wrote in parts, and read in parts.
        for cut in range(1, 12):
            whole = struct.pack("!i", 8) + b"8 bytes."
            os.write(w, whole[:cut]), os.write(w, whole[cut:]), writer.send_bytes(b"next")
            assert reader.recv_bytes() == b"8 bytes." and reader.recv_bytes() == b"next"
        os.write(w, struct.pack("!iQ", -1, 5) + b"large")
        assert reader.recv_bytes() == b"large"
        os.write(w, struct.pack("!i", 3) + b"one" + struct.pack("!i", 3) + b"two")
        assert reader.recv_bytes() == b"one" and reader.recv_bytes() == b"two"
        writer.send_bytes(b"as bytes")
        assert os.read(r, 100) == struct.pack("!i", 8) + b"as bytes"

        assert not reader.poll() and not reader.poll(0.01)
        writer.send_bytes(b"x")
        assert reader.poll() and reader.poll(None)
        def fails(error, call, *arguments):
            try:
                call(*arguments)
            except error as raised:
                assert type(raised) is error, raised
                return
            raise AssertionError("nothing raised")
        reader.recv_bytes()
        writer.send_bytes(b"longer than that")
        fails(OSError, reader.recv_bytes, 3)
        fails(OSError, reader.recv_bytes)               # closed by that

        r, w = _photofinish.pipe_pair()
        reader, writer = Connection(r, writable=False), Connection(w, readable=False)
        os.write(w, struct.pack("!i", 3))
        fails(OSError, reader.recv_bytes, 2)
        r, w = _photofinish.pipe_pair()
        reader, writer = Connection(r, writable=False), Connection(w, readable=False)
        os.write(w, struct.pack("!i", 3)), writer.close()
        fails(EOFError, reader.recv_bytes)
        fails(EOFError, reader.recv_bytes)
        r, w = _photofinish.pipe_pair()
        reader, writer = Connection(r, writable=False), Connection(w, readable=False)
        os.write(w, struct.pack("!i", 3) + b"ab"), writer.close()
        fails(OSError, reader.recv_bytes)
        reader.close()
        fails(OSError, reader.recv_bytes), fails(OSError, writer.send_bytes, b"x")
        r, w = _photofinish.pipe_pair()
        reader, writer = Connection(r, writable=False), Connection(w, readable=False)
        reader.close()
        fails(BrokenPipeError, writer.send_bytes, b"x")
        fails(TypeError, writer._send_bytes, 5)
        fails(TypeError, writer._recv_bytes, 1, 2), fails(TypeError, lambda: writer._recv_bytes(size=1))

        # Connections that are not ours.
        left, right = multiprocessing.connection.Pipe(False)
        right.send("as ever")
        assert left.recv() == "as ever"
        print("done")
    """) == "done\n"


def test_messages_between_processes(world):
    assert run(world, """
        import _photofinish, os, textwrap, world
        from multiprocessing.connection import Connection
        a, b = _photofinish.duplex_pair()
        child = world.start(textwrap.dedent('''
            from multiprocessing.connection import Connection
            peer = Connection(B)
            while True:
                try:
                    message = peer.recv_bytes()
                except EOFError:
                    break
                peer.send_bytes(message)
        ''').replace("B", str(b)), b)
        os.close(b)
        peer = Connection(a)
        for size in [1, 10, 1000, 100_000, 5_000_000, 20_000_000]:
            peer.send_bytes(bytes([size % 251]) * size)
            assert peer.recv_bytes() == bytes([size % 251]) * size
        # Forty messages of 3 MB: more than there is room for without anybody reading.
        r, w = _photofinish.pipe_pair()
        reading = world.start(textwrap.dedent('''
            import hashlib
            from multiprocessing.connection import Connection
            peer, digest = Connection(R, writable=False), hashlib.sha256()
            for _ in range(40):
                digest.update(peer.recv_bytes())
            import sys
            sys.exit(digest.hexdigest() != "EXPECTED")
        ''').replace("R", str(r)).replace("EXPECTED", __import__("hashlib").sha256(b"".join(bytes([i]) * 3_000_000 for i in range(40))).hexdigest()), r)
        os.close(r)
        writer = Connection(w, readable=False)
        for i in range(40):
            writer.send_bytes(bytes([i]) * 3_000_000)
        assert _photofinish.waitpid(reading, 0) == (reading, 0)
        peer.close()
        assert _photofinish.waitpid(child, 0) == (child, 0)
        print("done")
    """) == "done\n"


def test_a_message_that_does_not_fit_the_region_goes_in_parts(world):
    assert run(world, """
        import _photofinish, os, textwrap, world
        from multiprocessing.connection import Connection
        r, w = _photofinish.pipe_pair()
        child = world.start(textwrap.dedent('''
            from multiprocessing.connection import Connection
            message = Connection(R, writable=False).recv_bytes()
            assert len(message) == 80_000_000 and message.count(7) == 80_000_000
        ''').replace("R", str(r)), r)
        os.close(r)
        Connection(w, readable=False).send_bytes(bytes([7]) * 80_000_000)
        assert _photofinish.waitpid(child, 0) == (child, 0)
        print("done")
    """) == "done\n"


def test_wait(world):
    assert run(world, """
        import _photofinish, os, time, world
        from multiprocessing.connection import Connection, wait
        pipes = [_photofinish.pipe_pair() for _ in range(20)]
        readers = [Connection(r, writable=False) for r, _ in pipes]
        waits = _photofinish.connection_wait
        assert waits(readers, 0) == [] and waits(readers, timeout=0.01) == [] and waits([], 0) == [] and waits(readers, -1) == []
        os.write(pipes[3][1], b"x"), os.write(pipes[7][1], b"x")
        assert waits(object_list=readers) == [readers[3], readers[7]]
        assert waits([r for r, _ in pipes], None) == [pipes[3][0], pipes[7][0]]
        os.close(pipes[9][1])
        assert waits(readers, 5) == [readers[3], readers[7], readers[9]]
        assert waits([pipes[3][0], 0], 5) == [pipes[3][0], 0]       # other files: always ready
        for wrong, error in (([object()], AttributeError), ([-1], ValueError), (5, TypeError)):
            try:
                waits(wrong)
            except error:
                continue
            raise AssertionError(wrong)
        readers[9].close()
        try:
            waits(readers)
        except OSError as raised:
            assert "closed" in str(raised)
        r, w = _photofinish.pipe_pair()
        pid = world.start(f"import os, time; time.sleep(0.2); os.write({w}, b'now')", w)
        os.close(w)
        assert waits([r], 0.001) == [] and waits([r]) == [r] and os.read(r, 9) == b"now"
        assert waits([r]) == [r] and os.read(r, 9) == b""             # its end
        assert _photofinish.waitpid(pid, 0) == (pid, 0)
        print("done")
    """) == "done\n"


def test_listeners(world):
    assert run(world, """
        import _photofinish, errno, os, textwrap, world
        listener = _photofinish.listen("place", 2)
        def fails(error, call, *arguments):
            try:
                call(*arguments)
            except OSError as raised:
                assert raised.errno == error, raised
                return
            raise AssertionError("nothing raised")
        fails(errno.EADDRINUSE, _photofinish.listen, "place", 1)
        fails(errno.ENOENT, _photofinish.connect_to, "nobody")
        fails(errno.EBADF, _photofinish.accept, 0), fails(errno.EBADF, os.read, listener, 1)
        assert _photofinish.connection_wait([listener], 0) == []
        children = [world.start(textwrap.dedent('''
            import _photofinish, os
            fd = _photofinish.connect_to("place")
            os.write(fd, b"hello")
            assert os.read(fd, 9) == b"and back"
        ''')) for _ in range(5)]
        for _ in children:
            fd = _photofinish.accept(listener)
            assert os.read(fd, 9) == b"hello"
            os.write(fd, b"and back")
            os.close(fd)
        assert all(_photofinish.waitpid(pid, 0) == (pid, 0) for pid in children)
        os.close(listener)
        fails(errno.ENOENT, _photofinish.connect_to, "place")
        again = _photofinish.listen("place", 0)
        print("done")
    """) == "done\n"


# ---------------------------------------------------------------------------------------------------- children and signals

def test_children(world):
    assert run(world, """
        import _photofinish, errno, os, world
        def fails(error, call, *arguments):
            try:
                call(*arguments)
            except OSError as raised:
                assert raised.errno == error, raised
                return
            raise AssertionError("nothing raised")
        assert (_photofinish.getpid(), _photofinish.getppid()) == (2, 1)
        fails(errno.ECHILD, _photofinish.waitpid, -1, 0)
        pid = world.start("import _photofinish, sys; sys.exit(_photofinish.getppid() * 10 + 7)")
        assert _photofinish.waitpid(pid, 0) == (pid, 27 << 8)
        fails(errno.ECHILD, _photofinish.waitpid, pid, 0), fails(errno.ECHILD, _photofinish.waitpid, -5, 0)
        r, w = _photofinish.pipe_pair()
        pid = world.start(f"import os; os.read({r}, 1)", r)
        assert _photofinish.waitpid(pid, os.WNOHANG) == _photofinish.waitpid(-1, os.WNOHANG) == (0, 0)
        _photofinish.kill(pid, 0)
        os.write(w, b"x")
        assert _photofinish.waitpid(-1, 0) == (pid, 0)
        fails(errno.ESRCH, _photofinish.kill, pid, 0)
        pid = world.start("import _photofinish, atexit; atexit.register(print, 'never'); _photofinish.exit_process(300)")
        assert _photofinish.waitpid(pid, 0) == (pid, (300 & 255) << 8)
        children = [world.start(f"import os; os.read({r}, 1)", r) for _ in range(7)]
        fails(errno.EAGAIN, world.start, "")            # 8 may run, and this is one
        for pid in children:
            _photofinish.kill(pid, 15)
            assert _photofinish.waitpid(pid, 0) == (pid, 15)
        print("done")
    """) == "done\n"


def test_signals(world):
    assert run(world, """
        import _photofinish, errno, os, signal, time, world
        def fails(error, call, *arguments):
            try:
                call(*arguments)
            except OSError as raised:
                assert raised.errno == error, raised
                return
            raise AssertionError("nothing raised")
        fails(errno.EPERM, _photofinish.kill, 1, 15), fails(errno.EINVAL, _photofinish.kill, 0, 15), fails(errno.EINVAL, _photofinish.kill, -1, 15)
        fails(errno.EINVAL, _photofinish.kill, 2, 64), fails(errno.ESRCH, _photofinish.kill, 999, 15)
        came = []
        signal.signal(signal.SIGUSR1, lambda *signal: came.append(signal[0]))
        _photofinish.signal_action(signal.SIGUSR1, 2)
        _photofinish.kill(_photofinish.getpid(), signal.SIGUSR1)
        assert came == [signal.SIGUSR1]                 # before kill() returned
        _photofinish.signal_action(signal.SIGUSR2, 1)
        _photofinish.kill(_photofinish.getpid(), signal.SIGUSR2)
        _photofinish.kill(_photofinish.getpid(), signal.SIGCHLD)
        _photofinish.signal_action(9, 2), _photofinish.signal_action(64, 2)
        r, w = _photofinish.pipe_pair()
        waiting = f'''
        import _photofinish, os, signal
        def handler(number, frame):
            os.write({w}, b"handled")
            RAISE
        signal.signal(signal.SIGTERM, handler)
        _photofinish.signal_action(signal.SIGTERM, 2)
        a, b = _photofinish.pipe_pair()
        os.write({w}, b"ready")
        os.read(a, 1)
        '''
        import textwrap
        pid = world.start(textwrap.dedent(waiting).replace("RAISE", "raise SystemExit(5)"), w)
        assert os.read(r, 99) == b"ready"
        _photofinish.kill(pid, signal.SIGTERM)
        assert os.read(r, 99) == b"handled" and _photofinish.waitpid(pid, 0) == (pid, 5 << 8)
        pid = world.start(textwrap.dedent(waiting).replace("RAISE", "pass"), w)
        assert os.read(r, 99) == b"ready"
        _photofinish.kill(pid, signal.SIGTERM)
        assert os.read(r, 99) == b"handled" and _photofinish.waitpid(pid, os.WNOHANG) == (0, 0)         # it waits on
        _photofinish.kill(pid, signal.SIGKILL)
        assert _photofinish.waitpid(pid, 0) == (pid, 9)
        pid = world.start("import _photofinish, os, signal; _photofinish.kill(_photofinish.getpid(), signal.SIGTERM); print('never')")
        assert _photofinish.waitpid(pid, 0) == (pid, 15)
        pid = world.start(f"import _photofinish, os; a, b = _photofinish.pipe_pair(); os.write({w}, b'ready'); os.read(a, 1)", w)
        assert os.read(r, 99) == b"ready"
        _photofinish.kill(pid, signal.SIGINT)           # caught from the start: KeyboardInterrupt
        status = _photofinish.waitpid(pid, 0)[1]
        assert status in (1 << 8, 2), status            # CPython ends itself by the signal
        print("done")
    """).splitlines()[-1] == "done"


def test_a_process_that_dies_in_the_middle(world):
    assert run(world, """
        import _photofinish, os, random, textwrap, world
        from multiprocessing.connection import Connection
        r, w = _photofinish.pipe_pair()
        reader, whole, chance = Connection(r, writable=False), 0, random.Random(1)
        for round in range(25):
            pid = world.start(textwrap.dedent('''
                import os
                from multiprocessing.connection import Connection
                peer = Connection(W, readable=False)
                while True:
                    peer.send_bytes(bytes([len(str(os.getpid()))]) * 50_000)
            ''').replace("W", str(w)), w)
            for _ in range(chance.randrange(1, 60)):
                assert len(set(reader.recv_bytes())) == 1
            _photofinish.kill(pid, 9)
            assert _photofinish.waitpid(pid, 0) == (pid, 9)
            while reader.poll():
                message = reader.recv_bytes()
                assert len(message) == 50_000 and len(set(message)) == 1
                whole += 1
        assert whole > 0
        print("done")
    """) == "done\n"


def test_signal_numbers_are_linuxs():
    assert (signal.SIGINT, signal.SIGKILL, signal.SIGCHLD, signal.SIGVTALRM) == (2, 9, 17, 26)
