/* differences.h: what two blocks of memory differ in, byte by byte; pure functions, any address, any length.
 *
 * Three blocks of equal length: `mine`, a copy of memory that others write as well; `twin`, what copy and memory were when they agreed last;
 * `theirs`, the memory as it is now. What differs between mine and twin has been written here, what differs between theirs and twin by others.
 */
#ifndef PF_PYTHON_DIFFERENCES_H
#define PF_PYTHON_DIFFERENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many bytes at most are looked at for the end of a change that is not whole. */
#define PFPY_CHANGE_WINDOW 512

/* Bytes begin to end - 1; the first and the last of them differ. whole: so do all between; if not, they are PFPY_CHANGE_WINDOW at most. */
typedef struct pfpy_change {
    size_t begin, end;
    bool whole;
} pfpy_change;

/* The first change of n bytes from `from` on; false: there is none. Goes through equal bytes at the speed of memory. */
bool pfpy_next_change(const uint8_t *mine, const uint8_t *twin, size_t from, size_t n, pfpy_change *change);

/* Takes what others have written into mine and twin. A byte that was written here as well keeps its value in mine: it is still to be told. */
void pfpy_take_changes(uint8_t *mine, uint8_t *twin, const uint8_t *theirs, size_t n);

#endif
