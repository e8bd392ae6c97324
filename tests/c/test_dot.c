/* make test-c   (one program: build/tests/c/native/test_dot)
 *
 * Dot products of every type: against plain loops, at every number of threads, at the limits of their types.
 */
#include "reduce_arrays.h"

/* The exact dot product as 192 bits in limbs of 32, slowly: PF_OVERFLOW or the value. */
static pf_status slow_dot(const int64_t *left, const int64_t *right, size_t n, int64_t *dot)
{
    pf_int128 low = 0, high = 0; /* value = high * 2^64 + low */
    for (size_t i = 0; i < n; i++) {
        pf_int128 product = (pf_int128)left[i] * right[i];
        low += (uint64_t)product;
        high += (int64_t)(product >> 64);
    }
    high += low >> 64;
    uint64_t rest = (uint64_t)low;
    if (high != ((int64_t)rest < 0 ? -1 : 0)) {
        return PF_OVERFLOW;
    }
    *dot = (int64_t)rest;
    return PF_OK;
}

static void check_dot(const pf_call *call, const int64_t *left, const int64_t *right, size_t n)
{
    int64_t slow = 0, dot = 0;
    pf_status status = slow_dot(left, right, n, &slow);
    assert_int_equal(pf_dot_int64(call, left, right, n, &dot), status);
    assert_true(status != PF_OK || dot == slow);
}

static void integer_dot(void **state)
{
    const arrays *all = *state;
    static const int shifts[] = {0, 20, 32, 36, 37, 38, 40, 50};
    int64_t *left = malloc(MOST * sizeof *left), *right = malloc(MOST * sizeof *right);
    for (size_t k = 0; k < sizeof shifts / sizeof shifts[0]; k++) {
        for (size_t i = 0; i < MOST; i++) {
            left[i] = all->int64[i] >> shifts[k];
            right[i] = all->int64[MOST - 1 - i] >> shifts[k];
        }
        for (size_t s = 0; s < SIZES; s++) {
            for (size_t t = 0; t < THREAD_COUNTS; t++) {
                pf_call call = {all->pools[t], 0, NULL};
                check_dot(&call, left, right, sizes[s]);
            }
        }
    }
    /* Huge products that cancel, with a small rest. */
    for (size_t n = 2; n < 1000; n += 7) {
        for (size_t i = 0; i < n; i++) {
            left[i] = i % 2 ? INT64_MIN : INT64_MAX;
            right[i] = i % 3 ? INT64_MAX : INT64_MIN;
        }
        check_dot(NULL, left, right, n);
        for (size_t i = 0; i < n; i++) {
            left[n + i] = left[i] == INT64_MIN ? INT64_MAX : -left[i];
            right[n + i] = right[i];
        }
        check_dot(NULL, left, right, 2 * n);
    }
    free(left);
    free(right);
}

static void integer_dot_at_the_limit(void **unused)
{
    (void)unused;
    int64_t dot;
    const int64_t low = INT64_MIN, high = INT64_MAX;
    const int64_t to_limit[][2] = {{high, 1}, {low, 1}, {low, -1}, {1, -1}, {-1, -1}, {low, low}, {low, high}};
    for (size_t i = 0; i < 7; i++) {
        for (size_t j = 0; j < 7; j++) {
            int64_t left[] = {to_limit[i][0], to_limit[j][0]}, right[] = {to_limit[i][1], to_limit[j][1]};
            check_dot(NULL, left, right, 1);
            check_dot(NULL, left, right, 2);
        }
    }
    /* 300 000 times 2^126: no 128 bits hold that. */
    size_t n = MOST;
    int64_t *lows = malloc(n * sizeof *lows);
    for (size_t i = 0; i < n; i++) {
        lows[i] = low;
    }
    assert_int_equal(pf_dot_int64(NULL, lows, lows, n, &dot), PF_OVERFLOW);
    free(lows);

    int32_t *narrow = malloc(n * sizeof *narrow);
    for (size_t i = 0; i < n; i++) {
        narrow[i] = INT32_MIN;
    }
    assert_int_equal(pf_dot_int32(NULL, narrow, narrow, 1, &dot), PF_OK);
    assert_true(dot == (int64_t)1 << 62);
    assert_int_equal(pf_dot_int32(NULL, narrow, narrow, 2, &dot), PF_OVERFLOW);
    narrow[1] = INT32_MAX;
    narrow[0] = INT32_MAX;
    assert_int_equal(pf_dot_int32(NULL, narrow, narrow, 2, &dot), PF_OK);
    assert_true(dot == 2 * ((int64_t)INT32_MAX * INT32_MAX));
    free(narrow);
}

