/* reduce_jobs.c: the reductions behind the one shape of the kernel table. */
#include "kernels/table.h"

typedef pf_status (*int64_function)(const pf_call *call, const int64_t *values, size_t n, int64_t *result);
typedef pf_status (*double_function)(const pf_call *call, const double *values, size_t n, double *result);

static pf_status run_int64(const pf_call *call, pf_job *job, int64_function function)
{
    const pf_buffer *values = &job->inputs[0];
    if (!pf_buffer_is(values, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    return function(call, values->data, values->length, &job->integers[0]);
}

static pf_status run_double(const pf_call *call, pf_job *job, double_function function)
{
    const pf_buffer *values = &job->inputs[0];
    if (!pf_buffer_is(values, PF_DOUBLE)) {
        return PF_BAD_ARGUMENT;
    }
    return function(call, values->data, values->length, &job->reals[0]);
}

pf_status pf_run_max_double(const pf_call *call, pf_job *job)
{
    return run_double(call, job, pf_max_double);
}

pf_status pf_run_max_int64(const pf_call *call, pf_job *job)
{
    return run_int64(call, job, pf_max_int64);
}

pf_status pf_run_min_double(const pf_call *call, pf_job *job)
{
    return run_double(call, job, pf_min_double);
}

pf_status pf_run_min_int64(const pf_call *call, pf_job *job)
{
    return run_int64(call, job, pf_min_int64);
}

pf_status pf_run_sum_double(const pf_call *call, pf_job *job)
{
    return run_double(call, job, pf_sum_double);
}

pf_status pf_run_sum_int64(const pf_call *call, pf_job *job)
{
    return run_int64(call, job, pf_sum_int64);
}
