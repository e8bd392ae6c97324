/* make test-c   (one program: build/tests/c/native/test_format)
 *
 * Numbers as text: golden cases from Python's repr, and against snprintf and strtod: reads back the same, no shorter decimal
 * does, and of the same length none is closer. Arrays on every number of threads. tests/python compares with repr itself.
 */
#include "test.h"

#include "kernels/format/format.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK 4096
#define MOST (3 * CHUNK + 7)

static void check_text(double value, const char *expected)
{
    char text[PF_FORMAT_DOUBLE_BYTES + 1];
    *pf_write_double(text, value) = '\0';
    assert_string_equal(text, expected);
}

/* What Python 3.14 says. */
static void golden_doubles(void **unused)
{
    (void)unused;
    check_text(0.0, "0.0");
    check_text(-0.0, "-0.0");
    check_text(NAN, "nan");
    check_text(-NAN, "nan");
    check_text(INFINITY, "inf");
    check_text(-INFINITY, "-inf");
    check_text(1.0, "1.0");
    check_text(-1.5, "-1.5");
    check_text(0.1, "0.1");
    check_text(1.0 / 3.0, "0.3333333333333333");
    check_text(100.0, "100.0");
    check_text(123456.789, "123456.789");
    check_text(0.0001, "0.0001");
    check_text(0.00001, "1e-05");
    check_text(0.00012345678901234567, "0.00012345678901234567");
    check_text(1.5e-7, "1.5e-07");
    check_text(1e15, "1000000000000000.0");
    check_text(1e16, "1e+16");
    check_text(9007199254740992.0, "9007199254740992.0");
    check_text(9007199254740993.0 * 2, "1.8014398509481984e+16");
    check_text(1e22, "1e+22");
    check_text(1e23, "1e+23");
    check_text(9.5367431640625e-07, "9.5367431640625e-07");
    check_text(5e-324, "5e-324");
    check_text(2e-323, "2e-323");
    check_text(2.2250738585072014e-308, "2.2250738585072014e-308");
    check_text(-2.2250738585072014e-308, "-2.2250738585072014e-308");
    check_text(DBL_MAX, "1.7976931348623157e+308");
    check_text(0x1p-44, "5.684341886080802e-14"); /* nearer below, where it would read back as another */
    check_text(0x1p-1022, "2.2250738585072014e-308");
    check_text(0x0.fffffffffffffp-1022, "2.225073858507201e-308");
    check_text(2.98023223876953125e-8, "2.9802322387695312e-08");
    check_text(9.109383632e-31, "9.109383632e-31");
}

static void check_int(int64_t value)
{
    char text[PF_FORMAT_INT64_BYTES + 1], expected[32];
    *pf_write_int64(text, value) = '\0';
    snprintf(expected, sizeof expected, "%" PRId64, value);
    assert_string_equal(text, expected);
}

static void integers(void **unused)
{
    (void)unused;
    check_int(INT64_MIN);
    check_int(INT64_MAX);
    for (uint64_t power = 1; power <= 1000000000000000000; power *= 10) {
        for (int64_t near = -2; near <= 2; near++) {
            check_int((int64_t)power + near);
            check_int(-(int64_t)power + near);
            check_int((int64_t)(9 * power) + near);
        }
    }
    uint64_t random = 4;
    for (int i = 0; i < 100000; i++) {
        check_int((int64_t)next_random(&random) >> next_random(&random) % 64);
    }
}

/* Significant digits of a text, without trailing zeros, as a string of their own. */
static int digits_of(const char *text, char *digits)
{
    int count = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0')) {
            digits[count++] = *text;
        }
    }
    while (count > 0 && digits[count - 1] == '0') {
        count--;
    }
    digits[count] = '\0';
    return count;
}

