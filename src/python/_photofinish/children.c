/* children.c: who this process is, how it starts others, and how it ends. */
#include "processes.h"
#include "segments.h"

static PyObject *get_pid(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromUnsignedLong(pfpy_process.connected ? pfpy_process.token / IPC_SLOTS : PFPY_FIRST_PID);
}

static PyObject *get_parent(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromLong(pfpy_process.connected ? pfpy_process.ipc.parent(PFPY_ME) : (long)(IPC_SUPERVISOR / IPC_SLOTS));
}

static PyObject *spawn_process(PyObject *module, PyObject *text)
{
    (void)module;
    Py_ssize_t bytes;
    const char *json = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &bytes) : NULL;
    if (!json) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "spawn_process() takes a str");
        }
        return NULL;
    }
    if (pfpy_need_processes() < 0) {
        return NULL;
    }
    if (bytes > INT32_MAX || !pfpy_process.spawn) {
        return pfpy_raise_errno(bytes > INT32_MAX ? E2BIG : ENOSYS);
    }
    pfpy_release_point();
    int pid = pfpy_process.spawn(json, (int)bytes);
    return pid < 0 ? pfpy_raise_errno(-pid) : PyLong_FromLong(pid);
}

static PyObject *exit_process(PyObject *module, PyObject *number)
{
    (void)module;
    long code = PyLong_AsLong(number);
    if ((code == -1 && PyErr_Occurred()) || pfpy_need_processes() < 0) {
        return NULL;
    }
    pfpy_release_point();
    pfpy_process.before_sleep(); /* what was written has left Python already, and its buffers are not written */
    pfpy_process.ipc.exit(PFPY_ME, ((uint32_t)code & 255) << 8);
    pfpy_process.look();
    pfpy_sleep_for_ever();
}

PyMethodDef pfpy_children_methods[] = {
    {"getpid", get_pid, METH_NOARGS, "getpid($module)\n--\n\nThis process's number."},
    {"getppid", get_parent, METH_NOARGS, "getppid($module)\n--\n\nThe number of the process that started this one; 1: the page."},
    {"spawn_process", spawn_process, METH_O,
     "spawn_process(json) -> pid: starts a process: argv, environment, cwd, path and descriptors as JSON (web/engine/processes). Raises\n"
     "OSError: EAGAIN where as many run as may."},
    {"exit_process", exit_process, METH_O, "exit_process(code): as os._exit(): ends this process, at once and without cleaning up."},
    {NULL, NULL, 0, NULL},
};
