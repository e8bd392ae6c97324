/* memory.c: memory for a call (memory.h). */
#include "memory.h"

void *pfpy_no_memory(const char *what, uint64_t bytes)
{
    if (bytes == UINT64_MAX) {
        return PyErr_Format(PyExc_MemoryError, "kernels.%s: not enough memory for so many elements", what);
    }
    return PyErr_Format(PyExc_MemoryError, "kernels.%s: not enough memory for %llu bytes", what, (unsigned long long)bytes);
}

void *pfpy_room(const char *what, uint64_t n, size_t size)
{
    uint64_t bytes;
    if (__builtin_mul_overflow(n, (uint64_t)size, &bytes)) {
        bytes = UINT64_MAX;
    }
    void *room = bytes <= PY_SSIZE_T_MAX ? PyMem_Malloc((size_t)bytes) : NULL; /* of 0 bytes, too, an address */
    return room ? room : pfpy_no_memory(what, bytes);
}

PyObject *pfpy_made(PyObject *object, const char *what, uint64_t bytes)
{
    if (object || !PyErr_ExceptionMatches(PyExc_MemoryError)) {
        return object;
    }
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyObject *text = error ? PyObject_Str(error) : NULL;
    if (text && PyUnicode_GetLength(text) > 0) {
        PyErr_Restore(type, error, traceback);
    } else {
        PyErr_Clear();
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
        pfpy_no_memory(what, bytes);
    }
    Py_XDECREF(text);
    return NULL;
}
