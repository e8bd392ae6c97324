/* scan.c: membership by looking at one element after another: what `x in list` does. */
#include "kernels/containers/scan.h"
#include "kernels/containers/hash.h"
#include "kernels/table.h"
#include "runtime/loop.h"

#include <stdatomic.h>

#define BLOCK 16384 /* elements of the haystack that one needle is looked for in without a pause: some 5 us */
#define COMPARISONS 131072 /* of a chunk */

bool pf_scan_int64_plain(const int64_t *values, size_t n, int64_t needle)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] == needle) {
            return true;
        }
    }
    return false;
}

bool pf_scan_double_plain(const double *values, size_t n, double needle)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] == needle) {
            return true;
        }
    }
    return false;
}

bool pf_scan_slices(const pf_slice *values, size_t n, const pf_slice *needle)
{
    for (size_t i = 0; i < n; i++) {
        if (pf_slices_equal(&values[i], needle)) {
            return true;
        }
    }
    return false;
}

typedef struct scanning {
    /* immutable while the loop runs */
    const pf_buffer *haystack;
    const pf_buffer *needles;
    size_t blocks; /* of the haystack */

    _Atomic uint8_t *contained; /* any thread: set to 1 once the needle was seen, never back */
} scanning;

static bool scan(const scanning *shared, size_t needle, size_t begin, size_t end)
{
    const pf_buffer *haystack = shared->haystack;
    const void *needles = shared->needles->data;
    switch (haystack->type) {
    case PF_INT64:
        return pf_scan_int64_simd((const int64_t *)haystack->data + begin, end - begin, ((const int64_t *)needles)[needle]);
    case PF_DOUBLE:
        return pf_scan_double_simd((const double *)haystack->data + begin, end - begin, ((const double *)needles)[needle]);
    default:
        return pf_scan_slices((const pf_slice *)haystack->data + begin, end - begin, (const pf_slice *)needles + needle);
    }
}

/* One unit is one needle in one block; the units of a needle follow each other. A needle already seen needs no more. */
static pf_status scan_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const scanning *shared = context;
    for (size_t unit = begin; unit < end; unit++) {
        size_t needle = unit / shared->blocks, block = unit % shared->blocks;
        if (atomic_load_explicit(&shared->contained[needle], memory_order_relaxed)) {
            continue;
        }
        size_t first = block * BLOCK, n = shared->haystack->length;
        if (scan(shared, needle, first, n - first < BLOCK ? n : first + BLOCK)) {
            atomic_store_explicit(&shared->contained[needle], 1, memory_order_relaxed);
        }
    }
    return PF_OK;
}

pf_status pf_contains_scan(const pf_call *call, const pf_buffer *haystack, const pf_buffer *needles, uint8_t *contained)
{
    size_t n = haystack->length, m = needles->length;
    if (!(pf_buffer_is(haystack, PF_INT64) || pf_buffer_is(haystack, PF_DOUBLE) || pf_buffer_is(haystack, PF_SLICES)) ||
        !pf_buffer_is(needles, haystack->type)) {
        return PF_BAD_ARGUMENT;
    }
    scanning shared = {haystack, needles, n / BLOCK + (n % BLOCK != 0), (_Atomic uint8_t *)contained};
    for (size_t i = 0; i < m; i++) {
        contained[i] = 0;
    }
    if (n == 0) {
        return PF_OK;
    }
    if (m > SIZE_MAX / shared.blocks) {
        return PF_BAD_ARGUMENT; /* 32 bits: more units than can be counted, an hour's work */
    }
    size_t unit = n < BLOCK ? n : BLOCK;
    return pf_parallel_for(call, m * shared.blocks, COMPARISONS / unit, scan_chunk, &shared);
}
