/* kernels_primes.c: primes by trial division. */
#include "kernels.h"

/* count_primes(start, stop, threads) */
static PyObject *count_primes(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {0};
    if (pfpy_want("count_primes", given, 3) < 0) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        job.integers[i] = PyLong_AsLongLong(arguments[i]);
        if (job.integers[i] == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (job.integers[1] > PF_PRIMES_LIMIT) {
        PyErr_SetString(PyExc_ValueError, "kernels.count_primes: stop must be at most 2**62");
        return NULL;
    }
    if (pfpy_run(module, "count_primes", PF_KERNEL_count_primes, arguments[2], &job) < 0) {
        return NULL;
    }
    return PyLong_FromLongLong(job.integers[0]);
}

PyMethodDef pfpy_primes_methods[] = {
    {"count_primes", PFPY_FAST(count_primes), METH_FASTCALL, "count_primes(start, stop, threads)"},
    {NULL, NULL, 0, NULL},
};
