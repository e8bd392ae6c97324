"""The library's helper threads, as steps: generators that yield what they wait for (pumps.py runs them)."""
from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import process as executors
from multiprocessing import managers, pool, queues, util
from traceback import format_exception

import _photofinish

from .served import serve_connection

Steps = Generator["Kernel | Local", None, None]


class Kernel:
    """Waits until one of several things of the kernel is ready: each a number and an event, as _photofinish.arm takes them."""

    __slots__ = ("things",)
    until = None

    def __init__(self, things: Iterable[tuple[int, str]]) -> None:
        self.things = list(things)

    def is_over(self) -> bool:
        """Asks, and if not, has this process woken when it is."""
        over = False
        for number, event in self.things:  # all of them: each is to wake this process
            over = _photofinish.arm(number, event) or over
        return over


class Local:
    """Waits until something is true in this interpreter, or until a moment of time.monotonic()."""

    __slots__ = ("_is_true", "until")
    things = ()

    def __init__(self, is_true: Callable[[], object], until: float | None = None) -> None:
        self._is_true = is_true
        self.until = until

    def is_over(self) -> bool:
        return bool(self._is_true()) or (self.until is not None and time.monotonic() >= self.until)


def readable(*things: object) -> Kernel:
    """Connections, listeners or descriptors."""
    return Kernel((thing if isinstance(thing, int) else thing.fileno(), "r") for thing in things)


def writable(thing: object) -> Kernel:
    return Kernel([(thing.fileno(), "w")])


def takeable(lock: object) -> Kernel:
    """A multiprocessing.synchronize.Lock."""
    return Kernel([(lock._semlock.handle, "s")])


# ---------------------------------------------------------------------------------------------- the library's threads

def _feed(thread: threading.Thread, buffer, notempty, send_bytes, writelock, reader_close, writer_close, ignore_epipe, onerror,
          queue_sem) -> Steps:
    """Queue._feed: from the buffer to the pipe."""
    filled, has_room = Local(lambda: buffer), writable(send_bytes.__self__)
    while True:
        if not buffer:
            yield filled
        item = buffer.popleft()
        if item is queues._sentinel:
            reader_close()
            writer_close()
            return
        try:
            data = queues._ForkingPickler.dumps(item)
            while not writelock.acquire(False):
                yield takeable(writelock)
            try:
                if not has_room.is_over():
                    yield has_room
                send_bytes(data)
            finally:
                writelock.release()
        except Exception as error:
            if (ignore_epipe and getattr(error, "errno", 0) == errno.EPIPE) or util.is_exiting():
                return
            queue_sem.release()
            onerror(error, item)


def _handle_workers(thread: threading.Thread, cache, taskqueue, ctx, Process, processes, workers, inqueue, outqueue, initializer, initargs,
                    maxtasksperchild, wrap_exception, sentinels, change_notifier) -> Steps:
    """Pool._handle_workers: replaces processes that have ended. It need not look at every result: the notifier says when none is missing."""
    of_pool = pool.Pool
    while thread._state == pool.RUN or (cache and thread._state != pool.TERMINATE):
        of_pool._maintain_pool(ctx, Process, processes, workers, inqueue, outqueue, initializer, initargs, maxtasksperchild, wrap_exception)
        yield readable(*of_pool._get_worker_sentinels(workers), change_notifier._reader)
        while not change_notifier.empty():
            change_notifier.get()
    taskqueue.put(None)


def _handle_tasks(thread: threading.Thread, taskqueue, put, outqueue, workers, cache) -> Steps:
    """Pool._handle_tasks: from the queue of jobs to the pipe that the processes read."""
    given, has_room = Local(lambda: not taskqueue.empty()), writable(put.__self__)
    while True:
        yield given
        job = taskqueue.get()
        if job is None:
            break
        tasks, set_length = job
        number = -1
        stopped = False
        for task in tasks:
            if thread._state != pool.RUN:
                stopped = True
                break
            number = task[1]
            try:
                if not has_room.is_over():
                    yield has_room
                put(task)
            except Exception as error:
                result = cache.get(task[0])
                if result is not None:
                    result._set(number, (False, error))
        if stopped:
            break
        if set_length:
            set_length(number + 1)
    try:
        outqueue.put(None)
        for _ in workers:
            put(None)
    except OSError:
        pass


