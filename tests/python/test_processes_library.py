"""Stock multiprocessing and concurrent.futures on the page's processes, natively and without threads (tests/python/processes/stock.py).

Run: make test-python, or after it build/venv/bin/python -m pytest tests/python/test_processes_library.py
"""
import platform
import sys
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "processes"))
import stock  # noqa: E402

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="the kernel's test build uses Linux's futex")


@pytest.fixture
def run(tmp_path):
    """Runs a script: its output; its exit code must be 0."""
    def run(source, imports="import multiprocessing as mp, os, sys, time\n", code=0):
        source = imports + textwrap.dedent(source)
        path = tmp_path / "main.py"
        path.write_text(source)
        with stock.Library() as page:
            status, output = page.run_script(source, str(path))
        assert status == code, output
        return output
    return run


def test_process(run):
    assert run("""
        def work(connection, lock):
            with lock:
                connection.send([mp.current_process().name, __name__, os.getppid(), mp.parent_process().pid, sys.argv])
            sys.exit(3)
        if __name__ == "__main__":
            (ours, theirs), lock = mp.Pipe(), mp.Lock()
            process = mp.Process(target=work, args=(theirs, lock))
            print(process.exitcode, process.pid)
            process.start()
            theirs.close()
            print(ours.recv() == ["Process-1", "__mp_main__", os.getpid(), os.getpid(), sys.argv])
            process.join()
            print(process.exitcode, process.is_alive(), mp.active_children(), ours.poll(0))
            for end in ("terminate", "kill"):
                process = mp.Process(target=time.sleep, args=(60,))
                process.start()
                getattr(process, end)()
                process.join()
                print(process.exitcode)
            process = mp.Process(target=os._exit, args=(5,))
            process.start()
            print(os.waitpid(process.pid, 0) == (process.pid, 5 << 8))
    """) == "None None\nTrue\n3 False [] True\n-15\n-9\nTrue\n"


def test_an_exception_in_a_process(run):
    output = run("""
        def work():
            raise KeyError("mine")
        if __name__ == "__main__":
            process = mp.Process(target=work)
            process.start()
            process.join()
            print(process.exitcode)
    """)
    assert output.startswith("Process Process-1:\nTraceback (most recent call last):\n") and output.endswith("KeyError: 'mine'\n1\n")


def test_primitives(run):
    assert run("""
        def wait(event, lock, condition, semaphore, queue):
            event.wait()
            with lock, lock:
                pass
            with semaphore:
                queue.put("went")
            with condition:
                queue.put("waits")
                queue.put(condition.wait(30))
        if __name__ == "__main__":
            event, lock, condition, semaphore, queue = mp.Event(), mp.RLock(), mp.Condition(), mp.BoundedSemaphore(1), mp.SimpleQueue()
            process = mp.Process(target=wait, args=(event, lock, condition, semaphore, queue))
            process.start()
            print(queue.empty(), event.wait(0.01))
            event.set()
            print(queue.get(), queue.get())
            with condition:
                condition.notify()
            print(queue.get())
            process.join()
            try:
                semaphore.release()
            except ValueError as error:
                print(error)
    """) == "True False\nwent waits\nTrue\nsemaphore or lock released too many times\n"


def test_queues(run):
    assert run("""
        import queue
        def work(numbers, results):
            while (number := numbers.get()) is not None:
                results.put(number * number)
                numbers.task_done()
            numbers.task_done()
        if __name__ == "__main__":
            numbers, results = mp.JoinableQueue(), mp.Queue()
            processes = [mp.Process(target=work, args=(numbers, results)) for _ in range(2)]
            for process in processes:
                process.start()
            for i in range(50):
                numbers.put(i)
            numbers.join()
            print(sum(results.get() for _ in range(50)))
            for process in processes:
                numbers.put(None)
            numbers.join()
            for process in processes:
                process.join()
            big = mp.Queue(40)
            for i in range(40):
                big.put(bytes(100_000))
            print(big.full(), sum(len(big.get()) for i in range(40)), big.empty())
            for wrong in (lambda: big.get(timeout=0.01), lambda: big.get(False)):
                try:
                    wrong()
                except queue.Empty:
                    print("empty")
            big.put(lambda: 1)
            big.put("after what cannot be pickled")
            print(big.get())
    """).splitlines()[:4] == ["40425", "True 4000000 True", "empty", "empty"]


