/* radix.c: radix sort of keys, least significant digit first, over no more of their highest bits than it takes to tell
 * nearly all keys apart; keys that share those bits stand together afterwards and are put in order by insertion.
 *
 * Each digit is one pass: chunks are counted apart, the counts are summed up bucket by bucket and chunk by chunk, and
 * every chunk then knows the place of each of its keys. So the passes are stable on any number of threads.
 */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"

#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11 /* 2048 streams of writes, counts of 8 KB: still in the first-level cache */
#define SPARE_BITS 2
#define SMALL 1024 /* keys: below, a merge sort has finished before the counts are set to zero */

/* ------------------------------------------------------------------------------------------------ which bits */

static unsigned bit_length(uint64_t number)
{
    return number == 0 ? 0 : 64 - (unsigned)__builtin_clzll(number);
}

/* A sample of m = 2 sqrt(n) keys has m^2 / 2 = 2n pairs. When groups are to hold some 2 keys, 4 of those pairs share
 * a group. Pairs of equal keys need no telling apart. */
#define SHARING 4

static size_t sample_size(size_t n)
{
    size_t size = 1;
    while (size * size < 4 * n / 3) {
        size *= 2;
    }
    return size < n ? size : n;
}

pf_status pf_radix_choose(const uint64_t *keys, size_t n, const pf_keys_found *found, unsigned most, pf_radix_plan *plan)
{
    unsigned range = bit_length(found->largest - found->smallest);
    *plan = (pf_radix_plan){found->smallest, 0, range};
    if (range == 0) {
        return PF_OK;
    }
    size_t size = sample_size(n);
    uint64_t *sample = malloc(2 * size * sizeof *sample);
    if (!sample) {
        return PF_OUT_OF_MEMORY;
    }
    /* A step that is no round number, against patterns in the data. */
    size_t step = n / size;
    for (size_t i = 0; i < size; i++) {
        sample[i] = keys[i * step + (i * 7919) % step] - found->smallest;
    }
    pf_status status = pf_merge_alone(sample, sample + size, size);
    size_t differ_at[65] = {0}; /* neighbours whose highest bit of difference, counted from 1, is this one */
    for (size_t i = 1; i < size; i++) {
        differ_at[bit_length(sample[i] ^ sample[i - 1])]++;
    }
    free(sample);
    unsigned shift = 0;
    for (size_t sharing = differ_at[1]; shift < range - 1 && sharing <= SHARING; sharing += differ_at[shift + 1]) {
        shift++;
    }
    unsigned bits = range - shift;
    bits = bits + SPARE_BITS < range ? bits + SPARE_BITS : range;
    bits = bits < most ? bits : most;
    plan->bits = bits;
    plan->shift = range - bits;
    return status;
}

/* ------------------------------------------------------------------------------------------------ passes */

typedef struct pass {
    /* immutable while a loop runs */
    uint64_t base;
    unsigned shift;
    unsigned bits;
    const uint64_t *from;

    uint64_t *to;     /* every place is written by one chunk */
    uint32_t *counts; /* of chunk c from counts[c << bits] on: keys a bucket, then the next place of each bucket */
} pass;

static pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    pass *shared = context;
    const uint64_t *from = shared->from, base = shared->base;
    unsigned shift = shared->shift;
    size_t mask = ((size_t)1 << shared->bits) - 1;
    uint32_t *counts = shared->counts + (chunk << shared->bits);
    memset(counts, 0, (mask + 1) * sizeof *counts);
    for (size_t i = begin; i < end; i++) {
        counts[(from[i] - base) >> shift & mask]++;
    }
    return PF_OK;
}

static pf_status move_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    pass *shared = context;
    const uint64_t *from = shared->from, base = shared->base;
    uint64_t *to = shared->to;
    unsigned shift = shared->shift;
    size_t mask = ((size_t)1 << shared->bits) - 1;
    uint32_t *places = shared->counts + (chunk << shared->bits);
    for (size_t i = begin; i < end; i++) {
        uint64_t word = from[i];
        to[places[(word - base) >> shift & mask]++] = word;
    }
    return PF_OK;
}

/* Row by row, since a column of counts lies in few sets of the cache. The row behind the last chunk's is `next`: first
 * all keys of each bucket, then where the bucket's next key goes. */
