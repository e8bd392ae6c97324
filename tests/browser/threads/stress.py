"""Everything at once, with turns as short as they get: what is counted has to come out, whoever runs when."""
import queue
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

sys.setswitchinterval(1e-6)
THREADS, STEPS = 8, 300


class Buffer:
    """A bounded buffer as textbooks have it."""

    def __init__(self, room):
        self.items, self.room = [], room
        self.lock = threading.RLock()
        self.filled, self.emptied = threading.Condition(self.lock), threading.Condition(self.lock)

    def put(self, item):
        with self.emptied:
            while len(self.items) >= self.room:
                self.emptied.wait(random.choice((None, 0.001)))
            with self.lock:
                self.items.append(item)
                assert len(self.items) <= self.room
            self.filled.notify()

    def get(self):
        with self.filled:
            self.filled.wait_for(lambda: self.items)
            item = self.items.pop(0)
            self.emptied.notify()
            return item


def together(work, count=THREADS):
    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


buffer = Buffer(3)
taken = []


def produce_or_consume(i):
    for step in range(STEPS):
        if i % 2:
            buffer.put(i * STEPS + step)
        else:
            taken.append(buffer.get())


together(produce_or_consume)
print(sorted(taken) == sorted(i * STEPS + step for i in range(1, THREADS, 2) for step in range(STEPS)), buffer.items)

# Locks in one order, tried, timed, re-entered.
locks = [threading.RLock() if i % 2 else threading.Lock() for i in range(4)]
counters = [0] * 4


def count(i):
    draw = random.Random(i)
    for _ in range(STEPS):
        which = sorted(draw.sample(range(4), 2))
        for each in which:
            while not locks[each].acquire(*draw.choice(((), (False,), (True, 0.0005)))):
                time.sleep(0)
        for each in which:
            value = counters[each]
            if draw.random() < 0.05:
                time.sleep(0)
            counters[each] = value + 1
        for each in which:
            locks[each].release()


together(count)
print(sum(counters) == 2 * THREADS * STEPS, [lock.locked() for lock in locks])

# A ring of queues of three kinds.
rings = [kind() for kind in (queue.SimpleQueue, queue.Queue, lambda: queue.Queue(2)) for _ in range(3)]
ended = []


def pass_on(i):
    while (item := rings[i].get()) is not None:
        if item == 0:
            ended.append(i)
            break
        rings[(i + 1) % len(rings)].put(item - 1)
    rings[(i + 1) % len(rings)].put(None)


threads = [threading.Thread(target=pass_on, args=(i,)) for i in range(len(rings))]
for thread in threads:
    thread.start()
rings[0].put(1000)
for thread in threads:
    thread.join()
print(ended, 1000 % len(rings))

# Executors inside of executors, and a barrier that all of them have to reach.
with ThreadPoolExecutor(4) as outer, ThreadPoolExecutor(4) as inner:
    futures = [outer.submit(lambda i=i: sum(inner.map(lambda x: x * i, range(20)))) for i in range(30)]
    print(sum(future.result() for future in as_completed(futures)) == sum(190 * i for i in range(30)))
barrier = threading.Barrier(THREADS)
rounds = [[] for _ in range(20)]


def meet(i):
    for each in rounds:
        each.append(i)
        barrier.wait()
        assert len(each) == THREADS
        barrier.wait()


together(meet)
print([len(each) for each in rounds] == [THREADS] * 20)
