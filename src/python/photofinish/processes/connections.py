"""What multiprocessing.connection and multiprocessing.reduction find below them: pipes, listeners, descriptors inside messages."""
from __future__ import annotations

import errno
import itertools
import os
import pickle
from collections.abc import Iterable
from multiprocessing import connection, context

import _photofinish

_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "")
_ports = itertools.count(49152)  # as a system gives out to who asks for port 0
_LAST_PORT = 65535


def Pipe(duplex: bool = True) -> tuple[connection.Connection, connection.Connection]:
    """Two connections at the ends of a pipe; if not `duplex` the first only receives and the second only sends."""
    if duplex:
        first, second = _photofinish.duplex_pair()
        return connection.Connection(first), connection.Connection(second)
    reader, writer = _photofinish.pipe_pair()
    return connection.Connection(reader, writable=False), connection.Connection(writer, readable=False)


def wait(object_list: Iterable[object], timeout: float | None = None) -> list[object]:
    """Wait till an object in object_list is ready/readable: connections, listeners, descriptors. Returns those that are."""
    return _photofinish.connection_wait(list(object_list), timeout)


# ---------------------------------------------------------------------------------------------- descriptors in messages

class Ticket:
    """A descriptor on its way to another process, inside a message. Who unpickles it takes it with detach(), once."""

    def __init__(self, fd: int) -> None:
        self._ticket = _photofinish.ticket(fd)
        if _made is not None:
            _made.append(self._ticket)

    def detach(self) -> int:
        """The descriptor, in the process that calls this."""
        return _photofinish.take_ticket(*self._ticket)


_made: list[tuple[int, int, int]] | None = None  # tickets of the values that are being packed; None: nobody packs


def DupFd(fd: int) -> object:
    """What stands for a descriptor in a pickle; multiprocessing.reduction's."""
    popen = context.get_spawning_popen()
    if popen is not None and _made is None:
        return popen.DupFd(popen.duplicate_for_child(fd))
    return Ticket(fd)


def send_handle(conn: connection.Connection, handle: int, destination_pid: int) -> None:
    """Sends a descriptor over a connection."""
    conn.send(Ticket(handle))


def recv_handle(conn: connection.Connection) -> int:
    """Receives a descriptor from a connection. RuntimeError where something else has come, be it less than a message."""
    fd = conn.fileno()
    header = os.read(fd, 4)  # of a message that is in the pipe as a whole or not at all
    message = b""
    if len(header) == 4:
        while len(message) < int.from_bytes(header) and (more := os.read(fd, int.from_bytes(header) - len(message))):
            message += more
    ticket = pickle.loads(message) if message else None
    if not isinstance(ticket, Ticket):
        raise RuntimeError("received no descriptor")
    return ticket.detach()


def packed(value: object) -> bytes | None:
    """A pickle of `value` for a child that is being spawned, whose descriptors are its own. None where it cannot be pickled."""
    global _made
    outer, _made = _made, []
    try:
        return bytes(context.reduction.ForkingPickler.dumps(value))
    except Exception:
        for ticket in _made:
            _photofinish.drop_ticket(*ticket)
        return None
    finally:
        _made = outer


# ---------------------------------------------------------------------------------------------- listeners

class SocketListener:
    """What a Listener listens with. The processes of a program reach it by its address, nobody else does."""

    def __init__(self, address: str | tuple[str, int], family: str, backlog: int = 1) -> None:
        self._family = family
        self._last_accepted: object = None
        self._fd: int | None = None
        if family == "AF_INET":
            host, port = address
            if host not in _LOCAL:
                raise OSError(errno.EADDRNOTAVAIL, f"{os.strerror(errno.EADDRNOTAVAIL)}: there is no network here, only localhost")
            host = "0.0.0.0" if host in ("", "0.0.0.0") else "127.0.0.1"
            self._fd, port = _listen_at_any_port(backlog) if port == 0 else (_listen(_name("localhost", port), backlog), port)
            self._address: object = (host, port)
        else:
            self._fd = _listen(_name(address), backlog)
            self._address = address

    def fileno(self) -> int:
        """The descriptor that is readable while somebody wants to connect."""
        if self._fd is None:
            return -1
        return self._fd

    def accept(self) -> connection.Connection:
        """Waits for somebody who connects."""
        if self._fd is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        fd = _photofinish.accept(self._fd)
        self._last_accepted = "" if self._family == "AF_UNIX" else ("127.0.0.1", next(_ports))
        return connection.Connection(fd)

    def close(self) -> None:
        """Listens no longer; those who are not accepted yet read the end of file."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def __del__(self) -> None:
        self.close()


def SocketClient(address: str | tuple[str, int]) -> connection.Connection:
    """A connection to a listener's address. FileNotFoundError or ConnectionRefusedError where nobody listens."""
    if isinstance(address, tuple):
        host, port = address
        if host not in _LOCAL:
            raise OSError(errno.ENETUNREACH, f"{os.strerror(errno.ENETUNREACH)}: there is no network here, only localhost")
        name = _name("localhost", port)
    else:
        name = _name(address)
    try:
        return connection.Connection(_photofinish.connect_to(name))
    except FileNotFoundError:
        if isinstance(address, tuple):
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)) from None
        raise


def _name(address: str | bytes, port: int | None = None) -> str:
    """The kernel's name of an address."""
    if port is not None:
        return f"{address}:{port}"
    return os.fsdecode(address)


def _listen(name: str, backlog: int) -> int:
    try:
        return _photofinish.listen(name, max(1, min(backlog, 4096)))
    except FileExistsError:
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE)) from None


def _listen_at_any_port(backlog: int) -> tuple[int, int]:
    for _ in range(_LAST_PORT):
        port = 49152 + (next(_ports) + 1009 * os.getpid()) % (_LAST_PORT - 49151)  # processes count apart
        try:
            return _listen(_name("localhost", port), backlog), port
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
