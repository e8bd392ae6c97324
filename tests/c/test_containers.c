/* make test-c   (one program: build/tests/c/native/test_containers)
 *
 * Lookups and membership, by hash and by scan, against plain loops; the deque against one that moves every element.
 */
#include "test.h"

#include "kernels/containers/scan.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK 16384
#define MOST (3 * BLOCK + 5)

static void scans_simd_equals_plain(void **unused)
{
    (void)unused;
    int64_t integers[70];
    double reals[70];
    static const double specials[] = {0.0, -0.0, NAN, INFINITY, 1.5};
    for (size_t n = 0; n <= 64; n++) {
        for (size_t offset = 0; offset < 2; offset++) {
            for (size_t at = 0; at <= n; at++) {
                for (size_t i = 0; i < 70; i++) {
                    integers[i] = (int64_t)i << 32;
                    reals[i] = (double)i + 2;
                }
                /* Equal in one half of the bits only: not equal. The last place lies outside. */
                integers[offset + at] = 7;
                assert_int_equal(pf_scan_int64_simd(integers + offset, n, 7), at < n);
                assert_int_equal(pf_scan_int64_plain(integers + offset, n, 7), at < n);
                assert_false(pf_scan_int64_simd(integers + offset, n, ((int64_t)99 << 32) | 7));
                for (size_t s = 0; s < 5; s++) {
                    reals[offset + at] = specials[s];
                    for (size_t t = 0; t < 5; t++) {
                        bool expected = at < n && specials[s] == specials[t];
                        assert_int_equal(pf_scan_double_simd(reals + offset, n, specials[t]), expected);
                        assert_int_equal(pf_scan_double_plain(reals + offset, n, specials[t]), expected);
                    }
                }
            }
        }
    }
}

static void check_contains(const pf_call *call, const pf_buffer *haystack, const pf_buffer *needles, const uint8_t *expected)
{
    uint8_t *contained = malloc(needles->length + 1);
    memset(contained, 7, needles->length + 1);
    assert_int_equal(pf_contains_scan(call, haystack, needles, contained), PF_OK);
    assert_memory_equal(contained, expected, needles->length);
    memset(contained, 7, needles->length + 1);
    assert_int_equal(pf_contains_hash(call, haystack, needles, contained), PF_OK);
    assert_memory_equal(contained, expected, needles->length);
    assert_int_equal(contained[needles->length], 7);
    free(contained);
}

static void contains(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {0, 1, 2, 15, 16, 17, BLOCK - 1, BLOCK, BLOCK + 1, MOST};
    enum { NEEDLES = 40 };
    int64_t *values = malloc(MOST * 8);
    double *reals = malloc(MOST * 8);
    pf_slice *slices = malloc(MOST * sizeof *slices);
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            size_t n = sizes[s];
            int64_t needles[NEEDLES];
            double real_needles[NEEDLES];
            pf_slice slice_needles[NEEDLES];
            uint8_t expected[NEEDLES], expected_reals[NEEDLES];
            uint64_t random = n;
            for (size_t i = 0; i < n; i++) {
                values[i] = (int64_t)i * 1024 - 5;
                reals[i] = i % 100 == 3 ? NAN : (double)values[i] / 3;
                slices[i] = (pf_slice){(const char *)&values[i], 8};
            }
            for (size_t j = 0; j < NEEDLES; j++) {
                size_t at = n > 0 ? j == 0 ? 0 : j == 1 ? n - 1 : next_random(&random) % n : 0;
                bool there = n > 0 && j % 3 != 2;
                needles[j] = there ? values[at] : (int64_t)j * 1024;
                real_needles[j] = there ? reals[at] : j % 2 ? NAN : 0.1;
                slice_needles[j] = (pf_slice){(const char *)&needles[j], 8};
                expected[j] = there;
                expected_reals[j] = there && !isnan(real_needles[j]);
            }
            check_contains(&call, &(pf_buffer){values, n, PF_INT64}, &(pf_buffer){needles, NEEDLES, PF_INT64}, expected);
            check_contains(&call, &(pf_buffer){reals, n, PF_DOUBLE}, &(pf_buffer){real_needles, NEEDLES, PF_DOUBLE},
                           expected_reals);
            check_contains(&call, &(pf_buffer){slices, n, PF_SLICES}, &(pf_buffer){slice_needles, NEEDLES, PF_SLICES},
                           expected);
            check_contains(&call, &(pf_buffer){values, n, PF_INT64}, &(pf_buffer){needles, 0, PF_INT64}, expected);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(reals);
    free(slices);
}

