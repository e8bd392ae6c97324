/* make test-c   (one program: build/tests/c/native/test_runs)
 *
 * Runs of equal values, chains and cycles: at the edges of chunks, on every number of threads.
 */
#include "test.h"

#include <stdlib.h>

#define GUARD INT64_C(-7777)

static void check_groups(const pf_call *call, const int64_t *x, size_t n)
{
    int64_t *keys = malloc((n + 1) * sizeof *keys);
    int64_t *lengths = malloc((n + 1) * sizeof *lengths);
    size_t groups = SIZE_MAX;
    assert_int_equal(pf_count_groups(call, x, n, &groups), PF_OK);
    keys[groups] = lengths[groups] = GUARD;
    assert_int_equal(pf_groupby(call, x, n, keys, lengths, groups), PF_OK);
    assert_true(keys[groups] == GUARD && lengths[groups] == GUARD);
    size_t group = 0;
    for (size_t i = 0; i < n; group++) {
        size_t start = i;
        while (i < n && x[i] == x[start]) {
            i++;
        }
        assert_true(keys[group] == x[start] && (size_t)lengths[group] == i - start);
    }
    assert_int_equal(group, groups);
    assert_int_equal(pf_groupby(call, x, n, keys, lengths, groups + 1), PF_BAD_ARGUMENT);
    free(keys);
    free(lengths);
}

static void groups(void **unused)
{
    (void)unused;
    enum { CHUNK = 16384, MOST = 5 * CHUNK + 3 };
    static int64_t x[MOST];
    static const size_t sizes[] = {0, 1, 2, 3, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, MOST};
    uint64_t random = 2;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t shape = 0; shape < 5; shape++) {
            static const uint64_t change[] = {1, 2, 100, 20000, UINT64_MAX}; /* one value in so many differs from its neighbour */
            for (size_t i = 0; i < MOST; i++) {
                x[i] = i > 0 && next_random(&random) % change[shape] != 0 ? x[i - 1] : (int64_t)next_random(&random);
            }
            for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
                check_groups(&call, x, sizes[s]);
                check_groups(&call, x + MOST - sizes[s], sizes[s]);
            }
        }
        pf_pool_destroy(pool);
    }
}

static void chains_and_cycles(void **unused)
{
    (void)unused;
    const pf_kernel *chain = &pf_kernels(&(size_t){0})[pf_kernel_find("chain")];
    const int64_t a[] = {1, 2, 3}, b[] = {4, 5};
    pf_slice slices[] = {{(const char *)a, sizeof a}, {NULL, 0}, {(const char *)b, sizeof b}};
    int64_t joined[6] = {0};
    pf_job job = {.inputs[0] = {slices, 3, PF_SLICES}, .outputs[0] = {joined, 5, PF_INT64}};
    assert_int_equal(chain->run(NULL, &job), PF_OK);
    assert_memory_equal(joined, ((const int64_t[]){1, 2, 3, 4, 5}), 5 * sizeof *joined);
    job.outputs[0].length = 4;
    assert_int_equal(chain->run(NULL, &job), PF_BAD_ARGUMENT);
    slices[0].length = 20;
    assert_int_equal(chain->run(NULL, &job), PF_BAD_ARGUMENT);

    enum { MOST = 3 * 32768 + 5 };
    static int64_t output[MOST + 1];
    static int64_t source[40000];
    for (int64_t i = 0; i < 40000; i++) {
        source[i] = i * i;
    }
    pf_pool *pool = make_pool(3);
    pf_call call = {pool, 0, NULL};
    static const size_t periods[] = {1, 2, 3, 7, 1000, 32768, 40000};
    static const size_t lengths[] = {0, 1, 5, 32768, MOST};
    static const int64_t starts[] = {0, 1, 6, 39999, INT64_MAX};
    for (size_t p = 0; p < 7; p++) {
        for (size_t l = 0; l < 5; l++) {
            for (size_t s = 0; s < 5; s++) {
                output[lengths[l]] = GUARD;
                assert_int_equal(pf_cycle(&call, source, periods[p], starts[s], lengths[l], output), PF_OK);
                uint64_t wrong = 0;
                for (size_t i = 0; i < lengths[l]; i++) {
                    wrong += output[i] != source[((uint64_t)starts[s] + i) % periods[p]];
                }
                assert_int_equal(wrong, 0);
                assert_true(output[lengths[l]] == GUARD);
            }
        }
    }
    assert_int_equal(pf_cycle(&call, NULL, 0, 0, 0, NULL), PF_OK);
    assert_int_equal(pf_cycle(&call, NULL, 0, 0, 1, output), PF_EMPTY);
    assert_int_equal(pf_cycle(&call, source, 1, -1, 1, output), PF_BAD_ARGUMENT);
    pf_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups),
        cmocka_unit_test(chains_and_cycles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
