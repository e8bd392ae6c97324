"""multiprocessing.Pool."""
import multiprocessing
import os
import time

state = None


def begin(value):
    global state
    state = value


def square(x):
    return x * x


def power(x, n):
    return x**n


def told(x):
    return state, x


def fail(x):
    raise ValueError(f"on purpose: {x}")


def pid(_):
    return os.getpid()


def slow(seconds):
    time.sleep(seconds)
    return seconds


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(pool.map(square, range(20)))
        print(pool.map(square, range(1000), chunksize=10) == [i * i for i in range(1000)])
        print(pool.starmap(power, [(i, 2) for i in range(5)]))
        print(list(pool.imap(square, range(10))), sorted(pool.imap_unordered(square, range(10), 3)))
        print(pool.apply(power, (2, 10)), pool.apply_async(power, (2,), {"n": 5}).get())
        answers = []
        result = pool.map_async(square, range(3), callback=answers.append)
        result.wait()
        print(result.successful(), result.get(), answers)
        try:
            pool.map(fail, [1])
        except ValueError as error:
            print("ValueError", error)
        errors = []
        result = pool.apply_async(fail, (2,), error_callback=errors.append)
        result.wait()
        print(result.successful(), errors)
        late = pool.apply_async(slow, (0.2,))
        try:
            late.get(timeout=0.01)
        except multiprocessing.TimeoutError:
            print("TimeoutError")
        print(late.get())
    try:
        pool.map(square, [1])
    except ValueError as error:
        print(error)

    with multiprocessing.Pool(2, initializer=begin, initargs=("state",)) as pool:
        print(pool.map(told, range(3)))
        pool.close()
        pool.join()

    with multiprocessing.Pool(1, maxtasksperchild=2) as pool:
        pids = [pool.apply(pid, (i,)) for i in range(4)]
        print(pids[0] == pids[1], pids[1] != pids[2], pids[2] == pids[3])

    with multiprocessing.Pool(3) as pool:
        pool.map_async(slow, [1000] * 3)
        time.sleep(0.1)
    print("terminated", multiprocessing.active_children())
