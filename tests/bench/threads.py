"""What threads cost, the same natively and in the page: prints {measure: seconds} as JSON. Each is the best of some rounds."""
import json
import queue
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ROUNDS = 3


def start_and_join():
    count = 500
    for _ in range(count):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    return count


def lock_hand_offs():
    count = 50_000          # there and back: twice as many hand-offs
    there, back = threading.Lock(), threading.Lock()
    there.acquire()
    back.acquire()

    def other():
        for _ in range(count):
            there.acquire()
            back.release()

    thread = threading.Thread(target=other)
    thread.start()
    for _ in range(count):
        there.release()
        back.acquire()
    thread.join()


def queue_items(kind, count=100_000):
    def run():
        q = kind()

        def consume():
            for _ in range(count):
                q.get()

        thread = threading.Thread(target=consume)
        thread.start()
        for i in range(count):
            q.put(i)
        thread.join()
    return run


def live_threads():
    gate = threading.Event()
    threads = [threading.Thread(target=gate.wait) for _ in range(1000)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()


def uncontended(lock, count=100_000):
    def run():
        acquire, release = lock.acquire, lock.release
        for _ in range(count):
            acquire()
            release()
        return count
    return run


def with_statement(count=100_000):
    lock = threading.Lock()
    for _ in range(count):
        with lock:
            pass
    return count


def tasks():
    count = 2000
    with ThreadPoolExecutor(2) as executor:
        for _ in executor.map(int, range(count)):
            pass
    return count


def empty_loop(count=100_000):
    for _ in range(count):
        pass
    return count


def compute():
    total = 0
    for i in range(1_000_000):
        total += i * i % 7
    return total


def best(function):
    """Seconds of a call, divided by what it returns."""
    times = []
    for _ in range(ROUNDS):
        since = time.perf_counter()
        per = function()
        times.append((time.perf_counter() - since) / (per or 1))
    return min(times)


def compute_beside(threads):
    """Seconds of pure computation, alone and while so many threads wait: in turns, the best of each."""
    alone, beside = [], []
    for _ in range(7):
        since = time.perf_counter()
        compute()
        alone.append(time.perf_counter() - since)
        gate = threading.Event()
        waiting = [threading.Thread(target=gate.wait) for _ in range(threads)]
        for thread in waiting:
            thread.start()
        since = time.perf_counter()
        compute()
        beside.append(time.perf_counter() - since)
        gate.set()
        for thread in waiting:
            thread.join()
    return min(alone), min(beside)


MEASURES = {
    "start and join": start_and_join,
    "100k lock hand-offs": lock_hand_offs,
    "100k items, SimpleQueue": queue_items(queue.SimpleQueue),
    "100k items, Queue": queue_items(queue.Queue),
    "1000 live threads": live_threads,
    "Lock, uncontended": uncontended(threading.Lock()),
    "RLock, uncontended": uncontended(threading.RLock()),
    "with Lock": with_statement,
    "executor.map, a task": tasks,
    "empty loop": empty_loop,
}
results = {name: best(function) for name, function in MEASURES.items()}
results["computing, alone"], results["computing, beside a thread that waits"] = compute_beside(1)
results["python"] = sys.version.split()[0]
print(json.dumps(results))
