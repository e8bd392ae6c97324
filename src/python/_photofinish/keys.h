/* keys.h: Python numbers or strings as the keys of a job. */
#ifndef PF_PYTHON_KEYS_H
#define PF_PYTHON_KEYS_H

#include "buffers.h"
#include "pieces.h"

typedef struct pfpy_keys {
    pf_buffer buffer; /* PF_INT64, PF_DOUBLE or PF_SLICES */
    bool text;        /* which of the two below is held */
    pfpy_numbers numbers;
    pfpy_pieces pieces;
} pfpy_keys;

/* A buffer or an iterable of numbers (pfpy_numbers_get), an iterable of str or one of bytes (pfpy_slices_get), or a str: its
 * characters. 0, or -1 with their exceptions. Release after use; not after a failed get. */
int pfpy_keys_get(PyObject *values, const char *what, pfpy_keys *keys);
void pfpy_keys_release(pfpy_keys *keys);

/* Makes two sets of keys comparable: ints among floats become floats; no keys are of any type. 0, or -1 with TypeError (numbers and
 * text, str and bytes), OverflowError (an int that is no float exactly), MemoryError. They have to be released either way. */
int pfpy_keys_match(pfpy_keys *left, pfpy_keys *right, const char *what);

/* Key i as a Python object: a new reference, or NULL. */
PyObject *pfpy_key_object(const pfpy_keys *keys, size_t i);

#endif
