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

/* is_prime(n, threads) */
static PyObject *is_prime(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {0};
    if (pfpy_want("is_prime", given, 2) < 0) {
        return NULL;
    }
    job.integers[0] = PyLong_AsLongLong(arguments[0]);
    if (job.integers[0] == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (job.integers[0] > PF_PRIMES_LIMIT) {
        PyErr_SetString(PyExc_ValueError, "kernels.is_prime: the number must be at most 2**62");
        return NULL;
    }
    if (pfpy_run(module, "is_prime", PF_KERNEL_is_prime, arguments[1], &job) < 0) {
        return NULL;
    }
    return PyBool_FromLong((long)job.integers[0]);
}

/* are_prime(values, threads) */
static PyObject *are_prime(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want("are_prime", given, 2) < 0 || pfpy_numbers_get(arguments[0], "are_prime", &numbers) < 0 ||
        pfpy_want_integers("are_prime", &numbers) < 0) {
        return NULL;
    }
    PyObject *prime = pfpy_made(PyBytes_FromStringAndSize(NULL, (Py_ssize_t)numbers.buffer.length), "are_prime", numbers.buffer.length);
    if (prime) {
        pf_job job = {
            .inputs[0] = numbers.buffer,
            .outputs[0] = {PyBytes_AsString(prime), numbers.buffer.length, PF_BYTES},
        };
        if (pfpy_run(module, "are_prime", PF_KERNEL_is_prime_int64, arguments[1], &job) < 0) {
            Py_CLEAR(prime);
        }
    }
    pfpy_numbers_release(&numbers);
    return prime;
}

PyMethodDef pfpy_primes_methods[] = {
    {"are_prime", PFPY_FAST(are_prime), METH_FASTCALL, "are_prime(values, threads) -> bytes"},
    {"count_primes", PFPY_FAST(count_primes), METH_FASTCALL, "count_primes(start, stop, threads)"},
    {"is_prime", PFPY_FAST(is_prime), METH_FASTCALL, "is_prime(n, threads)"},
    {NULL, NULL, 0, NULL},
};
