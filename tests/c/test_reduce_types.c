/* make test-c   (one program: build/tests/c/native/test_reduce_types)
 *
 * The reductions of narrow types, means, any and all: against plain loops, at every number of threads, at odd
 * addresses, at the limits of their types.
 */
#include "reduce_arrays.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static void golden(void **unused)
{
    (void)unused;
    const int32_t small[] = {3, -4, 6};
    const uint8_t bytes[] = {200, 100, 255};
    const float floats[] = {0.1f, 2.0f};
    const double left[] = {1, 2, 3}, right[] = {4, 5, 6};
    int64_t integer;
    double real;
    assert_int_equal(pf_sum_int32(NULL, small, 3, &integer), PF_OK);
    assert_int_equal(integer, 5);
    assert_int_equal(pf_sum_bytes(NULL, bytes, 3, &integer), PF_OK);
    assert_int_equal(integer, 555);
    assert_int_equal(pf_min_bytes(NULL, bytes, 3, &integer), PF_OK);
    assert_int_equal(integer, 100);
    assert_int_equal(pf_max_int32(NULL, small, 3, &integer), PF_OK);
    assert_int_equal(integer, 6);
    assert_int_equal(pf_sum_float(NULL, floats, 2, &real), PF_OK);
    assert_same_double(real, (double)0.1f + 2.0);
    assert_int_equal(pf_mean_int32(NULL, small, 3, &real), PF_OK);
    assert_same_double(real, 5.0 / 3.0);
    assert_int_equal(pf_dot_double(NULL, left, right, 3, &real), PF_OK);
    assert_same_double(real, 32.0);
    assert_int_equal(pf_dot_int32(NULL, small, small, 3, &integer), PF_OK);
    assert_int_equal(integer, 61);
}

static void no_elements(void **unused)
{
    (void)unused;
    int64_t integer = 1;
    double real = 1;
    bool truth;
    assert_int_equal(pf_sum_int32(NULL, NULL, 0, &integer), PF_OK);
    assert_int_equal(integer, 0);
    assert_int_equal(pf_sum_float(NULL, NULL, 0, &real), PF_OK);
    assert_same_double(real, 0.0);
    assert_int_equal(pf_min_bytes(NULL, NULL, 0, &integer), PF_EMPTY);
    assert_int_equal(pf_max_float(NULL, NULL, 0, &real), PF_EMPTY);
    assert_int_equal(pf_mean_int64(NULL, NULL, 0, &real), PF_EMPTY);
    assert_int_equal(pf_mean_double(NULL, NULL, 0, &real), PF_EMPTY);
    assert_int_equal(pf_dot_int64(NULL, NULL, NULL, 0, &integer), PF_OK);
    assert_int_equal(integer, 0);
    assert_int_equal(pf_dot_double(NULL, NULL, NULL, 0, &real), PF_OK);
    assert_same_double(real, 0.0);
    assert_int_equal(pf_any_double(NULL, NULL, 0, &truth), PF_OK);
    assert_false(truth);
    assert_int_equal(pf_all_double(NULL, NULL, 0, &truth), PF_OK);
    assert_true(truth);
}

/* Each is asked of a plain loop over elements [offset, offset + n). */
static void check_narrow(const arrays *all, const pf_call *call, size_t n, size_t offset)
{
    const int32_t *i = all->int32 + offset;
    const uint8_t *b = all->bytes + offset;
    const float *f = all->floats + offset;
    int64_t integer, int_sum = 0, byte_sum = 0, int_dot = 0, byte_dot = 0;
    double real, by_chunks = 0, dot_by_chunks = 0;
    for (size_t j = 0; j < n; j++) {
        int_sum += i[j];
        byte_sum += b[j];
        int_dot += (int64_t)(i[j] >> 8) * (i[j] >> 8);
        byte_dot += b[j] * all->bytes[j];
    }
    for (size_t begin = 0; begin < n; begin += CHUNK) {
        size_t length = n - begin < CHUNK ? n - begin : CHUNK;
        by_chunks += pf_sum_float_plain(f + begin, length);
        dot_by_chunks += pf_dot_float_plain(f + begin, all->floats + begin, length);
    }
    assert_int_equal(pf_sum_int32(call, i, n, &integer), PF_OK);
    assert_true(integer == int_sum);
    assert_int_equal(pf_sum_bytes(call, b, n, &integer), PF_OK);
    assert_true(integer == byte_sum);
    assert_int_equal(pf_sum_float(call, f, n, &real), PF_OK);
    assert_same_double(real, by_chunks);
    assert_int_equal(pf_dot_float(call, f, all->floats, n, &real), PF_OK);
    assert_same_double(real, dot_by_chunks);
    assert_int_equal(pf_dot_bytes(call, b, all->bytes, n, &integer), PF_OK);
    assert_true(integer == byte_dot);
    if (n == 0) {
        return;
    }
    assert_int_equal(pf_min_int32(call, i, n, &integer), PF_OK);
    assert_true(integer == pf_min_int32_any(i[0], i, n));
    assert_int_equal(pf_max_bytes(call, b, n, &integer), PF_OK);
    assert_true(integer == pf_max_bytes_any(b[0], b, n));
    assert_int_equal(pf_min_float(call, f, n, &real), PF_OK);
    assert_same_double(real, (double)pf_min_float_plain(f[0], f, n));
    assert_int_equal(pf_max_float(call, f, n, &real), PF_OK);
    assert_same_double(real, (double)pf_max_float_plain(f[0], f, n));
    assert_int_equal(pf_mean_float(call, f, n, &real), PF_OK);
    assert_same_double(real, by_chunks / (double)n);
    assert_int_equal(pf_mean_bytes(call, b, n, &real), PF_OK);
    assert_same_double(real, (double)byte_sum / (double)n); /* both fit 53 bits: one rounding */
}

