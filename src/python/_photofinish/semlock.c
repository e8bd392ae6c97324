/* semlock.c: the type SemLock of _multiprocessing, on semaphores of the page: below Lock, RLock, Semaphore, Condition and the rest.
 *
 * Semantics are those of CPython's Modules/_multiprocessing/semaphore.c with POSIX semaphores. An object of this type is one process's
 * view of a semaphore: `count` and `owner` are its own, and are what makes a mutex recursive. Several may stand for one semaphore, which
 * the process holds as long as there is one of them; so they are all in one ring.
 */
#include "processes.h"
#include "segments.h"

#include <stddef.h>
#include <structmember.h>

#include "runtime/prim.h"

enum { RECURSIVE_MUTEX = 0, SEMAPHORE = 1 };

typedef struct semlock {
    PyObject_HEAD
    struct semlock *before, *next; /* NULL: not in the ring, since it stands for nothing */
    uint32_t id;
    int kind, most;
    int count; /* how often this process has taken it, less how often it gave it up */
    unsigned long owner; /* the thread that took it last */
    PyObject *name;      /* owned: str, or None */
} semlock;

/* The ring's head and tail are one: not a SemLock, only its links are used. */
static semlock ring = {.before = &ring, .next = &ring};

static void enter_ring(semlock *lock)
{
    lock->before = ring.before;
    lock->next = &ring;
    lock->before->next = lock->next->before = lock;
}

static bool is_in_ring(uint32_t id)
{
    for (const semlock *lock = ring.next; lock != &ring; lock = lock->next) {
        if (lock->id == id) {
            return true;
        }
    }
    return false;
}

static void let_go(uint32_t id)
{
    if (!is_in_ring(id)) {
        pfpy_process.ipc.close(PFPY_ME, id, 0);
    }
}

/* ------------------------------------------------------------------------------------------------ making */

/* An object for a semaphore that the process holds; where there is no memory for it, the process holds it no longer. */
static PyObject *new_semlock(PyTypeObject *type, uint32_t id, int kind, int most, PyObject *name)
{
    semlock *lock = (semlock *)PyType_GenericAlloc(type, 0);
    if (!lock) {
        let_go(id);
        return NULL;
    }
    lock->id = id;
    lock->kind = kind;
    lock->most = most;
    lock->name = Py_NewRef(name);
    enter_ring(lock);
    return (PyObject *)lock;
}

static int unlink_name(PyObject *name)
{
    uint32_t length;
    int64_t at = pfpy_put_name(name, &length);
    if (at < 0) {
        return -1;
    }
    int32_t status = pfpy_process.ipc.unlink(PFPY_ME, IPC_SEMAPHORE, (uint32_t)at, length);
    if (status < 0) {
        pfpy_raise_ipc(status);
        return -1;
    }
    return 0;
}

/* The kernel's largest value is at least 1; BoundedSemaphore(0), whose every release is one too many, is seen to by release(). */
static PyObject *create(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"kind", "value", "maxvalue", "name", "unlink", NULL};
    int kind, value, most, unlink;
    PyObject *name;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "iiiUp:SemLock", names, &kind, &value, &most, &name, &unlink)) {
        return NULL;
    }
    if (kind != RECURSIVE_MUTEX && kind != SEMAPHORE) {
        PyErr_SetString(PyExc_ValueError, "unrecognized kind");
        return NULL;
    }
    if (value < 0 || most < value) {
        return pfpy_raise_errno(EINVAL);
    }
    uint32_t length;
    int64_t at = pfpy_need_processes() < 0 ? -1 : pfpy_put_name(name, &length);
    if (at < 0) {
        return NULL;
    }
    int32_t id = pfpy_process.ipc.semaphore(PFPY_ME, (uint32_t)value, most > 0 ? (uint32_t)most : 1, (uint32_t)at, length);
    if (id < 0) {
        return id == IPC_LIMIT ? pfpy_raise_errno(ENOSPC) : pfpy_raise_ipc(id);
    }
    if (unlink && unlink_name(name) < 0) {
        let_go((uint32_t)id);
        return NULL;
    }
    return new_semlock(type, (uint32_t)id, kind, most, unlink ? Py_None : name);
}

