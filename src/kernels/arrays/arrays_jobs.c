/* arrays_jobs.c: sqrt and axpy behind the one shape of the kernel table. */
#include "kernels/table.h"

pf_status pf_run_axpy_double(const pf_call *call, pf_job *job)
{
    const pf_buffer *x = &job->inputs[0];
    const pf_buffer *y = &job->inputs[1];
    const pf_buffer *result = &job->outputs[0];
    if (!pf_buffer_is(x, PF_DOUBLE) || !pf_buffer_is(y, PF_DOUBLE) || !pf_buffer_is(result, PF_DOUBLE) ||
        y->length != x->length || result->length != x->length) {
        return PF_BAD_ARGUMENT;
    }
    return pf_axpy_double(call, job->reals[0], x->data, y->data, x->length, result->data);
}

pf_status pf_run_sqrt_double(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0];
    const pf_buffer *roots = &job->outputs[0];
    if (!pf_buffer_is(values, PF_DOUBLE) || !pf_buffer_is(roots, PF_DOUBLE) || roots->length != values->length) {
        return PF_BAD_ARGUMENT;
    }
    size_t first_negative;
    pf_status status = pf_sqrt_double(call, values->data, values->length, roots->data, &first_negative);
    job->integers[0] = (int64_t)first_negative;
    return status;
}
