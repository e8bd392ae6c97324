"""The library's helper threads where there are no threads (WebKit cannot suspend WebAssembly): as steps, run whenever the process waits.

multiprocessing's queues, pools, executors and managers each have threads that carry things between pipes and memory. Such a thread is a loop that
waits for something and then does something short. Here the loop is a generator that yields what it waits for; whoever waits for anything
in this interpreter first runs the steps that are ready (pump(), called by blocking.c), and then sleeps until its own wait or one of theirs is over.

What that cannot do: helpers do not run while the program computes, and a step that has to wait itself does so on top of whoever waits
already, who goes on after it. Threads of the reader's own still raise RuntimeError.
"""
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
from .unborn import StartError, end_pool

Wait = "Kernel | Local"      # what steps yield
Steps = Generator["Kernel | Local", None, None]


class Kernel:
    """Waits until one of several things of the kernel is ready: each a number and an event, as _photofinish.arm takes them."""

    __slots__ = ("things",)
    until = None

    def __init__(self, things: Iterable[tuple[int, str]]) -> None:
        self.things = list(things)

    def is_over(self) -> bool:
        """Asks, and if not, has this process woken when it is."""
        return any([_photofinish.arm(*thing) for thing in self.things])


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


class Helper:
    """A thread of the library as steps."""

    def __init__(self, thread: threading.Thread, steps: Steps) -> None:
        self.thread = thread
        self.done = _photofinish.Lock()  # held while it lives
        self.done.acquire()
        self._steps = steps
        self.wait: Kernel | Local = Local(lambda: True)
        self.is_running = False

    def step(self) -> None:
        """Goes on until it waits again, or ends."""
        self.is_running = True
        try:
            self.wait = next(self._steps)
            return
        except (StopIteration, SystemExit):
            pass
        except BaseException as error:
            if isinstance(error, StartError):
                end_pool(self.thread)
            if isinstance(error, KeyboardInterrupt | StartError):
                raise  # it is the program that is stopped
            threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, self.thread)))
        finally:
            self.is_running = False
        self.end()

    def end(self) -> None:
        if self in _helpers:
            _helpers.remove(self)
            self.done.release()


_helpers: list[Helper] = []
_ROUNDS = 100  # of steps in a row, before whoever waits looks again


def pump() -> bool | float | None:
    """Runs the steps of helpers that need not wait, on the stack of whoever waits. Called before it sleeps.

    True: some have run, so that it may go on; False, or a number of seconds: it may sleep, so long; None: no helper can be woken.
    """
    ran = _run_ready()
    if ran:
        return True
    waiting = [helper.wait for helper in _helpers if not helper.is_running]
    times = [wait.until for wait in waiting if wait.until is not None]
    if times:
        return max(0.0, min(times) - time.monotonic())
    return False if any(wait.things for wait in waiting) else None


def _run_ready() -> bool:
    some = False
    for _ in range(_ROUNDS):
        ran = False
        for helper in list(_helpers):
            if not helper.is_running and helper in _helpers and helper.wait.is_over():  # asked last: a step before may have changed it
                helper.step()
                ran = True
        if not ran:
            break
        some = True
    return some


# ---------------------------------------------------------------------------------------------- the library's threads

def _feed(thread: threading.Thread, buffer, notempty, send_bytes, writelock, reader_close, writer_close, ignore_epipe, onerror,
          queue_sem) -> Steps:
    """Queue._feed: from the buffer to the pipe."""
    writer = send_bytes.__self__
    while True:
        yield Local(lambda: buffer)
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
                yield writable(writer)
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
    """Pool._handle_workers: replaces processes that have ended."""
    of_pool = pool.Pool
    while thread._state == pool.RUN or (cache and thread._state != pool.TERMINATE):
        of_pool._maintain_pool(ctx, Process, processes, workers, inqueue, outqueue, initializer, initargs, maxtasksperchild, wrap_exception)
        yield readable(*of_pool._get_worker_sentinels(workers), *sentinels)
        while not change_notifier.empty():
            change_notifier.get()
    taskqueue.put(None)


def _handle_tasks(thread: threading.Thread, taskqueue, put, outqueue, workers, cache) -> Steps:
    """Pool._handle_tasks: from the queue of jobs to the pipe that the processes read."""
    writer = put.__self__
    while True:
        yield Local(lambda: not taskqueue.empty())
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
                yield writable(writer)
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
    reader = get.__self__
    ending = False
    while not ending or (cache and thread._state != pool.TERMINATE):
        yield readable(reader)
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
        yield readable(manager.result_queue._reader, manager.thread_wakeup._reader, *[process.sentinel for process in list(manager.processes.values())])
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


def _steps_of(thread: threading.Thread) -> Steps | None:
    if isinstance(thread, executors._ExecutorManagerThread):
        return _manage_executor(thread)
    target = getattr(thread, "_target", None)
    steps = _STEPS.get(getattr(target, "__func__", target))
    if steps is None:
        return None
    owner = getattr(target, "__self__", None)
    mine = (owner,) if isinstance(owner, managers.Server) else ()
    return steps(thread, *mine, *thread._args, **thread._kwargs)


# ---------------------------------------------------------------------------------------------- in place of threads

_start, _join, _is_alive = threading.Thread.start, threading.Thread.join, threading.Thread.is_alive


def start(self: threading.Thread) -> None:
    """Starts the thread's activity; see threading.Thread.start."""
    steps = _steps_of(self)
    if steps is None:
        _start(self)
        return
    if getattr(self, "_helper", None) is not None:
        raise RuntimeError("threads can only be started once")
    self._helper = Helper(self, steps)
    self._started.set()
    _helpers.append(self._helper)


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Waits until the thread has ended; see threading.Thread.join."""
    helper = getattr(self, "_helper", None)
    if helper is None:
        _join(self, timeout)
    elif helper.is_running:
        raise RuntimeError("cannot join current thread")
    else:
        helper.done._until_free(timeout)


def is_alive(self: threading.Thread) -> bool:
    """Whether the thread has been started and has not ended."""
    helper = getattr(self, "_helper", None)
    return helper.done.locked() if helper is not None else _is_alive(self)


def _and_pump(function: Callable[..., object]) -> Callable[..., object]:
    """The same function; afterwards helpers take what it has left for them."""
    def with_pump(*args: object, **kwargs: object) -> object:
        try:
            return function(*args, **kwargs)
        finally:
            _run_ready()
    with_pump.__name__, with_pump.__qualname__, with_pump.__doc__ = function.__name__, function.__qualname__, function.__doc__
    return with_pump


def install() -> None:
    """From now on the library's helper threads are steps. For an interpreter that cannot start threads; once."""
    threading.Thread.start, threading.Thread.join, threading.Thread.is_alive = start, join, is_alive
    for kind, names in {
        queues.Queue: ("put",), queues.JoinableQueue: ("put",), executors.ProcessPoolExecutor: ("submit", "shutdown"),
        pool.Pool: ("apply_async", "_map_async", "imap", "imap_unordered"),
    }.items():
        for name in names:
            setattr(kind, name, _and_pump(getattr(kind, name)))
    _photofinish.pump_with(pump)
