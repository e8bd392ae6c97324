/* count_primes.c: the primes of a range, counted. */
#include "kernels/primes/primes.h"

#include "kernels/table.h"

#include <stdatomic.h>

/* size_t may have 32 bits and the range 62. */
#define WINDOW ((uint64_t)1 << 30)

typedef struct state {
    uint64_t start;          /* immutable: first number of the window */
    _Atomic uint64_t primes; /* any thread: integers add to the same sum in every order */
} state;

static pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    state *shared = context;
    uint64_t primes = 0;
    for (uint64_t n = shared->start + begin; n < shared->start + end; n++) {
        bool prime;
        pf_status status = pf_number_is_prime(n, &prime);
        if (status != PF_OK) {
            return status;
        }
        primes += prime;
    }
    atomic_fetch_add_explicit(&shared->primes, primes, memory_order_relaxed);
    return PF_OK;
}

pf_status pf_count_primes(const pf_call *call, int64_t start, int64_t stop, int64_t *count)
{
    if (stop > PF_PRIMES_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    if (start < 2) {
        start = 2;
    }
    uint64_t left = stop > start ? (uint64_t)(stop - start) : 0;
    size_t chunk_size = pf_prime_numbers_per_chunk(left > 0 ? (uint64_t)stop : 0);
    state shared = {.start = (uint64_t)start};
    do {
        size_t window = (size_t)(left < WINDOW ? left : WINDOW);
        pf_status status = pf_parallel_for(call, window, chunk_size, count_chunk, &shared);
        if (status != PF_OK) {
            return status;
        }
        shared.start += window;
        left -= window;
    } while (left > 0);
    *count = (int64_t)atomic_load(&shared.primes);
    return PF_OK;
}

pf_status pf_run_count_primes(const pf_call *call, pf_job *job)
{
    return pf_count_primes(call, job->integers[0], job->integers[1], &job->integers[0]);
}
