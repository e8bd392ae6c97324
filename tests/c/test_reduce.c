/* make test-c   (one program: build/tests/c/native/test_reduce)
 *
 * Sums, smallest and largest: golden cases, the SIMD form against the plain one, every number of threads to the last
 * bit, overflow, NaN and signed zeros.
 */
#include "test.h"

#include "kernels/reduce/reduce.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define CHUNK PF_REDUCE_CHUNK
#define MOST (5 * CHUNK + 3)

static const size_t sizes[] = {0,         1,         2,         3,         7,     8,        9,
                               15,        16,        17,        100,       CHUNK, 2 * CHUNK, MOST,
                               CHUNK - 1, CHUNK + 1, 4 * CHUNK + 1};
#define SIZES (sizeof sizes / sizeof sizes[0])

typedef struct arrays {
    double *doubles;
    int64_t *integers;
} arrays;

static int make_arrays(void **state)
{
    arrays *made = malloc(sizeof *made);
    made->doubles = malloc((MOST + 1) * sizeof(double));
    made->integers = malloc((MOST + 1) * sizeof(int64_t));
    uint64_t random = 7;
    for (size_t i = 0; i <= MOST; i++) {
        /* Magnitudes from 2^-30 to 2^30, so that the order of additions shows in the last bits. */
        double mantissa = (double)(next_random(&random) >> 11) / 9007199254740992.0 - 0.5;
        made->doubles[i] = ldexp(mantissa, (int)(next_random(&random) % 61) - 30);
        made->integers[i] = (int64_t)next_random(&random);
    }
    *state = made;
    return 0;
}

static int free_arrays(void **state)
{
    arrays *made = *state;
    free(made->doubles);
    free(made->integers);
    free(made);
    return 0;
}

/* What Python's min and max do with a list of floats. */
static double python_min(const double *values, size_t n)
{
    double best = values[0];
    for (size_t i = 1; i < n; i++) {
        best = values[i] < best ? values[i] : best;
    }
    return best;
}

static double python_max(const double *values, size_t n)
{
    double best = values[0];
    for (size_t i = 1; i < n; i++) {
        best = values[i] > best ? values[i] : best;
    }
    return best;
}

static void golden(void **unused)
{
    (void)unused;
    const double doubles[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const int64_t integers[] = {3, -4, 5};
    double real;
    int64_t integer;
    assert_int_equal(pf_sum_double(NULL, doubles, 10, &real), PF_OK);
    assert_same_double(real, 55.0);
    assert_int_equal(pf_min_double(NULL, doubles, 10, &real), PF_OK);
    assert_same_double(real, 1.0);
    assert_int_equal(pf_max_double(NULL, doubles, 10, &real), PF_OK);
    assert_same_double(real, 10.0);
    assert_int_equal(pf_sum_int64(NULL, integers, 3, &integer), PF_OK);
    assert_int_equal(integer, 4);
    assert_int_equal(pf_min_int64(NULL, integers, 3, &integer), PF_OK);
    assert_int_equal(integer, -4);
    assert_int_equal(pf_max_int64(NULL, integers, 3, &integer), PF_OK);
    assert_int_equal(integer, 5);

    /* The documented order of additions, where another would lose the 1. */
    const double order[] = {1e300, 1, 0, 0, 0, 0, 0, 0, -1e300};
    assert_int_equal(pf_sum_double(NULL, order, 9, &real), PF_OK);
    assert_same_double(real, 1.0);
}

static void no_elements(void **unused)
{
    (void)unused;
    double real = 1;
    int64_t integer = 1;
    assert_int_equal(pf_sum_double(NULL, NULL, 0, &real), PF_OK);
    assert_same_double(real, 0.0);
    assert_int_equal(pf_sum_int64(NULL, NULL, 0, &integer), PF_OK);
    assert_int_equal(integer, 0);
    assert_int_equal(pf_min_double(NULL, NULL, 0, &real), PF_EMPTY);
    assert_int_equal(pf_max_double(NULL, NULL, 0, &real), PF_EMPTY);
    assert_int_equal(pf_min_int64(NULL, NULL, 0, &integer), PF_EMPTY);
    assert_int_equal(pf_max_int64(NULL, NULL, 0, &integer), PF_EMPTY);
}

/* Every size, at an address aligned to 16 and at one aligned to 8 only. */
static void simd_equals_plain(void **state)
{
    const arrays *values = *state;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t offset = 0; offset < 2; offset++) {
            size_t n = sizes[s] < CHUNK ? sizes[s] : CHUNK;
            const double *d = values->doubles + offset;
            const int64_t *i = values->integers + offset;
            assert_same_double(pf_sum_double_simd(d, n), pf_sum_double_plain(d, n));
            assert_same_double(pf_min_double_simd(d[0], d, n), pf_min_double_plain(d[0], d, n));
            assert_same_double(pf_max_double_simd(d[0], d, n), pf_max_double_plain(d[0], d, n));
            assert_true(pf_sum_int64_simd(i, n) == pf_sum_int64_plain(i, n));
            assert_true(pf_min_int64_simd(i[0], i, n) == pf_min_int64_plain(i[0], i, n));
            assert_true(pf_max_int64_simd(i[0], i, n) == pf_max_int64_plain(i[0], i, n));
        }
    }
}

