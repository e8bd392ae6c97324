/* make test-c   (one program: build/tests/c/native/test_reduce_stream)
 *
 * Streams: equal to the reductions of the whole array to the last bit, whatever the blocks; ints that become doubles.
 */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#define CHUNK PF_REDUCE_CHUNK
#define MOST (3 * CHUNK + 77)

static const size_t sizes[] = {1, 2, 7, 8, 9, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, MOST};
static const size_t blocks[] = {1, 7, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])
#define BLOCKS (sizeof blocks / sizeof blocks[0])

static double doubles[MOST];
static int64_t integers[MOST];

static int make_arrays(void **unused)
{
    (void)unused;
    uint64_t random = 21;
    for (size_t i = 0; i < MOST; i++) {
        double mantissa = (double)(next_random(&random) >> 11) / 9007199254740992.0 - 0.5;
        doubles[i] = ldexp(mantissa, (int)(next_random(&random) % 61) - 30);
        integers[i] = (int64_t)(next_random(&random) >> 14) - ((int64_t)1 << 49);
    }
    return 0;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void check_real(const pf_reduce_stream *stream, const double *values, size_t n)
{
    double sum, smallest, largest, mean, real;
    pf_number number;
    assert_int_equal(pf_sum_double(NULL, values, n, &sum), PF_OK);
    assert_int_equal(pf_min_double(NULL, values, n, &smallest), PF_OK);
    assert_int_equal(pf_max_double(NULL, values, n, &largest), PF_OK);
    assert_int_equal(pf_mean_double(NULL, values, n, &mean), PF_OK);
    assert_true(pf_reduce_stream_count(stream) == n);
    assert_int_equal(pf_reduce_stream_sum(stream, &number), PF_OK);
    assert_true(number.is_real);
    assert_same_double(number.real, sum);
    assert_int_equal(pf_reduce_stream_min(stream, &number), PF_OK);
    assert_same_double(number.real, smallest);
    assert_int_equal(pf_reduce_stream_max(stream, &number), PF_OK);
    assert_same_double(number.real, largest);
    assert_int_equal(pf_reduce_stream_mean(stream, &real), PF_OK);
    assert_same_double(real, mean);
}

static void check_whole(const pf_reduce_stream *stream, const int64_t *values, size_t n)
{
    int64_t sum, smallest, largest;
    double mean, real;
    pf_number number;
    assert_int_equal(pf_sum_int64(NULL, values, n, &sum), PF_OK);
    assert_int_equal(pf_min_int64(NULL, values, n, &smallest), PF_OK);
    assert_int_equal(pf_max_int64(NULL, values, n, &largest), PF_OK);
    assert_int_equal(pf_mean_int64(NULL, values, n, &mean), PF_OK);
    assert_int_equal(pf_reduce_stream_sum(stream, &number), PF_OK);
    assert_false(number.is_real);
    assert_true(number.integer == sum);
    assert_int_equal(pf_reduce_stream_min(stream, &number), PF_OK);
    assert_true(number.integer == smallest);
    assert_int_equal(pf_reduce_stream_max(stream, &number), PF_OK);
    assert_true(number.integer == largest);
    assert_int_equal(pf_reduce_stream_mean(stream, &real), PF_OK);
    assert_same_double(real, mean);
}

static pf_reduce_stream *make_stream(void)
{
    pf_reduce_stream *stream = NULL;
    assert_int_equal(pf_reduce_stream_create(&stream), PF_OK);
    return stream;
}

static void nothing_fed(void **unused)
{
    (void)unused;
    pf_reduce_stream *stream = make_stream();
    pf_number number;
    double mean;
    pf_reduce_stream_feed_double(stream, NULL, 0);
    pf_reduce_stream_feed_int64(stream, NULL, 0);
    assert_true(pf_reduce_stream_count(stream) == 0);
    assert_int_equal(pf_reduce_stream_sum(stream, &number), PF_OK);
    assert_true(!number.is_real && number.integer == 0);
    assert_int_equal(pf_reduce_stream_min(stream, &number), PF_EMPTY);
    assert_int_equal(pf_reduce_stream_max(stream, &number), PF_EMPTY);
    assert_int_equal(pf_reduce_stream_mean(stream, &mean), PF_EMPTY);
    pf_reduce_stream_destroy(stream);
    pf_reduce_stream_destroy(NULL);
}

static void equal_to_the_whole(void **unused)
{
    (void)unused;
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t b = 0; b < BLOCKS; b++) {
            pf_reduce_stream *reals = make_stream();
            pf_reduce_stream *wholes = make_stream();
            for (size_t at = 0; at < sizes[s]; at += blocks[b]) {
                pf_reduce_stream_feed_double(reals, doubles + at, least(blocks[b], sizes[s] - at));
                pf_reduce_stream_feed_int64(wholes, integers + at, least(blocks[b], sizes[s] - at));
            }
            check_real(reals, doubles, sizes[s]);
            check_whole(wholes, integers, sizes[s]);
            pf_reduce_stream_destroy(reals);
            pf_reduce_stream_destroy(wholes);
        }
    }
}

