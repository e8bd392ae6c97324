/* arrays.c: array.array as the output of a job (arrays.h). The limited API has no functions for it: it is asked as a Python
 * program would ask it.
 */
#include "arrays.h"

#include "memory.h"

PyObject *pfpy_array_open(const char *what, pf_type type, uint64_t length, Py_buffer *view, pf_buffer *buffer)
{
    if (length > (uint64_t)PY_SSIZE_T_MAX / 8) {
        return pfpy_no_memory(what, length <= UINT64_MAX / 8 ? length * 8 : UINT64_MAX);
    }
    PyObject *module = PyImport_ImportModule("array");
    PyObject *one = module ? PyObject_CallMethod(module, "array", "s(i)", type == PF_DOUBLE ? "d" : "q", 0) : NULL;
    PyObject *made = pfpy_made(one ? PySequence_Repeat(one, (Py_ssize_t)length) : NULL, what, length * 8);
    Py_XDECREF(one);
    Py_XDECREF(module);
    if (made && PyObject_GetBuffer(made, view, PyBUF_WRITABLE) < 0) {
        Py_CLEAR(made);
    }
    if (made) {
        *buffer = (pf_buffer){view->buf, (size_t)length, type};
    }
    return made;
}

PyObject *pfpy_array_close(PyObject *array, Py_buffer *view, int ran)
{
    PyBuffer_Release(view);
    if (ran < 0) {
        Py_DECREF(array);
        return NULL;
    }
    return array;
}

PyObject *pfpy_array_shorten(PyObject *array, size_t length)
{
    Py_ssize_t size = PyObject_Size(array);
    if (size < 0 || ((size_t)size > length && PySequence_DelSlice(array, (Py_ssize_t)length, size) < 0)) {
        Py_DECREF(array);
        return NULL;
    }
    return array;
}
