/* outputs.h: what callers choose: a buffer of their own for the result, one of several algorithms. */
#ifndef PF_PYTHON_OUTPUTS_H
#define PF_PYTHON_OUTPUTS_H

#include "extension.h"

/* The caller's own array for `length` numbers of `type` (PF_INT64, PF_DOUBLE): `buffer` names its memory until the view is released.
 * 0, or -1 with TypeError (no buffer of that type), BufferError (not writable, not contiguous), ValueError (another length). */
int pfpy_out_take(PyObject *out, const char *what, pf_type type, size_t length, Py_buffer *view, pf_buffer *buffer);

/* The same for as many numbers as `input` has, which it must not overlap: ValueError. */
int pfpy_out_open(PyObject *out, const char *what, pf_type type, const pf_buffer *input, Py_buffer *view, pf_buffer *buffer);

/* Whether two buffers share memory. */
bool pfpy_overlap(const pf_buffer *one, const pf_buffer *other);

/* 0 for `first`, 1 for `second`; -1 with ValueError (or TypeError) that names both. */
int pfpy_one_of(PyObject *given, const char *what, const char *parameter, const char *first, const char *second);

#endif
