"""Locks, semaphores, events, conditions and barriers between processes."""
import multiprocessing
import time


def hold(lock, connection):
    with lock:
        connection.send("held")
        connection.recv()
    connection.send("let go")


def release_foreign(lock, connection):
    try:
        lock.release()
        connection.send("released")
    except (ValueError, AssertionError) as error:
        connection.send(f"{type(error).__name__}: {error}")


def take(semaphore, inside, most, lock):
    for _ in range(5):
        with semaphore:
            with lock:
                inside.value += 1
                most.value = max(most.value, inside.value)
            time.sleep(0.002)
            with lock:
                inside.value -= 1


def wait_for(event, connection):
    connection.send("waits")
    connection.send(event.wait(30))


def consume(condition, items, connection):
    with condition:
        condition.wait_for(lambda: items.value > 0, 30)
        items.value -= 1
        connection.send("consumed")


def meet(barrier, connection):
    connection.send(barrier.wait())
    barrier.wait()


def run(target, *arguments):
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=target, args=(*arguments, there))
    process.start()
    return process, here


def attempt(action):
    try:
        return action()
    except (ValueError, AssertionError) as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    lock = multiprocessing.Lock()
    process, connection = run(hold, lock)
    print(connection.recv(), lock.acquire(block=False), lock.acquire(timeout=0.01))
    connection.send("let go")
    print(lock.acquire(), connection.recv())
    lock.release()
    process.join()
    print(repr(lock), attempt(lock.release))
    lock.acquire()
    process, connection = run(release_foreign, lock)
    print(connection.recv())        # a Lock may be released by anybody
    process.join()
    print(lock.acquire(block=False))
    lock.release()

    rlock = multiprocessing.RLock()
    print(rlock.acquire(), rlock.acquire(), repr(rlock))
    process, connection = run(release_foreign, rlock)
    print(connection.recv())
    process.join()
    rlock.release()
    rlock.release()
    print(attempt(rlock.release))

    semaphore, counter_lock = multiprocessing.Semaphore(2), multiprocessing.Lock()
    inside, most = multiprocessing.Value("i", 0), multiprocessing.Value("i", 0)
    processes = [multiprocessing.Process(target=take, args=(semaphore, inside, most, counter_lock)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("semaphore", inside.value, most.value <= 2, semaphore.get_value())
    bounded = multiprocessing.BoundedSemaphore(1)
    print(attempt(bounded.release))

    event = multiprocessing.Event()
    waiters = [run(wait_for, event) for _ in range(2)]
    print([connection.recv() for _, connection in waiters], event.is_set(), event.wait(0.01))
    event.set()
    print([connection.recv() for _, connection in waiters], event.is_set())
    for process, _ in waiters:
        process.join()

    condition, items = multiprocessing.Condition(), multiprocessing.Value("i", 0)
    consumers = [run(consume, condition, items) for _ in range(2)]
    for _ in range(2):
        with condition:
            items.value += 1
            condition.notify()
        time.sleep(0.01)
    with condition:
        condition.notify_all()
    print([connection.recv() for _, connection in consumers], items.value)
    for process, _ in consumers:
        process.join()

    barrier = multiprocessing.Barrier(3)
    parties = [run(meet, barrier) for _ in range(2)]
    mine = barrier.wait()
    print(sorted([mine, *(connection.recv() for _, connection in parties)]))
    barrier.wait()
    for process, _ in parties:
        process.join()
    print("barrier", barrier.n_waiting, barrier.broken)
