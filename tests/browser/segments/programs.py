"""Shared memory of processes: prints the same in the page and natively (CPython 3.14, spawn)."""
import mmap
import os
import struct
from multiprocessing import Array, Barrier, Event, Lock, Pipe, Process, RawArray, RawValue, Value, set_start_method, shared_memory
from multiprocessing.managers import SharedMemoryManager


# ---- values and arrays

def add(value, array, text):
    for _ in range(100):
        with value.get_lock():
            value.value += 1
    array[1] = array[0] * 2
    text[:5] = b"child"


def values():
    value, array, text = Value("q", 5), Array("d", [1.5, 0]), RawArray("c", b"parent")
    children = [Process(target=add, args=(value, array, text)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(value.value, array[:], text.raw)


# ---- many values in one arena, each written by one process only

def own(numbers, mine):
    for i in range(len(numbers)):
        if i % 2 == mine:
            numbers[i].value = 1000 * mine + i


def many():
    numbers = [RawValue("H") for _ in range(50)]
    children = [Process(target=own, args=(numbers, mine)) for mine in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print([number.value for number in numbers])


# ---- blocks by name

def change(name, size, connection):
    block = shared_memory.SharedMemory(name)
    seen = bytes(block.buf[:5]), block.size >= size
    block.buf[size - 5:size] = b"world"
    connection.send(seen)
    connection.recv()
    connection.send(bytes(block.buf[:5]))
    block.close()


def blocks():
    size = 3_000_000
    block = shared_memory.SharedMemory(create=True, size=size)
    block.buf[:5] = b"hello"
    ours, theirs = Pipe()
    child = Process(target=change, args=(block.name, size, theirs))
    child.start()
    print("child sees", ours.recv())
    print("parent sees", bytes(block.buf[size - 5:size]), bytes(block.buf[:5]))
    block.buf[:5] = b"adieu"
    ours.send(None)
    print("child sees", ours.recv())
    child.join()
    again = shared_memory.SharedMemory(block.name)
    again.buf[7] = 77
    print(block.buf[7], block == again, block.name == again.name)
    again.close()
    block.buf[8] = 88
    block.close()
    block.unlink()
    for call in (lambda: shared_memory.SharedMemory(block.name), lambda: shared_memory.SharedMemory(create=True, size=0),
                 lambda: shared_memory.SharedMemory("/taken", True, 10) and shared_memory.SharedMemory("/taken", True, 10)):
        try:
            call()
        except (OSError, ValueError) as error:
            print(type(error).__name__)
    taken = shared_memory.SharedMemory("/taken")
    taken.close()
    taken.unlink()


# ---- lists in shared memory, and their manager

def double(items):
    for i in range(3):
        items[i] *= 2
    items.shm.close()


def lists():
    with SharedMemoryManager() as manager:
        items = manager.ShareableList([1, 2.5, "ab", None, True, b"bytes"])
        child = Process(target=double, args=(items,))
        child.start()
        child.join()
        print(list(items), items.count(None), items.index(True))
        block = manager.SharedMemory(size=100)
        block.buf[:3] = b"abc"
        same = shared_memory.SharedMemory(block.name)
        print(bytes(same.buf[:3]))
        same.close()
    try:
        shared_memory.SharedMemory(block.name)
    except FileNotFoundError:
        print("gone with its manager")


# ---- a descriptor, mapped in parts, read and written as a file

def files():
    import _posixshmem
    page = mmap.ALLOCATIONGRANULARITY
    fd = _posixshmem.shm_open("/segment-as-a-file", os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
    print(os.fstat(fd).st_size)
    os.ftruncate(fd, 2 * page)
    print(os.fstat(fd).st_size == 2 * page)
    whole = mmap.mmap(fd, 0)
    second = mmap.mmap(fd, page, offset=page)
    private = mmap.mmap(fd, page, access=mmap.ACCESS_COPY)
    view = mmap.mmap(fd, page, access=mmap.ACCESS_READ)
    whole[page:page + 4] = b"abcd"
    second[4:8] = b"efgh"
    private[:4] = b"mine"
    print(whole[page:page + 8], second[:8], view[:4], private[:4], len(whole) == 2 * page)
    os.lseek(fd, page, os.SEEK_SET)
    print(os.read(fd, 8), os.write(fd, b"ijkl"), second[8:12], os.lseek(fd, -3, os.SEEK_END) == 2 * page - 3, os.read(fd, 10), os.read(fd, 10))
    os.pwrite(fd, b"first", 1)
    print(whole[:6], view[:6], os.pread(fd, 4, page))
    whole.flush()
    os.close(fd)
    whole[0:1] = b"Z"
    print(view[:6])
    try:
        view[0] = 1
    except TypeError as error:
        print(error)
    for mapping in (view, private, second, whole):
        mapping.close()
    fd = _posixshmem.shm_open("/segment-as-a-file", os.O_RDWR)
    print(os.pread(fd, 6, 0))
    try:
        mmap.mmap(fd, 3 * page)
    except ValueError as error:
        print(error)
    os.close(fd)
    _posixshmem.shm_unlink("/segment-as-a-file")


# ---- the memory model: neighbours, events, barriers

def neighbour(array, mine, of, barrier):
    for turn in range(20):
        for i in range(mine, len(array), of):
            array[i] = (turn * 7 + mine) % 256
        barrier.wait()
        assert [array[i] for i in range(len(array))] == [(turn * 7 + i % of) % 256 for i in range(len(array))], turn
        barrier.wait()


def neighbours():
    of = 3
    array, barrier = RawArray("B", 1000), Barrier(of)
    children = [Process(target=neighbour, args=(array, mine, of, barrier)) for mine in range(of)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print([child.exitcode for child in children], sorted(set(array)))


def ping(event, other, numbers):
    for i in range(50):
        event.wait()
        event.clear()
        numbers[1] = numbers[0] + 1
        other.set()


def events():
    there, back, numbers = Event(), Event(), RawArray("q", 2)
    child = Process(target=ping, args=(there, back, numbers))
    child.start()
    for i in range(50):
        numbers[0] = i * 10**12
        there.set()
        back.wait()
        back.clear()
        assert numbers[1] == i * 10**12 + 1, (i, list(numbers))
    child.join()
    print("events", list(numbers))


def scattered(lock, block, seed):
    import random
    source = random.Random(seed)
    for _ in range(300):
        with lock:
            at = 8 * source.randrange(2000)
            struct.pack_into("q", block, at, struct.unpack_from("q", block, at)[0] + 1)


def sums():
    lock, block = Lock(), RawArray("B", 16_000)
    children = [Process(target=scattered, args=(lock, block, seed)) for seed in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(sum(struct.unpack("2000q", bytes(block))))


if __name__ == "__main__":
    set_start_method("spawn")
    for part in (values, many, blocks, lists, files, neighbours, events, sums):
        print("--", part.__name__, flush=True)
        part()
