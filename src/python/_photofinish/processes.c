/* processes.c: the connection to the kernel of processes and to JavaScript, and how failures of the kernel become exceptions. */
#include "processes.h"

#include <string.h>

static void nothing(void) {}

pfpy_process_state pfpy_process = {.look = nothing, .before_sleep = nothing};
pfpy_provided pfpy_from_python;

static PyObject *why_none; /* str, owned; NULL: nobody has said so yet */

/* ------------------------------------------------------------------------------------------------ errors */

PyObject *pfpy_raise_errno(int error)
{
    errno = error;
    return PyErr_SetFromErrno(PyExc_OSError);
}

PyObject *pfpy_raise_ipc(int64_t status)
{
    switch (status) {
    case IPC_DEAD:
        pfpy_sleep_for_ever();
    case IPC_AGAIN:
    case IPC_LIMIT:
    case IPC_BUSY:
        return pfpy_raise_errno(EAGAIN);
    case IPC_BAD:
        return pfpy_raise_errno(EBADF);
    case IPC_MEMORY:
        return pfpy_raise_errno(ENOMEM);
    case IPC_BROKEN:
        return pfpy_raise_errno(EPIPE);
    case IPC_INTERRUPTED:
        return pfpy_raise_errno(EINTR);
    case IPC_EXISTS:
        return pfpy_raise_errno(EEXIST);
    case IPC_NONE:
        return pfpy_raise_errno(ENOENT);
    case IPC_NO_CHILD:
        return pfpy_raise_errno(ECHILD);
    case IPC_OVERFLOW:
        return pfpy_raise_errno(EOVERFLOW);
    default:
        return pfpy_raise_errno(EIO);
    }
}

/* Its slot in the region stays its own until the page has ended it, and the page ends its worker right after that. */
_Noreturn void pfpy_sleep_for_ever(void)
{
    for (;;) {
        pfpy_process.ipc.park(PFPY_ME, pfpy_process.ipc.sequence(PFPY_ME), -1);
    }
}

/* ------------------------------------------------------------------------------------------------ the region */

static int raise_none(int error)
{
    PyObject *arguments = why_none ? Py_BuildValue("(iO)", error, why_none) : NULL;
    if (arguments) {
        PyErr_SetObject(PyExc_OSError, arguments);
        Py_DECREF(arguments);
    } else if (!PyErr_Occurred()) {
        pfpy_raise_errno(error);
    }
    return -1;
}

int pfpy_need_processes(void)
{
    if (pfpy_process.connected) {
        return 0;
    }
    int error = pfpy_process.begin ? pfpy_process.begin() : ENOSYS;
    if (error == 0 && !pfpy_process.connected) {
        error = ENOSYS;
    }
    return error == 0 ? 0 : PyErr_Occurred() ? -1 : raise_none(error);
}

static uintptr_t address_of(uint32_t offset)
{
    return (uintptr_t)pfpy_process.region + offset;
}

void pfpy_copy_in(uint32_t offset, const void *from, size_t bytes)
{
    pfpy_process.copy_in(address_of(offset), from, (uint32_t)bytes);
}

void pfpy_copy_out(void *to, uint32_t offset, size_t bytes)
{
    pfpy_process.copy_out(to, address_of(offset), (uint32_t)bytes);
}

int64_t pfpy_put_name(PyObject *name, uint32_t *length)
{
    Py_ssize_t bytes;
    const char *text = PyUnicode_AsUTF8AndSize(name, &bytes);
    if (!text) {
        return -1;
    }
    if (bytes == 0 || memchr(text, 0, (size_t)bytes)) {
        PyErr_SetString(PyExc_ValueError, bytes == 0 ? "a name must not be empty" : "embedded null character");
        return -1;
    }
    if (bytes > IPC_NAME_LIMIT) {
        pfpy_raise_errno(ENAMETOOLONG);
        return -1;
    }
    uint32_t scratch = (uint32_t)pfpy_process.ipc.scratch(PFPY_ME);
    pfpy_copy_in(scratch, text, (size_t)bytes);
    *length = (uint32_t)bytes;
    return scratch;
}

/* ------------------------------------------------------------------------------------------------ connecting */

/* A function pointer is an index of the function table in WebAssembly, and an address natively. */
typedef void (*function)(void);

static int find_call(PyObject *calls, const char *name, function *found)
{
    PyObject *number = PyMapping_GetItemString(calls, name);
    unsigned long long index = number ? PyLong_AsUnsignedLongLong(number) : 0;
    Py_XDECREF(number);
    if (PyErr_Occurred()) {
        return -1;
    }
    *found = (function)(uintptr_t)index;
    return 0;
}

