/* make test-c   (one program: build/tests/c/native/test_cancel)
 *
 * Cancelling: by the word from any thread, by the calling thread's poll, before and during a loop. While it waits, and in
 * loops inside of loops: test_cancel_pool.c.
 */
#include "cancelling.h"

#include "kernels/containers/hash.h"

#include <stdlib.h>

static bool never(void *context)
{
    ++*(_Atomic int *)context;
    return false;
}

static void raised_before_runs_nothing(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_cancel cancel = {.raised = 1};
        pf_call call = {pool, 0, &cancel};
        _Atomic int ran = 0;
        assert_int_equal(pf_parallel_for(&call, 100, 1, count_chunk, &ran), PF_CANCELLED);
        assert_int_equal(ran, 0);
        assert_int_equal(pf_parallel_for(&call, 0, 1, count_chunk, &ran), PF_OK);
        cancel.raised = 0;
        assert_int_equal(pf_parallel_for(&call, 100, 1, count_chunk, &ran), PF_OK);
        assert_int_equal(ran, 100);
        pf_pool_destroy(pool);
    }
}

typedef struct raising {
    pf_cancel cancel;
    _Atomic size_t ran;
} raising;

static pf_status raise_in_tenth(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)begin, (void)end;
    raising *shared = context;
    shared->ran++;
    if (chunk == 9) {
        shared->cancel.raised = 1;
    }
    return PF_OK;
}

static void raised_during_a_loop(void **unused)
{
    (void)unused;
    raising alone = {.ran = 0};
    pf_call call = {NULL, 0, &alone.cancel};
    assert_int_equal(pf_parallel_for(&call, 1000000, 1, raise_in_tenth, &alone), PF_CANCELLED);
    assert_int_equal(alone.ran, 10);

    pf_pool *pool = make_pool(3);
    raising shared = {.ran = 0};
    call = (pf_call){pool, 0, &shared.cancel};
    assert_int_equal(pf_parallel_for(&call, 100000000, 1, raise_in_tenth, &shared), PF_CANCELLED);
    assert_true(shared.ran < 100000000);
    pf_pool_destroy(pool);
}

static void *raise_soon(void *context)
{
    pf_cancel *cancel = context;
    double until = pf_prim_now() + 0.05;
    while (pf_prim_now() < until) {
        pf_prim_pause();
    }
    cancel->raised = 1;
    return NULL;
}

static void raised_by_another_thread_inside_one_number(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_cancel cancel = {.raised = 0};
        pf_call call = {pool, 0, &cancel};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, raise_soon, &cancel), 0);
        int64_t count;
        double before = pf_prim_now();
        assert_int_equal(pf_count_primes(&call, ENDLESS_START, PF_PRIMES_LIMIT, &count), PF_CANCELLED);
        assert_true(pf_prim_now() - before < HANG_SECONDS);
        pthread_join(thread, NULL);
        pf_pool_destroy(pool);
    }
}

static void polled_inside_one_number(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        _Atomic int asked = 0;
        pf_cancel cancel = {.poll = always, .context = &asked};
        pf_call call = {pool, 0, &cancel};
        int64_t count;
        assert_int_equal(pf_count_primes(&call, ENDLESS_START, PF_PRIMES_LIMIT, &count), PF_CANCELLED);
        assert_int_equal(asked, 1);
        assert_int_equal(cancel.raised, 0); /* the word is the caller's; the library does not write it */
        pf_pool_destroy(pool);
    }
}

static pf_status endless_is_prime(const pf_call *call)
{
    bool prime;
    return pf_is_prime(call, INT64_C(4611686018427387847), &prime); /* the largest prime below 2^62 */
}

static pf_status endless_is_prime_int64(const pf_call *call)
{
    const int64_t values[] = {7, INT64_C(4611686018427387847), INT64_C(4611686018427387847)};
    uint8_t prime[3];
    return pf_is_prime_int64(call, values, 3, prime);
}

static pf_status endless_wait(const pf_call *call)
{
    double elapsed;
    return pf_wait(call, 1000, 3600, NULL, &elapsed);
}

static pf_status endless_tasks(const pf_call *call)
{
    int64_t checksum;
    return pf_tiny_tasks(call, PF_TINY_TASKS_LIMIT, PF_TINY_TASKS_LIMIT / 2, PF_TINY_WORK_LIMIT, &checksum);
}

static pf_status endless_rows(const pf_call *call)
{
    static int64_t values[100000];
    int64_t count;
    return pf_combinations_with_sum(call, values, 100000, 4, 1, &count);
}

