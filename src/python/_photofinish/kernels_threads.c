/* kernels_threads.c: what threads themselves cost and can do: waiting, tiny tasks, messages. */
#include "kernels.h"

/* An int from 0 to `most`; -1 with an exception that names it. */
static int64_t take_count(const char *what, const char *name, PyObject *number, int64_t least, int64_t most)
{
    int overflow;
    int64_t count = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (count == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (overflow || count < least || count > most) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: %s must be %lld to %lld, not %R", what, name, (long long)least, (long long)most,
                     number);
        return -1;
    }
    return count;
}

/* wait(count, seconds, threads) -> (seconds, spans) */
static PyObject *wait(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {0};
    if (pfpy_want("wait", given, 3) < 0 || (job.integers[0] = take_count("wait", "count", arguments[0], 0, 1 << 20)) < 0) {
        return NULL;
    }
    job.reals[0] = PyFloat_AsDouble(arguments[1]);
    if (job.reals[0] == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    if (!(job.reals[0] >= 0 && job.reals[0] <= PF_WAIT_LIMIT)) {
        PyErr_Format(PyExc_ValueError, "kernels.wait: seconds must be 0 to 86400, not %R", arguments[1]);
        return NULL;
    }
    Py_buffer view;
    PyObject *spans = pfpy_array_open("wait", PF_DOUBLE, 2 * (uint64_t)job.integers[0], &view, &job.outputs[0]);
    if (spans) {
        spans = pfpy_array_close(spans, &view, pfpy_run(module, "wait", PF_KERNEL_wait, arguments[2], &job));
    }
    return spans ? Py_BuildValue("dN", job.reals[0], spans) : NULL;
}

/* tiny_tasks(count, chunk, work, threads) */
static PyObject *tiny_tasks(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {0};
    if (pfpy_want("tiny_tasks", given, 4) < 0 ||
        (job.integers[0] = take_count("tiny_tasks", "count", arguments[0], 0, PF_TINY_TASKS_LIMIT)) < 0 ||
        (job.integers[1] = take_count("tiny_tasks", "chunk", arguments[1], 1, PF_TINY_TASKS_LIMIT)) < 0 ||
        (job.integers[2] = take_count("tiny_tasks", "work", arguments[2], 0, PF_TINY_WORK_LIMIT)) < 0) {
        return NULL;
    }
    if (pfpy_run(module, "tiny_tasks", PF_KERNEL_tiny_tasks, arguments[3], &job) < 0) {
        return NULL;
    }
    return PyLong_FromLongLong(job.integers[0]);
}

/* pass_messages(count, size, batch) -> (checksum, seconds) */
static PyObject *pass_messages(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {0};
    if (pfpy_want("pass_messages", given, 3) < 0 ||
        (job.integers[0] = take_count("pass_messages", "count", arguments[0], 0, INT64_MAX)) < 0 ||
        (job.integers[1] = take_count("pass_messages", "size", arguments[1], 1, PF_MESSAGES_LIMIT)) < 0 ||
        (job.integers[2] = take_count("pass_messages", "batch", arguments[2], 1, PF_MESSAGES_LIMIT)) < 0) {
        return NULL;
    }
    if (job.integers[1] * job.integers[2] > PF_MESSAGES_LIMIT) {
        PyErr_Format(PyExc_ValueError, "kernels.pass_messages: size * batch must be at most %d bytes", PF_MESSAGES_LIMIT);
        return NULL;
    }
    if (pfpy_run(module, "pass_messages", PF_KERNEL_pass_messages, Py_None, &job) < 0) {
        return NULL;
    }
    return Py_BuildValue("Ld", (long long)job.integers[0], job.reals[0]);
}

static PyObject *histogram_list(const int64_t *histogram)
{
    PyObject *list = PyList_New(0);
    for (int bucket = 0; list && bucket < PF_LATENCY_BUCKETS; bucket++) {
        if (histogram[bucket] == 0) {
            continue;
        }
        PyObject *row = Py_BuildValue("KKL", (unsigned long long)pf_latency_start(bucket),
                                      (unsigned long long)pf_latency_start(bucket + 1), (long long)histogram[bucket]);
        if (!row || PyList_Append(list, row) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(row);
    }
    return list;
}

/* round_trips(count, group) -> (seconds, histogram) */
static PyObject *round_trips(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    int64_t histogram[PF_LATENCY_BUCKETS];
    pf_job job = {.outputs[0] = {histogram, PF_LATENCY_BUCKETS, PF_INT64}};
    if (pfpy_want("round_trips", given, 2) < 0 ||
        (job.integers[0] = take_count("round_trips", "count", arguments[0], 0, INT64_MAX)) < 0 ||
        (job.integers[1] = take_count("round_trips", "group", arguments[1], 1, INT64_MAX)) < 0) {
        return NULL;
    }
    if (pfpy_run(module, "round_trips", PF_KERNEL_round_trips, Py_None, &job) < 0) {
        return NULL;
    }
    PyObject *list = histogram_list(histogram);
    return list ? Py_BuildValue("dN", job.reals[0], list) : NULL;
}

PyMethodDef pfpy_threads_methods[] = {
    {"pass_messages", PFPY_FAST(pass_messages), METH_FASTCALL, "pass_messages(count, size, batch) -> (checksum, seconds)"},
    {"round_trips", PFPY_FAST(round_trips), METH_FASTCALL, "round_trips(count, group) -> (seconds, [(from, to, count)])"},
    {"tiny_tasks", PFPY_FAST(tiny_tasks), METH_FASTCALL, "tiny_tasks(count, chunk, work, threads)"},
    {"wait", PFPY_FAST(wait), METH_FASTCALL, "wait(count, seconds, threads) -> (seconds, array of starts and ends)"},
    {NULL, NULL, 0, NULL},
};
