"""queue's four queues, between threads."""
import queue
import threading


def drain(q):
    items = []
    while (item := q.get()) is not None:
        items.append(item)
    return items


q = queue.Queue(maxsize=2)
got = []
consumer = threading.Thread(target=lambda: got.extend(drain(q)))
consumer.start()
for i in range(50):
    q.put(i)
q.put(None)
consumer.join()
print("Queue", got == list(range(50)), q.empty(), q.full(), q.qsize())

q = queue.Queue()
done = []


def worker():
    while True:
        item = q.get()
        done.append(item * item)
        q.task_done()


for _ in range(3):
    threading.Thread(target=worker, daemon=True).start()
for i in range(20):
    q.put(i)
q.join()
print("join", sorted(done))

for kind in (queue.LifoQueue, queue.PriorityQueue):
    q = kind()
    for i in (3, 1, 2):
        q.put(i)
    print(kind.__name__, [q.get() for _ in range(3)])

q = queue.SimpleQueue()
results = queue.SimpleQueue()
threads = [threading.Thread(target=lambda: results.put(drain(q))) for _ in range(3)]
for thread in threads:
    thread.start()
for i in range(30):
    q.put(i)
for _ in threads:
    q.put(None)
for thread in threads:
    thread.join()
lists = [results.get() for _ in threads]
print("SimpleQueue", sorted(sum(lists, [])) == list(range(30)), all(each == sorted(each) for each in lists), q.empty(), results.qsize())
for wrong in (lambda: q.get(False), lambda: q.get(timeout=0.01), lambda: q.get(timeout=-1), q.get_nowait, lambda: queue.Queue(1).get(timeout=0.01)):
    try:
        wrong()
    except (queue.Empty, ValueError) as error:
        print(type(error).__name__, error)
q = queue.Queue(1)
q.put(1)
try:
    q.put(2, timeout=0.01)
except queue.Full:
    print("Full")
q = queue.Queue()
waiting = threading.Thread(target=lambda: got.append(type_of(q.get)))


def type_of(f):
    try:
        f()
    except queue.ShutDown as error:
        return type(error).__name__


waiting.start()
q.shutdown()
waiting.join()
print(got[-1])
print(queue.SimpleQueue[int])
