/* make test-c   (one program: build/tests/c/native/test_cancel_pool)
 *
 * Cancelling while the calling thread waits, for helpers or for the pool's turn, and in loops inside of loops.
 */
#include "cancelling.h"

typedef struct waiting {
    pthread_t caller;
    _Atomic int asked;
    _Atomic int asked_elsewhere;
    _Atomic int helper_arrived;
    double give_up;
} waiting;

static bool poll_of_caller(void *context)
{
    waiting *shared = context;
    shared->asked++;
    if (!pthread_equal(shared->caller, pthread_self())) {
        shared->asked_elsewhere++;
    }
    return false;
}

/* The caller's chunk ends when the helper has come; the helper's ends when the caller, who has nothing left to do,
 * was asked. */
static pf_status wait_for_each_other(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    waiting *shared = context;
    bool calling = pthread_equal(shared->caller, pthread_self());
    int asked = shared->asked;
    if (!calling) {
        shared->helper_arrived = 1;
    }
    while (pf_prim_now() < shared->give_up) {
        if (calling ? shared->helper_arrived : shared->asked > asked + 2) {
            return PF_OK;
        }
        pf_prim_pause();
    }
    return PF_BAD_ARGUMENT;
}

static void polled_while_waiting_for_helpers(void **unused)
{
    (void)unused;
    pf_pool *pool = make_pool(2);
    waiting shared = {.caller = pthread_self(), .give_up = pf_prim_now() + HANG_SECONDS};
    pf_cancel cancel = {.poll = poll_of_caller, .context = &shared};
    pf_call call = {pool, 0, &cancel};
    assert_int_equal(pf_parallel_for(&call, 2, 1, wait_for_each_other, &shared), PF_OK);
    assert_true(shared.asked > 0);
    assert_int_equal(shared.asked_elsewhere, 0);
    pf_pool_destroy(pool);
}

typedef struct holder {
    pf_pool *pool;
    _Atomic int inside;
    _Atomic int release;
    pf_status status; /* written by its thread, read after the join */
} holder;

static pf_status hold(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    holder *self = context;
    self->inside = 1;
    double give_up = pf_prim_now() + HANG_SECONDS;
    while (!self->release && pf_prim_now() < give_up) {
        pf_prim_pause();
    }
    return self->release ? PF_OK : PF_BAD_ARGUMENT;
}

static void *hold_pool(void *context)
{
    holder *self = context;
    pf_call call = {self->pool, 0, NULL};
    self->status = pf_parallel_for(&call, 2, 1, hold, self);
    return NULL;
}

static void cancelled_while_waiting_for_a_turn(void **unused)
{
    (void)unused;
    holder first = {.pool = make_pool(2)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, hold_pool, &first), 0);
    while (!first.inside) {
        pf_prim_pause();
    }
    _Atomic int asked = 0;
    _Atomic int ran = 0;
    pf_cancel cancel = {.poll = always, .context = &asked};
    pf_call call = {first.pool, 0, &cancel};
    assert_int_equal(pf_parallel_for(&call, 2, 1, count_chunk, &ran), PF_CANCELLED);
    assert_int_equal(asked, 1);
    assert_int_equal(ran, 0);
    first.release = 1;
    pthread_join(thread, NULL);
    assert_int_equal(first.status, PF_OK);
    pf_pool_destroy(first.pool);
}

/* A nested call without a pf_cancel of its own still ends when the loop around it is cancelled. */
static pf_status nested_endless(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)context, (void)chunk, (void)begin, (void)end;
    int64_t count;
    return pf_count_primes(NULL, ENDLESS_START, PF_PRIMES_LIMIT, &count);
}

/* With the same pf_cancel inside and outside, helpers must leave polling to the thread that called first. */
static pf_status nested_same_cancel(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    int64_t count;
    pf_status status = pf_count_primes(context, (int64_t)1 << 40, ((int64_t)1 << 40) + 400, &count);
    return status == PF_OK && count != 13 ? PF_BAD_ARGUMENT : status;
}

static void nested_calls(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        _Atomic int asked = 0;
        pf_cancel cancel = {.poll = always, .context = &asked};
        pf_call call = {pool, 0, &cancel};
        assert_int_equal(pf_parallel_for(&call, 8, 1, nested_endless, NULL), PF_CANCELLED);
        assert_int_equal(asked, 1);

        waiting shared = {.caller = pthread_self()};
        cancel = (pf_cancel){.poll = poll_of_caller, .context = &shared};
        assert_int_equal(pf_parallel_for(&call, 6, 1, nested_same_cancel, &call), PF_OK);
        assert_int_equal(shared.asked_elsewhere, 0);
        pf_pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polled_while_waiting_for_helpers),
        cmocka_unit_test(cancelled_while_waiting_for_a_turn),
        cmocka_unit_test(nested_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
