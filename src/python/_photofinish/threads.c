/* threads.c: threads of the page: who runs, waiting, starting, sleeping, time slices, signals for the main thread.
 *
 * JavaScript suspends and continues stacks and decides who is next (web/engine/threads); connect_threads() tells where its functions
 * lie in the function table. Natively nobody connects, and what would have to wait raises RuntimeError.
 */
#include "threads.h"

#include "runtime/prim.h"

#include <stdlib.h>

/* What the scheduler answers (Reason in web/engine/threads/scheduler.ts). */
enum { WOKEN, TIMEOUT, INTERRUPT, DEADLOCK, STUCK, SUSPEND };

/* Functions of the scheduler. A wait is named by its address. */
static struct {
    int (*wait)(pfpy_wait *wait, double milliseconds, int is_main); /* blocks in place and answers, or SUSPEND: call suspend() */
    int (*suspend)(pfpy_wait *wait, int is_main);
    void (*wake)(pfpy_wait *wait);
    int (*start)(void *thread); /* 0, or a number for raise_not_started() */
    void (*interrupt_main)(void);
    void (*slice)(double milliseconds);
} calls;

typedef struct thread {
    PyThreadState *state;
    PyThreadState *outer;    /* the state to put back when this one does not run: the event loop's */
    PyObject *run;           /* owned, until it has started */
    PyObject *done;          /* owned: a Lock that is held while the thread lives */
    const pfpy_wait *waits;  /* NULL: it does not */
    struct thread *before, *next;
} thread;

/* All guarded by there being one thread at a time. */
static thread main_thread = {.before = &main_thread, .next = &main_thread}; /* the head of a ring of all */
static bool connected;
static size_t ident_offset;  /* of the field thread_id in PyThreadState; 0: no other threads than the main one */
static unsigned long main_ident;
static long living;          /* threads that have been started and have not ended */
static uint64_t signals_for_main;  /* bit n: signal n came while another thread was running */
static PyObject *deadlock_error;   /* () -> exception; owned */
static PyObject *import_lock_held; /* _imp.lock_held; owned */
static PyObject *why_none;         /* str: why no thread can be started; owned */

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

static unsigned long ident_of(const thread *which)
{
    return which == &main_thread ? main_ident : (unsigned long)(uintptr_t)which;
}

