/* reduce_jobs.c: the reductions behind the one shape of the kernel table. The values are input 0, for dot also input 1. */
#include "kernels/table.h"

static bool pair_is(const pf_job *job, pf_type type)
{
    return pf_buffer_is(&job->inputs[0], type) && pf_buffer_is(&job->inputs[1], type) &&
           job->inputs[0].length == job->inputs[1].length;
}

/* results: integers or reals, of the job. */
#define REDUCTION(operation, name, pf_name, results)                                                                   \
    pf_status pf_run_##operation##_##name(const pf_call *call, pf_job *job)                                            \
    {                                                                                                                  \
        const pf_buffer *values = &job->inputs[0];                                                                     \
        if (!pf_buffer_is(values, pf_name)) {                                                                          \
            return PF_BAD_ARGUMENT;                                                                                    \
        }                                                                                                              \
        return pf_##operation##_##name(call, values->data, values->length, &job->results[0]);                          \
    }

#define TRUTH(operation, name, pf_name)                                                                                \
    pf_status pf_run_##operation##_##name(const pf_call *call, pf_job *job)                                            \
    {                                                                                                                  \
        const pf_buffer *values = &job->inputs[0];                                                                     \
        bool truth = false;                                                                                            \
        if (!pf_buffer_is(values, pf_name)) {                                                                          \
            return PF_BAD_ARGUMENT;                                                                                    \
        }                                                                                                              \
        pf_status status = pf_##operation##_##name(call, values->data, values->length, &truth);                        \
        job->integers[0] = truth;                                                                                      \
        return status;                                                                                                 \
    }

#define TYPE(name, pf_name, results)                                                                                   \
    REDUCTION(sum, name, pf_name, results)                                                                             \
    REDUCTION(min, name, pf_name, results)                                                                             \
    REDUCTION(max, name, pf_name, results)                                                                             \
    REDUCTION(mean, name, pf_name, reals)                                                                              \
    TRUTH(any, name, pf_name)                                                                                          \
    TRUTH(all, name, pf_name)                                                                                          \
    pf_status pf_run_dot_##name(const pf_call *call, pf_job *job)                                                      \
    {                                                                                                                  \
        if (!pair_is(job, pf_name)) {                                                                                  \
            return PF_BAD_ARGUMENT;                                                                                    \
        }                                                                                                              \
        return pf_dot_##name(call, job->inputs[0].data, job->inputs[1].data, job->inputs[0].length, &job->results[0]); \
    }

TYPE(bytes, PF_BYTES, integers)
TYPE(double, PF_DOUBLE, reals)
TYPE(float, PF_FLOAT, reals)
TYPE(int32, PF_INT32, integers)
TYPE(int64, PF_INT64, integers)