static void narrow_types(void **state)
{
    const arrays *all = *state;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t t = 0; t < THREAD_COUNTS; t++) {
            pf_call call = {all->pools[t], 0, NULL};
            check_narrow(all, &call, sizes[s], 0);
            check_narrow(all, &call, sizes[s], 1);
        }
    }
}

static void bytes_at_their_limit(void **unused)
{
    (void)unused;
    uint8_t *bytes = malloc(MOST);
    memset(bytes, 255, MOST);
    int64_t integer;
    for (size_t s = 0; s < SIZES; s++) {
        assert_int_equal(pf_sum_bytes(NULL, bytes, sizes[s], &integer), PF_OK);
        assert_true(integer == 255 * (int64_t)sizes[s]);
        assert_int_equal(pf_dot_bytes(NULL, bytes, bytes, sizes[s], &integer), PF_OK);
        assert_true(integer == 255 * 255 * (int64_t)sizes[s]);
    }
    free(bytes);
}

/* Of few values, so that every order of NaN and both zeros occurs. */
static void short_float_arrays(void **unused)
{
    (void)unused;
    static const float alphabet[] = {0.0f, -0.0f, NAN, 1.0f, -1.0f};
    float values[12] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
    for (size_t code = 0; code < 5 * 5 * 5 * 5; code++) {
        for (size_t i = 0, rest = code; i < 4; i++, rest /= 5) {
            values[i * 3] = alphabet[rest % 5];
        }
        for (size_t n = 1; n <= 12; n++) {
            for (size_t i = 0; i < 5; i++) {
                float best = alphabet[i];
                assert_same_double((double)pf_min_float_simd(best, values, n), (double)pf_min_float_plain(best, values, n));
                assert_same_double((double)pf_max_float_simd(best, values, n), (double)pf_max_float_plain(best, values, n));
            }
        }
    }
}

/* ------------------------------------------------------------------------------------------------ truth */

static const size_t places[] = {0, 1, 7, 15, 62, 63, 64, 65, 127, CHUNK - 1, 4 * CHUNK - 1, 4 * CHUNK, 4 * CHUNK + 1, MOST - 1};
#define PLACES (sizeof places / sizeof places[0])

