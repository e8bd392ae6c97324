/* kernels_sort.c: sorted copies, order as indices, records by key, the k smallest and largest. */
#include "kernels.h"
#include "outputs.h"

static int kernel_of(const pfpy_numbers *numbers, int integers, int doubles)
{
    return numbers->buffer.type == PF_DOUBLE ? doubles : integers;
}

/* sort(values, algorithm, threads) */
static PyObject *sort(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want("sort", given, 3) < 0) {
        return NULL;
    }
    int algorithm = pfpy_one_of(arguments[1], "sort", "algorithm", "radix", "merge");
    if (algorithm < 0 || pfpy_numbers_get(arguments[0], "sort", &numbers) < 0) {
        return NULL;
    }
    pf_job job = {.integers[0] = algorithm, .inputs[0] = numbers.buffer};
    int kernel = kernel_of(&numbers, PF_KERNEL_sort_int64, PF_KERNEL_sort_double);
    Py_buffer view;
    PyObject *sorted = pfpy_array_open("sort", numbers.buffer.type, numbers.buffer.length, &view, &job.outputs[0]);
    if (sorted) {
        sorted = pfpy_array_close(sorted, &view, pfpy_run(module, "sort", kernel, arguments[2], &job));
    }
    pfpy_numbers_release(&numbers);
    return sorted;
}

/* sort_into(values, out, algorithm, threads) */
static PyObject *sort_into(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want("sort_into", given, 4) < 0) {
        return NULL;
    }
    int algorithm = pfpy_one_of(arguments[2], "sort_into", "algorithm", "radix", "merge");
    if (algorithm < 0 || pfpy_numbers_get(arguments[0], "sort_into", &numbers) < 0) {
        return NULL;
    }
    pf_job job = {.integers[0] = algorithm, .inputs[0] = numbers.buffer};
    int kernel = kernel_of(&numbers, PF_KERNEL_sort_int64, PF_KERNEL_sort_double);
    Py_buffer view;
    int ran = pfpy_out_open(arguments[1], "sort_into", numbers.buffer.type, &numbers.buffer, &view, &job.outputs[0]);
    if (ran == 0) {
        ran = pfpy_run(module, "sort_into", kernel, arguments[3], &job);
        PyBuffer_Release(&view);
    }
    pfpy_numbers_release(&numbers);
    return ran < 0 ? NULL : Py_NewRef(Py_None);
}

/* argsort(keys, threads) */
static PyObject *argsort(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers keys;
    if (pfpy_want("argsort", given, 2) < 0 || pfpy_numbers_get(arguments[0], "argsort", &keys) < 0) {
        return NULL;
    }
    pf_job job = {.inputs[0] = keys.buffer};
    int kernel = kernel_of(&keys, PF_KERNEL_argsort_int64, PF_KERNEL_argsort_double);
    Py_buffer view;
    PyObject *order = pfpy_array_open("argsort", PF_INT64, keys.buffer.length, &view, &job.outputs[0]);
    if (order) {
        order = pfpy_array_close(order, &view, pfpy_run(module, "argsort", kernel, arguments[1], &job));
    }
    pfpy_numbers_release(&keys);
    return order;
}

static int same_length(Py_ssize_t records, size_t keys)
{
    if ((size_t)records == keys) {
        return 0;
    }
    PyErr_Format(PyExc_ValueError, "kernels.sort_by_key: %zd records, but %zd keys", records, (Py_ssize_t)keys);
    return -1;
}

static PyObject *numbers_by_key(PyObject *module, PyObject *numbers, const pfpy_numbers *keys, PyObject *threads)
{
    pfpy_numbers records;
    if (pfpy_numbers_get(numbers, "sort_by_key", &records) < 0) {
        return NULL;
    }
    PyObject *sorted = NULL;
    pf_job job = {.inputs = {keys->buffer, records.buffer}};
    int kernel = kernel_of(keys, PF_KERNEL_sort_by_key_int64, PF_KERNEL_sort_by_key_double);
    Py_buffer view;
    if (same_length((Py_ssize_t)records.buffer.length, keys->buffer.length) == 0) {
        sorted = pfpy_array_open("sort_by_key", records.buffer.type, records.buffer.length, &view, &job.outputs[0]);
    }
    if (sorted) {
        sorted = pfpy_array_close(sorted, &view, pfpy_run(module, "sort_by_key", kernel, threads, &job));
    }
    pfpy_numbers_release(&records);
    return sorted;
}

