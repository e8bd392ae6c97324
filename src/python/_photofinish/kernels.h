/* kernels.h: what the files with the kernels that Python sees share. Each file kernels_DOMAIN.c holds one domain's functions and ends
 * with their list; module.c adds the lists to the module, photofinish/kernels/DOMAIN.py gives them their documented form.
 *
 * Every function takes `threads` as its last argument, an int or None for all cores.
 */
#ifndef PF_PYTHON_KERNELS_H
#define PF_PYTHON_KERNELS_H

#include "arrays.h"
#include "buffers.h"
#include "call.h"
#include "copies.h"
#include "memory.h"
#include "kernels/table.h"

/* Methods by domain, each ended by an empty entry. */
extern PyMethodDef pfpy_arrays_methods[];
extern PyMethodDef pfpy_containers_methods[];
extern PyMethodDef pfpy_deque_methods[];
extern PyMethodDef pfpy_format_methods[];
extern PyMethodDef pfpy_iteration_methods[];
extern PyMethodDef pfpy_lines_methods[];
extern PyMethodDef pfpy_lookup_methods[];
extern PyMethodDef pfpy_primes_methods[];
extern PyMethodDef pfpy_reduce_methods[];
extern PyMethodDef pfpy_rows_methods[];
extern PyMethodDef pfpy_sort_methods[];
extern PyMethodDef pfpy_stream_methods[];
extern PyMethodDef pfpy_text_methods[];
extern PyMethodDef pfpy_threads_methods[];

/* kernels_deque.c: the type Deque. */
extern PyType_Spec pfpy_deque_spec;

/* 0, or -1 with TypeError where `given` arguments are not `wanted`. */
static inline int pfpy_want(const char *what, Py_ssize_t given, Py_ssize_t wanted)
{
    if (given == wanted) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "%s() takes %zd positional arguments, %zd given", what, wanted, given);
    return -1;
}

/* An int of 0 or more; what is beyond 64 bits is INT64_MAX. -1 with TypeError or ValueError. */
int64_t pfpy_natural(const char *what, const char *name, PyObject *number);

/* 0 where the numbers are ints; -1 with TypeError where they are floats, and then they are released. */
static inline int pfpy_want_integers(const char *what, pfpy_numbers *numbers)
{
    if (numbers->buffer.type == PF_INT64) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "kernels.%s: expected ints, not floats", what);
    pfpy_numbers_release(numbers);
    return -1;
}

#endif
