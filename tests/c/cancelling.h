/* cancelling.h: work that ends by being cancelled, and what counts. */
#ifndef PF_TEST_CANCELLING_H
#define PF_TEST_CANCELLING_H

#include "test.h"

#include "runtime/loop.h"
#include "runtime/prim.h"

#include <pthread.h>
#include <stdatomic.h>

/* A prime near 2^62 takes seconds to be told from a composite, so a call that starts here ends by being cancelled. */
#define ENDLESS_START (PF_PRIMES_LIMIT - 1000000)

/* A poll that says yes and counts how often it is asked. */
static inline bool always(void *context)
{
    ++*(_Atomic int *)context;
    return true;
}

static inline pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    ++*(_Atomic int *)context;
    return PF_OK;
}

#endif
