"""Threads that compute take turns, and a generator, an import or a comparison in between does not mind."""
import sys
import threading
import time

sys.setswitchinterval(0.001)
print(sys.getswitchinterval())

# None of them can end before all of them have begun: without turns the first would never end.
begun = [False] * 3
ended = []


def compute(i):
    begun[i] = True
    while not all(begun):
        pass
    ended.append(i)


threads = [threading.Thread(target=compute, args=(i,)) for i in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(ended))

# The main thread takes turns as well.
stop = False
count = 0


def background():
    global count
    while not stop:
        count += 1


thread = threading.Thread(target=background)
thread.start()
while count < 1000:
    pass
stop = True
thread.join()
print("counted")


class Slow:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        sum(range(50))
        return self.value < other.value


def sort(results, seed):
    values = [Slow((i * 7919 + seed) % 997) for i in range(400)]
    results.append([each.value for each in sorted(values)] == sorted(each.value for each in values))


results = []
threads = [threading.Thread(target=sort, args=(results, i)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)


def imports(names):
    for name in names:
        __import__(name)


threads = [threading.Thread(target=imports, args=(["xml.dom.minidom", "email.mime.text", "http.cookies", "sched", "colorsys"],)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("sched" in sys.modules)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def too_deep(results):
    try:
        depth(10**6)
    except RecursionError:
        results.append(depth(500))


results = []
threads = [threading.Thread(target=too_deep, args=(results,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
try:
    time.sleep(-1)
except ValueError as error:
    print(error)