static void zeros_are_equal(void **unused)
{
    (void)unused;
    double zero = 0.0, negative = -0.0;
    uint8_t yes = 1;
    check_contains(NULL, &(pf_buffer){&zero, 1, PF_DOUBLE}, &(pf_buffer){&negative, 1, PF_DOUBLE}, &yes);
    check_contains(NULL, &(pf_buffer){&negative, 1, PF_DOUBLE}, &(pf_buffer){&zero, 1, PF_DOUBLE}, &yes);
}

/* The last of equal keys wins, as in dict(zip(keys, values)). */
static void lookups(void **unused)
{
    (void)unused;
    enum { N = 30000, WANTED = 50000, KEYS = 20000 };
    int64_t *keys = malloc(N * 8), *wanted = malloc(WANTED * 8), *results = malloc(WANTED * 8), *last = malloc(KEYS * 8);
    int64_t *values = malloc(N * 8);
    uint64_t random = 4;
    for (size_t k = 0; k < KEYS; k++) {
        last[k] = -1;
    }
    for (size_t i = 0; i < N; i++) {
        uint64_t key = next_random(&random) % KEYS;
        keys[i] = (int64_t)(key << 40);
        values[i] = (int64_t)i;
        last[key] = (int64_t)i;
    }
    size_t expected_hits = 0;
    for (size_t i = 0; i < WANTED; i++) {
        uint64_t key = next_random(&random) % KEYS;
        wanted[i] = (int64_t)(key << 40);
        expected_hits += last[key] >= 0;
    }
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        int64_t fallback = -1;
        size_t hits;
        assert_int_equal(pf_lookup(&call, &(pf_buffer){keys, N, PF_INT64}, values, &(pf_buffer){wanted, WANTED, PF_INT64},
                                   &fallback, results, &hits),
                         PF_OK);
        assert_int_equal(hits, expected_hits);
        for (size_t i = 0; i < WANTED; i++) {
            assert_true(results[i] == last[(uint64_t)wanted[i] >> 40]);
        }
        pf_pool_destroy(pool);
    }
    free(keys);
    free(wanted);
    free(results);
    free(last);
    free(values);
}

static void jobs(void **unused)
{
    (void)unused;
    pf_slice keys[] = {{"a", 1}, {"b", 1}}, wanted[] = {{"b", 1}, {"c", 1}, {NULL, 0}};
    double values[] = {1.5, 2.5}, results[3];
    pf_job job = {.reals = {-1}, .inputs = {{keys, 2, PF_SLICES}, {values, 2, PF_DOUBLE}, {wanted, 3, PF_SLICES}},
                  .outputs = {{results, 3, PF_DOUBLE}}};
    assert_int_equal(run_kernel("lookup", &job), PF_OK);
    assert_int_equal(job.integers[0], 1);
    assert_same_double(results[0], 2.5);
    assert_same_double(results[2], -1);
    job.inputs[1].length = 1;
    assert_int_equal(run_kernel("lookup", &job), PF_BAD_ARGUMENT);
    uint8_t contained[3];
    job = (pf_job){.inputs = {{keys, 2, PF_SLICES}, {wanted, 3, PF_SLICES}}, .outputs = {{contained, 3, PF_BYTES}}};
    for (job.integers[0] = 0; job.integers[0] < 2; job.integers[0]++) {
        assert_int_equal(run_kernel("contains", &job), PF_OK);
        assert_memory_equal(contained, ((uint8_t[]){1, 0, 0}), 3);
    }
    assert_int_equal(run_kernel("contains", &job), PF_BAD_ARGUMENT);
    job.integers[0] = 0;
    job.inputs[1] = (pf_buffer){values, 2, PF_DOUBLE};
    assert_int_equal(run_kernel("contains", &job), PF_BAD_ARGUMENT);
}

