"""Programs in which processes die: `programs.py '{"program": "queue", "seed": 7, "kills": [[0.1, 0, 9]], "leave": null}'`.

Whatever dies and whenever, nothing here may hang, and what arrives has to be right: each program says so in assertions, and prints at last what
became of it. kills: seconds after the one before, which child, signal; by a process of its own, so at any moment. main: this program itself may be
the victim. leave: after so many seconds it ends with os._exit(4), whatever its children are doing. All of it runs on native CPython as well.
"""
import json
import os
import queue
import random
import signal
import sys
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import Lock, Manager, Pipe, Pool, Process, Queue, RawArray, RawValue, TimeoutError
from multiprocessing.shared_memory import SharedMemory

LONG = 60       # seconds in which anything that is still to come has come
SHORT = 2.0     # after a death: so long for what may never come


# ---- what is done to them

def kill_later(orders):
    for seconds, pid, number in orders.recv():
        time.sleep(seconds)
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


class Plan:
    def __init__(self, program, seed, kills=(), leave=None, main=False):
        self.program = program
        self.main = main
        self.random = random.Random(seed)
        self.kills = kills
        self.until = time.monotonic() + leave if leave is not None else None
        self.early = self.random.random() < 0.3     # before anything has been done
        self.pids = []
        self.looks = 0
        self.killer = self.orders = None
        if kills:
            theirs, self.orders = Pipe(duplex=False)
            self.killer = Process(target=kill_later, args=(theirs,))
            self.killer.start()

    def begin(self, pids):
        self.pids = [*pids, os.getpid()] if self.main else pids
        if self.early:
            self.order()

    def order(self):
        """The killer is up and waits for this, once."""
        if self.orders:
            self.orders.send([(seconds, self.pids[which % len(self.pids)], number) for seconds, which, number in self.kills if self.pids])
            self.orders = None

    def look(self):
        """At every step; from the second one on something has been done."""
        self.looks += 1
        if self.looks == 2:
            self.order()
        if self.until is not None and time.monotonic() > self.until:
            sys.stdout.flush()
            os._exit(4)

    @property
    def patience(self):
        return SHORT if self.kills else LONG

    def end(self):
        self.order()
        if self.killer:
            self.killer.join()


def end_all(children):
    """Each has ended by itself, by a signal, or is killed now."""
    codes = []
    for child in children:
        child.join(SHORT)
        if child.is_alive():
            child.kill()
        child.join()
        codes.append(child.exitcode)
        child.close()
    return codes


# ---- pipes: what comes back is what was sent, until the other side has died

def echo(connection):
    try:
        while True:
            connection.send_bytes(connection.recv_bytes())
    except EOFError:
        pass


def pipes(plan):
    children, ends = [], []
    for _ in range(3):
        ours, theirs = Pipe()
        children.append(Process(target=echo, args=(theirs,)))
        children[-1].start()
        theirs.close()
        ends.append(ours)
    plan.begin([child.pid for child in children])
    trips = dead = 0
    for _ in range(700):
        for end in ends[:]:
            plan.look()
            message = plan.random.randbytes(plan.random.choice((1, 100, 5000, 70_000)))
            try:
                end.send_bytes(message)
                assert end.recv_bytes() == message
                trips += 1
            except (EOFError, BrokenPipeError, ConnectionResetError):
                assert plan.kills
                ends.remove(end)
                dead += 1
    for end in ends:
        end.close()
    plan.end()
    codes = end_all(children)
    assert plan.kills or codes == [0] * len(children), codes
    return {"trips": trips, "dead": dead, "codes": codes}


# ---- a queue: messages of each producer come whole, once, in order; all of them where nobody dies

def body(number, i):
    return bytes([number, i % 256]) * (i * 37 % 3000)


def produce(messages, number, count):
    for i in range(count):
        messages.put((number, i, body(number, i)))


def queues(plan):
    messages, count = Queue(), 500
    children = [Process(target=produce, args=(messages, number, count)) for number in range(3)]
    for child in children:
        child.start()
    plan.begin([child.pid for child in children])
    expected = [0] * len(children)
    while expected != [count] * len(children):
        plan.look()
        done = [child.exitcode == 0 for child in children]
        try:
            number, i, data = messages.get(timeout=plan.patience)
        except queue.Empty:
            assert all(got == count for got, complete in zip(expected, done) if complete), (expected, done)
            assert plan.kills
            break
        assert i == expected[number] and data == body(number, i), (number, i, expected)
        expected[number] += 1
    plan.end()
    return {"got": expected, "codes": end_all(children)}


