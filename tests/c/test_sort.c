/* make test-c   (one program: build/tests/c/native/test_sort)
 *
 * Sorting: against a stable sort by the documented order, for shapes of input and sizes around every limit in the code,
 * on every number of threads, to the last bit; the same for order, records by key, and the k smallest and largest.
 */
#include "test.h"

#include "kernels/sort/sort.h"

#include <math.h>
#include <stdlib.h>

#define CHUNK 32768 /* of radix passes and of the merge sort */
#define MOST (3 * CHUNK + 5)

static const size_t sizes[] = {0,    1,    2,    3,         4,     5,         7,         8,     9,    15,        16,   17, 31, 100,
                               1000, 1023, 1024, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])

/* ------------------------------------------------------------------------------------------------ the reference */

typedef struct item {
    uint64_t bits;
    size_t index;
} item;

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int by_index(const item *a, const item *b)
{
    return a->index < b->index ? -1 : 1;
}

static int int64_order(const void *left, const void *right)
{
    const item *a = left, *b = right;
    int64_t x = (int64_t)a->bits, y = (int64_t)b->bits;
    return x < y ? -1 : x > y ? 1 : by_index(a, b);
}

static int double_order(const void *left, const void *right)
{
    const item *a = left, *b = right;
    double x = double_of(a->bits), y = double_of(b->bits);
    if (isnan(x) || isnan(y)) {
        return isnan(x) && isnan(y) ? by_index(a, b) : isnan(x) ? 1 : -1;
    }
    return x < y ? -1 : x > y ? 1 : by_index(a, b);
}

/* Falling, equal elements still in input order. */
static int int64_falling(const void *left, const void *right)
{
    const item *a = left, *b = right;
    return a->bits == b->bits ? by_index(a, b) : int64_order(right, left);
}

static int double_falling(const void *left, const void *right)
{
    const item *a = left, *b = right;
    double x = double_of(a->bits), y = double_of(b->bits);
    return x == y || (isnan(x) && isnan(y)) ? by_index(a, b) : double_order(right, left);
}

static item *reference(const void *values, size_t n, int (*order)(const void *, const void *))
{
    item *items = malloc((n + 1) * sizeof *items);
    for (size_t i = 0; i < n; i++) {
        memcpy(&items[i].bits, (const char *)values + 8 * i, 8);
        items[i].index = i;
    }
    qsort(items, n, sizeof *items, order);
    return items;
}

/* ------------------------------------------------------------------------------------------------ inputs */

enum shape { RANDOM, SORTED, REVERSED, NEARLY_SORTED, FEW_DISTINCT, EQUAL, EXTREMES, NARROW, SKEWED, MISLEADING, SHAPES };

static int64_t random_int64(uint64_t *random)
{
    return (int64_t)next_random(random);
}

/* Keys that pf_radix_choose samples are far apart, all others are close together: its guess is as bad as can be. */
static void mislead(int64_t *values, size_t n, uint64_t *random)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (int64_t)(next_random(random) % 1000000);
    }
    size_t size = 1;
    while (size * size < 4 * n / 3) {
        size *= 2;
    }
    size_t step = size < n ? n / size : 1;
    for (size_t i = 0; i < size && i < n; i++) {
        values[i * step + (i * 7919) % step] = random_int64(random);
    }
}

static void make_int64(int64_t *values, size_t n, enum shape shape)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    uint64_t random = n + (uint64_t)shape;
    for (size_t i = 0; i < n; i++) {
        switch (shape) {
        case SORTED:
        case NEARLY_SORTED:
            values[i] = (int64_t)(i / 2) - 1000;
            break;
        case REVERSED:
            values[i] = -(int64_t)i * 3;
            break;
        case FEW_DISTINCT:
            values[i] = (int64_t)(next_random(&random) % 7) - 3;
            break;
        case EQUAL:
            values[i] = 42;
            break;
        case EXTREMES:
            values[i] = extremes[next_random(&random) % 7];
            break;
        case NARROW:
            values[i] = (int64_t)(next_random(&random) % 3000) - 1500;
            break;
        case SKEWED:
            values[i] = (int64_t)(next_random(&random) >> (next_random(&random) % 64));
            break;
        default:
            values[i] = random_int64(&random);
        }
    }
    if (shape == NEARLY_SORTED && n > 0) {
        for (size_t i = 0; i < n / 50 + 1; i++) {
            values[next_random(&random) % n] = (int64_t)(next_random(&random) % n);
        }
    }
    if (shape == MISLEADING) {
        mislead(values, n, &random);
    }
}

