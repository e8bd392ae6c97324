/* format_calls.c: arrays of numbers as lines of text.
 *
 * How long a line is shows only once it has been written. So every chunk writes to where it would stand if all lines were as
 * long as a line can be; afterwards the chunks are moved together, in order, which takes a tiny part of the time.
 */
#include "kernels/format/format.h"
#include "kernels/table.h"

#include <string.h>

#define FORMAT_CHUNK 4096 /* numbers: 0.1 to 0.5 ms */

typedef struct lines {
    /* immutable while a loop runs */
    const void *values;
    size_t most; /* bytes of the longest line */
    char *(*write)(char *to, const void *values, size_t begin, size_t end); /* lines begin to end; returns where they end */

    char *text;
    size_t *lengths; /* bytes of each chunk, written by whoever runs it; then immutable */
    size_t length;   /* of the text so far, in the loop that moves; one thread runs it */
} lines;

static char *write_integers(char *to, const void *values, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        to = pf_write_int64(to, ((const int64_t *)values)[i]);
        *to++ = '\n';
    }
    return to;
}

static char *write_reals(char *to, const void *values, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        to = pf_write_double(to, ((const double *)values)[i]);
        *to++ = '\n';
    }
    return to;
}

static pf_status write_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const lines *shared = context;
    char *start = shared->text + begin * shared->most;
    shared->lengths[chunk] = (size_t)(shared->write(start, shared->values, begin, end) - start);
    return PF_OK;
}

static pf_status move_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)end;
    lines *shared = context;
    memmove(shared->text + shared->length, shared->text + begin * shared->most, shared->lengths[chunk]);
    shared->length += shared->lengths[chunk];
    return PF_OK;
}

static pf_status format(const pf_call *call, lines *shared, size_t n, size_t room, size_t *length)
{
    if (n > room / shared->most) {
        return PF_BAD_ARGUMENT;
    }
    pf_arena *arena;
    void *memory;
    pf_status status = pf_arena_create(0, &arena);
    if (status != PF_OK) {
        return status;
    }
    status = pf_arena_alloc(arena, (n / FORMAT_CHUNK + 1) * sizeof *shared->lengths, &memory);
    if (status == PF_OK) {
        shared->lengths = memory;
        status = pf_parallel_for(call, n, FORMAT_CHUNK, write_chunk, shared);
    }
    if (status == PF_OK) {
        const pf_call alone = {NULL, 1, call ? call->cancel : NULL};
        status = pf_parallel_for(&alone, n, FORMAT_CHUNK, move_chunk, shared);
    }
    *length = shared->length;
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_format_int64(const pf_call *call, const int64_t *values, size_t n, char *text, size_t room, size_t *length)
{
    lines shared = {.values = values, .most = PF_FORMAT_INT64_BYTES, .write = write_integers, .text = text};
    return format(call, &shared, n, room, length);
}

pf_status pf_format_double(const pf_call *call, const double *values, size_t n, char *text, size_t room, size_t *length)
{
    lines shared = {.values = values, .most = PF_FORMAT_DOUBLE_BYTES, .write = write_reals, .text = text};
    return format(call, &shared, n, room, length);
}

/* ------------------------------------------------------------------------------------------------ jobs */

static bool has_buffers(const pf_job *job, pf_type type)
{
    return pf_buffer_is(&job->inputs[0], type) && pf_buffer_is(&job->outputs[0], PF_BYTES);
}

pf_status pf_run_format_double(const pf_call *call, pf_job *job)
{
    size_t length = 0;
    if (!has_buffers(job, PF_DOUBLE)) {
        return PF_BAD_ARGUMENT;
    }
    pf_status status =
        pf_format_double(call, job->inputs[0].data, job->inputs[0].length, job->outputs[0].data, job->outputs[0].length, &length);
    job->outputs[0].length = length;
    return status;
}

pf_status pf_run_format_int64(const pf_call *call, pf_job *job)
{
    size_t length = 0;
    if (!has_buffers(job, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    pf_status status =
        pf_format_int64(call, job->inputs[0].data, job->inputs[0].length, job->outputs[0].data, job->outputs[0].length, &length);
    job->outputs[0].length = length;
    return status;
}