def test_pool(run):
    assert run("""
        def square(x): return x * x
        def fail(x): raise ValueError(x)
        def mark(value): global marked; marked = value
        def read(_): return marked
        def pid(_): return os.getpid()
        if __name__ == "__main__":
            with mp.Pool(2) as pool:
                print(pool.map(square, range(8)), pool.apply(square, (5,)), list(pool.imap(square, range(3))), sum(pool.imap_unordered(square, range(100))))
                print(pool.starmap(pow, [(2, 3), (3, 2)]))
                results = [pool.apply_async(square, (i,), callback=print if i == 3 else None) for i in range(4)]
                print(sorted(result.get(30) for result in results))
                try:
                    pool.apply(fail, (3,))
                except ValueError as error:
                    print(error, "fail" in str(error.__cause__))
            with mp.Pool(1, mark, ("initial",)) as pool:
                print(pool.map(read, [1, 2]))
            pool = mp.Pool(1, maxtasksperchild=2)
            print(len(set(pool.map(pid, range(6), chunksize=1))))
            pool.close()
            pool.join()
    """) == ("[0, 1, 4, 9, 16, 25, 36, 49] 25 [0, 1, 4] 328350\n[8, 9]\n9\n[0, 1, 4, 9]\n3 True\n['initial', 'initial']\n3\n")


def test_executor(run):
    assert run("""
        import signal
        from concurrent.futures import ProcessPoolExecutor, as_completed, wait
        from concurrent.futures.process import BrokenProcessPool
        def square(x): return x * x
        def fail(x): raise ValueError(x)
        def die(how): os._exit(1) if how == "exit" else os.kill(os.getpid(), signal.SIGKILL)
        if __name__ == "__main__":
            with ProcessPoolExecutor(2) as executor:
                print(list(executor.map(square, range(10))), list(executor.map(square, range(10), chunksize=4)))
                futures = [executor.submit(square, i) for i in range(5)]
                print(sorted(future.result() for future in as_completed(futures)), len(wait(futures).done))
                print(repr(executor.submit(fail, 4).exception()))
                future = executor.submit(square, "x")
                print(type(future.exception()).__name__)
            for how in ("exit", "kill"):
                with ProcessPoolExecutor(2) as executor:
                    try:
                        executor.submit(die, how).result()
                    except BrokenProcessPool as error:
                        print("broken")
            executor = ProcessPoolExecutor(1)
            print(executor.submit(len, "left open").result())
    """) == ("[0, 1, 4, 9, 16, 25, 36, 49, 64, 81] [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]\n[0, 1, 4, 9, 16] 5\nValueError(4)\nTypeError\nbroken\nbroken\n9\n")


def test_manager(run):
    assert run("""
        import queue
        from multiprocessing.managers import BaseManager
        def work(number, values, seen, lock, total, inbox, outbox):
            values[number] = number * number
            seen.append(number)
            for _ in range(20):
                with lock:
                    total.value += 1
            outbox.put((number, inbox.get()))
        class Sums:
            def add(self, x, y): return x + y
        class Mine(BaseManager): pass
        Mine.register("Sums", Sums)
        if __name__ == "__main__":
            with mp.Manager() as manager:
                values, seen, lock, total = manager.dict(), manager.list(), manager.Lock(), manager.Namespace(value=0)
                inbox, outbox = manager.Queue(), manager.Queue()
                processes = [mp.Process(target=work, args=(i, values, seen, lock, total, inbox, outbox)) for i in range(3)]
                for process in processes:
                    process.start()
                for i in range(3):
                    inbox.put("item")
                print(sorted(outbox.get() for i in range(3)))
                for process in processes:
                    process.join()
                print(sorted(values.items()), sorted(seen), total.value)
                event = manager.Event()
                print(event.wait(0.02), lock.acquire(), lock.acquire(False), lock.acquire(True, 0.02))
                try:
                    inbox.get(timeout=0.02)
                except queue.Empty:
                    print("empty")
                for make in (manager.RLock, manager.Condition):
                    try:
                        make().acquire()
                    except RuntimeError as error:
                        print(error)
                print(manager.Pool(1).apply(abs, (-3,)))
            with Mine() as manager:
                print(manager.Sums().add(2, 3))
    """) == ("[(0, 'item'), (1, 'item'), (2, 'item')]\n[(0, 0), (1, 1), (2, 4)] [0, 1, 2] 60\nFalse True False False\nempty\n"
             "a manager's RLock needs threads in its server, and this browser has none; Lock, Semaphore, Event and Queue work\n"
             "a manager's Condition needs threads in its server, and this browser has none; Lock, Semaphore, Event and Queue work\n3\n5\n")


