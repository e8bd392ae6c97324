/* buffers.c: Python numbers as the buffer of a job (buffers.h). */
#include "buffers.h"

#include "copies.h"
#include "items.h"
#include "memory.h"
#include "widen.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ typed buffers */

typedef enum kind { SIGNED, UNSIGNED, REAL, UNSUPPORTED } kind;

/* The elements of a buffer by its struct-module format. Sizes come from itemsize: 'l' has 4 bytes in the page, 8 natively. */
static kind kind_of(const char *format)
{
    if (!format) {
        return UNSIGNED; /* no format means bytes */
    }
    if (*format == '@' || *format == '=' || *format == '<') {
        format++;
    }
    if (format[0] == '\0' || format[1] != '\0') {
        return UNSUPPORTED;
    }
    if (strchr("bhilqn", *format)) {
        return SIGNED;
    }
    if (strchr("BHILQN?", *format)) {
        return UNSIGNED;
    }
    return strchr("fd", *format) ? REAL : UNSUPPORTED;
}

static int convert_view(const char *what, kind kind, pfpy_numbers *numbers)
{
    double start = pfpy_copy_start();
    const Py_buffer *view = &numbers->view;
    size_t n = numbers->buffer.length;
    void *room = pfpy_room(what, n, 8);
    if (!room) {
        return -1;
    }
    numbers->converted = numbers->buffer.data = room;
    if (kind == REAL) {
        pfpy_widen_reals(room, view->buf, n, (size_t)view->itemsize);
    } else {
        size_t done = pfpy_widen_integers(room, view->buf, n, kind == SIGNED, (size_t)view->itemsize);
        if (done < n) {
            PyErr_Format(PyExc_OverflowError, "kernels.%s: element %zd does not fit a signed 64-bit integer", what,
                         (Py_ssize_t)done);
            return -1;
        }
    }
    pfpy_copied(start, (uint64_t)n * 8);
    return 0;
}

/* The type as which a buffer can be read in place; PF_NONE: it has to be converted. */
static pf_type type_in_place(kind kind, const Py_buffer *view, bool narrow)
{
    Py_ssize_t size = view->itemsize;
    if ((uintptr_t)view->buf % (uintptr_t)size != 0) {
        return PF_NONE;
    }
    if (size == 8) {
        return kind == SIGNED ? PF_INT64 : kind == REAL ? PF_DOUBLE : PF_NONE;
    }
    if (narrow && size == 4) {
        return kind == SIGNED ? PF_INT32 : kind == REAL ? PF_FLOAT : PF_NONE;
    }
    return narrow && size == 1 && kind == UNSIGNED ? PF_BYTES : PF_NONE;
}

static int get_view(PyObject *values, const char *what, bool narrow, pfpy_numbers *numbers)
{
    Py_buffer *view = &numbers->view;
    if (PyObject_GetBuffer(values, view, PyBUF_ND | PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        return -1;
    }
    numbers->has_view = true;
    if (view->ndim != 1) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: expected one dimension of numbers, got %d; flatten it first (x.ravel())", what,
                     view->ndim);
        return -1;
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyErr_Format(PyExc_BufferError,
                     "kernels.%s: the numbers are not contiguous in memory (a slice with a step?); copy them first: "
                     "numpy.ascontiguousarray(x) or array.array('q', x)",
                     what);
        return -1;
    }
    kind kind = kind_of(view->format);
    if (kind == UNSUPPORTED) {
        PyErr_Format(PyExc_TypeError,
                     "kernels.%s: a buffer with elements of format '%s' is not supported; use 64-bit integers ('q') or "
                     "doubles ('d')",
                     what, view->format);
        return -1;
    }
    pf_type in_place = type_in_place(kind, view, narrow);
    numbers->buffer.type = in_place != PF_NONE ? in_place : kind == REAL ? PF_DOUBLE : PF_INT64;
    numbers->buffer.length = (size_t)(view->len / view->itemsize);
    numbers->buffer.data = view->buf;
    return in_place != PF_NONE ? 0 : convert_view(what, kind, numbers);
}

