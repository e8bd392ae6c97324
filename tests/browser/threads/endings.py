"""How threads and programs end: exceptions, exits, daemons, the wait for the others, atexit."""
import _thread
import atexit
import sys
import threading
import time

threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)


def fail():
    raise KeyError("lost")


thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()
thread = threading.Thread(target=sys.exit, args=(3,))
thread.start()
thread.join()
print("exit in a thread ends it alone", thread.is_alive())

sys.unraisablehook = lambda args: print("unraisable", args.exc_type.__name__, (args.err_msg or "").split(" <")[0])
done = _thread.allocate_lock()
done.acquire()


def raw():
    try:
        raise ValueError("raw")
    finally:
        done.release()


_thread.start_new_thread(raw, ())
with done:
    pass
time.sleep(0.01)


class Dropped:
    def __del__(self):
        print("local value dropped in", threading.current_thread().name != "MainThread")


local = threading.local()


def keep():
    local.value = Dropped()


thread = threading.Thread(target=keep)
thread.start()
thread.join()
print("joined")


def last():
    time.sleep(0.02)
    print("the program's end waits for me")


threading.Thread(target=last).start()
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
atexit.register(print, "atexit")
print("main ends")
