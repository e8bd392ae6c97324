/* merge.c: merge sort of keys, stable: chunks are sorted apart, then merged pairwise, level by level.
 *
 * A merge of two long runs is cut into pieces of the result, and each piece finds where it begins in the two runs by
 * the merge path (Odeh, Green, Mwassi, Shmueli, Birk: Merge Path, 2012), so that the last merge of all occupies every
 * thread. Chunks and pieces have fixed sizes.
 */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"

#include <string.h>

#define BLOCK 4       /* sorted by exchanges; CHUNK is BLOCK times a power of two */
#define CHUNK 32768   /* keys sorted by one thread: about a millisecond; two arrays of them fit the second-level cache */
#define PIECE 65536   /* keys of a merge: about 200 us */

static void exchange(uint64_t *left, uint64_t *right)
{
    uint64_t a = *left, b = *right;
    *left = b < a ? b : a;
    *right = b < a ? a : b;
}

static void sort_block(uint64_t *keys)
{
    exchange(keys, keys + 1);
    exchange(keys + 2, keys + 3);
    exchange(keys, keys + 2);
    exchange(keys + 1, keys + 3);
    exchange(keys + 1, keys + 2);
}

static void insertion_sort(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        size_t to = i;
        for (; to > 0 && key < keys[to - 1]; to--) {
            keys[to] = keys[to - 1];
        }
        keys[to] = key;
    }
}

/* Two sorted runs of `length` keys each, one behind the other. From the front and from the back at once, each half of
 * the result: neither reader can leave its run before it has written its half, so nothing is checked, and the two
 * chains of loads overlap. On equal keys the front takes the first run's, the back the second's. */
static void merge_equal(const uint64_t *runs, size_t length, uint64_t *to)
{
    const uint64_t *a = runs, *b = runs + length;
    const uint64_t *a_end = b - 1, *b_end = b + length - 1;
    uint64_t *to_end = to + 2 * length - 1;
    for (size_t i = 0; i < length; i++) {
        bool second = *b < *a;
        *to++ = second ? *b : *a;
        b += second;
        a += !second;
        bool first = *b_end < *a_end;
        *to_end-- = first ? *a_end : *b_end;
        a_end -= first;
        b_end -= !first;
    }
}

/* Two sorted runs of any length: as many unchecked steps from both ends as the shorter run allows, and again. */
static void merge(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, uint64_t *to)
{
    uint64_t *to_end = to + a_count + b_count;
    const uint64_t *a_end = a + a_count, *b_end = b + b_count;
    for (;;) {
        size_t steps = (size_t)(a_end - a < b_end - b ? a_end - a : b_end - b) / 2;
        if (steps == 0) {
            break;
        }
        for (; steps > 0; steps--) {
            bool second = *b < *a;
            *to++ = second ? *b : *a;
            b += second;
            a += !second;
            bool first = b_end[-1] < a_end[-1];
            *--to_end = first ? a_end[-1] : b_end[-1];
            a_end -= first;
            b_end -= !first;
        }
    }
    while (a < a_end && b < b_end) {
        bool second = *b < *a;
        *to++ = second ? *b++ : *a++;
    }
    memcpy(to, a, (size_t)(a_end - a) * sizeof *a);
    memcpy(to + (a_end - a), b, (size_t)(b_end - b) * sizeof *b);
}

/* Two neighbouring runs. Runs that are in order already are copied: sorted input costs one comparison a merge. */
static void merge_runs(const uint64_t *runs, size_t first, size_t second, uint64_t *to)
{
    if (second == 0 || runs[first - 1] <= runs[first]) {
        memcpy(to, runs, (first + second) * sizeof *to);
    } else if (first == second) {
        merge_equal(runs, first, to);
    } else {
        merge(runs, first, runs + first, second, to);
    }
}