static void make_double(double *values, size_t n, enum shape shape)
{
    static const uint64_t specials[] = {0, (uint64_t)1 << 63, 1, ((uint64_t)1 << 63) | 1,
                                        0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000001, 0xfff8000000000002,
                                        0x7fffffffffffffff, 0xffffffffffffffff, 0x3ff0000000000000, 0xbff0000000000000};
    int64_t *integers = malloc((n + 1) * sizeof *integers);
    uint64_t random = n;
    make_int64(integers, n, shape);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = specials[next_random(&random) % 12];
        if (shape == EXTREMES) {
            memcpy(&values[i], &bits, sizeof bits);
        } else {
            values[i] = (double)integers[i] / 8;
        }
        if (shape == FEW_DISTINCT && values[i] == 0 && next_random(&random) % 2) {
            values[i] = -0.0;
        }
    }
    if (shape == SKEWED && n > 0) {
        values[n / 2] = NAN;
    }
    free(integers);
}

/* Result of each kind, and the same from the reference. */
static void assert_items(const void *result, const item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, (const char *)result + 8 * i, 8);
        if (bits != items[i].bits) {
            fail_msg("element %zu of %zu: %llx, expected %llx", i, n, (unsigned long long)bits,
                     (unsigned long long)items[i].bits);
        }
    }
}

static void assert_order(const int64_t *order, const item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true((size_t)order[i] == items[i].index);
    }
}

/* ------------------------------------------------------------------------------------------------ tests */

static void golden(void **unused)
{
    (void)unused;
    const int64_t integers[] = {3, -1, 2, -1, INT64_MIN, INT64_MAX};
    int64_t sorted[6], order[6];
    const int64_t expected[] = {INT64_MIN, -1, -1, 2, 3, INT64_MAX};
    const int64_t expected_order[] = {4, 1, 3, 2, 0, 5};
    for (int algorithm = PF_SORT_RADIX; algorithm <= PF_SORT_MERGE; algorithm++) {
        assert_int_equal(pf_sort_int64(NULL, integers, 6, (pf_sort_algorithm)algorithm, sorted), PF_OK);
        assert_memory_equal(sorted, expected, sizeof sorted);
    }
    assert_int_equal(pf_argsort_int64(NULL, integers, 6, order), PF_OK);
    assert_memory_equal(order, expected_order, sizeof order);

    /* The README's example. */
    const double reals[] = {2.5, NAN, 0.0, -INFINITY, -0.0, 1.0};
    const double expected_reals[] = {-INFINITY, 0.0, -0.0, 1.0, 2.5, NAN};
    double sorted_reals[6];
    for (int algorithm = PF_SORT_RADIX; algorithm <= PF_SORT_MERGE; algorithm++) {
        assert_int_equal(pf_sort_double(NULL, reals, 6, (pf_sort_algorithm)algorithm, sorted_reals), PF_OK);
        for (int i = 0; i < 6; i++) {
            assert_same_double(sorted_reals[i], expected_reals[i]);
        }
    }
    const double records[] = {0, 1, 2, 3, 4, 5};
    assert_int_equal(pf_sort_by_key_double(NULL, reals, records, 6, sorted_reals), PF_OK);
    const double by_key[] = {3, 2, 4, 5, 0, 1};
    assert_memory_equal(sorted_reals, by_key, sizeof by_key);

    assert_int_equal(pf_nsmallest_double(NULL, reals, 6, 3, PF_TOP_SELECT, sorted_reals), PF_OK);
    assert_same_double(sorted_reals[1], 0.0);
    assert_same_double(sorted_reals[2], -0.0);
    assert_int_equal(pf_nlargest_double(NULL, reals, 6, 2, PF_TOP_HEAP, sorted_reals), PF_OK);
    assert_same_double(sorted_reals[0], NAN);
    assert_same_double(sorted_reals[1], 2.5);
}

static void check_int64(const pf_call *call, const int64_t *values, const item *items, size_t n, int64_t *result)
{
    for (int algorithm = PF_SORT_RADIX; algorithm <= PF_SORT_MERGE; algorithm++) {
        assert_int_equal(pf_sort_int64(call, values, n, (pf_sort_algorithm)algorithm, result), PF_OK);
        assert_items(result, items, n);
    }
    assert_int_equal(pf_argsort_int64(call, values, n, result), PF_OK);
    assert_order(result, items, n);
}

static void check_double(const pf_call *call, const double *values, const item *items, size_t n, void *result)
{
    for (int algorithm = PF_SORT_RADIX; algorithm <= PF_SORT_MERGE; algorithm++) {
        assert_int_equal(pf_sort_double(call, values, n, (pf_sort_algorithm)algorithm, result), PF_OK);
        assert_items(result, items, n);
    }
    assert_int_equal(pf_argsort_double(call, values, n, result), PF_OK);
    assert_order(result, items, n);
}

