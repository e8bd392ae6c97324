/* kernels_lines.c: lines and words of a text. */
#include "kernels.h"

/* ------------------------------------------------------------------------------------------------ text */

/* The bytes of a text, in place. Release after use. */
typedef struct text {
    pf_buffer buffer;
    Py_buffer view; /* held while has_view */
    bool has_view;
} text;

/* A str as its UTF-8, which an ASCII str holds anyway; any other is encoded once and keeps the result. `offsets`: the result
 * counts bytes, which are not the characters of such a str. */
static int get_str(PyObject *data, const char *what, bool offsets, text *text)
{
    Py_ssize_t length;
    const char *bytes = PyUnicode_AsUTF8AndSize(data, &length);
    if (!bytes) {
        return -1;
    }
    if (offsets && length != PyUnicode_GetLength(data)) {
        PyErr_Format(PyExc_ValueError,
                     "kernels.%s: a str with characters beyond ASCII has no byte offsets of its own; encode it first: text.encode()", what);
        return -1;
    }
    text->buffer = (pf_buffer){(void *)bytes, (size_t)length, PF_BYTES};
    return 0;
}

static int check_view(const char *what, const Py_buffer *view)
{
    if (view->ndim > 1 || view->itemsize != 1) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: expected bytes, not %d dimensions of format '%s'", what, view->ndim,
                     view->format ? view->format : "B");
        return -1;
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyErr_Format(PyExc_BufferError, "kernels.%s: the bytes are not contiguous in memory (a slice with a step?); copy them first: bytes(x)",
                     what);
        return -1;
    }
    return 0;
}

static int get_text(PyObject *data, const char *what, bool offsets, text *text)
{
    text->has_view = false;
    if (PyUnicode_Check(data)) {
        return get_str(data, what, offsets, text);
    }
    if (!PyObject_CheckBuffer(data)) {
        PyObject *name = PyType_GetName(Py_TYPE(data));
        PyErr_Format(PyExc_TypeError, "kernels.%s: expected bytes, another buffer of bytes or a str, not %V", what, name, "this object");
        Py_XDECREF(name);
        return -1;
    }
    if (PyObject_GetBuffer(data, &text->view, PyBUF_ND | PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        return -1;
    }
    if (check_view(what, &text->view) < 0) {
        PyBuffer_Release(&text->view);
        return -1;
    }
    text->has_view = true;
    text->buffer = (pf_buffer){text->view.buf, (size_t)text->view.len, PF_BYTES};
    return 0;
}

static void release(text *text)
{
    if (text->has_view) {
        PyBuffer_Release(&text->view);
    }
}

/* ------------------------------------------------------------------------------------------------ functions */

static int run(PyObject *module, const char *what, int kernel, bool offsets, PyObject *const *arguments, Py_ssize_t given, pf_job *job)
{
    text text;
    if (pfpy_want(what, given, 2) < 0 || get_text(arguments[0], what, offsets, &text) < 0) {
        return -1;
    }
    job->inputs[0] = text.buffer;
    int ran = pfpy_run(module, what, kernel, arguments[1], job);
    release(&text);
    return ran;
}

/* count_lines(data, threads) */
static PyObject *count_lines(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {.integers = {0}};
    int ran = run(module, "count_lines", PF_KERNEL_count_lines, false, arguments, given, &job);
    return ran < 0 ? NULL : PyLong_FromLongLong(job.integers[0]);
}

/* count_words(data, threads) */
static PyObject *count_words(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {.integers = {0}};
    int ran = run(module, "count_words", PF_KERNEL_count_words, false, arguments, given, &job);
    return ran < 0 ? NULL : PyLong_FromLongLong(job.integers[0]);
}

/* longest_line(data, threads) -> (index, start, length) */
static PyObject *longest_line(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pf_job job = {.integers = {0}};
    int ran = run(module, "longest_line", PF_KERNEL_longest_line, true, arguments, given, &job);
    return ran < 0 ? NULL : Py_BuildValue("(LLL)", (long long)job.integers[0], (long long)job.integers[1], (long long)job.integers[2]);
}

/* The room that the result takes shows only once the lines have been counted: here, in place, since several threads may work in
 * another memory, to which the text would have to be copied twice. */
static int count_here(PyObject *module, const pf_buffer *text, uint64_t *lines)
{
    pf_job job = {.inputs[0] = *text};
    PyObject *one = PyLong_FromLong(1);
    int ran = one ? pfpy_run(module, "line_starts", PF_KERNEL_count_lines, one, &job) : -1;
    Py_XDECREF(one);
    *lines = (uint64_t)job.integers[0];
    return ran;
}

/* line_starts(data, threads) */
static PyObject *line_starts(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    text text;
    uint64_t lines;
    if (pfpy_want("line_starts", given, 2) < 0 || get_text(arguments[0], "line_starts", true, &text) < 0) {
        return NULL;
    }
    PyObject *starts = NULL;
    if (count_here(module, &text.buffer, &lines) == 0) {
        pf_job job = {.inputs[0] = text.buffer};
        Py_buffer view;
        starts = pfpy_array_open("line_starts", PF_INT64, lines + 1, &view, &job.outputs[0]);
        if (starts) {
            starts = pfpy_array_close(starts, &view, pfpy_run(module, "line_starts", PF_KERNEL_line_starts, arguments[1], &job));
        }
    }
    release(&text);
    return starts;
}

PyMethodDef pfpy_lines_methods[] = {
    {"count_lines", PFPY_FAST(count_lines), METH_FASTCALL, "count_lines(data, threads)"},
    {"count_words", PFPY_FAST(count_words), METH_FASTCALL, "count_words(data, threads)"},
    {"line_starts", PFPY_FAST(line_starts), METH_FASTCALL, "line_starts(data, threads)"},
    {"longest_line", PFPY_FAST(longest_line), METH_FASTCALL, "longest_line(data, threads) -> (index, start, length)"},
    {NULL, NULL, 0, NULL},
};
