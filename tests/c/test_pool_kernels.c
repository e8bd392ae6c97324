/* make test-c   (one program: build/tests/c/native/test_pool_kernels)
 *
 * Kernels that show the pool itself: waits that overlap, tiny tasks.
 */
#include "test.h"

#include <math.h>

/* Whether `spans` are `count` waits of at least `seconds`, never more than `threads` of them at once. */
static void check_spans(const double *spans, size_t count, double seconds, int threads, double elapsed)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(spans[2 * i] >= 0 && spans[2 * i + 1] <= elapsed);
        assert_true(spans[2 * i + 1] - spans[2 * i] >= seconds);
        int together = 0;
        for (size_t j = 0; j < count; j++) {
            together += spans[2 * j] <= spans[2 * i] && spans[2 * i] < spans[2 * j + 1];
        }
        assert_true(together <= threads || seconds == 0);
    }
}

static void waits_pass_in_rounds(void **unused)
{
    (void)unused;
    double spans[16];
    double elapsed;
    const double seconds = 0.02;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        static const size_t counts[] = {0, 1, 3, 8};
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            size_t count = counts[c];
            assert_int_equal(pf_wait(&call, count, seconds, spans, &elapsed), PF_OK);
            double rounds = ceil((double)count / thread_counts[t]);
            assert_true(elapsed >= rounds * seconds);
            check_spans(spans, count, seconds, thread_counts[t], elapsed);
        }
        assert_int_equal(pf_wait(&call, 5, 0, spans, &elapsed), PF_OK);
        assert_int_equal(pf_wait(&call, 2, 0.001, NULL, &elapsed), PF_OK);
        assert_true(elapsed >= 0.001);
        pf_pool_destroy(pool);
    }
}

static void bad_waits(void **unused)
{
    (void)unused;
    double elapsed;
    assert_int_equal(pf_wait(NULL, 1, -1, NULL, &elapsed), PF_BAD_ARGUMENT);
    assert_int_equal(pf_wait(NULL, 1, NAN, NULL, &elapsed), PF_BAD_ARGUMENT);
    assert_int_equal(pf_wait(NULL, 1, INFINITY, NULL, &elapsed), PF_BAD_ARGUMENT);
    assert_int_equal(pf_wait(NULL, 1, PF_WAIT_LIMIT * 1.001, NULL, &elapsed), PF_BAD_ARGUMENT);
    const pf_kernel *wait = &pf_kernels(&(size_t){0})[pf_kernel_find("wait")];
    double room[3];
    pf_job job = {.integers = {-1}};
    assert_int_equal(wait->run(NULL, &job), PF_BAD_ARGUMENT);
    job.integers[0] = INT64_MAX;
    assert_int_equal(wait->run(NULL, &job), PF_BAD_ARGUMENT);
    job.integers[0] = 2;
    job.outputs[0] = (pf_buffer){room, 3, PF_DOUBLE};
    assert_int_equal(wait->run(NULL, &job), PF_BAD_ARGUMENT);
    job.outputs[0] = (pf_buffer){room, 2, PF_DOUBLE};
    job.integers[0] = 1;
    assert_int_equal(wait->run(NULL, &job), PF_OK);
}

static int64_t tasks(const pf_call *call, size_t count, size_t chunk, uint32_t work)
{
    int64_t checksum = -1;
    assert_int_equal(pf_tiny_tasks(call, count, chunk, work, &checksum), PF_OK);
    return checksum;
}

static int64_t tasks_plain(size_t count, uint32_t work)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t x = i;
        for (uint32_t step = 0; step < work; step++) {
            x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        }
        sum += x >> 33;
    }
    return (int64_t)sum;
}

static void tiny_tasks(void **unused)
{
    (void)unused;
    assert_int_equal(tasks(NULL, 3, 1, 1), 2726504321);
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        static const size_t chunks[] = {1, 2, 7, 1000, 5000, SIZE_MAX};
        for (size_t c = 0; c < sizeof chunks / sizeof chunks[0]; c++) {
            assert_true(tasks(&call, 0, chunks[c], 3) == 0);
            assert_true(tasks(&call, 5000, chunks[c], 0) == 0);
            assert_true(tasks(&call, 5000, chunks[c], 3) == tasks_plain(5000, 3));
            assert_true(tasks(&call, 2, chunks[c], 200000) == tasks_plain(2, 200000));
        }
        pf_pool_destroy(pool);
    }
    int64_t checksum;
    assert_int_equal(pf_tiny_tasks(NULL, 1, 0, 1, &checksum), PF_BAD_ARGUMENT);
    assert_int_equal(pf_tiny_tasks(NULL, (size_t)PF_TINY_TASKS_LIMIT + 1, 1, 1, &checksum), PF_BAD_ARGUMENT);
    assert_int_equal(pf_tiny_tasks(NULL, 1, 1, PF_TINY_WORK_LIMIT + 1, &checksum), PF_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_pass_in_rounds),
        cmocka_unit_test(bad_waits),
        cmocka_unit_test(tiny_tasks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
