/* kernels_rows.c: combinations, permutations and products, in arrays or folded to a count. */
#include "kernels.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ pools */

/* Pools laid end to end. Release after use; not after a failed get. */
typedef struct pools {
    pf_buffer values;
    int64_t *lengths;     /* owned: PyMem_Malloc */
    size_t count;
    int64_t *joined;      /* owned; NULL where there is one pool, read in place */
    pfpy_numbers *single; /* owned; held where there is one pool */
} pools;

static void release_pools(pools *pools)
{
    if (pools->single) {
        pfpy_numbers_release(pools->single);
    }
    PyMem_Free(pools->single);
    PyMem_Free(pools->joined);
    PyMem_Free(pools->lengths);
}

/* One pool behind those already joined. */
static int append_pool(pools *pools, const pf_buffer *values, size_t at)
{
    double start = pfpy_copy_start();
    size_t n = pools->values.length;
    uint64_t bytes = ((uint64_t)n + values->length) * sizeof(int64_t); /* of arrays that exist: far below 2^64 */
    int64_t *joined = bytes <= PY_SSIZE_T_MAX ? PyMem_Realloc(pools->joined, bytes > 0 ? (size_t)bytes : 1) : NULL;
    if (!joined) {
        pfpy_no_memory("product", bytes);
        return -1;
    }
    if (values->length > 0) {
        memcpy(joined + n, values->data, values->length * sizeof *joined);
    }
    pools->joined = joined;
    pools->lengths[at] = (int64_t)values->length;
    pools->values = (pf_buffer){joined, n + values->length, PF_INT64};
    pfpy_copied(start, (uint64_t)values->length * sizeof *joined);
    return 0;
}

static int get_pools(PyObject *tuple, const char *what, pools *pools)
{
    Py_ssize_t count = PyTuple_Size(tuple);
    if (count < 0) {
        return -1;
    }
    *pools = (struct pools){.values = {NULL, 0, PF_INT64}, .count = (size_t)count};
    pools->lengths = PyMem_Calloc(count > 0 ? (size_t)count : 1, sizeof *pools->lengths);
    pfpy_numbers *numbers = PyMem_Calloc(1, sizeof *numbers);
    int got = pools->lengths && numbers ? 0 : -1;
    if (got < 0) {
        pfpy_no_memory(what, (uint64_t)count * sizeof *pools->lengths);
    }
    for (Py_ssize_t i = 0; got == 0 && i < count; i++) {
        got = pfpy_numbers_get(PyTuple_GetItem(tuple, i), what, numbers) < 0 || pfpy_want_integers(what, numbers) < 0 ? -1 : 0;
        if (got == 0 && count == 1) {
            pools->single = numbers;
            pools->values = numbers->buffer;
            pools->lengths[0] = (int64_t)numbers->buffer.length;
        } else if (got == 0) {
            got = append_pool(pools, &numbers->buffer, (size_t)i);
            pfpy_numbers_release(numbers);
        }
    }
    if (!pools->single) {
        PyMem_Free(numbers);
    }
    if (got < 0) {
        release_pools(pools);
    }
    return got;
}

/* ------------------------------------------------------------------------------------------------ rows */

typedef enum form { COMBINATIONS, PERMUTATIONS, PRODUCT } form;

/* How many rows of how many values; -1 with an exception where those are too many. r as in the job. */
static int count_rows(const char *what, form form, const pools *pools, int64_t r, int64_t *count, uint64_t *width)
{
    pf_status status = PF_OK;
    *width = (uint64_t)r;
    *count = 0;
    if (form == PRODUCT) {
        if (__builtin_mul_overflow((uint64_t)r, (uint64_t)pools->count, width) || *width > SIZE_MAX / 8) {
            *width = SIZE_MAX / 8; /* too wide, as the kernel will say */
            status = pools->count > 1 ? PF_OVERFLOW : PF_BAD_ARGUMENT;
        } else {
            status = pf_count_product(pools->lengths, pools->count, (size_t)r, count);
        }
    } else if ((uint64_t)r <= pools->values.length) {
        status = form == COMBINATIONS ? pf_count_combinations(pools->values.length, (size_t)r, count)
                                      : pf_count_permutations(pools->values.length, (size_t)r, count);
    }
    if (status == PF_OVERFLOW) {
        PyErr_Format(PyExc_OverflowError, "kernels.%s: there are more than 2**63 - 1 rows", what);
    } else if (status != PF_OK) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: a row must have at most %d values", what, PF_ROW_LIMIT);
    }
    return status == PF_OK ? 0 : -1;
}

static pf_job job_of(const pools *pools, form form, int64_t r)
{
    pf_job job = {.integers[0] = r, .inputs[0] = pools->values};
    if (form == PRODUCT) {
        job.inputs[1] = (pf_buffer){pools->lengths, pools->count, PF_INT64};
    }
    return job;
}