# ---- tasks from a queue: an answer is right, and comes once

def consume(tasks, results, number):
    for i in iter(tasks.get, None):
        results.send((number, i, i * i))
    results.close()


def consumers(plan):
    tasks, count = Queue(), 600
    tasks.cancel_join_thread()      # nobody may be left to read them
    children, ends = [], []
    for number in range(3):
        ours, theirs = Pipe(duplex=False)
        children.append(Process(target=consume, args=(tasks, theirs, number)))
        children[-1].start()
        theirs.close()
        ends.append(ours)
    for i in range(count):
        tasks.put(i)
    for _ in children:
        tasks.put(None)
    plan.begin([child.pid for child in children])
    answered = set()
    for number, end in enumerate(ends):
        while end.poll(plan.patience):
            plan.look()
            try:
                who, i, square = end.recv()
            except EOFError:
                break
            assert who == number and square == i * i and i not in answered
            answered.add(i)
    assert plan.kills or len(answered) == count
    plan.end()
    return {"answered": len(answered), "codes": end_all(children)}


# ---- an executor: every future ends, with the right result or a broken pool; the next executor works

class Boom(Exception):
    pass


def square(i, fault=None):
    if fault == "exit":
        os._exit(7)
    if fault == "crash":
        import ctypes
        ctypes.string_at(0xfffffff0, 64)
    if fault == "memory":
        [None] * (sys.maxsize // 2)
    if fault == "raise":
        raise Boom(i)
    return i * i


def executors(plan):
    fault = plan.random.choice(("exit", "crash", "memory", "raise", None, None))
    where = plan.random.randrange(200)
    right = broken = raised = 0
    futures = {}
    with ProcessPoolExecutor(2) as executor:
        try:
            for i in range(250):
                futures[executor.submit(square, i, fault if i == where else None)] = i
                if i == 5:
                    plan.begin(list(executor._processes))
        except BrokenExecutor:
            broken += 1
        for future, i in futures.items():
            plan.look()
            try:
                assert future.result(timeout=LONG) == i * i
                right += 1
            except BrokenExecutor:
                assert plan.kills or fault in ("exit", "crash")
                broken += 1
            except (Boom, MemoryError):
                assert i == where
                raised += 1
    plan.end()
    with ProcessPoolExecutor(1) as executor:
        assert executor.submit(square, 7).result(timeout=LONG) == 49
    return {"fault": fault, "right": right, "broken": broken, "raised": raised}


# ---- a pool: results are right; a task whose worker dies has no result, as natively, where the pool may then never end

def pools(plan):
    fault = plan.random.choice(("exit", "raise", None, None))
    where = plan.random.randrange(200)
    right = late = raised = 0
    hurt = plan.kills or fault == "exit"
    pool = Pool(2)
    pids = [worker.pid for worker in pool._pool]
    results = [pool.apply_async(square, (i, fault if i == where else None)) for i in range(250)]
    plan.begin(pids)
    for i, result in enumerate(results):
        plan.look()
        try:
            assert result.get(timeout=(SHORT if late == 0 else 0.01) if hurt else LONG) == i * i
            right += 1
        except TimeoutError:
            assert hurt
            late += 1
        except Boom:
            assert i == where
            raised += 1
    outcome = {"fault": fault, "right": right, "late": late, "raised": raised}
    if hurt:
        print(json.dumps(outcome), flush=True)
        os._exit(0)
    pool.close()
    pool.join()
    return outcome


# ---- locks: what they protect adds up; bytes side by side, each of another process, need none

def count_up(lock, total, own, number, rounds, reports):
    reports.send("begun")
    for _ in range(rounds):
        if not lock.acquire(timeout=LONG / 2):
            os._exit(5)     # whoever died had it
        total.value += 1
        lock.release()
        own[number] = (own[number] + 1) % 256
    reports.send(rounds)
    reports.close()


def locks(plan):
    lock, total, number_of, rounds = Lock(), RawValue("q", 0), 3, 1500
    own = RawArray("B", number_of)
    children, ends = [], []
    for number in range(number_of):
        ours, theirs = Pipe(duplex=False)
        children.append(Process(target=count_up, args=(lock, total, own, number, rounds, theirs)))
        children[-1].start()
        theirs.close()
        ends.append(ours)
    plan.begin([child.pid for child in children])
    complete = []
    for end in ends:
        plan.look()
        try:
            assert end.recv() == "begun"
        except EOFError:
            assert plan.kills
    for number, end in enumerate(ends):
        plan.look()
        try:
            if end.poll(3 * SHORT if plan.kills else LONG):
                assert end.recv() == rounds
                complete.append(number)
        except EOFError:
            pass
    assert plan.kills or len(complete) == number_of
    plan.end()
    codes = end_all(children)
    assert len(complete) * rounds <= total.value <= number_of * rounds, total.value
    assert plan.kills or total.value == number_of * rounds, total.value
    for number in complete:
        assert own[number] == rounds % 256, list(own)
    return {"total": total.value, "complete": complete, "codes": codes}


# ---- a shared block, each byte of another process than its neighbours: what was told is there

BLOCK = 30_000


def fill(name, number, number_of, generations, connection):
    block = SharedMemory(name)
    try:
        for generation in range(1, generations + 1):
            block.buf[number::number_of] = bytes([generation + number]) * len(range(number, BLOCK, number_of))
            connection.send(generation)
            connection.recv()
    except EOFError:
        pass
    block.close()


def blocks(plan):
    number_of, generations = 3, 100
    block = SharedMemory(create=True, size=BLOCK)
    try:
        children, ends = [], []
        for number in range(number_of):
            ours, theirs = Pipe()
            children.append(Process(target=fill, args=(block.name, number, number_of, generations, theirs)))
            children[-1].start()
            theirs.close()
            ends.append(ours)
        plan.begin([child.pid for child in children])
        told = [0] * number_of
        alive = set(range(number_of))
        while alive:
            for number in sorted(alive):
                plan.look()
                try:
                    told[number] = ends[number].recv()
                    stripe = bytes(block.buf[:BLOCK][number::number_of])
                    assert stripe == bytes([told[number] + number]) * len(stripe), (number, told, set(stripe))
                    ends[number].send(None)
                except (EOFError, BrokenPipeError, ConnectionResetError):
                    assert plan.kills or told[number] == generations
                    alive.remove(number)
                if told[number] == generations:
                    alive.discard(number)
        for end in ends:
            end.close()
        plan.end()
        return {"told": told, "codes": end_all(children)}
    finally:
        block.close()
        block.unlink()


# ---- a manager, of whose clients some die, or which dies itself

def use(shared, number):
    for i in range(200):
        shared[number, i % 5] = i


def managers(plan):
    with Manager() as manager:
        shared = manager.dict()
        children = [Process(target=use, args=(shared, number)) for number in range(2)]
        for child in children:
            child.start()
        plan.begin([child.pid for child in children] + ([manager._process.pid] if plan.random.random() < 0.3 else []))
        codes, found = [], None
        try:
            for _ in range(60):
                plan.look()
                found = {key: value for key, value in shared.items()}
                assert all(0 <= value < 200 and value % 5 == key[1] for key, value in found.items())
        except (EOFError, ConnectionError):
            assert plan.kills
        plan.end()
        for child in children:
            child.join(LONG)
            codes.append(child.exitcode)
        if not plan.kills:
            found = dict(shared.items())
            assert codes == [0, 0] and found == {(number, i): 195 + i for number in range(2) for i in range(5)}, (codes, found)
        return {"keys": found and len(found), "codes": codes}


# ---- more processes than there may be: an error for who is one too many

def burst(depth):
    started = []
    try:
        for _ in range(2 if depth else 0):
            child = Process(target=burst, args=(depth - 1,))
            child.start()
            started.append(child)
    except OSError:
        pass
    time.sleep(0.1)
    for child in started:
        child.join()


def bursts(plan):
    child = Process(target=burst, args=(3,))
    child.start()
    plan.begin([child.pid])
    while child.is_alive():
        plan.look()
        child.join(0.05)
    plan.end()
    assert plan.kills or child.exitcode == 0, child.exitcode
    return {"code": child.exitcode}


PROGRAMS = {"pipes": pipes, "queues": queues, "consumers": consumers, "executors": executors, "pools": pools, "locks": locks, "blocks": blocks,
            "managers": managers, "bursts": bursts}

if __name__ == "__main__":
    plan = Plan(**json.loads(sys.argv[1]))
    print(json.dumps(PROGRAMS[plan.program](plan)))
