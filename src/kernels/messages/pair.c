/* pair.c: two threads that meet before they begin (messages.h). */
#include "kernels/messages/messages.h"

#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdatomic.h>

typedef struct pair {
    /* immutable */
    pf_side sides[2];
    void *context;

    _Atomic uint32_t arrived; /* 0 to 2; who comes first sleeps on it */
    double start;             /* written by who comes second, read when both are done */
} pair;

static pf_status meet(pair *both)
{
    if (atomic_fetch_add(&both->arrived, 1) == 1) {
        both->start = pf_prim_now();
        pf_prim_wake(&both->arrived, 1);
        return PF_OK;
    }
    while (atomic_load(&both->arrived) != 2) {
        pf_prim_wait(&both->arrived, 1, PF_POLL_SECONDS);
        if (atomic_load(&both->arrived) != 2 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static pf_status side_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)begin, (void)end;
    pair *both = context;
    pf_status status = meet(both);
    return status == PF_OK ? both->sides[chunk](both->context) : status;
}

pf_status pf_run_pair(const pf_call *call, pf_side first, pf_side second, void *context, double *start)
{
    int size = call ? pf_pool_size(call->pool) : 1;
    if (call && (call->threads < 0 || call->threads > size)) {
        return PF_BAD_ARGUMENT;
    }
    if (size < 2 || call->threads == 1 || pf_nested()) {
        return PF_NO_THREADS;
    }
    pair both = {.sides = {first, second}, .context = context};
    pf_status status = pf_parallel_for(call, 2, 1, side_chunk, &both);
    *start = both.start;
    return status;
}
