"""concurrent.futures on threads."""
import threading
import time
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, ThreadPoolExecutor, as_completed, wait

with ThreadPoolExecutor(max_workers=3) as executor:
    print(list(executor.map(pow, range(10), [2] * 10)))
    future = executor.submit(lambda: 1 / 0)
    print(type(future.exception()).__name__)
    try:
        future.result()
    except ZeroDivisionError as error:
        print(error)

# Three that wait for one another run at the same time.
gate = threading.Barrier(3)
with ThreadPoolExecutor(max_workers=3) as executor:
    print(sorted(executor.map(lambda i: (gate.wait() >= 0, i), range(3))))

events = [threading.Event() for _ in range(3)]
with ThreadPoolExecutor(3) as executor:
    futures = {executor.submit(lambda e=event, i=i: (e.wait(), i)[1]): i for i, event in enumerate(events)}
    events[2].set()
    print("first", [futures[f] for f in wait(futures, return_when=FIRST_COMPLETED).done])
    events[0].set()
    events[1].set()
    print("all", sorted(f.result() for f in wait(futures, return_when=ALL_COMPLETED).done))
    print("as completed", sorted(f.result() for f in as_completed(futures)))
    failing = executor.submit(int, "x")
    print("exception", failing in wait([failing], return_when=FIRST_EXCEPTION).done)
    slow = executor.submit(time.sleep, 0.05)
    try:
        slow.result(timeout=0.001)
    except TimeoutError as error:
        print(type(error).__name__)

with ThreadPoolExecutor(1) as executor:
    gate = threading.Event()
    first = executor.submit(gate.wait)
    second = executor.submit(print, "never")
    print("cancel", second.cancel(), first.cancel(), second.cancelled())
    gate.set()
called = []
with ThreadPoolExecutor(2, thread_name_prefix="mine", initializer=called.append, initargs=("started",)) as executor:
    print(executor.submit(lambda: threading.current_thread().name).result(), called[:1])
try:
    executor.submit(print)
except RuntimeError as error:
    print(error)
future = ThreadPoolExecutor(1).submit(lambda: 5)
future.add_done_callback(lambda f: print("called back", f.result()))
future.result()
