/* race.c: the statistics that Python sees: the type Race over pf_race, and the functions that need no race. */
#include "extension.h"

typedef struct race {
    PyObject_HEAD
    pf_race *race; /* owned; guarded by the GIL */
    int lanes;     /* immutable */
} race;

static PyObject *raise_status(pf_status status)
{
    if (status == PF_OUT_OF_MEMORY) {
        return PyErr_NoMemory();
    }
    PyErr_SetString(PyExc_ValueError, pf_status_message(status));
    return NULL;
}

/* Exactly `wanted` numbers of a sequence as doubles. */
static int take_doubles(PyObject *numbers, const char *what, Py_ssize_t wanted, double *to)
{
    Py_ssize_t size = PySequence_Size(numbers);
    if (size != wanted) {
        if (size >= 0) {
            PyErr_Format(PyExc_ValueError, "expected %zd %s, one for each lane; got %zd", wanted, what, size);
        }
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *number = PySequence_GetItem(numbers, i);
        if (!number) {
            return -1;
        }
        to[i] = PyFloat_AsDouble(number);
        Py_DECREF(number);
        if (to[i] == -1.0 && PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------------------------------------ the type */

static PyObject *race_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"lanes", "baseline", "calls", "tick", "margin", "alpha", NULL};
    int lanes, baseline;
    PyObject *calls_object;
    double tick, margin = PF_DEFAULT_MARGIN, alpha = PF_DEFAULT_ALPHA, calls[PF_LANES_LIMIT];
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "iiOd|dd:Race", names, &lanes, &baseline, &calls_object, &tick,
                                     &margin, &alpha)) {
        return NULL;
    }
    if (lanes < 2 || lanes > PF_LANES_LIMIT) {
        PyErr_Format(PyExc_ValueError, "a race has 2 to %d lanes, not %d", PF_LANES_LIMIT, lanes);
        return NULL;
    }
    if (take_doubles(calls_object, "calls", lanes, calls) < 0) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    race *self = (race *)allocate(type, 0);
    if (!self) {
        return NULL;
    }
    self->lanes = lanes;
    pf_status status = pf_race_create(lanes, baseline, calls, tick, margin, alpha, &self->race);
    if (status != PF_OK) {
        self->race = NULL;
        Py_DECREF(self);
        return raise_status(status);
    }
    return (PyObject *)self;
}

static void race_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (((race *)self)->race) {
        pf_race_destroy(((race *)self)->race);
    }
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *add_block(PyObject *self, PyObject *seconds)
{
    double samples[PF_LANES_LIMIT];
    race *of = (race *)self;
    if (take_doubles(seconds, "seconds", of->lanes, samples) < 0) {
        return NULL;
    }
    pf_status status = pf_race_add_block(of->race, samples);
    if (status != PF_OK) {
        return raise_status(status);
    }
    Py_RETURN_NONE;
}

const char *pfpy_verdict_name(pf_verdict verdict)
{
    switch (verdict) {
    case PF_FASTER:
        return "faster";
    case PF_SLOWER:
        return "slower";
    case PF_SAME:
        return "same";
    default:
        return "undecided";
    }
}

static PyObject *flag_names(unsigned flags)
{
    static const struct { unsigned flag; const char *name; } names[] = {
        {PF_FLAG_FEW, "few"}, {PF_FLAG_UNSTEADY, "unsteady"}, {PF_FLAG_TAIL, "tail"}, {PF_FLAG_NOISY, "noisy"}, {PF_FLAG_COARSE, "coarse"},
    };
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < sizeof names / sizeof names[0]; i++) {
        if (flags & names[i].flag) {
            PyObject *name = PyUnicode_FromString(names[i].name);
            if (!name || PyList_Append(list, name) < 0) {
                Py_CLEAR(list);
            }
            Py_XDECREF(name);
        }
    }
    return list;
}

static PyObject *comparison_dict(const pf_comparison *found)
{
    PyObject *flags = flag_names(found->flags);
    if (!flags) {
        return NULL;
    }
    return Py_BuildValue("{s:i,s:d,s:d,s:d,s:d,s:d,s:d,s:d,s:s,s:N}", "lane", found->lane, "ratio", found->ratio, "low", found->low,
                         "high", found->high, "standard_error", found->standard_error, "degrees", found->degrees, "inflation",
                         found->inflation, "mean_ratio", found->mean_ratio, "verdict", pfpy_verdict_name(found->verdict), "flags", flags);
}

