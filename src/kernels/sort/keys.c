/* keys.c: numbers as keys, and back (sort.h). */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"

#include <stdlib.h>

#define CHUNK_LEAST 32768     /* elements: 20 to 100 us a pass */
#define CHUNK_MOST (1 << 20)  /* under 5 ms */
#define CHUNKS 64

size_t pf_sort_chunk(size_t n)
{
    size_t chunk = n / CHUNKS + 1;
    return chunk < CHUNK_LEAST ? CHUNK_LEAST : chunk > CHUNK_MOST ? CHUNK_MOST : chunk;
}

size_t pf_sort_chunks(size_t n)
{
    size_t chunk = pf_sort_chunk(n);
    return n / chunk + (n % chunk != 0);
}

pf_status pf_sort_alone(const pf_call *call, pf_chunk_function work, void *context)
{
    return pf_parallel_for(call, 1, 1, work, context);
}

typedef struct making {
    /* immutable while the loop runs */
    const pf_bits *values;
    bool real;

    uint64_t *keys;       /* each chunk writes its own stretch */
    pf_keys_found *found; /* one a chunk */
} making;

/* `real` is known where this is inlined. Keys are compared as signed numbers, their highest bit flipped: the vectors of
 * simd128 have no unsigned comparison. */
static inline __attribute__((always_inline)) void make_keys(const making *shared, bool real, size_t begin, size_t end,
                                                            pf_keys_found *found)
{
    const pf_bits *values = shared->values;
    int64_t before = (int64_t)(pf_key_of(values[begin > 0 ? begin - 1 : 0], real) ^ PF_KEY_SIGN);
    int64_t smallest = INT64_MAX, largest = INT64_MIN;
    uint64_t falls = 0, rises = 0, special = 0;
    for (size_t i = begin; i < end; i++) {
        uint64_t key = pf_key_of(values[i], real);
        int64_t number = (int64_t)(key ^ PF_KEY_SIGN);
        shared->keys[i] = key;
        smallest = number < smallest ? number : smallest;
        largest = number > largest ? number : largest;
        falls |= number < before;
        rises |= number >= before && i > 0;
        if (real) {
            special |= (values[i] == PF_KEY_SIGN) | (key == PF_KEY_NAN);
        }
        before = number;
    }
    *found = (pf_keys_found){(uint64_t)smallest ^ PF_KEY_SIGN, (uint64_t)largest ^ PF_KEY_SIGN, !falls, !rises, special != 0};
}

static pf_status make_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    making *shared = context;
    if (shared->real) {
        make_keys(shared, true, begin, end, &shared->found[chunk]);
    } else {
        make_keys(shared, false, begin, end, &shared->found[chunk]);
    }
    return PF_OK;
}

pf_status pf_keys_make(const pf_call *call, const pf_bits *values, size_t n, bool real, uint64_t *keys,
                       pf_keys_found *found)
{
    *found = (pf_keys_found){UINT64_MAX, 0, true, true, false};
    size_t chunks = pf_sort_chunks(n);
    making shared = {values, real, keys, malloc((chunks + 1) * sizeof(pf_keys_found))};
    if (!shared.found) {
        return PF_OUT_OF_MEMORY;
    }
    pf_status status = pf_parallel_for(call, n, pf_sort_chunk(n), make_chunk, &shared);
    if (status == PF_OK) {
        for (size_t chunk = 0; chunk < chunks; chunk++) {
            const pf_keys_found *part = &shared.found[chunk];
            found->smallest = part->smallest < found->smallest ? part->smallest : found->smallest;
            found->largest = part->largest > found->largest ? part->largest : found->largest;
            found->ascending &= part->ascending;
            found->descending &= part->descending;
            found->special |= part->special;
        }
    }
    free(shared.found);
    return status;
}

static bool is_zero(uint64_t bits)
{
    return (bits & ~PF_KEY_SIGN) == 0;
}

static bool is_nan(uint64_t bits)
{
    return (bits & ~PF_KEY_SIGN) > PF_KEY_INFINITY;
}

/* Two places move through the values, one from zero to zero, one from NaN to NaN. */
typedef struct finding {
    const pf_bits *values;
    size_t n;
    size_t next;
} finding;

static pf_status find_next(finding *at, bool (*wanted)(uint64_t bits), uint64_t *bits)
{
    while (at->next < at->n) {
        *bits = at->values[at->next++];
        if (at->next % PF_SORT_POLL == 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
        if (wanted(*bits)) {
            break;
        }
    }
    return PF_OK;
}

pf_status pf_keys_restore(const pf_bits *values, size_t n, pf_bits *sorted, size_t k)
{
    finding zero = {values, n, 0};
    finding nan = {values, n, 0};
    for (size_t i = 0; i < k; i++) {
        uint64_t bits = sorted[i];
        pf_status status = is_zero(bits) ? find_next(&zero, is_zero, &bits) : PF_OK;
        if (is_nan(bits)) {
            status = find_next(&nan, is_nan, &bits);
        }
        if (status != PF_OK || (i % PF_SORT_POLL == PF_SORT_POLL - 1 && pf_cancelled())) {
            return PF_CANCELLED;
        }
        sorted[i] = bits;
    }
    return PF_OK;
}
