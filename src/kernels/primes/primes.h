/* primes.h: one number by trial division; what count_primes.c and is_prime.c share. */
#ifndef PF_PRIMES_H
#define PF_PRIMES_H

#include "photofinish.h"

/* Long division runs before the cancel flag is looked at: under a millisecond of the slowest 64-bit division. */
#define PF_DIVISIONS_PER_LOOK 32768

/* The largest r with r * r <= n, for n up to PF_PRIMES_LIMIT. */
uint64_t pf_square_root(uint64_t n);

/* Whether n, up to PF_PRIMES_LIMIT, is prime. PF_CANCELLED when the loop around it is: one number may take seconds. */
pf_status pf_number_is_prime(uint64_t n, bool *prime);

/* So many numbers up to `largest` that a chunk takes 10 us to 5 ms wherever they lie: a number costs up to root / 2
 * divisions, on the average a small part of that. Never depends on the threads. */
size_t pf_prime_numbers_per_chunk(uint64_t largest);

#endif
