/* kernels_format.c: numbers as lines of text. */
#include "kernels.h"

/* As bytes of just the length that the text has; a copy, since the limited API cannot shorten bytes. */
static PyObject *text_from(const char *room, size_t length)
{
    double start = pfpy_copy_start();
    PyObject *text = pfpy_made(PyBytes_FromStringAndSize(room, (Py_ssize_t)length), "format_lines", length);
    pfpy_copied(start, length);
    return text;
}

/* format_lines(values, threads) */
static PyObject *format_lines(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers values;
    if (pfpy_want("format_lines", given, 2) < 0 || pfpy_numbers_get(arguments[0], "format_lines", &values) < 0) {
        return NULL;
    }
    bool real = values.buffer.type == PF_DOUBLE;
    size_t most = real ? PF_FORMAT_DOUBLE_BYTES : PF_FORMAT_INT64_BYTES;
    size_t n = values.buffer.length;
    char *room = pfpy_room("format_lines", n, most);
    PyObject *text = NULL;
    if (room) {
        pf_job job = {.inputs[0] = values.buffer, .outputs[0] = {room, n * most, PF_BYTES}};
        if (pfpy_run(module, "format_lines", real ? PF_KERNEL_format_double : PF_KERNEL_format_int64, arguments[1], &job) == 0) {
            text = text_from(room, job.outputs[0].length);
        }
    }
    PyMem_Free(room);
    pfpy_numbers_release(&values);
    return text;
}

PyMethodDef pfpy_format_methods[] = {
    {"format_lines", PFPY_FAST(format_lines), METH_FASTCALL, "format_lines(values, threads)"},
    {NULL, NULL, 0, NULL},
};
