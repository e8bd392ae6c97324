/* text_jobs.c: lines and words behind the one shape of the kernel table. */
#include "kernels/table.h"

typedef pf_status (*count_function)(const pf_call *call, const uint8_t *text, size_t n, size_t *count);

static pf_status run_count(const pf_call *call, pf_job *job, count_function count)
{
    size_t found = 0;
    if (!pf_buffer_is(&job->inputs[0], PF_BYTES)) {
        return PF_BAD_ARGUMENT;
    }
    pf_status status = count(call, job->inputs[0].data, job->inputs[0].length, &found);
    job->integers[0] = (int64_t)found;
    return status;
}

pf_status pf_run_count_lines(const pf_call *call, pf_job *job)
{
    return run_count(call, job, pf_count_lines);
}

pf_status pf_run_count_words(const pf_call *call, pf_job *job)
{
    return run_count(call, job, pf_count_words);
}

pf_status pf_run_line_starts(const pf_call *call, pf_job *job)
{
    const pf_buffer *text = &job->inputs[0];
    const pf_buffer *starts = &job->outputs[0];
    if (!pf_buffer_is(text, PF_BYTES) || !pf_buffer_is(starts, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_line_starts(call, text->data, text->length, starts->data, starts->length);
}

pf_status pf_run_longest_line(const pf_call *call, pf_job *job)
{
    pf_line longest = {0};
    if (!pf_buffer_is(&job->inputs[0], PF_BYTES)) {
        return PF_BAD_ARGUMENT;
    }
    pf_status status = pf_longest_line(call, job->inputs[0].data, job->inputs[0].length, &longest);
    job->integers[0] = (int64_t)longest.index;
    job->integers[1] = (int64_t)longest.start;
    job->integers[2] = (int64_t)longest.length;
    return status;
}
