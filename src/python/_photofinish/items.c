/* items.c: ints and floats of lists, tuples and iterables (items.h). */
#include "items.h"

static PyObject *item_of(PyObject *items, size_t i)
{
    return PyList_Check(items) ? PyList_GetItem(items, (Py_ssize_t)i) : PyTuple_GetItem(items, (Py_ssize_t)i);
}

static int wrong_item(const char *what, size_t i, PyObject *item)
{
    PyObject *name = PyType_GetName(Py_TYPE(item));
    if (name) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: expected int or float at index %zd, not %U", what, (Py_ssize_t)i, name);
        Py_DECREF(name);
    }
    return -1;
}

/* An int, or whatever has __index__ (numpy.int64). */
static int integer_item(const char *what, size_t i, PyObject *item, int64_t *value)
{
    if (!PyIndex_Check(item)) {
        return wrong_item(what, i, item);
    }
    PyObject *integer = PyNumber_Index(item);
    if (!integer) {
        return -1;
    }
    int overflow;
    *value = PyLong_AsLongLongAndOverflow(integer, &overflow);
    Py_DECREF(integer);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError, "kernels.%s: the int at index %zd does not fit 64 bits", what, (Py_ssize_t)i);
    }
    return overflow ? -1 : 0;
}

static int real_item(const char *what, size_t i, PyObject *item, double *value)
{
    if (PyFloat_Check(item)) {
        *value = PyFloat_AsDouble(item);
        return 0;
    }
    int64_t integer;
    if (integer_item(what, i, item, &integer) < 0) {
        return -1;
    }
    *value = (double)integer;
    return 0;
}

size_t pfpy_take_integers(const char *what, PyObject *items, size_t n, int64_t *to)
{
    for (size_t i = 0; i < n; i++) {
        PyObject *item = item_of(items, i);
        if (!item) {
            return SIZE_MAX; /* __index__ of an element shortened the list */
        }
        int overflow;
        if (PyLong_CheckExact(item)) {
            to[i] = PyLong_AsLongLongAndOverflow(item, &overflow);
            if (!overflow) {
                continue;
            }
        } else if (PyFloat_Check(item)) {
            return i;
        }
        Py_INCREF(item);
        int taken = integer_item(what, i, item, &to[i]);
        Py_DECREF(item);
        if (taken < 0) {
            return SIZE_MAX;
        }
    }
    return n;
}

int pfpy_take_reals(const char *what, PyObject *items, size_t first, size_t n, double *to)
{
    for (size_t i = first; i < n; i++) {
        PyObject *item = item_of(items, i);
        if (!item) {
            return -1;
        }
        if (PyFloat_CheckExact(item)) {
            to[i] = PyFloat_AsDouble(item);
            continue;
        }
        Py_INCREF(item);
        int taken = real_item(what, i, item, &to[i]);
        Py_DECREF(item);
        if (taken < 0) {
            return -1;
        }
    }
    return 0;
}

int pfpy_number_from(PyObject *item, const char *what, size_t i, bool *real, int64_t *integer, double *value)
{
    *real = PyFloat_Check(item);
    return *real ? real_item(what, i, item, value) : integer_item(what, i, item, integer);
}
