/* kernels_arrays.c: arrays of doubles to arrays of doubles: sqrt, axpy, matrix product. */
#include "kernels.h"
#include "outputs.h"

static int doubles_get(PyObject *values, const char *what, pfpy_numbers *numbers)
{
    if (pfpy_numbers_get(values, what, numbers) < 0) {
        return -1;
    }
    if (pfpy_numbers_as(numbers, what, PF_DOUBLE) < 0) {
        pfpy_numbers_release(numbers);
        return -1;
    }
    return 0;
}

/* Where the result goes: the caller's `out`, or for None a new array.array('d'). A new reference; close() ends the writing. */
static PyObject *open_result(PyObject *out, const char *what, size_t length, Py_buffer *view, pf_buffer *buffer)
{
    if (out == Py_None) {
        return pfpy_array_open(what, PF_DOUBLE, length, view, buffer);
    }
    return pfpy_out_take(out, what, PF_DOUBLE, length, view, buffer) < 0 ? NULL : Py_NewRef(out);
}

/* The very same memory is fine for results that are made element by element; memory that is shifted against it is not. */
static int refuse_overlap(const char *what, const pf_buffer *input, const pf_buffer *output, bool same_allowed)
{
    if (!pfpy_overlap(input, output) || (same_allowed && input->data == output->data)) {
        return 0;
    }
    PyErr_Format(PyExc_ValueError, "kernels.%s: out must not overlap the memory that is read%s", what,
                 same_allowed ? ", unless it is the same" : "");
    return -1;
}

/* ------------------------------------------------------------------------------------------------ sqrt */

/* Where the roots replaced the values, the negative one is gone; only its index is known. */
static int refuse_negative(const pf_job *job)
{
    const pf_buffer *values = &job->inputs[0];
    size_t at = (size_t)job->integers[0];
    if (at == values->length) {
        return 0;
    }
    PyObject *value = values->data == job->outputs[0].data ? PyUnicode_FromString("a negative one")
                                                           : PyFloat_FromDouble(((const double *)values->data)[at]);
    if (value) {
        PyErr_Format(PyExc_ValueError, "kernels.sqrt: expected a nonnegative input, got %S at index %zd", value, (Py_ssize_t)at);
        Py_DECREF(value);
    }
    return -1;
}

/* sqrt(values, out, threads) */
static PyObject *square_roots(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers values;
    if (pfpy_want("sqrt", given, 3) < 0 || doubles_get(arguments[0], "sqrt", &values) < 0) {
        return NULL;
    }
    pf_job job = {.inputs[0] = values.buffer};
    Py_buffer view;
    PyObject *roots = open_result(arguments[1], "sqrt", values.buffer.length, &view, &job.outputs[0]);
    if (roots) {
        int ran = refuse_overlap("sqrt", &values.buffer, &job.outputs[0], true);
        ran = ran < 0 ? ran : pfpy_run(module, "sqrt", PF_KERNEL_sqrt_double, arguments[2], &job);
        ran = ran < 0 ? ran : refuse_negative(&job);
        roots = pfpy_array_close(roots, &view, ran);
    }
    pfpy_numbers_release(&values);
    return roots;
}

/* ------------------------------------------------------------------------------------------------ two inputs */

static int pair_get(PyObject *const *arguments, const char *what, pfpy_numbers *left, pfpy_numbers *right)
{
    if (doubles_get(arguments[0], what, left) < 0) {
        return -1;
    }
    if (doubles_get(arguments[1], what, right) < 0) {
        pfpy_numbers_release(left);
        return -1;
    }
    return 0;
}

static PyObject *run_pair(PyObject *module, const char *what, int kernel, PyObject *out, PyObject *threads, size_t length,
                          bool same_allowed, pf_job *job)
{
    Py_buffer view;
    PyObject *result = open_result(out, what, length, &view, &job->outputs[0]);
    if (!result) {
        return NULL;
    }
    int ran = refuse_overlap(what, &job->inputs[0], &job->outputs[0], same_allowed);
    ran = ran < 0 ? ran : refuse_overlap(what, &job->inputs[1], &job->outputs[0], same_allowed);
    ran = ran < 0 ? ran : pfpy_run(module, what, kernel, threads, job);
    return pfpy_array_close(result, &view, ran);
}

