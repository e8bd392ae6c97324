/* group_chunks.c: the groups of one chunk of keys, as entries arranged by partition: step 1 of groups.c. */
#include "kernels/containers/group_steps.h"
#include "kernels/containers/hash.h"
#include "runtime/loop.h"

#include <string.h>

static void add_entry(pf_grouping *shared, size_t begin, uint32_t number, uint64_t tag, size_t i)
{
    shared->entries[begin + number] = (pf_entry){tag, (uint32_t)i, 1};
}

/* Where more than half of the keys were new so far, the table becomes as large as the chunk can need. */
static pf_status grow_for_chunk(pf_table *table, size_t seen)
{
    return pf_table_grow(table, 2 * table->used > seen ? PF_GROUP_CHUNK : 4 * table->used);
}

/* The number within the chunk of key i's entry, which may be new. */
static inline __attribute__((always_inline)) pf_status find_entry(pf_grouping *shared, const pf_buffer *keys, pf_table *table,
                                                                  size_t begin, size_t i, uint32_t *entries, uint32_t *found,
                                                                  size_t *looks)
{
    uint64_t tag = pf_tag(keys, i);
    size_t at = pf_table_start(table, tag);
    for (; table->slots[at].id != PF_NO_ID; at = (at + 1) & table->mask, ++*looks) {
        uint32_t number = table->slots[at].id;
        pf_entry *known = &shared->entries[begin + number];
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
    return (unsigned)(tag >> (64 - PF_GROUP_PARTITION_BITS));
}

/* Entries of NaNs are the first and only ones of their groups: no partition needs to see them. */
static void arrange(pf_grouping *shared, size_t chunk, size_t begin)
{
    uint32_t *starts = shared->starts + chunk * (PF_GROUP_PARTITIONS + 1);
    uint32_t next[PF_GROUP_PARTITIONS + 1] = {0};
    size_t count = shared->entry_count[chunk];
    for (size_t j = 0; j < count; j++) {
        size_t place = begin + j;
        shared->group[place] = (uint32_t)place;
        if (!pf_never_equal(shared->keys, shared->entries[place].first)) {
            next[partition_of(shared->entries[place].tag) + 1]++;
        }
    }
    for (size_t partition = 0; partition < PF_GROUP_PARTITIONS; partition++) {
        next[partition + 1] += next[partition];
    }
    memcpy(starts, next, sizeof next);
    for (size_t j = 0; j < count; j++) {
        size_t place = begin + j;
        const pf_entry *from = &shared->entries[place];
        if (!pf_never_equal(shared->keys, from->first)) {
            shared->arranged[begin + next[partition_of(from->tag)]++] = (pf_arranged){from->tag, from->first, (uint32_t)place};
        }
    }
}

/* The type is known where this is inlined. */
static inline __attribute__((always_inline)) pf_status group_keys(pf_grouping *shared, pf_type type, size_t begin, size_t end,
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

pf_status pf_group_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    pf_grouping *shared = context;
    uint32_t entries = 0;
    pf_table table;
    pf_status status = pf_table_make(&table, PF_GROUP_ROOM);
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
