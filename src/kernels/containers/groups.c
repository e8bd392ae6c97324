/* groups.c: groups of equal keys (groups.h), on any number of threads in the same order.
 *
 * 1. Each chunk of keys has a small table of its own, which stays in the cache, and leaves one entry for each of its
 *    groups. Entries are then arranged by the highest bits of their tags: their partition.
 * 2. Each partition brings the entries of all chunks together, chunk after chunk, in a table of its own: an entry either
 *    is the first of its group, or learns which one is.
 * 3. A walk over all entries in order numbers the groups.
 * 4. Keys learn the number of their chunk's entry.
 *
 * Few distinct keys cost step 1 alone; many are spread over partitions, so that no table outgrows the cache by far.
 */
#include "kernels/containers/groups.h"
#include "kernels/containers/hash.h"
#include "runtime/loop.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 16384 /* keys: 20 to 300 us */
#define FIRST_ROOM 128 /* keys */
#define PARTITION_BITS 6
#define PARTITIONS (1 << PARTITION_BITS)

/* An entry's place is its chunk's first key's index plus its number within the chunk. */
typedef struct entry {
    uint64_t tag;
    uint32_t first; /* index of the group's first key in this chunk */
    uint32_t count; /* keys of the group in this chunk */
} entry;

/* An entry among those of its partition. */
typedef struct arranged {
    uint64_t tag;
    uint32_t first;
    uint32_t place;
} arranged;

typedef struct grouping {
    /* immutable */
    const pf_buffer *keys;
    size_t chunks;

    /* step 1: each chunk its own stretch; step 4: ids again */
    entry *entries;
    uint32_t *ids;        /* of a key: its entry within the chunk, then its group; NULL: not wanted */
    uint32_t *entry_count; /* one a chunk */
    arranged *arranged;    /* entries of a chunk by partition */
    uint32_t *starts;      /* PARTITIONS + 1 a chunk: where each partition begins, in `arranged` */

    /* step 2: each partition its own entries: the place of the group's first entry; step 3: the group */
    uint32_t *group;
} grouping;

static void add_entry(grouping *shared, size_t begin, uint32_t number, uint64_t tag, size_t i)
{
    shared->entries[begin + number] = (entry){tag, (uint32_t)i, 1};
}

/* Where more than half of the keys were new so far, the table becomes as large as the chunk can need. */
static pf_status grow_for_chunk(pf_table *table, size_t seen)
{
    return pf_table_grow(table, 2 * table->used > seen ? CHUNK : 4 * table->used);
}

/* The number within the chunk of key i's entry, which may be new. */
static inline __attribute__((always_inline)) pf_status find_entry(grouping *shared, const pf_buffer *keys, pf_table *table,
                                                                 size_t begin, size_t i, uint32_t *entries, uint32_t *found,
                                                                 size_t *looks)
{
    uint64_t tag = pf_tag(keys, i);
    size_t at = pf_table_start(table, tag);
    for (; table->slots[at].id != PF_NO_ID; at = (at + 1) & table->mask, ++*looks) {
        uint32_t number = table->slots[at].id;
        entry *known = &shared->entries[begin + number];
        if (table->slots[at].tag == tag && pf_keys_equal(keys, known->first, keys, i)) {
            known->count++;
            *found = number;
            return PF_OK;
        }
    }
    *found = (*entries)++;
    table->slots[at] = (pf_slot){tag, *found};
    table->used++;
    add_entry(shared, begin, *found, tag, i);
    return pf_table_full(table) ? grow_for_chunk(table, i - begin) : PF_OK;
}

static unsigned partition_of(uint64_t tag)
{
    return (unsigned)(tag >> (64 - PARTITION_BITS));
}

/* Entries of NaNs are the first and only ones of their groups: no partition needs to see them. */
static void arrange(grouping *shared, size_t chunk, size_t begin)
{
    uint32_t *starts = shared->starts + chunk * (PARTITIONS + 1);
    uint32_t next[PARTITIONS + 1] = {0};
    size_t count = shared->entry_count[chunk];
    for (size_t j = 0; j < count; j++) {
        size_t place = begin + j;
        shared->group[place] = (uint32_t)place;
        if (!pf_never_equal(shared->keys, shared->entries[place].first)) {
            next[partition_of(shared->entries[place].tag) + 1]++;
        }
    }
    for (size_t partition = 0; partition < PARTITIONS; partition++) {
        next[partition + 1] += next[partition];
    }
    memcpy(starts, next, sizeof next);
    for (size_t j = 0; j < count; j++) {
        size_t place = begin + j;
        const entry *from = &shared->entries[place];
        if (!pf_never_equal(shared->keys, from->first)) {
            shared->arranged[begin + next[partition_of(from->tag)]++] = (arranged){from->tag, from->first, (uint32_t)place};
        }
    }
}