def test_listener_and_client(run):
    assert run("""
        from multiprocessing.connection import Client, Listener
        def answer(address, key):
            with Client(address, authkey=key) as connection:
                connection.send(connection.recv() + 1)
        if __name__ == "__main__":
            for address in (None, ("localhost", 0), ("", 6000), "/tmp/a-name"):
                with Listener(address, authkey=b"key") as listener:
                    process = mp.Process(target=answer, args=(listener.address, b"key"))
                    process.start()
                    with listener.accept() as connection:
                        connection.send(1)
                        print(connection.recv(), type(listener.address).__name__)
                    process.join()
            with Listener(("localhost", 6000)) as listener:
                try:
                    Listener(("localhost", 6000))
                except OSError as error:
                    print(error.strerror)
                print(listener.address)
            for address in (("localhost", 6000), "/tmp/nobody"):
                try:
                    Client(address)
                except OSError as error:
                    print(type(error).__name__)
            try:
                Client(("example.org", 80))
            except OSError as error:
                print("no network" in str(error))
    """).splitlines()[1:] == ["2 tuple", "2 tuple", "2 str", "Address already in use", "('127.0.0.1', 6000)", "ConnectionRefusedError", "FileNotFoundError", "True"]


def test_connections_inside_messages(run):
    assert run("""
        from multiprocessing import reduction
        def work(connection):
            other = connection.recv()
            other.send("through the other one")
            connection.send(other)
        if __name__ == "__main__":
            ours, theirs = mp.Pipe()
            reader, writer = mp.Pipe(duplex=False)
            process = mp.Process(target=work, args=(theirs,))
            process.start()
            ours.send(writer)
            writer.close()
            print(reader.recv())
            back = ours.recv()
            process.join()
            back.send("and back")
            back.close()
            print(reader.recv())
            try:
                reader.recv()
            except EOFError:
                print("end")
            reduction.send_handle(ours, reader.fileno(), os.getpid())
            print(reduction.recv_handle(theirs) != reader.fileno())
    """) == "through the other one\nand back\nend\nTrue\n"


def test_only_spawn(run):
    output = run("""
        for method in ("fork", "forkserver", "other"):
            try:
                mp.get_context(method)
            except ValueError as error:
                print(error)
        print(mp.get_start_method(), os.cpu_count(), mp.cpu_count(), os.sched_getaffinity(0))
        try:
            os.fork()
        except OSError as error:
            print(error)
    """)
    assert output.splitlines() == [
        "the start method 'fork' needs a copy of a running process, which a browser cannot make; 'spawn' is the one that there is, also by default",
        "the start method 'forkserver' needs a copy of a running process, which a browser cannot make; 'spawn' is the one that there is, also by default",
        "cannot find context for 'other'", "spawn 2 2 {0, 1}",
        "[Errno 38] a browser cannot copy a running process; multiprocessing starts new ones"]


def test_nobody_tracks_resources(run):
    assert run("""
        from multiprocessing import resource_tracker
        resource_tracker.register("name", "semaphore")
        resource_tracker.unregister("name", "semaphore")
        resource_tracker.ensure_running()
        resource_tracker._resource_tracker._stop()
        try:
            resource_tracker.register("x" * 513, "semaphore")
        except ValueError as error:
            print(error)
        print(mp.active_children(), resource_tracker.getfd())
    """) == "msg too long\n[] 2\n"


