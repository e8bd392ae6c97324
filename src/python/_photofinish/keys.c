/* keys.c: Python numbers or strings as the keys of a job (keys.h). */
#include "keys.h"

#include "memory.h"

#define EXACT ((int64_t)1 << 53) /* ints up to here are floats exactly */

static bool is_text(PyObject *item)
{
    return item && (PyUnicode_Check(item) || PyBytes_Check(item));
}

/* Of a list or tuple, by its first item. */
static bool holds_text(PyObject *items)
{
    if (PyList_Check(items)) {
        return PyList_Size(items) > 0 && is_text(PyList_GetItem(items, 0));
    }
    return PyTuple_Check(items) && PyTuple_Size(items) > 0 && is_text(PyTuple_GetItem(items, 0));
}

static int get_from(PyObject *values, const char *what, bool text, pfpy_keys *keys)
{
    keys->text = text;
    if (text) {
        if (pfpy_slices_get(values, what, &keys->pieces) < 0) {
            return -1;
        }
        keys->buffer = (pf_buffer){keys->pieces.slices, keys->pieces.count, PF_SLICES};
        return 0;
    }
    if (pfpy_numbers_get(values, what, &keys->numbers) < 0) {
        return -1;
    }
    keys->buffer = keys->numbers.buffer;
    return 0;
}

int pfpy_keys_get(PyObject *values, const char *what, pfpy_keys *keys)
{
    if (PyUnicode_Check(values)) {
        return get_from(values, what, true, keys);
    }
    if (PyList_Check(values) || PyTuple_Check(values) || PyObject_CheckBuffer(values) || PyRange_Check(values) ||
        !PyObject_HasAttrString(values, "__iter__")) {
        return get_from(values, what, holds_text(values), keys);
    }
    PyObject *items = pfpy_made(PySequence_List(values), what, UINT64_MAX);
    if (!items) {
        return -1;
    }
    int got = get_from(items, what, holds_text(items), keys);
    Py_DECREF(items);
    return got;
}

void pfpy_keys_release(pfpy_keys *keys)
{
    if (keys->text) {
        pfpy_pieces_release(&keys->pieces);
    } else {
        pfpy_numbers_release(&keys->numbers);
    }
}

static int to_doubles(pfpy_keys *keys, const char *what)
{
    const int64_t *values = keys->buffer.data;
    for (size_t i = 0; i < keys->buffer.length; i++) {
        if (values[i] > EXACT || values[i] < -EXACT) {
            PyErr_Format(PyExc_OverflowError, "kernels.%s: the int at index %zd is to be compared with floats, but is beyond 2**53", what,
                         (Py_ssize_t)i);
            return -1;
        }
    }
    int made = pfpy_numbers_as(&keys->numbers, what, PF_DOUBLE);
    keys->buffer = keys->numbers.buffer;
    return made;
}

int pfpy_keys_match(pfpy_keys *left, pfpy_keys *right, const char *what)
{
    if (left->buffer.length == 0 || right->buffer.length == 0) {
        pfpy_keys *empty = left->buffer.length == 0 ? left : right;
        empty->buffer = (pf_buffer){NULL, 0, (empty == left ? right : left)->buffer.type};
        return 0;
    }
    if (left->text != right->text || (left->text && left->pieces.text != right->pieces.text)) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: expected keys of one kind on both sides: numbers, str or bytes", what);
        return -1;
    }
    if (left->buffer.type == right->buffer.type) {
        return 0;
    }
    return to_doubles(left->buffer.type == PF_INT64 ? left : right, what);
}

PyObject *pfpy_key_object(const pfpy_keys *keys, size_t i)
{
    switch (keys->buffer.type) {
    case PF_SLICES:
        return Py_XNewRef(PyTuple_GetItem(keys->pieces.items, (Py_ssize_t)i));
    case PF_DOUBLE:
        return PyFloat_FromDouble(((const double *)keys->buffer.data)[i]);
    default:
        return PyLong_FromLongLong(((const int64_t *)keys->buffer.data)[i]);
    }
}
