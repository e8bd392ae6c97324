/* locks.c: the types Lock and RLock of _thread for threads of the page.
 *
 * A free lock is taken and given up without anybody else. Otherwise the owner wakes the first in line and does not wait for it: often the
 * owner takes the lock again before, and nothing has to be switched. Whoever was woken in vain once gets the lock handed over by the
 * next release, so that everybody's turn comes.
 */
#include "threads.h"

#include <stddef.h>
#include <structmember.h>

#include "runtime/prim.h"

/* What Lock and RLock have in common. owner: 0 where the lock is free; a Lock's is 1, whoever took it. */
typedef struct lock_object {
    PyObject_HEAD
    unsigned long owner;
    Py_ssize_t depth; /* of an RLock: how often its owner holds it */
    pfpy_line line;
    PyObject *weak_references;
} lock_object;

#define LOCKED 1ul

/* 1: taken; 0: not within `seconds`; -1 with an exception. owner 0 waits until the lock is free and leaves it so. */
static int take(lock_object *lock, unsigned long owner, double seconds)
{
    if (!lock->owner) {
        lock->owner = owner;
        return 1;
    }
    if (seconds == 0) {
        return 0;
    }
    double until = pf_prim_now() + seconds;
    pfpy_wait wait = {.object = (PyObject *)lock};
    pfpy_line_up(&lock->line, &wait);
    for (;;) {
        pfpy_outcome outcome = pfpy_block(&wait, until);
        if (outcome != PFPY_RAISED && (wait.granted || !lock->owner)) {
            pfpy_step_out(&wait);
            lock->owner = owner;
            if (!owner) {
                pfpy_wake_first(&lock->line);
            }
            return 1;
        }
        if (outcome == PFPY_LOOK_AGAIN) {
            wait.in_vain = owner != 0;
            continue;
        }
        if (wait.granted) {
            lock->owner = 0;
        }
        pfpy_step_out(&wait);
        if (!lock->owner) {
            pfpy_wake_first(&lock->line); /* the wake-up that came to us is for the next */
        }
        return outcome == PFPY_TIMEOUT ? 0 : -1;
    }
}

static void give_up(lock_object *lock)
{
    pfpy_wait *first = lock->line.first;
    if (first && first->in_vain) {
        pfpy_grant_first(&lock->line);
        lock->owner = ULONG_MAX; /* on its way */
        return;
    }
    lock->owner = 0;
    pfpy_wake_first(&lock->line);
}

void pfpy_lock_give_up(PyObject *lock)
{
    give_up((lock_object *)lock);
}

static PyObject *taken_as_bool(int taken)
{
    return taken < 0 ? NULL : PyBool_FromLong(taken);
}

static void destroy(PyObject *self)
{
    pfpy_free_object(self, ((lock_object *)self)->weak_references);
}

static PyObject *locked(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyBool_FromLong(((lock_object *)self)->owner != 0);
}

static PyObject *forget(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    lock_object *lock = (lock_object *)self;
    lock->owner = 0;
    lock->depth = 0;
    Py_RETURN_NONE;
}

/* ------------------------------------------------------------------------------------------------ Lock */

static PyObject *lock_acquire(PyObject *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    double seconds = PFPY_FOR_EVER;
    if ((given || names) && pfpy_acquire_arguments(arguments, given, names, &seconds) < 0) {
        return NULL;
    }
    return taken_as_bool(take((lock_object *)self, LOCKED, seconds));
}

static PyObject *lock_enter(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return taken_as_bool(take((lock_object *)self, LOCKED, PFPY_FOR_EVER));
}

static PyObject *lock_until_free(PyObject *self, PyObject *timeout)
{
    double seconds = PFPY_FOR_EVER;
    if (timeout != Py_None && pfpy_seconds(timeout, &seconds) < 0) {
        return NULL;
    }
    return taken_as_bool(take((lock_object *)self, 0, seconds < 0 ? PFPY_FOR_EVER : seconds));
}

