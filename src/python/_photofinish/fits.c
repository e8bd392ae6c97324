/* fits.c: what Python sees of photofinish_fits.h: growth, crossings, Amdahl's law, runs. */
#include "extension.h"

static PyObject *raise_fit(const char *what, pf_status status)
{
    if (status == PF_EMPTY) {
        PyErr_Format(PyExc_ValueError, "%s() got too few points", what);
    } else {
        PyErr_Format(PyExc_ValueError, "%s() got a number out of range, more than %d points, or points that do not rise", what, PF_FIT_LIMIT);
    }
    return NULL;
}

/* Calls take(item, context) for each item, which must be a tuple; how many there were, or -1 with an exception. */
static Py_ssize_t for_each(PyObject *items, int (*take)(PyObject *item, Py_ssize_t index, void *context), void *context)
{
    Py_ssize_t size = PySequence_Size(items);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *item = PySequence_GetItem(items, i);
        if (!item) {
            return -1;
        }
        int taken = -1;
        if (PyTuple_Check(item)) {
            taken = take(item, i, context);
        } else {
            PyErr_SetString(PyExc_TypeError, "expected tuples of numbers");
        }
        Py_DECREF(item);
        if (taken < 0) {
            return -1;
        }
    }
    return size;
}

static int take_point(PyObject *item, Py_ssize_t index, void *points)
{
    pf_point *point = (pf_point *)points + (index < PF_FIT_LIMIT ? index : 0); /* too many are refused by the fit itself */
    return PyArg_ParseTuple(item, "dddd", &point->at, &point->measured.value, &point->measured.low, &point->measured.high) ? 0 : -1;
}

/* Sequence of (at, value, low, high): how many there are, or -1. */
static Py_ssize_t take_points(PyObject *items, pf_point points[PF_FIT_LIMIT])
{
    return for_each(items, take_point, points);
}

static PyObject *growth_fit(PyObject *module, PyObject *items)
{
    (void)module;
    static const char *const names[PF_GROWTH_MODELS] = {"O(1)", "O(log n)", "O(n)", "O(n log n)", "O(n^2)"};
    pf_point points[PF_FIT_LIMIT];
    Py_ssize_t n = take_points(items, points);
    if (n < 0) {
        return NULL;
    }
    pf_growth growth;
    pf_status status = pf_growth_fit(points, (size_t)n, &growth);
    if (status != PF_OK) {
        return raise_fit("growth_fit", status);
    }
    PyObject *possible = PyList_New(growth.possible);
    for (int i = 0; possible && i < growth.possible; i++) {
        PyObject *name = PyUnicode_FromString(names[growth.models[i]]);
        if (!name || PyList_SetItem(possible, i, name) < 0) {
            Py_CLEAR(possible);
        }
    }
    return possible ? Py_BuildValue("{s:N,s:d,s:d,s:d,s:(ddd)}", "possible", possible, "constant", growth.constant, "factor", growth.factor,
                                    "misfit", growth.misfit, "exponent", growth.exponent.value, growth.exponent.low, growth.exponent.high)
                    : NULL;
}

