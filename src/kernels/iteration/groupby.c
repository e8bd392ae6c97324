/* groupby.c: runs of equal values.
 *
 * A run begins where a value differs from the one before it. Two passes over chunks: the first counts the beginnings in each,
 * so that the second knows where its runs go. A chunk's last run ends where the next one begins, in whichever chunk that is.
 */
#include "kernels/table.h"

#define CHUNK 16384

/* One chunk. Written in the first pass by whoever runs it; in the second immutable. */
typedef struct part {
    size_t groups; /* that begin here; after the first pass, that begin before this chunk */
    size_t first;  /* where the first of them begins, n where none does; after the first pass, of all chunks behind this one */
} part;

typedef struct state {
    /* immutable while a loop runs */
    const int64_t *values;
    size_t n;
    part *parts;

    /* second pass: each run written by the chunk in which it begins */
    int64_t *keys;
    int64_t *lengths;
} state;

static inline bool begins_at(const int64_t *values, size_t i)
{
    return i == 0 || values[i] != values[i - 1];
}

static pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const state *shared = context;
    const int64_t *values = shared->values;
    size_t groups = begins_at(values, begin);
    size_t first = groups ? begin : shared->n;
    for (size_t i = begin + 1; i < end; i++) {
        groups += values[i] != values[i - 1];
    }
    for (size_t i = begin + 1; groups > 0 && first == shared->n; i++) {
        first = values[i] != values[i - 1] ? i : first;
    }
    shared->parts[chunk] = (part){groups, first};
    return PF_OK;
}

static pf_status write_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const state *shared = context;
    const int64_t *values = shared->values;
    size_t group = shared->parts[chunk].groups;
    size_t since = shared->n; /* where the run before this one began; n: in an earlier chunk, which sees to it */
    for (size_t i = begin; i < end; i++) {
        if (begins_at(values, i)) {
            if (since < shared->n) {
                shared->lengths[group++] = (int64_t)(i - since);
            }
            shared->keys[group] = values[i];
            since = i;
        }
    }
    if (since < shared->n) {
        shared->lengths[group] = (int64_t)(shared->parts[chunk].first - since);
    }
    return PF_OK;
}

/* The first pass. `shared->parts` lie in a new arena, which the caller destroys, also after a failure. */
static pf_status count_parts(const pf_call *call, state *shared, pf_arena **arena, size_t *groups)
{
    size_t parts = shared->n / CHUNK + (shared->n % CHUNK != 0);
    void *memory;
    *arena = NULL;
    pf_status status = pf_arena_create(0, arena);
    if (status == PF_OK) {
        status = pf_arena_alloc(*arena, parts * sizeof *shared->parts, &memory);
    }
    if (status == PF_OK) {
        shared->parts = memory;
        status = pf_parallel_for(call, shared->n, CHUNK, count_chunk, shared);
    }
    if (status != PF_OK) {
        return status;
    }
    *groups = 0;
    for (size_t i = 0; i < parts; i++) {
        size_t here = shared->parts[i].groups;
        shared->parts[i].groups = *groups;
        *groups += here;
    }
    size_t next = shared->n;
    for (size_t i = parts; i-- > 0;) {
        size_t here = shared->parts[i].first;
        shared->parts[i].first = next;
        next = here < shared->n ? here : next;
    }
    return PF_OK;
}

pf_status pf_count_groups(const pf_call *call, const int64_t *values, size_t n, size_t *groups)
{
    state shared = {.values = values, .n = n};
    pf_arena *arena;
    pf_status status = count_parts(call, &shared, &arena, groups);
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_groupby(const pf_call *call, const int64_t *values, size_t n, int64_t *keys, int64_t *lengths, size_t groups)
{
    state shared = {.values = values, .n = n, .keys = keys, .lengths = lengths};
    pf_arena *arena;
    size_t found;
    pf_status status = count_parts(call, &shared, &arena, &found);
    if (status == PF_OK && found != groups) {
        status = PF_BAD_ARGUMENT;
    }
    if (status == PF_OK) {
        status = pf_parallel_for(call, n, CHUNK, write_chunk, &shared);
    }
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_run_count_groups(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0];
    if (!pf_buffer_is(values, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    size_t groups = 0;
    pf_status status = pf_count_groups(call, values->data, values->length, &groups);
    job->integers[0] = (int64_t)groups;
    return status;
}

pf_status pf_run_groupby(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0];
    const pf_buffer *keys = &job->outputs[0];
    const pf_buffer *lengths = &job->outputs[1];
    if (!pf_buffer_is(values, PF_INT64) || !pf_buffer_is(keys, PF_INT64) || !pf_buffer_is(lengths, PF_INT64) ||
        keys->length != lengths->length) {
        return PF_BAD_ARGUMENT;
    }
    return pf_groupby(call, values->data, values->length, keys->data, lengths->data, keys->length);
}
