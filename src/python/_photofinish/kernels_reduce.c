/* kernels_reduce.c: one number of many: sum, min, max, mean, any, all, dot. */
#include "kernels.h"

/* The kernels of one operation by the type of their values. */
typedef struct operation {
    const char *name;
    int kernels[PF_BYTES + 1];
} operation;

#define OPERATION(name)                                                                                                        \
    {                                                                                                                          \
        #name,                                                                                                                 \
        {                                                                                                                      \
            [PF_INT64] = PF_KERNEL_##name##_int64, [PF_DOUBLE] = PF_KERNEL_##name##_double,                                    \
            [PF_INT32] = PF_KERNEL_##name##_int32, [PF_FLOAT] = PF_KERNEL_##name##_float,                                      \
            [PF_BYTES] = PF_KERNEL_##name##_bytes                                                                              \
        }                                                                                                                      \
    }

static const operation sums = OPERATION(sum), least = OPERATION(min), most = OPERATION(max), means = OPERATION(mean),
                       anys = OPERATION(any), alls = OPERATION(all), dots = OPERATION(dot);

static bool is_real(pf_type type)
{
    return type == PF_DOUBLE || type == PF_FLOAT;
}

/* What the kernel returns, as its type of values has it. */
typedef enum result { NUMBER, REAL, TRUTH } result;

static PyObject *result_of(const pf_job *job, result kind)
{
    if (kind == TRUTH) {
        return PyBool_FromLong(job->integers[0] != 0);
    }
    return kind == REAL || is_real(job->inputs[0].type) ? PyFloat_FromDouble(job->reals[0]) : PyLong_FromLongLong(job->integers[0]);
}

static PyObject *reduce(PyObject *module, const operation *operation, result kind, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers numbers;
    if (pfpy_want(operation->name, given, 2) < 0 || pfpy_typed_get(arguments[0], operation->name, &numbers) < 0) {
        return NULL;
    }
    pf_job job = {.inputs[0] = numbers.buffer};
    int ran = pfpy_run(module, operation->name, operation->kernels[numbers.buffer.type], arguments[1], &job);
    pfpy_numbers_release(&numbers);
    return ran < 0 ? NULL : result_of(&job, kind);
}

static PyObject *sum(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, &sums, NUMBER, arguments, given);
}

static PyObject *smallest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, &least, NUMBER, arguments, given);
}

static PyObject *largest(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, &most, NUMBER, arguments, given);
}

static PyObject *mean(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, &means, REAL, arguments, given);
}

static PyObject *any(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, &anys, TRUTH, arguments, given);
}

static PyObject *all(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    return reduce(module, &alls, TRUTH, arguments, given);
}

/* Two arrays of different types meet in the wider: double when one of them is real, else int64. */
static int make_equal(pfpy_numbers *left, pfpy_numbers *right)
{
    if (left->buffer.type == right->buffer.type) {
        return 0;
    }
    pf_type type = is_real(left->buffer.type) || is_real(right->buffer.type) ? PF_DOUBLE : PF_INT64;
    return pfpy_numbers_as(left, "dot", type) < 0 || pfpy_numbers_as(right, "dot", type) < 0 ? -1 : 0;
}

/* dot(left, right, threads) */
static PyObject *dot(PyObject *module, PyObject *const *arguments, Py_ssize_t given)
{
    pfpy_numbers left, right;
    if (pfpy_want("dot", given, 3) < 0 || pfpy_typed_get(arguments[0], "dot", &left) < 0) {
        return NULL;
    }
    if (pfpy_typed_get(arguments[1], "dot", &right) < 0) {
        pfpy_numbers_release(&left);
        return NULL;
    }
    PyObject *product = NULL;
    if (left.buffer.length != right.buffer.length) {
        PyErr_Format(PyExc_ValueError, "kernels.dot: expected as many numbers on both sides, got %zd and %zd",
                     (Py_ssize_t)left.buffer.length, (Py_ssize_t)right.buffer.length);
    } else if (make_equal(&left, &right) == 0) {
        pf_job job = {.inputs = {left.buffer, right.buffer}};
        if (pfpy_run(module, "dot", dots.kernels[left.buffer.type], arguments[2], &job) == 0) {
            product = result_of(&job, NUMBER);
        }
    }
    pfpy_numbers_release(&left);
    pfpy_numbers_release(&right);
    return product;
}

PyMethodDef pfpy_reduce_methods[] = {
    {"sum", PFPY_FAST(sum), METH_FASTCALL, "sum(values, threads)"},
    {"min", PFPY_FAST(smallest), METH_FASTCALL, "min(values, threads)"},
    {"max", PFPY_FAST(largest), METH_FASTCALL, "max(values, threads)"},
    {"mean", PFPY_FAST(mean), METH_FASTCALL, "mean(values, threads)"},
    {"any", PFPY_FAST(any), METH_FASTCALL, "any(values, threads)"},
    {"all", PFPY_FAST(all), METH_FASTCALL, "all(values, threads)"},
    {"dot", PFPY_FAST(dot), METH_FASTCALL, "dot(left, right, threads)"},
    {NULL, NULL, 0, NULL},
};
