/* argsort.c: the order of keys as indices, and records in that order.
 *
 * One word of 64 bits holds the bits of a key that the radix sort looks at, above the index. So an argsort moves no
 * more memory than a sort; keys are looked up only to compare words that agree in those bits.
 */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

typedef struct ordering {
    /* immutable while a loop runs */
    const uint64_t *keys;
    size_t n;
    pf_radix_plan plan;  /* of keys */
    unsigned index_bits; /* of a word */
    const size_t *starts;

    /* each chunk writes its own stretch */
    uint64_t *words;
    uint64_t *scratch;
    pf_bits *order; /* may be the words' own memory */
    const pf_bits *records;
} ordering;

static uint64_t index_of(const ordering *shared, uint64_t word)
{
    return word & (((uint64_t)1 << shared->index_bits) - 1);
}

static pf_status make_words(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const ordering *shared = context;
    for (size_t i = begin; i < end; i++) {
        uint64_t high = (shared->keys[i] - shared->plan.base) >> shared->plan.shift;
        shared->words[i] = high << shared->index_bits | i;
    }
    return PF_OK;
}

/* Whether `word`, which stands behind `before`, belongs in front of it. */
static bool falls(const ordering *shared, uint64_t before, uint64_t word)
{
    return (word ^ before) >> shared->index_bits == 0 &&
           shared->keys[index_of(shared, word)] < shared->keys[index_of(shared, before)];
}

/* Where the sample misjudged the keys: a plain merge sort, one key looked up a step. */
static pf_status merge_words(const ordering *shared, size_t begin, size_t end)
{
    uint64_t *from = shared->words, *to = shared->scratch;
    for (size_t run = 1; run < end - begin; run *= 2) {
        for (size_t left = begin; left < end;) {
            size_t middle = end - left < run ? end : left + run;
            size_t right = end - middle < run ? end : middle + run;
            for (size_t i = left, j = middle, at = left; at < right; at++) {
                bool second = i == middle || (j < right && falls(shared, from[i], from[j]));
                to[at] = second ? from[j++] : from[i++];
                if (at % PF_SORT_POLL == 0 && pf_cancelled()) {
                    return PF_CANCELLED;
                }
            }
            left = right;
        }
        uint64_t *other = from;
        from = to;
        to = other;
    }
    if (from != shared->words) {
        memcpy(shared->words + begin, from + begin, (end - begin) * sizeof *from);
    }
    return PF_OK;
}

/* Insertion, as long as it moves few words. */
static pf_status repair_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const ordering *shared = context;
    begin = shared->starts[chunk];
    end = shared->starts[chunk + 1];
    uint64_t *words = shared->words;
    size_t moves = 0, most = 8 * (end - begin) + 64;
    for (size_t i = begin + 1; i < end; i++) {
        uint64_t word = words[i];
        size_t to = i;
        for (; to > begin && falls(shared, words[to - 1], word); to--) {
            words[to] = words[to - 1];
        }
        words[to] = word;
        moves += i - to;
        if (moves > most) {
            return merge_words(shared, begin, end);
        }
    }
    return PF_OK;
}

static pf_status words_to_order(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const ordering *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->order[i] = index_of(shared, shared->words[i]);
    }
    return PF_OK;
}

static pf_status rising_order(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const ordering *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->order[i] = i;
    }
    return PF_OK;
}

static pf_status falling_order(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const ordering *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->order[i] = shared->n - 1 - i;
    }
    return PF_OK;
}

static pf_status order_words(const pf_call *call, ordering *shared)
{
    size_t n = shared->n, chunk = pf_sort_chunk(n);
    pf_radix_plan of_words = {0, shared->index_bits, shared->plan.bits};
    uint64_t *sorted;
    pf_status status = pf_parallel_for(call, n, chunk, make_words, shared);
    if (status == PF_OK) {
        status = pf_radix_words(call, shared->words, shared->scratch, n, &of_words, &sorted);
    }
    if (status != PF_OK) {
        return status;
    }
    if (sorted != shared->words) {
        shared->scratch = shared->words;
        shared->words = sorted;
    }
    if (shared->plan.shift > 0) {
        size_t *starts = malloc((pf_sort_chunks(n) + 1) * sizeof *starts);
        if (!starts) {
            return PF_OUT_OF_MEMORY;
        }
        pf_radix_groups(sorted, n, &of_words, starts);
        shared->starts = starts;
        status = pf_parallel_for(call, n, chunk, repair_chunk, shared);
        free(starts);
    }
    return status == PF_OK ? pf_parallel_for(call, n, chunk, words_to_order, shared) : status;
}

/* `memory` has room for 2n words. */
static pf_status order_keys(const pf_call *call, const pf_bits *values, size_t n, bool real, uint64_t *memory,
                            pf_bits *order)
{
    ordering shared = {.keys = memory, .n = n, .words = order, .scratch = memory + n, .order = order};
    pf_keys_found found;
    pf_status status = pf_keys_make(call, values, n, real, memory, &found);
    if (status != PF_OK) {
        return status;
    }
    if (found.ascending || found.descending) {
        return pf_parallel_for(call, n, pf_sort_chunk(n), found.ascending ? rising_order : falling_order, &shared);
    }
    while ((uint64_t)1 << shared.index_bits < n) {
        shared.index_bits++;
    }
    status = pf_radix_choose(memory, n, &found, 64 - shared.index_bits, &shared.plan);
    return status == PF_OK ? order_words(call, &shared) : status;
}

static pf_status argsort(const pf_call *call, const void *keys, size_t n, bool real, void *order)
{
    if (n > PF_SORT_LIMIT || n > SIZE_MAX / 16) {
        return PF_BAD_ARGUMENT;
    }
    if (n == 0) {
        return PF_OK;
    }
    uint64_t *memory = pf_prim_alloc(2 * n * sizeof *memory);
    if (!memory) {
        return PF_OUT_OF_MEMORY;
    }
    pf_status status = order_keys(call, keys, n, real, memory, order);
    free(memory);
    return status;
}

pf_status pf_argsort_int64(const pf_call *call, const int64_t *keys, size_t n, int64_t *order)
{
    return argsort(call, keys, n, false, order);
}

pf_status pf_argsort_double(const pf_call *call, const double *keys, size_t n, int64_t *order)
{
    return argsort(call, keys, n, true, order);
}

/* The order lies in the memory of the result, and each index gives way to its record. */
static pf_status order_to_records(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const ordering *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->order[i] = shared->records[shared->order[i]];
    }
    return PF_OK;
}

static pf_status sort_by_key(const pf_call *call, const void *keys, const void *records, size_t n, bool real, void *sorted)
{
    pf_status status = argsort(call, keys, n, real, sorted);
    ordering shared = {.order = sorted, .records = records};
    return status == PF_OK ? pf_parallel_for(call, n, pf_sort_chunk(n), order_to_records, &shared) : status;
}

pf_status pf_sort_by_key_int64(const pf_call *call, const int64_t *keys, const void *records, size_t n, void *sorted)
{
    return sort_by_key(call, keys, records, n, false, sorted);
}

pf_status pf_sort_by_key_double(const pf_call *call, const double *keys, const void *records, size_t n, void *sorted)
{
    return sort_by_key(call, keys, records, n, true, sorted);
}
