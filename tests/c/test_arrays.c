/* make test-c   (one program: build/tests/c/native/test_arrays)
 *
 * sqrt and axpy: against the C library and plain loops, special values, results in place, every number of threads.
 */
#include "test.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define CHUNK 16384
#define MOST (4 * CHUNK + 3)

static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 255, 256, 257, CHUNK - 1, CHUNK, CHUNK + 1, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])

static double x[MOST + 1], y[MOST + 1], out[MOST + 1];

static int draw(void **unused)
{
    (void)unused;
    uint64_t random = 77;
    for (size_t i = 0; i <= MOST; i++) {
        x[i] = ldexp((double)(next_random(&random) >> 11), (int)(next_random(&random) % 200) - 150);
        y[i] = ldexp((double)(next_random(&random) >> 11) - 4e15, (int)(next_random(&random) % 100) - 100);
    }
    return 0;
}

static void roots_equal_the_library(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t s = 0; s < SIZES; s++) {
            for (size_t offset = 0; offset < 2; offset++) {
                size_t n = sizes[s], negative = 7;
                out[n] = -123;
                assert_int_equal(pf_sqrt_double(&call, x + offset, n, out, &negative), PF_OK);
                assert_int_equal(negative, n);
                for (size_t i = 0; i < n; i++) {
                    assert_same_double(out[i], sqrt(x[i + offset]));
                }
                assert_same_double(out[n], -123);
            }
        }
        pf_pool_destroy(pool);
    }
}

static void special_roots(void **unused)
{
    (void)unused;
    const double values[] = {0.0, -0.0, NAN, INFINITY, 5e-324, DBL_MAX, 4.0};
    const double roots[] = {0.0, -0.0, NAN, INFINITY, 0x1p-537, 0x1.fffffffffffffp511, 2.0};
    double found[7];
    size_t negative;
    assert_int_equal(pf_sqrt_double(NULL, values, 7, found, &negative), PF_OK);
    assert_int_equal(negative, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_same_double(found[i], roots[i]);
    }
    assert_int_equal(pf_sqrt_double(NULL, NULL, 0, NULL, &negative), PF_OK);
    assert_int_equal(negative, 0);
}

static void the_first_negative_is_found(void **unused)
{
    (void)unused;
    static const size_t places[] = {0, 1, 2, 255, 256, CHUNK - 1, CHUNK, 3 * CHUNK, MOST - 1};
    static const double negatives[] = {-1.0, -5e-324, -INFINITY};
    double *values = malloc(MOST * sizeof *values);
    size_t negative;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
            memcpy(values, x, MOST * sizeof *values);
            for (size_t later = p; later < sizeof places / sizeof places[0]; later++) {
                values[places[later]] = negatives[p % 3];
            }
            assert_int_equal(pf_sqrt_double(&call, values, MOST, out, &negative), PF_OK);
            assert_int_equal(negative, places[p]);
            assert_true(isnan(out[places[p]]));
        }
        pf_pool_destroy(pool);
    }
    free(values);
}

static void axpy_equals_a_loop(void **unused)
{
    (void)unused;
    static const double factors[] = {0.1, 1.0, -3.5, 0.0, INFINITY};
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t s = 0; s < SIZES; s++) {
            double a = factors[s % 5];
            size_t n = sizes[s];
            out[n] = -123;
            assert_int_equal(pf_axpy_double(&call, a, x + 1, y, n, out), PF_OK);
            for (size_t i = 0; i < n; i++) {
                volatile double product = a * x[i + 1]; /* no machine may contract the test itself */
                assert_same_double(out[i], product + y[i]);
            }
            assert_same_double(out[n], -123);
        }
        pf_pool_destroy(pool);
    }
}

static void in_place(void **unused)
{
    (void)unused;
    double *values = malloc(MOST * sizeof *values);
    size_t negative;
    memcpy(values, x, MOST * sizeof *values);
    assert_int_equal(pf_sqrt_double(NULL, values, MOST, values, &negative), PF_OK);
    assert_int_equal(pf_sqrt_double(NULL, x, MOST, out, &negative), PF_OK);
    assert_memory_equal(values, out, MOST * sizeof *values);
    assert_int_equal(pf_axpy_double(NULL, 0.1, x, y, MOST, out), PF_OK);
    memcpy(values, y, MOST * sizeof *values);
    assert_int_equal(pf_axpy_double(NULL, 0.1, x, values, MOST, values), PF_OK);
    assert_memory_equal(values, out, MOST * sizeof *values);
    memcpy(values, x, MOST * sizeof *values);
    assert_int_equal(pf_axpy_double(NULL, 0.1, values, y, MOST, values), PF_OK);
    assert_memory_equal(values, out, MOST * sizeof *values);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_equal_the_library),
        cmocka_unit_test(special_roots),
        cmocka_unit_test(the_first_negative_is_found),
        cmocka_unit_test(axpy_equals_a_loop),
        cmocka_unit_test(in_place),
    };
    return cmocka_run_group_tests(tests, draw, NULL);
}
