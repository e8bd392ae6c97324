/* descriptors.c: pipes as descriptors: opening pairs, reading, writing, and passing them to other processes.
 *
 * JavaScript makes the descriptors (Emscripten's file system has the numbers) and keeps their table, which is read here. It closes an
 * object's end when its last descriptor is closed.
 */
#include "processes.h"
#include "segments.h"

#include <string.h>

pfpy_descriptor pfpy_descriptors[PFPY_DESCRIPTORS];

/* ------------------------------------------------------------------------------------------------ the table */

const pfpy_descriptor *pfpy_descriptor_of(long fd)
{
    return fd >= 0 && fd < PFPY_DESCRIPTORS && pfpy_descriptors[fd].kind != 0 ? &pfpy_descriptors[fd] : NULL;
}

static const pfpy_descriptor *pipe_of(long fd)
{
    static const pfpy_descriptor none;
    const pfpy_descriptor *descriptor = pfpy_descriptor_of(fd);
    return descriptor && pfpy_kind(descriptor) == IPC_PIPE ? descriptor : &none;
}

pfpy_end pfpy_read_end(long fd)
{
    const pfpy_descriptor *descriptor = pipe_of(fd);
    return (pfpy_end){descriptor->reads, descriptor->kind & PFPY_NO_WAIT};
}

pfpy_end pfpy_write_end(long fd)
{
    const pfpy_descriptor *descriptor = pipe_of(fd);
    return (pfpy_end){descriptor->writes, descriptor->kind & PFPY_NO_WAIT};
}

static bool is_open(uint32_t id, uint32_t end)
{
    for (int fd = 0; fd < PFPY_DESCRIPTORS; fd++) {
        const pfpy_descriptor *descriptor = &pfpy_descriptors[fd];
        if (descriptor->kind != 0 && (end == IPC_WRITE_END ? descriptor->writes : descriptor->reads) == id) {
            return true;
        }
    }
    return false;
}

/* Gives a reference back that no descriptor has. */
static void let_go(uint32_t id, uint32_t end)
{
    if (id != 0 && !is_open(id, end)) {
        pfpy_process.ipc.close(PFPY_ME, id, end);
    }
}

int pfpy_open_descriptor(uint32_t kind, uint32_t reads, uint32_t writes, int fd)
{
    int opened = pfpy_process.open ? pfpy_process.open((int)kind, (int)reads, (int)writes, fd) : -ENOSYS;
    if (opened < 0) {
        let_go(reads, IPC_READ_END);
        let_go(writes, IPC_WRITE_END);
        pfpy_raise_errno(-opened);
        return -1;
    }
    return opened;
}

PyObject *pfpy_descriptor_as_number(int fd)
{
    return fd < 0 ? NULL : PyLong_FromLong(fd);
}

static PyObject *is_ours(PyObject *module, PyObject *number)
{
    (void)module;
    long fd = PyLong_AsLong(number);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyBool_FromLong(pfpy_descriptor_of(fd) != NULL);
}

/* ------------------------------------------------------------------------------------------------ pairs */

/* Closes the first of two descriptors, of which the second could not be had; the error stays. */
static void close_first(int fd)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *os = PyImport_ImportModule("os");
    PyObject *done = os ? PyObject_CallMethod(os, "close", "i", fd) : NULL;
    Py_XDECREF(done);
    Py_XDECREF(os);
    PyErr_Restore(type, value, traceback);
}

/* Two descriptors of two pipes each, of which either may be 0: what the one writes the other reads. */
static PyObject *open_pair(const uint32_t reads[2], const uint32_t writes[2])
{
    int first = pfpy_open_descriptor(IPC_PIPE, reads[0], writes[0], -1);
    if (first < 0) {
        let_go(reads[1], IPC_READ_END);
        let_go(writes[1], IPC_WRITE_END);
        return NULL;
    }
    int second = pfpy_open_descriptor(IPC_PIPE, reads[1], writes[1], -1);
    if (second < 0) {
        close_first(first);
        return NULL;
    }
    return Py_BuildValue("(ii)", first, second);
}

