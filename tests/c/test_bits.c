/* make test-c   (one program: build/tests/c/native/test_bits, build/tests/c/wasm/test_bits.cjs)
 *
 * Every kernel leaves the same bits in every build and on every number of threads: hashes of results against those of the native
 * build with -O3 on one thread, which bits_table.c wrote down when this was compiled.
 */
#include "test.h"

#include "bits_table.h"
#include "jobs/bits.h"

#include <stdio.h>

#define CASES (sizeof native_bits / sizeof native_bits[0])

/* The cases that differ, each told. */
static size_t differences(const pf_call *call, int threads)
{
    size_t wrong = 0;
    pf_bits_case which;
    for (size_t i = 0; pf_bits_case_at(i, &which); i++) {
        uint64_t bits;
        if (threads == 1 && pf_recipe_flags(which.recipe) & PF_JOB_PAIR) {
            continue;
        }
        assert_true(pf_bits_of(&which, call, &bits));
        if (bits != native_bits[i]) {
            fprintf(stderr, "%s (%s), n = %zu, threads = %d: other bits than natively on one thread\n", which.kernel->name,
                    pf_recipe_variant(which.recipe), which.n, threads);
            wrong++;
        }
    }
    return wrong;
}

static void same_bits_everywhere(void **unused)
{
    (void)unused;
    size_t cases = 0;
    pf_bits_case which;
    while (pf_bits_case_at(cases, &which)) {
        cases++;
    }
    assert_int_equal(cases, CASES);
#ifdef __SANITIZE_THREAD__
    static const int counts[] = {3}; /* each access is seen, in whatever order threads come: more of them show no more */
#else
    static const int counts[] = {1, 2, 3, 8};
#endif
    for (size_t t = 0; t < sizeof counts / sizeof counts[0]; t++) {
        pf_pool *pool = make_pool(counts[t]);
        pf_call call = {pool, 0, NULL};
        assert_int_equal(differences(&call, counts[t]), 0);
        pf_pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_bits_everywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