static void check_shortest(double value)
{
    char text[PF_FORMAT_DOUBLE_BYTES + 1], digits[32], other[64], other_digits[32];
    *pf_write_double(text, value) = '\0';
    assert_same_double(strtod(text, NULL), value);
    int count = digits_of(text, digits);
    assert_true(count <= 17);
    if (count > 1) {
        snprintf(other, sizeof other, "%.*e", count - 2, value);
        assert_true(bits_of(strtod(other, NULL)) != bits_of(value));
    }
    snprintf(other, sizeof other, "%.*e", count - 1, value);
    if (bits_of(strtod(other, NULL)) == bits_of(value)) {
        digits_of(other, other_digits);
        assert_string_equal(digits, other_digits);
    }
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void shortest_at_powers_of_two(void **unused)
{
    (void)unused;
    for (uint64_t exponent = 0; exponent < 0x7ff; exponent++) {
        uint64_t bits = exponent << 52;
        for (uint64_t near = 0; near < 4; near++) {
            check_shortest(from_bits(bits + near + 1));
            check_shortest(from_bits(bits + ((uint64_t)1 << 52) - 1 - near));
        }
        if (exponent > 0) {
            check_shortest(from_bits(bits));
        }
    }
    for (int bit = 0; bit < 52; bit++) {
        check_shortest(from_bits((uint64_t)1 << bit)); /* subnormal */
    }
}

static void shortest_at_random(void **unused)
{
    (void)unused;
    uint64_t random = 6;
    for (int i = 0; i < 20000; i++) {
        double value = from_bits(next_random(&random));
        if (isfinite(value) && value != 0.0) {
            check_shortest(value);
        }
        /* Few digits, as people write them. */
        check_shortest((double)(next_random(&random) % 100000 + 1) / pow(10, (double)(next_random(&random) % 12)));
        check_shortest(ldexp((double)(next_random(&random) >> 11), (int)(next_random(&random) % 30) - 20) + 1.0);
    }
}

static void arrays(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {0, 1, 2, CHUNK - 1, CHUNK, CHUNK + 1, MOST};
    int64_t *whole = malloc(MOST * sizeof *whole);
    double *reals = malloc(MOST * sizeof *reals);
    size_t room = MOST * PF_FORMAT_DOUBLE_BYTES;
    char *text = malloc(room + 1), *expected = malloc(room);
    uint64_t random = 12;
    for (size_t i = 0; i < MOST; i++) {
        whole[i] = (int64_t)next_random(&random) >> next_random(&random) % 64;
        reals[i] = from_bits(next_random(&random));
    }
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            size_t n = sizes[s], length = 99;
            char *end = expected;
            for (size_t i = 0; i < n; i++) {
                end = pf_write_int64(end, whole[i]);
                *end++ = '\n';
            }
            text[n * PF_FORMAT_INT64_BYTES] = '#';
            assert_int_equal(pf_format_int64(&call, whole, n, text, n * PF_FORMAT_INT64_BYTES, &length), PF_OK);
            assert_int_equal(length, end - expected);
            assert_memory_equal(text, expected, length);
            assert_int_equal(text[n * PF_FORMAT_INT64_BYTES], '#');
            end = expected;
            for (size_t i = 0; i < n; i++) {
                end = pf_write_double(end, reals[i]);
                *end++ = '\n';
            }
            assert_int_equal(pf_format_double(&call, reals, n, text, n * PF_FORMAT_DOUBLE_BYTES, &length), PF_OK);
            assert_int_equal(length, end - expected);
            assert_memory_equal(text, expected, length);
            if (n > 0) {
                assert_int_equal(pf_format_double(&call, reals, n, text, n * PF_FORMAT_DOUBLE_BYTES - 1, &length),
                                 PF_BAD_ARGUMENT);
            }
        }
        pf_pool_destroy(pool);
    }
    free(whole);
    free(reals);
    free(text);
    free(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_doubles),
        cmocka_unit_test(integers),
        cmocka_unit_test(shortest_at_powers_of_two),
        cmocka_unit_test(shortest_at_random),
        cmocka_unit_test(arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