static thread *current(void)
{
    unsigned long ident = pfpy_ident();
    return ident == main_ident ? &main_thread : (thread *)(uintptr_t)ident;
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

/* ------------------------------------------------------------------------------------------------ lines */

void pfpy_line_up(pfpy_line *line, pfpy_wait *wait)
{
    wait->line = line;
    wait->before = line->last;
    wait->next = NULL;
    *(line->last ? &line->last->next : &line->first) = wait;
    line->last = wait;
}

void pfpy_step_out(pfpy_wait *wait)
{
    pfpy_line *line = wait->line;
    if (line) {
        *(wait->before ? &wait->before->next : &line->first) = wait->next;
        *(wait->next ? &wait->next->before : &line->last) = wait->before;
        wait->line = NULL;
    }
}

void pfpy_wake_first(pfpy_line *line)
{
    if (line->first) {
        calls.wake(line->first);
    }
}

void pfpy_grant_first(pfpy_line *line)
{
    pfpy_wait *first = line->first;
    pfpy_step_out(first);
    first->granted = true;
    calls.wake(first);
}

/* ------------------------------------------------------------------------------------------------ waiting */

static int suspend(thread *me, pfpy_wait *wait)
{
    if (me == &main_thread) {
        return calls.suspend(wait, 1); /* Pyodide changes the state, and asyncio's current task with it */
    }
    PyThreadState_Swap(me->outer);
    int reason = calls.suspend(wait, 0);
    me->outer = PyThreadState_Swap(me->state);
    return reason;
}

/* Makes signals that came while others were running the main thread's own: it handles them before its next bytecode. */
static bool take_signals(const thread *me)
{
    if (me != &main_thread || !signals_for_main) {
        return false;
    }
    uint64_t signals = signals_for_main;
    signals_for_main = 0;
    for (int number = 1; number < 64; number++) {
        if (signals >> number & 1) {
            PyErr_SetInterruptEx(number);
        }
    }
    return true;
}

/* Waits in place or suspended; the scheduler's answer, never SUSPEND. A time of 0 gives the others a turn. */
static int let_others_run(thread *me, pfpy_wait *wait, double seconds)
{
    const pfpy_wait *outer = me->waits; /* a signal handler waits inside another wait */
    me->waits = wait;
    int reason = calls.wait(wait, seconds * 1e3, me == &main_thread);
    if (reason == SUSPEND) {
        reason = suspend(me, wait);
    }
    me->waits = outer;
    return take_signals(me) && reason != DEADLOCK ? INTERRUPT : reason;
}

static void raise_deadlock(const pfpy_wait *wait)
{
    main_thread.waits = wait; /* it is one of those that are named */
    PyObject *error = PyObject_CallNoArgs(deadlock_error);
    main_thread.waits = NULL;
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
}

pfpy_outcome pfpy_block(pfpy_wait *wait, double until)
{
    if (!connected) {
        PyErr_SetString(PyExc_RuntimeError, "this would have to wait, and photofinish has no threads of its own here");
        return PFPY_RAISED;
    }
    double left = until - pf_prim_now();
    if (left <= 0) {
        return PFPY_TIMEOUT;
    }
    switch (let_others_run(current(), wait, left)) {
    case TIMEOUT:
        return PFPY_TIMEOUT;
    case INTERRUPT:
        return PyErr_CheckSignals() < 0 ? PFPY_RAISED : PFPY_LOOK_AGAIN;
    case DEADLOCK:
        raise_deadlock(wait);
        return PFPY_RAISED;
    case STUCK:
        PyErr_SetString(PyExc_RuntimeError, "cannot wait here: JavaScript or ctypes called this function, and their frames cannot be suspended");
        return PFPY_RAISED;
    default:
        return PFPY_LOOK_AGAIN;
    }
}

/* ------------------------------------------------------------------------------------------------ arguments */

int pfpy_seconds(PyObject *number, double *seconds)
{
    if (!PyFloat_Check(number) && !PyIndex_Check(number)) {
        PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(number), "__name__");
        PyErr_Format(PyExc_TypeError, "'%U' object cannot be interpreted as an integer or float", name);
        Py_XDECREF(name);
        return -1;
    }
    *seconds = PyFloat_AsDouble(number);
    if (*seconds == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (isnan(*seconds)) {
        PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
        return -1;
    }
    if (fabs(*seconds) > 9223372036.0) { /* as _thread.TIMEOUT_MAX: 64 bits of nanoseconds */
        PyErr_SetString(PyExc_OverflowError, "timestamp too large to convert to C PyTime_t");
        return -1;
    }
    return 0;
}

int pfpy_acquire_arguments(PyObject *const *arguments, Py_ssize_t given, PyObject *names, double *seconds)
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
        int which = PyUnicode_CompareWithASCIIString(name, "blocking") == 0  ? 0
                    : PyUnicode_CompareWithASCIIString(name, "timeout") == 0 ? 1
                                                                             : -1;
        if (which < 0 || values[which]) {
            PyErr_Format(PyExc_TypeError, "acquire() got an unexpected keyword argument '%U'", name);
            return -1;
        }
        values[which] = arguments[given + i];
    }
    int blocking = values[0] ? PyObject_IsTrue(values[0]) : 1;
    *seconds = -1;
    if (blocking < 0 || (values[1] && pfpy_seconds(values[1], seconds) < 0)) {
        return -1;
    }
    if (!blocking && *seconds != -1) {
        PyErr_SetString(PyExc_ValueError, "can't specify a timeout for a non-blocking call");
        return -1;
    }
    if (*seconds < 0 && *seconds != -1) {
        PyErr_SetString(PyExc_ValueError, "timeout value must be a non-negative number");
        return -1;
    }
    *seconds = !blocking ? 0 : *seconds == -1 ? PFPY_FOR_EVER : *seconds;
    return 0;
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
static void run_thread(thread *me)
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
    living--;
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
    thread *new = calloc(1, sizeof *new);
    if (!new || !(new->state = PyThreadState_New(PyInterpreterState_Get()))) {
        free(new);
        return PyErr_NoMemory();
    }
    *ident_word(new->state, ident_offset) = ident_of(new);
    int failed = calls.start(new);
    if (failed) {
        PyThreadState_Clear(new->state);
        PyThreadState_Delete(new->state);
        free(new);
        raise_not_started(failed);
        return NULL;
    }
    new->run = Py_NewRef(run);
    new->done = Py_NewRef(done);
    new->before = main_thread.before;
    new->next = &main_thread;
    new->before->next = new->next->before = new;
    living++;
    return PyLong_FromUnsignedLong(ident_of(new));
}

static PyObject *count_threads(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromLong(living);
}

/* waits() -> [(identity, object or None where it waits for time to pass)]; threads that do not wait are left out */
static PyObject *waits(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    PyObject *list = PyList_New(0);
    const thread *which = &main_thread;
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
    } while (which != &main_thread);
    return list;
}

