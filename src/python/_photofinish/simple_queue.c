/* simple_queue.c: the type SimpleQueue of _queue for threads of the page: a ring of objects, and a line of threads that wait for one. */
#include "threads.h"

#include <stddef.h>
#include <structmember.h>

#include "runtime/prim.h"

typedef struct queue_object {
    PyObject_HEAD
    PyObject **ring; /* owned: PyMem_Malloc */
    size_t room;     /* a power of two, or 0 */
    size_t first, count;
    pfpy_line line;
    PyObject *weak_references;
} queue_object;

static PyObject **place(const queue_object *queue, size_t i)
{
    return &queue->ring[(queue->first + i) & (queue->room - 1)];
}

static int grow(queue_object *queue)
{
    size_t room = queue->room ? 2 * queue->room : 8;
    PyObject **ring = PyMem_Malloc(room * sizeof *ring);
    if (!ring) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < queue->count; i++) {
        ring[i] = *place(queue, i);
    }
    PyMem_Free(queue->ring);
    queue->ring = ring;
    queue->room = room;
    queue->first = 0;
    return 0;
}

static PyObject *add(queue_object *queue, PyObject *item)
{
    if (queue->count == queue->room && grow(queue) < 0) {
        return NULL;
    }
    *place(queue, queue->count++) = Py_NewRef(item);
    pfpy_wake_first(&queue->line);
    Py_RETURN_NONE;
}

static PyObject *raise_empty(void)
{
    PyObject *module = PyImport_ImportModule("_queue");
    PyObject *empty = module ? PyObject_GetAttrString(module, "Empty") : NULL;
    if (empty) {
        PyErr_SetNone(empty);
    }
    Py_XDECREF(empty);
    Py_XDECREF(module);
    return NULL;
}

static PyObject *take_first(queue_object *queue)
{
    PyObject *item = *place(queue, 0);
    queue->first = (queue->first + 1) & (queue->room - 1);
    queue->count--;
    return item;
}

static PyObject *take(queue_object *queue, double seconds)
{
    if (queue->count) {
        return take_first(queue);
    }
    if (seconds == 0) {
        return raise_empty();
    }
    double until = pf_prim_now() + seconds;
    pfpy_wait wait = {.object = (PyObject *)queue};
    pfpy_line_up(&queue->line, &wait);
    pfpy_outcome outcome;
    do {
        outcome = pfpy_block(&wait, until);
    } while (outcome == PFPY_LOOK_AGAIN && !queue->count);
    pfpy_step_out(&wait);
    PyObject *item = outcome != PFPY_RAISED && queue->count ? take_first(queue) : NULL;
    if (queue->count) {
        pfpy_wake_first(&queue->line); /* an item is left, and the wake-up for it may have come to us */
    }
    return item || outcome == PFPY_RAISED ? item : raise_empty();
}

/* ------------------------------------------------------------------------------------------------ the type */

static PyObject *put(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"item", "block", "timeout", NULL};
    PyObject *item, *block = NULL, *timeout = NULL;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|OO:put", names, &item, &block, &timeout)) {
        return NULL;
    }
    return add((queue_object *)self, item);
}

static PyObject *put_nowait(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"item", NULL};
    PyObject *item;
    return PyArg_ParseTupleAndKeywords(arguments, keywords, "O:put_nowait", names, &item) ? add((queue_object *)self, item) : NULL;
}

static PyObject *get(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"block", "timeout", NULL};
    int block = 1;
    PyObject *timeout = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|pO:get", names, &block, &timeout)) {
        return NULL;
    }
    double seconds = block ? PFPY_FOR_EVER : 0;
    if (block && timeout != Py_None) {
        if (pfpy_seconds(timeout, &seconds) < 0) {
            return NULL;
        }
        if (seconds < 0) {
            PyErr_SetString(PyExc_ValueError, "'timeout' must be a non-negative number");
            return NULL;
        }
    }
    return take((queue_object *)self, seconds);
}

static PyObject *get_nowait(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return take((queue_object *)self, 0);
}

static PyObject *empty(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyBool_FromLong(((queue_object *)self)->count == 0);
}

static PyObject *size(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyLong_FromSize_t(((queue_object *)self)->count);
}

static PyObject *class_getitem(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

static PyObject *create(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    if (PyTuple_Size(arguments) || (keywords && PyDict_Size(keywords))) {
        PyErr_SetString(PyExc_TypeError, "SimpleQueue() takes no arguments");
        return NULL;
    }
    return PyType_GenericAlloc(type, 0);
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
    queue_object *queue = (queue_object *)self;
    Py_VISIT(Py_TYPE(self));
    for (size_t i = 0; i < queue->count; i++) {
        Py_VISIT(*place(queue, i));
    }
    return 0;
}

static int clear(PyObject *self)
{
    queue_object *queue = (queue_object *)self;
    while (queue->count) {
        Py_DECREF(take_first(queue));
    }
    return 0;
}

static void destroy(PyObject *self)
{
    queue_object *queue = (queue_object *)self;
    PyObject_GC_UnTrack(self);
    clear(self);
    PyMem_Free(queue->ring);
    pfpy_free_object(self, queue->weak_references);
}

static PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(queue_object, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef methods[] = {
    {"put", PFPY_FAST(put), METH_VARARGS | METH_KEYWORDS,
     "put($self, /, item, block=True, timeout=None)\n--\n\nAdds an item; never waits, whatever block and timeout say. Raises MemoryError."},
    {"put_nowait", PFPY_FAST(put_nowait), METH_VARARGS | METH_KEYWORDS, "put_nowait($self, /, item)\n--\n\nThe same as put()."},
    {"get", PFPY_FAST(get), METH_VARARGS | METH_KEYWORDS,
     "get($self, /, block=True, timeout=None)\n--\n\nTakes the oldest item; _queue.Empty where there is none, at once or within `timeout` "
     "seconds."},
    {"get_nowait", get_nowait, METH_NOARGS, "get_nowait($self)\n--\n\nget(block=False)."},
    {"empty", empty, METH_NOARGS, "empty($self)\n--\n\nWhether there is no item now."},
    {"qsize", size, METH_NOARGS, "qsize($self)\n--\n\nHow many items there are now."},
    {"__class_getitem__", class_getitem, METH_O | METH_CLASS, "SimpleQueue[int], for annotations."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "SimpleQueue()\n--\n\nAn unbounded queue as _queue.SimpleQueue, between threads of the page."},
    {Py_tp_new, create},
    {Py_tp_dealloc, destroy},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {0, NULL},
};

PyType_Spec pfpy_simple_queue_spec = {"_queue.SimpleQueue", sizeof(queue_object), 0,
                                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
