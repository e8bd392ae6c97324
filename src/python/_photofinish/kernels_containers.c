/* kernels_containers.c: counts, groups, membership, lookup, scripts for a deque. */
#include "kernels.h"
#include "keys.h"
#include "outputs.h"

/* Room for outputs of n elements of 8 bytes, twice; the kernel says how many it wrote. NULL with MemoryError; PyMem_Free. */
static void *room(size_t n)
{
    void *made = n < PY_SSIZE_T_MAX / 16 ? PyMem_Malloc(16 * (n + 1)) : NULL;
    return made ? made : PyErr_NoMemory();
}

/* Adds the item; takes over the reference to `value`. 0, or -1. */
static int put(PyObject *dict, const pfpy_keys *keys, size_t first, PyObject *value)
{
    PyObject *key = value ? pfpy_key_object(keys, first) : NULL;
    int done = key ? PyDict_SetItem(dict, key, value) : -1;
    Py_XDECREF(key);
    Py_XDECREF(value);
    return done;
}

static PyObject *number_object(const pf_buffer *numbers, size_t i)
{
    return numbers->type == PF_DOUBLE ? PyFloat_FromDouble(((const double *)numbers->data)[i])
                                      : PyLong_FromLongLong(((const int64_t *)numbers->data)[i]);
}

/* {key: number}: outputs[0] holds the first indices, outputs[1] the numbers. */
static PyObject *dict_of(const pfpy_keys *keys, const pf_job *job)
{
    double start = pfpy_copy_start();
    const int64_t *firsts = job->outputs[0].data;
    PyObject *dict = PyDict_New();
    for (size_t group = 0; dict && group < job->outputs[0].length; group++) {
        if (put(dict, keys, (size_t)firsts[group], number_object(&job->outputs[1], group)) < 0) {
            Py_CLEAR(dict);
        }
    }
    pfpy_copied(start, 16 * (uint64_t)job->outputs[0].length);
    return dict;
}

/* count(values, threads) */
static PyObject *count(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys keys;
    if (pfpy_want("count", given, 2) < 0 || pfpy_keys_get(arguments[0], "count", &keys) < 0) {
        return NULL;
    }
    size_t n = keys.buffer.length;
    int64_t *memory = room(n);
    PyObject *counts = NULL;
    pf_job job = {.inputs[0] = keys.buffer, .outputs = {{memory, n, PF_INT64}, {memory + n, n, PF_INT64}}};
    if (memory && pfpy_run(module, "count", PF_KERNEL_count, arguments[1], &job) == 0) {
        counts = dict_of(&keys, &job);
    }
    PyMem_Free(memory);
    pfpy_keys_release(&keys);
    return counts;
}

/* group_sum(keys, values, threads) */
static PyObject *group_sum(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys keys;
    pfpy_numbers values;
    if (pfpy_want("group_sum", given, 3) < 0 || pfpy_keys_get(arguments[0], "group_sum", &keys) < 0) {
        return NULL;
    }
    if (pfpy_numbers_get(arguments[1], "group_sum", &values) < 0) {
        pfpy_keys_release(&keys);
        return NULL;
    }
    size_t n = keys.buffer.length;
    int64_t *memory = NULL;
    PyObject *sums = NULL;
    if (values.buffer.length != n) {
        PyErr_Format(PyExc_ValueError, "kernels.group_sum: %zd keys, but %zd values", (Py_ssize_t)n, (Py_ssize_t)values.buffer.length);
    } else {
        memory = room(n);
    }
    if (memory) {
        pf_job job = {.inputs = {keys.buffer, values.buffer},
                      .outputs = {{memory, n, PF_INT64}, {memory + n, n, values.buffer.type}}};
        if (pfpy_run(module, "group_sum", PF_KERNEL_group_sum, arguments[2], &job) == 0) {
            sums = dict_of(&keys, &job);
        }
    }
    PyMem_Free(memory);
    pfpy_numbers_release(&values);
    pfpy_keys_release(&keys);
    return sums;
}

/* {key: array('q') of indices}: each a slice of the one array that the kernel filled. */
static PyObject *dict_of_slices(const pfpy_keys *keys, PyObject *order, const pf_buffer *indices, const pf_buffer *groups)
{
    double start = pfpy_copy_start();
    const int64_t *index = indices->data, *starts = groups->data;
    PyObject *dict = PyDict_New();
    for (size_t group = 0; dict && group + 1 < groups->length; group++) {
        PyObject *slice = PySequence_GetSlice(order, (Py_ssize_t)starts[group], (Py_ssize_t)starts[group + 1]);
        if (put(dict, keys, (size_t)index[starts[group]], slice) < 0) {
            Py_CLEAR(dict);
        }
    }
    pfpy_copied(start, 8 * (uint64_t)indices->length);
    return dict;
}

