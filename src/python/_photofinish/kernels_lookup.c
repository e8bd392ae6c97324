/* kernels_lookup.c: membership, and the values of keys. */
#include "kernels.h"
#include "keys.h"
#include "outputs.h"

static PyObject *list_of_bools(const uint8_t *contained, size_t n)
{
    double start = pfpy_copy_start();
    PyObject *list = pfpy_made(PyList_New((Py_ssize_t)n), "contains", n * sizeof(PyObject *));
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
        uint8_t *contained = pfpy_room("contains", n, 1);
        pf_job job = {.integers[0] = method, .inputs = {haystack.buffer, needles.buffer}, .outputs[0] = {contained, n, PF_BYTES}};
        if (contained && pfpy_run(module, "contains", PF_KERNEL_contains, arguments[3], &job) == 0) {
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
    uint8_t *contained = pfpy_room("lookup", n, 1);
    pf_job job = {.integers[0] = 1, .inputs = {keys->buffer, wanted->buffer}, .outputs[0] = {contained, n, PF_BYTES}};
    if (!contained) {
        return NULL;
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
    PyObject *results = pfpy_array_open("lookup", values->buffer.type, wanted->buffer.length, &view, &job.outputs[0]);
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

PyMethodDef pfpy_lookup_methods[] = {
    {"contains", PFPY_FAST(contains), METH_FASTCALL, "contains(haystack, needles, method, threads)"},
    {"lookup", PFPY_FAST(lookup), METH_FASTCALL, "lookup(keys, values, wanted, default, threads)"},
    {NULL, NULL, 0, NULL},
};
