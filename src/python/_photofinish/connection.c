/* connection.c: multiprocessing.connection.Connection on pipes of the page: sending and receiving a message.
 *
 * They take the place of Connection._send_bytes and _recv_bytes, with the same bytes in the pipe: a length of 4 bytes, big endian, and
 * the message (a length of -1 announces one of 8 bytes). A whole message is one reservation or claim in the kernel, and is in the pipe
 * as a whole or not at all. Connections whose descriptor is not ours go to the functions that were there.
 */
#include "processes.h"
#include "segments.h"

#define HEADER 4

static PyObject *handle_name, *seek_name, *zero, *from_end; /* owned */

/* The connection's descriptor; -1 with an exception. */
static long descriptor_of(PyObject *connection)
{
    PyObject *handle = PyObject_GetAttr(connection, handle_name);
    long fd = handle ? PyLong_AsLong(handle) : -1;
    Py_XDECREF(handle);
    return fd;
}

/* ------------------------------------------------------------------------------------------------ sending */

/* A message for which there is not enough memory in one piece: its header, and its bytes as there is room. */
static int send_in_parts(pfpy_end end, const Py_buffer *view)
{
    uint32_t header = __builtin_bswap32((uint32_t)view->len);
    end.no_wait = false; /* half a message would be of no use to anybody */
    return pfpy_pipe_write(end, &header, HEADER) < 0 || pfpy_pipe_write(end, view->buf, (size_t)view->len) < 0 ? -1 : 0;
}

static int send_message(pfpy_end end, const Py_buffer *view)
{
    if ((size_t)view->len > INT32_MAX - 64) {
        pfpy_raise_errno(EMSGSIZE);
        return -1;
    }
    pfpy_release_point();
    for (;;) {
        int64_t room = pfpy_process.ipc.reserve_message(PFPY_ME, end.pipe, (uint32_t)view->len);
        if (room >= 0) {
            uint32_t offset = pfpy_first(room);
            if (view->len > 0) {
                pfpy_copy_in(offset, view->buf, (size_t)view->len);
            }
            int32_t sent = pfpy_process.ipc.commit(PFPY_ME, end.pipe, offset, (uint32_t)view->len);
            if (sent < 0) {
                pfpy_raise_ipc(sent);
                return -1;
            }
            return 0;
        }
        if (room == IPC_MEMORY) {
            return send_in_parts(end, view);
        }
        if (room != IPC_AGAIN) {
            pfpy_raise_ipc(room);
            return -1;
        }
        if (pfpy_wait_for_pipe(end, IPC_WRITABLE) < 0) {
            return -1;
        }
    }
}

static PyObject *send(PyObject *connection, PyObject *data)
{
    long fd = descriptor_of(connection);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    pfpy_end end = pfpy_write_end(fd);
    if (!end.pipe) {
        return pfpy_descriptor_of(fd) || !pfpy_from_python.send
                   ? pfpy_raise_errno(EBADF)
                   : PyObject_CallFunctionObjArgs(pfpy_from_python.send, connection, data, NULL);
    }
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    int sent = send_message(end, &view);
    PyBuffer_Release(&view);
    return sent < 0 ? NULL : Py_NewRef(Py_None);
}

/* ------------------------------------------------------------------------------------------------ receiving */

/* Bytes as an io.BytesIO positioned at its end, as _recv_bytes() leaves it. Takes the reference. */
static PyObject *stream_of(PyObject *bytes)
{
    PyObject *stream = PyObject_CallFunctionObjArgs(pfpy_from_python.bytes_io, bytes, NULL);
    Py_DECREF(bytes); /* the stream's alone now: it need not copy them when they are read as a buffer */
    PyObject *end = stream ? PyObject_CallMethodObjArgs(stream, seek_name, zero, from_end, NULL) : NULL;
    if (!end) {
        Py_CLEAR(stream);
    }
    Py_XDECREF(end);
    return stream;
}

/* 0, or -1 with EOFError where none of them has come, OSError where the end came later. */
static int read_all(pfpy_end end, void *to, size_t bytes)
{
    char *next = to;
    bool some = false;
    while (bytes > 0) {
        Py_ssize_t got = pfpy_pipe_read(end, next, bytes);
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            if (some) {
                PyErr_SetString(PyExc_OSError, "got end of file during message");
            } else {
                PyErr_SetNone(PyExc_EOFError);
            }
            return -1;
        }
        some = true;
        next += got;
        bytes -= (size_t)got;
    }
    return 0;
}

