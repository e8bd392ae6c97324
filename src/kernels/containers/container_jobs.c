/* container_jobs.c: groups, lookups and membership behind the one shape of the kernel table. Outputs have room for the most
 * there can be; their length becomes what was written.
 */
#include "kernels/table.h"

static bool has_room(const pf_buffer *output, pf_type type, size_t length)
{
    return pf_buffer_is(output, type) && output->length >= length;
}

pf_status pf_run_count(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0];
    pf_buffer *firsts = &job->outputs[0], *counts = &job->outputs[1];
    if (!has_room(firsts, PF_INT64, keys->length) || !has_room(counts, PF_INT64, keys->length)) {
        return PF_BAD_ARGUMENT;
    }
    size_t found = 0;
    pf_status status = pf_count(call, keys, firsts->data, counts->data, &found);
    firsts->length = counts->length = found;
    return status;
}

pf_status pf_run_unique(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0];
    pf_buffer *distinct = &job->outputs[0];
    if (!has_room(distinct, keys->type == PF_DOUBLE ? PF_DOUBLE : PF_INT64, keys->length)) {
        return PF_BAD_ARGUMENT;
    }
    size_t found = 0;
    pf_status status = pf_unique(call, keys, distinct->data, &found);
    distinct->length = found;
    return status;
}

pf_status pf_run_group_order(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0];
    pf_buffer *order = &job->outputs[0], *starts = &job->outputs[1];
    if (!has_room(order, PF_INT64, keys->length) || !has_room(starts, PF_INT64, keys->length + 1)) {
        return PF_BAD_ARGUMENT;
    }
    size_t found = 0;
    pf_status status = pf_group_order(call, keys, order->data, starts->data, &found);
    order->length = keys->length;
    starts->length = found + 1;
    return status;
}

pf_status pf_run_group_sum(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0], *values = &job->inputs[1];
    pf_buffer *firsts = &job->outputs[0], *sums = &job->outputs[1];
    if (!has_room(firsts, PF_INT64, keys->length) || !has_room(sums, values->type, keys->length)) {
        return PF_BAD_ARGUMENT;
    }
    size_t found = 0;
    pf_status status = pf_group_sum(call, keys, values, firsts->data, sums->data, &found);
    firsts->length = sums->length = found;
    return status;
}

pf_status pf_run_lookup(const pf_call *call, pf_job *job)
{
    const pf_buffer *keys = &job->inputs[0], *values = &job->inputs[1], *wanted = &job->inputs[2];
    const pf_buffer *results = &job->outputs[0];
    bool real = pf_buffer_is(values, PF_DOUBLE);
    if ((!real && !pf_buffer_is(values, PF_INT64)) || values->length != keys->length ||
        !has_room(results, values->type, wanted->length)) {
        return PF_BAD_ARGUMENT;
    }
    const void *fallback = real ? (const void *)&job->reals[0] : (const void *)&job->integers[0];
    size_t hits = 0;
    pf_status status = pf_lookup(call, keys, values->data, wanted, fallback, results->data, &hits);
    job->integers[0] = (int64_t)hits;
    return status;
}

pf_status pf_run_contains(const pf_call *call, pf_job *job)
{
    const pf_buffer *haystack = &job->inputs[0], *needles = &job->inputs[1];
    const pf_buffer *contained = &job->outputs[0];
    if (!has_room(contained, PF_BYTES, needles->length) || job->integers[0] < 0 || job->integers[0] > 1) {
        return PF_BAD_ARGUMENT;
    }
    return job->integers[0] == 0 ? pf_contains_scan(call, haystack, needles, contained->data)
                                 : pf_contains_hash(call, haystack, needles, contained->data);
}
