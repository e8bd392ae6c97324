/* arguments.c: numbers that say what a kernel should do (kernels.h). */
#include "kernels.h"

int64_t pfpy_natural(const char *what, const char *name, PyObject *number)
{
    int overflow;
    int64_t natural = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (overflow > 0) {
        return INT64_MAX;
    }
    if (natural == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (natural < 0) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: %s must be 0 or more, not %R", what, name, number);
        return -1;
    }
    return natural;
}
