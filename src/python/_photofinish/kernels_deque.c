/* kernels_deque.c: the type Deque, a ring buffer of ints that stays in this process, and scripts that run in one call. */
#include "kernels.h"

typedef struct deque_object {
    PyObject_HEAD
    pf_deque *ring;
} deque_object;

static pf_deque *ring_of(PyObject *self)
{
    return ((deque_object *)self)->ring;
}

static int64_t *take_value(PyObject *value, int64_t *taken)
{
    int overflow;
    *taken = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow) {
        PyErr_SetString(PyExc_OverflowError, "kernels.Deque: an int does not fit 64 bits");
    }
    return overflow || (*taken == -1 && PyErr_Occurred()) ? NULL : taken;
}

/* A full ring wants one of twice its size. */
static PyObject *pushed(PyObject *self, pf_status status)
{
    uint64_t length = pf_deque_length(ring_of(self));
    return status == PF_OK ? Py_NewRef(Py_None) : pfpy_no_memory("Deque", 2 * length * sizeof(int64_t));
}

static PyObject *append(PyObject *self, PyObject *value)
{
    int64_t taken;
    if (!take_value(value, &taken)) {
        return NULL;
    }
    return pushed(self, pf_deque_push_right(ring_of(self), taken));
}

static PyObject *append_left(PyObject *self, PyObject *value)
{
    int64_t taken;
    if (!take_value(value, &taken)) {
        return NULL;
    }
    return pushed(self, pf_deque_push_left(ring_of(self), taken));
}

static PyObject *take(pf_deque *ring, pf_status (*from)(pf_deque *ring, int64_t *value))
{
    int64_t value;
    if (from(ring, &value) != PF_OK) {
        PyErr_SetString(PyExc_IndexError, "pop from an empty deque");
        return NULL;
    }
    return PyLong_FromLongLong(value);
}

static PyObject *pop(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return take(ring_of(self), pf_deque_pop_right);
}

static PyObject *pop_left(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return take(ring_of(self), pf_deque_pop_left);
}

static PyObject *extend(PyObject *self, PyObject *values)
{
    pfpy_numbers numbers;
    if (pfpy_numbers_get(values, "Deque", &numbers) < 0) {
        return NULL;
    }
    if (numbers.buffer.length > 0 && pfpy_want_integers("Deque", &numbers) < 0) {
        return NULL;
    }
    const int64_t *taken = numbers.buffer.data;
    pf_status status = PF_OK;
    for (size_t i = 0; status == PF_OK && i < numbers.buffer.length; i++) {
        status = pf_deque_push_right(ring_of(self), taken[i]);
    }
    pfpy_numbers_release(&numbers);
    return pushed(self, status);
}

static PyObject *clear(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    pf_deque_clear(ring_of(self));
    Py_RETURN_NONE;
}

static Py_ssize_t length(PyObject *self)
{
    return (Py_ssize_t)pf_deque_length(ring_of(self));
}

static PyObject *item(PyObject *self, Py_ssize_t index)
{
    int64_t value;
    if (index < 0 || pf_deque_at(ring_of(self), (size_t)index, &value) != PF_OK) {
        PyErr_SetString(PyExc_IndexError, "deque index out of range");
        return NULL;
    }
    return PyLong_FromLongLong(value);
}

static PyObject *create(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PyObject *values = NULL;
    static char *names[] = {"values", NULL};
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O:Deque", names, &values)) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    PyObject *self = allocate(type, 0);
    if (!self) {
        return NULL;
    }
    if (pf_deque_create(&((deque_object *)self)->ring) != PF_OK) {
        Py_DECREF(self);
        return pfpy_no_memory("Deque", sizeof(int64_t));
    }
    PyObject *extended = values ? extend(self, values) : Py_NewRef(Py_None);
    if (!extended) {
        Py_DECREF(self);
        return NULL;
    }
    Py_DECREF(extended);
    return self;
}