def test_without_a_guard(run):
    output = run("""
        from concurrent.futures import ProcessPoolExecutor
        PRIMES = [10000003, 10000007, 10000009]
        def is_prime(n):
            return n > 1 and all(n % i for i in range(2, int(n ** 0.5) + 1))
        print("once")
        with ProcessPoolExecutor(max_workers=3) as executor:
            for number, prime in zip(PRIMES, executor.map(is_prime, PRIMES)):
                print(number, prime)
    """)
    assert output.count("bootstrapping phase") == 1
    assert [line for line in output.splitlines() if not line.startswith("[")] == [
        "once", *(f"{n} {all(n % i for i in range(2, int(n ** 0.5) + 1))}" for n in (10000003, 10000007, 10000009))]


def test_a_pool_outside_of_the_guard(run):
    output = run("""
        print("as", __name__)
        with mp.Pool(2) as pool:
            print(pool.map(abs, [1]))
        if __name__ == "__main__":
            print("never")
    """, code=1)
    assert output.count("bootstrapping phase") == output.count("as __mp_main__") >= 9 and "never" not in output
    assert output.splitlines()[-1].startswith("photofinish.processes.StartError: ") and "processes ended before they began" in output
    assert "DeadlockError" not in output and "Exception in thread" not in output


def test_random_numbers_differ(run):
    output = run("""
        import random
        def draw(_): return random.random()
        if __name__ == "__main__":
            with mp.Pool(3) as pool:
                print(len(set(pool.map(draw, range(30), chunksize=1))))
    """)
    assert output == "30\n"


def test_as_many_as_may_run(run):
    output = run("""
        if __name__ == "__main__":
            processes = []
            try:
                while True:
                    processes.append(mp.Process(target=time.sleep, args=(60,)))
                    processes[-1].start()
            except BlockingIOError as error:
                print(len(processes), error)
            for process in processes[:-1]:
                process.kill()
                process.join()
            process = mp.Process(target=print, args=("one more",))
            process.start()
            process.join()
    """)
    assert output == ("8 [Errno 11] 8 processes run already, as many as this page lets a program have at once: join some first, or use a pool of "
                      "at most 8\none more\n")


def test_a_thread_of_ones_own_is_refused(run):
    assert run("""
        import threading
        from concurrent.futures import ThreadPoolExecutor
        for start in (threading.Thread(target=print).start, lambda: ThreadPoolExecutor(1).submit(print)):
            try:
                start()
            except RuntimeError as error:
                print(error)
    """) == "can't start new thread: there are none in this test\n" * 2


def test_a_wait_that_can_never_end(run):
    output = run("""
        import threading
        q = mp.Queue()
        q.put(1)
        q.get()
        threading.Lock().acquire()
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
    """, code=1)
    assert "RuntimeError: this would have to wait" in output  # in the page, where there is a scheduler: DeadlockError


LANES = """\
# %% parameters
n = 5
# %% setup
numbers = list(range(n))
table = {number: number * n for number in numbers}
class Box:
    def __init__(self, number): self.number = number
def look_up(number):
    return table[number] + n
# %% lane idiom: one process
def one(numbers):
    return [look_up(number) for number in numbers]
# %% lane better: does not compile
def broken(numbers)
    return 1
# %% lane better: raises
undefined
def raises(numbers):
    return 1
# %% lane parallel: processes
from concurrent.futures import ProcessPoolExecutor
def several(numbers):
    with ProcessPoolExecutor(2) as pool:
        assert [box.number for box in pool.map(Box, numbers)] == numbers
        return list(pool.map(look_up, numbers))
"""


def test_lanes_hand_their_functions_to_processes(run):
    output = run(f"""
        import json
        from photofinish import page
        report = json.loads(page.race({LANES!r}, json.dumps(dict(params=dict(n=8), budget=0.1)), lambda event: None))
        print(report.get("equal"), report.get("params"), [(lane["id"], lane.get("error", "").splitlines()[-1:]) for lane in report.get("lanes", [report])])
    """)
    assert output.splitlines()[-1] == ("True {'n': 8} [('one', []), ('broken', [\"SyntaxError: expected ':'\"]), "
                                       "('raises', [\"NameError: name 'undefined' is not defined\"]), ('several', [])]")