static PyObject *pipe_pair(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    if (pfpy_need_processes() < 0) {
        return NULL;
    }
    int32_t pipe = pfpy_process.ipc.pipe(PFPY_ME);
    if (pipe < 0) {
        return pfpy_raise_ipc(pipe);
    }
    return open_pair((uint32_t[]){(uint32_t)pipe, 0}, (uint32_t[]){0, (uint32_t)pipe});
}

static PyObject *duplex_pair(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    if (pfpy_need_processes() < 0) {
        return NULL;
    }
    int32_t there = pfpy_process.ipc.pipe(PFPY_ME);
    int32_t back = there < 0 ? there : pfpy_process.ipc.pipe(PFPY_ME);
    if (back < 0) {
        if (there >= 0) {
            let_go((uint32_t)there, IPC_READ_END);
            let_go((uint32_t)there, IPC_WRITE_END);
        }
        return pfpy_raise_ipc(back);
    }
    return open_pair((uint32_t[]){(uint32_t)back, (uint32_t)there}, (uint32_t[]){(uint32_t)there, (uint32_t)back});
}

/* ------------------------------------------------------------------------------------------------ reading and writing */

static PyObject *read_bytes(pfpy_end end, Py_ssize_t most)
{
    if (most < 0) {
        return pfpy_raise_errno(EINVAL);
    }
    if (most > (Py_ssize_t)IPC_PIPE_FULL) {
        most = (Py_ssize_t)IPC_PIPE_FULL;
    }
    char *room = PyMem_Malloc(most > 0 ? (size_t)most : 1);
    if (!room) {
        return PyErr_NoMemory();
    }
    Py_ssize_t got = pfpy_pipe_read(end, room, (size_t)most);
    PyObject *bytes = got < 0 ? NULL : PyBytes_FromStringAndSize(room, got);
    PyMem_Free(room);
    return bytes;
}

/* Files, to which segments belong, are read and written by what Python has for them. */
static bool is_file(long fd)
{
    const pfpy_descriptor *descriptor = pfpy_descriptor_of(fd);
    return !descriptor || pfpy_kind(descriptor) == IPC_SEGMENT;
}

static PyObject *read_descriptor(PyObject *module, PyObject *arguments)
{
    (void)module;
    int fd;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(arguments, "in:read", &fd, &most)) {
        return NULL;
    }
    if (is_file(fd)) {
        return pfpy_from_python.read ? PyObject_CallObject(pfpy_from_python.read, arguments) : pfpy_raise_errno(EBADF);
    }
    pfpy_end end = pfpy_read_end(fd);
    return end.pipe ? read_bytes(end, most) : pfpy_raise_errno(EBADF);
}

