/* items.h: Python ints and floats, one by one. Messages name the kernel, `what`, and the item's index. */
#ifndef PF_PYTHON_ITEMS_H
#define PF_PYTHON_ITEMS_H

#include "extension.h"

/* Items [0, n) of a list or tuple, ints (or whatever has __index__), up to the first float: returns its index, or n; SIZE_MAX with
 * TypeError (not a number), OverflowError (an int beyond 64 bits), IndexError (an __index__ shortened the list). */
size_t pfpy_take_integers(const char *what, PyObject *items, size_t n, int64_t *to);
/* Items [first, n), floats and ints. 0, or -1 with the same. */
int pfpy_take_reals(const char *what, PyObject *items, size_t first, size_t n, double *to);

/* One item, number `i` of an iterable: an int, or a float, as `real` then says. 0, or -1 with TypeError or OverflowError. */
int pfpy_number_from(PyObject *item, const char *what, size_t i, bool *real, int64_t *integer, double *value);

#endif
