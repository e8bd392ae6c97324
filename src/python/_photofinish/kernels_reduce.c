/* kernels_reduce.c: one number of many: sum, min, max. */
#include "kernels.h"

static PyObject *reduce(PyObject *module, const char *what, int integer_kernel, int real_kernel, PyObject *const *arguments,
                        Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want(what, given, 2) < 0 || pfpy_numbers_get(arguments[0], what, &numbers) < 0) {
        return NULL;
    }
    bool real = numbers.buffer.type == PF_DOUBLE;
    pf_job job = {.inputs[0] = numbers.buffer};
    int ran = pfpy_run(module, what, real ? real_kernel : integer_kernel, arguments[1], &job);
    pfpy_numbers_release(&numbers);
    if (ran < 0) {
        return NULL;
    }
    return real ? PyFloat_FromDouble(job.reals[0]) : PyLong_FromLongLong(job.integers[0]);
}

static PyObject *sum(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, "sum", PF_KERNEL_sum_int64, PF_KERNEL_sum_double, arguments, given);
}

static PyObject *smallest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, "min", PF_KERNEL_min_int64, PF_KERNEL_min_double, arguments, given);
}

static PyObject *largest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, "max", PF_KERNEL_max_int64, PF_KERNEL_max_double, arguments, given);
}

PyMethodDef pfpy_reduce_methods[] = {
    {"sum", PFPY_FAST(sum), METH_FASTCALL, "sum(values, threads)"},
    {"min", PFPY_FAST(smallest), METH_FASTCALL, "min(values, threads)"},
    {"max", PFPY_FAST(largest), METH_FASTCALL, "max(values, threads)"},
    {NULL, NULL, 0, NULL},
};
