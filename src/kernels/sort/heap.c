/* heap.c: the k smallest keys by a heap that holds the best k so far, its largest on top: what heapq.nsmallest does.
 *
 * Each chunk of the array has a heap of its own; the heaps are then put into one, chunk by chunk.
 */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 65536 /* least elements of a chunk */
#define POLL 8192   /* keys that may each sink to the bottom of the heap: under a millisecond */

static void sink(uint64_t *heap, size_t size, size_t at, uint64_t key)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= size) {
            break;
        }
        if (child + 1 < size && heap[child] < heap[child + 1]) {
            child++;
        }
        if (heap[child] <= key) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = key;
}

static pf_status make_heap(uint64_t *heap, size_t size)
{
    for (size_t i = size / 2; i-- > 0;) {
        sink(heap, size, i, heap[i]);
        if (i % POLL == 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

typedef struct heaps {
    /* immutable while a loop runs */
    const pf_choice *choice;
    size_t chunk;
    size_t size; /* keys of a chunk's heap: k, or the whole chunk where it is shorter */

    uint64_t *keys; /* of chunk c from keys[c * size] on */
} heaps;

/* `real` is known where this is inlined. */
static inline __attribute__((always_inline)) void pass_through(const pf_choice *choice, bool real, size_t begin, size_t end,
                                                              uint64_t *heap, size_t size)
{
    const pf_choice local = {choice->values, choice->n, choice->k, real, choice->largest};
    uint64_t top = heap[0];
    for (size_t i = begin; i < end; i++) {
        uint64_t key = pf_choice_key(&local, i);
        if (key < top) {
            sink(heap, size, 0, key);
            top = heap[0];
        }
    }
}

static pf_status fill_heap(void *context, size_t chunk, size_t begin, size_t end)
{
    const heaps *shared = context;
    const pf_choice *choice = shared->choice;
    uint64_t *heap = shared->keys + chunk * shared->size;
    size_t size = end - begin < shared->size ? end - begin : shared->size;
    for (size_t i = 0; i < size; i++) {
        heap[i] = pf_choice_key(choice, begin + i);
        if (i % PF_SORT_POLL == PF_SORT_POLL - 1 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    if (size == end - begin) {
        return PF_OK;
    }
    pf_status status = make_heap(heap, size);
    for (size_t at = begin + size; status == PF_OK && at < end;) {
        size_t last = end - at < POLL ? end : at + POLL;
        if (choice->real) {
            pass_through(choice, true, at, last, heap, size);
        } else {
            pass_through(choice, false, at, last, heap, size);
        }
        at = last;
        status = pf_cancelled() ? PF_CANCELLED : PF_OK;
    }
    return status;
}

/* The keys of all heaps stand one behind the other; the first k become the heap that the rest goes through. */
static pf_status join_heaps(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    const heaps *shared = context;
    size_t n = shared->choice->n, k = shared->choice->k;
    size_t last = n % shared->chunk; /* elements of a last chunk that is shorter */
    size_t total = n / shared->chunk * shared->size + (last < shared->size ? last : shared->size);
    if (total == k) {
        return PF_OK;
    }
    pf_status status = make_heap(shared->keys, k);
    for (size_t i = k; status == PF_OK && i < total; i++) {
        if (shared->keys[i] < shared->keys[0]) {
            sink(shared->keys, k, 0, shared->keys[i]);
        }
        if (i % POLL == 0 && pf_cancelled()) {
            status = PF_CANCELLED;
        }
    }
    return status;
}

pf_status pf_choose_heap(const pf_call *call, const pf_choice *choice, uint64_t **chosen)
{
    /* Long against k, or the heaps together are no smaller than the array. */
    size_t chunk = choice->k < CHUNK / 8 ? CHUNK : choice->k > choice->n / 8 ? choice->n : 8 * choice->k;
    size_t size = choice->k < chunk ? choice->k : chunk;
    size_t chunks = choice->n / chunk + (choice->n % chunk != 0);
    heaps shared = {choice, chunk, size, pf_prim_alloc(chunks * size * sizeof(uint64_t))};
    *chosen = shared.keys;
    if (!shared.keys) {
        return PF_OUT_OF_MEMORY;
    }
    pf_status status = pf_parallel_for(call, choice->n, chunk, fill_heap, &shared);
    return status == PF_OK ? pf_sort_alone(call, join_heaps, &shared) : status;
}
