/* sort_jobs.c: sorting behind the one shape of the kernel table. */
#include "kernels/table.h"

static bool fits(const pf_buffer *output, pf_type type, size_t length)
{
    return pf_buffer_is(output, type) && output->length == length;
}

pf_status pf_run_sort_int64(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0], *sorted = &job->outputs[0];
    if (!pf_buffer_is(values, PF_INT64) || !fits(sorted, PF_INT64, values->length)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_sort_int64(call, values->data, values->length, (pf_sort_algorithm)job->integers[0], sorted->data);
}

pf_status pf_run_sort_double(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0], *sorted = &job->outputs[0];
    if (!pf_buffer_is(values, PF_DOUBLE) || !fits(sorted, PF_DOUBLE, values->length)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_sort_double(call, values->data, values->length, (pf_sort_algorithm)job->integers[0], sorted->data);
}

pf_status pf_run_argsort_int64(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0], *order = &job->outputs[0];
    if (!pf_buffer_is(keys, PF_INT64) || !fits(order, PF_INT64, keys->length)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_argsort_int64(call, keys->data, keys->length, order->data);
}

pf_status pf_run_argsort_double(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0], *order = &job->outputs[0];
    if (!pf_buffer_is(keys, PF_DOUBLE) || !fits(order, PF_INT64, keys->length)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_argsort_double(call, keys->data, keys->length, order->data);
}

static bool by_key_fits(const pf_job *job, pf_type keys)
{
    const pf_buffer *records = &job->inputs[1];
    return pf_buffer_is(&job->inputs[0], keys) && (records->type == PF_INT64 || records->type == PF_DOUBLE) &&
           fits(records, records->type, job->inputs[0].length) && fits(&job->outputs[0], records->type, records->length);
}

pf_status pf_run_sort_by_key_int64(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0];
    if (!by_key_fits(job, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_sort_by_key_int64(call, keys->data, job->inputs[1].data, keys->length, job->outputs[0].data);
}

pf_status pf_run_sort_by_key_double(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0];
    if (!by_key_fits(job, PF_DOUBLE)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_sort_by_key_double(call, keys->data, job->inputs[1].data, keys->length, job->outputs[0].data);
}

typedef pf_status (*top_int64)(const pf_call *call, const int64_t *values, size_t n, size_t k, pf_top_algorithm algorithm,
                               int64_t *result);
typedef pf_status (*top_double)(const pf_call *call, const double *values, size_t n, size_t k, pf_top_algorithm algorithm,
                                double *result);

/* Whether k, which a job holds as int64, is the length of the result and no more than there are values. */
static bool top_fits(const pf_job *job, pf_type type)
{
    const pf_buffer *values = &job->inputs[0], *result = &job->outputs[0];
    int64_t k = job->integers[0];
    return pf_buffer_is(values, type) && k >= 0 && (uint64_t)k <= values->length && fits(result, type, (size_t)k);
}

static pf_status run_top_int64(const pf_call *call, pf_job *job, top_int64 function)
{
    const pf_buffer *values = &job->inputs[0];
    if (!top_fits(job, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    return function(call, values->data, values->length, (size_t)job->integers[0], (pf_top_algorithm)job->integers[1],
                    job->outputs[0].data);
}

static pf_status run_top_double(const pf_call *call, pf_job *job, top_double function)
{
    const pf_buffer *values = &job->inputs[0];
    if (!top_fits(job, PF_DOUBLE)) {
        return PF_BAD_ARGUMENT;
    }
    return function(call, values->data, values->length, (size_t)job->integers[0], (pf_top_algorithm)job->integers[1],
                    job->outputs[0].data);
}

pf_status pf_run_nsmallest_int64(const pf_call *call, pf_job *job)
{
    return run_top_int64(call, job, pf_nsmallest_int64);
}

pf_status pf_run_nsmallest_double(const pf_call *call, pf_job *job)
{
    return run_top_double(call, job, pf_nsmallest_double);
}

pf_status pf_run_nlargest_int64(const pf_call *call, pf_job *job)
{
    return run_top_int64(call, job, pf_nlargest_int64);
}

pf_status pf_run_nlargest_double(const pf_call *call, pf_job *job)
{
    return run_top_double(call, job, pf_nlargest_double);
}
