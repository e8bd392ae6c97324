/* make test-c   (one program: build/tests/c/native/test_primes)
 *
 * count_primes: known counts, ranges against a sieve, both widths of division, every number of threads; is_prime of single
 * numbers and of arrays.
 */
#include "test.h"

#include <stdlib.h>

static int64_t count(const pf_call *call, int64_t start, int64_t stop)
{
    int64_t primes = -1;
    assert_int_equal(pf_count_primes(call, start, stop, &primes), PF_OK);
    return primes;
}

static void known_counts(void **unused)
{
    (void)unused;
    assert_int_equal(count(NULL, 0, 10), 4);
    assert_int_equal(count(NULL, 0, 100), 25);
    assert_int_equal(count(NULL, 0, 1000), 168);
    assert_int_equal(count(NULL, 0, 100000), 9592);
    assert_int_equal(count(NULL, 2, 20), 8);
}

static void edges_of_ranges(void **unused)
{
    (void)unused;
    assert_int_equal(count(NULL, 0, 0), 0);
    assert_int_equal(count(NULL, 5, 5), 0);
    assert_int_equal(count(NULL, 5, 6), 1);
    assert_int_equal(count(NULL, 2, 3), 1);
    assert_int_equal(count(NULL, 1, 2), 0);
    assert_int_equal(count(NULL, 9, 10), 0);
    assert_int_equal(count(NULL, 10, 0), 0);
    assert_int_equal(count(NULL, INT64_MIN, 3), 1);
    assert_int_equal(count(NULL, INT64_MIN, INT64_MIN), 0);
    assert_int_equal(count(NULL, INT64_MAX, INT64_MIN), 0);
    assert_int_equal(count(NULL, PF_PRIMES_LIMIT - 1, PF_PRIMES_LIMIT), 0); /* divisible by 3 */
    assert_int_equal(count(NULL, PF_PRIMES_LIMIT, PF_PRIMES_LIMIT), 0);
    int64_t primes;
    assert_int_equal(pf_count_primes(NULL, 0, PF_PRIMES_LIMIT + 1, &primes), PF_BAD_ARGUMENT);
    assert_int_equal(pf_count_primes(NULL, INT64_MAX, PF_PRIMES_LIMIT + 1, &primes), PF_BAD_ARGUMENT);
}

#define SIEVED 70000

static void equal_to_a_sieve(void **unused)
{
    (void)unused;
    unsigned char *composite = calloc(SIEVED, 1);
    int64_t *below = calloc(SIEVED + 1, sizeof *below);
    assert_true(composite && below);
    for (int64_t n = 2; n < SIEVED; n++) {
        for (int64_t multiple = n * n; !composite[n] && multiple < SIEVED; multiple += n) {
            composite[multiple] = 1;
        }
    }
    for (int64_t n = 0; n < SIEVED; n++) {
        below[n + 1] = below[n] + (n >= 2 && !composite[n]);
    }
    uint64_t random = 1;
    for (int round = 0; round < 100; round++) {
        int64_t start = (int64_t)(next_random(&random) % SIEVED);
        int64_t stop = start + (int64_t)(next_random(&random) % (uint64_t)(SIEVED - start + 1));
        assert_int_equal(count(NULL, start, stop), below[stop] - below[start]);
    }
    free(below);
    free(composite);
}

/* Largest primes below 2^32 and next above; squares of primes on both sides, whose only divisor is the last one
 * tried. */
static void around_32_bits(void **unused)
{
    (void)unused;
    const int64_t two32 = INT64_C(1) << 32;
    assert_int_equal(count(NULL, two32 - 5, two32 - 4), 1);
    assert_int_equal(count(NULL, two32 - 4, two32), 0);
    assert_int_equal(count(NULL, two32, two32 + 15), 0);
    assert_int_equal(count(NULL, two32 + 15, two32 + 16), 1);
    assert_int_equal(count(NULL, INT64_C(65521) * 65521, INT64_C(65521) * 65521 + 1), 0);
    assert_int_equal(count(NULL, INT64_C(65537) * 65537, INT64_C(65537) * 65537 + 1), 0);
    assert_int_equal(count(NULL, INT64_C(1000003) * 1000003, INT64_C(1000003) * 1000003 + 1), 0);
    assert_int_equal(count(NULL, INT64_C(999999999989), INT64_C(999999999990)), 1);
}

