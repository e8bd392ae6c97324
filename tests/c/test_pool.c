/* make test-c   (one program: build/tests/c/native/test_pool)
 *
 * The pool and parallel_for: every chunk once, failures, nested and concurrent calls, pools made and ended many times.
 */
#include "test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MOST 4096

typedef struct tally {
    size_t count;
    size_t chunk_size;
    _Atomic int visits[MOST]; /* of elements, by any thread */
    _Atomic int wrong_bounds;
} tally;

static pf_status visit(void *context, size_t chunk, size_t begin, size_t end)
{
    tally *seen = context;
    size_t expected_end = seen->count - begin < seen->chunk_size ? seen->count : begin + seen->chunk_size;
    if (begin != chunk * seen->chunk_size || end != expected_end || begin >= end) {
        seen->wrong_bounds++;
    }
    for (size_t i = begin; i < end; i++) {
        seen->visits[i]++;
    }
    return PF_OK;
}

static void check_visits(const pf_call *call, size_t count, size_t chunk_size)
{
    tally *seen = calloc(1, sizeof *seen);
    assert_non_null(seen);
    seen->count = count;
    seen->chunk_size = chunk_size;
    assert_int_equal(pf_parallel_for(call, count, chunk_size, visit, seen), PF_OK);
    assert_int_equal(seen->wrong_bounds, 0);
    for (size_t i = 0; i < MOST; i++) {
        assert_int_equal(seen->visits[i], i < count ? 1 : 0);
    }
    free(seen);
}

static void every_chunk_runs_once(void **unused)
{
    (void)unused;
    static const size_t counts[] = {0, 1, 2, 63, 64, 65, 1000, MOST};
    static const size_t chunk_sizes[] = {1, 2, 7, 64, MOST + 1};
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t s = 0; s < sizeof chunk_sizes / sizeof chunk_sizes[0]; s++) {
                check_visits(&call, counts[c], chunk_sizes[s]);
            }
        }
        pf_pool_destroy(pool);
    }
    check_visits(NULL, 1000, 7);
}

static void fewer_threads_than_the_pool_has(void **unused)
{
    (void)unused;
    pf_pool *pool = make_pool(8);
    for (int threads = 0; threads <= 8; threads++) {
        pf_call call = {pool, threads, NULL};
        check_visits(&call, 500, 3);
    }
    pf_pool_destroy(pool);
}

static pf_status no_work(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)context, (void)chunk, (void)begin, (void)end;
    return PF_OK;
}

static void arguments_out_of_range(void **unused)
{
    (void)unused;
    pf_pool *pool = NULL;
    assert_int_equal(pf_pool_create(0, &pool), PF_BAD_ARGUMENT);
    assert_int_equal(pf_pool_create(-1, &pool), PF_BAD_ARGUMENT);
    assert_int_equal(pf_pool_create(PF_POOL_LIMIT + 1, &pool), PF_BAD_ARGUMENT);
    assert_null(pool);
    pf_pool_destroy(NULL);
    assert_int_equal(pf_pool_size(NULL), 1);
    assert_true(pf_cores() >= 1);

    pool = make_pool(2);
    assert_int_equal(pf_pool_size(pool), 2);
    pf_call call = {pool, 0, NULL};
    assert_int_equal(pf_parallel_for(&call, 10, 0, no_work, NULL), PF_BAD_ARGUMENT);
    call.threads = 3;
    assert_int_equal(pf_parallel_for(&call, 10, 1, no_work, NULL), PF_BAD_ARGUMENT);
    call.threads = -1;
    assert_int_equal(pf_parallel_for(&call, 10, 1, no_work, NULL), PF_BAD_ARGUMENT);
    pf_call no_pool = {NULL, 2, NULL};
    assert_int_equal(pf_parallel_for(&no_pool, 10, 1, no_work, NULL), PF_BAD_ARGUMENT);
    pf_pool_destroy(pool);
}

/* Chunk k fails with status k % 5 + 1 from `first` on. */
typedef struct failing {
    size_t first;
    _Atomic size_t ran;
} failing;

static pf_status fail_from(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)begin, (void)end;
    failing *shared = context;
    shared->ran++;
    return chunk >= shared->first ? (pf_status)(chunk % 5 + 1) : PF_OK;
}

