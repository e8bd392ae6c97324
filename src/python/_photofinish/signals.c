/* signals.c: signals between processes. The kernel knows which of them this process catches, ignores, or dies of. */
#include "processes.h"
#include "segments.h"

#define LAST 31
#define INTERRUPT_SIGNAL 2

/* What signal_action() was told, by number. Python catches SIGINT from its start on. */
static uint8_t actions[LAST + 1] = {[INTERRUPT_SIGNAL] = IPC_CATCH};

void pfpy_tell_signal_actions(void)
{
    for (uint32_t number = 1; number <= LAST; number++) {
        if (actions[number] != IPC_DEFAULT) {
            pfpy_process.ipc.signal_action(PFPY_ME, number, actions[number]);
        }
    }
}

bool pfpy_take_process_signals(void)
{
    if (!pfpy_process.connected || pfpy_process.ipc.signals_pending(PFPY_ME) <= 0) {
        return false;
    }
    int32_t number;
    while ((number = pfpy_process.ipc.signal_take(PFPY_ME)) > 0) {
        PyErr_SetInterruptEx(number);
    }
    return true;
}

static PyObject *signal_action(PyObject *module, PyObject *arguments)
{
    (void)module;
    int number, action;
    if (!PyArg_ParseTuple(arguments, "ii:signal_action", &number, &action)) {
        return NULL;
    }
    if (action < IPC_DEFAULT || action > IPC_CATCH) {
        PyErr_SetString(PyExc_ValueError, "an action is 0 (default), 1 (ignore) or 2 (catch)");
        return NULL;
    }
    if (number < 1 || number > LAST) {
        Py_RETURN_NONE; /* a signal that processes do not send */
    }
    actions[number] = (uint8_t)action;
    if (pfpy_process.connected) {
        int32_t status = pfpy_process.ipc.signal_action(PFPY_ME, (uint32_t)number, (uint32_t)action);
        if (status < 0 && status != IPC_BAD) { /* bad: SIGKILL and SIGSTOP, of which Python tells itself */
            return pfpy_raise_ipc(status);
        }
    }
    Py_RETURN_NONE;
}

/* A signal to oneself has killed the process, or its handler has run, before kill() returns. */
static int take_own_signal(void)
{
    if (pfpy_process.ipc.signals_pending(PFPY_ME) == IPC_DEAD) {
        pfpy_process.before_sleep();
        pfpy_sleep_for_ever();
    }
    pfpy_take_process_signals();
    return PyErr_CheckSignals();
}

/* Before there are other processes. */
static PyObject *signal_oneself(int number)
{
    if (actions[number] == IPC_CATCH) {
        PyErr_SetInterruptEx(number);
    }
    return PyErr_CheckSignals() < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *kill_process(PyObject *module, PyObject *arguments)
{
    (void)module;
    int pid, number;
    if (!PyArg_ParseTuple(arguments, "ii:kill", &pid, &number)) {
        return NULL;
    }
    if (pid < 1 || number < 0) {
        return pfpy_raise_errno(EINVAL); /* groups of processes: there are none */
    }
    if (!pfpy_process.connected && pid == PFPY_FIRST_PID && number <= LAST && actions[number] != IPC_DEFAULT) {
        return signal_oneself(number); /* no region is needed for that */
    }
    if (pfpy_need_processes() < 0) {
        return NULL;
    }
    pfpy_release_point();
    int32_t status = pfpy_process.ipc.signal(PFPY_ME, (uint32_t)pid, (uint32_t)number);
    if (status == IPC_NONE) {
        return pfpy_raise_errno(ESRCH);
    }
    if (status == IPC_BAD) {
        return pfpy_raise_errno((uint32_t)pid == IPC_SUPERVISOR / IPC_SLOTS ? EPERM : EINVAL);
    }
    if (status < 0) {
        return pfpy_raise_ipc(status);
    }
    if (number != 0) {
        pfpy_process.look();
    }
    if ((uint32_t)pid == pfpy_process.token / IPC_SLOTS && take_own_signal() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyMethodDef pfpy_signals_methods[] = {
    {"signal_action", signal_action, METH_VARARGS,
     "signal_action(number, action): what a signal from another process does here: 0 default, 1 nothing, 2 it is caught. May be called\n"
     "before there are processes."},
    {"kill", kill_process, METH_VARARGS,
     "kill(pid, signal): as os.kill(), between processes of the page; 0 only asks. A handler of this process's own runs before it returns.\n"
     "Raises ProcessLookupError, PermissionError (for the page, pid 1), OSError(EINVAL)."},
    {NULL, NULL, 0, NULL},
};