static pf_status endless_orders(const pf_call *call)
{
    static int64_t values[20];
    int64_t count;
    return pf_permutations_with_sum(call, values, 20, 20, 1, &count);
}

/* Kernels whose chunks last long, by the poll and by the word. Nothing is asserted about how soon, but it must be. */
static void long_chunks_look_at_the_flag(void **unused)
{
    (void)unused;
    pf_status (*const endless[])(const pf_call *) = {endless_is_prime, endless_is_prime_int64, endless_wait, endless_tasks,
                                                   endless_rows, endless_orders};
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
            _Atomic int asked = 0;
            pf_cancel cancel = {.poll = always, .context = &asked};
            pf_call call = {pool, 0, &cancel};
            double before = pf_prim_now();
            assert_int_equal(endless[i](&call), PF_CANCELLED);
            cancel.poll = NULL;
            pthread_t thread;
            assert_int_equal(pthread_create(&thread, NULL, raise_soon, &cancel), 0);
            assert_int_equal(endless[i](&call), PF_CANCELLED);
            pthread_join(thread, NULL);
            assert_true(pf_prim_now() - before < HANG_SECONDS);
        }
        pf_pool_destroy(pool);
    }
}

static pf_status wait_a_millisecond(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)context, (void)chunk, (void)begin, (void)end;
    double until = pf_prim_now() + 0.001;
    while (pf_prim_now() < until) {
        pf_prim_pause();
    }
    return PF_OK;
}

/* Loops that each end before the poll would be due: their kernel is asked all the same. */
static void polled_in_a_row_of_short_loops(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        _Atomic int asked = 0;
        pf_cancel cancel = {.poll = always, .context = &asked};
        pf_call call = {pool, 0, &cancel};
        pf_status status = PF_OK;
        for (int i = 0; status == PF_OK && i < 1000; i++) {
            status = pf_parallel_for(&call, 2, 1, wait_a_millisecond, NULL);
        }
        assert_int_equal(status, PF_CANCELLED);
        assert_int_equal(asked, 1);
        pf_pool_destroy(pool);
    }
}

#define LONG ((size_t)8 << 20)

typedef struct long_steps {
    pf_cancel cancel;
    char *text;
    char *other;
} long_steps;

/* What takes long in one step sees the flag underway. The chunk itself tells nobody: whoever asked was told. */
static pf_status take_long_steps(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    long_steps *shared = context;
    pf_slice slice = {shared->text, LONG}, same = {shared->other, LONG};
    assert_int_equal(pf_copy(shared->other, shared->text, LONG), PF_OK);
    assert_memory_equal(shared->other, shared->text, LONG);
    assert_true(pf_slices_equal(&slice, &same));
    uint64_t tag = pf_tag_slice(&slice);
    assert_true(tag == pf_tag_slice(&same));
    shared->cancel.raised = 1;
    assert_int_equal(pf_copy(shared->other, shared->text, 100), PF_OK);
    assert_int_equal(pf_copy(shared->other, shared->text, LONG), PF_CANCELLED);
    assert_false(pf_slices_equal(&slice, &same));
    assert_true(tag != pf_tag_slice(&slice));
    return PF_OK;
}

static void long_steps_look_at_the_flag(void **unused)
{
    (void)unused;
    long_steps shared = {.text = malloc(LONG), .other = malloc(LONG)};
    for (size_t i = 0; i < LONG; i++) {
        shared.text[i] = (char)(i * 31 >> 3);
    }
    pf_call call = {NULL, 0, &shared.cancel};
    assert_int_equal(pf_parallel_for(&call, 1, 1, take_long_steps, &shared), PF_CANCELLED);
    free(shared.text);
    free(shared.other);
}

static void not_cancelled(void **unused)
{
    (void)unused;
    assert_false(pf_cancelled());
    _Atomic int asked = 0;
    pf_cancel cancel = {.poll = never, .context = &asked};
    pf_call call = {NULL, 0, &cancel};
    int64_t count;
    assert_int_equal(pf_count_primes(&call, 0, 300000, &count), PF_OK);
    assert_int_equal(count, 25997);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raised_before_runs_nothing),
        cmocka_unit_test(raised_during_a_loop),
        cmocka_unit_test(raised_by_another_thread_inside_one_number),
        cmocka_unit_test(polled_inside_one_number),
        cmocka_unit_test(long_chunks_look_at_the_flag),
        cmocka_unit_test(polled_in_a_row_of_short_loops),
        cmocka_unit_test(long_steps_look_at_the_flag),
        cmocka_unit_test(not_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
