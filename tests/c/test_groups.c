/* make test-c   (one program: build/tests/c/native/test_groups)
 *
 * Groups of equal keys: counts, distinct keys, orders, sums: against a reference that sorts, for every kind of key, also
 * keys made to collide, on every number of threads. What is refused, and jobs: test_group_calls.c.
 */
#include "test.h"

#include "kernels/containers/groups.h"
#include "kernels/containers/hash.h"

#include <math.h>
#include <stdlib.h>

#define CHUNK 16384
#define MOST (4 * CHUNK + 3)

static const size_t sizes[] = {0, 1, 2, 3, 100, CHUNK - 1, CHUNK, CHUNK + 1, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])

/* ------------------------------------------------------------------------------------------------ the reference */

static const pf_buffer *sorting_keys;

static int compare_keys(size_t i, size_t j)
{
    const pf_buffer *keys = sorting_keys;
    if (keys->type == PF_INT64) {
        int64_t a = ((const int64_t *)keys->data)[i], b = ((const int64_t *)keys->data)[j];
        return (a > b) - (a < b);
    }
    if (keys->type == PF_DOUBLE) {
        double a = ((const double *)keys->data)[i], b = ((const double *)keys->data)[j];
        return a != a || b != b ? (a != a) - (b != b) : (a > b) - (a < b);
    }
    const pf_slice *a = (const pf_slice *)keys->data + i, *b = (const pf_slice *)keys->data + j;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = shorter > 0 ? memcmp(a->data, b->data, shorter) : 0;
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static int by_key_and_index(const void *left, const void *right)
{
    size_t i = *(const size_t *)left, j = *(const size_t *)right;
    int order = compare_keys(i, j);
    return order != 0 ? order : i < j ? -1 : 1;
}

static bool is_nan(const pf_buffer *keys, size_t i)
{
    return keys->type == PF_DOUBLE && isnan(((const double *)keys->data)[i]);
}

typedef struct expected {
    size_t found;
    size_t *firsts;
    size_t *group; /* of each key */
} expected;

static expected make_expected(const pf_buffer *keys)
{
    size_t n = keys->length;
    expected made = {0, malloc((n + 1) * sizeof(size_t)), malloc((n + 1) * sizeof(size_t))};
    size_t *order = malloc((n + 1) * sizeof *order), *first_of = malloc((n + 1) * sizeof *first_of);
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    sorting_keys = keys;
    qsort(order, n, sizeof *order, by_key_and_index);
    for (size_t j = 0; j < n; j++) {
        bool same = j > 0 && !is_nan(keys, order[j]) && compare_keys(order[j - 1], order[j]) == 0;
        first_of[order[j]] = same ? first_of[order[j - 1]] : order[j];
    }
    for (size_t i = 0; i < n; i++) {
        if (first_of[i] == i) {
            made.firsts[made.found] = i;
            made.group[i] = made.found++;
        } else {
            made.group[i] = made.group[first_of[i]];
        }
    }
    free(order);
    free(first_of);
    return made;
}

static void free_expected(expected *made)
{
    free(made->firsts);
    free(made->group);
}

/* ------------------------------------------------------------------------------------------------ inputs */

enum shape { EQUAL, FEW, SOME, DISTINCT, POWERS, SPECIAL, SHAPES };

static void make_numbers(int64_t *keys, size_t n, enum shape shape)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, 0, -1, 1};
    uint64_t random = n + 1;
    for (size_t i = 0; i < n; i++) {
        uint64_t next = next_random(&random);
        switch (shape) {
        case EQUAL:
            keys[i] = 5;
            break;
        case FEW:
            keys[i] = (int64_t)(next % 10);
            break;
        case SOME:
            keys[i] = (int64_t)(next % (n / 3 + 1)) - 7;
            break;
        case DISTINCT:
            keys[i] = (int64_t)next;
            break;
        case POWERS: /* what a hash of low bits alone would put in one slot */
            keys[i] = (int64_t)((next % 997) << (next >> 40) % 55);
            break;
        default:
            keys[i] = extremes[next % 5];
        }
    }
}

static void make_doubles(double *keys, size_t n, enum shape shape)
{
    static const double specials[] = {0.0, -0.0, NAN, INFINITY, -INFINITY, 1.0, 5e-324};
    int64_t *integers = malloc((n + 1) * sizeof *integers);
    uint64_t random = n + 2;
    make_numbers(integers, n, shape);
    for (size_t i = 0; i < n; i++) {
        keys[i] = shape == SPECIAL ? specials[next_random(&random) % 7] : (double)integers[i] / 16;
    }
    free(integers);
}

/* Texts of 0 to 23 bytes in `bytes`, which has room for 24 each; different keys may share a start. */
static void make_slices(pf_slice *keys, char *bytes, size_t n, enum shape shape)
{
    int64_t *integers = malloc((n + 1) * sizeof *integers);
    make_numbers(integers, n, shape);
    for (size_t i = 0; i < n; i++) {
        char *at = bytes + 24 * i;
        uint64_t number = (uint64_t)integers[i];
        size_t length = number % 24;
        memset(at, 'x', 24);
        memcpy(at + (length > 8 ? length - 8 : 0), &number, 8);
        keys[i] = (pf_slice){at, length};
    }
    free(integers);
}

/* ------------------------------------------------------------------------------------------------ tests */

