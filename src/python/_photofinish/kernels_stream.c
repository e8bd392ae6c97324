/* kernels_stream.c: reductions of an iterable that is never held whole. The iterable runs in the interpreter, so this is one
 * thread's work and takes no number of threads; a block of numbers is converted, then reduced.
 */
#include "items.h"
#include "kernels.h"

#include <string.h>

/* Numbers of one type in a row: a change of type ends a block early. */
typedef struct block {
    size_t room; /* elements */
    size_t length;
    bool real;
    int64_t *integers; /* owned; the same memory as reals */
    double *reals;
} block;

static void feed(pf_reduce_stream *stream, block *block)
{
    if (block->real) {
        pf_reduce_stream_feed_double(stream, block->reals, block->length);
    } else {
        pf_reduce_stream_feed_int64(stream, block->integers, block->length);
    }
    block->length = 0;
}

static int add(pf_reduce_stream *stream, block *block, const char *what, size_t i, PyObject *item)
{
    bool real;
    int64_t integer;
    double value;
    if (pfpy_number_from(item, what, i, &real, &integer, &value) < 0) {
        return -1;
    }
    if (block->length == block->room || block->real != real) {
        feed(stream, block);
        block->real = real;
        if (PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    if (real) {
        memcpy(&block->reals[block->length++], &value, sizeof value);
    } else {
        memcpy(&block->integers[block->length++], &integer, sizeof integer);
    }
    return 0;
}

static int feed_all(pf_reduce_stream *stream, block *block, const char *what, PyObject *iterator)
{
    PyObject *item;
    for (size_t i = 0; (item = PyIter_Next(iterator)); i++) {
        int added = add(stream, block, what, i, item);
        Py_DECREF(item);
        if (added < 0) {
            return -1;
        }
    }
    feed(stream, block);
    return PyErr_Occurred() ? -1 : 0;
}

static PyObject *number(const pf_number *number)
{
    return number->is_real ? PyFloat_FromDouble(number->real) : PyLong_FromLongLong(number->integer);
}

static PyObject *result_of(const pf_reduce_stream *stream, const char *what)
{
    pf_number result = {.is_real = true};
    pf_status status;
    if (strcmp(what, "stream_sum") == 0) {
        status = pf_reduce_stream_sum(stream, &result);
    } else if (strcmp(what, "stream_min") == 0) {
        status = pf_reduce_stream_min(stream, &result);
    } else if (strcmp(what, "stream_max") == 0) {
        status = pf_reduce_stream_max(stream, &result);
    } else {
        status = pf_reduce_stream_mean(stream, &result.real);
    }
    if (status == PF_EMPTY) {
        PyErr_Format(PyExc_ValueError, "%s() iterable argument is empty", what);
    } else if (status != PF_OK) {
        PyErr_Format(PyExc_OverflowError, "kernels.%s: the result does not fit 64 bits", what);
    }
    return status == PF_OK ? number(&result) : NULL;
}

static PyObject *reduce(PyObject *iterator, Py_ssize_t size, const char *what)
{
    pf_reduce_stream *stream;
    void *room = pfpy_room(what, (uint64_t)size, 8);
    if (!room) {
        return NULL;
    }
    if (pf_reduce_stream_create(&stream) != PF_OK) {
        PyMem_Free(room);
        return pfpy_no_memory(what, UINT64_MAX);
    }
    block block = {.room = (size_t)size, .integers = room, .reals = room};
    PyObject *result = feed_all(stream, &block, what, iterator) == 0 ? result_of(stream, what) : NULL;
    pf_reduce_stream_destroy(stream);
    PyMem_Free(room);
    return result;
}

static PyObject *from_arguments(const char *what, PyObject *const *arguments, Py_ssize_t given)
{
    if (pfpy_want(what, given, 2) < 0) {
        return NULL;
    }
    Py_ssize_t size = PyNumber_AsSsize_t(arguments[1], NULL);
    if (size == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (size < 1) {
        return PyErr_Format(PyExc_ValueError, "kernels.%s: block must be 1 or more", what);
    }
    PyObject *iterator = PyObject_GetIter(arguments[0]);
    if (!iterator) {
        return NULL;
    }
    PyObject *result = reduce(iterator, size, what);
    Py_DECREF(iterator);
    return result;
}

static PyObject *stream_sum(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    (void)module;
    return from_arguments("stream_sum", arguments, given);
}

static PyObject *stream_min(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    (void)module;
    return from_arguments("stream_min", arguments, given);
}

static PyObject *stream_max(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    (void)module;
    return from_arguments("stream_max", arguments, given);
}

static PyObject *stream_mean(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    (void)module;
    return from_arguments("stream_mean", arguments, given);
}

PyMethodDef pfpy_stream_methods[] = {
    {"stream_sum", PFPY_FAST(stream_sum), METH_FASTCALL, "stream_sum(values, block)"},
    {"stream_min", PFPY_FAST(stream_min), METH_FASTCALL, "stream_min(values, block)"},
    {"stream_max", PFPY_FAST(stream_max), METH_FASTCALL, "stream_max(values, block)"},
    {"stream_mean", PFPY_FAST(stream_mean), METH_FASTCALL, "stream_mean(values, block)"},
    {NULL, NULL, 0, NULL},
};