/* A new list with the items of `records`, a list, in this order. */
static PyObject *pick(PyObject *records, const int64_t *order, size_t n)
{
    double start = pfpy_copy_start();
    PyObject *picked = pfpy_made(PyList_New((Py_ssize_t)n), "sort_by_key", n * sizeof(PyObject *));
    for (size_t i = 0; picked && i < n; i++) {
        PyObject *record = PyList_GetItem(records, (Py_ssize_t)order[i]);
        if (!record || PyList_SetItem(picked, (Py_ssize_t)i, Py_NewRef(record)) < 0) {
            Py_CLEAR(picked);
        }
    }
    pfpy_copied(start, (uint64_t)n * sizeof(PyObject *));
    return picked;
}

static PyObject *objects_by_key(PyObject *module, PyObject *objects, const pfpy_numbers *keys, PyObject *threads)
{
    PyObject *records = pfpy_made(PySequence_List(objects), "sort_by_key", UINT64_MAX); /* its own: nobody changes it while the GIL is released */
    if (!records || same_length(PyList_Size(records), keys->buffer.length) < 0) {
        Py_XDECREF(records);
        return NULL;
    }
    size_t n = keys->buffer.length;
    PyObject *sorted = NULL;
    int64_t *order = pfpy_room("sort_by_key", n, sizeof *order);
    if (order) {
        pf_job job = {.inputs[0] = keys->buffer, .outputs[0] = {order, n, PF_INT64}};
        int kernel = kernel_of(keys, PF_KERNEL_argsort_int64, PF_KERNEL_argsort_double);
        if (pfpy_run(module, "sort_by_key", kernel, threads, &job) == 0) {
            sorted = pick(records, order, n);
        }
        PyMem_Free(order);
    }
    Py_DECREF(records);
    return sorted;
}

/* sort_by_key(records, keys, threads) */
static PyObject *sort_by_key(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers keys;
    if (pfpy_want("sort_by_key", given, 3) < 0 || pfpy_numbers_get(arguments[1], "sort_by_key", &keys) < 0) {
        return NULL;
    }
    PyObject *records = arguments[0];
    PyObject *sorted = PyObject_CheckBuffer(records) ? numbers_by_key(module, records, &keys, arguments[2])
                                                     : objects_by_key(module, records, &keys, arguments[2]);
    pfpy_numbers_release(&keys);
    return sorted;
}

/* NAME(k, values, algorithm, threads) */
static PyObject *top(PyObject *module, const char *what, int integers, int doubles, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want(what, given, 4) < 0) {
        return NULL;
    }
    int algorithm = pfpy_one_of(arguments[2], what, "algorithm", "select", "heap");
    int overflow;
    long long k = PyLong_AsLongLongAndOverflow(arguments[0], &overflow);
    if (algorithm < 0 || (k == -1 && PyErr_Occurred()) || pfpy_numbers_get(arguments[1], what, &numbers) < 0) {
        return NULL;
    }
    pf_job job = {.integers = {k, algorithm}, .inputs[0] = numbers.buffer};
    PyObject *found = NULL;
    Py_buffer view;
    if (overflow || k < 0 || (uint64_t)k > numbers.buffer.length) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: k must be 0 to %zd, the number of values, not %R", what,
                     (Py_ssize_t)numbers.buffer.length, arguments[0]);
    } else {
        found = pfpy_array_open(what, numbers.buffer.type, (uint64_t)k, &view, &job.outputs[0]);
    }
    if (found) {
        found = pfpy_array_close(found, &view, pfpy_run(module, what, kernel_of(&numbers, integers, doubles), arguments[3], &job));
    }
    pfpy_numbers_release(&numbers);
    return found;
}

static PyObject *nsmallest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return top(module, "nsmallest", PF_KERNEL_nsmallest_int64, PF_KERNEL_nsmallest_double, arguments, given);
}

static PyObject *nlargest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return top(module, "nlargest", PF_KERNEL_nlargest_int64, PF_KERNEL_nlargest_double, arguments, given);
}

PyMethodDef pfpy_sort_methods[] = {
    {"sort", PFPY_FAST(sort), METH_FASTCALL, "sort(values, algorithm, threads)"},
    {"sort_into", PFPY_FAST(sort_into), METH_FASTCALL, "sort_into(values, out, algorithm, threads)"},
    {"argsort", PFPY_FAST(argsort), METH_FASTCALL, "argsort(keys, threads)"},
    {"sort_by_key", PFPY_FAST(sort_by_key), METH_FASTCALL, "sort_by_key(records, keys, threads)"},
    {"nsmallest", PFPY_FAST(nsmallest), METH_FASTCALL, "nsmallest(k, values, algorithm, threads)"},
    {"nlargest", PFPY_FAST(nlargest), METH_FASTCALL, "nlargest(k, values, algorithm, threads)"},
    {NULL, NULL, 0, NULL},
};