static void threads_agree(void **state)
{
    const arrays *values = *state;
    for (size_t s = 0; s < SIZES; s++) {
        size_t n = sizes[s];
        const double *d = values->doubles;
        const int64_t *i = values->integers;
        double sum_alone, real;
        int64_t integer;
        assert_int_equal(pf_sum_double(NULL, d, n, &sum_alone), PF_OK);
        double by_chunks = 0;
        for (size_t begin = 0; begin < n; begin += CHUNK) {
            by_chunks += pf_sum_double_plain(d + begin, n - begin < CHUNK ? n - begin : CHUNK);
        }
        assert_same_double(sum_alone, by_chunks);
        pf_int128 exact = pf_sum_int64_plain(i, n);
        pf_status fits = exact >= INT64_MIN && exact <= INT64_MAX ? PF_OK : PF_OVERFLOW;
        for (size_t t = 0; t < THREAD_COUNTS; t++) {
            pf_pool *pool = make_pool(thread_counts[t]);
            pf_call call = {pool, 0, NULL};
            assert_int_equal(pf_sum_double(&call, d, n, &real), PF_OK);
            assert_same_double(real, sum_alone);
            assert_int_equal(pf_sum_int64(&call, i, n, &integer), fits);
            assert_true(fits != PF_OK || integer == exact);
            if (n > 0) {
                assert_int_equal(pf_min_double(&call, d, n, &real), PF_OK);
                assert_same_double(real, python_min(d, n));
                assert_int_equal(pf_max_double(&call, d, n, &real), PF_OK);
                assert_same_double(real, python_max(d, n));
                assert_int_equal(pf_min_int64(&call, i, n, &integer), PF_OK);
                assert_true(integer == pf_min_int64_plain(i[0], i, n));
                assert_int_equal(pf_max_int64(&call, i, n, &integer), PF_OK);
                assert_true(integer == pf_max_int64_plain(i[0], i, n));
            }
            pf_pool_destroy(pool);
        }
    }
}

static void fill(int64_t *values, size_t n, int64_t value)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = value;
    }
}

static void integer_overflow_is_of_the_total(void **unused)
{
    (void)unused;
    int64_t *values = malloc(MOST * sizeof *values);
    int64_t sum;
    for (size_t s = 0; s < SIZES; s++) {
        size_t n = sizes[s];
        if (n < 2) {
            continue;
        }
        fill(values, n, INT64_MAX);
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OVERFLOW);
        fill(values, n, INT64_MIN);
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OVERFLOW);

        /* Far beyond the range on the way, back inside at the end. */
        fill(values, n / 2, INT64_MAX);
        fill(values + n / 2, n - n / 2, -INT64_MAX);
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OK);
        assert_true(sum == (n % 2 ? -INT64_MAX : 0));

        /* One more or less than fits. */
        fill(values, n, 0);
        values[0] = INT64_MAX;
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OK);
        assert_true(sum == INT64_MAX);
        values[n - 1] = 1;
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OVERFLOW);
        values[0] = INT64_MIN;
        values[n - 1] = 0;
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OK);
        assert_true(sum == INT64_MIN);
        values[n - 1] = -1;
        assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OVERFLOW);
    }
    free(values);
}

