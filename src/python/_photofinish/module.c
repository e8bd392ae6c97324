/* module.c: the module _photofinish: what it is made of, how the page connects it, the account of copying. */
#include "kernels.h"
#include "processes.h"
#include "segments.h"
#include "threads.h"
#include "runtime/prim.h"

/* ------------------------------------------------------------------------------------------------ functions */

/* An index of the function table as the C function pointer that it is in WebAssembly. */
typedef void (*function)(void);

static function function_at(unsigned long long index)
{
    return (function)(uintptr_t)index;
}

static PyObject *connect(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long long alloc, release, run, cancelled, copy_in, copy_out;
    int threads;
    if (!PyArg_ParseTuple(arguments, "KKKKKKi:connect", &alloc, &release, &run, &cancelled, &copy_in, &copy_out, &threads)) {
        return NULL;
    }
    if (threads < 0 || threads > PF_POOL_LIMIT) {
        PyErr_Format(PyExc_ValueError, "a pool has 1 to %d threads (0: disconnect), not %d", PF_POOL_LIMIT, threads);
        return NULL;
    }
    pfpy_remote remote = {
        .alloc = (uint32_t(*)(uint32_t))function_at(alloc),
        .free = (void (*)(uint32_t))function_at(release),
        .run = (int (*)(int, int, uint32_t))function_at(run),
        .cancelled = (int (*)(void))function_at(cancelled),
        .copy_in = (void (*)(uint32_t, const void *, uint32_t))function_at(copy_in),
        .copy_out = (void (*)(void *, uint32_t, uint32_t))function_at(copy_out),
        .threads = threads,
    };
    pfpy_connect(&remote);
    Py_RETURN_NONE;
}

static PyObject *explain(PyObject *module, PyObject *why)
{
    if (!PyUnicode_Check(why)) {
        PyErr_SetString(PyExc_TypeError, "explain() takes a sentence");
        return NULL;
    }
    pfpy_state *state = pfpy_state_of(module);
    PyObject *before = state->explanation;
    state->explanation = Py_NewRef(why);
    Py_XDECREF(before);
    Py_RETURN_NONE;
}

static PyObject *threads(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromLong(pfpy_pool_size());
}

static PyObject *copy_seconds(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyFloat_FromDouble(pfpy_copy_seconds());
}

static PyObject *copied_bytes(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromUnsignedLongLong(pfpy_copied_bytes());
}

static PyObject *heap_bytes(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromUnsignedLongLong(pf_prim_heap_bytes());
}

