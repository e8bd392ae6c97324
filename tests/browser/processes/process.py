"""Processes: what they are given, how they end, and what their parent sees of it."""
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import wait


def nothing():
    pass


def tell(connection, *values, **named):
    me = multiprocessing.current_process()
    connection.send((values, named, me.name, me.daemon, me.pid == os.getpid(), os.getppid() == multiprocessing.parent_process().pid))
    connection.close()


def leave(how):
    if how == "sys.exit(3)":
        sys.exit(3)
    if how == "sys.exit(None)":
        sys.exit()
    if how == "os._exit(7)":
        os._exit(7)
    if how == "exception":
        sys.stderr = open(os.devnull, "w")
        raise ValueError("on purpose")
    if how == "kill itself":
        os.kill(os.getpid(), signal.SIGKILL)


def sleep_for_ever(connection):
    connection.send("sleeps")
    time.sleep(1000)


def compute_for_ever(connection):
    connection.send("computes")
    while True:
        pass


def grandchild(connection):
    process = multiprocessing.Process(target=tell, args=(connection, "grandchild"), name="grandchild")
    process.start()
    process.join()
    sys.exit(process.exitcode + 5)


def catch(connection):
    caught = []
    signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(number))
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    connection.send("ready")
    while not caught:
        time.sleep(0.01)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(9))
    connection.send(caught)
    while True:
        pass


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")       # elsewhere a process's parent may be another one
    here, there = multiprocessing.Pipe()

    process = multiprocessing.Process(target=nothing)
    print("before", process.pid, process.exitcode, process.is_alive(), process.daemon)
    process.start()
    process.join()
    print("nothing", process.exitcode, process.is_alive(), process.pid > 0)
    process.close()
    try:
        process.is_alive()
    except ValueError as error:
        print("closed", error)

    process = multiprocessing.Process(target=tell, args=(there, 1, "two"), kwargs={"three": [3]}, name="teller", daemon=True)
    process.start()
    print("told", here.recv())
    process.join()
    print(repr(process).replace(f"pid={process.pid} parent={os.getpid()} ", ""))

    for how in ["sys.exit(3)", "sys.exit(None)", "os._exit(7)", "exception", "kill itself"]:
        process = multiprocessing.Process(target=leave, args=(how,))
        process.start()
        process.join()
        print(how, process.exitcode)

    for target in [sleep_for_ever, compute_for_ever]:
        for end in ["terminate", "kill"]:
            process = multiprocessing.Process(target=target, args=(there,))
            process.start()
            print(here.recv(), process.is_alive(), end)
            process.join(0.01)
            alive = process.is_alive()
            getattr(process, end)()
            process.join()
            print(alive, process.exitcode)

    process = multiprocessing.Process(target=grandchild, args=(there,))
    process.start()
    print(here.recv())
    process.join()
    print("grandchild's parent", process.exitcode)

    process = multiprocessing.Process(target=catch, args=(there,))
    process.start()
    print(here.recv())
    os.kill(process.pid, signal.SIGUSR2)
    os.kill(process.pid, signal.SIGUSR1)
    print("caught", here.recv() == [signal.SIGUSR1])
    process.terminate()
    process.join()
    print("SIGTERM caught", process.exitcode)

    processes = [multiprocessing.Process(target=time.sleep, args=(0.5 + 0.05 * i,)) for i in range(3)]
    for process in processes:
        process.start()
    print("children", len(multiprocessing.active_children()))
    left = {process.sentinel: process for process in processes}
    while left:
        for sentinel in wait(list(left)):
            left.pop(sentinel).join()
    print("ended", [process.exitcode for process in processes], multiprocessing.active_children())

    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        print("it is gone")
