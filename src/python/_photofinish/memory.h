/* memory.h: memory for a call, and what is said where there is none: "kernels.sort: not enough memory for 80000000 bytes". */
#ifndef PF_PYTHON_MEMORY_H
#define PF_PYTHON_MEMORY_H

#include "extension.h"

/* NULL with MemoryError. `what` is the kernel's name; UINT64_MAX bytes stand for more than 64 bits can say. */
void *pfpy_no_memory(const char *what, uint64_t bytes);

/* Room for n elements of `size` bytes, or NULL with that MemoryError. PyMem_Free. */
void *pfpy_room(const char *what, uint64_t n, size_t size);

/* The object itself; where it is NULL because memory ran out, NULL with that MemoryError, since Python's own says nothing
 * (one with a text is somebody's who iterates, and stays). */
PyObject *pfpy_made(PyObject *object, const char *what, uint64_t bytes);

#endif