/* Integers first, then doubles and integers in turn: as one array of doubles. */
static void integers_become_doubles(void **unused)
{
    (void)unused;
    double *mixed = malloc(MOST * sizeof *mixed);
    for (size_t first = 0; first < MOST; first = 3 * first + 1) {
        for (size_t b = 2; b < BLOCKS; b++) {
            pf_reduce_stream *stream = make_stream();
            pf_reduce_stream_feed_int64(stream, integers, first);
            for (size_t i = 0; i < first; i++) {
                mixed[i] = (double)integers[i];
            }
            bool real = true;
            for (size_t at = first; at < MOST; at += blocks[b], real = !real) {
                size_t n = least(blocks[b], MOST - at);
                for (size_t i = at; i < at + n; i++) {
                    mixed[i] = real ? doubles[i] : (double)integers[i];
                }
                if (real) {
                    pf_reduce_stream_feed_double(stream, doubles + at, n);
                } else {
                    pf_reduce_stream_feed_int64(stream, integers + at, n);
                }
            }
            check_real(stream, mixed, MOST);
            pf_reduce_stream_destroy(stream);
        }
    }
    free(mixed);
}

static void special_values(void **unused)
{
    (void)unused;
    static const double alphabet[] = {0.0, -0.0, NAN, INFINITY, -1.0};
    double values[4];
    for (size_t code = 0; code < 5 * 5 * 5 * 5; code++) {
        for (size_t i = 0, rest = code; i < 4; i++, rest /= 5) {
            values[i] = alphabet[rest % 5];
        }
        for (size_t cut = 0; cut <= 4; cut++) {
            pf_reduce_stream *stream = make_stream();
            pf_reduce_stream_feed_double(stream, values, cut);
            pf_reduce_stream_feed_double(stream, values + cut, 4 - cut);
            check_real(stream, values, 4);
            pf_reduce_stream_destroy(stream);
        }
    }
}

static void overflow_is_of_the_total(void **unused)
{
    (void)unused;
    const int64_t high = INT64_MAX, low = INT64_MIN;
    pf_reduce_stream *stream = make_stream();
    pf_number number;
    double mean;
    pf_reduce_stream_feed_int64(stream, &high, 1);
    pf_reduce_stream_feed_int64(stream, &high, 1);
    assert_int_equal(pf_reduce_stream_sum(stream, &number), PF_OVERFLOW);
    assert_int_equal(pf_reduce_stream_mean(stream, &mean), PF_OK);
    assert_same_double(mean, 0x1p63);
    pf_reduce_stream_feed_int64(stream, &low, 1);
    assert_int_equal(pf_reduce_stream_sum(stream, &number), PF_OK);
    assert_true(number.integer == INT64_MAX - 1);
    pf_reduce_stream_destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fed),
        cmocka_unit_test(equal_to_the_whole),
        cmocka_unit_test(integers_become_doubles),
        cmocka_unit_test(special_values),
        cmocka_unit_test(overflow_is_of_the_total),
    };
    return cmocka_run_group_tests(tests, make_arrays, NULL);
}
