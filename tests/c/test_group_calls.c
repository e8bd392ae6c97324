/* make test-c   (one program: build/tests/c/native/test_group_calls)
 *
 * Groups of equal keys: golden cases, sums that overflow, what is refused, cancelling, jobs. Against a reference: test_groups.c.
 */
#include "test.h"

#include <stdlib.h>

static void golden(void **unused)
{
    (void)unused;
    pf_slice words[] = {{"to", 2}, {"be", 2}, {"or", 2}, {"not", 3}, {"to", 2}, {"be", 2}};
    pf_buffer keys = {words, 6, PF_SLICES};
    int64_t firsts[6], counts[6], order[6], starts[7];
    size_t found;
    assert_int_equal(pf_count(NULL, &keys, firsts, counts, &found), PF_OK);
    assert_int_equal(found, 4);
    assert_memory_equal(firsts, ((int64_t[]){0, 1, 2, 3}), 32);
    assert_memory_equal(counts, ((int64_t[]){2, 2, 1, 1}), 32);
    assert_int_equal(pf_group_order(NULL, &keys, order, starts, &found), PF_OK);
    assert_memory_equal(order, ((int64_t[]){0, 4, 1, 5, 2, 3}), 48);
    assert_memory_equal(starts, ((int64_t[]){0, 2, 4, 5, 6}), 40);
}

static void integer_sums(void **unused)
{
    (void)unused;
    int64_t numbers[] = {1, 2, 1, 2, 1}, values[] = {INT64_MAX, 5, 1, 6, -2}, firsts[5], sums[5];
    pf_buffer keys = {numbers, 5, PF_INT64}, added = {values, 5, PF_INT64};
    size_t found;
    assert_int_equal(pf_group_sum(NULL, &keys, &added, firsts, sums, &found), PF_OK);
    assert_int_equal(found, 2);
    assert_true(sums[0] == INT64_MAX - 1 && sums[1] == 11);
    values[4] = 0;
    assert_int_equal(pf_group_sum(NULL, &keys, &added, firsts, sums, &found), PF_OVERFLOW);
}

static void refused_and_cancelled(void **unused)
{
    (void)unused;
    const size_t n = 1 << 20;
    int64_t *numbers = malloc(n * 8), *firsts = malloc(n * 8), *counts = malloc((n + 1) * 8);
    size_t found;
    for (size_t i = 0; i < n; i++) {
        numbers[i] = (int64_t)i << 20;
    }
    pf_buffer keys = {numbers, n, PF_INT64}, bytes = {numbers, n, PF_BYTES}, shorter = {numbers, n - 1, PF_INT64};
    assert_int_equal(pf_count(NULL, &bytes, firsts, counts, &found), PF_BAD_ARGUMENT);
    assert_int_equal(pf_group_sum(NULL, &keys, &bytes, firsts, counts, &found), PF_BAD_ARGUMENT);
    assert_int_equal(pf_group_sum(NULL, &keys, &shorter, firsts, counts, &found), PF_BAD_ARGUMENT);
    for (int threads = 1; threads <= 3; threads += 2) {
        pf_pool *pool = make_pool(threads);
        for (uint32_t before = 0; before < 2; before++) {
            pf_cancel cancel = {.raised = before, .poll = always_yes};
            pf_call call = {pool, 0, &cancel};
            assert_int_equal(pf_count(&call, &keys, firsts, counts, &found), PF_CANCELLED);
            assert_int_equal(pf_unique(&call, &keys, counts, &found), PF_CANCELLED);
            assert_int_equal(pf_group_order(&call, &keys, firsts, counts, &found), PF_CANCELLED);
            assert_int_equal(pf_group_sum(&call, &keys, &keys, firsts, counts, &found), PF_CANCELLED);
        }
        pf_pool_destroy(pool);
    }
    free(numbers);
    free(firsts);
    free(counts);
}

static void jobs(void **unused)
{
    (void)unused;
    double keys[] = {2.5, 0.0, 2.5, -0.0}, distinct[4];
    int64_t firsts[4], counts[5], values[] = {1, 2, 3, 4};
    pf_job job = {.inputs = {{keys, 4, PF_DOUBLE}}, .outputs = {{firsts, 4, PF_INT64}, {counts, 4, PF_INT64}}};
    assert_int_equal(run_kernel("count", &job), PF_OK);
    assert_int_equal(job.outputs[0].length, 2);
    assert_int_equal(job.outputs[1].length, 2);
    assert_int_equal(counts[1], 2);
    assert_int_equal(run_kernel("count", &job), PF_BAD_ARGUMENT); /* no room left */
    job = (pf_job){.inputs = {{keys, 4, PF_DOUBLE}}, .outputs = {{distinct, 4, PF_DOUBLE}}};
    assert_int_equal(run_kernel("unique", &job), PF_OK);
    assert_int_equal(job.outputs[0].length, 2);
    assert_same_double(distinct[1], 0.0);
    job.outputs[0] = (pf_buffer){firsts, 4, PF_INT64};
    assert_int_equal(run_kernel("unique", &job), PF_BAD_ARGUMENT);
    job.outputs[1] = (pf_buffer){counts, 4, PF_INT64};
    assert_int_equal(run_kernel("group_order", &job), PF_BAD_ARGUMENT);
    job.outputs[1].length = 5;
    assert_int_equal(run_kernel("group_order", &job), PF_OK);
    assert_int_equal(job.outputs[1].length, 3);
    assert_int_equal(firsts[1], 2);
    job = (pf_job){.inputs = {{keys, 4, PF_DOUBLE}, {values, 4, PF_INT64}},
                   .outputs = {{firsts, 4, PF_INT64}, {counts, 4, PF_INT64}}};
    assert_int_equal(run_kernel("group_sum", &job), PF_OK);
    assert_int_equal(counts[0], 4);
    assert_int_equal(counts[1], 6);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(integer_sums),
        cmocka_unit_test(refused_and_cancelled),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
