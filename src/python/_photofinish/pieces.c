/* pieces.c: a sequence of str or bytes as the slices that a kernel joins (pieces.h). */
#include "pieces.h"

#include "copies.h"
#include "memory.h"

/* The bytes of a str (as UTF-8, kept by the str) or of a bytes object. 0, 1 where `item` is neither or the other of the two,
 * -1 with an exception. */
static int slice_of(PyObject *item, bool text, pf_slice *slice)
{
    Py_ssize_t length;
    if (text ? !PyUnicode_Check(item) : !PyBytes_Check(item)) {
        return 1;
    }
    if (text) {
        slice->data = PyUnicode_AsUTF8AndSize(item, &length);
        if (!slice->data) {
            return -1;
        }
    } else {
        char *data;
        if (PyBytes_AsStringAndSize(item, &data, &length) < 0) {
            return -1;
        }
        slice->data = data;
    }
    slice->length = (size_t)length;
    return 0;
}

static int wrong_piece(const char *what, PyObject *item, size_t i, bool text)
{
    PyObject *name = PyType_GetName(Py_TYPE(item));
    if (name) {
        PyErr_Format(PyExc_TypeError, "kernels.%s: expected %s at index %zd, not %U", what,
                     i == 0 ? "str or bytes" : text ? "str" : "bytes", (Py_ssize_t)i, name);
        Py_DECREF(name);
    }
    return -1;
}

static int get_separator(PyObject *separator, pfpy_pieces *found)
{
    if (found->count == 0) {
        found->text = !PyBytes_Check(separator);
    }
    int got = slice_of(separator, found->text, &found->separator);
    if (got == 1 && !found->text && PyUnicode_Check(separator) && PyObject_Size(separator) == 0) {
        found->separator = (pf_slice){NULL, 0};
        return 0;
    }
    if (got == 1) {
        PyErr_Format(PyExc_TypeError, "kernels.join: the separator must be %s, as the pieces are", found->text ? "str" : "bytes");
    }
    return got == 0 ? 0 : -1;
}

static int get_slices(const char *what, pfpy_pieces *found)
{
    double start = pfpy_copy_start();
    found->slices = pfpy_room(what, found->count, sizeof(pf_slice));
    if (!found->slices) {
        return -1;
    }
    found->text = found->count == 0 || PyUnicode_Check(PyTuple_GetItem(found->items, 0));
    for (size_t i = 0; i < found->count; i++) {
        PyObject *item = PyTuple_GetItem(found->items, (Py_ssize_t)i);
        int got = slice_of(item, found->text, &found->slices[i]);
        if (got != 0) {
            return got == 1 ? wrong_piece(what, item, i, found->text) : -1;
        }
    }
    pfpy_copied(start, (uint64_t)found->count * sizeof(pf_slice));
    return 0;
}

int pfpy_slices_get(PyObject *pieces, const char *what, pfpy_pieces *found)
{
    *found = (pfpy_pieces){0};
    found->items = pfpy_made(PySequence_Tuple(pieces), what, UINT64_MAX);
    if (!found->items) {
        return -1;
    }
    found->count = (size_t)PyTuple_Size(found->items);
    if (get_slices(what, found) < 0) {
        pfpy_pieces_release(found);
        return -1;
    }
    return 0;
}

int pfpy_pieces_get(PyObject *pieces, PyObject *separator, pfpy_pieces *found)
{
    if (PyUnicode_Check(pieces) || PyBytes_Check(pieces)) {
        PyErr_SetString(PyExc_TypeError, "kernels.join: expected a sequence of str or of bytes, not a single one");
        return -1;
    }
    if (pfpy_slices_get(pieces, "join", found) < 0) {
        return -1;
    }
    if (get_separator(separator, found) < 0) {
        pfpy_pieces_release(found);
        return -1;
    }
    return 0;
}

void pfpy_pieces_release(pfpy_pieces *pieces)
{
    PyMem_Free(pieces->slices);
    Py_XDECREF(pieces->items);
}
