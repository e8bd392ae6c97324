/* table.h: the kernels of list.h as functions and as numbers, and what their job functions share. */
#ifndef PF_TABLE_H
#define PF_TABLE_H

#include "photofinish.h"

/* pf_run_NAME(call, job) of every kernel. */
#define KERNEL(name, summary) pf_status pf_run_##name(const pf_call *call, pf_job *job);
#include "kernels/list.h"
#undef KERNEL

/* PF_KERNEL_name: the number of every kernel, the same in all builds of one source. */
#define KERNEL(name, summary) PF_KERNEL_##name,
enum pf_kernel_number {
#include "kernels/list.h"
    PF_KERNEL_COUNT
};
#undef KERNEL

/* Whether a job's buffer is what the kernel reads or writes. */
static inline bool pf_buffer_is(const pf_buffer *buffer, pf_type type)
{
    return buffer->type == type && (buffer->data || buffer->length == 0);
}

#endif
