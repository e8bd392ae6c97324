/* make test-c   (one program: build/tests/c/asan/test_fuzz_replay)
 *
 * The fuzzer's job decoder on inputs that are the same each time: every kernel with jobs as they should be and with spoiled
 * ones. `make fuzz` looks for new inputs; one that it finds wrong is added to `found` below.
 */
#include "test.h"

#include "fuzz/fuzz_check.c"
#include "fuzz/fuzz_job.c"
#include "jobs/jobs.h"

#include <stdio.h>

#define INPUTS 2000
#define LENGTH 64

static void check(const uint8_t *bytes, size_t length)
{
    const char *wrong = pf_fuzz_one(bytes, length);
    if (wrong) {
        fprintf(stderr, "%s: %s\n", pf_fuzz_kernel(bytes, length), wrong);
    }
    assert_null(wrong);
}

static void same_inputs_each_time(void **unused)
{
    (void)unused;
    uint8_t bytes[LENGTH];
    uint64_t random = 2026;
    for (int input = 0; input < INPUTS; input++) {
        size_t length = 1 + (size_t)(next_random(&random) % LENGTH);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (uint8_t)next_random(&random);
        }
        bytes[0] = (uint8_t)input; /* each kernel in turn */
        check(bytes, length);
    }
}

static void every_kernel_has_a_recipe(void **unused)
{
    (void)unused;
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    assert_true(count <= 256); /* one byte chooses */
    for (size_t i = 0; i < count; i++) {
        pf_source source = {pf_random_next, i, NULL, 0};
        pf_made made;
        if (!pf_recipe_of(kernels[i].name)) {
            fail_msg("%s has no recipe in tests/c/jobs/recipes.c", kernels[i].name);
        }
        assert_true(pf_make_job(kernels[i].name, pf_recipe_of(kernels[i].name), 100, &source, &made));
        if (!(pf_recipe_flags(pf_recipe_of(kernels[i].name)) & PF_JOB_PAIR)) {
            assert_int_equal(kernels[i].run(NULL, &made.job), PF_OK);
        }
        pf_made_free(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_has_a_recipe),
        cmocka_unit_test(same_inputs_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
