"""concurrent.futures.ProcessPoolExecutor."""
import concurrent.futures
import math
import os
import sys
import time
from concurrent.futures.process import BrokenProcessPool

state = None


def begin(value):
    global state
    state = value


def square(x):
    return x * x


def told(x):
    return state, x


def fail(x):
    raise KeyError(x)


def leave(code):
    os._exit(code)


def slow(seconds):
    time.sleep(seconds)
    return seconds


def broken_begin():
    sys.stderr = open(os.devnull, "w")
    raise RuntimeError("on purpose")


def is_prime(n):
    return n > 1 and all(n % i for i in range(2, math.isqrt(n) + 1))


if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        print(list(executor.map(square, range(20))))
        print(list(executor.map(square, range(1000), chunksize=50)) == [i * i for i in range(1000)])
        print(list(executor.map(is_prime, [10000003, 10000007, 10000009])))
        futures = [executor.submit(square, i) for i in range(10)]
        print(sorted(future.result() for future in concurrent.futures.as_completed(futures)))
        future = executor.submit(fail, "key")
        print(repr(future.exception()), "fail" in str(future.exception().__cause__))
        slow_one = executor.submit(slow, 0.2)
        done, left = concurrent.futures.wait([executor.submit(square, 2), slow_one], return_when=concurrent.futures.FIRST_COMPLETED)
        print(len(done) >= 1, slow_one.result())
        try:
            executor.submit(slow, 0.3).result(timeout=0.01)
        except TimeoutError:
            print("TimeoutError")

    try:
        executor.submit(square, 1)
    except RuntimeError as error:
        print(error)

    with concurrent.futures.ProcessPoolExecutor(2, initializer=begin, initargs=(7,)) as executor:
        print(list(executor.map(told, range(3))))

    executor = concurrent.futures.ProcessPoolExecutor(2)
    future = executor.submit(leave, 3)
    try:
        future.result()
    except BrokenProcessPool as error:
        print("BrokenProcessPool", error)
    try:
        executor.submit(square, 1)
    except BrokenProcessPool as error:
        print("still", type(error).__name__)
    executor.shutdown()

    executor = concurrent.futures.ProcessPoolExecutor(2, initializer=broken_begin)
    try:
        executor.submit(square, 1).result()
    except BrokenProcessPool:
        print("initializer failed")
    executor.shutdown()

    executor = concurrent.futures.ProcessPoolExecutor(1)
    futures = [executor.submit(slow, 0.1) for _ in range(20)]
    executor.shutdown(cancel_futures=True)
    print(sum(future.cancelled() for future in futures) >= 10, futures[0].result())