static void destroy(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    pf_deque_destroy(ring_of(self));
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"append", append, METH_O, "append($self, value, /)\n--\n\nAdds a value at the right end."},
    {"appendleft", append_left, METH_O, "appendleft($self, value, /)\n--\n\nAdds a value at the left end."},
    {"pop", pop, METH_NOARGS, "pop($self)\n--\n\nTakes the value at the right end; IndexError where there is none."},
    {"popleft", pop_left, METH_NOARGS, "popleft($self)\n--\n\nTakes the value at the left end; IndexError where there is none."},
    {"extend", extend, METH_O, "extend($self, values, /)\n--\n\nAppends each value of an iterable."},
    {"clear", clear, METH_NOARGS, "clear($self)\n--\n\nRemoves all values."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Deque(values=())\n--\n\nA ring buffer of 64-bit ints with two ends, as collections.deque (src/kernels/containers/deque.c).\n\n"
                "Raises TypeError for what is no int, OverflowError for an int beyond 64 bits, MemoryError."},
    {Py_tp_new, create},
    {Py_tp_dealloc, destroy},
    {Py_tp_methods, methods},
    {Py_sq_length, length},
    {Py_sq_item, item},
    {0, NULL},
};

PyType_Spec pfpy_deque_spec = {"_photofinish.Deque", sizeof(deque_object), 0, Py_TPFLAGS_DEFAULT, slots};

/* ------------------------------------------------------------------------------------------------ scripts */

/* Checks a script before it runs, so that errors can name their place: 0 and how many values are popped, or -1. */
static int check_script(const char *script, Py_ssize_t n, size_t values, size_t *pops)
{
    size_t length = 0, pushes = 0;
    *pops = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (script[i] == 'A' || script[i] == 'a') {
            length++;
            if (pushes++ == values) {
                PyErr_Format(PyExc_ValueError, "kernels.deque_play: operation %zd appends, but there are only %zd values", i,
                             (Py_ssize_t)values);
                return -1;
            }
        } else if (script[i] == 'P' || script[i] == 'p') {
            if (length-- == 0) {
                PyErr_Format(PyExc_IndexError, "kernels.deque_play: operation %zd pops from an empty deque", i);
                return -1;
            }
            ++*pops;
        } else {
            PyErr_Format(PyExc_ValueError, "kernels.deque_play: operation %zd is none of A, a, P, p", i);
            return -1;
        }
    }
    return 0;
}

/* play(script, values, threads) -> (popped, left) */
static PyObject *deque_play(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    char *script;
    Py_ssize_t n;
    pfpy_numbers values;
    size_t pops;
    if (pfpy_want("deque_play", given, 3) < 0 || PyBytes_AsStringAndSize(arguments[0], &script, &n) < 0 ||
        pfpy_numbers_get(arguments[1], "deque_play", &values) < 0) {
        return NULL;
    }
    if (values.buffer.length == 0) {
        values.buffer.type = PF_INT64;
    }
    if (pfpy_want_integers("deque_play", &values) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_buffer view;
    pf_job job = {.inputs = {{script, (size_t)n, PF_BYTES}, values.buffer}};
    if (check_script(script, n, values.buffer.length, &pops) == 0) {
        result = pfpy_array_open("deque_play", PF_INT64, pops, &view, &job.outputs[0]);
    }
    if (result) {
        result = pfpy_array_close(result, &view, pfpy_run(module, "deque_play", PF_KERNEL_deque_play, arguments[2], &job));
    }
    pfpy_numbers_release(&values);
    return result ? Py_BuildValue("NL", result, (long long)job.integers[0]) : NULL;
}

PyMethodDef pfpy_deque_methods[] = {
    {"deque_play", PFPY_FAST(deque_play), METH_FASTCALL, "deque_play(script, values, threads) -> (popped, left)"},
    {NULL, NULL, 0, NULL},
};
