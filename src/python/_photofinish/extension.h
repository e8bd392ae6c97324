/* extension.h: what the files of _photofinish share: the module's state and what each file adds to the module.
 *
 * One source, two builds. Natively it is linked with the real pool and every kernel runs here, with the GIL released. In the
 * page it is a WebAssembly side module of the interpreter, linked with pool_none.c: one-thread kernels run here, in Python's
 * own memory, and calls on several threads go to another module (call.h). Nothing in these files asks which build it is.
 *
 * CPython's limited API, 3.11 and later. Everything is called with the GIL held unless it says otherwise.
 */
#ifndef PF_EXTENSION_H
#define PF_EXTENSION_H

#define PY_SSIZE_T_CLEAN
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030b0000
#endif
#include <Python.h>

#include "photofinish.h"

typedef struct pfpy_state {
    PyObject *unavailable; /* the exception type Unavailable */
    PyObject *explanation; /* str: why there are no kernels on all cores here */
    PyObject *race_type;
} pfpy_state;

static inline pfpy_state *pfpy_state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

/* A METH_FASTCALL function, with names or without, as PyMethodDef wants it. */
#define PFPY_FAST(function) ((PyCFunction)(void (*)(void))(function))

/* race.c: the statistics that Python sees, and the type Race. */
extern PyMethodDef pfpy_statistics_methods[];
extern PyType_Spec pfpy_race_spec;
const char *pfpy_verdict_name(pf_verdict verdict);

/* fits.c: several races together. */
extern PyMethodDef pfpy_fits_methods[];

#endif
