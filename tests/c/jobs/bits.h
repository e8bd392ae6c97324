/* bits.h: what a kernel leaves, as one number, for many jobs: to compare builds and numbers of threads by.
 *
 * The cases are numbered, the same in every build: all kernels, all their recipes, several sizes. Left out are kernels whose result
 * is a time: wait (when each wait began and ended) and round_trips (a histogram of latencies).
 */
#ifndef PF_TEST_BITS_H
#define PF_TEST_BITS_H

#include "jobs/jobs.h"

typedef struct pf_bits_case {
    const pf_kernel *kernel;
    const pf_recipe *recipe;
    size_t n;
} pf_bits_case;

/* Case number `i`; false past the last. */
bool pf_bits_case_at(size_t i, pf_bits_case *found);

/* Runs the case's job on new buffers; *bits: a hash of status, numbers and outputs, in which all NaNs are one. Seconds that a kernel
 * measures beside its result are left out. False without memory for the job. */
bool pf_bits_of(const pf_bits_case *which, const pf_call *call, uint64_t *bits);

#endif
