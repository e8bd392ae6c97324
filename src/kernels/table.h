/* table.h: the kernels as the table lists them. A new kernel adds its line here and its row in table.c. */
#ifndef PF_TABLE_H
#define PF_TABLE_H

#include "photofinish.h"

/* Each maps a pf_job to the typed function; the kernel's README says what it reads and where it leaves the result. */
pf_status pf_run_concat(const pf_call *call, pf_job *job);
pf_status pf_run_count_primes(const pf_call *call, pf_job *job);
pf_status pf_run_max_double(const pf_call *call, pf_job *job);
pf_status pf_run_max_int64(const pf_call *call, pf_job *job);
pf_status pf_run_min_double(const pf_call *call, pf_job *job);
pf_status pf_run_min_int64(const pf_call *call, pf_job *job);
pf_status pf_run_sum_double(const pf_call *call, pf_job *job);
pf_status pf_run_sum_int64(const pf_call *call, pf_job *job);

/* Whether a job's buffer is what the kernel reads or writes. */
static inline bool pf_buffer_is(const pf_buffer *buffer, pf_type type)
{
    return buffer->type == type && (buffer->data || buffer->length == 0);
}

#endif
