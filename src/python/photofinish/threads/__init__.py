"""Threads in the page: what stock threading, queue and concurrent.futures find below them.

The library's modules stay as they are. What changes is `_thread`, `_queue.SimpleQueue`, `time.sleep` and, since only the main thread
runs signal handlers, `_signal`: install.install() puts those of this package and of the extension in their places, before the modules
that use them are imported. It is done once, when the page's snapshot is made; natively nobody calls it.
"""
from .deadlock import DeadlockError

__all__ = ["DeadlockError"]