static PyObject *look(PyObject *self, PyObject *arguments)
{
    int number, last;
    race *of = (race *)self;
    if (!PyArg_ParseTuple(arguments, "ip:look", &number, &last)) {
        return NULL;
    }
    pf_comparison found[PF_LANES_LIMIT];
    pf_status status = pf_race_look(of->race, number, last != 0, found);
    if (status != PF_OK) {
        return raise_status(status);
    }
    PyObject *list = PyList_New(of->lanes - 1);
    for (int i = 0; list && i < of->lanes - 1; i++) {
        PyObject *comparison = comparison_dict(&found[i]);
        if (!comparison || PyList_SetItem(list, i, comparison) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *blocks(PyObject *self, void *closure)
{
    (void)closure;
    return PyLong_FromSize_t(pf_race_blocks(((race *)self)->race));
}

static PyMethodDef race_methods[] = {
    {"add_block", add_block, METH_O, "add_block(seconds): one sample of every lane, each longer than 0 s."},
    {"look", look, METH_VARARGS,
     "look(number, last) -> list of dict: what may be said of each lane but the baseline at look 0 to LOOKS - 1. Depends on the\n"
     "blocks only. `last`: the race ends with this look. Ratios are baseline time / lane time."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef race_fields[] = {
    {"blocks", blocks, NULL, "Blocks added so far.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot race_slots[] = {
    {Py_tp_doc, "Race(lanes, baseline, calls, tick, margin=0.03, alpha=0.05): the statistics of one race (src/stats/README.md).\n\n"
                "calls: calls in one sample of each lane. tick: seconds. ValueError for arguments out of range."},
    {Py_tp_new, race_new},
    {Py_tp_dealloc, race_dealloc},
    {Py_tp_methods, race_methods},
    {Py_tp_getset, race_fields},
    {0, NULL},
};

PyType_Spec pfpy_race_spec = {
    .name = "_photofinish.Race",
    .basicsize = sizeof(race),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = race_slots,
};

/* ------------------------------------------------------------------------------------------------ functions */

static PyObject *sample_seconds(PyObject *module, PyObject *tick_object)
{
    (void)module;
    double tick = PyFloat_AsDouble(tick_object);
    if (tick == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyFloat_FromDouble(pf_sample_seconds(tick));
}

static PyObject *look_fraction(PyObject *module, PyObject *number_object)
{
    (void)module;
    long number = PyLong_AsLong(number_object);
    if (number == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (number < 0 || number >= PF_LOOKS) {
        PyErr_Format(PyExc_ValueError, "a look is 0 to %d, not %ld", PF_LOOKS - 1, number);
        return NULL;
    }
    return PyFloat_FromDouble(pf_look_fraction((int)number));
}

static PyObject *median(PyObject *module, PyObject *values)
{
    (void)module;
    Py_ssize_t n = PySequence_Size(values);
    if (n < 0) {
        return NULL;
    }
    double *numbers = PyMem_Malloc(n > 0 ? (size_t)n * sizeof *numbers : sizeof *numbers);
    if (!numbers) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    if (take_doubles(values, "values", n, numbers) == 0) {
        double middle, low, high;
        pf_status status = pf_median(numbers, (size_t)n, &middle, &low, &high);
        result = status == PF_OK ? Py_BuildValue("(ddd)", middle, low, high) : raise_status(status);
    }
    PyMem_Free(numbers);
    return result;
}

PyMethodDef pfpy_statistics_methods[] = {
    {"sample_seconds", sample_seconds, METH_O, "sample_seconds(tick): how long a sample should last with a clock that steps by tick."},
    {"look_fraction", look_fraction, METH_O, "look_fraction(number): the share of the budget that has passed at a look."},
    {"median", median, METH_O,
     "median(values) -> (median, low, high): with an interval of at least 95 %; ValueError for no values."},
    {NULL, NULL, 0, NULL},
};