static PyObject *write_descriptor(PyObject *module, PyObject *arguments)
{
    (void)module;
    int fd;
    PyObject *data;
    if (!PyArg_ParseTuple(arguments, "iO:write", &fd, &data)) {
        return NULL;
    }
    if (is_file(fd)) {
        return pfpy_from_python.write ? PyObject_CallObject(pfpy_from_python.write, arguments) : pfpy_raise_errno(EBADF);
    }
    pfpy_end end = pfpy_write_end(fd);
    Py_buffer view;
    if (!end.pipe) {
        return pfpy_raise_errno(EBADF);
    }
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    Py_ssize_t written = pfpy_pipe_write(end, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return written < 0 ? NULL : PyLong_FromSsize_t(written);
}

/* ------------------------------------------------------------------------------------------------ passing on */

static PyObject *ticket(PyObject *module, PyObject *number)
{
    (void)module;
    long fd = PyLong_AsLong(number);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    const pfpy_descriptor *found = pfpy_descriptor_of(fd);
    if (!found) {
        return pfpy_raise_errno(EBADF);
    }
    const pfpy_descriptor descriptor = *found;
    int32_t reads = descriptor.reads ? pfpy_process.ipc.ticket(PFPY_ME, descriptor.reads, IPC_READ_END) : 0;
    int32_t writes = reads >= 0 && descriptor.writes ? pfpy_process.ipc.ticket(PFPY_ME, descriptor.writes, IPC_WRITE_END) : 0;
    if (reads < 0 || writes < 0) {
        if (reads > 0) {
            pfpy_process.ipc.ticket_drop(PFPY_ME, (uint32_t)reads);
        }
        return pfpy_raise_ipc(reads < 0 ? reads : writes);
    }
    return Py_BuildValue("(kkk)", (unsigned long)pfpy_kind(&descriptor), (unsigned long)reads, (unsigned long)writes);
}

/* What the ticket stands for, held from now on; 0: there was no ticket; -1 with OSError. */
static int64_t take_one(unsigned long number)
{
    int64_t taken = number ? pfpy_process.ipc.ticket_take(PFPY_ME, (uint32_t)number) : 0;
    if (taken < 0) {
        pfpy_raise_ipc(taken);
        return -1;
    }
    return pfpy_first(taken);
}

static PyObject *take_ticket(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long kind, read_ticket, write_ticket;
    int fd = -1;
    if (!PyArg_ParseTuple(arguments, "kkk|i:take_ticket", &kind, &read_ticket, &write_ticket, &fd) || pfpy_need_processes() < 0) {
        return NULL;
    }
    int64_t reads = take_one(read_ticket);
    if (reads < 0) {
        return NULL;
    }
    int64_t writes = take_one(write_ticket);
    if (writes < 0) {
        let_go((uint32_t)reads, IPC_READ_END);
        return NULL;
    }
    return pfpy_descriptor_as_number(pfpy_open_descriptor((uint32_t)kind, (uint32_t)reads, (uint32_t)writes, fd));
}

static PyObject *drop_ticket(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long kind, tickets[2];
    if (!PyArg_ParseTuple(arguments, "kkk:drop_ticket", &kind, &tickets[0], &tickets[1])) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (tickets[i] && pfpy_process.connected) {
            pfpy_process.ipc.ticket_drop(PFPY_ME, (uint32_t)tickets[i]); /* nothing, where it has been taken meanwhile */
        }
    }
    Py_RETURN_NONE;
}

PyMethodDef pfpy_descriptors_methods[] = {
    {"is_ours", is_ours, METH_O, "is_ours(fd): whether this descriptor is a pipe, segment or listener of the processes in the page."},
    {"pipe_pair", pipe_pair, METH_NOARGS, "pipe_pair() -> (fd, fd): a pipe, its read and its write end."},
    {"duplex_pair", duplex_pair, METH_NOARGS, "duplex_pair() -> (fd, fd): two connected descriptors that both read and write."},
    {"read", read_descriptor, METH_VARARGS,
     "read(fd, n): os.read() that waits as threads do; n above 1 MiB is taken as that. b'' at the end. Other descriptors: os.read()."},
    {"write", write_descriptor, METH_VARARGS,
     "write(fd, data): os.write() that waits as threads do, until all is written. Raises BrokenPipeError. Other descriptors: os.write()."},
    {"ticket", ticket, METH_O,
     "ticket(fd) -> (kind, read ticket, write ticket): references for another process, which takes them or they are dropped; 0: none.\n"
     "They are this process's until then, and go with it. Raises OSError: EBADF, EAGAIN where 512 are in flight."},
    {"take_ticket", take_ticket, METH_VARARGS,
     "take_ticket(kind, read ticket, write ticket, fd=-1) -> fd: a descriptor of what another process's ticket() refers to."},
    {"drop_ticket", drop_ticket, METH_VARARGS, "drop_ticket(kind, read ticket, write ticket): nobody is to take them any more."},
    {NULL, NULL, 0, NULL},
};
