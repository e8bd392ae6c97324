"""Every class of threading, by what programs see of it."""
import threading
import time

# Lock: mutual exclusion, non-blocking, timeouts, errors
total = 0
lock = threading.Lock()


def add():
    global total
    for _ in range(3000):
        with lock:
            value = total
            total = value + 1


threads = [threading.Thread(target=add) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("Lock", total, lock.locked(), lock.acquire(False), lock.acquire(False), lock.acquire(timeout=0.01))
lock.release()
for wrong in (lambda: lock.release(), lambda: lock.acquire(False, 1), lambda: lock.acquire(timeout=-2), lambda: lock.acquire(timeout="1"),
              lambda: lock.acquire(timeout=threading.TIMEOUT_MAX * 2)):
    try:
        wrong()
    except (RuntimeError, ValueError, TypeError, OverflowError) as error:
        print(type(error).__name__)

# RLock
rlock = threading.RLock()
with rlock, rlock:
    print("RLock", rlock._is_owned(), rlock._recursion_count())
    other = []
    thread = threading.Thread(target=lambda: other.append(rlock.acquire(timeout=0.01)))
    thread.start()
    thread.join()
    print(other)
try:
    rlock.release()
except RuntimeError as error:
    print(error)

# Condition
condition = threading.Condition()
ready = []


def wait_for_three():
    with condition:
        print("wait_for", condition.wait_for(lambda: len(ready) == 3))


thread = threading.Thread(target=wait_for_three)
thread.start()
for i in range(3):
    with condition:
        ready.append(i)
        condition.notify_all()
thread.join()
with condition:
    print("timeout", condition.wait(0.01), condition.wait_for(lambda: False, 0.01))

# Event
event = threading.Event()
seen = []
threads = [threading.Thread(target=lambda i=i: seen.append((event.wait(), i))) for i in range(3)]
for thread in threads:
    thread.start()
print("Event", event.wait(0.01), event.is_set())
event.set()
for thread in threads:
    thread.join()
print(sorted(seen))

# Semaphore: never more inside than it allows
semaphore = threading.BoundedSemaphore(2)
inside, most = 0, 0


def visit():
    global inside, most
    with semaphore:
        inside += 1
        most = max(most, inside)
        time.sleep(0.002)
        inside -= 1


threads = [threading.Thread(target=visit) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("Semaphore", most, inside)
try:
    semaphore.release()
except ValueError as error:
    print(error)

# Barrier
barrier = threading.Barrier(3, action=lambda: print("all there"))
places = []


def arrive():
    for _ in range(3):
        places.append(barrier.wait())


threads = [threading.Thread(target=arrive) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("Barrier", sorted(places))
barrier = threading.Barrier(2)
try:
    barrier.wait(0.01)
except threading.BrokenBarrierError:
    print("broken", barrier.broken)

# Timer
fired = threading.Event()
timer = threading.Timer(0.01, fired.set)
timer.start()
print("Timer", fired.wait(5))
cancelled = threading.Timer(60, print, ["never"])
cancelled.start()
cancelled.cancel()
cancelled.join()
print(cancelled.is_alive())

# local
local = threading.local()
local.value = "main"
values = {}


class Counted(threading.local):
    made = 0

    def __init__(self, start):
        Counted.made += 1
        self.value = start


counted = Counted(5)


def own(i):
    values[i] = [hasattr(local, "value"), counted.value]
    local.value = i
    counted.value += i
    time.sleep(0.002)
    values[i] += [local.value, counted.value]


threads = [threading.Thread(target=own, args=(i,)) for i in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("local", sorted(values.items()), local.value, counted.value, Counted.made)

# Thread
thread = threading.Thread(target=lambda: print(threading.current_thread().name, threading.current_thread().daemon), name="mine", daemon=True)
print("Thread", thread.is_alive(), thread.ident, thread.name)
thread.start()
thread.join()
print(thread.is_alive(), isinstance(thread.ident, int), threading.active_count(), threading.main_thread() is threading.current_thread())
for wrong in (thread.start, threading.current_thread().join, threading.Thread().join):
    try:
        wrong()
    except RuntimeError as error:
        print(error)
idents = set()
gate = threading.Barrier(5)
threads = [threading.Thread(target=lambda: (idents.add(threading.get_ident()), gate.wait())) for _ in range(4)]
for thread in threads:
    thread.start()
gate.wait()
for thread in threads:
    thread.join()
print(len(idents | {threading.get_ident()}))
