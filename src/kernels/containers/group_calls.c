/* group_calls.c: what is made of groups of equal keys: counts, distinct keys, orders, sums.
 *
 * Finding the groups is the work, and runs on all threads; what is done with them here runs on one, in the order of the
 * keys, so that sums of doubles are those of a loop over a dict.
 */
#include "kernels/containers/groups.h"
#include "kernels/table.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>

#define POLL 65536

__extension__ typedef __int128 int128;

static bool are_keys(const pf_buffer *keys)
{
    return pf_buffer_is(keys, PF_INT64) || pf_buffer_is(keys, PF_DOUBLE) || pf_buffer_is(keys, PF_SLICES);
}

/* What a finishing loop works on; the calling thread alone. */
typedef struct finishing {
    pf_groups groups;
    const pf_buffer *keys;
    const pf_buffer *values;
    int64_t *firsts;
    void *results; /* counts, sums, distinct keys or starts */
    int64_t *order;
} finishing;

static pf_status with_groups(const pf_call *call, finishing *work, bool with_ids, pf_chunk_function finish, size_t *found)
{
    if (!are_keys(work->keys)) {
        return PF_BAD_ARGUMENT;
    }
    pf_status status = pf_groups_make(call, work->keys, with_ids, &work->groups);
    if (status == PF_OK) {
        *found = work->groups.found;
        status = pf_parallel_for(call, 1, 1, finish, work);
    }
    pf_groups_free(&work->groups);
    return status;
}

static bool stop(size_t i)
{
    return i % POLL == POLL - 1 && pf_cancelled();
}

static pf_status copy_counts(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    finishing *work = context;
    int64_t *counts = work->results;
    for (size_t group = 0; group < work->groups.found; group++) {
        work->firsts[group] = work->groups.firsts[group];
        counts[group] = work->groups.counts[group];
        if (stop(group)) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

pf_status pf_count(const pf_call *call, const pf_buffer *keys, int64_t *firsts, int64_t *counts, size_t *found)
{
    finishing work = {.keys = keys, .firsts = firsts, .results = counts};
    return with_groups(call, &work, false, copy_counts, found);
}

static pf_status copy_distinct(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    finishing *work = context;
    const uint64_t __attribute__((may_alias)) *keys = work->keys->data;
    uint64_t __attribute__((may_alias)) *distinct = work->results;
    bool text = work->keys->type == PF_SLICES;
    for (size_t group = 0; group < work->groups.found; group++) {
        size_t first = work->groups.firsts[group];
        distinct[group] = text ? first : keys[first];
        if (stop(group)) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

pf_status pf_unique(const pf_call *call, const pf_buffer *keys, void *distinct, size_t *found)
{
    finishing work = {.keys = keys, .results = distinct};
    return with_groups(call, &work, false, copy_distinct, found);
}

static pf_status put_in_order(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    finishing *work = context;
    const pf_groups *groups = &work->groups;
    int64_t *starts = work->results;
    int64_t place = 0;
    for (size_t group = 0; group < groups->found; group++) {
        starts[group] = place;
        place += groups->counts[group];
        if (stop(group)) {
            return PF_CANCELLED;
        }
    }
    for (size_t i = 0; i < work->keys->length; i++) {
        work->order[starts[groups->ids[i]]++] = (int64_t)i;
        if (stop(i)) {
            return PF_CANCELLED;
        }
    }
    /* Each start has moved to the end of its group, which is the next one's start. */
    for (size_t group = groups->found; group > 0; group--) {
        starts[group] = starts[group - 1];
        if (stop(group)) {
            return PF_CANCELLED;
        }
    }
    starts[0] = 0;
    return PF_OK;
}

pf_status pf_group_order(const pf_call *call, const pf_buffer *keys, int64_t *order, int64_t *starts, size_t *found)
{
    finishing work = {.keys = keys, .results = starts, .order = order};
    return with_groups(call, &work, true, put_in_order, found);
}

static pf_status copy_firsts(const finishing *work)
{
    for (size_t group = 0; group < work->groups.found; group++) {
        work->firsts[group] = work->groups.firsts[group];
        if (stop(group)) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static pf_status sum_doubles(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    finishing *work = context;
    const uint32_t *ids = work->groups.ids;
    const double *values = work->values->data;
    double *sums = work->results;
    for (size_t group = 0; group < work->groups.found; group++) {
        sums[group] = 0.0;
        if (stop(group)) {
            return PF_CANCELLED;
        }
    }
    for (size_t i = 0; i < work->keys->length; i++) {
        sums[ids[i]] += values[i];
        if (stop(i)) {
            return PF_CANCELLED;
        }
    }
    return copy_firsts(work);
}

/* Sums of more bits than int64, so that only a total can overflow. */
static pf_status sum_integers(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    finishing *work = context;
    const uint32_t *ids = work->groups.ids;
    const int64_t *values = work->values->data;
    int64_t *sums = work->results;
    size_t found = work->groups.found;
    int128 *wide = found < SIZE_MAX / sizeof *wide ? pf_prim_alloc((found + 1) * sizeof *wide) : NULL;
    pf_status status = wide ? PF_OK : PF_OUT_OF_MEMORY;
    for (size_t group = 0; status == PF_OK && group < found; group++) {
        wide[group] = 0;
        status = stop(group) ? PF_CANCELLED : PF_OK;
    }
    for (size_t i = 0; status == PF_OK && i < work->keys->length; i++) {
        wide[ids[i]] += values[i];
        status = stop(i) ? PF_CANCELLED : PF_OK;
    }
    for (size_t group = 0; status == PF_OK && group < found; group++) {
        sums[group] = (int64_t)wide[group];
        status = wide[group] != sums[group] ? PF_OVERFLOW : stop(group) ? PF_CANCELLED : PF_OK;
    }
    free(wide);
    return status == PF_OK ? copy_firsts(work) : status;
}

pf_status pf_group_sum(const pf_call *call, const pf_buffer *keys, const pf_buffer *values, int64_t *firsts, void *sums,
                       size_t *found)
{
    bool real = pf_buffer_is(values, PF_DOUBLE);
    if (values->length != keys->length || (!real && !pf_buffer_is(values, PF_INT64))) {
        return PF_BAD_ARGUMENT;
    }
    finishing work = {.keys = keys, .values = values, .firsts = firsts, .results = sums};
    return with_groups(call, &work, true, real ? sum_doubles : sum_integers, found);
}