static void counts_to_places(const pass *pass, size_t chunks)
{
    size_t buckets = (size_t)1 << pass->bits;
    uint32_t *next = pass->counts + (chunks << pass->bits);
    memset(next, 0, buckets * sizeof *next);
    for (size_t i = 0; i < chunks << pass->bits; i++) {
        next[i & (buckets - 1)] += pass->counts[i];
    }
    uint32_t place = 0;
    for (size_t bucket = 0; bucket < buckets; bucket++) {
        uint32_t keys = next[bucket];
        next[bucket] = place;
        place += keys;
    }
    for (size_t i = 0; i < chunks << pass->bits; i++) {
        uint32_t keys = pass->counts[i];
        pass->counts[i] = next[i & (buckets - 1)];
        next[i & (buckets - 1)] += keys;
    }
}

pf_status pf_radix_words(const pf_call *call, uint64_t *words, uint64_t *scratch, size_t n, const pf_radix_plan *plan,
                         uint64_t **sorted)
{
    *sorted = words;
    unsigned passes = (plan->bits + DIGIT_BITS - 1) / DIGIT_BITS;
    if (passes == 0) {
        return PF_OK;
    }
    unsigned widest = (plan->bits + passes - 1) / passes;
    size_t chunk = pf_sort_chunk(n), chunks = pf_sort_chunks(n);
    pass shared = {.base = plan->base, .shift = plan->shift, .from = words, .to = scratch};
    shared.counts = malloc(((chunks + 1) << widest) * sizeof *shared.counts);
    pf_status status = shared.counts ? PF_OK : PF_OUT_OF_MEMORY;
    unsigned left = plan->bits;
    for (; status == PF_OK && left > 0; left -= shared.bits) {
        shared.bits = left < widest ? left : widest;
        status = pf_parallel_for(call, n, chunk, count_chunk, &shared);
        if (status == PF_OK) {
            counts_to_places(&shared, chunks);
            status = pf_parallel_for(call, n, chunk, move_chunk, &shared);
        }
        *sorted = shared.to;
        shared.to = (uint64_t *)shared.from;
        shared.from = *sorted;
        shared.shift += shared.bits;
    }
    free(shared.counts);
    return status;
}

/* ------------------------------------------------------------------------------------------------ groups */

static uint64_t group_of(const pf_radix_plan *plan, uint64_t word)
{
    return (word - plan->base) >> plan->shift;
}

void pf_radix_groups(const uint64_t *words, size_t n, const pf_radix_plan *plan, size_t *starts)
{
    size_t chunk = pf_sort_chunk(n), chunks = pf_sort_chunks(n);
    starts[0] = 0;
    starts[chunks] = n;
    for (size_t c = 1; c < chunks; c++) {
        uint64_t before = group_of(plan, words[c * chunk - 1]);
        size_t low = c * chunk, high = n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (group_of(plan, words[middle]) > before) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        starts[c] = low;
    }
}

typedef struct repair {
    const size_t *starts; /* immutable */

    /* each chunk writes the stretch of its groups */
    uint64_t *keys;
    uint64_t *scratch;
} repair;

/* Insertion, as long as it moves few keys: groups are small where the sample told the truth. */
static pf_status repair_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    repair *shared = context;
    begin = shared->starts[chunk];
    end = shared->starts[chunk + 1];
    if (begin >= end) {
        return PF_OK;
    }
    uint64_t *keys = shared->keys;
    size_t moves = 0, most = 8 * (end - begin) + 64;
    uint64_t before = keys[begin];
    for (size_t i = begin + 1; i < end; i++) {
        uint64_t key = keys[i];
        if (key >= before) {
            before = key;
            continue;
        }
        size_t to = i;
        do {
            keys[to] = keys[to - 1];
            to--;
        } while (to > begin && key < keys[to - 1]);
        keys[to] = key;
        moves += i - to;
        if (moves > most) {
            return pf_merge_alone(keys + begin, shared->scratch + begin, end - begin);
        }
    }
    return PF_OK;
}

pf_status pf_radix_keys(const pf_call *call, uint64_t *keys, uint64_t *scratch, size_t n, const pf_keys_found *found,
                        uint64_t **sorted)
{
    if (n < SMALL) {
        return pf_merge_keys(call, keys, scratch, n, sorted);
    }
    pf_radix_plan plan;
    *sorted = keys;
    pf_status status = pf_radix_choose(keys, n, found, 64, &plan);
    if (status == PF_OK) {
        status = pf_radix_words(call, keys, scratch, n, &plan, sorted);
    }
    if (status != PF_OK || plan.shift == 0) {
        return status;
    }
    size_t *starts = malloc((pf_sort_chunks(n) + 1) * sizeof *starts);
    if (!starts) {
        return PF_OUT_OF_MEMORY;
    }
    pf_radix_groups(*sorted, n, &plan, starts);
    repair shared = {starts, *sorted, *sorted == keys ? scratch : keys};
    status = pf_parallel_for(call, n, pf_sort_chunk(n), repair_chunk, &shared);
    free(starts);
    return status;
}
