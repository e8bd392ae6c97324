/* test.h: what every C test includes: cmocka with the headers it wants first, and a few helpers. */
#ifndef PF_TEST_H
#define PF_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "photofinish.h"

#include <string.h>

/* A test that would wait for ever gives up after so many seconds; nothing is asserted about times otherwise. */
#define HANG_SECONDS 60.0

/* Thread counts whose results must agree to the last bit: more than the machine has cores, and one that divides
 * nothing. */
static const int thread_counts[] = {1, 2, 3, 8};
#define THREAD_COUNTS (sizeof thread_counts / sizeof thread_counts[0])

static inline pf_pool *make_pool(int threads)
{
    pf_pool *pool = NULL;
    assert_int_equal(pf_pool_create(threads, &pool), PF_OK);
    return pool;
}

/* A cancel flag's poll that always says yes. */
static inline bool always_yes(void *context)
{
    (void)context;
    return true;
}

/* A kernel by its name, on the calling thread. */
static inline pf_status run_kernel(const char *name, pf_job *job)
{
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    int number = pf_kernel_find(name);
    assert_true(number >= 0 && (size_t)number < count);
    return kernels[number].run(NULL, job);
}

static inline uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* To the last bit, the sign of zero included; NaNs are all one, since WebAssembly does not say which one comes out. */
static inline void assert_same_double(double left, double right)
{
    if (left != left && right != right) {
        return;
    }
    assert_true(bits_of(left) == bits_of(right));
}

/* Numbers that look random and are the same everywhere (splitmix64). */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

#endif
