/* kernels.c: the kernels that Python sees: reductions, prime count, join. Each takes `threads` as its last argument, an int or
 * None for all cores; photofinish/kernels.py gives them their documented form.
 *
 * A new kernel adds its number to pfpy_kernel_numbers, a function and a line at the end of this file.
 */
#include "buffers.h"
#include "call.h"
#include "copies.h"
#include "pieces.h"

static int want_arguments(const char *what, Py_ssize_t given, Py_ssize_t wanted)
{
    if (given == wanted) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "%s() takes %zd positional arguments, %zd given", what, wanted, given);
    return -1;
}

/* ------------------------------------------------------------------------------------------------ reductions */

static PyObject *reduce(PyObject *module, const char *what, int integer_kernel, int real_kernel, PyObject *const *arguments,
                        Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (want_arguments(what, given, 2) < 0 || pfpy_numbers_get(arguments[0], what, &numbers) < 0) {
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
    const pfpy_kernel_numbers *kernels = &pfpy_state_of(module)->kernels;
    return reduce(module, "sum", kernels->sum_int64, kernels->sum_double, arguments, given);
}

static PyObject *smallest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    const pfpy_kernel_numbers *kernels = &pfpy_state_of(module)->kernels;
    return reduce(module, "min", kernels->min_int64, kernels->min_double, arguments, given);
}

static PyObject *largest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    const pfpy_kernel_numbers *kernels = &pfpy_state_of(module)->kernels;
    return reduce(module, "max", kernels->max_int64, kernels->max_double, arguments, given);
}

/* ------------------------------------------------------------------------------------------------ primes */

/* count_primes(start, stop, threads) */
static PyObject *count_primes(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {0};
    if (want_arguments("count_primes", given, 3) < 0) {
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
    if (pfpy_run(module, "count_primes", pfpy_state_of(module)->kernels.count_primes, arguments[2], &job) < 0) {
        return NULL;
    }
    return PyLong_FromLongLong(job.integers[0]);
}

/* ------------------------------------------------------------------------------------------------ join */

static int join_length(const pfpy_pieces *pieces, size_t *length)
{
    pf_status status = pf_concat_length(pieces->slices, pieces->count, pieces->separator.length, length);
    if (status != PF_OK || *length > PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "kernels.join: the joined text is too long for a Python string");
        return -1;
    }
    return 0;
}

static int join_into(PyObject *module, const pfpy_pieces *pieces, PyObject *threads, char *joined, size_t length)
{
    pf_job job = {
        .inputs[0] = {pieces->slices, pieces->count, PF_SLICES},
        .inputs[1] = {(void *)pieces->separator.data, pieces->separator.length, PF_BYTES},
        .outputs[0] = {joined, length, PF_BYTES},
    };
    return pfpy_run(module, "join", pfpy_state_of(module)->kernels.concat, threads, &job);
}

static PyObject *join_bytes(PyObject *module, const pfpy_pieces *pieces, PyObject *threads, size_t length)
{
    PyObject *joined = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (joined && join_into(module, pieces, threads, PyBytes_AsString(joined), length) < 0) {
        Py_CLEAR(joined);
    }
    return joined;
}

/* The limited API cannot make a str to be filled in place: the UTF-8 is joined first and decoded once more, which counts as
 * copying. */
static PyObject *join_text(PyObject *module, const pfpy_pieces *pieces, PyObject *threads, size_t length)
{
    char *joined = PyMem_Malloc(length > 0 ? length : 1);
    if (!joined) {
        return PyErr_NoMemory();
    }
    PyObject *text = NULL;
    if (join_into(module, pieces, threads, joined, length) == 0) {
        double start = pfpy_copy_start();
        text = PyUnicode_FromStringAndSize(joined, (Py_ssize_t)length);
        pfpy_copied(start, length);
    }
    PyMem_Free(joined);
    return text;
}

/* join(pieces, separator, threads) */
static PyObject *join(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_pieces pieces;
    size_t length;
    if (want_arguments("join", given, 3) < 0 || pfpy_pieces_get(arguments[0], arguments[1], &pieces) < 0) {
        return NULL;
    }
    PyObject *joined = NULL;
    if (join_length(&pieces, &length) == 0) {
        joined = pieces.text ? join_text(module, &pieces, arguments[2], length) : join_bytes(module, &pieces, arguments[2], length);
    }
    pfpy_pieces_release(&pieces);
    return joined;
}

/* ------------------------------------------------------------------------------------------------ the list */

static int find(const char *name, int *number)
{
    *number = pf_kernel_find(name);
    if (*number < 0) {
        PyErr_Format(PyExc_ImportError, "_photofinish is linked without the kernel '%s'", name);
        return -1;
    }
    return 0;
}

int pfpy_kernel_numbers_find(pfpy_kernel_numbers *numbers)
{
    if (find("concat", &numbers->concat) < 0 || find("count_primes", &numbers->count_primes) < 0 ||
        find("max_double", &numbers->max_double) < 0 || find("max_int64", &numbers->max_int64) < 0 ||
        find("min_double", &numbers->min_double) < 0 || find("min_int64", &numbers->min_int64) < 0 ||
        find("sum_double", &numbers->sum_double) < 0 || find("sum_int64", &numbers->sum_int64) < 0) {
        return -1;
    }
    return 0;
}

#define FAST(NAME) ((PyCFunction)(void (*)(void))(NAME))

PyMethodDef pfpy_kernel_methods[] = {
    {"sum", FAST(sum), METH_FASTCALL, "sum(values, threads)"},
    {"min", FAST(smallest), METH_FASTCALL, "min(values, threads)"},
    {"max", FAST(largest), METH_FASTCALL, "max(values, threads)"},
    {"count_primes", FAST(count_primes), METH_FASTCALL, "count_primes(start, stop, threads)"},
    {"join", FAST(join), METH_FASTCALL, "join(pieces, separator, threads)"},
    {NULL, NULL, 0, NULL},
};
