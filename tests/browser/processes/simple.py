"""SimpleQueue, and values and arrays in shared memory: what needs no thread."""
import ctypes
import multiprocessing
from multiprocessing import sharedctypes


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_int)]


def produce(queue, first, count):
    for i in range(first, first + count):
        queue.put(i)


def count_up(value, times):
    for _ in range(times):
        with value.get_lock():
            value.value += 1


def fill(array, first, last):
    for i in range(first, last):
        array[i] = i * i


def change(point, raw, text):
    point.x *= 2
    point.y += 1
    raw.value = 2.5
    text.value = b"other"


if __name__ == "__main__":
    queue = multiprocessing.SimpleQueue()
    print("empty", queue.empty())
    producers = [multiprocessing.Process(target=produce, args=(queue, 1000 * i, 200)) for i in range(2)]
    for process in producers:
        process.start()
    got = [queue.get() for _ in range(400)]
    for process in producers:
        process.join()
    print("got", sorted(got) == [*range(200), *range(1000, 1200)], queue.empty())
    print("in order", [i for i in got if i < 1000] == list(range(200)))
    queue.close()

    value = multiprocessing.Value("i", 5)
    counters = [multiprocessing.Process(target=count_up, args=(value, 500)) for _ in range(2)]
    for process in counters:
        process.start()
    for process in counters:
        process.join()
    print("value", value.value)

    array = multiprocessing.Array("l", 100)
    fillers = [multiprocessing.Process(target=fill, args=(array, 50 * i, 50 * i + 50)) for i in range(2)]
    for process in fillers:
        process.start()
    for process in fillers:
        process.join()
    print("array", array[:] == [i * i for i in range(100)], len(array))

    point = multiprocessing.Value(Point, 1.5, 7)
    raw = sharedctypes.RawValue("d", 1.0)
    text = multiprocessing.Array("c", b"some text")
    process = multiprocessing.Process(target=change, args=(point, raw, text))
    process.start()
    process.join()
    print("changed", point.x, point.y, raw.value, text.value, process.exitcode)