/* The pairs of runs that begin in [begin, end): one level, in one direction. */
static pf_status merge_level(const uint64_t *from, uint64_t *to, size_t n, size_t run)
{
    for (size_t begin = 0; begin < n;) {
        size_t first = n - begin < run ? n - begin : run;
        size_t second = n - begin - first < run ? n - begin - first : run;
        merge_runs(from + begin, first, second, to + begin);
        begin += first + second;
        if (run >= CHUNK && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static void reverse(uint64_t *keys, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        uint64_t key = keys[i];
        keys[i] = keys[n - 1 - i];
        keys[n - 1 - i] = key;
    }
}

/* The length of the run, strictly falling or never falling, that the keys begin with. */
static size_t falling(const uint64_t *keys, size_t n)
{
    size_t i = 1;
    while (i < n && keys[i] < keys[i - 1]) {
        i++;
    }
    return i;
}

/* At most CHUNK keys; the result lies in `keys`. */
static void sort_chunk_alone(uint64_t *keys, uint64_t *scratch, size_t n)
{
    if (n > 1 && falling(keys, n) == n) {
        reverse(keys, n);
        return;
    }
    size_t blocks = n / BLOCK * BLOCK;
    for (size_t begin = 0; begin < blocks; begin += BLOCK) {
        sort_block(keys + begin);
    }
    insertion_sort(keys + blocks, n - blocks);
    uint64_t *from = keys, *to = scratch;
    for (size_t run = BLOCK; run < n; run *= 2) {
        merge_level(from, to, n, run);
        uint64_t *other = from;
        from = to;
        to = other;
    }
    if (from != keys) {
        memcpy(keys, from, n * sizeof *keys);
    }
}

pf_status pf_merge_alone(uint64_t *keys, uint64_t *scratch, size_t n)
{
    for (size_t begin = 0; begin < n; begin += CHUNK) {
        sort_chunk_alone(keys + begin, scratch + begin, n - begin < CHUNK ? n - begin : CHUNK);
        if (n > CHUNK && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    uint64_t *from = keys, *to = scratch;
    for (size_t run = CHUNK; run < n; run *= 2) {
        pf_status status = merge_level(from, to, n, run);
        if (status != PF_OK) {
            return status;
        }
        uint64_t *other = from;
        from = to;
        to = other;
    }
    return from == keys ? PF_OK : pf_copy(keys, from, n * sizeof *keys);
}

/* ------------------------------------------------------------------------------------------------ on all threads */

typedef struct merging {
    /* immutable while a loop runs */
    size_t n;
    size_t run; /* keys of a run at this level; the last may be shorter */

    /* each chunk writes its own stretch */
    uint64_t *from;
    uint64_t *to;
} merging;

static pf_status sort_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    merging *shared = context;
    sort_chunk_alone(shared->from + begin, shared->to + begin, end - begin);
    return PF_OK;
}

/* How many of the first `at` keys of the merged result come from a. */
static size_t merge_path(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, size_t at)
{
    size_t low = at > b_count ? at - b_count : 0;
    size_t high = at < a_count ? at : a_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b[at - middle - 1] < a[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Keys [begin, end) of the result of this level. A pair of runs is a whole number of pieces: PIECE divides 2 * run. */
static pf_status merge_piece(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const merging *shared = context;
    size_t pair = begin / (2 * shared->run) * (2 * shared->run);
    size_t left = shared->n - pair;
    size_t a_count = left < shared->run ? left : shared->run;
    size_t b_count = left - a_count < shared->run ? left - a_count : shared->run;
    const uint64_t *a = shared->from + pair, *b = a + a_count;
    if (b_count == 0 || a[a_count - 1] <= b[0]) {
        memcpy(shared->to + begin, shared->from + begin, (end - begin) * sizeof *shared->to);
        return PF_OK;
    }
    size_t a_first = merge_path(a, a_count, b, b_count, begin - pair);
    size_t a_last = merge_path(a, a_count, b, b_count, end - pair);
    size_t b_first = begin - pair - a_first, b_last = end - pair - a_last;
    merge(a + a_first, a_last - a_first, b + b_first, b_last - b_first, shared->to + begin);
    return PF_OK;
}

pf_status pf_merge_keys(const pf_call *call, uint64_t *keys, uint64_t *scratch, size_t n, uint64_t **sorted)
{
    merging shared = {.n = n, .run = CHUNK, .from = keys, .to = scratch};
    pf_status status = pf_parallel_for(call, n, CHUNK, sort_chunk, &shared);
    while (status == PF_OK && shared.run < n) {
        status = pf_parallel_for(call, n, PIECE, merge_piece, &shared);
        uint64_t *other = shared.from;
        shared.from = shared.to;
        shared.to = other;
        shared.run *= 2;
    }
    *sorted = shared.from;
    return status;
}
