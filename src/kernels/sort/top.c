/* top.c: the k smallest or largest numbers, in order: chosen by one of two ways, then sorted. */
#include "kernels/sort/sort.h"
#include "runtime/loop.h"

#include <stdlib.h>

typedef struct top {
    const pf_choice *choice; /* immutable */
    pf_bits *result;         /* written by the one thread */
    const uint64_t *keys;
    pf_keys_found found; /* smallest and largest of the keys */
} top;

/* Zeros and NaNs in input order, as a stable sort leaves them. */
static pf_status finish(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    const top *shared = context;
    const pf_choice *choice = shared->choice;
    bool special = false;
    for (size_t i = 0; i < choice->k; i++) {
        uint64_t key = choice->largest ? ~shared->keys[i] : shared->keys[i];
        special |= key == PF_KEY_SIGN || key == PF_KEY_NAN;
        shared->result[i] = pf_key_bits(key, choice->real);
        if (i % PF_SORT_POLL == PF_SORT_POLL - 1 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return choice->real && special ? pf_keys_restore(choice->values, choice->n, shared->result, choice->k) : PF_OK;
}

static pf_status find_range(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    top *shared = context;
    pf_keys_found found = {UINT64_MAX, 0, false, false, false};
    for (size_t i = 0; i < shared->choice->k; i++) {
        uint64_t key = shared->keys[i];
        found.smallest = key < found.smallest ? key : found.smallest;
        found.largest = key > found.largest ? key : found.largest;
        if (i % PF_SORT_POLL == PF_SORT_POLL - 1 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    shared->found = found;
    return PF_OK;
}

/* The result's memory holds one of the two arrays that a sort of the chosen keys takes. */
static pf_status sort_chosen(const pf_call *call, const pf_choice *choice, uint64_t *chosen, pf_bits *result)
{
    uint64_t *sorted;
    top shared = {.choice = choice, .result = result, .keys = chosen};
    pf_status status = pf_sort_alone(call, find_range, &shared);
    if (status == PF_OK) {
        status = pf_radix_keys(call, chosen, result, choice->k, &shared.found, &sorted);
        shared.keys = sorted;
    }
    return status == PF_OK ? pf_sort_alone(call, finish, &shared) : status;
}

static pf_status choose(const pf_call *call, const void *values, size_t n, size_t k, bool real, bool largest,
                        pf_top_algorithm algorithm, void *result)
{
    if (n > PF_SORT_LIMIT || k > n || (algorithm != PF_TOP_SELECT && algorithm != PF_TOP_HEAP)) {
        return PF_BAD_ARGUMENT;
    }
    if (k == 0) {
        return PF_OK;
    }
    pf_choice choice = {values, n, k, real, largest};
    uint64_t *chosen = NULL;
    pf_status status = algorithm == PF_TOP_SELECT ? pf_choose_select(call, &choice, &chosen)
                                                  : pf_choose_heap(call, &choice, &chosen);
    if (status == PF_OK) {
        status = sort_chosen(call, &choice, chosen, result);
    }
    free(chosen);
    return status;
}

pf_status pf_nsmallest_int64(const pf_call *call, const int64_t *values, size_t n, size_t k, pf_top_algorithm algorithm,
                             int64_t *smallest)
{
    return choose(call, values, n, k, false, false, algorithm, smallest);
}

pf_status pf_nsmallest_double(const pf_call *call, const double *values, size_t n, size_t k, pf_top_algorithm algorithm,
                              double *smallest)
{
    return choose(call, values, n, k, true, false, algorithm, smallest);
}

pf_status pf_nlargest_int64(const pf_call *call, const int64_t *values, size_t n, size_t k, pf_top_algorithm algorithm,
                            int64_t *largest)
{
    return choose(call, values, n, k, false, true, algorithm, largest);
}

pf_status pf_nlargest_double(const pf_call *call, const double *values, size_t n, size_t k, pf_top_algorithm algorithm,
                             double *largest)
{
    return choose(call, values, n, k, true, true, algorithm, largest);
}
