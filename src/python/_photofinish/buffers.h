/* buffers.h: Python numbers as the buffer of a job. */
#ifndef PF_PYTHON_BUFFERS_H
#define PF_PYTHON_BUFFERS_H

#include "extension.h"

/* Numbers that a kernel can read. Release after use, also after the kernel has failed; not after a failed get. */
typedef struct pfpy_numbers {
    pf_buffer buffer; /* PF_INT64 or PF_DOUBLE; of pfpy_typed_get also PF_INT32, PF_FLOAT, PF_BYTES */
    Py_buffer view;   /* held while has_view: its owner cannot resize it */
    bool has_view;
    void *converted; /* owned: PyMem_Malloc; NULL where the kernel reads the object's own memory */
} pfpy_numbers;

/* Buffers of int64 or double are read in place. Buffers of other integers, of float32 and of bool, and lists, tuples and other
 * iterables of int and float are converted, which counts as copying (copies.h); one float among them makes all of them double.
 * 0, or -1 with TypeError (not numbers), OverflowError (an int beyond 64 bits), BufferError (not contiguous), MemoryError.
 * `what` is the kernel's name for messages. */
int pfpy_numbers_get(PyObject *values, const char *what, pfpy_numbers *numbers);

/* The same for kernels that know narrow types: buffers of int32, of float32 and of unsigned bytes (bytes, bytearray, bool) are
 * read in place, too. */
int pfpy_typed_get(PyObject *values, const char *what, pfpy_numbers *numbers);

/* Makes them PF_DOUBLE, or integers PF_INT64, where they are not; counts as copying. Ints beyond 2^53 are rounded as by float().
 * 0, or -1 with MemoryError; they have to be released either way. */
int pfpy_numbers_as(pfpy_numbers *numbers, const char *what, pf_type type);

void pfpy_numbers_release(pfpy_numbers *numbers);

#endif