/* group_indices(keys, threads) */
static PyObject *group_indices(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys keys;
    if (pfpy_want("group_indices", given, 2) < 0 || pfpy_keys_get(arguments[0], "group_indices", &keys) < 0) {
        return NULL;
    }
    size_t n = keys.buffer.length;
    int64_t *starts = room(n);
    PyObject *groups = NULL;
    Py_buffer view;
    pf_job job = {.inputs[0] = keys.buffer, .outputs[1] = {starts, n + 1, PF_INT64}};
    PyObject *order = starts ? pfpy_array_open(PF_INT64, n, &view, &job.outputs[0]) : NULL;
    if (order) {
        if (pfpy_run(module, "group_indices", PF_KERNEL_group_order, arguments[1], &job) == 0) {
            groups = dict_of_slices(&keys, order, &job.outputs[0], &job.outputs[1]);
        }
        PyBuffer_Release(&view);
        Py_DECREF(order);
    }
    PyMem_Free(starts);
    pfpy_keys_release(&keys);
    return groups;
}

static PyObject *list_of_firsts(const pfpy_keys *keys, const pf_buffer *firsts)
{
    double start = pfpy_copy_start();
    PyObject *list = PyList_New((Py_ssize_t)firsts->length);
    for (size_t group = 0; list && group < firsts->length; group++) {
        PyObject *key = pfpy_key_object(keys, (size_t)((const int64_t *)firsts->data)[group]);
        if (!key || PyList_SetItem(list, (Py_ssize_t)group, key) < 0) {
            Py_CLEAR(list);
        }
    }
    pfpy_copied(start, (uint64_t)firsts->length * sizeof(PyObject *));
    return list;
}

/* unique(values, threads) */
static PyObject *unique(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys keys;
    if (pfpy_want("unique", given, 2) < 0 || pfpy_keys_get(arguments[0], "unique", &keys) < 0) {
        return NULL;
    }
    size_t n = keys.buffer.length;
    PyObject *distinct = NULL;
    pf_job job = {.inputs[0] = keys.buffer};
    if (keys.text) {
        int64_t *firsts = room(n);
        job.outputs[0] = (pf_buffer){firsts, n, PF_INT64};
        if (firsts && pfpy_run(module, "unique", PF_KERNEL_unique, arguments[1], &job) == 0) {
            distinct = list_of_firsts(&keys, &job.outputs[0]);
        }
        PyMem_Free(firsts);
    } else {
        Py_buffer view;
        distinct = pfpy_array_open(keys.buffer.type, n, &view, &job.outputs[0]);
        if (distinct) {
            distinct = pfpy_array_close(distinct, &view, pfpy_run(module, "unique", PF_KERNEL_unique, arguments[1], &job));
        }
        if (distinct) {
            distinct = pfpy_array_shorten(distinct, job.outputs[0].length);
        }
    }
    pfpy_keys_release(&keys);
    return distinct;
}

static PyObject *list_of_bools(const uint8_t *contained, size_t n)
{
    double start = pfpy_copy_start();
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list && i < n; i++) {
        PyList_SetItem(list, (Py_ssize_t)i, PyBool_FromLong(contained[i]));
    }
    pfpy_copied(start, (uint64_t)n * sizeof(PyObject *));
    return list;
}

/* contains(haystack, needles, method, threads) */
static PyObject *contains(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys haystack, needles;
    if (pfpy_want("contains", given, 4) < 0) {
        return NULL;
    }
    int method = pfpy_one_of(arguments[2], "contains", "method", "scan", "hash");
    if (method < 0 || pfpy_keys_get(arguments[0], "contains", &haystack) < 0) {
        return NULL;
    }
    if (pfpy_keys_get(arguments[1], "contains", &needles) < 0) {
        pfpy_keys_release(&haystack);
        return NULL;
    }
    PyObject *list = NULL;
    if (pfpy_keys_match(&haystack, &needles, "contains") == 0) {
        size_t n = needles.buffer.length;
        uint8_t *contained = PyMem_Malloc(n + 1);
        pf_job job = {.integers[0] = method, .inputs = {haystack.buffer, needles.buffer}, .outputs[0] = {contained, n, PF_BYTES}};
        if (!contained) {
            PyErr_NoMemory();
        } else if (pfpy_run(module, "contains", PF_KERNEL_contains, arguments[3], &job) == 0) {
            list = list_of_bools(contained, n);
        }
        PyMem_Free(contained);
    }
    pfpy_keys_release(&needles);
    pfpy_keys_release(&haystack);
    return list;
}

