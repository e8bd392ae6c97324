/* kernels_text.c: text: joining pieces. */
#include "kernels.h"
#include "pieces.h"

static int join_length(const pfpy_pieces *pieces, size_t *length)
{
    pf_status status = pf_concat_length(pieces->slices, pieces->count, pieces->separator.length, length);
    if (status != PF_OK || *length > PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "kernels.join: the joined text is too long for a Python string");
        return -1;
    }
    return 0;
}

static int join_into(PyObject *module, const pfpy_pieces *pieces, PyObject *threads, char *joined, size_t length)
{
    pf_job job = {
        .inputs[0] = {pieces->slices, pieces->count, PF_SLICES},
        .inputs[1] = {(void *)pieces->separator.data, pieces->separator.length, PF_BYTES},
        .outputs[0] = {joined, length, PF_BYTES},
    };
    return pfpy_run(module, "join", PF_KERNEL_concat, threads, &job);
}

static PyObject *join_bytes(PyObject *module, const pfpy_pieces *pieces, PyObject *threads, size_t length)
{
    PyObject *joined = pfpy_made(PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length), "join", length);
    if (joined && join_into(module, pieces, threads, PyBytes_AsString(joined), length) < 0) {
        Py_CLEAR(joined);
    }
    return joined;
}

/* The limited API cannot make a str to be filled in place: the UTF-8 is joined first and decoded once more, which counts as
 * copying. */
static PyObject *join_text(PyObject *module, const pfpy_pieces *pieces, PyObject *threads, size_t length)
{
    char *joined = pfpy_room("join", length, 1);
    if (!joined) {
        return NULL;
    }
    PyObject *text = NULL;
    if (join_into(module, pieces, threads, joined, length) == 0) {
        double start = pfpy_copy_start();
        text = pfpy_made(PyUnicode_FromStringAndSize(joined, (Py_ssize_t)length), "join", length);
        pfpy_copied(start, length);
    }
    PyMem_Free(joined);
    return text;
}

/* join(pieces, separator, threads) */
static PyObject *join(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_pieces pieces;
    size_t length;
    if (pfpy_want("join", given, 3) < 0 || pfpy_pieces_get(arguments[0], arguments[1], &pieces) < 0) {
        return NULL;
    }
    PyObject *joined = NULL;
    if (join_length(&pieces, &length) == 0) {
        joined = pieces.text ? join_text(module, &pieces, arguments[2], length) : join_bytes(module, &pieces, arguments[2], length);
    }
    pfpy_pieces_release(&pieces);
    return joined;
}

PyMethodDef pfpy_text_methods[] = {
    {"join", PFPY_FAST(join), METH_FASTCALL, "join(pieces, separator, threads)"},
    {NULL, NULL, 0, NULL},
};