/* ------------------------------------------------------------------------------------------------ lists, tuples and iterables */

static int get_items(PyObject *items, const char *what, pfpy_numbers *numbers)
{
    double start = pfpy_copy_start();
    Py_ssize_t size = PySequence_Size(items);
    size_t n = size > 0 ? (size_t)size : 0;
    void *room = size < 0 ? NULL : pfpy_room(what, n, 8);
    if (!room) {
        return -1;
    }
    numbers->converted = room;
    numbers->buffer = (pf_buffer){room, n, PF_INT64};
    size_t integers = pfpy_take_integers(what, items, n, room);
    if (integers == SIZE_MAX) {
        return -1;
    }
    if (integers < n) {
        pfpy_integers_to_reals(room, integers);
        if (pfpy_take_reals(what, items, integers, n, room) < 0) {
            return -1;
        }
        numbers->buffer.type = PF_DOUBLE;
    }
    pfpy_copied(start, (uint64_t)n * 8);
    return 0;
}

static int get_iterable(PyObject *values, const char *what, pfpy_numbers *numbers)
{
    double start = pfpy_copy_start();
    PyObject *iterator = PyObject_GetIter(values);
    if (!iterator) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyObject *name = PyType_GetName(Py_TYPE(values));
            PyErr_Format(PyExc_TypeError, "kernels.%s: expected a list, an array or another iterable of numbers, not %V", what,
                         name, "this object");
            Py_XDECREF(name);
        }
        return -1;
    }
    PyObject *items = pfpy_made(PySequence_List(iterator), what, UINT64_MAX);
    Py_DECREF(iterator);
    if (!items) {
        return -1;
    }
    pfpy_copied(start, 0);
    int got = get_items(items, what, numbers);
    Py_DECREF(items);
    return got;
}

/* ------------------------------------------------------------------------------------------------ numbers */

static int get(PyObject *values, const char *what, bool narrow, pfpy_numbers *numbers)
{
    numbers->has_view = false;
    numbers->converted = NULL;
    int got;
    if (PyList_Check(values) || PyTuple_Check(values)) {
        got = get_items(values, what, numbers);
    } else if (PyObject_CheckBuffer(values)) {
        got = get_view(values, what, narrow, numbers);
    } else {
        got = get_iterable(values, what, numbers);
    }
    if (got < 0) {
        pfpy_numbers_release(numbers);
    }
    return got;
}

int pfpy_numbers_get(PyObject *values, const char *what, pfpy_numbers *numbers)
{
    return get(values, what, false, numbers);
}

int pfpy_typed_get(PyObject *values, const char *what, pfpy_numbers *numbers)
{
    return get(values, what, true, numbers);
}

int pfpy_numbers_as(pfpy_numbers *numbers, const char *what, pf_type type)
{
    pf_buffer *buffer = &numbers->buffer;
    if (buffer->type == type) {
        return 0;
    }
    double start = pfpy_copy_start();
    void *room = pfpy_room(what, buffer->length, 8);
    if (!room) {
        return -1;
    }
    size_t size = pf_type_size(buffer->type);
    if (buffer->type == PF_FLOAT) {
        pfpy_widen_reals(room, buffer->data, buffer->length, size);
    } else {
        pfpy_widen_integers(room, buffer->data, buffer->length, buffer->type != PF_BYTES, size);
        if (type == PF_DOUBLE) {
            pfpy_integers_to_reals(room, buffer->length);
        }
    }
    PyMem_Free(numbers->converted);
    numbers->converted = buffer->data = room;
    buffer->type = type;
    pfpy_copied(start, (uint64_t)buffer->length * 8);
    return 0;
}

void pfpy_numbers_release(pfpy_numbers *numbers)
{
    PyMem_Free(numbers->converted);
    if (numbers->has_view) {
        PyBuffer_Release(&numbers->view);
    }
}
