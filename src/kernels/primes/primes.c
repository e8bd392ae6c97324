/* primes.c: counts primes by trial division: a job that is all arithmetic and no memory, for races that show
 * processors.
 *
 * There is no SIMD form: neither SSE2 nor simd128 divides integers. Numbers below 2^32 are divided in 32 bits, which
 * takes many processors a third of the time of 64, natively and on WebAssembly alike.
 */
#include "kernels/table.h"
#include "runtime/loop.h"

#include <math.h>
#include <stdatomic.h>

/* Long division runs before the cancel flag is looked at: under a millisecond of the slowest 64-bit division. */
#define DIVISIONS_PER_LOOK 32768

/* size_t may have 32 bits and the range 62. */
#define WINDOW ((uint64_t)1 << 30)

typedef struct state {
    uint64_t start;          /* immutable: first number of the window */
    _Atomic uint64_t primes; /* any thread: integers add to the same sum in every order */
} state;

static uint64_t square_root(uint64_t n)
{
    uint64_t root = (uint64_t)sqrt((double)n);
    while (root * root > n) {
        root--;
    }
    while ((root + 1) * (root + 1) <= n) {
        root++;
    }
    return root;
}

static bool is_prime_32(uint32_t n)
{
    uint32_t root = (uint32_t)square_root(n);
    for (uint32_t divisor = 3; divisor <= root; divisor += 2) {
        if (n % divisor == 0) {
            return false;
        }
    }
    return true;
}

/* One number may take seconds here, hence the look at the cancel flag. */
static pf_status is_prime_64(uint64_t n, bool *prime)
{
    uint64_t root = square_root(n);
    for (uint64_t divisor = 3; divisor <= root;) {
        uint64_t last = divisor + 2 * (DIVISIONS_PER_LOOK - 1);
        if (last > root) {
            last = root;
        }
        for (; divisor <= last; divisor += 2) {
            if (n % divisor == 0) {
                *prime = false;
                return PF_OK;
            }
        }
        if (divisor <= root && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    *prime = true;
    return PF_OK;
}

static pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    state *shared = context;
    uint64_t primes = 0;
    for (uint64_t n = shared->start + begin; n < shared->start + end; n++) {
        bool prime = n == 2;
        if (n % 2 != 0 && n > 2) {
            if (n <= UINT32_MAX) {
                prime = is_prime_32((uint32_t)n);
            } else {
                pf_status status = is_prime_64(n, &prime);
                if (status != PF_OK) {
                    return status;
                }
            }
        }
        primes += prime;
    }
    atomic_fetch_add_explicit(&shared->primes, primes, memory_order_relaxed);
    return PF_OK;
}

/* So many numbers that a chunk takes 10 us to 5 ms wherever the range lies: a number costs up to root / 2
 * divisions, on the average a small part of that. Depends on the range alone, never on the threads. */
static size_t numbers_per_chunk(uint64_t stop)
{
    uint64_t numbers = ((uint64_t)1 << 20) / (square_root(stop) + 1);
    return numbers < 1 ? 1 : numbers > 4096 ? 4096 : (size_t)numbers;
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
    size_t chunk_size = numbers_per_chunk(left > 0 ? (uint64_t)stop : 0);
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
