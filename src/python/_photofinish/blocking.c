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

static void wake(pfpy_wait *wait)
{
    if (pfpy_scheduler.connected) { /* else the only thread waits, looks again by itself, and was called by its own pump */
        pfpy_scheduler.wake(wait);
    }
}

void pfpy_wake_first(pfpy_line *line)
{
    if (line->first) {
        wake(line->first);
    }
}

void pfpy_grant_first(pfpy_line *line)
{
    pfpy_wait *first = line->first;
    pfpy_step_out(first);
    first->granted = true;
    wake(first);
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

/* The only thread sleeps on its process's wake word, which was at `sequence` before it looked at anything, for `most` seconds at most. In
 * this order no wake-up is lost (ipc_sequence in ipc/ipc.h): the page's Stop also changes that word, after it has made its signal pending. */
static pfpy_outcome park(const pfpy_wait *wait, uint32_t sequence, double until, double most)
{
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
    double left = until == PFPY_FOR_EVER ? until : until - pf_prim_now(); /* the clock is JavaScript's */
    if (left <= 0) {
        return PFPY_TIMEOUT;
    }
    double seconds = fmin(left, most);
    pfpy_process.before_sleep();
    pfpy_process.ipc.park(PFPY_ME, sequence, seconds == PFPY_FOR_EVER ? -1 : seconds);
    return PFPY_LOOK_AGAIN;
}

/* Where no thread can be started the library's helper threads are steps (photofinish/processes/pumps.py), which run when the process waits. */
static PyObject *pump; /* owned: runs those that are ready; NULL: threads are threads */

/* PFPY_LOOK_AGAIN: some have run; PFPY_TIMEOUT: none, nor will one within `most` seconds unless the process is woken; where none can be
 * woken at all `most` is negative. PFPY_RAISED. */
static pfpy_outcome run_steps(double *most)
{
    PyObject *answer = PyObject_CallNoArgs(pump);
    if (!answer) {
        return PFPY_RAISED;
    }
    pfpy_outcome outcome = answer == Py_True ? PFPY_LOOK_AGAIN : PFPY_TIMEOUT;
    *most = answer == Py_None ? -1 : answer == Py_False ? PFPY_FOR_EVER : PyFloat_AsDouble(answer);
    Py_DECREF(answer);
    return PyErr_Occurred() ? PFPY_RAISED : outcome;
}

pfpy_outcome pfpy_block(pfpy_wait *wait, double until)
{
    if (wait->watch_count > 0 || pump) {
        pfpy_release_point(); /* others may be what is waited for */
    }
    if (pfpy_process.connected && pfpy_living == 0 && (wait->watch_count > 0 || pump)) {
        uint32_t sequence = pfpy_process.ipc.sequence(PFPY_ME);
        double most = PFPY_FOR_EVER;
        pfpy_outcome outcome = pump ? run_steps(&most) : PFPY_TIMEOUT;
        if (outcome != PFPY_TIMEOUT) {
            return outcome;
        }
        if (wait->watch_count > 0 || most >= 0) {
            return park(wait, sequence, until, most < 0 ? PFPY_FOR_EVER : most);
        }
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
    double most;
    if (seconds == 0 && pump && run_steps(&most) == PFPY_RAISED) {
        return NULL;
    }
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

static PyObject *pump_with(PyObject *module, PyObject *steps)
{
    (void)module;
    PyObject *before = pump;
    pump = steps == Py_None ? NULL : Py_NewRef(steps);
    Py_XDECREF(before);
    Py_RETURN_NONE;
}

static PyObject *arm(PyObject *module, PyObject *arguments)
{
    (void)module;
    long number;
    const char *event;
    if (!PyArg_ParseTuple(arguments, "ls:arm", &number, &event)) {
        return NULL;
    }
    const pfpy_descriptor *descriptor = event[0] == 's' ? NULL : pfpy_descriptor_of(number);
    uint32_t id = event[0] == 's' ? (uint32_t)number : !descriptor ? 0 : event[0] == 'w' ? descriptor->writes : descriptor->reads;
    uint32_t what = event[0] == 's' ? IPC_TAKEABLE : event[0] == 'w' ? IPC_WRITABLE : IPC_READABLE;
    return PyBool_FromLong(id == 0 || pfpy_process.ipc.arm(PFPY_ME, what, id) != 0);
}

PyMethodDef pfpy_blocking_methods[] = {
    {"sleep", sleep_for, METH_O, "sleep($module, seconds, /)\n--\n\nLets the other threads run for so many seconds, an int or a float."},
    {"end_of_slice", PFPY_FAST(end_of_slice), METH_FASTCALL, "end_of_slice(signal, frame): gives the other threads a turn."},
    {"signal_main", signal_main, METH_O, "signal_main(number): the main thread handles this signal, as soon as it runs again."},
    {"pump_with", pump_with, METH_O,
     "pump_with(function): is called when this process is about to wait, where no thread can be started. True: look again; False or seconds: "
     "sleep, so long; None: nothing is left to do. None: nobody is called."},
    {"arm", arm, METH_VARARGS,
     "arm(number, event) -> bool: whether a descriptor is readable ('r') or writable ('w'), or the semaphore with this handle above 0 ('s'). If "
     "not, the process is woken when it may be. True also for what is no such thing (any more)."},
    {NULL, NULL, 0, NULL},
};
