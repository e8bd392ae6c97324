"""A manager's server where there are no threads: each connection is served by steps (pumps.py), one request at a time.

A request is handled by the library's own Server.serve_client. What would wait there (get() of an empty queue, acquire() of a lock that is held) is
asked for only when it need not wait any more, so that others are served meanwhile.
"""
from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator
from multiprocessing import connection, managers

Condition = tuple[Callable[[], object], "float | None"]  # what has to be true, and until when it is waited for

_RLOCK = type(threading.RLock())
_LOCK = type(threading.Lock())
NEEDS_THREADS = "a manager's {} needs threads in its server, and this browser has none; Lock, Semaphore, Event and Queue work"


def serve_connection(thread: threading.Thread, server: managers.Server, conn: connection.Connection) -> Generator[object, None, None]:
    """Answers one who has connected; yields the connection where it waits for a request, or a Condition."""
    server.accept_connection = _accept
    try:
        server._handle_request(conn)  # the greeting and what follows it at once: waits in place
        name = vars(conn).pop("_accepted_as", None)
        if name is None:
            return
        thread.name = name
        while not server.stop_event.is_set():
            yield conn
            request = yield from _when_ready(server, conn.recv())
            if isinstance(request, Exception):
                conn.send(("#ERROR", request))
            else:
                try:
                    server.serve_client(_OneRequest(conn, request))
                except SystemExit as end:  # so the library ends a thread: 0, since no more requests come; 1 where nobody takes answers
                    if end.code:
                        return
    except (EOFError, OSError):
        pass
    finally:
        conn.close()


def _accept(conn: connection.Connection, name: str) -> None:
    """Server.accept_connection, but for serving: many requests are to follow."""
    conn._accepted_as = name


class _OneRequest:
    """A connection on which one request has come, and then no more."""

    def __init__(self, conn: connection.Connection, request: tuple) -> None:
        self._requests = [request]
        self.send, self.close = conn.send, conn.close

    def recv(self) -> tuple:
        if not self._requests:
            raise EOFError
        return self._requests.pop()


# ---------------------------------------------------------------------------------------------- requests that would wait

def _when_ready(server: managers.Server, request: tuple) -> Generator[Condition, None, tuple | Exception]:
    """Waits until the request need not wait; returns it as one that does not wait, or an exception that is its answer."""
    ident, method, args, kwds = request
    known = server.id_to_obj.get(ident) or server.id_to_local_proxy_obj.get(ident)
    if known is None or not isinstance(method, str):
        return request
    target = known[0]
    if isinstance(target, _RLOCK | threading.Condition):
        return RuntimeError(NEEDS_THREADS.format("RLock" if isinstance(target, _RLOCK) else "Condition"))
    waits = _waits(target, method, args, kwds)
    if waits is None:
        return request
    is_ready, timeout, args = waits
    yield is_ready, None if timeout is None else time.monotonic() + max(timeout, 0)
    return ident, method, args, {}


def _waits(target: object, method: str, args: tuple, kwds: dict) -> tuple[Callable[[], object], float | None, tuple] | None:
    """When a call need not wait, for how long it may, and the arguments with which it does not. None: it never waits, or is left to itself."""
    def given(position: int, name: str, default: object) -> object:
        return args[position] if len(args) > position else kwds.get(name, default)

    if isinstance(target, queue.Queue):
        if method == "get" and given(0, "block", True):
            return lambda: target.qsize(), given(1, "timeout", None), (False,)
        if method == "put" and given(1, "block", True):
            return lambda: not target.full(), given(2, "timeout", None), (given(0, "item", None), False)
        if method == "join":
            return lambda: not target.unfinished_tasks, None, ()
    elif isinstance(target, _LOCK | threading.Semaphore):
        if method == "acquire" and given(0, "blocking", True):
            timeout = given(1, "timeout", None)
            is_free = (lambda: not target.locked()) if isinstance(target, _LOCK) else (lambda: target._value)
            return is_free, None if timeout in (None, -1) else timeout, (False,)
    elif isinstance(target, threading.Event) and method == "wait":
        return target.is_set, given(0, "timeout", None), (0,)
    return None
