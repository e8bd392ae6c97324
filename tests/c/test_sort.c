/* make test-c   (one program: build/tests/c/native/test_sort)
 *
 * Sorting: against a stable sort by the documented order, for shapes of input and sizes around every limit in the code,
 * on every number of threads, to the last bit; the same for order and records by key.
 */
#include "sort_cases.h"

static void assert_order(const int64_t *order, const item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true((size_t)order[i] == items[i].index);
    }
}

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
            free(items);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(result);
}

/* Organ pipes and saws of many periods. */
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
            pf_cancel cancel = {.raised = (uint32_t)before, .poll = always_yes};
            pf_call call = {pool, 0, &cancel};
            assert_int_equal(pf_sort_int64(&call, values, n, PF_SORT_RADIX, result), PF_CANCELLED);
            assert_int_equal(pf_sort_int64(&call, values, n, PF_SORT_MERGE, result), PF_CANCELLED);
            assert_int_equal(pf_argsort_int64(&call, values, n, result), PF_CANCELLED);
            assert_int_equal(pf_sort_by_key_int64(&call, values, values, n, result), PF_CANCELLED);
        }
        pf_pool_destroy(pool);
    }
    free(values);
    free(result);
}

static void jobs(void **unused)
{
    (void)unused;
    int64_t keys[] = {3, 1, 2}, result[3];
    double records[] = {0.3, 0.1, 0.2}, sorted[3];
    pf_job job = {.inputs = {{keys, 3, PF_INT64}}, .outputs = {{result, 3, PF_INT64}}};
    assert_int_equal(run_kernel("sort_int64", &job), PF_OK);
    assert_int_equal(result[0], 1);
    assert_int_equal(run_kernel("argsort_int64", &job), PF_OK);
    assert_int_equal(result[0], 1);
    assert_int_equal(result[2], 0);
    job.outputs[0].length = 2;
    assert_int_equal(run_kernel("sort_int64", &job), PF_BAD_ARGUMENT);
    assert_int_equal(run_kernel("argsort_int64", &job), PF_BAD_ARGUMENT);
    pf_job of_doubles = {.inputs = {{records, 3, PF_DOUBLE}}, .outputs = {{sorted, 3, PF_DOUBLE}}};
    assert_int_equal(run_kernel("sort_double", &of_doubles), PF_OK);
    assert_same_double(sorted[2], 0.3);
    of_doubles.outputs[0] = (pf_buffer){result, 3, PF_INT64};
    assert_int_equal(run_kernel("sort_double", &of_doubles), PF_BAD_ARGUMENT);
    assert_int_equal(run_kernel("argsort_double", &of_doubles), PF_OK);
    assert_int_equal(result[0], 1);
    pf_job by_key = {.inputs = {{keys, 3, PF_INT64}, {records, 3, PF_DOUBLE}}, .outputs = {{sorted, 3, PF_DOUBLE}}};
    assert_int_equal(run_kernel("sort_by_key_int64", &by_key), PF_OK);
    assert_same_double(sorted[0], 0.1);
    by_key.inputs[1].length = 2;
    assert_int_equal(run_kernel("sort_by_key_int64", &by_key), PF_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(equals_a_stable_sort),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(patterns),
        cmocka_unit_test(bad_arguments),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