static PyObject *write_rows(PyObject *module, const char *what, form form, int kernel, const pools *pools, PyObject *const *rest)
{
    int64_t count;
    uint64_t width, cells;
    int64_t r = rest[0] == Py_None ? (int64_t)pools->values.length : pfpy_natural(what, form == PRODUCT ? "repeat" : "r", rest[0]);
    int64_t start = r < 0 ? -1 : pfpy_natural(what, "start", rest[1]);
    int64_t stop = start < 0 ? -1 : rest[2] == Py_None ? INT64_MAX : pfpy_natural(what, "stop", rest[2]);
    if (stop < 0 || count_rows(what, form, pools, r, &count, &width) < 0) {
        return NULL;
    }
    stop = stop < count ? stop : count;
    int64_t wanted = start < stop ? stop - start : 0;
    if (__builtin_mul_overflow((uint64_t)wanted, width, &cells)) {
        return pfpy_no_memory(what, UINT64_MAX);
    }
    pf_job job = job_of(pools, form, r);
    job.integers[1] = wanted > 0 ? start : 0;
    job.integers[2] = wanted;
    Py_buffer view;
    PyObject *rows = pfpy_array_open(what, PF_INT64, cells, &view, &job.outputs[0]);
    /* No rows: nothing to run, and r may be beyond what a job can say. */
    return rows ? pfpy_array_close(rows, &view, cells > 0 ? pfpy_run(module, what, kernel, rest[3], &job) : 0) : NULL;
}

static PyObject *count_sums(PyObject *module, const char *what, form form, int kernel, const pools *pools, PyObject *const *rest)
{
    int64_t count;
    uint64_t width;
    int64_t r = rest[0] == Py_None ? (int64_t)pools->values.length : pfpy_natural(what, form == PRODUCT ? "repeat" : "r", rest[0]);
    if (r < 0) {
        return NULL;
    }
    int overflow;
    int64_t total = PyLong_AsLongLongAndOverflow(rest[1], &overflow);
    if ((total == -1 && PyErr_Occurred()) || count_rows(what, form, pools, r, &count, &width) < 0) {
        return NULL;
    }
    if (count == 0) {
        return PyLong_FromLong(0);
    }
    pf_job job = job_of(pools, form, r);
    job.integers[1] = total;
    if (pfpy_run(module, what, kernel, rest[2], &job) < 0) {
        return NULL;
    }
    return PyLong_FromLongLong(overflow ? 0 : job.integers[0]); /* sums are int64, as the kernel has checked */
}

typedef PyObject *(*rows_function)(PyObject *, const char *, form, int, const pools *, PyObject *const *);

/* (values or pools, r or repeat, ..., threads); `function` gets what follows the values. */
static PyObject *with_pools(PyObject *module, const char *what, form form, int kernel, rows_function function,
                            PyObject *const *arguments, Py_ssize_t given, Py_ssize_t wanted)
{
    pools pools;
    if (pfpy_want(what, given, wanted) < 0) {
        return NULL;
    }
    PyObject *tuple = form == PRODUCT ? Py_NewRef(arguments[0]) : PyTuple_Pack(1, arguments[0]);
    int got = tuple ? get_pools(tuple, what, &pools) : -1;
    PyObject *result = NULL;
    if (got == 0) {
        result = function(module, what, form, kernel, &pools, arguments + 1);
        release_pools(&pools);
    }
    Py_XDECREF(tuple);
    return result;
}

#define ROWS(NAME, FORM)                                                                                                       \
    static PyObject *NAME(PyObject *module, PyObject *const *arguments, Py_ssize_t given)                                      \
    {                                                                                                                          \
        return with_pools(module, #NAME, FORM, PF_KERNEL_##NAME, write_rows, arguments, given, 5);                             \
    }                                                                                                                          \
    static PyObject *count_##NAME##_with_sum(PyObject *module, PyObject *const *arguments, Py_ssize_t given)                   \
    {                                                                                                                          \
        return with_pools(module, "count_" #NAME "_with_sum", FORM, PF_KERNEL_##NAME##_with_sum, count_sums, arguments, given, \
                          4);                                                                                                  \
    }
ROWS(combinations, COMBINATIONS)
ROWS(permutations, PERMUTATIONS)
ROWS(product, PRODUCT)
#undef ROWS

PyMethodDef pfpy_rows_methods[] = {
    {"combinations", PFPY_FAST(combinations), METH_FASTCALL, "combinations(values, r, start, stop, threads)"},
    {"count_combinations_with_sum", PFPY_FAST(count_combinations_with_sum), METH_FASTCALL,
     "count_combinations_with_sum(values, r, total, threads)"},
    {"count_permutations_with_sum", PFPY_FAST(count_permutations_with_sum), METH_FASTCALL,
     "count_permutations_with_sum(values, r, total, threads)"},
    {"count_product_with_sum", PFPY_FAST(count_product_with_sum), METH_FASTCALL,
     "count_product_with_sum(tuple of pools, repeat, total, threads)"},
    {"permutations", PFPY_FAST(permutations), METH_FASTCALL, "permutations(values, r, start, stop, threads)"},
    {"product", PFPY_FAST(product), METH_FASTCALL, "product(tuple of pools, repeat, start, stop, threads)"},
    {NULL, NULL, 0, NULL},
};
