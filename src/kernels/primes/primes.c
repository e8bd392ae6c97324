/* primes.c: one number by trial division: a job that is all arithmetic and no memory, for races that show processors.
 *
 * There is no SIMD form: neither SSE2 nor simd128 divides integers. Numbers below 2^32 are divided in 32 bits, which
 * takes many processors a third of the time of 64, natively and on WebAssembly alike.
 */
#include "kernels/primes/primes.h"

#include "runtime/loop.h"

#include <math.h>

uint64_t pf_square_root(uint64_t n)
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

static bool odd_is_prime_32(uint32_t n)
{
    uint32_t root = (uint32_t)pf_square_root(n);
    for (uint32_t divisor = 3; divisor <= root; divisor += 2) {
        if (n % divisor == 0) {
            return false;
        }
    }
    return true;
}

static pf_status odd_is_prime_64(uint64_t n, bool *prime)
{
    uint64_t root = pf_square_root(n);
    for (uint64_t divisor = 3; divisor <= root;) {
        uint64_t last = divisor + 2 * (PF_DIVISIONS_PER_LOOK - 1);
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

pf_status pf_number_is_prime(uint64_t n, bool *prime)
{
    if (n % 2 == 0 || n < 3) {
        *prime = n == 2;
        return PF_OK;
    }
    if (n > UINT32_MAX) {
        return odd_is_prime_64(n, prime);
    }
    *prime = odd_is_prime_32((uint32_t)n);
    return PF_OK;
}

size_t pf_prime_numbers_per_chunk(uint64_t largest)
{
    uint64_t numbers = ((uint64_t)1 << 20) / (pf_square_root(largest) + 1);
    return numbers < 1 ? 1 : numbers > 4096 ? 4096 : (size_t)numbers;
}
