/* threads.c: threads of the page: their identities, starting and ending them, and what the engine tells about them (scheduler.h).
 * blocking.c has their waiting.
 */
#include "scheduler.h"

#include <stdlib.h>

pfpy_scheduler_calls pfpy_scheduler;
pfpy_thread pfpy_main_thread = {.before = &pfpy_main_thread, .next = &pfpy_main_thread};
long pfpy_living;
PyObject *pfpy_deadlock_error, *pfpy_import_lock_held;

static size_t ident_offset; /* of the field thread_id in PyThreadState; 0: no other threads than the main one */
static unsigned long main_ident;
static PyObject *why_none; /* str: why no thread can be started; owned */

/* ------------------------------------------------------------------------------------------------ identity */

static unsigned long *ident_word(PyThreadState *state, size_t offset)
{
    return (unsigned long *)((char *)state + offset);
}

/* A thread's identity is the address of its record; the main thread's is what the interpreter gave it. */
unsigned long pfpy_ident(void)
{
    return ident_offset ? *ident_word(PyThreadState_Get(), ident_offset) : PyThread_get_thread_ident();
}

static unsigned long ident_of(const pfpy_thread *which)
{
    return which == &pfpy_main_thread ? main_ident : (unsigned long)(uintptr_t)which;
}

pfpy_thread *pfpy_current(void)
{
    unsigned long ident = pfpy_ident();
    return ident == main_ident ? &pfpy_main_thread : (pfpy_thread *)(uintptr_t)ident;
}

/* The fields of PyThreadState have no names in the limited API, so their places are tried out on a new one: the word at `ident` is what
 * PyThreadState_SetAsyncExc() finds it by, and the one at `breaker` then has the bit that stands for such an exception. */
static const char *wrong_layout(size_t ident, size_t breaker)
{
    const uint32_t ASYNC_EXCEPTION = 8;
    const unsigned long marker = 0x5ca1ab1e;
    PyThreadState *state = PyThreadState_New(PyInterpreterState_Get());
    if (!state) {
        return "there is no memory for a thread";
    }
    const char *wrong = NULL;
    uint32_t *breaker_word = (uint32_t *)((char *)state + breaker), before = *breaker_word;
    if (*ident_word(state, ident) != PyThread_get_thread_ident()) {
        wrong = "a thread's identity is not where it was";
    } else {
        *ident_word(state, ident) = marker;
        if (PyThreadState_SetAsyncExc(marker, PyExc_ValueError) != 1) {
            wrong = "a thread is not found by its identity";
        } else if (*breaker_word != (before | ASYNC_EXCEPTION)) {
            wrong = "a thread's requests are not where they were";
        }
        PyThreadState_SetAsyncExc(marker, NULL);
    }
    PyThreadState_Clear(state);
    PyThreadState_Delete(state);
    return wrong;
}