static void equals_a_stable_sort(void **unused)
{
    (void)unused;
    int64_t *values = malloc((MOST + 1) * sizeof *values);
    int64_t *result = malloc((MOST + 1) * sizeof *result);
    pf_pool *pool = make_pool(3);
    pf_call call = {pool, 0, NULL};
    for (int shape = 0; shape < SHAPES; shape++) {
        for (size_t s = 0; s < SIZES; s++) {
            size_t n = sizes[s];
            const pf_call *how = s % 2 ? &call : NULL;
            make_int64(values, n, (enum shape)shape);
            item *items = reference(values, n, int64_order);
            check_int64(how, values, items, n, result);
            free(items);
            make_double((double *)values, n, (enum shape)shape);
            items = reference(values, n, double_order);
            check_double(how, (double *)values, items, n, result);
            free(items);
        }
    }
    pf_pool_destroy(pool);
    free(values);
    free(result);
}

static void threads_agree(void **unused)
{
    (void)unused;
    double *values = malloc(MOST * sizeof *values);
    void *result = malloc(MOST * sizeof *values);
    static const enum shape shapes[] = {RANDOM, FEW_DISTINCT, EXTREMES, MISLEADING};
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            make_double(values, MOST, shapes[s]);
            item *items = reference(values, MOST, double_order);
            check_double(&call, values, items, MOST, result);
            assert_int_equal(pf_sort_by_key_double(&call, values, values, MOST, result), PF_OK);
            assert_items(result, items, MOST);
            for (int algorithm = PF_TOP_SELECT; algorithm <= PF_TOP_HEAP; algorithm++) {
                assert_int_equal(
                    pf_nsmallest_double(&call, values, MOST, 1000, (pf_top_algorithm)algorithm, result), PF_OK);
                assert_items(result, items, 1000);
            }
            free(items);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(result);
}

static void check_top(const pf_call *call, const int64_t *integers, const double *reals, size_t n, const size_t *counts,
                      void *result)
{
    item *rising = reference(integers, n, int64_order), *falling = reference(integers, n, int64_falling);
    item *rising_reals = reference(reals, n, double_order), *falling_reals = reference(reals, n, double_falling);
    for (int i = 0; i < 8; i++) {
        size_t k = counts[i] < n ? counts[i] : n;
        pf_top_algorithm algorithm = i % 2 ? PF_TOP_HEAP : PF_TOP_SELECT;
        for (int both = 0; both < 2; both++) {
            assert_int_equal(pf_nsmallest_int64(call, integers, n, k, algorithm, result), PF_OK);
            assert_items(result, rising, k);
            assert_int_equal(pf_nlargest_int64(call, integers, n, k, algorithm, result), PF_OK);
            assert_items(result, falling, k);
            assert_int_equal(pf_nsmallest_double(call, reals, n, k, algorithm, result), PF_OK);
            assert_items(result, rising_reals, k);
            assert_int_equal(pf_nlargest_double(call, reals, n, k, algorithm, result), PF_OK);
            assert_items(result, falling_reals, k);
            algorithm = PF_TOP_HEAP - algorithm;
        }
    }
    free(rising);
    free(falling);
    free(rising_reals);
    free(falling_reals);
}

static void top_k_is_the_start_of_the_sorted_array(void **unused)
{
    (void)unused;
    int64_t *integers = malloc((MOST + 1) * sizeof *integers);
    double *reals = malloc((MOST + 1) * sizeof *reals);
    void *result = malloc((MOST + 1) * sizeof *reals);
    pf_pool *pool = make_pool(3);
    pf_call call = {pool, 0, NULL};
    for (int shape = 0; shape < SHAPES; shape++) {
        for (size_t s = 0; s < SIZES; s++) {
            size_t n = sizes[s];
            /* The last sizes: more samples than elements, and fewer. */
            const size_t counts[8] = {0, 1, 2, 10, n / 100, n / 3, n > 0 ? n - 1 : 0, n};
            make_int64(integers, n, (enum shape)shape);
            make_double(reals, n, (enum shape)shape);
            check_top(s % 2 ? &call : NULL, integers, reals, n, counts, result);
        }
    }
    pf_pool_destroy(pool);
    free(integers);
    free(reals);
    free(result);
}

/* Values whose keys quickselect's medians of three of three are worst for are hard to make; the sort it falls back on is
 * reached with bad pivots of any kind, so organ pipes and saws of many periods are tried. */