#define CHECK_TRUTH(name, array, n, expect_any, expect_all)                                                            \
    do {                                                                                                               \
        bool truth = !(expect_any);                                                                                    \
        assert_int_equal(pf_any_##name(&call, array, n, &truth), PF_OK);                                               \
        assert_int_equal(truth, expect_any);                                                                           \
        truth = !(expect_all);                                                                                         \
        assert_int_equal(pf_all_##name(&call, array, n, &truth), PF_OK);                                               \
        assert_int_equal(truth, expect_all);                                                                           \
    } while (0)

/* Arrays of `background`, with `odd` at one place. */
#define TRUTH_OF(name, type, background, odd, background_true, odd_true)                                               \
    do {                                                                                                               \
        type *values = malloc((MOST + 1) * sizeof(type));                                                              \
        for (size_t i = 0; i < MOST + 1; i++) {                                                                        \
            values[i] = (background);                                                                                  \
        }                                                                                                              \
        CHECK_TRUTH(name, values, MOST, background_true, background_true);                                             \
        for (size_t p = 0; p < PLACES; p++) {                                                                          \
            values[places[p] + 1] = (odd);                                                                             \
            CHECK_TRUTH(name, values + 1, MOST, (background_true) || (odd_true), (background_true) && (odd_true));     \
            CHECK_TRUTH(name, values + 1, places[p] + 1, places[p] > 0 ? (background_true) || (odd_true) : (odd_true), \
                        places[p] > 0 ? (background_true) && (odd_true) : (odd_true));                                 \
            values[places[p] + 1] = (background);                                                                      \
        }                                                                                                              \
        free(values);                                                                                                  \
    } while (0)

static void truth_of_every_type(void **state)
{
    const arrays *all = *state;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_call call = {all->pools[t], 0, NULL};
        TRUTH_OF(bytes, uint8_t, 0, 128, false, true);
        TRUTH_OF(bytes, uint8_t, 1, 0, true, false);
        TRUTH_OF(int32, int32_t, 0, INT32_MIN, false, true);
        TRUTH_OF(int32, int32_t, 256, 0, true, false);
        TRUTH_OF(int64, int64_t, 0, INT64_MIN, false, true);
        TRUTH_OF(int64, int64_t, (int64_t)1 << 32, 0, true, false);
        TRUTH_OF(double, double, -0.0, 5e-324, false, true);
        TRUTH_OF(double, double, NAN, -0.0, true, false);
        TRUTH_OF(double, double, 0.0, NAN, false, true);
        TRUTH_OF(float, float, -0.0f, 1e-45f, false, true);
        TRUTH_OF(float, float, -INFINITY, 0.0f, true, false);
        TRUTH_OF(float, float, 0.0f, NAN, false, true);
    }
}

/* ------------------------------------------------------------------------------------------------ means */

/* sum / n, rounded once, by another way: the whole part and the remainder apart, for sums whose quotient is small. */
static void quotients(void **unused)
{
    (void)unused;
    assert_same_double(pf_quotient(0, 3), 0.0);
    assert_same_double(pf_quotient(1, 3), 1.0 / 3.0);
    assert_same_double(pf_quotient(-1, 3), -1.0 / 3.0);
    assert_same_double(pf_quotient(INT64_MIN, 1), -0x1p63);
    assert_same_double(pf_quotient(INT64_MAX, 1), 0x1p63);
    assert_same_double(pf_quotient(((pf_int128)1 << 53) + 1, 1), 0x1p53);             /* half: to even, down */
    assert_same_double(pf_quotient(((pf_int128)1 << 53) + 3, 1), 0x1p53 + 4);         /* half: to even, up */
    assert_same_double(pf_quotient(((pf_int128)1 << 55) + 5, 4), 0x1p53 + 2);         /* above half by the last bit only */
    assert_same_double(pf_quotient((((pf_int128)1 << 53) + 1) * 1000 + 1, 1000), 0x1p53 + 2);
    assert_same_double(pf_quotient(1, (size_t)1 << 31), 0x1p-31);
    uint64_t random = 9;
    for (int i = 0; i < 100000; i++) {
        /* Both fit a double, so that its division rounds once, too. */
        int64_t sum = (int64_t)(next_random(&random) >> (11 + next_random(&random) % 50)) | 1;
        size_t n = (size_t)(next_random(&random) >> (33 + next_random(&random) % 30)) + 1;
        assert_same_double(pf_quotient(sum, n), (double)sum / (double)n);
        assert_same_double(pf_quotient(-sum, n), -(double)sum / (double)n);
    }
}

static void mean_beyond_int64(void **state)
{
    const arrays *all = *state;
    int64_t *values = malloc(MOST * sizeof *values);
    double real;
    for (size_t i = 0; i < MOST; i++) {
        values[i] = INT64_MAX - (int64_t)i % 2;
    }
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_call call = {all->pools[t], 0, NULL};
        assert_int_equal(pf_mean_int64(&call, values, MOST, &real), PF_OK);
        assert_same_double(real, 0x1p63);
    }
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(no_elements),
        cmocka_unit_test_setup_teardown(narrow_types, make_arrays, free_arrays),
        cmocka_unit_test(bytes_at_their_limit),
        cmocka_unit_test(short_float_arrays),
        cmocka_unit_test_setup_teardown(truth_of_every_type, make_arrays, free_arrays),
        cmocka_unit_test(quotients),
        cmocka_unit_test_setup_teardown(mean_beyond_int64, make_arrays, free_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
