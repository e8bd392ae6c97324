/* lookup.c: a hash table of keys, made once a call on one thread, and many searches in it on all of them. */
#include "kernels/containers/hash.h"
#include "kernels/table.h"
#include "runtime/loop.h"

#include <stdatomic.h>
#include <stdlib.h>

#define FIRST_ROOM 1024 /* keys */
#define AHEAD 16
#define CHUNK 16384 /* searches: under a millisecond where every one leaves the cache */

typedef uint64_t __attribute__((may_alias)) bits64;

typedef struct searching {
    /* immutable while a loop runs; the table belongs to the one thread that fills it first */
    pf_table table;
    const pf_buffer *keys;
    const pf_buffer *wanted;
    const bits64 *values;
    uint64_t fallback;

    /* each chunk its own stretch */
    bits64 *results;
    uint8_t *contained; /* or this, where it is not NULL */

    _Atomic uint64_t hits; /* any thread */
} searching;

/* The slot of the key that equals key i of `keys`, or the empty one where it would stand. */
static inline __attribute__((always_inline)) pf_slot *search(const searching *shared, const pf_buffer *keys, size_t i,
                                                            uint64_t tag, size_t *looks)
{
    const pf_table *table = &shared->table;
    const pf_buffer in_table = {shared->keys->data, 0, keys->type};
    size_t at = pf_table_start(table, tag);
    for (; table->slots[at].id != PF_NO_ID; at = (at + 1) & table->mask, ++*looks) {
        if (table->slots[at].tag == tag && pf_keys_equal(&in_table, table->slots[at].id, keys, i)) {
            break;
        }
    }
    return &table->slots[at];
}

/* Whether the search is to end; asked after every key. */
static bool stop(size_t *looks)
{
    if (++*looks <= PF_LOOKS_PER_POLL) {
        return false;
    }
    *looks = 0;
    return pf_cancelled();
}

/* Tags of keys [begin, end), at most AHEAD. Their first slots are loaded together: one by one, each search that leaves the
 * cache would wait for the one before. */
static inline __attribute__((always_inline)) void prepare(const searching *shared, const pf_buffer *keys, size_t begin, size_t end, uint64_t *tags)
{
    uint32_t loaded = 0;
    for (size_t i = begin; i < end; i++) {
        tags[i - begin] = pf_tag(keys, i);
        loaded ^= shared->table.slots[pf_table_start(&shared->table, tags[i - begin])].id;
    }
    volatile uint32_t used = loaded; /* or the loads are left out */
    (void)used;
}

/* A key that comes again takes the place of the one before, as in a dict. */
static inline __attribute__((always_inline)) pf_status put(searching *shared, const pf_buffer *keys, size_t i, uint64_t tag,
                                                          size_t *looks)
{
    pf_table *table = &shared->table;
    pf_slot *slot = search(shared, keys, i, tag, looks);
    table->used += slot->id == PF_NO_ID;
    *slot = (pf_slot){tag, (uint32_t)i};
    return pf_table_full(table) ? pf_table_grow(table, 4 * table->used) : PF_OK;
}

/* The type is known where this is inlined; so below. */
static inline __attribute__((always_inline)) pf_status fill_with(searching *shared, pf_type type)
{
    const pf_buffer keys = {shared->keys->data, shared->keys->length, type};
    size_t n = keys.length, looks = 0;
    uint64_t tags[AHEAD];
    for (size_t first = 0; first < n; first += AHEAD) {
        size_t last = n - first < AHEAD ? n : first + AHEAD;
        prepare(shared, &keys, first, last, tags);
        for (size_t i = first; i < last; i++) {
            pf_status status = pf_never_equal(&keys, i) ? PF_OK : put(shared, &keys, i, tags[i - first], &looks);
            if (status != PF_OK || stop(&looks)) {
                return status != PF_OK ? status : PF_CANCELLED;
            }
        }
    }
    return PF_OK;
}

static pf_status fill(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    searching *shared = context;
    switch (shared->keys->type) {
    case PF_INT64:
        return fill_with(shared, PF_INT64);
    case PF_DOUBLE:
        return fill_with(shared, PF_DOUBLE);
    default:
        return fill_with(shared, PF_SLICES);
    }
}

/* What was wanted at place i: the index of the key equal to it, or PF_NO_ID. */
static void answer(const searching *shared, size_t i, uint32_t index)
{
    if (shared->contained) {
        shared->contained[i] = index != PF_NO_ID;
    } else {
        shared->results[i] = index == PF_NO_ID ? shared->fallback : shared->values[index];
    }
}

static inline __attribute__((always_inline)) pf_status search_for(searching *shared, pf_type type, size_t begin, size_t end)
{
    const pf_buffer wanted = {shared->wanted->data, shared->wanted->length, type};
    uint64_t hits = 0, tags[AHEAD];
    size_t looks = 0;
    for (size_t first = begin; first < end; first += AHEAD) {
        size_t last = end - first < AHEAD ? end : first + AHEAD;
        prepare(shared, &wanted, first, last, tags);
        for (size_t i = first; i < last; i++) {
            uint32_t index = pf_never_equal(&wanted, i) ? PF_NO_ID : search(shared, &wanted, i, tags[i - first], &looks)->id;
            hits += index != PF_NO_ID;
            answer(shared, i, index);
            if (stop(&looks)) {
                return PF_CANCELLED;
            }
        }
    }
    atomic_fetch_add_explicit(&shared->hits, hits, memory_order_relaxed);
    return PF_OK;
}

static pf_status search_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    searching *shared = context;
    switch (shared->keys->type) {
    case PF_INT64:
        return search_for(shared, PF_INT64, begin, end);
    case PF_DOUBLE:
        return search_for(shared, PF_DOUBLE, begin, end);
    default:
        return search_for(shared, PF_SLICES, begin, end);
    }
}

static pf_status run(const pf_call *call, searching *shared)
{
    if (shared->keys->length >= PF_NO_ID) {
        return PF_BAD_ARGUMENT;
    }
    pf_status status = pf_table_make(&shared->table, FIRST_ROOM);
    if (status == PF_OK) {
        status = pf_parallel_for(call, 1, 1, fill, shared);
    }
    if (status == PF_OK) {
        status = pf_parallel_for(call, shared->wanted->length, CHUNK, search_chunk, shared);
    }
    pf_table_free(&shared->table);
    return status;
}

static bool comparable(const pf_buffer *keys, const pf_buffer *wanted)
{
    return (pf_buffer_is(keys, PF_INT64) || pf_buffer_is(keys, PF_DOUBLE) || pf_buffer_is(keys, PF_SLICES)) &&
           pf_buffer_is(wanted, keys->type);
}

pf_status pf_lookup(const pf_call *call, const pf_buffer *keys, const void *values, const pf_buffer *wanted,
                    const void *fallback, void *results, size_t *hits)
{
    if (!comparable(keys, wanted)) {
        return PF_BAD_ARGUMENT;
    }
    searching shared = {
        .keys = keys, .wanted = wanted, .values = values, .fallback = *(const bits64 *)fallback, .results = results};
    pf_status status = run(call, &shared);
    *hits = (size_t)atomic_load(&shared.hits);
    return status;
}

pf_status pf_contains_hash(const pf_call *call, const pf_buffer *haystack, const pf_buffer *needles, uint8_t *contained)
{
    if (!comparable(haystack, needles)) {
        return PF_BAD_ARGUMENT;
    }
    searching shared = {.keys = haystack, .wanted = needles, .contained = contained};
    return run(call, &shared);
}
