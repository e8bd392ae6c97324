/* waiting.c: waiting for other processes: multiprocessing.connection.wait(), waitpid(). */
#include "processes.h"
#include "segments.h"

#include "runtime/prim.h"

pfpy_outcome pfpy_block_on(uint32_t event, uint32_t id, PyObject *object, double until)
{
    const pfpy_watch watch = {event, id};
    pfpy_wait wait = {.watch_count = 1, .watches = &watch, .object = object};
    return pfpy_block(&wait, until);
}

/* ------------------------------------------------------------------------------------------------ connection.wait */

/* The objects of one wait. Those that can be watched have a watch; the others, which are no pipes and listeners, count as ready. */
typedef struct wait_list {
    PyObject *objects; /* owned: a list */
    Py_ssize_t count;
    pfpy_watch *watches; /* by object; event 0: always ready */
} wait_list;

/* The descriptor of an int or of an object with fileno(); -1 with an exception. */
static long descriptor_of(PyObject *object)
{
    if (PyLong_Check(object)) {
        return PyLong_AsLong(object);
    }
    PyObject *number = PyObject_CallMethod(object, "fileno", NULL);
    long fd = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return fd;
}

static pfpy_watch watch_of(long fd)
{
    const pfpy_descriptor *descriptor = pfpy_descriptor_of(fd);
    bool can_wait = descriptor && descriptor->reads != 0 && (pfpy_kind(descriptor) == IPC_PIPE || pfpy_kind(descriptor) == IPC_LISTENER);
    return can_wait ? (pfpy_watch){IPC_READABLE, descriptor->reads} : (pfpy_watch){0, 0};
}

static int look_up(wait_list *list)
{
    for (Py_ssize_t i = 0; i < list->count; i++) {
        long fd = descriptor_of(PyList_GetItem(list->objects, i));
        if (fd < 0) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_ValueError, "Invalid file descriptor: %ld", fd);
            }
            return -1;
        }
        list->watches[i] = watch_of(fd);
    }
    return 0;
}

static bool is_ready(const pfpy_watch *watch)
{
    return watch->event == 0 || pfpy_process.ipc.ready(PFPY_ME, watch->event, watch->id) != 0;
}

/* A list of those that are ready now. One whose descriptor was closed meanwhile counts as ready: reading it says what is wrong. */
static PyObject *ready_ones(const wait_list *list)
{
    PyObject *ready = PyList_New(0);
    for (Py_ssize_t i = 0; ready && i < list->count; i++) {
        if (is_ready(&list->watches[i]) && PyList_Append(ready, PyList_GetItem(list->objects, i)) < 0) {
            Py_CLEAR(ready);
        }
    }
    return ready;
}

static PyObject *wait_for_some(const wait_list *list, double seconds)
{
    double until = seconds == PFPY_FOR_EVER ? seconds : pf_prim_now() + seconds;
    pfpy_wait wait = {.watch_count = (uint32_t)list->count, .watches = list->watches, .object = list->objects};
    pfpy_outcome outcome = seconds > 0 ? PFPY_LOOK_AGAIN : PFPY_TIMEOUT;
    for (;;) {
        PyObject *ready = ready_ones(list);
        if (!ready || outcome == PFPY_TIMEOUT || PyList_Size(ready) > 0) {
            return ready;
        }
        Py_DECREF(ready);
        outcome = pfpy_block(&wait, until);
        if (outcome == PFPY_RAISED) {
            return NULL;
        }
    }
}

static PyObject *connection_wait(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    static char *names[] = {"object_list", "timeout", NULL};
    PyObject *objects, *timeout = Py_None;
    double seconds = PFPY_FOR_EVER;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|O:wait", names, &objects, &timeout)) {
        return NULL;
    }
    if (timeout != Py_None) {
        seconds = PyFloat_AsDouble(timeout);
        if (seconds == -1.0 && PyErr_Occurred()) {
            return NULL;
        }
    }
    wait_list list = {.objects = PySequence_List(objects)};
    if (!list.objects) {
        return NULL;
    }
    list.count = PyList_Size(list.objects);
    list.watches = PyMem_Malloc((list.count > 0 ? (size_t)list.count : 1) * sizeof *list.watches);
    PyObject *ready = NULL;
    if (!list.watches) {
        PyErr_NoMemory();
    } else if (look_up(&list) == 0) {
        ready = wait_for_some(&list, seconds);
        pfpy_acquire_point();
    }
    PyMem_Free(list.watches);
    Py_DECREF(list.objects);
    return ready;
}

/* ------------------------------------------------------------------------------------------------ waitpid */

#define NO_HANG 1 /* os.WNOHANG */

static PyObject *wait_for_child(PyObject *module, PyObject *arguments)
{
    (void)module;
    int pid, options;
    if (!PyArg_ParseTuple(arguments, "ii:waitpid", &pid, &options)) {
        return NULL;
    }
    if (!pfpy_process.connected || pid < -1) {
        return pfpy_raise_errno(ECHILD); /* no process was ever started; or of a group, of which there are none */
    }
    uint32_t which = pid > 0 ? (uint32_t)pid : 0;
    for (;;) {
        int64_t found = pfpy_process.ipc.waitpid(PFPY_ME, which);
        if (found < 0) {
            return pfpy_raise_ipc(found);
        }
        if (found > 0 || (options & NO_HANG)) {
            pfpy_acquire_point();
            return Py_BuildValue("(kk)", (unsigned long)pfpy_first(found), (unsigned long)pfpy_second(found));
        }
        if (pfpy_block_on(IPC_CHILD, which, NULL, PFPY_FOR_EVER) == PFPY_RAISED) {
            return NULL;
        }
    }
}

PyMethodDef pfpy_wait_methods[] = {
    {"connection_wait", PFPY_FAST(connection_wait), METH_VARARGS | METH_KEYWORDS,
     "connection_wait($module, /, object_list, timeout=None)\n--\n\nAs multiprocessing.connection.wait(): those of the descriptors, and objects "
     "with fileno(), that can be\nread, waiting `timeout` seconds for the first. What is no pipe or listener of the page counts as ready."},
    {"waitpid", wait_for_child, METH_VARARGS, "waitpid(pid, options) -> (pid, status): as os.waitpid(). Raises ChildProcessError."},
    {NULL, NULL, 0, NULL},
};