static PyObject *kernels(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    size_t count;
    const pf_kernel *table = pf_kernels(&count);
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list && i < count; i++) {
        PyObject *row = Py_BuildValue("(ss)", table[i].name, table[i].summary);
        if (!row || PyList_SetItem(list, (Py_ssize_t)i, row) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *after_fork(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    pfpy_forget_pool();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"connect", connect, METH_VARARGS,
     "connect(alloc, free, run, cancelled, copy_in, copy_out, threads): calls on several threads run in another module.\n\n"
     "Indices of the function table and the size of that module's pool (call.h); 0 threads: disconnect."},
    {"explain", explain, METH_O, "explain(why): the sentence that Unavailable carries where there are no kernels on all cores."},
    {"threads", threads, METH_NOARGS, "threads(): size of the pool that kernels run on; 1 where there are no threads."},
    {"kernels", kernels, METH_NOARGS, "kernels() -> list of (name, summary): the kernel table; the index is the kernel's number."},
    {"copy_seconds", copy_seconds, METH_NOARGS,
     "copy_seconds($module)\n--\n\nSeconds spent converting and copying since the process started. Raises nothing."},
    {"copied_bytes", copied_bytes, METH_NOARGS,
     "copied_bytes($module)\n--\n\nBytes converted and copied since the process started. Raises nothing."},
    {"heap_bytes", heap_bytes, METH_NOARGS,
     "heap_bytes(): memory that the interpreter has made its own so far; in the page the size of its memory, natively the largest\n"
     "resident size. Never shrinks."},
    {"_after_fork", after_fork, METH_NOARGS, "Forgets the pool in a forked child, where its threads are not."},
    {NULL, NULL, 0, NULL},
};

/* ------------------------------------------------------------------------------------------------ the module */

/* Where processes can fork: os.register_at_fork(after_in_child=_after_fork). */
static int register_fork(PyObject *module)
{
    PyObject *os = PyImport_ImportModule("os");
    if (!os) {
        return -1;
    }
    PyObject *registered = NULL;
    PyObject *function = PyObject_GetAttrString(os, "register_at_fork");
    if (!function) {
        PyErr_Clear();
        registered = Py_NewRef(Py_None);
    } else {
        PyObject *empty = PyTuple_New(0);
        PyObject *child = PyObject_GetAttrString(module, "_after_fork");
        PyObject *keywords = child ? Py_BuildValue("{s:O}", "after_in_child", child) : NULL;
        if (empty && keywords) {
            registered = PyObject_Call(function, empty, keywords);
        }
        Py_XDECREF(keywords);
        Py_XDECREF(child);
        Py_XDECREF(empty);
        Py_DECREF(function);
    }
    Py_DECREF(os);
    Py_XDECREF(registered);
    return registered ? 0 : -1;
}

static int add_float(PyObject *module, const char *name, double value)
{
    PyObject *number = PyFloat_FromDouble(value);
    int added = number ? PyModule_AddObjectRef(module, name, number) : -1;
    Py_XDECREF(number);
    return added;
}

static int add_type(PyObject *module, const char *name, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    int added = type ? PyModule_AddObjectRef(module, name, type) : -1;
    Py_XDECREF(type);
    return added;
}

static int add_threads(PyObject *module)
{
    return PyModule_AddFunctions(module, pfpy_thread_methods) < 0 || PyModule_AddFunctions(module, pfpy_blocking_methods) < 0 || add_type(module, "Lock", &pfpy_lock_spec) < 0 ||
                   add_type(module, "RLock", &pfpy_rlock_spec) < 0 || add_type(module, "SimpleQueue", &pfpy_simple_queue_spec) < 0
               ? -1
               : 0;
}

static int add_all(PyObject *module, PyMethodDef *const *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (PyModule_AddFunctions(module, lists[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int add_processes(PyObject *module)
{
    PyMethodDef *const lists[] = {
        pfpy_processes_methods,
        pfpy_descriptors_methods,
        pfpy_listeners_methods,
        pfpy_children_methods,
        pfpy_wait_methods,
        pfpy_signals_methods,
        pfpy_semlock_methods,
        pfpy_segments_methods,
    };
    PyObject *semlock = PyType_FromModuleAndSpec(module, &pfpy_semlock_spec, NULL);
    int added = semlock && pfpy_finish_semlock(semlock) == 0 ? PyModule_AddObjectRef(module, "SemLock", semlock) : -1;
    Py_XDECREF(semlock);
    return added < 0 || pfpy_add_connection(module) < 0 ? -1 : add_all(module, lists, sizeof lists / sizeof lists[0]);
}

static int add_kernels(PyObject *module)
{
    PyMethodDef *const domains[] = {
        pfpy_arrays_methods,
        pfpy_containers_methods,
        pfpy_deque_methods,
        pfpy_format_methods,
        pfpy_iteration_methods,
        pfpy_lines_methods,
        pfpy_lookup_methods,
        pfpy_primes_methods,
        pfpy_reduce_methods,
        pfpy_rows_methods,
        pfpy_sort_methods,
        pfpy_stream_methods,
        pfpy_text_methods,
        pfpy_threads_methods,
    };
    return add_all(module, domains, sizeof domains / sizeof domains[0]) < 0 ? -1 : add_type(module, "Deque", &pfpy_deque_spec);
}

static int execute(PyObject *module)
{
    pfpy_state *state = pfpy_state_of(module);
    state->explanation = PyUnicode_FromString("kernels on all cores are not available here");
    state->unavailable = PyErr_NewExceptionWithDoc(
        "_photofinish.Unavailable", "This place cannot run what was asked for; the message says why.", PyExc_RuntimeError, NULL);
    state->race_type = PyType_FromModuleAndSpec(module, &pfpy_race_spec, NULL);
    if (!state->explanation || !state->unavailable || !state->race_type ||
        PyModule_AddObjectRef(module, "Unavailable", state->unavailable) < 0 ||
        PyModule_AddObjectRef(module, "Race", state->race_type) < 0 || add_kernels(module) < 0 ||
        add_threads(module) < 0 || add_processes(module) < 0 ||
        PyModule_AddFunctions(module, pfpy_statistics_methods) < 0 || PyModule_AddFunctions(module, pfpy_fits_methods) < 0 ||
        PyModule_AddIntConstant(module, "LOOKS", PF_LOOKS) < 0 ||
        PyModule_AddIntConstant(module, "MIN_BLOCKS", PF_MIN_BLOCKS) < 0 ||
        PyModule_AddIntConstant(module, "GROWTH_POINTS", PF_GROWTH_POINTS) < 0 ||
        PyModule_AddIntConstant(module, "FIT_LIMIT", PF_FIT_LIMIT) < 0 ||
        PyModule_AddIntConstant(module, "LANES_LIMIT", PF_LANES_LIMIT) < 0 ||
        PyModule_AddIntConstant(module, "POOL_LIMIT", PF_POOL_LIMIT) < 0 ||
        add_float(module, "DEFAULT_MARGIN", PF_DEFAULT_MARGIN) < 0 || add_float(module, "DEFAULT_ALPHA", PF_DEFAULT_ALPHA) < 0) {
        return -1;
    }
    return register_fork(module);
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    pfpy_state *state = pfpy_state_of(module);
    Py_VISIT(state->unavailable);
    Py_VISIT(state->explanation);
    Py_VISIT(state->race_type);
    return 0;
}

static int clear(PyObject *module)
{
    pfpy_state *state = pfpy_state_of(module);
    Py_CLEAR(state->unavailable);
    Py_CLEAR(state->explanation);
    Py_CLEAR(state->race_type);
    return 0;
}

static void release(void *module)
{
    clear(module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_photofinish",
    .m_doc = "C kernels on Python's own buffers, and the statistics of races. photofinish.kernels is the documented way in.",
    .m_size = sizeof(pfpy_state),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = release,
};

PyMODINIT_FUNC PyInit__photofinish(void)
{
    return PyModuleDef_Init(&definition);
}
