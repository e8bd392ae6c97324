/* select.c: the k smallest keys by quickselect, with most of the array left out before it starts.
 *
 * A sample says which key is surely not among the k smallest; one pass on all threads keeps what lies below (the idea
 * of Floyd and Rivest's SELECT, 1975). Hoare's quickselect then works on little more than k keys.
 */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_MOST 4096

/* ------------------------------------------------------------------------------------------------ quickselect */

/* Moves keys below `pivot` (or equal to it, with `equal`) to the front and says how many. One store a key and no branch:
 * which keys are small cannot be predicted. */
static pf_status partition(uint64_t *keys, size_t n, uint64_t pivot, bool equal, size_t *small)
{
    size_t below = 0;
    for (size_t begin = 0; begin < n; begin += PF_SORT_POLL) {
        size_t end = n - begin < PF_SORT_POLL ? n : begin + PF_SORT_POLL;
        for (size_t i = begin; i < end; i++) {
            uint64_t key = keys[i];
            keys[i] = keys[below];
            keys[below] = key;
            below += equal ? key <= pivot : key < pivot;
        }
        if (n > PF_SORT_POLL && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    *small = below;
    return PF_OK;
}

static uint64_t median(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/* The median of three medians of three, from all over the range. */
static uint64_t pivot_of(const uint64_t *keys, size_t n)
{
    size_t step = n / 9;
    uint64_t third[3];
    for (size_t i = 0; i < 3; i++) {
        const uint64_t *at = keys + 3 * i * step;
        third[i] = median(at[0], at[step], at[2 * step]);
    }
    return median(third[0], third[1], third[2]);
}

/* The k smallest of n keys to the front. `scratch`: room for n, for when pivots are bad time and again. */
static pf_status quickselect(uint64_t *keys, uint64_t *scratch, size_t n, size_t k)
{
    size_t work = 0;
    const size_t most = 16 * n;
    while (n > 32 && k > 0 && k < n) {
        if (work > most) {
            break;
        }
        work += n;
        uint64_t pivot = pivot_of(keys, n);
        size_t below, equal = 0;
        pf_status status = partition(keys, n, pivot, false, &below);
        if (status == PF_OK && k <= below) {
            n = below;
            continue;
        }
        if (status == PF_OK) {
            status = partition(keys + below, n - below, pivot, true, &equal);
        }
        size_t done = below + equal;
        if (status != PF_OK || k <= done) {
            return status;
        }
        keys += done;
        n -= done;
        k -= done;
    }
    return k > 0 && k < n ? pf_merge_alone(keys, scratch, n) : PF_OK;
}

/* ------------------------------------------------------------------------------------------------ leaving out */

typedef struct selection {
    /* immutable while a loop runs */
    const pf_choice *choice;
    uint64_t limit; /* keys above are left out */

    uint64_t *kept;  /* of each chunk from its own first place on */
    uint32_t *count; /* kept, one a chunk */
    size_t total;    /* the calling thread */
} selection;

/* `real` and `largest` are known where this is inlined, or do not change. */
static inline __attribute__((always_inline)) size_t keep(const selection *shared, bool real, bool largest, size_t begin,
                                                         size_t end)
{
    const pf_choice local = {shared->choice->values, 0, 0, real, largest};
    uint64_t limit = shared->limit;
    uint64_t *to = shared->kept + begin;
    size_t count = 0;
    for (size_t i = begin; i < end; i++) {
        uint64_t key = pf_choice_key(&local, i);
        if (key <= limit) {
            to[count++] = key;
        }
    }
    return count;
}

static pf_status keep_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    selection *shared = context;
    bool largest = shared->choice->largest;
    shared->count[chunk] = (uint32_t)(shared->choice->real ? keep(shared, true, largest, begin, end)
                                                           : keep(shared, false, largest, begin, end));
    return PF_OK;
}

static pf_status gather(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    selection *shared = context;
    size_t n = shared->choice->n, stretch = pf_sort_chunk(n);
    size_t total = 0;
    for (size_t c = 0; c < pf_sort_chunks(n); c++) {
        memmove(shared->kept + total, shared->kept + c * stretch, shared->count[c] * sizeof *shared->kept);
        total += shared->count[c];
        if (pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    shared->total = total;
    return PF_OK;
}

static pf_status take_k(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    selection *shared = context;
    uint64_t *scratch = pf_prim_alloc(shared->total * sizeof *scratch);
    if (!scratch) {
        return PF_OUT_OF_MEMORY;
    }
    pf_status status = quickselect(shared->kept, scratch, shared->total, shared->choice->k);
    free(scratch);
    return status;
}

/* About 2 sqrt(n), so that sorting the sample costs little of the pass over all. */
static size_t sample_size(size_t n)
{
    size_t size = 256;
    while (size < SAMPLE_MOST && size * size < 4 * n) {
        size *= 2;
    }
    return size;
}

/* The key of this rank in the sample: surely no less than the k-th of all, where the rank has some to spare. */
static pf_status sample_limit(const pf_choice *choice, double rank, uint64_t *limit)
{
    size_t size = sample_size(choice->n), step = choice->n / size;
    *limit = UINT64_MAX;
    if (step < 4 || rank >= (double)size) {
        return PF_OK;
    }
    uint64_t *sample = malloc(2 * size * sizeof *sample);
    if (!sample) {
        return PF_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < size; i++) {
        sample[i] = pf_choice_key(choice, i * step + (i * 7919) % step);
    }
    pf_status status = pf_merge_alone(sample, sample + size, size);
    *limit = sample[(size_t)rank];
    free(sample);
    return status;
}

pf_status pf_choose_select(const pf_call *call, const pf_choice *choice, uint64_t **chosen)
{
    size_t n = choice->n;
    selection shared = {.choice = choice, .kept = pf_prim_alloc(n * sizeof(uint64_t))};
    shared.count = malloc(pf_sort_chunks(n) * sizeof *shared.count);
    *chosen = shared.kept;
    pf_status status = shared.kept && shared.count ? PF_OK : PF_OUT_OF_MEMORY;
    double expected = (double)choice->k / (double)n * (double)sample_size(n);
    double rank = expected + 4 * sqrt(expected) + 8; /* four standard deviations to spare */
    /* Too few, which a sample of a strange array may give: again with more. At last all are kept. */
    for (; status == PF_OK && shared.total < choice->k; rank *= 4) {
        status = sample_limit(choice, rank, &shared.limit);
        if (status == PF_OK) {
            status = pf_parallel_for(call, n, pf_sort_chunk(n), keep_chunk, &shared);
        }
        if (status == PF_OK) {
            status = pf_sort_alone(call, gather, &shared);
        }
    }
    if (status == PF_OK) {
        status = pf_sort_alone(call, take_k, &shared);
    }
    free(shared.count);
    return status;
}
