/* sort.c: sorted copies of arrays: keys are made, sorted, and turned back into numbers. */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

typedef struct sorting {
    /* immutable while a loop runs */
    const pf_bits *values;
    size_t n;
    bool real;
    const uint64_t *keys;

    pf_bits *sorted; /* each chunk writes its own stretch; may be the keys' own memory */
} sorting;

static pf_status keys_to_numbers(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const sorting *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->sorted[i] = pf_key_bits(shared->keys[i], shared->real);
    }
    return PF_OK;
}

static pf_status copy_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const sorting *shared = context;
    memcpy(shared->sorted + begin, shared->values + begin, (end - begin) * sizeof *shared->sorted);
    return PF_OK;
}

static pf_status reverse_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const sorting *shared = context;
    for (size_t i = begin; i < end; i++) {
        shared->sorted[i] = shared->values[shared->n - 1 - i];
    }
    return PF_OK;
}

static pf_status restore(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    const sorting *shared = context;
    return pf_keys_restore(shared->values, shared->n, shared->sorted, shared->n);
}

/* `keys` has room for n and is the memory of the result, `scratch` too. */
static pf_status sort_keys(const pf_call *call, sorting *shared, pf_sort_algorithm algorithm, uint64_t *scratch)
{
    uint64_t *keys = shared->sorted, *sorted = keys;
    pf_keys_found found;
    size_t n = shared->n, chunk = pf_sort_chunk(n);
    pf_status status = pf_keys_make(call, shared->values, n, shared->real, keys, &found);
    if (status != PF_OK) {
        return status;
    }
    if (found.ascending) {
        return pf_parallel_for(call, n, chunk, copy_chunk, shared);
    }
    if (found.descending) {
        return pf_parallel_for(call, n, chunk, reverse_chunk, shared);
    }
    status = algorithm == PF_SORT_RADIX ? pf_radix_keys(call, keys, scratch, n, &found, &sorted)
                                        : pf_merge_keys(call, keys, scratch, n, &sorted);
    shared->keys = sorted;
    if (status == PF_OK) {
        status = pf_parallel_for(call, n, chunk, keys_to_numbers, shared);
    }
    if (status == PF_OK && found.special) {
        status = pf_sort_alone(call, restore, shared);
    }
    return status;
}

static pf_status sort(const pf_call *call, const void *values, size_t n, bool real, pf_sort_algorithm algorithm,
                      void *sorted)
{
    if (n > PF_SORT_LIMIT || (algorithm != PF_SORT_RADIX && algorithm != PF_SORT_MERGE)) {
        return PF_BAD_ARGUMENT;
    }
    if (n == 0) {
        return PF_OK;
    }
    uint64_t *scratch = pf_prim_alloc(n * sizeof *scratch);
    if (!scratch) {
        return PF_OUT_OF_MEMORY;
    }
    sorting shared = {.values = values, .n = n, .real = real, .sorted = sorted};
    pf_status status = sort_keys(call, &shared, algorithm, scratch);
    free(scratch);
    return status;
}

pf_status pf_sort_int64(const pf_call *call, const int64_t *values, size_t n, pf_sort_algorithm algorithm,
                        int64_t *sorted)
{
    return sort(call, values, n, false, algorithm, sorted);
}

pf_status pf_sort_double(const pf_call *call, const double *values, size_t n, pf_sort_algorithm algorithm,
                         double *sorted)
{
    return sort(call, values, n, true, algorithm, sorted);
}