static void threads_agree(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        assert_int_equal(count(&call, 0, 200000), 17984);
        assert_int_equal(count(&call, INT64_C(4294967000), INT64_C(4294967600)), 27);
        pf_pool_destroy(pool);
    }
}

typedef struct known {
    int64_t number;
    bool prime;
} known;

static const known numbers[] = {
    {INT64_MIN, false},
    {-7, false},
    {0, false},
    {1, false},
    {2, true},
    {3, true},
    {4, false},
    {9, false},
    {65521, true},
    {INT64_C(4294967291), true},
    {INT64_C(4294967295), false},
    {INT64_C(4294967311), true},
    {INT64_C(4294967297), false},             /* 641 divides it */
    {INT64_C(10000000019), true},             /* two chunks of divisors */
    {INT64_C(65521) * 65521, false},          /* the last divisor */
    {INT64_C(65537) * 65537, false},          /* the last of the first chunk */
    {INT64_C(65539) * 65539, false},          /* the first of the second */
    {INT64_C(1000003) * 1000003, false},
    {INT64_C(999999999989), true},
    {INT64_C(1000000000039), true},
    {PF_PRIMES_LIMIT, false},
};
#define NUMBERS (sizeof numbers / sizeof numbers[0])

static void single_numbers(void **unused)
{
    (void)unused;
    bool prime;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t i = 0; i < NUMBERS; i++) {
            prime = !numbers[i].prime;
            assert_int_equal(pf_is_prime(&call, numbers[i].number, &prime), PF_OK);
            assert_int_equal(prime, numbers[i].prime);
        }
        pf_pool_destroy(pool);
    }
    assert_int_equal(pf_is_prime(NULL, PF_PRIMES_LIMIT + 1, &prime), PF_BAD_ARGUMENT);
    assert_int_equal(pf_is_prime(NULL, INT64_MAX, &prime), PF_BAD_ARGUMENT);
}

#define LENGTH 10000

static void arrays(void **unused)
{
    (void)unused;
    static int64_t values[LENGTH];
    static uint8_t alone[LENGTH], prime[LENGTH];
    uint64_t random = 5;
    for (size_t i = 0; i < LENGTH; i++) {
        values[i] = (int64_t)(next_random(&random) % 2000000) - 1000;
        bool expected;
        assert_int_equal(pf_is_prime(NULL, values[i], &expected), PF_OK);
        alone[i] = expected;
    }
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        static const size_t sizes[] = {0, 1, 2, 4095, 4096, 4097, LENGTH};
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            memset(prime, 7, sizeof prime);
            assert_int_equal(pf_is_prime_int64(&call, values, sizes[s], prime), PF_OK);
            assert_memory_equal(prime, alone, sizes[s]);
            assert_true(sizes[s] == LENGTH || prime[sizes[s]] == 7);
        }
        values[17] = PF_PRIMES_LIMIT + 1;
        assert_int_equal(pf_is_prime_int64(&call, values, LENGTH, prime), PF_BAD_ARGUMENT);
        values[17] = INT64_C(999999999989);
        assert_int_equal(pf_is_prime_int64(&call, values, 100, prime), PF_OK);
        assert_int_equal(prime[17], 1);
        values[17] = alone[17] ? 7 : 8;
        pf_pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_counts),
        cmocka_unit_test(edges_of_ranges),
        cmocka_unit_test(equal_to_a_sieve),
        cmocka_unit_test(around_32_bits),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(single_numbers),
        cmocka_unit_test(arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
