/* groups.c: groups of equal keys (groups.h), on any number of threads in the same order.
 *
 * 1. Each chunk of keys has a small table of its own, which stays in the cache, and leaves one entry for each of its
 *    groups. Entries are then arranged by the highest bits of their tags: their partition. (group_chunks.c)
 * 2. Each partition brings the entries of all chunks together, chunk after chunk, in a table of its own: an entry either
 *    is the first of its group, or learns which one is.
 * 3. A walk over all entries in order numbers the groups.
 * 4. Keys learn the number of their chunk's entry.
 *
 * Few distinct keys cost step 1 alone; many are spread over partitions, so that no table outgrows the cache by far.
 */
#include "kernels/containers/groups.h"
#include "kernels/containers/group_steps.h"
#include "kernels/containers/hash.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>

/* Finds the first entry equal to this one, in the order of places. */
static void join_entry(pf_grouping *shared, pf_table *table, const pf_arranged *here, size_t *looks)
{
    const pf_buffer *keys = shared->keys;
    size_t at = pf_table_start(table, here->tag);
    for (; table->slots[at].id != PF_NO_ID; at = (at + 1) & table->mask, ++*looks) {
        uint32_t place = table->slots[at].id;
        if (table->slots[at].tag == here->tag && pf_keys_equal(keys, shared->entries[place].first, keys, here->first)) {
            shared->group[here->place] = place;
            return;
        }
    }
    table->slots[at] = (pf_slot){here->tag, here->place};
    table->used++;
}

static pf_status join_partition(void *context, size_t partition, size_t begin, size_t end)
{
    (void)begin, (void)end;
    pf_grouping *shared = context;
    pf_table table;
    pf_status status = pf_table_make(&table, PF_GROUP_ROOM);
    size_t looks = 0;
    for (size_t chunk = 0; status == PF_OK && chunk < shared->chunks; chunk++) {
        const uint32_t *starts = shared->starts + chunk * (PF_GROUP_PARTITIONS + 1) + partition;
        for (size_t j = starts[0]; status == PF_OK && j < starts[1]; j++) {
            join_entry(shared, &table, &shared->arranged[chunk * PF_GROUP_CHUNK + j], &looks);
            if (pf_table_full(&table)) {
                status = pf_table_grow(&table, 4 * table.used);
            }
            if (++looks > PF_LOOKS_PER_POLL) {
                looks = 0;
                status = pf_cancelled() ? PF_CANCELLED : status;
            }
        }
    }
    pf_table_free(&table);
    return status;
}

typedef struct numbering {
    pf_grouping *shared;
    pf_groups *groups;
} numbering;

/* Places rise, so the first entry of a group has its number before the others ask for it. */
static pf_status number_groups(void *context, size_t first, size_t begin, size_t end)
{
    (void)first, (void)begin, (void)end;
    const numbering *work = context;
    pf_grouping *shared = work->shared;
    pf_groups *groups = work->groups;
    for (size_t chunk = 0; chunk < shared->chunks; chunk++) {
        for (size_t j = 0; j < shared->entry_count[chunk]; j++) {
            size_t place = chunk * PF_GROUP_CHUNK + j;
            const pf_entry *here = &shared->entries[place];
            if (shared->group[place] == place) {
                groups->firsts[groups->found] = here->first;
                groups->counts[groups->found] = here->count;
                shared->group[place] = (uint32_t)groups->found++;
            } else {
                uint32_t group = shared->group[shared->group[place]];
                groups->counts[group] += here->count;
                shared->group[place] = group;
            }
        }
        if (pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static pf_status number_keys(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const pf_grouping *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->ids[i] = shared->group[begin + shared->ids[i]];
    }
    return PF_OK;
}

/* No more groups than entries. */
static pf_status make_room(pf_grouping *shared, pf_groups *groups)
{
    size_t entries = 0;
    for (size_t chunk = 0; chunk < shared->chunks; chunk++) {
        entries += shared->entry_count[chunk];
    }
    free(shared->arranged);
    shared->arranged = NULL;
    groups->firsts = pf_prim_alloc(entries * sizeof *groups->firsts);
    groups->counts = pf_prim_alloc(entries * sizeof *groups->counts);
    return groups->firsts && groups->counts ? PF_OK : PF_OUT_OF_MEMORY;
}

static pf_status run_steps(const pf_call *call, pf_grouping *shared, pf_groups *groups)
{
    size_t n = shared->keys->length;
    numbering work = {shared, groups};
    pf_status status = pf_parallel_for(call, n, PF_GROUP_CHUNK, pf_group_chunk, shared);
    if (status == PF_OK) {
        status = pf_parallel_for(call, PF_GROUP_PARTITIONS, 1, join_partition, shared);
    }
    if (status == PF_OK) {
        status = make_room(shared, groups);
    }
    if (status == PF_OK) {
        status = pf_parallel_for(call, 1, 1, number_groups, &work);
    }
    if (status == PF_OK && shared->ids) {
        status = pf_parallel_for(call, n, PF_GROUP_CHUNK, number_keys, shared);
    }
    return status;
}

pf_status pf_groups_make(const pf_call *call, const pf_buffer *keys, bool with_ids, pf_groups *groups)
{
    size_t n = keys->length;
    *groups = (pf_groups){0};
    if (n >= PF_NO_ID || n > SIZE_MAX / sizeof(pf_entry)) {
        return PF_BAD_ARGUMENT;
    }
    if (n == 0) {
        return PF_OK;
    }
    size_t chunks = n / PF_GROUP_CHUNK + (n % PF_GROUP_CHUNK != 0);
    pf_grouping shared = {.keys = keys, .chunks = chunks};
    shared.entries = pf_prim_alloc(n * sizeof *shared.entries);
    shared.entry_count = malloc(chunks * sizeof *shared.entry_count);
    shared.starts = pf_prim_alloc(chunks * (PF_GROUP_PARTITIONS + 1) * sizeof *shared.starts);
    shared.arranged = pf_prim_alloc(n * sizeof *shared.arranged);
    shared.group = pf_prim_alloc(n * sizeof *shared.group);
    groups->ids = shared.ids = with_ids ? pf_prim_alloc(n * sizeof *shared.ids) : NULL;
    pf_status status = PF_OUT_OF_MEMORY;
    if (shared.entries && shared.entry_count && shared.starts && shared.arranged && shared.group &&
        (groups->ids || !with_ids)) {
        status = run_steps(call, &shared, groups);
    }
    free(shared.entries);
    free(shared.entry_count);
    free(shared.starts);
    free(shared.arranged);
    free(shared.group);
    return status;
}

void pf_groups_free(pf_groups *groups)
{
    free(groups->firsts);
    free(groups->counts);
    free(groups->ids);
}