/* _rebuild(handle, kind, maxvalue, name): by name, or without one by the handle, which must be this process's. */
static PyObject *rebuild(PyObject *type, PyObject *arguments)
{
    unsigned long handle;
    int kind, most;
    PyObject *name;
    if (!PyArg_ParseTuple(arguments, "kiiO:_rebuild", &handle, &kind, &most, &name)) {
        return NULL;
    }
    if (name == Py_None) {
        return is_in_ring((uint32_t)handle) ? new_semlock((PyTypeObject *)type, (uint32_t)handle, kind, most, name) : pfpy_raise_errno(ENOENT);
    }
    uint32_t length;
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "a semaphore's name is a str or None");
        return NULL;
    }
    int64_t at = pfpy_need_processes() < 0 ? -1 : pfpy_put_name(name, &length);
    if (at < 0) {
        return NULL;
    }
    int32_t id = pfpy_process.ipc.open(PFPY_ME, IPC_SEMAPHORE, (uint32_t)at, length);
    return id < 0 ? pfpy_raise_ipc(id) : new_semlock((PyTypeObject *)type, (uint32_t)id, kind, most, name);
}

static void destroy(PyObject *self)
{
    semlock *lock = (semlock *)self;
    if (lock->next) {
        lock->before->next = lock->next;
        lock->next->before = lock->before;
        let_go(lock->id);
    }
    Py_XDECREF(lock->name);
    pfpy_free_object(self, NULL);
}

static PyObject *sem_unlink(PyObject *module, PyObject *name)
{
    (void)module;
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "sem_unlink() takes a str");
        return NULL;
    }
    return pfpy_need_processes() < 0 || unlink_name(name) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ------------------------------------------------------------------------------------------------ taking and giving up */

static bool is_mine(const semlock *lock)
{
    return lock->count > 0 && lock->owner == pfpy_ident();
}

/* Waits for the semaphore, which was at 0: 1: taken; 0: not within `seconds`; else an ipc_status, or INT32_MIN with an exception. */
static int32_t wait_and_take(semlock *lock, double seconds)
{
    double until = seconds == PFPY_FOR_EVER ? seconds : pf_prim_now() + seconds;
    int32_t taken;
    do {
        pfpy_outcome outcome = pfpy_block_on(IPC_TAKEABLE, lock->id, (PyObject *)lock, until);
        if (outcome == PFPY_RAISED) {
            return INT32_MIN;
        }
        taken = pfpy_process.ipc.semaphore_try(PFPY_ME, lock->id);
        if (outcome == PFPY_TIMEOUT) {
            break;
        }
    } while (taken == 0);
    return taken;
}

static PyObject *take(semlock *lock, double seconds)
{
    if (lock->kind == RECURSIVE_MUTEX && is_mine(lock)) {
        lock->count++;
        Py_RETURN_TRUE;
    }
    int32_t taken = pfpy_process.ipc.semaphore_try(PFPY_ME, lock->id);
    if (taken == 0 && seconds > 0) {
        taken = wait_and_take(lock, seconds);
    }
    if (taken == 0) {
        Py_RETURN_FALSE;
    }
    if (taken < 0) {
        return taken == INT32_MIN ? NULL : pfpy_raise_ipc(taken);
    }
    lock->count++;
    lock->owner = pfpy_ident();
    pfpy_acquire_point();
    Py_RETURN_TRUE;
}

/* block and timeout, by position or name: `seconds` 0 to PFPY_FOR_EVER. A timeout is looked at also where nothing is to be waited for. */
static int parse_acquire(PyObject *const *arguments, Py_ssize_t given, PyObject *names, double *seconds)
{
    PyObject *values[2] = {NULL, NULL};
    if (given > 2) {
        PyErr_Format(PyExc_TypeError, "acquire() takes at most 2 arguments (%zd given)", given);
        return -1;
    }
    for (Py_ssize_t i = 0; i < given; i++) {
        values[i] = arguments[i];
    }
    for (Py_ssize_t i = 0, count = names ? PyTuple_Size(names) : 0; i < count; i++) {
        PyObject *name = PyTuple_GetItem(names, i);
        int which = PyUnicode_CompareWithASCIIString(name, "block") == 0 ? 0 : PyUnicode_CompareWithASCIIString(name, "timeout") == 0 ? 1 : -1;
        if (which < 0 || values[which]) {
            PyErr_Format(PyExc_TypeError, "acquire() got an unexpected keyword argument '%U'", name);
            return -1;
        }
        values[which] = arguments[given + i];
    }
    int block = values[0] ? PyObject_IsTrue(values[0]) : 1;
    *seconds = PFPY_FOR_EVER;
    if (block < 0) {
        return -1;
    }
    if (values[1] && values[1] != Py_None) {
        *seconds = PyFloat_AsDouble(values[1]);
        if (*seconds == -1.0 && PyErr_Occurred()) {
            return -1;
        }
    }
    if (!block || !(*seconds > 0)) {
        *seconds = 0;
    }
    return 0;
}

static PyObject *acquire(PyObject *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    double seconds = PFPY_FOR_EVER;
    if ((given || names) && parse_acquire(arguments, given, names, &seconds) < 0) {
        return NULL;
    }
    return take((semlock *)self, seconds);
}

