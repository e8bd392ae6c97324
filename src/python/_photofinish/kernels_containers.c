/* kernels_containers.c: counts, distinct values, groups. */
#include "kernels.h"
#include "keys.h"

#include <string.h>

/* Room for outputs of n elements of 8 bytes, twice; the kernel says how many it wrote. NULL with MemoryError; PyMem_Free. */
static void *room(const char *what, size_t n)
{
    return pfpy_room(what, (uint64_t)n + 1, 16);
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

/* The distinct keys and their counts, as arrays; of text, a list and an array. */
static PyObject *arrays_of(const pfpy_keys *keys, const pf_job *job)
{
    size_t found = job->outputs[0].length;
    const int64_t *firsts = job->outputs[0].data;
    Py_buffer view;
    pf_buffer made;
    PyObject *distinct = NULL;
    PyObject *counts = pfpy_array_open("count_arrays", PF_INT64, found, &view, &made);
    if (counts) {
        memcpy(made.data, job->outputs[1].data, 8 * found);
        counts = pfpy_array_close(counts, &view, 0);
        distinct = keys->text ? list_of_firsts(keys, &job->outputs[0]) : pfpy_array_open("count_arrays", keys->buffer.type, found, &view, &made);
    }
    if (distinct && !keys->text) {
        for (size_t group = 0; group < found; group++) {
            memcpy((char *)made.data + 8 * group, (const char *)keys->buffer.data + 8 * firsts[group], 8);
        }
        distinct = pfpy_array_close(distinct, &view, 0);
    }
    if (!distinct) {
        Py_XDECREF(counts);
        return NULL;
    }
    return Py_BuildValue("NN", distinct, counts);
}

/* What `form` makes of first indices and counts. */
static PyObject *count_as(PyObject *module, const char *what, PyObject *(*form)(const pfpy_keys *keys, const pf_job *job),
                          PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_keys keys;
    if (pfpy_want(what, given, 2) < 0 || pfpy_keys_get(arguments[0], what, &keys) < 0) {
        return NULL;
    }
    size_t n = keys.buffer.length;
    int64_t *memory = room(what, n);
    PyObject *counts = NULL;
    pf_job job = {.inputs[0] = keys.buffer, .outputs = {{memory, n, PF_INT64}, {memory + n, n, PF_INT64}}};
    if (memory && pfpy_run(module, what, PF_KERNEL_count, arguments[1], &job) == 0) {
        counts = form(&keys, &job);
    }
    PyMem_Free(memory);
    pfpy_keys_release(&keys);
    return counts;
}

static PyObject *count(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return count_as(module, "count", dict_of, arguments, given);
}

static PyObject *count_arrays(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return count_as(module, "count_arrays", arrays_of, arguments, given);
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
        memory = room("group_sum", n);
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
    int64_t *starts = room("group_indices", n);
    PyObject *groups = NULL;
    Py_buffer view;
    pf_job job = {.inputs[0] = keys.buffer, .outputs[1] = {starts, n + 1, PF_INT64}};
    PyObject *order = starts ? pfpy_array_open("group_indices", PF_INT64, n, &view, &job.outputs[0]) : NULL;
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
        int64_t *firsts = room("unique", n);
        job.outputs[0] = (pf_buffer){firsts, n, PF_INT64};
        if (firsts && pfpy_run(module, "unique", PF_KERNEL_unique, arguments[1], &job) == 0) {
            distinct = list_of_firsts(&keys, &job.outputs[0]);
        }
        PyMem_Free(firsts);
    } else {
        Py_buffer view;
        distinct = pfpy_array_open("unique", keys.buffer.type, n, &view, &job.outputs[0]);
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

PyMethodDef pfpy_containers_methods[] = {
    {"count", PFPY_FAST(count), METH_FASTCALL, "count(values, threads)"},
    {"count_arrays", PFPY_FAST(count_arrays), METH_FASTCALL, "count_arrays(values, threads) -> (distinct, counts)"},
    {"group_sum", PFPY_FAST(group_sum), METH_FASTCALL, "group_sum(keys, values, threads)"},
    {"group_indices", PFPY_FAST(group_indices), METH_FASTCALL, "group_indices(keys, threads)"},
    {"unique", PFPY_FAST(unique), METH_FASTCALL, "unique(values, threads)"},
    {NULL, NULL, 0, NULL},
};
