/* is_prime.c: whether a number is prime, its divisors shared among the threads; and the same for each of an array. */
#include "kernels/primes/primes.h"

#include "kernels/table.h"

#include <stdatomic.h>

/* ------------------------------------------------------------------------------------------------ one number */

typedef struct division {
    uint64_t n;             /* immutable: odd */
    uint64_t root;          /* immutable */
    _Atomic bool composite; /* any thread; once set it stays, so the answer does not depend on who finds which divisor */
} division;

/* Divisor number i is 3 + 2 * i. */
static pf_status divide_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    division *shared = context;
    if (atomic_load_explicit(&shared->composite, memory_order_relaxed)) {
        return PF_OK;
    }
    for (size_t i = begin; i < end; i++) {
        if (shared->n % (3 + 2 * (uint64_t)i) == 0) {
            atomic_store_explicit(&shared->composite, true, memory_order_relaxed);
            break;
        }
    }
    return PF_OK;
}

pf_status pf_is_prime(const pf_call *call, int64_t n, bool *prime)
{
    if (n > PF_PRIMES_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    if (n < 0) {
        n = 0;
    }
    if (n % 2 == 0 || n <= UINT32_MAX) {
        return pf_number_is_prime((uint64_t)n, prime); /* at most 32768 divisions: less than it takes to wake a thread */
    }
    division shared = {.n = (uint64_t)n, .root = pf_square_root((uint64_t)n)};
    size_t divisors = (size_t)((shared.root - 1) / 2);
    pf_status status = pf_parallel_for(call, divisors, PF_DIVISIONS_PER_LOOK, divide_chunk, &shared);
    if (status == PF_OK) {
        *prime = !atomic_load(&shared.composite);
    }
    return status;
}

pf_status pf_run_is_prime(const pf_call *call, pf_job *job)
{
    bool prime = false;
    pf_status status = pf_is_prime(call, job->integers[0], &prime);
    job->integers[0] = prime;
    return status;
}

/* ------------------------------------------------------------------------------------------------ an array */

typedef struct array {
    const int64_t *values; /* immutable */
    uint8_t *prime;        /* each element written by the one chunk it belongs to */
} array;

static pf_status array_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const array *shared = context;
    for (size_t i = begin; i < end; i++) {
        bool prime;
        int64_t n = shared->values[i];
        pf_status status = pf_number_is_prime(n < 0 ? 0 : (uint64_t)n, &prime);
        if (status != PF_OK) {
            return status;
        }
        shared->prime[i] = prime;
    }
    return PF_OK;
}

pf_status pf_is_prime_int64(const pf_call *call, const int64_t *values, size_t n, uint8_t *prime)
{
    if (n == 0) {
        return PF_OK;
    }
    int64_t largest;
    pf_status status = pf_max_int64(call, values, n, &largest);
    if (status != PF_OK) {
        return status;
    }
    if (largest > PF_PRIMES_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    array shared = {values, prime};
    return pf_parallel_for(call, n, pf_prime_numbers_per_chunk(largest > 0 ? (uint64_t)largest : 0), array_chunk, &shared);
}

pf_status pf_run_is_prime_int64(const pf_call *call, pf_job *job)
{
    const pf_buffer *values = &job->inputs[0];
    const pf_buffer *prime = &job->outputs[0];
    if (!pf_buffer_is(values, PF_INT64) || !pf_buffer_is(prime, PF_BYTES) || prime->length != values->length) {
        return PF_BAD_ARGUMENT;
    }
    return pf_is_prime_int64(call, values->data, values->length, prime->data);
}
