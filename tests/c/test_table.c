/* make test-c   (one program: build/tests/c/native/test_table)
 *
 * The table of kernels: order, names, and each row through its job; statuses have sentences.
 */
#include "test.h"

static void sorted_by_name_and_complete(void **unused)
{
    (void)unused;
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || strcmp(kernels[i - 1].name, kernels[i].name) < 0);
        assert_true(strlen(kernels[i].summary) > 0);
        assert_non_null(kernels[i].run);
        assert_int_equal(pf_kernel_find(kernels[i].name), i);
    }
    assert_int_equal(pf_kernel_find("no_such_kernel"), -1);
    assert_int_equal(pf_kernel_find(""), -1);
}

static void integers(void **unused)
{
    (void)unused;
    int64_t values[] = {4, -7, 9};
    pf_job job = {.inputs = {{values, 3, PF_INT64}}};
    assert_int_equal(run_kernel("sum_int64", &job), PF_OK);
    assert_int_equal(job.integers[0], 6);
    assert_int_equal(run_kernel("min_int64", &job), PF_OK);
    assert_int_equal(job.integers[0], -7);
    assert_int_equal(run_kernel("max_int64", &job), PF_OK);
    assert_int_equal(job.integers[0], 9);
    job.inputs[0].length = 0;
    job.inputs[0].data = NULL;
    assert_int_equal(run_kernel("min_int64", &job), PF_EMPTY);
}

static void doubles(void **unused)
{
    (void)unused;
    double values[] = {4, -7, 9};
    pf_job job = {.inputs = {{values, 3, PF_DOUBLE}}};
    assert_int_equal(run_kernel("sum_double", &job), PF_OK);
    assert_same_double(job.reals[0], 6);
    assert_int_equal(run_kernel("min_double", &job), PF_OK);
    assert_same_double(job.reals[0], -7);
    assert_int_equal(run_kernel("max_double", &job), PF_OK);
    assert_same_double(job.reals[0], 9);
}

static void primes(void **unused)
{
    (void)unused;
    pf_job job = {.integers = {10, 30}};
    assert_int_equal(run_kernel("count_primes", &job), PF_OK);
    assert_int_equal(job.integers[0], 6);
    job.integers[1] = PF_PRIMES_LIMIT + 1;
    assert_int_equal(run_kernel("count_primes", &job), PF_BAD_ARGUMENT);
}

static void concat(void **unused)
{
    (void)unused;
    pf_slice pieces[] = {{"one", 3}, {"two", 3}};
    char separator[] = ", ";
    char joined[8];
    pf_job job = {
        .inputs = {{pieces, 2, PF_SLICES}, {separator, 2, PF_BYTES}},
        .outputs = {{joined, sizeof joined, PF_BYTES}},
    };
    assert_int_equal(run_kernel("concat", &job), PF_OK);
    assert_memory_equal(joined, "one, two", 8);
    job.outputs[0].length = 7;
    assert_int_equal(run_kernel("concat", &job), PF_BAD_ARGUMENT);
    job.outputs[0].type = PF_NONE;
    assert_int_equal(run_kernel("concat", &job), PF_BAD_ARGUMENT);
}

static void wrong_types_are_refused(void **unused)
{
    (void)unused;
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    int64_t values[] = {1};
    static const char only_numbers[] = " count_primes is_prime wait "; /* kernels without buffers that they insist on */
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(only_numbers, kernels[i].name);
        if (found && found[-1] == ' ' && found[strlen(kernels[i].name)] == ' ') {
            continue;
        }
        pf_job none = {.integers = {0}};
        assert_int_equal(kernels[i].run(NULL, &none), PF_BAD_ARGUMENT);
        pf_job slices = {.inputs = {{values, 1, PF_SLICES}}};
        assert_int_equal(kernels[i].run(NULL, &slices), PF_BAD_ARGUMENT);
        for (int type = PF_INT64; type <= PF_SLICES; type++) {
            pf_job no_data = {.inputs = {{NULL, 1, (pf_type)type}}};
            assert_int_equal(kernels[i].run(NULL, &no_data), PF_BAD_ARGUMENT);
        }
    }
}

static void statuses_have_sentences(void **unused)
{
    (void)unused;
    for (int status = -1; status <= PF_NO_THREADS + 1; status++) {
        const char *message = pf_status_message((pf_status)status);
        assert_non_null(message);
        assert_true(strlen(message) > 0);
        for (int other = PF_OK; other < status && status <= PF_NO_THREADS; other++) {
            assert_string_not_equal(message, pf_status_message((pf_status)other));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorted_by_name_and_complete),
        cmocka_unit_test(integers),
        cmocka_unit_test(doubles),
        cmocka_unit_test(primes),
        cmocka_unit_test(concat),
        cmocka_unit_test(wrong_types_are_refused),
        cmocka_unit_test(statuses_have_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
