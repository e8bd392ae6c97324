/* chain.c: arrays one after another, and one array again and again. */
#include "kernels/table.h"

#include <string.h>

#define CYCLE_CHUNK 32768 /* elements: 256 KiB, 20 to 100 us */

/* The arrays are slices of bytes, joined as text is. */
pf_status pf_run_chain(const pf_call *call, pf_job *job)
{
    const pf_buffer *arrays = &job->inputs[0];
    const pf_buffer *output = &job->outputs[0];
    if (!pf_buffer_is(arrays, PF_SLICES) || (!pf_buffer_is(output, PF_INT64) && !pf_buffer_is(output, PF_DOUBLE))) {
        return PF_BAD_ARGUMENT;
    }
    const pf_slice *slices = arrays->data;
    size_t bytes;
    pf_status status = pf_concat_length(slices, arrays->length, 0, &bytes);
    if (status != PF_OK) {
        return status;
    }
    if (output->length > SIZE_MAX / 8 || bytes != output->length * 8) {
        return PF_BAD_ARGUMENT;
    }
    return pf_concat(call, slices, arrays->length, (pf_slice){NULL, 0}, output->data, bytes);
}

typedef struct state {
    /* immutable while the loop runs */
    const int64_t *values;
    size_t n;
    size_t start; /* below n */

    int64_t *output; /* each stretch written by the one chunk it belongs to */
} state;

static pf_status cycle_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const state *shared = context;
    int64_t *output = shared->output + begin;
    size_t length = end - begin;
    size_t at = (size_t)(((uint64_t)shared->start + begin) % shared->n);
    size_t done = shared->n - at < length ? shared->n - at : length;
    memcpy(output, shared->values + at, done * sizeof *output);
    size_t rest = at < length - done ? at : length - done;
    memcpy(output + done, shared->values, rest * sizeof *output);
    done += rest;
    /* From here on what is written is a whole number of rounds, and serves as the source: few copies for a short array. */
    while (done < length) {
        size_t run = done < length - done ? done : length - done;
        memcpy(output + done, output, run * sizeof *output);
        done += run;
    }
    return PF_OK;
}

pf_status pf_cycle(const pf_call *call, const int64_t *values, size_t n, int64_t start, size_t length, int64_t *output)
{
    if (start < 0) {
        return PF_BAD_ARGUMENT;
    }
    if (n == 0) {
        return length == 0 ? PF_OK : PF_EMPTY;
    }
    state shared = {.values = values, .n = n, .start = (size_t)((uint64_t)start % n), .output = output};
    return pf_parallel_for(call, length, CYCLE_CHUNK, cycle_chunk, &shared);
}

pf_status pf_run_cycle(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0];
    const pf_buffer *output = &job->outputs[0];
    if (!pf_buffer_is(values, PF_INT64) || !pf_buffer_is(output, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_cycle(call, values->data, values->length, job->integers[0], output->length, output->data);
}