/* Places where special values matter: the ends of vectors, of the unrolled loop and of chunks. */
static const size_t places[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, CHUNK - 1, CHUNK, CHUNK + 1,
                                2 * CHUNK - 1, 2 * CHUNK, MOST - 1};
#define PLACES (sizeof places / sizeof places[0])

static void check_extremes(pf_pool *pool, const double *values, size_t n)
{
    pf_call call = {pool, 0, NULL};
    double real;
    assert_int_equal(pf_min_double(&call, values, n, &real), PF_OK);
    assert_same_double(real, python_min(values, n));
    assert_int_equal(pf_max_double(&call, values, n, &real), PF_OK);
    assert_same_double(real, python_max(values, n));
}

static void special_doubles(void **unused)
{
    (void)unused;
    static const double specials[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0, DBL_MAX, -DBL_MAX, 5e-324, -5e-324};
    static const double backgrounds[] = {1.5, -1.5, 0.0, -0.0, NAN};
    const size_t special_count = sizeof specials / sizeof specials[0];
    double *values = malloc(MOST * sizeof *values);
    pf_pool *pool = make_pool(3);
    uint64_t random = 3;
    for (size_t b = 0; b < sizeof backgrounds / sizeof backgrounds[0]; b++) {
        for (size_t i = 0; i < MOST; i++) {
            values[i] = backgrounds[b];
        }
        /* One special value at each place, then two at random among them. */
        for (size_t p = 0; p < PLACES; p++) {
            for (size_t s = 0; s < special_count; s++) {
                size_t other = places[next_random(&random) % PLACES];
                values[places[p]] = specials[s];
                check_extremes(pool, values, places[p] + 1);
                values[other] = specials[next_random(&random) % special_count];
                check_extremes(pool, values, MOST);
                values[places[p]] = backgrounds[b];
                values[other] = backgrounds[b];
            }
        }
    }
    pf_pool_destroy(pool);
    free(values);
}

/* Short arrays of few values, so that every order of NaN and both zeros occurs; also as a later chunk of a longer one,
 * whose first element is not their own. */
static void all_short_arrays(void **unused)
{
    (void)unused;
    static const double alphabet[] = {0.0, -0.0, NAN, 1.0, -1.0};
    double values[6];
    for (size_t n = 1; n <= 6; n++) {
        size_t all = 1;
        for (size_t i = 0; i < n; i++) {
            all *= 5;
        }
        for (size_t code = 0; code < all; code++) {
            for (size_t i = 0, rest = code; i < n; i++, rest /= 5) {
                values[i] = alphabet[rest % 5];
            }
            check_extremes(NULL, values, n);
            for (size_t i = 0; i < 5; i++) {
                double best = alphabet[i];
                assert_same_double(pf_min_double_simd(best, values, n), pf_min_double_plain(best, values, n));
                assert_same_double(pf_max_double_simd(best, values, n), pf_max_double_plain(best, values, n));
            }
        }
    }
}

static void special_sums(void **unused)
{
    (void)unused;
    double values[20];
    double sum;
    for (size_t i = 0; i < 20; i++) {
        values[i] = -0.0;
    }
    assert_int_equal(pf_sum_double(NULL, values, 20, &sum), PF_OK);
    assert_same_double(sum, 0.0);
    values[13] = INFINITY;
    assert_int_equal(pf_sum_double(NULL, values, 20, &sum), PF_OK);
    assert_same_double(sum, INFINITY);
    values[17] = -INFINITY;
    assert_int_equal(pf_sum_double(NULL, values, 20, &sum), PF_OK);
    assert_same_double(sum, NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(no_elements),
        cmocka_unit_test_setup_teardown(simd_equals_plain, make_arrays, free_arrays),
        cmocka_unit_test_setup_teardown(threads_agree, make_arrays, free_arrays),
        cmocka_unit_test(integer_overflow_is_of_the_total),
        cmocka_unit_test(special_doubles),
        cmocka_unit_test(all_short_arrays),
        cmocka_unit_test(special_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
