/* arrays.h: array.array as the output of a job. */
#ifndef PF_PYTHON_ARRAYS_H
#define PF_PYTHON_ARRAYS_H

#include "extension.h"

/* A new array.array('q') for PF_INT64, ('d') for PF_DOUBLE, of `length` zeros, open for writing: `buffer` names its memory until
 * pfpy_array_close. Returns a new reference, or NULL with MemoryError that names the kernel, `what`. */
PyObject *pfpy_array_open(const char *what, pf_type type, uint64_t length, Py_buffer *view, pf_buffer *buffer);

/* Ends the writing. Returns the array, or NULL (the array is gone) where `ran` is below 0. */
PyObject *pfpy_array_close(PyObject *array, Py_buffer *view, int ran);

/* Drops what comes after the first `length` elements. Returns the array, or NULL with an exception (the array is gone). */
PyObject *pfpy_array_shorten(PyObject *array, size_t length);

#endif