/* A message that somebody wrote in parts. `most` < 0: of any size; None where it is larger. */
static PyObject *receive_in_parts(pfpy_end end, Py_ssize_t most)
{
    uint32_t header;
    uint64_t length;
    if (read_all(end, &header, HEADER) < 0) {
        return NULL;
    }
    end.no_wait = false; /* the rest comes */
    header = __builtin_bswap32(header);
    length = header;
    if (header == UINT32_MAX) {
        if (read_all(end, &length, sizeof length) < 0) {
            return NULL;
        }
        length = __builtin_bswap64(length);
    } else if (header > INT32_MAX) {
        PyErr_SetString(PyExc_OSError, "bad message length");
        return NULL;
    }
    if (most >= 0 && length > (uint64_t)most) {
        Py_RETURN_NONE;
    }
    if (length > (uint64_t)PY_SSIZE_T_MAX) {
        return PyErr_NoMemory();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (bytes && read_all(end, PyBytes_AsString(bytes), (size_t)length) < 0) {
        Py_CLEAR(bytes);
    }
    return bytes ? stream_of(bytes) : NULL;
}

/* A message that the caller has claimed. */
static PyObject *receive_claimed(uint32_t pipe, int64_t claimed, Py_ssize_t most)
{
    uint32_t length = pfpy_second(claimed);
    bool too_long = most >= 0 && (uint64_t)length > (uint64_t)most;
    PyObject *bytes = too_long ? NULL : PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (bytes && length > 0) {
        pfpy_copy_out(PyBytes_AsString(bytes), pfpy_first(claimed), length);
    }
    int32_t status = pfpy_process.ipc.release(PFPY_ME, pipe, bytes != NULL);
    if (status < 0) {
        Py_XDECREF(bytes);
        return pfpy_raise_ipc(status);
    }
    if (too_long) {
        Py_RETURN_NONE;
    }
    pfpy_acquire_point();
    return bytes ? stream_of(bytes) : NULL;
}

static PyObject *receive_message(pfpy_end end, Py_ssize_t most)
{
    for (;;) {
        int64_t claimed = pfpy_process.ipc.claim_message(PFPY_ME, end.pipe);
        if (claimed >= 0) {
            return receive_claimed(end.pipe, claimed, most);
        }
        switch (claimed) {
        case IPC_PARTIAL:
            return receive_in_parts(end, most);
        case IPC_CLOSED:
            pfpy_acquire_point();
            PyErr_SetNone(PyExc_EOFError);
            return NULL;
        case IPC_AGAIN:
            if (pfpy_wait_for_pipe(end, IPC_READABLE) < 0) {
                return NULL;
            }
            break;
        default:
            return pfpy_raise_ipc(claimed);
        }
    }
}

static PyObject *receive(PyObject *connection, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    Py_ssize_t named = names ? PyTuple_Size(names) : 0;
    if (given + named > 1 || (named && PyUnicode_CompareWithASCIIString(PyTuple_GetItem(names, 0), "maxsize") != 0)) {
        PyErr_SetString(PyExc_TypeError, "_recv_bytes() takes at most one argument, maxsize");
        return NULL;
    }
    PyObject *limit = given + named ? arguments[0] : Py_None;
    Py_ssize_t most = limit == Py_None ? -1 : PyNumber_AsSsize_t(limit, NULL);
    long fd = PyErr_Occurred() ? -1 : descriptor_of(connection);
    if (PyErr_Occurred()) {
        return NULL;
    }
    pfpy_end end = pfpy_read_end(fd);
    if (!end.pipe) {
        return pfpy_descriptor_of(fd) || !pfpy_from_python.receive
                   ? pfpy_raise_errno(EBADF)
                   : PyObject_CallFunctionObjArgs(pfpy_from_python.receive, connection, limit, NULL);
    }
    return receive_message(end, most);
}

/* ------------------------------------------------------------------------------------------------ the module */

static PyMethodDef send_method = {"connection_send", send, METH_O,
                                  "connection_send(self, buffer): in place of Connection._send_bytes; waits while the pipe is full.\n\n"
                                  "Raises BrokenPipeError, OSError (EMSGSIZE from 2 GiB on)."};
static PyMethodDef receive_method = {"connection_receive", PFPY_FAST(receive), METH_FASTCALL | METH_KEYWORDS,
                                     "connection_receive(self, maxsize=None): in place of Connection._recv_bytes; waits for a message.\n\n"
                                     "An io.BytesIO positioned at its end; None for a message of more than maxsize bytes. Raises EOFError."};

/* Methods of any object, so that they bind when they are put into a class. */
static int add_method(PyObject *module, PyMethodDef *definition)
{
    PyObject *method = PyDescr_NewMethod(&PyBaseObject_Type, definition);
    int added = method ? PyModule_AddObjectRef(module, definition->ml_name, method) : -1;
    Py_XDECREF(method);
    return added;
}

int pfpy_add_connection(PyObject *module)
{
    if (!handle_name) {
        handle_name = PyUnicode_InternFromString("_handle");
        seek_name = PyUnicode_InternFromString("seek");
        zero = PyLong_FromLong(0);
        from_end = PyLong_FromLong(2);
    }
    return !handle_name || !seek_name || !zero || !from_end || add_method(module, &send_method) < 0 || add_method(module, &receive_method) < 0
               ? -1
               : 0;
}
