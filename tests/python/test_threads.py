"""The primitives of threads in the page, as far as one thread can see: natively nobody schedules, and what would have to wait says so."""
import gc
import queue
import sys
import time
import weakref

import _photofinish
import pytest
from photofinish.threads import DeadlockError


def test_lock():
    lock = _photofinish.Lock()
    assert not lock.locked() and lock.acquire() and lock.locked()
    assert lock.acquire(False) is False and lock.acquire(blocking=False) is False and lock.acquire(timeout=0) is False
    with pytest.raises(RuntimeError, match="would have to wait"):
        lock.acquire()
    with pytest.raises(RuntimeError, match="would have to wait"):
        lock.acquire(timeout=1)
    lock.release()
    assert lock._until_free(None) is True and not lock.locked()
    with lock:
        assert repr(lock).startswith("<locked _thread.lock object at 0x")
    assert repr(lock).startswith("<unlocked _thread.lock object at 0x")
    with pytest.raises(RuntimeError, match="release unlocked lock"):
        lock.release()
    lock.acquire()
    lock._at_fork_reinit()
    assert not lock.locked()


@pytest.mark.parametrize("arguments, error", [
    ((False, 1), ValueError), ((True, -2), ValueError), ((True, "1"), TypeError), ((True, 1e12), OverflowError),
    ((True, float("nan")), ValueError), ((1, 2, 3), TypeError),
])
@pytest.mark.parametrize("kind", [_photofinish.Lock, _photofinish.RLock])
def test_timeouts_that_make_no_sense(kind, arguments, error):
    with pytest.raises(error):
        kind().acquire(*arguments)
    with pytest.raises(TypeError):
        kind().acquire(wait=True)


def test_rlock():
    lock = _photofinish.RLock()
    me = _photofinish.get_ident()
    assert lock.acquire() and lock.acquire(False) and lock._recursion_count() == 2 and lock._is_owned() and lock._owner() == me
    state = lock._release_save()
    assert not lock.locked() and lock._recursion_count() == 0
    lock._acquire_restore(state)
    assert lock._recursion_count() == 2
    lock.release()
    lock.release()
    for wrong in (lock.release, lock._release_save):
        with pytest.raises(RuntimeError, match="cannot release un-acquired lock"):
            wrong()
    assert repr(lock).startswith("<unlocked _thread.RLock object owner=0 count=0 at 0x")

    class Mine(_photofinish.RLock):
        pass

    mine = Mine()
    mine.name = "more"
    with mine:
        assert mine._is_owned()


@pytest.mark.parametrize("kind", [_photofinish.Lock, _photofinish.RLock, _photofinish.SimpleQueue])
def test_weak_references_and_no_leak(kind):
    thing = kind()
    weak = weakref.ref(thing)
    assert weak() is thing
    del thing
    gc.collect()
    assert weak() is None
    before = sys.getrefcount(kind)
    for _ in range(100):
        kind()
    assert sys.getrefcount(kind) == before


def test_simple_queue():
    q = _photofinish.SimpleQueue()
    for i in range(1000):
        q.put(i)
        if i % 3 == 0:
            assert q.get() == i // 3
    assert q.qsize() == 666 and not q.empty()
    assert [q.get_nowait() for _ in range(666)] == list(range(334, 1000))
    for wrong in (q.get_nowait, lambda: q.get(False), lambda: q.get(block=False), lambda: q.get(timeout=0)):
        with pytest.raises(queue.Empty):
            wrong()
    with pytest.raises(ValueError):
        q.get(timeout=-1)
    with pytest.raises(RuntimeError, match="would have to wait"):
        q.get()
    q.put(item=1, block=True, timeout=None)
    q.put_nowait(2)
    assert q.qsize() == 2


def test_a_queue_in_a_cycle_is_collected():
    q = _photofinish.SimpleQueue()
    weak = weakref.ref(q)
    q.put([q])
    del q
    gc.collect()
    assert weak() is None


def test_sleep_checks_what_it_is_given():
    for wrong, error in ((-1, ValueError), ("1", TypeError), (float("nan"), ValueError), (1e12, OverflowError)):
        with pytest.raises(error):
            _photofinish.sleep(wrong)
        with pytest.raises(error):
            time.sleep(wrong)
    with pytest.raises(RuntimeError, match="would have to wait"):
        _photofinish.sleep(1)


def test_no_thread_without_a_page():
    _photofinish.refuse_threads("nobody schedules")
    done = _photofinish.Lock()
    with pytest.raises(RuntimeError, match="can't start new thread: nobody schedules"):
        _photofinish.start_thread(print, done)
    assert _photofinish.count_threads() == 0 and _photofinish.waits() == []
    assert issubclass(DeadlockError, RuntimeError)
