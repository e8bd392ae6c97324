/* timeouts.c: times as Python gives them (threads.h). */
#include "threads.h"

int pfpy_seconds(PyObject *number, double *seconds)
{
    if (!PyFloat_Check(number) && !PyIndex_Check(number)) {
        PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(number), "__name__");
        PyErr_Format(PyExc_TypeError, "'%U' object cannot be interpreted as an integer or float", name);
        Py_XDECREF(name);
        return -1;
    }
    *seconds = PyFloat_AsDouble(number);
    if (*seconds == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (isnan(*seconds)) {
        PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
        return -1;
    }
    if (fabs(*seconds) > 9223372036.0) { /* as _thread.TIMEOUT_MAX: 64 bits of nanoseconds */
        PyErr_SetString(PyExc_OverflowError, "timestamp too large to convert to C PyTime_t");
        return -1;
    }
    return 0;
}

int pfpy_acquire_arguments(PyObject *const *arguments, Py_ssize_t given, PyObject *names, double *seconds)
{
    PyObject *values[2] = {NULL, NULL};
    if (given > 2) {
        PyErr_Format(PyExc_TypeError, "acquire() takes at most 2 arguments (%zd given)", given);
        return -1;
    }
    for (Py_ssize_t i = 0; i < given; i++) {
        values[i] = arguments[i];
    }
    for (Py_ssize_t i = 0, count = names ? PyTuple_Size(names) : 0; i < count; i++) {
        PyObject *name = PyTuple_GetItem(names, i);
        int which = PyUnicode_CompareWithASCIIString(name, "blocking") == 0  ? 0
                    : PyUnicode_CompareWithASCIIString(name, "timeout") == 0 ? 1
                                                                             : -1;
        if (which < 0 || values[which]) {
            PyErr_Format(PyExc_TypeError, "acquire() got an unexpected keyword argument '%U'", name);
            return -1;
        }
        values[which] = arguments[given + i];
    }
    int blocking = values[0] ? PyObject_IsTrue(values[0]) : 1;
    *seconds = -1;
    if (blocking < 0 || (values[1] && pfpy_seconds(values[1], seconds) < 0)) {
        return -1;
    }
    if (!blocking && *seconds != -1) {
        PyErr_SetString(PyExc_ValueError, "can't specify a timeout for a non-blocking call");
        return -1;
    }
    if (*seconds < 0 && *seconds != -1) {
        PyErr_SetString(PyExc_ValueError, "timeout value must be a non-negative number");
        return -1;
    }
    *seconds = !blocking ? 0 : *seconds == -1 ? PFPY_FOR_EVER : *seconds;
    return 0;
}
