/* outputs.c: what callers choose (outputs.h). */
#include "outputs.h"

#include <string.h>

static bool holds(const Py_buffer *view, pf_type type)
{
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=' || *format == '<') {
        format++;
    }
    return strlen(format) == 1 && view->itemsize == 8 && strchr(type == PF_DOUBLE ? "d" : "lqn", *format);
}

bool pfpy_overlap(const pf_buffer *one, const pf_buffer *other)
{
    uintptr_t first = (uintptr_t)one->data, second = (uintptr_t)other->data;
    return first < second + other->length * pf_type_size(other->type) && second < first + one->length * pf_type_size(one->type);
}

static int check(const char *what, pf_type type, size_t length, const Py_buffer *view)
{
    if (view->ndim != 1 || !holds(view, type)) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: out must hold %s ('%s') in one dimension, not '%s'", what,
                     type == PF_DOUBLE ? "doubles" : "64-bit integers", type == PF_DOUBLE ? "d" : "q", view->format ? view->format : "B");
        return -1;
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyErr_Format(PyExc_BufferError, "kernels.%s: out is not contiguous in memory (a slice with a step?)", what);
        return -1;
    }
    if (view->len > 0 && (uintptr_t)view->buf % 8 != 0) {
        PyErr_Format(PyExc_BufferError, "kernels.%s: out is not aligned to 8 bytes", what);
        return -1;
    }
    if ((size_t)view->len / 8 != length) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: out has room for %zd numbers, but there are %zd", what, view->len / 8,
                     (Py_ssize_t)length);
        return -1;
    }
    return 0;
}

int pfpy_out_take(PyObject *out, const char *what, pf_type type, size_t length, Py_buffer *view, pf_buffer *buffer)
{
    if (!PyObject_CheckBuffer(out)) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: out must be a writable buffer of 64-bit numbers: array.array('%s'), NumPy array", what,
                     type == PF_DOUBLE ? "d" : "q");
        return -1;
    }
    if (PyObject_GetBuffer(out, view, PyBUF_WRITABLE | PyBUF_ND | PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        return -1;
    }
    if (check(what, type, length, view) < 0) {
        PyBuffer_Release(view);
        return -1;
    }
    *buffer = (pf_buffer){view->buf, length, type};
    return 0;
}

int pfpy_out_open(PyObject *out, const char *what, pf_type type, const pf_buffer *input, Py_buffer *view, pf_buffer *buffer)
{
    if (pfpy_out_take(out, what, type, input->length, view, buffer) < 0) {
        return -1;
    }
    if (pfpy_overlap(input, buffer)) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: out must not be the memory that is read", what);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

int pfpy_one_of(PyObject *given, const char *what, const char *parameter, const char *first, const char *second)
{
    if (PyUnicode_Check(given)) {
        if (PyUnicode_CompareWithASCIIString(given, first) == 0) {
            return 0;
        }
        if (PyUnicode_CompareWithASCIIString(given, second) == 0) {
            return 1;
        }
    }
    PyErr_Format(PyUnicode_Check(given) ? PyExc_ValueError : PyExc_TypeError, "kernels.%s: %s must be '%s' or '%s', not %R", what,
                 parameter, first, second, given);
    return -1;
}
