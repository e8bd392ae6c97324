/* widen.h: numbers of any size as numbers of 64 bits. Nothing here needs to be aligned, or the GIL. */
#ifndef PF_PYTHON_WIDEN_H
#define PF_PYTHON_WIDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* n integers of 1, 2, 4 or 8 bytes. Returns n, or the index of the first element that does not fit int64. */
size_t pfpy_widen_integers(int64_t *to, const char *from, size_t n, bool with_sign, size_t size);
/* n floats (4 bytes) or doubles (8). */
void pfpy_widen_reals(double *to, const char *from, size_t n, size_t size);
/* The first n of `room`, int64 that become double, in place; rounded to the nearest beyond 2^53. */
void pfpy_integers_to_reals(void *room, size_t n);

#endif