static PyObject *get_ident(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromUnsignedLong(pfpy_ident());
}

static PyObject *sleep_for(PyObject *module, PyObject *number)
{
    (void)module;
    double seconds;
    if (pfpy_seconds(number, &seconds) < 0) {
        return NULL;
    }
    if (seconds < 0) {
        PyErr_SetString(PyExc_ValueError, "sleep length must be non-negative");
        return NULL;
    }
    pfpy_wait wait = {.object = NULL};
    if (seconds == 0 && connected) {
        let_others_run(current(), &wait, 0);
        return PyErr_CheckSignals() < 0 ? NULL : Py_NewRef(Py_None);
    }
    double until = pf_prim_now() + seconds;
    for (;;) {
        switch (pfpy_block(&wait, until)) {
        case PFPY_RAISED:
            return NULL;
        case PFPY_TIMEOUT:
            Py_RETURN_NONE;
        default:
            break;
        }
    }
}

/* The handler of the signal that says that a time slice is over. */
static PyObject *end_of_slice(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    (void)module;
    (void)arguments;
    (void)given;
    PyObject *held = PyObject_CallNoArgs(import_lock_held); /* the import system's own lock knows no threads */
    if (!held) {
        return NULL;
    }
    bool importing = held == Py_True;
    Py_DECREF(held);
    if (!importing) {
        pfpy_wait wait = {.object = NULL};
        let_others_run(current(), &wait, 0);
    }
    Py_RETURN_NONE;
}

static PyObject *signal_main(PyObject *module, PyObject *number)
{
    (void)module;
    long signal = PyLong_AsLong(number);
    if (signal == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (signal < 1 || signal > 63) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return NULL;
    }
    signals_for_main |= (uint64_t)1 << signal;
    if (connected) {
        calls.interrupt_main();
    }
    Py_RETURN_NONE;
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
    keep(&deadlock_error, error);
    keep(&import_lock_held, held);
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
    calls.wait = (int (*)(pfpy_wait *, double, int))(uintptr_t)wait;
    calls.suspend = (int (*)(pfpy_wait *, int))(uintptr_t)suspended;
    calls.wake = (void (*)(pfpy_wait *))(uintptr_t)wake;
    calls.start = (int (*)(void *))(uintptr_t)start;
    calls.interrupt_main = (void (*)(void))(uintptr_t)interrupt;
    calls.slice = (void (*)(double))(uintptr_t)slice;
    main_ident = PyThread_get_thread_ident();
    connected = true;
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
    if (connected) {
        calls.slice(seconds * 1e3);
    }
    Py_RETURN_NONE;
}

PyMethodDef pfpy_thread_methods[] = {
    {"get_ident", get_ident, METH_NOARGS, "get_ident($module)\n--\n\nThe calling thread's identity: a number that no other living thread has."},
    {"start_thread", start_thread, METH_VARARGS,
     "start_thread(run, done) -> identity: runs run() in a thread of its own and then releases the Lock done, which is held."},
    {"sleep", sleep_for, METH_O, "sleep($module, seconds, /)\n--\n\nLets the other threads run for so many seconds, an int or a float."},
    {"waits", waits, METH_NOARGS, "waits() -> [(identity, object)]: what each waiting thread waits for; None: for time to pass."},
    {"end_of_slice", PFPY_FAST(end_of_slice), METH_FASTCALL, "end_of_slice(signal, frame): gives the other threads a turn."},
    {"signal_main", signal_main, METH_O, "signal_main(number): the main thread handles this signal, as soon as it runs again."},
    {"count_threads", count_threads, METH_NOARGS, "count_threads(): how many threads live besides the main one."},
    {"slice_seconds", slice_seconds, METH_O, "slice_seconds(seconds): how long a thread computes before others get a turn."},
    {"prepare_threads", prepare_threads, METH_VARARGS,
     "prepare_threads(deadlock_error, import_lock_held, why): what is needed from Python; why no thread can be started until "
     "allow_threads()."},
    {"allow_threads", allow_threads, METH_VARARGS,
     "allow_threads(ident, breaker): threads can be started. Two offsets in PyThreadState; RuntimeError where they are wrong."},
    {"refuse_threads", refuse_threads, METH_O, "refuse_threads(why): the sentence with which no thread is started."},
    {"connect_threads", connect_threads, METH_VARARGS,
     "connect_threads(wait, suspend, wake, start, interrupt_main, slice) -> index of a thread's first function.\n\n"
     "The scheduler's functions, as indices of the function table. From now on the main thread waits by them."},
    {NULL, NULL, 0, NULL},
};