def _handle_results(thread: threading.Thread, outqueue, get, cache) -> Steps:
    """Pool._handle_results: from the pipe that the processes write to those who asked."""
    come = readable(get.__self__)
    ending = False
    while not ending or (cache and thread._state != pool.TERMINATE):
        if not come.is_over():
            yield come
        try:
            task = get()
        except (OSError, EOFError):
            return
        if not ending and (thread._state != pool.RUN or task is None):
            ending = True
        elif task is not None:
            job, number, value = task
            result = cache.get(job)
            if result is not None:
                result._set(number, value)
    try:
        for _ in range(10):  # so that nobody waits to write a last None
            if not outqueue._reader.poll():
                break
            get()
    except (OSError, EOFError):
        pass


def _manage_executor(manager: executors._ExecutorManagerThread) -> Steps:
    """_ExecutorManagerThread.run: hands out calls, takes results, notices dead processes."""
    while True:
        try:
            manager.add_call_item_to_queue()
        except BaseException as error:
            manager.terminate_broken(format_exception(error))
            return
        sentinels = [process.sentinel for process in list(manager.processes.values())]
        yield readable(manager.result_queue._reader, manager.thread_wakeup._reader, *sentinels)
        item, is_broken, cause = manager.wait_result_broken_or_wakeup()
        if is_broken:
            manager.terminate_broken(cause)
            return
        if item is not None:
            manager.process_result_item(item)
            has_ended = item.exit_pid is not None
            if has_ended:
                manager.processes.pop(item.exit_pid).join()
            del item
            executor = manager.executor_reference()
            if executor:
                if has_ended:
                    with manager.shutdown_lock:
                        executor._adjust_process_count()
                else:
                    executor._idle_worker_semaphore.release()
            del executor
        if manager.is_shutting_down():
            manager.flag_executor_shutting_down()
            manager.add_call_item_to_queue()
            if not manager.pending_work_items:
                manager.join_executor_internals()
                return


def _accept(thread: threading.Thread, server: managers.Server) -> Steps:
    """Server.accepter: a thread for each who connects."""
    while True:
        yield readable(server.listener._listener)
        try:
            conn = server.listener.accept()
        except OSError:
            continue
        threading.Thread(target=server.handle_request, args=(conn,), daemon=True).start()


def _handle_request(thread: threading.Thread, server: managers.Server, conn) -> Steps:
    """Server.handle_request: answers one who has connected."""
    for wait in serve_connection(thread, server, conn):
        yield readable(wait) if hasattr(wait, "fileno") else Local(*wait)


_STEPS: dict[object, Callable[..., Steps]] = {
    queues.Queue._feed: _feed,
    pool.Pool._handle_workers.__func__: _handle_workers,
    pool.Pool._handle_tasks: _handle_tasks,
    pool.Pool._handle_results: _handle_results,
    managers.Server.accepter: _accept,
    managers.Server.handle_request: _handle_request,
}


def steps_of(thread: threading.Thread) -> Steps | None:
    """The steps in whose place this thread would run; None where it is not one of the library's."""
    if isinstance(thread, executors._ExecutorManagerThread):
        return _manage_executor(thread)
    target = getattr(thread, "_target", None)
    steps = _STEPS.get(getattr(target, "__func__", target))
    if steps is None:
        return None
    owner = getattr(target, "__self__", None)
    mine = (owner,) if isinstance(owner, managers.Server) else ()
    return steps(thread, *mine, *thread._args, **thread._kwargs)
