/* pieces.h: Python strings as the slices of a job. */
#ifndef PF_PYTHON_PIECES_H
#define PF_PYTHON_PIECES_H

#include "extension.h"

/* Pieces of text to join. Holds references to the pieces, so that they stay while the GIL is released. */
typedef struct pfpy_pieces {
    PyObject *items;   /* owned: a tuple */
    pf_slice *slices;  /* owned: PyMem_Malloc; point into the items */
    size_t count;
    pf_slice separator; /* points into the object that the caller passed and holds */
    bool text;          /* str, joined as UTF-8; else bytes */
} pfpy_pieces;

/* `pieces`: an iterable of str or one of bytes; `separator`: of the same type (an empty str suits both). 0, or -1 with TypeError
 * that names the index, UnicodeEncodeError (a lone surrogate has no UTF-8), MemoryError. */
int pfpy_pieces_get(PyObject *pieces, PyObject *separator, pfpy_pieces *found);
/* The same without a separator, for another kernel than join: `what` is its name for messages. */
int pfpy_slices_get(PyObject *pieces, const char *what, pfpy_pieces *found);
void pfpy_pieces_release(pfpy_pieces *pieces);

#endif