static void deque_against_moving(void **unused)
{
    (void)unused;
    enum { MOVES = 20000 };
    int64_t *plain = malloc(MOVES * sizeof *plain), value;
    size_t length = 0;
    uint64_t random = 8;
    pf_deque *deque;
    assert_int_equal(pf_deque_create(&deque), PF_OK);
    for (int64_t i = 0; i < MOVES; i++) {
        /* Grows in the first half, shrinks in the second. */
        unsigned draw = (unsigned)(next_random(&random) % 100);
        bool push = draw < (i < MOVES / 2 ? 60 : 40), right = next_random(&random) % 2;
        if (push) {
            assert_int_equal(right ? pf_deque_push_right(deque, i) : pf_deque_push_left(deque, i), PF_OK);
            if (!right) {
                memmove(plain + 1, plain, length * sizeof *plain);
            }
            plain[right ? length : 0] = i;
            length++;
        } else if (length == 0) {
            assert_int_equal(right ? pf_deque_pop_right(deque, &value) : pf_deque_pop_left(deque, &value), PF_EMPTY);
        } else {
            int64_t expected = plain[right ? length - 1 : 0];
            assert_int_equal(right ? pf_deque_pop_right(deque, &value) : pf_deque_pop_left(deque, &value), PF_OK);
            assert_int_equal(value, expected);
            length--;
            if (!right) {
                memmove(plain, plain + 1, length * sizeof *plain);
            }
        }
        assert_int_equal(pf_deque_length(deque), length);
        if (i % 1000 == 0) {
            for (size_t j = 0; j < length; j++) {
                assert_int_equal(pf_deque_at(deque, j, &value), PF_OK);
                assert_int_equal(value, plain[j]);
            }
            assert_int_equal(pf_deque_at(deque, length, &value), PF_BAD_ARGUMENT);
        }
    }
    pf_deque_clear(deque);
    assert_int_equal(pf_deque_pop_left(deque, &value), PF_EMPTY);
    pf_deque_destroy(deque);
    pf_deque_destroy(NULL);
    free(plain);
}

static void scripts(void **unused)
{
    (void)unused;
    int64_t values[] = {1, 2, 3}, popped[3];
    size_t pops, left;
    assert_int_equal(pf_deque_play(NULL, "AaAPp", 5, values, 3, popped, 3, &pops, &left), PF_OK);
    assert_int_equal(pops, 2);
    assert_int_equal(left, 1);
    assert_int_equal(popped[0], 3);
    assert_int_equal(popped[1], 2);
    assert_int_equal(pf_deque_play(NULL, "P", 1, values, 3, popped, 3, &pops, &left), PF_EMPTY);
    assert_int_equal(pf_deque_play(NULL, "AAAA", 4, values, 3, popped, 3, &pops, &left), PF_BAD_ARGUMENT);
    assert_int_equal(pf_deque_play(NULL, "AP", 2, values, 3, popped, 0, &pops, &left), PF_BAD_ARGUMENT);
    assert_int_equal(pf_deque_play(NULL, "x", 1, values, 3, popped, 3, &pops, &left), PF_BAD_ARGUMENT);
    pf_job job = {.inputs = {{"Ap", 2, PF_BYTES}, {values, 3, PF_INT64}}, .outputs = {{popped, 3, PF_INT64}}};
    assert_int_equal(run_kernel("deque_play", &job), PF_OK);
    assert_int_equal(job.outputs[0].length, 1);
    assert_int_equal(popped[0], 1);
}

static void cancelled(void **unused)
{
    (void)unused;
    const size_t n = 1 << 21;
    int64_t *values = calloc(n, 8), *results = malloc(n * 8), fallback = 0;
    uint8_t *contained = malloc(n);
    char *script = malloc(2 * n);
    size_t hits, pops, left;
    for (size_t i = 0; i < n; i++) {
        values[i] = (int64_t)i;
        script[i] = 'A';
        script[n + i] = 'p';
    }
    pf_buffer keys = {values, n, PF_INT64};
    for (uint32_t before = 0; before < 2; before++) {
        pf_pool *pool = make_pool(2);
        pf_cancel cancel = {.raised = before, .poll = always_yes};
        pf_call call = {pool, 0, &cancel};
        assert_int_equal(pf_lookup(&call, &keys, values, &keys, &fallback, results, &hits), PF_CANCELLED);
        assert_int_equal(pf_contains_hash(&call, &keys, &keys, contained), PF_CANCELLED);
        assert_int_equal(pf_contains_scan(&call, &keys, &keys, contained), PF_CANCELLED);
        assert_int_equal(pf_deque_play(&call, script, 2 * n, values, n, results, n, &pops, &left), PF_CANCELLED);
        pf_pool_destroy(pool);
    }
    free(values);
    free(results);
    free(contained);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scans_simd_equals_plain),
        cmocka_unit_test(contains),
        cmocka_unit_test(zeros_are_equal),
        cmocka_unit_test(lookups),
        cmocka_unit_test(jobs),
        cmocka_unit_test(deque_against_moving),
        cmocka_unit_test(scripts),
        cmocka_unit_test(cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