static PyObject *crossings(PyObject *module, PyObject *items)
{
    (void)module;
    pf_point points[PF_FIT_LIMIT];
    Py_ssize_t n = take_points(items, points);
    if (n < 0) {
        return NULL;
    }
    pf_crossing found[PF_FIT_LIMIT];
    size_t count = 0;
    pf_status status = pf_crossings(points, (size_t)n, found, &count);
    if (status != PF_OK) {
        return raise_fit("crossings", status);
    }
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list && i < count; i++) {
        PyObject *crossing = Py_BuildValue("(dddO)", found[i].at.value, found[i].at.low, found[i].at.high, found[i].rising ? Py_True : Py_False);
        if (!crossing || PyList_SetItem(list, (Py_ssize_t)i, crossing) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *amdahl_fit(PyObject *module, PyObject *items)
{
    (void)module;
    pf_point points[PF_FIT_LIMIT];
    Py_ssize_t n = take_points(items, points);
    if (n < 0) {
        return NULL;
    }
    pf_amdahl fit;
    pf_status status = pf_amdahl_fit(points, (size_t)n, &fit);
    if (status != PF_OK) {
        return raise_fit("amdahl_fit", status);
    }
    return Py_BuildValue("{s:d,s:(ddd),s:d,s:O,s:O,s:O}", "single", fit.single, "serial", fit.serial.value, fit.serial.low, fit.serial.high,
                         "misfit", fit.misfit, "superlinear", fit.flags & PF_AMDAHL_SUPERLINEAR ? Py_True : Py_False, "falls",
                         fit.flags & PF_AMDAHL_FALLS ? Py_True : Py_False, "poor", fit.flags & PF_AMDAHL_MISFIT ? Py_True : Py_False);
}

static int take_run(PyObject *item, Py_ssize_t index, void *runs)
{
    pf_run *run = (pf_run *)runs + index;
    return PyArg_ParseTuple(item, "dd", &run->ratio, &run->standard_error) ? 0 : -1;
}

static PyObject *runs_combine(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *items;
    double margin = PF_DEFAULT_MARGIN;
    if (!PyArg_ParseTuple(arguments, "O|d:runs_combine", &items, &margin)) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_Check(items) || PyList_Check(items) ? PySequence_Size(items) : -1;
    if (n < 0) {
        PyErr_SetString(PyExc_TypeError, "runs_combine() takes a list of (ratio, standard_error)");
        return NULL;
    }
    pf_run *runs = PyMem_Malloc(((size_t)n + 1) * sizeof *runs);
    if (!runs) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    if (for_each(items, take_run, runs) >= 0) {
        pf_runs combined;
        pf_status status = pf_runs_combine(runs, (size_t)n, margin, &combined);
        result = status != PF_OK ? raise_fit("runs_combine", status)
                                 : Py_BuildValue("{s:d,s:d,s:d,s:d,s:d,s:s}", "ratio", combined.ratio, "low", combined.low, "high", combined.high,
                                                 "within", combined.within, "between", combined.between, "verdict",
                                                 pfpy_verdict_name(combined.verdict));
    }
    PyMem_Free(runs);
    return result;
}

static PyObject *t_quantile(PyObject *module, PyObject *arguments)
{
    (void)module;
    double tail;
    int degrees;
    return PyArg_ParseTuple(arguments, "di:t_quantile", &tail, &degrees) ? PyFloat_FromDouble(pf_t_quantile(tail, degrees)) : NULL;
}

PyMethodDef pfpy_fits_methods[] = {
    {"growth_fit", growth_fit, METH_O,
     "growth_fit(points) -> dict: how time grows with size. points: (size, seconds, low, high), rising, 4 to 32 of them.\n\n"
     "possible: the models that the points allow, the likeliest first; constant, factor, misfit: of the first; exponent: (slope on\n"
     "log axes, low, high). ValueError for too few points and numbers out of range."},
    {"crossings", crossings, METH_O,
     "crossings(points) -> list of (at, low, high, rising): where a ratio passes 1. points: (at, ratio, low, high), rising."},
    {"amdahl_fit", amdahl_fit, METH_O,
     "amdahl_fit(points) -> dict: Amdahl's law. points: (workers, seconds, low, high), rising, 2 to 32 of them.\n\n"
     "single: seconds with one worker; serial: (share, low, high); misfit; superlinear, falls, poor: what the law does not say."},
    {"runs_combine", runs_combine, METH_VARARGS,
     "runs_combine(runs, margin=0.03) -> dict: the same race in several interpreters. runs: list of (ratio, standard error of its\n"
     "logarithm), at least 2. ratio, low, high, within, between, verdict."},
    {"t_quantile", t_quantile, METH_VARARGS, "t_quantile(tail, degrees): the t that is exceeded with probability `tail`; degrees is whole."},
    {NULL, NULL, 0, NULL},
};