static int find_calls(PyObject *calls, pfpy_ipc *ipc)
{
    function found;
#define FIND(name)                                                                                                                           \
    if (find_call(calls, "ipc_" #name, &found) < 0) {                                                                                        \
        return -1;                                                                                                                           \
    }                                                                                                                                        \
    ipc->name = (__typeof__(ipc_##name) *)found;
    PFPY_IPC_CALLS(FIND)
#undef FIND
    return 0;
}

static PyObject *connect_processes(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *calls;
    unsigned long long copy_in, copy_out, region;
    unsigned long token;
    pfpy_ipc ipc;
    if (!PyArg_ParseTuple(arguments, "OKKKk:connect_processes", &calls, &copy_in, &copy_out, &region, &token) || find_calls(calls, &ipc) < 0) {
        return NULL;
    }
    pfpy_process.ipc = ipc;
    pfpy_process.copy_in = (void (*)(uintptr_t, const void *, uint32_t))(uintptr_t)copy_in;
    pfpy_process.copy_out = (void (*)(void *, uintptr_t, uint32_t))(uintptr_t)copy_out;
    pfpy_process.region = (ipc_region *)(uintptr_t)region;
    pfpy_process.token = (uint32_t)token;
    pfpy_process.connected = true;
    pfpy_tell_signal_actions();
    return PyLong_FromUnsignedLongLong((unsigned long long)(uintptr_t)pfpy_descriptors);
}

static PyObject *offer_processes(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long long begin, open, spawn, look, before_sleep;
    if (!PyArg_ParseTuple(arguments, "KKKKK:offer_processes", &begin, &open, &spawn, &look, &before_sleep)) {
        return NULL;
    }
    pfpy_process.begin = (int (*)(void))(uintptr_t)begin;
    pfpy_process.open = (int (*)(int, int, int, int))(uintptr_t)open;
    pfpy_process.spawn = (int (*)(const char *, int))(uintptr_t)spawn;
    pfpy_process.look = (void (*)(void))(uintptr_t)look;
    pfpy_process.before_sleep = (void (*)(void))(uintptr_t)before_sleep;
    Py_RETURN_NONE;
}

static void keep(PyObject **where, PyObject *object)
{
    PyObject *before = *where;
    *where = Py_NewRef(object);
    Py_XDECREF(before);
}

static PyObject *explain_processes(PyObject *module, PyObject *why)
{
    (void)module;
    if (!PyUnicode_Check(why)) {
        PyErr_SetString(PyExc_TypeError, "explain_processes() takes a sentence");
        return NULL;
    }
    keep(&why_none, why);
    Py_RETURN_NONE;
}

static PyObject *refuse_processes(PyObject *module, PyObject *why)
{
    PyObject *done = explain_processes(module, why);
    if (done) {
        pfpy_process.begin = NULL;
    }
    return done;
}

static PyObject *prepare_processes(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *bytes_io, *read, *write, *send, *receive;
    if (!PyArg_ParseTuple(arguments, "OOOOO:prepare_processes", &bytes_io, &read, &write, &send, &receive)) {
        return NULL;
    }
    keep(&pfpy_from_python.bytes_io, bytes_io);
    keep(&pfpy_from_python.read, read);
    keep(&pfpy_from_python.write, write);
    keep(&pfpy_from_python.send, send);
    keep(&pfpy_from_python.receive, receive);
    Py_RETURN_NONE;
}

PyMethodDef pfpy_processes_methods[] = {
    {"offer_processes", offer_processes, METH_VARARGS,
     "offer_processes(begin, open, spawn, look, before_sleep): what JavaScript does for processes, as indices of the function table."},
    {"connect_processes", connect_processes, METH_VARARGS,
     "connect_processes(calls, copy_in, copy_out, region, token) -> address of the descriptors.\n\n"
     "calls: a dict of the kernel's functions by name, as indices of the function table, as are the two that copy to and from its memory;\n"
     "the region's address there; this process's token. Raises KeyError for a function that is missing."},
    {"explain_processes", explain_processes, METH_O, "explain_processes(why): the sentence in OSError when there can be no processes."},
    {"refuse_processes", refuse_processes, METH_O, "refuse_processes(why): there are none, for this reason; begin() is not called."},
    {"prepare_processes", prepare_processes, METH_VARARGS,
     "prepare_processes(bytes_io, read, write, send_bytes, receive_bytes): io.BytesIO, and what serves descriptors that are not ours:\n"
     "os.read, os.write, Connection._send_bytes, Connection._recv_bytes."},
    {NULL, NULL, 0, NULL},
};