/* axpy(a, x, y, out, threads) */
static PyObject *axpy(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers x, y;
    if (pfpy_want("axpy", given, 5) < 0) {
        return NULL;
    }
    double a = PyFloat_AsDouble(arguments[0]);
    if ((a == -1.0 && PyErr_Occurred()) || pair_get(arguments + 1, "axpy", &x, &y) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (x.buffer.length != y.buffer.length) {
        PyErr_Format(PyExc_ValueError, "kernels.axpy: expected as many numbers in x as in y, got %zd and %zd",
                     (Py_ssize_t)x.buffer.length, (Py_ssize_t)y.buffer.length);
    } else {
        pf_job job = {.reals[0] = a, .inputs = {x.buffer, y.buffer}};
        result = run_pair(module, "axpy", PF_KERNEL_axpy_double, arguments[3], arguments[4], x.buffer.length, true, &job);
    }
    pfpy_numbers_release(&x);
    pfpy_numbers_release(&y);
    return result;
}

/* Whether `numbers` is a matrix of so many rows and columns, without a product that could overflow. */
static int want_matrix(const char *name, const pf_buffer *numbers, int64_t rows, int64_t columns)
{
    uint64_t n = numbers->length;
    if (columns == 0 ? n == 0 : n / (uint64_t)columns == (uint64_t)rows && n % (uint64_t)columns == 0) {
        return 0;
    }
    PyErr_Format(PyExc_ValueError, "kernels.matmul: expected %lld x %lld numbers on the %s, got %zd", (long long)rows,
                 (long long)columns, name, (Py_ssize_t)n);
    return -1;
}

static int sizes_from(PyObject *const *arguments, int64_t *sizes)
{
    for (int i = 0; i < 3; i++) {
        sizes[i] = PyLong_AsLongLong(arguments[i]);
        if (sizes[i] == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (sizes[i] < 0) {
            PyErr_SetString(PyExc_ValueError, "kernels.matmul: rows, inner and columns must be 0 or more");
            return -1;
        }
    }
    if (sizes[2] > 0 && sizes[0] > PY_SSIZE_T_MAX / 8 / sizes[2]) {
        pfpy_no_memory("matmul", UINT64_MAX);
        return -1;
    }
    return 0;
}

/* matmul(left, right, rows, inner, columns, out, threads) */
static PyObject *matmul(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers left, right;
    pf_job job = {.integers = {0}};
    if (pfpy_want("matmul", given, 7) < 0 || sizes_from(arguments + 2, job.integers) < 0 ||
        pair_get(arguments, "matmul", &left, &right) < 0) {
        return NULL;
    }
    PyObject *product = NULL;
    if (want_matrix("left", &left.buffer, job.integers[0], job.integers[1]) == 0 &&
        want_matrix("right", &right.buffer, job.integers[1], job.integers[2]) == 0) {
        job.inputs[0] = left.buffer;
        job.inputs[1] = right.buffer;
        size_t length = (size_t)job.integers[0] * (size_t)job.integers[2];
        product = run_pair(module, "matmul", PF_KERNEL_matmul_double, arguments[5], arguments[6], length, false, &job);
    }
    pfpy_numbers_release(&left);
    pfpy_numbers_release(&right);
    return product;
}

PyMethodDef pfpy_arrays_methods[] = {
    {"sqrt", PFPY_FAST(square_roots), METH_FASTCALL, "sqrt(values, out, threads)"},
    {"axpy", PFPY_FAST(axpy), METH_FASTCALL, "axpy(a, x, y, out, threads)"},
    {"matmul", PFPY_FAST(matmul), METH_FASTCALL, "matmul(left, right, rows, inner, columns, out, threads)"},
    {NULL, NULL, 0, NULL},
};