static PyObject *lock_release(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    if (!((lock_object *)self)->owner) {
        PyErr_SetString(PyExc_RuntimeError, "release unlocked lock");
        return NULL;
    }
    give_up((lock_object *)self);
    Py_RETURN_NONE;
}

static PyObject *lock_exit(PyObject *self, PyObject *const *arguments, Py_ssize_t given)
{
    (void)arguments;
    (void)given;
    return lock_release(self, NULL);
}

static PyObject *lock_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<%s _thread.lock object at %p>", ((lock_object *)self)->owner ? "locked" : "unlocked", self);
}

static PyObject *lock_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    if (PyTuple_Size(arguments) || (keywords && PyDict_Size(keywords))) {
        PyErr_SetString(PyExc_TypeError, "lock() takes no arguments");
        return NULL;
    }
    return PyType_GenericAlloc(type, 0);
}

static PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(lock_object, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

#define ACQUIRE_DOC                                                                                                                          \
    "acquire($self, /, blocking=True, timeout=-1)\n--\n\nTakes the lock: True, or False where it was not to be had, at once or within "      \
    "`timeout` seconds.\nRaises ValueError, OverflowError for a timeout that makes no sense; DeadlockError where nobody can ever release it."

static PyMethodDef lock_methods[] = {
    {"acquire", PFPY_FAST(lock_acquire), METH_FASTCALL | METH_KEYWORDS, ACQUIRE_DOC},
    {"acquire_lock", PFPY_FAST(lock_acquire), METH_FASTCALL | METH_KEYWORDS, "acquire() by its old name."},
    {"release", lock_release, METH_NOARGS, "release($self)\n--\n\nGives the lock up; RuntimeError where it is free."},
    {"release_lock", lock_release, METH_NOARGS, "release() by its old name."},
    {"locked", locked, METH_NOARGS, "locked($self)\n--\n\nWhether somebody holds it."},
    {"locked_lock", locked, METH_NOARGS, "locked() by its old name."},
    {"__enter__", lock_enter, METH_NOARGS, "Takes the lock."},
    {"__exit__", PFPY_FAST(lock_exit), METH_FASTCALL, "Gives the lock up."},
    {"_at_fork_reinit", forget, METH_NOARGS, "Makes it a new lock."},
    {"_until_free", lock_until_free, METH_O,
     "_until_free($self, timeout, /)\n--\n\nWaits until nobody holds it, without taking it: True, or False after `timeout` seconds "
     "(None: no limit)."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot lock_slots[] = {
    {Py_tp_doc, "A lock as _thread.lock, between threads of the page. Whoever waits runs no core and lets the others run."},
    {Py_tp_new, lock_new},
    {Py_tp_dealloc, destroy},
    {Py_tp_repr, lock_repr},
    {Py_tp_methods, lock_methods},
    {Py_tp_members, members},
    {0, NULL},
};

PyType_Spec pfpy_lock_spec = {"_thread.lock", sizeof(lock_object), 0, Py_TPFLAGS_DEFAULT, lock_slots};

/* ------------------------------------------------------------------------------------------------ RLock */

static int take_again(lock_object *lock, double seconds, Py_ssize_t depth)
{
    unsigned long me = pfpy_ident();
    if (lock->owner == me) {
        lock->depth++;
        return 1;
    }
    int taken = take(lock, me, seconds);
    if (taken > 0) {
        lock->depth = depth;
    }
    return taken;
}

static PyObject *rlock_acquire(PyObject *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    double seconds = PFPY_FOR_EVER;
    if ((given || names) && pfpy_acquire_arguments(arguments, given, names, &seconds) < 0) {
        return NULL;
    }
    return taken_as_bool(take_again((lock_object *)self, seconds, 1));
}

static PyObject *rlock_enter(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return taken_as_bool(take_again((lock_object *)self, PFPY_FOR_EVER, 1));
}

static bool is_owner(const lock_object *lock)
{
    return lock->owner == pfpy_ident();
}

static PyObject *rlock_release(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    lock_object *lock = (lock_object *)self;
    if (!is_owner(lock)) {
        PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock");
        return NULL;
    }
    if (--lock->depth == 0) {
        give_up(lock);
    }
    Py_RETURN_NONE;
}

static PyObject *rlock_exit(PyObject *self, PyObject *const *arguments, Py_ssize_t given)
{
    (void)arguments;
    (void)given;
    return rlock_release(self, NULL);
}

static PyObject *rlock_is_owned(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyBool_FromLong(is_owner((lock_object *)self));
}

static PyObject *rlock_owner(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyLong_FromUnsignedLong(((lock_object *)self)->owner);
}

static PyObject *rlock_count(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    lock_object *lock = (lock_object *)self;
    return PyLong_FromSsize_t(is_owner(lock) ? lock->depth : 0);
}

static PyObject *rlock_release_save(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    lock_object *lock = (lock_object *)self;
    if (!lock->owner) {
        PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock");
        return NULL;
    }
    PyObject *state = Py_BuildValue("(nk)", lock->depth, lock->owner);
    if (state) {
        lock->depth = 0;
        give_up(lock);
    }
    return state;
}

static PyObject *rlock_acquire_restore(PyObject *self, PyObject *state)
{
    Py_ssize_t depth;
    unsigned long owner;
    if (!PyTuple_Check(state) || !PyArg_ParseTuple(state, "nk:_acquire_restore", &depth, &owner)) {
        return NULL;
    }
    lock_object *lock = (lock_object *)self;
    if (take(lock, owner, PFPY_FOR_EVER) < 0) {
        return NULL;
    }
    lock->depth = depth;
    Py_RETURN_NONE;
}

static PyObject *rlock_repr(PyObject *self)
{
    lock_object *lock = (lock_object *)self;
    return PyUnicode_FromFormat("<%s _thread.RLock object owner=%lu count=%zd at %p>", lock->owner ? "locked" : "unlocked",
                                lock->owner, lock->depth, self);
}

/* Arguments are taken and left alone, as _thread.RLock does for subclasses. */
static PyObject *rlock_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    (void)arguments;
    (void)keywords;
    return PyType_GenericAlloc(type, 0);
}

static PyMethodDef rlock_methods[] = {
    {"acquire", PFPY_FAST(rlock_acquire), METH_FASTCALL | METH_KEYWORDS, ACQUIRE_DOC},
    {"release", rlock_release, METH_NOARGS, "release($self)\n--\n\nGives the lock up once; RuntimeError where the caller is not its owner."},
    {"locked", locked, METH_NOARGS, "locked($self)\n--\n\nWhether somebody holds it."},
    {"__enter__", rlock_enter, METH_NOARGS, "Takes the lock."},
    {"__exit__", PFPY_FAST(rlock_exit), METH_FASTCALL, "Gives the lock up."},
    {"_is_owned", rlock_is_owned, METH_NOARGS, "For threading.Condition: whether the caller holds it."},
    {"_owner", rlock_owner, METH_NOARGS, "The identity of the thread that holds it; 0: none does."},
    {"_recursion_count", rlock_count, METH_NOARGS, "For tests: how often the caller holds it."},
    {"_release_save", rlock_release_save, METH_NOARGS, "For threading.Condition: gives it up altogether."},
    {"_acquire_restore", rlock_acquire_restore, METH_O, "For threading.Condition: takes it as _release_save() left it."},
    {"_at_fork_reinit", forget, METH_NOARGS, "Makes it a new lock."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot rlock_slots[] = {
    {Py_tp_doc, "A lock as _thread.RLock, between threads of the page: its owner can take it again."},
    {Py_tp_new, rlock_new},
    {Py_tp_dealloc, destroy},
    {Py_tp_repr, rlock_repr},
    {Py_tp_methods, rlock_methods},
    {Py_tp_members, members},
    {0, NULL},
};

PyType_Spec pfpy_rlock_spec = {"_thread.RLock", sizeof(lock_object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, rlock_slots};
