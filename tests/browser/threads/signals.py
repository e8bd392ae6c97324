"""Signals: the main thread runs the handlers, whatever it does and whoever notices."""
import _thread
import signal
import threading
import time

caught = []
signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(threading.current_thread() is threading.main_thread()))
signal.raise_signal(signal.SIGUSR1)
print(caught)


def send():
    time.sleep(0.01)
    signal.raise_signal(signal.SIGUSR1)
    try:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    except ValueError as error:
        print(error)


# The main thread waits for a lock; the handler runs meanwhile, and the wait goes on.
lock = threading.Lock()
lock.acquire()
thread = threading.Thread(target=send)
thread.start()
print(lock.acquire(timeout=0.1), caught)
thread.join()

# An exception of the handler ends the wait.
for wait in (lambda: lock.acquire(), lambda: time.sleep(60), lambda: threading.Event().wait(), lambda: threading.Thread.join(other)):
    gate = threading.Event()
    other = threading.Thread(target=gate.wait)
    other.start()
    threading.Timer(0.01, _thread.interrupt_main).start()
    try:
        wait()
    except KeyboardInterrupt:
        print("KeyboardInterrupt")
    gate.set()
    other.join()

# So it does where the main thread computes.
threading.Timer(0.01, _thread.interrupt_main).start()
try:
    while True:
        pass
except KeyboardInterrupt:
    print("KeyboardInterrupt")
signal.signal(signal.SIGINT, signal.SIG_IGN)
threading.Timer(0.01, _thread.interrupt_main).start()
time.sleep(0.05)
print("ignored", signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
