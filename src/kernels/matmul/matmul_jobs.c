/* matmul_jobs.c: the matrix product behind the one shape of the kernel table. */
#include "kernels/table.h"

/* Whether the buffer holds exactly rows * columns doubles. */
static bool is_matrix(const pf_buffer *buffer, uint64_t rows, uint64_t columns)
{
    return pf_buffer_is(buffer, PF_DOUBLE) && (columns == 0 ? buffer->length == 0
                                                           : buffer->length / columns == rows && buffer->length % columns == 0);
}

pf_status pf_run_matmul_double(const pf_call *call, pf_job *job)
{
    for (int i = 0; i < 3; i++) {
        if (job->integers[i] < 0 || (uint64_t)job->integers[i] > SIZE_MAX) {
            return PF_BAD_ARGUMENT;
        }
    }
    size_t rows = (size_t)job->integers[0];
    size_t inner = (size_t)job->integers[1];
    size_t columns = (size_t)job->integers[2];
    if (!is_matrix(&job->inputs[0], rows, inner) || !is_matrix(&job->inputs[1], inner, columns) ||
        !is_matrix(&job->outputs[0], rows, columns)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_matmul_double(call, job->inputs[0].data, job->inputs[1].data, rows, inner, columns, job->outputs[0].data);
}