/* Numbers on both sides of 2^27, above which int64 are multiplied in another way: one of them at each place of its block. */
static void integer_dot_of_almost_small_numbers(void **unused)
{
    (void)unused;
    const int64_t limit = (int64_t)1 << 27, odd_ones[] = {-limit, limit - 1, limit, -limit - 1, -limit * limit};
    int64_t left[600], right[600];
    for (size_t i = 0; i < 600; i++) {
        left[i] = -limit;
        right[i] = i % 7 ? -limit : limit - 1;
    }
    for (size_t o = 0; o < sizeof odd_ones / sizeof odd_ones[0]; o++) {
        for (size_t at = 0; at < 520; at++) {
            left[at] = odd_ones[o];
            for (size_t n = at + 1; n < at + 6; n++) {
                check_dot(NULL, left, right, n);
                check_dot(NULL, right, left, n);
            }
            check_dot(NULL, left, right, 600);
            left[at] = -limit;
        }
    }
}

static void narrow_dot(void **state)
{
    const arrays *all = *state;
    static const int32_t extremes[] = {INT32_MIN, INT32_MAX, -1, 0, INT32_MIN, 1, INT32_MIN + 1};
    int64_t *wide_left = malloc(MOST * sizeof *wide_left), *wide_right = malloc(MOST * sizeof *wide_right), slow = 0, dot = 0;
    int32_t *left = malloc(MOST * sizeof *left), *right = malloc(MOST * sizeof *right);
    for (int kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < MOST; i++) {
            left[i] = kind == 0 ? extremes[i % 7] : kind == 1 ? INT32_MIN : (int32_t)(all->int64[i] >> 32);
            right[i] = kind == 0 ? extremes[i / 7 % 7] : kind == 1 ? (i % 2 ? INT32_MIN : INT32_MAX) : (int32_t)all->int64[i];
            wide_left[i] = left[i];
            wide_right[i] = right[i];
        }
        for (size_t s = 0; s < SIZES; s++) {
            pf_status status = slow_dot(wide_left, wide_right, sizes[s], &slow);
            for (size_t t = 0; t < THREAD_COUNTS; t++) {
                pf_call call = {all->pools[t], 0, NULL};
                assert_int_equal(pf_dot_int32(&call, left, right, sizes[s], &dot), status);
                assert_true(status != PF_OK || dot == slow);
            }
        }
    }
    free(wide_left);
    free(wide_right);
    free(left);
    free(right);
}

static void double_dot(void **state)
{
    const arrays *all = *state;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t offset = 0; offset < 2; offset++) {
            size_t n = sizes[s];
            double by_chunks = 0, real;
            for (size_t begin = 0; begin < n; begin += CHUNK) {
                by_chunks += pf_dot_double_plain(all->doubles + offset + begin, all->doubles + begin,
                                                 n - begin < CHUNK ? n - begin : CHUNK);
            }
            for (size_t t = 0; t < THREAD_COUNTS; t++) {
                pf_call call = {all->pools[t], 0, NULL};
                assert_int_equal(pf_dot_double(&call, all->doubles + offset, all->doubles, n, &real), PF_OK);
                assert_same_double(real, by_chunks);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(integer_dot, make_arrays, free_arrays),
        cmocka_unit_test(integer_dot_at_the_limit),
        cmocka_unit_test(integer_dot_of_almost_small_numbers),
        cmocka_unit_test_setup_teardown(narrow_dot, make_arrays, free_arrays),
        cmocka_unit_test_setup_teardown(double_dot, make_arrays, free_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