void pfpy_free_object(PyObject *self, PyObject *weak_references)
{
    PyTypeObject *type = Py_TYPE(self);
    if (weak_references) {
        PyObject_ClearWeakRefs(self);
    }
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/* ------------------------------------------------------------------------------------------------ threads */

/* The first function on a thread's stack; JavaScript calls it. */
static void run_thread(pfpy_thread *me)
{
    me->outer = PyThreadState_Swap(me->state);
    PyObject *run = me->run, *done = me->done;
    me->run = NULL;
    PyObject *result = PyObject_CallNoArgs(run);
    if (!result) {
        PyErr_WriteUnraisable(run);
    }
    Py_XDECREF(result);
    Py_DECREF(run);
    PyThreadState_Clear(me->state); /* thread-local values go here, and their finalizers may still wait */
    me->before->next = me->next;
    me->next->before = me->before;
    PyThreadState_Swap(me->outer);
    PyThreadState_Delete(me->state);
    free(me);
    pfpy_living--;
    pfpy_lock_give_up(done);
    Py_DECREF(done);
}

static void raise_not_started(int why)
{
    static const char *const reasons[] = {"no memory for its stack", "as many are alive as this page allows, 1024"};
    if (why == 3) {
        PyErr_Format(PyExc_RuntimeError, "can't start new thread: %U", why_none);
    } else {
        PyErr_Format(PyExc_RuntimeError, "can't start new thread: %s", reasons[why - 1]);
    }
}

/* start_thread(run, done) -> identity */
static PyObject *start_thread(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *run, *done;
    if (!PyArg_ParseTuple(arguments, "OO:start_thread", &run, &done)) {
        return NULL;
    }
    if (!ident_offset) {
        raise_not_started(3);
        return NULL;
    }
    pfpy_thread *new = calloc(1, sizeof *new);
    if (!new || !(new->state = PyThreadState_New(PyInterpreterState_Get()))) {
        free(new);
        return PyErr_NoMemory();
    }
    *ident_word(new->state, ident_offset) = ident_of(new);
    int failed = pfpy_scheduler.start(new);
    if (failed) {
        PyThreadState_Clear(new->state);
        PyThreadState_Delete(new->state);
        free(new);
        raise_not_started(failed);
        return NULL;
    }
    new->run = Py_NewRef(run);
    new->done = Py_NewRef(done);
    new->before = pfpy_main_thread.before;
    new->next = &pfpy_main_thread;
    new->before->next = new->next->before = new;
    pfpy_living++;
    return PyLong_FromUnsignedLong(ident_of(new));
}

static PyObject *count_threads(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromLong(pfpy_living);
}

/* waits() -> [(identity, object or None where it waits for time to pass)]; threads that do not wait are left out */
static PyObject *waits(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    PyObject *list = PyList_New(0);
    const pfpy_thread *which = &pfpy_main_thread;
    do {
        if (list && which->waits) {
            PyObject *object = which->waits->object;
            PyObject *pair = Py_BuildValue("(kO)", ident_of(which), object ? object : Py_None);
            if (!pair || PyList_Append(list, pair) < 0) {
                Py_CLEAR(list);
            }
            Py_XDECREF(pair);
        }
        which = which->next;
    } while (which != &pfpy_main_thread);
    return list;
}

static PyObject *get_ident(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromUnsignedLong(pfpy_ident());
}

/* ------------------------------------------------------------------------------------------------ for the engine */

static void keep(PyObject **where, PyObject *object)
{
    PyObject *before = *where;
    *where = Py_NewRef(object);
    Py_XDECREF(before);
}

static PyObject *prepare_threads(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *error, *held, *why;
    if (!PyArg_ParseTuple(arguments, "OOU:prepare_threads", &error, &held, &why)) {
        return NULL;
    }
    keep(&pfpy_deadlock_error, error);
    keep(&pfpy_import_lock_held, held);
    keep(&why_none, why);
    Py_RETURN_NONE;
}

static PyObject *connect_threads(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long long wait, suspended, wake, start, interrupt, slice;
    if (!PyArg_ParseTuple(arguments, "KKKKKK:connect_threads", &wait, &suspended, &wake, &start, &interrupt, &slice)) {
        return NULL;
    }
    pfpy_scheduler.wait = (int (*)(pfpy_wait *, double, int))(uintptr_t)wait;
    pfpy_scheduler.suspend = (int (*)(pfpy_wait *, int))(uintptr_t)suspended;
    pfpy_scheduler.wake = (void (*)(pfpy_wait *))(uintptr_t)wake;
    pfpy_scheduler.start = (int (*)(void *))(uintptr_t)start;
    pfpy_scheduler.interrupt_main = (void (*)(void))(uintptr_t)interrupt;
    pfpy_scheduler.slice = (void (*)(double))(uintptr_t)slice;
    main_ident = PyThread_get_thread_ident();
    pfpy_scheduler.connected = true;
    return PyLong_FromUnsignedLongLong((unsigned long long)(uintptr_t)run_thread);
}

static PyObject *allow_threads(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long long ident, breaker;
    if (!PyArg_ParseTuple(arguments, "KK:allow_threads", &ident, &breaker)) {
        return NULL;
    }
    const char *wrong = wrong_layout((size_t)ident, (size_t)breaker);
    if (wrong) {
        PyErr_SetString(PyExc_RuntimeError, wrong);
        return NULL;
    }
    ident_offset = (size_t)ident;
    Py_RETURN_NONE;
}

static PyObject *refuse_threads(PyObject *module, PyObject *why)
{
    (void)module;
    keep(&why_none, why);
    Py_RETURN_NONE;
}

static PyObject *slice_seconds(PyObject *module, PyObject *number)
{
    (void)module;
    double seconds;
    if (pfpy_seconds(number, &seconds) < 0) {
        return NULL;
    }
    if (pfpy_scheduler.connected) {
        pfpy_scheduler.slice(seconds * 1e3);
    }
    Py_RETURN_NONE;
}

PyMethodDef pfpy_thread_methods[] = {
    {"get_ident", get_ident, METH_NOARGS, "get_ident($module)\n--\n\nThe calling thread's identity: a number that no other pfpy_living thread has."},
    {"start_thread", start_thread, METH_VARARGS,
     "start_thread(run, done) -> identity: runs run() in a thread of its own and then releases the Lock done, which is held."},
    {"waits", waits, METH_NOARGS, "waits() -> [(identity, object)]: what each waiting thread waits for; None: for time to pass."},
    {"count_threads", count_threads, METH_NOARGS, "count_threads(): how many threads live besides the main one."},
    {"slice_seconds", slice_seconds, METH_O, "slice_seconds(seconds): how long a thread computes before others get a turn."},
    {"prepare_threads", prepare_threads, METH_VARARGS,
     "prepare_threads(pfpy_deadlock_error, pfpy_import_lock_held, why): what is needed from Python; why no thread can be started until "
     "allow_threads()."},
    {"allow_threads", allow_threads, METH_VARARGS,
     "allow_threads(ident, breaker): threads can be started. Two offsets in PyThreadState; RuntimeError where they are wrong."},
    {"refuse_threads", refuse_threads, METH_O, "refuse_threads(why): the sentence with which no thread is started."},
    {"connect_threads", connect_threads, METH_VARARGS,
     "connect_threads(wait, suspend, wake, start, interrupt_main, slice) -> index of a thread's first function.\n\n"
     "The scheduler's functions, as indices of the function table. From now on the main thread waits by them."},
    {NULL, NULL, 0, NULL},
};
