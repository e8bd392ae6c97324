/* make test-c   (one program: build/tests/c/native/test_prim)
 *
 * The platform: the clock does not step back, waiting ends by a change, a wake-up or its time limit.
 */
#include "test.h"

#include "runtime/prim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static void clock_moves_on(void **unused)
{
    (void)unused;
    double start = pf_prim_now();
    double last = start;
    while (last - start < 0.002) {
        double now = pf_prim_now();
        assert_true(now >= last);
        last = now;
    }
}

static void the_heap_grows_by_what_is_touched(void **unused)
{
    (void)unused;
    size_t bytes = (size_t)64 << 20; /* more than was ever resident here */
    uint64_t before = pf_prim_heap_bytes();
    char *memory = malloc(bytes);
    assert_non_null(memory);
    memset(memory, 1, bytes);
    assert_true(memory[bytes / 2] == 1 && before > 0);
#if !defined(__EMSCRIPTEN__) /* whose memory has its size from the start in this program */
    assert_true(pf_prim_heap_bytes() >= before + bytes / 2);
#endif
    assert_true(pf_prim_heap_bytes() >= before);
    free(memory);
}

static void wait_returns_when_the_word_differs(void **unused)
{
    (void)unused;
    _Atomic uint32_t word = 1;
    pf_prim_wait(&word, 0, -1);
    pf_prim_wait(&word, 0, HANG_SECONDS);
}

static void wait_returns_after_its_time(void **unused)
{
    (void)unused;
    _Atomic uint32_t word = 0;
    pf_prim_wait(&word, 0, 0.0);
    pf_prim_wait(&word, 0, 0.002);
    pf_prim_wake(&word, 1);
}

static void *answer(void *context)
{
    _Atomic uint32_t *word = context;
    for (uint32_t turn = 0; turn < 2000; turn += 2) {
        while (*word == turn) {
            pf_prim_wait(word, turn, -1);
        }
        *word = turn + 2;
        pf_prim_wake(word, 1);
    }
    return NULL;
}

static void two_threads_wake_each_other(void **unused)
{
    (void)unused;
    _Atomic uint32_t word = 0;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer, &word), 0);
    for (uint32_t turn = 0; turn < 2000; turn += 2) {
        word = turn + 1;
        pf_prim_wake(&word, 1);
        while (word == turn + 1) {
            pf_prim_wait(&word, turn + 1, -1);
        }
        assert_int_equal(word, turn + 2);
    }
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_moves_on),
        cmocka_unit_test(the_heap_grows_by_what_is_touched),
        cmocka_unit_test(wait_returns_when_the_word_differs),
        cmocka_unit_test(wait_returns_after_its_time),
        cmocka_unit_test(two_threads_wake_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
