/* listeners.c: connections by name, below multiprocessing's Listener and Client. */
#include "processes.h"

#include "runtime/prim.h"

static PyObject *listen_at(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *name;
    int backlog;
    uint32_t length;
    if (!PyArg_ParseTuple(arguments, "Ui:listen", &name, &backlog) || pfpy_need_processes() < 0) {
        return NULL;
    }
    int64_t at = pfpy_put_name(name, &length);
    if (at < 0) {
        return NULL;
    }
    int32_t id = pfpy_process.ipc.listen(PFPY_ME, (uint32_t)at, length, backlog < 1 ? 1 : backlog > 4096 ? 4096 : (uint32_t)backlog);
    if (id < 0) {
        return id == IPC_EXISTS ? pfpy_raise_errno(EADDRINUSE) : pfpy_raise_ipc(id);
    }
    return pfpy_descriptor_as_number(pfpy_open_descriptor(IPC_LISTENER, (uint32_t)id, 0, -1));
}

static PyObject *accept_at(PyObject *module, PyObject *number)
{
    (void)module;
    long fd = PyLong_AsLong(number);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    const pfpy_descriptor *listener = pfpy_descriptor_of(fd);
    if (!listener || pfpy_kind(listener) != IPC_LISTENER) {
        return pfpy_raise_errno(EBADF);
    }
    const pfpy_end end = {listener->reads, listener->kind & PFPY_NO_WAIT};
    int64_t pipes;
    while ((pipes = pfpy_process.ipc.accept(PFPY_ME, end.pipe)) == IPC_AGAIN) {
        if (pfpy_wait_for_pipe(end, IPC_READABLE) < 0) {
            return NULL;
        }
    }
    if (pipes < 0) {
        return pfpy_raise_ipc(pipes);
    }
    return pfpy_descriptor_as_number(pfpy_open_descriptor(IPC_PIPE, pfpy_first(pipes), pfpy_second(pipes), -1));
}

/* Where the listener's queue is full this looks again every so often: room in it is nothing that can be waited for. */
#define LOOK_AGAIN_SECONDS 0.005

static PyObject *connect_to(PyObject *module, PyObject *name)
{
    (void)module;
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "connect_to() takes a name");
        return NULL;
    }
    if (pfpy_need_processes() < 0) {
        return NULL;
    }
    for (;;) {
        uint32_t length;
        int64_t at = pfpy_put_name(name, &length);
        if (at < 0) {
            return NULL;
        }
        int64_t pipes = pfpy_process.ipc.connect(PFPY_ME, (uint32_t)at, length);
        if (pipes >= 0) {
            return pfpy_descriptor_as_number(pfpy_open_descriptor(IPC_PIPE, pfpy_first(pipes), pfpy_second(pipes), -1));
        }
        if (pipes != IPC_AGAIN) {
            return pfpy_raise_ipc(pipes);
        }
        if (pfpy_block_on(IPC_SIGNAL, 0, NULL, pf_prim_now() + LOOK_AGAIN_SECONDS) == PFPY_RAISED) {
            return NULL;
        }
    }
}

PyMethodDef pfpy_listeners_methods[] = {
    {"listen", listen_at, METH_VARARGS,
     "listen(name, backlog) -> fd: a listener, at which up to `backlog` connections queue. Raises OSError(EADDRINUSE)."},
    {"accept", accept_at, METH_O, "accept(fd) -> fd: the next connection at a listener; waits for it."},
    {"connect_to", connect_to, METH_O,
     "connect_to(name) -> fd: a connection to the listener of this name; waits while its queue is full. Raises FileNotFoundError."},
    {NULL, NULL, 0, NULL},
};
