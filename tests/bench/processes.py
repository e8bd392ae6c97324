"""What processes cost, the same natively and in the page: prints {measure: seconds} as JSON. Each is the best of some rounds; natively children are
spawned, too. `python3 processes.py [part ...]`: only these."""
import json
import multiprocessing
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor

ROUNDS = 3
SMALL, KB, LARGE = b"x" * 8, b"x" * 1024, b"x" * 65536
context = multiprocessing.get_context("spawn")


# ---- what children do

def nothing(_=None):
    pass


def say(connection):
    connection.send_bytes(b"here")


def echo(connection):
    while message := connection.recv_bytes():
        connection.send_bytes(message)


def swallow(connection):
    """Reads messages; answers each empty one."""
    while True:
        try:
            if not connection.recv_bytes():
                connection.send_bytes(b"all")
        except EOFError:
            return


def put_all(queue, rounds, count):
    for _ in range(rounds):
        for i in range(count):
            queue.put(i)


def count_primes(begin, end):
    found = 0
    for n in range(begin, end):
        if n % 2:
            i = 3
            while i * i <= n and n % i:
                i += 2
            found += i * i > n
    return found


# ---- measures: each a function that returns seconds

def elapsed(function, *arguments):
    since = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - since


def best(function, *arguments, rounds=ROUNDS):
    return min(function(*arguments) for _ in range(rounds))


def child_ready():
    ours, theirs = context.Pipe()
    child = context.Process(target=say, args=(theirs,))
    since = time.perf_counter()
    child.start()
    ours.recv_bytes()
    ready = time.perf_counter() - since
    child.join()
    return ready


def children_ready():
    """With time in between, in which a spare can be made."""
    def after_a_while():
        time.sleep(1)
        return child_ready()
    return {"child ready": best(after_a_while)}


def first_child():
    return {"first child ready": child_ready()}


def messages():
    ours, theirs = context.Pipe()
    child = context.Process(target=echo, args=(theirs,))
    child.start()

    def trips(count=2000):
        for _ in range(count):
            ours.send_bytes(SMALL)
            ours.recv_bytes()

    results = {"round trip": best(elapsed, trips) / 2000}
    ours.send_bytes(b"")
    child.join()

    ours, theirs = context.Pipe()
    child = context.Process(target=swallow, args=(theirs,))
    child.start()

    def one_way(message, count):
        for _ in range(count):
            ours.send_bytes(message)
        ours.send_bytes(b"")
        ours.recv_bytes()

    for name, message, count in ("1 KB", KB, 20_000), ("64 KB", LARGE, 2000):
        one_way(message, count // 10)
        results[f"one way, {name}"] = best(elapsed, one_way, message, count) / count
    theirs.close()
    ours.close()
    child.terminate()
    child.join()
    return results


def queue_items():
    count = 20_000
    queue = context.Queue()
    child = context.Process(target=put_all, args=(queue, ROUNDS + 1, count))
    child.start()

    def get_all():
        for _ in range(count):
            queue.get()

    get_all()
    seconds = best(elapsed, get_all)
    child.join()
    return {"Queue.put + get": seconds / count}


def tasks():
    count = 500
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        def map_all():
            for _ in executor.map(nothing, range(count)):
                pass
        map_all()
        return {"executor.map": best(elapsed, map_all) / count}


def applies():
    count = 300
    with context.Pool(2) as pool:
        def apply_all():
            for _ in range(count):
                pool.apply(nothing)
        apply_all()
        return {"Pool.apply": best(elapsed, apply_all) / count}


def uncontended(lock, count=100_000):
    acquire, release = lock.acquire, lock.release
    for _ in range(count):
        acquire()
        release()


def locks():
    return {f"Lock of {name}": best(elapsed, uncontended, lock) / 100_000
            for name, lock in (("multiprocessing", context.Lock()), ("threading", threading.Lock()))}


def values():
    count = 2000
    value = context.Value("q", 0)

    def add():
        for _ in range(count):
            with value.get_lock():
                value.value += 1

    return {"Value += 1 with its lock": best(elapsed, add) / count}


def primes():
    """The same pool, up already: everything as one task, and in two halves."""
    begin, middle, end = 10_000_000, 10_050_000, 10_100_000      # so high up that both halves take equally long
    with context.Pool(2) as pool:
        pool.map(nothing, range(4), chunksize=1)
        one, two = [], []
        for _ in range(ROUNDS):
            one.append(elapsed(pool.starmap, count_primes, [(begin, end)], 1))
            two.append(elapsed(pool.starmap, count_primes, [(begin, middle), (middle, end)], 1))
        return {"primes, one process": min(one), "primes, two processes": min(two)}


def compute():
    total = 0
    for i in range(1_000_000):
        total += i * i % 7
    return total


def computing():
    """Computing alone in a program without processes."""
    return {"computing": best(elapsed, compute, rounds=5)}


def computing_beside():
    """The same while a pool with its threads and two idle processes is there."""
    with context.Pool(2) as pool:
        pool.map(nothing, range(4), chunksize=1)
        return {"computing beside an idle pool": best(elapsed, compute, rounds=5)}


PARTS = (children_ready, messages, queue_items, tasks, applies, locks, values, primes)

if __name__ == "__main__":
    results = {}
    for part in [globals()[name] for name in sys.argv[1:]] or PARTS:
        results |= part()
    results["python"] = sys.version.split()[0]
    print(json.dumps(results))
