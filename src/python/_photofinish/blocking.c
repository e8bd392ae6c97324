/* blocking.c: how a thread of the page waits: the lines of those who want the same, sleeping, time slices, signals for the main thread.
 *
 * Three ways, in this order. Who waits for other processes, and is the only thread, sleeps right here (park). Where nobody else can
 * run the scheduler sleeps in place of the stack, and where somebody can the stack is suspended.
 */
#include "processes.h"
#include "scheduler.h"
#include "segments.h"

#include "runtime/prim.h"

static uint64_t signals_for_main; /* bit n: signal n came while another thread was running */

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
        pfpy_scheduler.wake(line->first);
    }
}

void pfpy_grant_first(pfpy_line *line)
{
    pfpy_wait *first = line->first;
    pfpy_step_out(first);
    first->granted = true;
    pfpy_scheduler.wake(first);
}

/* ------------------------------------------------------------------------------------------------ waiting */

static int suspend(pfpy_thread *me, pfpy_wait *wait)
{
    if (me == &pfpy_main_thread) {
        return pfpy_scheduler.suspend(wait, 1); /* Pyodide changes the state, and asyncio's current task with it */
    }
    PyThreadState_Swap(me->outer);
    int reason = pfpy_scheduler.suspend(wait, 0);
    me->outer = PyThreadState_Swap(me->state);
    return reason;
}

/* Makes signals that came while others were running, or from other processes, the main thread's own: it handles them before its next
 * bytecode. */
static bool take_signals(const pfpy_thread *me)
{
    if (me != &pfpy_main_thread) {
        return false;
    }
    bool some = pfpy_take_process_signals();
    uint64_t signals = signals_for_main;
    signals_for_main = 0;
    for (int number = 1; signals != 0 && number < 64; number++) {
        if (signals >> number & 1) {
            PyErr_SetInterruptEx(number);
            some = true;
        }
    }
    return some;
}

/* Waits in place or suspended; the scheduler's answer, never SUSPEND. A time of 0 gives the others a turn. */
static int let_others_run(pfpy_thread *me, pfpy_wait *wait, double seconds)
{
    const pfpy_wait *outer = me->waits; /* a signal handler waits inside another wait */
    me->waits = wait;
    int reason = pfpy_scheduler.wait(wait, seconds * 1e3, me == &pfpy_main_thread);
    if (reason == SUSPEND) {
        reason = suspend(me, wait);
    }
    me->waits = outer;
    return take_signals(me) && reason != DEADLOCK ? INTERRUPT : reason;
}

static void raise_deadlock(const pfpy_wait *wait)
{
    pfpy_main_thread.waits = wait; /* it is one of those that are named */
    PyObject *error = PyObject_CallNoArgs(pfpy_deadlock_error);
    pfpy_main_thread.waits = NULL;
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
}

/* The only thread sleeps on its process's wake word. In this order no wake-up is lost (ipc_sequence in ipc/ipc.h): the page's Stop also
 * changes that word, after it has made its signal pending. */
static pfpy_outcome park(const pfpy_wait *wait, double until)
{
    uint32_t sequence = pfpy_process.ipc.sequence(PFPY_ME);
    pfpy_take_process_signals();
    if (PyErr_CheckSignals() < 0) {
        return PFPY_RAISED;
    }
    for (uint32_t i = 0; i < wait->watch_count; i++) {
        int32_t ready = pfpy_process.ipc.arm(PFPY_ME, wait->watches[i].event, wait->watches[i].id);
        if (ready == IPC_DEAD) {
            pfpy_sleep_for_ever();
        }
        if (ready != 0) {
            return PFPY_LOOK_AGAIN; /* also with an error, which whoever waits then meets */
        }
    }
    double seconds = until == PFPY_FOR_EVER ? -1 : until - pf_prim_now();
    if (until != PFPY_FOR_EVER && seconds <= 0) {
        return PFPY_TIMEOUT;
    }
    pfpy_process.before_sleep();
    pfpy_process.ipc.park(PFPY_ME, sequence, seconds);
    return PFPY_LOOK_AGAIN;
}

pfpy_outcome pfpy_block(pfpy_wait *wait, double until)
{
    if (wait->watch_count > 0) {
        pfpy_release_point(); /* others may be what is waited for */
    }
    if (wait->watch_count > 0 && pfpy_living == 0) {
        return park(wait, until);
    }
    if (!pfpy_scheduler.connected) {
        PyErr_SetString(PyExc_RuntimeError, "this would have to wait, and photofinish has no threads of its own here");
        return PFPY_RAISED;
    }
    double left = until - pf_prim_now();
    if (left <= 0) {
        return PFPY_TIMEOUT;
    }
    switch (let_others_run(pfpy_current(), wait, left)) {
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
/* ------------------------------------------------------------------------------------------------ for Python */

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
    pfpy_release_point();
    pfpy_wait wait = {.object = NULL};
    if (seconds == 0 && pfpy_scheduler.connected) {
        let_others_run(pfpy_current(), &wait, 0);
        pfpy_acquire_point();
        return PyErr_CheckSignals() < 0 ? NULL : Py_NewRef(Py_None);
    }
    double until = pf_prim_now() + seconds;
    for (;;) {
        switch (pfpy_block(&wait, until)) {
        case PFPY_RAISED:
            return NULL;
        case PFPY_TIMEOUT:
            pfpy_acquire_point();
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
    PyObject *held = PyObject_CallNoArgs(pfpy_import_lock_held); /* the import system's own lock knows no threads */
    if (!held) {
        return NULL;
    }
    bool importing = held == Py_True;
    Py_DECREF(held);
    if (!importing) {
        pfpy_wait wait = {.object = NULL};
        let_others_run(pfpy_current(), &wait, 0);
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
    if (pfpy_scheduler.connected) {
        pfpy_scheduler.interrupt_main();
    }
    Py_RETURN_NONE;
}

PyMethodDef pfpy_blocking_methods[] = {
    {"sleep", sleep_for, METH_O, "sleep($module, seconds, /)\n--\n\nLets the other threads run for so many seconds, an int or a float."},
    {"end_of_slice", PFPY_FAST(end_of_slice), METH_FASTCALL, "end_of_slice(signal, frame): gives the other threads a turn."},
    {"signal_main", signal_main, METH_O, "signal_main(number): the main thread handles this signal, as soon as it runs again."},
    {NULL, NULL, 0, NULL},
};