static PyObject *enter(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return take((semlock *)self, PFPY_FOR_EVER);
}

static PyObject *release(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    semlock *lock = (semlock *)self;
    if (lock->kind == RECURSIVE_MUTEX) {
        if (!is_mine(lock)) {
            PyErr_SetString(PyExc_AssertionError, "attempt to release recursive lock not owned by thread");
            return NULL;
        }
        if (lock->count > 1) {
            lock->count--;
            Py_RETURN_NONE;
        }
    }
    pfpy_release_point();
    int32_t status = lock->most > 0 ? pfpy_process.ipc.semaphore_post(PFPY_ME, lock->id) : IPC_OVERFLOW;
    if (status == IPC_OVERFLOW) {
        PyErr_SetString(PyExc_ValueError, "semaphore or lock released too many times");
        return NULL;
    }
    if (status < 0) {
        return pfpy_raise_ipc(status);
    }
    lock->count--;
    Py_RETURN_NONE;
}

static PyObject *leave(PyObject *self, PyObject *const *arguments, Py_ssize_t given)
{
    (void)arguments;
    (void)given;
    return release(self, NULL);
}

/* ------------------------------------------------------------------------------------------------ what it tells */

static PyObject *get_count(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyLong_FromLong(((semlock *)self)->count);
}

static PyObject *get_is_mine(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyBool_FromLong(is_mine((semlock *)self));
}

static PyObject *get_value(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    int32_t value = pfpy_process.ipc.semaphore_value(PFPY_ME, ((semlock *)self)->id);
    return value < 0 ? pfpy_raise_ipc(value) : PyLong_FromLong(value);
}

static PyObject *get_is_zero(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    int32_t value = pfpy_process.ipc.semaphore_value(PFPY_ME, ((semlock *)self)->id);
    return value < 0 ? pfpy_raise_ipc(value) : PyBool_FromLong(value == 0);
}

static PyObject *after_fork(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    ((semlock *)self)->count = 0;
    Py_RETURN_NONE;
}

/* ------------------------------------------------------------------------------------------------ the type */

static PyMemberDef members[] = {
    {"handle", T_UINT, offsetof(semlock, id), READONLY, "The semaphore's number in the kernel."},
    {"kind", T_INT, offsetof(semlock, kind), READONLY, "0: a recursive mutex; 1: a semaphore."},
    {"maxvalue", T_INT, offsetof(semlock, most), READONLY, "The value that release() does not go beyond."},
    {"name", T_OBJECT_EX, offsetof(semlock, name), READONLY, "The name by which other processes find it; None once it was unlinked."},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef methods[] = {
    {"acquire", PFPY_FAST(acquire), METH_FASTCALL | METH_KEYWORDS,
     "acquire($self, /, block=True, timeout=None)\n--\n\nTakes one: True, or False where there was none, at once or within `timeout` seconds."},
    {"release", release, METH_NOARGS,
     "release($self)\n--\n\nGives one up. AssertionError for a mutex of another thread, ValueError beyond maxvalue."},
    {"__enter__", enter, METH_NOARGS, "acquire()."},
    {"__exit__", PFPY_FAST(leave), METH_FASTCALL, "release()."},
    {"_count", get_count, METH_NOARGS, "How often this process has taken it and not given it up."},
    {"_is_mine", get_is_mine, METH_NOARGS, "Whether the calling thread has taken it."},
    {"_get_value", get_value, METH_NOARGS, "The semaphore's value now."},
    {"_is_zero", get_is_zero, METH_NOARGS, "Whether the value is 0 now."},
    {"_rebuild", rebuild, METH_VARARGS | METH_CLASS, "_rebuild(handle, kind, maxvalue, name): a semaphore that exists. FileNotFoundError."},
    {"_after_fork", after_fork, METH_NOARGS, "Forgets that this process has taken it."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "SemLock(kind, value, maxvalue, name, unlink)\n--\n\nA semaphore between processes as _multiprocessing.SemLock, in the page."},
    {Py_tp_new, create},
    {Py_tp_dealloc, destroy},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {0, NULL},
};

PyType_Spec pfpy_semlock_spec = {"_multiprocessing.SemLock", sizeof(semlock), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

int pfpy_finish_semlock(PyObject *type)
{
    PyObject *most = PyLong_FromLong(INT_MAX);
    int set = most ? PyObject_SetAttrString(type, "SEM_VALUE_MAX", most) : -1;
    Py_XDECREF(most);
    return set;
}

PyMethodDef pfpy_semlock_methods[] = {
    {"sem_unlink", sem_unlink, METH_O, "sem_unlink(name): no other process finds it from now on. Raises FileNotFoundError."},
    {NULL, NULL, 0, NULL},
};