static void check_counts(const pf_call *call, const pf_buffer *keys, const expected *wanted)
{
    size_t n = keys->length, found;
    int64_t *firsts = malloc((n + 1) * 8), *counts = malloc((n + 1) * 8);
    int64_t *expected_counts = calloc(n + 1, 8);
    for (size_t i = 0; i < n; i++) {
        expected_counts[wanted->group[i]]++;
    }
    assert_int_equal(pf_count(call, keys, firsts, counts, &found), PF_OK);
    assert_int_equal(found, wanted->found);
    for (size_t g = 0; g < found; g++) {
        assert_int_equal(firsts[g], wanted->firsts[g]);
        assert_int_equal(counts[g], expected_counts[g]);
    }
    assert_int_equal(pf_unique(call, keys, counts, &found), PF_OK);
    assert_int_equal(found, wanted->found);
    for (size_t g = 0; g < found; g++) {
        const void *at = keys->type == PF_SLICES ? (const void *)&firsts[g] : (const int64_t *)keys->data + firsts[g];
        assert_memory_equal(&counts[g], at, 8);
    }
    free(firsts);
    free(counts);
    free(expected_counts);
}

static void check_order(const pf_call *call, const pf_buffer *keys, const expected *wanted)
{
    size_t n = keys->length, found;
    int64_t *order = malloc((n + 1) * 8), *starts = malloc((n + 2) * 8);
    assert_int_equal(pf_group_order(call, keys, order, starts, &found), PF_OK);
    assert_int_equal(found, wanted->found);
    assert_int_equal(starts[0], 0);
    assert_int_equal(starts[found], n);
    for (size_t g = 0; g < found; g++) {
        assert_int_equal(order[starts[g]], wanted->firsts[g]);
        for (int64_t j = starts[g]; j < starts[g + 1]; j++) {
            assert_int_equal(wanted->group[order[j]], g);
            assert_true(j == starts[g] || order[j - 1] < order[j]);
        }
    }
    free(order);
    free(starts);
}

static void check_sums(const pf_call *call, const pf_buffer *keys, const expected *wanted)
{
    size_t n = keys->length, found;
    double *values = malloc((n + 1) * 8), *sums = malloc((n + 1) * 8), *by_loop = calloc(n + 1, 8);
    int64_t *firsts = malloc((n + 1) * 8);
    uint64_t random = 9;
    for (size_t i = 0; i < n; i++) {
        values[i] = ldexp((double)(int64_t)next_random(&random), (int)(next_random(&random) % 60) - 90);
        by_loop[wanted->group[i]] += values[i];
    }
    pf_buffer of_doubles = {values, n, PF_DOUBLE};
    assert_int_equal(pf_group_sum(call, keys, &of_doubles, firsts, sums, &found), PF_OK);
    assert_int_equal(found, wanted->found);
    for (size_t g = 0; g < found; g++) {
        assert_int_equal(firsts[g], wanted->firsts[g]);
        assert_same_double(sums[g], by_loop[g]);
    }
    free(values);
    free(sums);
    free(by_loop);
    free(firsts);
}

static void check(const pf_call *call, const pf_buffer *keys)
{
    expected wanted = make_expected(keys);
    check_counts(call, keys, &wanted);
    check_order(call, keys, &wanted);
    check_sums(call, keys, &wanted);
    free_expected(&wanted);
}

static void equal_to_the_reference(void **unused)
{
    (void)unused;
    void *numbers = malloc((MOST + 1) * 8);
    pf_slice *slices = malloc((MOST + 1) * sizeof *slices);
    char *bytes = malloc((MOST + 1) * 24);
    pf_pool *pool = make_pool(3);
    pf_call call = {pool, 0, NULL};
    for (int shape = 0; shape < SHAPES; shape++) {
        for (size_t s = 0; s < SIZES; s++) {
            size_t n = sizes[s];
            const pf_call *how = s % 2 ? &call : NULL;
            make_numbers(numbers, n, (enum shape)shape);
            check(how, &(pf_buffer){numbers, n, PF_INT64});
            make_doubles(numbers, n, (enum shape)shape);
            check(how, &(pf_buffer){numbers, n, PF_DOUBLE});
            make_slices(slices, bytes, n, (enum shape)shape);
            check(how, &(pf_buffer){slices, n, PF_SLICES});
        }
    }
    pf_pool_destroy(pool);
    free(numbers);
    free(slices);
    free(bytes);
}

static void threads_agree(void **unused)
{
    (void)unused;
    int64_t *numbers = malloc(MOST * 8);
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (int shape = FEW; shape <= DISTINCT; shape++) {
            make_numbers(numbers, MOST, (enum shape)shape);
            check(&call, &(pf_buffer){numbers, MOST, PF_INT64});
        }
        pf_pool_destroy(pool);
    }
    free(numbers);
}

/* One step of the hash of text, as in hash.c. */
static uint64_t step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x517cc1b727220a95u;
    return hash ^ hash >> 32;
}

/* 16 bytes whose second word makes up for the first: a thousand different texts with one hash. */
static void texts_with_one_hash(void **unused)
{
    (void)unused;
    enum { N = 2000 };
    uint64_t *words = malloc(2 * N * sizeof *words);
    pf_slice *slices = malloc(N * sizeof *slices);
    uint64_t first = step(step(0, 16), 0);
    for (uint64_t i = 0; i < N; i++) {
        words[2 * i] = i % 1000;
        words[2 * i + 1] = first ^ step(step(0, 16), i % 1000);
        slices[i] = (pf_slice){(const char *)&words[2 * i], 16};
        assert_true(pf_tag_slice(&slices[i]) == pf_tag_slice(&slices[0]));
    }
    check(NULL, &(pf_buffer){slices, N, PF_SLICES});
    free(words);
    free(slices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_to_the_reference),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(texts_with_one_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