static void lowest_failure_is_returned(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t first = 0; first < 200; first++) {
            failing shared = {.first = first};
            assert_int_equal(pf_parallel_for(&call, 1000, 1, fail_from, &shared), first % 5 + 1);
            assert_true(shared.ran < 1000);
        }
        pf_pool_destroy(pool);
    }
    failing shared = {.first = 3};
    assert_int_equal(pf_parallel_for(NULL, 1000, 1, fail_from, &shared), 3 % 5 + 1);
    assert_int_equal(shared.ran, 4);
}

typedef struct nest {
    const pf_call *call;
    _Atomic int disorder;
    _Atomic int inner_chunks;
} nest;

typedef struct inner {
    nest *outer;
    pthread_t thread;
    size_t next;
} inner;

static pf_status inner_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)begin, (void)end;
    inner *here = context;
    if (chunk != here->next++ || !pthread_equal(here->thread, pthread_self())) {
        here->outer->disorder++;
    }
    here->outer->inner_chunks++;
    return PF_OK;
}

static pf_status outer_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    nest *shared = context;
    inner here = {.outer = shared, .thread = pthread_self()};
    return pf_parallel_for(shared->call, 20, 1, inner_chunk, &here);
}

static void nested_call_runs_on_its_thread_in_order(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        nest shared = {.call = &call};
        assert_int_equal(pf_parallel_for(&call, 50, 1, outer_chunk, &shared), PF_OK);
        assert_int_equal(shared.disorder, 0);
        assert_int_equal(shared.inner_chunks, 1000);
        pf_pool_destroy(pool);
    }
}

#define CALLERS 3
#define ROUNDS 300

typedef struct caller {
    pf_pool *pool;
    int threads;
    int wrong; /* written by its thread, read after the join */
} caller;

static pf_status add_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    _Atomic size_t *sum = context;
    *sum += end - begin;
    return PF_OK;
}

static void *call_often(void *context)
{
    caller *self = context;
    for (size_t round = 0; round < ROUNDS; round++) {
        pf_call call = {self->pool, self->threads, NULL};
        _Atomic size_t sum = 0;
        if (pf_parallel_for(&call, 100 + round, 9, add_chunk, &sum) != PF_OK || sum != 100 + round) {
            self->wrong++;
        }
    }
    return NULL;
}

static void concurrent_calls_take_turns(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pthread_t threads[CALLERS];
        caller callers[CALLERS];
        for (int i = 0; i < CALLERS; i++) {
            callers[i] = (caller){.pool = pool, .threads = i % 2 ? 0 : 1 + i % thread_counts[t]};
            assert_int_equal(pthread_create(&threads[i], NULL, call_often, &callers[i]), 0);
        }
        for (int i = 0; i < CALLERS; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(callers[i].wrong, 0);
        }
        pf_pool_destroy(pool);
    }
}

static void many_calls_on_one_pool(void **unused)
{
    (void)unused;
    pf_pool *pool = make_pool(3);
    pf_call call = {pool, 0, NULL};
    for (size_t round = 0; round < 20000; round++) {
        _Atomic size_t sum = 0;
        assert_int_equal(pf_parallel_for(&call, round % 13, 1, add_chunk, &sum), PF_OK);
        assert_int_equal(sum, round % 13);
    }
    pf_pool_destroy(pool);
}

static void many_pools(void **unused)
{
    (void)unused;
    for (int round = 0; round < 500; round++) {
        pf_pool *pool = make_pool(1 + round % 4);
        if (round % 3 != 0) {
            pf_call call = {pool, 0, NULL};
            check_visits(&call, 40, 1);
        }
        pf_pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chunk_runs_once),
        cmocka_unit_test(fewer_threads_than_the_pool_has),
        cmocka_unit_test(arguments_out_of_range),
        cmocka_unit_test(lowest_failure_is_returned),
        cmocka_unit_test(nested_call_runs_on_its_thread_in_order),
        cmocka_unit_test(concurrent_calls_take_turns),
        cmocka_unit_test(many_calls_on_one_pool),
        cmocka_unit_test(many_pools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
