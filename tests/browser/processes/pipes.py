"""Pipes: objects, bytes, ends, what waits, and connections that are sent through connections."""
import multiprocessing
import os
import select
import time
from multiprocessing.connection import Client, Listener, wait


def echo(connection):
    with connection:
        while True:
            try:
                connection.send(connection.recv())
            except EOFError:
                return


def late(connection, seconds, value):
    time.sleep(seconds)
    connection.send(value)


def write_through(connections):
    with connections.recv() as connection:
        connection.send("through a connection that came through a connection")


def shout(fd):
    with os.fdopen(fd, "w") as file:
        for i in range(3):
            print("line", i, file=file)


def call(address):
    with Client(address, authkey=b"key") as connection:
        connection.send([1, 2, 3])
        print("answer", connection.recv())


if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=echo, args=(there,))
    process.start()
    there.close()
    for value in [None, 1.5, "text", b"bytes" * 1000, list(range(1000)), {"a": (1, 2)}]:
        here.send(value)
        assert here.recv() == value
    big = os.urandom(5_000_000)
    here.send(big)
    print("big", here.recv() == big)
    for i in range(1000):
        here.send(i)
        assert here.recv() == i
    print("poll", here.poll(), here.poll(0.01))
    here.send("x")
    print("poll", here.poll(5), here.poll())
    print(here.recv())
    here.close()
    process.join()
    print("echo", process.exitcode)
    try:
        here.send(1)
    except OSError as error:
        print(error)

    reader, writer = multiprocessing.Pipe(duplex=False)
    print(reader.readable, reader.writable, writer.readable, writer.writable)
    writer.send_bytes(b"0123456789", 2, 5)
    print(reader.recv_bytes())
    writer.send_bytes(b"abcdef")
    buffer = bytearray(10)
    print(reader.recv_bytes_into(buffer, 2), bytes(buffer))
    writer.send_bytes(b"much too long")
    try:
        reader.recv_bytes_into(bytearray(3))
    except multiprocessing.BufferTooShort as error:
        print("too short", error.args)
    for wrong in [lambda: reader.send(1), lambda: writer.recv(), lambda: writer.send_bytes(b"abc", 4)]:
        try:
            wrong()
        except (OSError, ValueError) as error:
            print(type(error).__name__, error)
    writer.close()
    print("end", reader.poll())
    try:
        reader.recv()
    except EOFError:
        print("EOFError")
    reader.close()

    reader, writer = multiprocessing.Pipe(duplex=False)
    reader.close()
    try:
        writer.send(1)
    except BrokenPipeError:
        print("BrokenPipeError")
    writer.close()

    readers = []
    for i in range(3):
        reader, writer = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=late, args=(writer, 0.05 * i, i))
        process.start()
        writer.close()
        readers.append(reader)
    got = []
    while readers:
        for reader in wait(readers):
            try:
                got.append(reader.recv())
            except EOFError:
                readers.remove(reader)
                reader.close()
    print("waited", sorted(got))

    connections, other = multiprocessing.Pipe()
    process = multiprocessing.Process(target=write_through, args=(other,))
    process.start()
    reader, writer = multiprocessing.Pipe(duplex=False)
    connections.send(writer)
    writer.close()
    print(reader.recv())
    process.join()

    read_end, write_end = os.pipe()
    print("select", select.select([read_end], [], [], 0)[0] == [], select.select([], [write_end], [], 0)[1] == [write_end])
    print("written", os.write(write_end, b"some bytes"), select.select([read_end], [], [], 5)[0] == [read_end])
    poll = select.poll()
    poll.register(read_end, select.POLLIN)
    print("poll", poll.poll(1000) == [(read_end, select.POLLIN)])
    copy = os.dup(write_end)
    os.close(write_end)
    os.write(copy, b", and more")
    os.close(copy)
    with os.fdopen(read_end, "rb") as file:
        print(file.read())

    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    try:
        os.read(read_end, 1)
    except BlockingIOError:
        print("BlockingIOError", os.get_blocking(read_end), os.get_blocking(write_end))
    os.set_blocking(read_end, True)
    with os.fdopen(write_end, "w") as file:
        print(*range(3), sep="\n", file=file)
    with os.fdopen(read_end) as file:
        print([line.strip() for line in file])

    with Listener(authkey=b"key") as listener:
        process = multiprocessing.Process(target=call, args=(listener.address,))
        process.start()
        with listener.accept() as connection:
            connection.send(sum(connection.recv()))
        process.join()
        print("listener", process.exitcode)