/* The default as a value of the type looked up; 0, or -1 with an exception. */
static int take_default(PyObject *fallback, pf_job *job)
{
    if (fallback == Py_None) {
        return 0;
    }
    if (job->inputs[1].type == PF_DOUBLE) {
        job->reals[0] = PyFloat_AsDouble(fallback);
        return job->reals[0] == -1.0 && PyErr_Occurred() ? -1 : 0;
    }
    if (!PyIndex_Check(fallback)) {
        PyErr_Format(PyExc_TypeError, "kernels.lookup: the default must be an int, as the values are, not %R", fallback);
        return -1;
    }
    job->integers[0] = PyLong_AsLongLong(fallback);
    return job->integers[0] == -1 && PyErr_Occurred() ? -1 : 0;
}

/* KeyError with the first wanted key that has no value. Only asked for when one is missing. */
static PyObject *missing(PyObject *module, const pfpy_keys *keys, const pfpy_keys *wanted, PyObject *threads)
{
    size_t n = wanted->buffer.length;
    uint8_t *contained = PyMem_Malloc(n + 1);
    pf_job job = {.integers[0] = 1, .inputs = {keys->buffer, wanted->buffer}, .outputs[0] = {contained, n, PF_BYTES}};
    if (!contained) {
        return PyErr_NoMemory();
    }
    if (pfpy_run(module, "lookup", PF_KERNEL_contains, threads, &job) == 0) {
        size_t i = 0;
        while (i < n && contained[i]) {
            i++;
        }
        PyObject *key = i < n ? pfpy_key_object(wanted, i) : NULL;
        if (key) {
            PyErr_SetObject(PyExc_KeyError, key);
            Py_DECREF(key);
        }
    }
    PyMem_Free(contained);
    return NULL;
}

static PyObject *look_up(PyObject *module, pfpy_keys *keys, const pfpy_numbers *values, pfpy_keys *wanted, PyObject *fallback,
                         PyObject *threads)
{
    if (values->buffer.length != keys->buffer.length) {
        PyErr_Format(PyExc_ValueError, "kernels.lookup: %zd keys, but %zd values", (Py_ssize_t)keys->buffer.length,
                     (Py_ssize_t)values->buffer.length);
        return NULL;
    }
    pf_job job = {.inputs[1] = values->buffer};
    if (pfpy_keys_match(keys, wanted, "lookup") < 0 || take_default(fallback, &job) < 0) {
        return NULL;
    }
    job.inputs[0] = keys->buffer;
    job.inputs[2] = wanted->buffer;
    Py_buffer view;
    PyObject *results = pfpy_array_open(values->buffer.type, wanted->buffer.length, &view, &job.outputs[0]);
    if (results) {
        results = pfpy_array_close(results, &view, pfpy_run(module, "lookup", PF_KERNEL_lookup, threads, &job));
    }
    if (results && fallback == Py_None && (size_t)job.integers[0] < wanted->buffer.length) {
        Py_DECREF(results);
        return missing(module, keys, wanted, threads);
    }
    return results;
}

/* lookup(keys, values, wanted, default, threads) */
static PyObject *lookup(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys keys, wanted;
    pfpy_numbers values;
    if (pfpy_want("lookup", given, 5) < 0 || pfpy_keys_get(arguments[0], "lookup", &keys) < 0) {
        return NULL;
    }
    PyObject *results = NULL;
    if (pfpy_numbers_get(arguments[1], "lookup", &values) == 0) {
        if (pfpy_keys_get(arguments[2], "lookup", &wanted) == 0) {
            results = look_up(module, &keys, &values, &wanted, arguments[3], arguments[4]);
            pfpy_keys_release(&wanted);
        }
        pfpy_numbers_release(&values);
    }
    pfpy_keys_release(&keys);
    return results;
}

PyMethodDef pfpy_containers_methods[] = {
    {"count", PFPY_FAST(count), METH_FASTCALL, "count(values, threads)"},
    {"group_sum", PFPY_FAST(group_sum), METH_FASTCALL, "group_sum(keys, values, threads)"},
    {"group_indices", PFPY_FAST(group_indices), METH_FASTCALL, "group_indices(keys, threads)"},
    {"unique", PFPY_FAST(unique), METH_FASTCALL, "unique(values, threads)"},
    {"contains", PFPY_FAST(contains), METH_FASTCALL, "contains(haystack, needles, method, threads)"},
    {"lookup", PFPY_FAST(lookup), METH_FASTCALL, "lookup(keys, values, wanted, default, threads)"},
    {NULL, NULL, 0, NULL},
};
