/* kernels_iteration.c: groupby, cycle and chain, in arrays. */
#include "kernels.h"

/* groupby(values, threads) -> (keys, lengths) */
static PyObject *groupby(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want("groupby", given, 2) < 0 || pfpy_numbers_get(arguments[0], "groupby", &numbers) < 0 ||
        pfpy_want_integers("groupby", &numbers) < 0) {
        return NULL;
    }
    pf_job job = {.inputs[0] = numbers.buffer};
    PyObject *keys = NULL, *lengths = NULL;
    if (pfpy_run(module, "groupby", PF_KERNEL_count_groups, arguments[1], &job) == 0) {
        Py_buffer keys_view, lengths_view;
        uint64_t groups = (uint64_t)job.integers[0];
        keys = pfpy_array_open("groupby", PF_INT64, groups, &keys_view, &job.outputs[0]);
        lengths = keys ? pfpy_array_open("groupby", PF_INT64, groups, &lengths_view, &job.outputs[1]) : NULL;
        int ran = lengths ? pfpy_run(module, "groupby", PF_KERNEL_groupby, arguments[1], &job) : -1;
        keys = keys ? pfpy_array_close(keys, &keys_view, ran) : NULL;
        lengths = lengths ? pfpy_array_close(lengths, &lengths_view, ran) : NULL;
    }
    pfpy_numbers_release(&numbers);
    return lengths ? Py_BuildValue("NN", keys, lengths) : NULL;
}

/* cycle(values, start, length, threads) */
static PyObject *cycle(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want("cycle", given, 4) < 0) {
        return NULL;
    }
    int64_t start = pfpy_natural("cycle", "start", arguments[1]);
    int64_t length = start < 0 ? -1 : pfpy_natural("cycle", "length", arguments[2]);
    if (length < 0 || pfpy_numbers_get(arguments[0], "cycle", &numbers) < 0 || pfpy_want_integers("cycle", &numbers) < 0) {
        return NULL;
    }
    pf_job job = {.integers[0] = start, .inputs[0] = numbers.buffer};
    Py_buffer view;
    PyObject *output = pfpy_array_open("cycle", PF_INT64, numbers.buffer.length > 0 ? (uint64_t)length : 0, &view, &job.outputs[0]);
    if (output) {
        output = pfpy_array_close(output, &view, pfpy_run(module, "cycle", PF_KERNEL_cycle, arguments[3], &job));
    }
    pfpy_numbers_release(&numbers);
    return output;
}

/* The arrays as slices of bytes, all of one type. Each is held until the caller releases the first `*held` of them. */
static int get_arrays(PyObject *tuple, pfpy_numbers *numbers, pf_slice *slices, Py_ssize_t count, Py_ssize_t *held)
{
    for (*held = 0; *held < count; ++*held) {
        pfpy_numbers *array = &numbers[*held];
        if (pfpy_numbers_get(PyTuple_GetItem(tuple, *held), "chain", array) < 0) {
            return -1;
        }
        slices[*held] = (pf_slice){array->buffer.data, array->buffer.length * 8};
        if (array->buffer.type != numbers[0].buffer.type) {
            PyErr_Format(PyExc_TypeError, "kernels.chain: array %zd has %s, those before it %s; all must be the same", *held,
                         array->buffer.type == PF_DOUBLE ? "floats" : "ints", array->buffer.type == PF_DOUBLE ? "ints" : "floats");
            ++*held;
            return -1;
        }
    }
    return 0;
}

/* chain(arrays, threads) */
static PyObject *chain(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    Py_ssize_t count = pfpy_want("chain", given, 2) < 0 ? -1 : PyTuple_Size(arguments[0]);
    if (count < 0) {
        return NULL;
    }
    pfpy_numbers *numbers = PyMem_Calloc(count > 0 ? (size_t)count : 1, sizeof *numbers);
    pf_slice *slices = PyMem_Calloc(count > 0 ? (size_t)count : 1, sizeof *slices);
    Py_ssize_t held = 0;
    PyObject *output = numbers && slices ? NULL : pfpy_no_memory("chain", (uint64_t)count * (sizeof *numbers + sizeof *slices));
    if (numbers && slices && get_arrays(arguments[0], numbers, slices, count, &held) == 0) {
        pf_job job = {.inputs[0] = {slices, (size_t)count, PF_SLICES}};
        uint64_t length = 0;
        for (Py_ssize_t i = 0; i < count; i++) {
            length += numbers[i].buffer.length;
        }
        Py_buffer view;
        output = pfpy_array_open("chain", count > 0 ? numbers[0].buffer.type : PF_INT64, length, &view, &job.outputs[0]);
        if (output) {
            output = pfpy_array_close(output, &view, pfpy_run(module, "chain", PF_KERNEL_chain, arguments[1], &job));
        }
    }
    for (Py_ssize_t i = 0; i < held; i++) {
        pfpy_numbers_release(&numbers[i]);
    }
    PyMem_Free(slices);
    PyMem_Free(numbers);
    return output;
}

PyMethodDef pfpy_iteration_methods[] = {
    {"chain", PFPY_FAST(chain), METH_FASTCALL, "chain(tuple of arrays, threads)"},
    {"cycle", PFPY_FAST(cycle), METH_FASTCALL, "cycle(values, start, length, threads)"},
    {"groupby", PFPY_FAST(groupby), METH_FASTCALL, "groupby(values, threads) -> (keys, lengths)"},
    {NULL, NULL, 0, NULL},
};
