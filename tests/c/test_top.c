/* make test-c   (one program: build/tests/c/native/test_top)
 *
 * The k smallest and largest, chosen either way: the start of the array as a stable sort leaves it, for shapes of input, sizes
 * and counts around every limit in the code, on every number of threads, to the last bit.
 */
#include "sort_cases.h"

static void golden(void **unused)
{
    (void)unused;
    /* The README's example. */
    const double reals[] = {2.5, NAN, 0.0, -INFINITY, -0.0, 1.0};
    double found[3];
    for (int algorithm = PF_TOP_SELECT; algorithm <= PF_TOP_HEAP; algorithm++) {
        assert_int_equal(pf_nsmallest_double(NULL, reals, 6, 3, (pf_top_algorithm)algorithm, found), PF_OK);
        assert_same_double(found[0], -INFINITY);
        assert_same_double(found[1], 0.0);
        assert_same_double(found[2], -0.0);
        assert_int_equal(pf_nlargest_double(NULL, reals, 6, 2, (pf_top_algorithm)algorithm, found), PF_OK);
        assert_same_double(found[0], NAN);
        assert_same_double(found[1], 2.5);
    }
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

static void threads_agree(void **unused)
{
    (void)unused;
    double *values = malloc(MOST * sizeof *values);
    void *result = malloc(MOST * sizeof *values);
    static const enum shape shapes[] = {RANDOM, FEW_DISTINCT, EXTREMES};
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            make_double(values, MOST, shapes[s]);
            item *items = reference(values, MOST, double_order);
            for (int algorithm = PF_TOP_SELECT; algorithm <= PF_TOP_HEAP; algorithm++) {
                assert_int_equal(pf_nsmallest_double(&call, values, MOST, 1000, (pf_top_algorithm)algorithm, result), PF_OK);
                assert_items(result, items, 1000);
            }
            free(items);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(result);
}

/* Quickselect gives up after too many bad pivots. What is worst for its medians is hard to make; saws and organ pipes of many
 * periods bring some. */
static void patterns(void **unused)
{
    (void)unused;
    int64_t *values = malloc(MOST * sizeof *values), *result = malloc(MOST * sizeof *result);
    for (size_t period = 2; period < MOST; period = period * 3 + 1) {
        for (size_t i = 0; i < MOST; i++) {
            size_t at = i % period;
            values[i] = (int64_t)(period % 2 ? at : at < period / 2 ? at : period - at);
        }
        item *items = reference(values, MOST, int64_order);
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
    assert_int_equal(pf_nsmallest_int64(NULL, values, 2, 3, PF_TOP_SELECT, result), PF_BAD_ARGUMENT);
    assert_int_equal(pf_nlargest_int64(NULL, values, 2, 1, (pf_top_algorithm)2, result), PF_BAD_ARGUMENT);
}

static void cancelled(void **unused)
{
    (void)unused;
    const size_t n = 1 << 21;
    int64_t *values = malloc(n * sizeof *values), *result = malloc(n * sizeof *result);
    make_int64(values, n, RANDOM);
    for (int threads = 1; threads <= 3; threads += 2) {
        pf_pool *pool = make_pool(threads);
        for (uint32_t before = 0; before < 2; before++) {
            pf_cancel cancel = {.raised = before, .poll = always_yes};
            pf_call call = {pool, 0, &cancel};
            assert_int_equal(pf_nsmallest_int64(&call, values, n, n / 2, PF_TOP_SELECT, result), PF_CANCELLED);
            assert_int_equal(pf_nsmallest_int64(&call, values, n, n / 2, PF_TOP_HEAP, result), PF_CANCELLED);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(result);
}

static void jobs(void **unused)
{
    (void)unused;
    int64_t integers[] = {3, 1, 2}, result[2];
    double reals[] = {0.3, 0.1, 0.2}, found[2];
    pf_job job = {.integers = {2}, .inputs = {{integers, 3, PF_INT64}}, .outputs = {{result, 2, PF_INT64}}};
    assert_int_equal(run_kernel("nlargest_int64", &job), PF_OK);
    assert_int_equal(result[0], 3);
    assert_int_equal(result[1], 2);
    for (int64_t k = -1; k <= 4; k++) {
        job.integers[0] = k;
        assert_int_equal(run_kernel("nsmallest_int64", &job), k == 2 ? PF_OK : PF_BAD_ARGUMENT);
    }
    job = (pf_job){.integers = {2, PF_TOP_HEAP}, .inputs = {{reals, 3, PF_DOUBLE}}, .outputs = {{found, 2, PF_DOUBLE}}};
    assert_int_equal(run_kernel("nlargest_double", &job), PF_OK);
    assert_same_double(found[0], 0.3);
    assert_int_equal(run_kernel("nsmallest_double", &job), PF_OK);
    assert_same_double(found[0], 0.1);
    job.outputs[0].type = PF_INT64;
    assert_int_equal(run_kernel("nsmallest_double", &job), PF_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(top_k_is_the_start_of_the_sorted_array),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(patterns),
        cmocka_unit_test(bad_arguments),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