/* The type is known where this is inlined. */
static inline __attribute__((always_inline)) pf_status group_keys(grouping *shared, pf_type type, size_t begin, size_t end,
                                                                 pf_table *table, uint32_t *entries)
{
    const pf_buffer keys = {shared->keys->data, shared->keys->length, type};
    size_t looks = 0;
    for (size_t i = begin; i < end; i++) {
        pf_status status = PF_OK;
        uint32_t number;
        if (pf_never_equal(&keys, i)) {
            number = (*entries)++;
            add_entry(shared, begin, number, 0, i);
        } else {
            status = find_entry(shared, &keys, table, begin, i, entries, &number, &looks);
        }
        if (shared->ids) {
            shared->ids[i] = number;
        }
        if (looks > PF_LOOKS_PER_POLL) {
            looks = 0;
            status = pf_cancelled() ? PF_CANCELLED : status;
        }
        if (status != PF_OK) {
            return status;
        }
    }
    return PF_OK;
}

static pf_status group_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    grouping *shared = context;
    uint32_t entries = 0;
    pf_table table;
    pf_status status = pf_table_make(&table, FIRST_ROOM);
    if (status == PF_OK) {
        switch (shared->keys->type) {
        case PF_INT64:
            status = group_keys(shared, PF_INT64, begin, end, &table, &entries);
            break;
        case PF_DOUBLE:
            status = group_keys(shared, PF_DOUBLE, begin, end, &table, &entries);
            break;
        default:
            status = group_keys(shared, PF_SLICES, begin, end, &table, &entries);
        }
    }
    pf_table_free(&table);
    if (status == PF_OK) {
        shared->entry_count[chunk] = entries;
        arrange(shared, chunk, begin);
    }
    return status;
}

/* Finds the first entry equal to this one, in the order of places. */
static void join_entry(grouping *shared, pf_table *table, const arranged *here, size_t *looks)
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
    grouping *shared = context;
    pf_table table;
    pf_status status = pf_table_make(&table, FIRST_ROOM);
    size_t looks = 0;
    for (size_t chunk = 0; status == PF_OK && chunk < shared->chunks; chunk++) {
        const uint32_t *starts = shared->starts + chunk * (PARTITIONS + 1) + partition;
        for (size_t j = starts[0]; status == PF_OK && j < starts[1]; j++) {
            join_entry(shared, &table, &shared->arranged[chunk * CHUNK + j], &looks);
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
    grouping *shared;
    pf_groups *groups;
} numbering;

/* Places rise, so the first entry of a group has its number before the others ask for it. */
static pf_status number_groups(void *context, size_t first, size_t begin, size_t end)
{
    (void)first, (void)begin, (void)end;
    const numbering *work = context;
    grouping *shared = work->shared;
    pf_groups *groups = work->groups;
    for (size_t chunk = 0; chunk < shared->chunks; chunk++) {
        for (size_t j = 0; j < shared->entry_count[chunk]; j++) {
            size_t place = chunk * CHUNK + j;
            const entry *here = &shared->entries[place];
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
    const grouping *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->ids[i] = shared->group[begin + shared->ids[i]];
    }
    return PF_OK;
}

/* No more groups than entries. */
static pf_status make_room(grouping *shared, pf_groups *groups)
{
    size_t entries = 0;
    for (size_t chunk = 0; chunk < shared->chunks; chunk++) {
        entries += shared->entry_count[chunk];
    }
    free(shared->arranged);
    shared->arranged = NULL;
    groups->firsts = malloc(entries * sizeof *groups->firsts);
    groups->counts = malloc(entries * sizeof *groups->counts);
    return groups->firsts && groups->counts ? PF_OK : PF_OUT_OF_MEMORY;
}

static pf_status run_steps(const pf_call *call, grouping *shared, pf_groups *groups)
{
    size_t n = shared->keys->length;
    numbering work = {shared, groups};
    pf_status status = pf_parallel_for(call, n, CHUNK, group_chunk, shared);
    if (status == PF_OK) {
        status = pf_parallel_for(call, PARTITIONS, 1, join_partition, shared);
    }
    if (status == PF_OK) {
        status = make_room(shared, groups);
    }
    if (status == PF_OK) {
        status = pf_parallel_for(call, 1, 1, number_groups, &work);
    }
    if (status == PF_OK && shared->ids) {
        status = pf_parallel_for(call, n, CHUNK, number_keys, shared);
    }
    return status;
}

pf_status pf_groups_make(const pf_call *call, const pf_buffer *keys, bool with_ids, pf_groups *groups)
{
    size_t n = keys->length;
    *groups = (pf_groups){0};
    if (n >= PF_NO_ID || n > SIZE_MAX / sizeof(entry)) {
        return PF_BAD_ARGUMENT;
    }
    if (n == 0) {
        return PF_OK;
    }
    size_t chunks = n / CHUNK + (n % CHUNK != 0);
    grouping shared = {.keys = keys, .chunks = chunks};
    shared.entries = malloc(n * sizeof *shared.entries);
    shared.entry_count = malloc(chunks * sizeof *shared.entry_count);
    shared.starts = malloc(chunks * (PARTITIONS + 1) * sizeof *shared.starts);
    shared.arranged = malloc(n * sizeof *shared.arranged);
    shared.group = malloc(n * sizeof *shared.group);
    groups->ids = shared.ids = with_ids ? malloc(n * sizeof *shared.ids) : NULL;
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