static void patterns(void **unused)
{
    (void)unused;
    int64_t *values = malloc(MOST * sizeof *values);
    int64_t *result = malloc(MOST * sizeof *result);
    for (size_t period = 2; period < MOST; period = period * 3 + 1) {
        for (size_t i = 0; i < MOST; i++) {
            size_t at = i % period;
            values[i] = (int64_t)(period % 2 ? at : at < period / 2 ? at : period - at);
        }
        item *items = reference(values, MOST, int64_order);
        check_int64(NULL, values, items, MOST, result);
        assert_int_equal(pf_nsmallest_int64(NULL, values, MOST, MOST / 2, PF_TOP_SELECT, result), PF_OK);
        assert_items(result, items, MOST / 2);
        free(items);
    }
    free(values);
    free(result);
}

static void bad_arguments(void **unused)
{
    (void)unused;
    const int64_t values[] = {2, 1};
    int64_t result[2];
    assert_int_equal(pf_sort_int64(NULL, values, 2, (pf_sort_algorithm)2, result), PF_BAD_ARGUMENT);
    assert_int_equal(pf_nsmallest_int64(NULL, values, 2, 3, PF_TOP_SELECT, result), PF_BAD_ARGUMENT);
    assert_int_equal(pf_nlargest_int64(NULL, values, 2, 1, (pf_top_algorithm)2, result), PF_BAD_ARGUMENT);
}

static bool always(void *context)
{
    (void)context;
    return true;
}

static void cancelled(void **unused)
{
    (void)unused;
    const size_t n = 1 << 21;
    int64_t *values = malloc(n * sizeof *values);
    int64_t *result = malloc(n * sizeof *result);
    uint64_t random = 1;
    for (size_t i = 0; i < n; i++) {
        values[i] = random_int64(&random);
    }
    for (int threads = 1; threads <= 3; threads += 2) {
        pf_pool *pool = make_pool(threads);
        for (int before = 0; before < 2; before++) {
            pf_cancel cancel = {.raised = (uint32_t)before, .poll = always};
            pf_call call = {pool, 0, &cancel};
            assert_int_equal(pf_sort_int64(&call, values, n, PF_SORT_RADIX, result), PF_CANCELLED);
            assert_int_equal(pf_sort_int64(&call, values, n, PF_SORT_MERGE, result), PF_CANCELLED);
            assert_int_equal(pf_argsort_int64(&call, values, n, result), PF_CANCELLED);
            assert_int_equal(pf_sort_by_key_int64(&call, values, values, n, result), PF_CANCELLED);
            assert_int_equal(pf_nsmallest_int64(&call, values, n, n / 2, PF_TOP_SELECT, result), PF_CANCELLED);
            assert_int_equal(pf_nsmallest_int64(&call, values, n, n / 2, PF_TOP_HEAP, result), PF_CANCELLED);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(result);
}

static pf_status run(const char *name, pf_job *job)
{
    size_t count;
    return pf_kernels(&count)[pf_kernel_find(name)].run(NULL, job);
}

static void jobs(void **unused)
{
    (void)unused;
    int64_t keys[] = {3, 1, 2}, result[3];
    double records[] = {0.3, 0.1, 0.2}, sorted[3];
    pf_job job = {.inputs = {{keys, 3, PF_INT64}}, .outputs = {{result, 3, PF_INT64}}};
    assert_int_equal(run("sort_int64", &job), PF_OK);
    assert_int_equal(result[0], 1);
    assert_int_equal(run("argsort_int64", &job), PF_OK);
    assert_int_equal(result[0], 1);
    assert_int_equal(result[2], 0);
    job.outputs[0].length = 2;
    assert_int_equal(run("sort_int64", &job), PF_BAD_ARGUMENT);
    assert_int_equal(run("argsort_int64", &job), PF_BAD_ARGUMENT);
    job.integers[0] = 2;
    assert_int_equal(run("nlargest_int64", &job), PF_OK);
    assert_int_equal(result[0], 3);
    assert_int_equal(result[1], 2);
    for (int64_t k = -1; k <= 4; k++) {
        job.integers[0] = k;
        assert_int_equal(run("nsmallest_int64", &job), k == 2 ? PF_OK : PF_BAD_ARGUMENT);
    }
    pf_job by_key = {.inputs = {{keys, 3, PF_INT64}, {records, 3, PF_DOUBLE}}, .outputs = {{sorted, 3, PF_DOUBLE}}};
    assert_int_equal(run("sort_by_key_int64", &by_key), PF_OK);
    assert_same_double(sorted[0], 0.1);
    by_key.inputs[1].length = 2;
    assert_int_equal(run("sort_by_key_int64", &by_key), PF_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(equals_a_stable_sort),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(top_k_is_the_start_of_the_sorted_array),
        cmocka_unit_test(patterns),
        cmocka_unit_test(bad_arguments),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
