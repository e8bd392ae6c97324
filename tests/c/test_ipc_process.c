/* make test-c   (one program: build/tests/c/native/test_ipc_process)
 *
 * Processes, signals, waiting: every operation and every status. One thread, but for those that sleep.
 */
#include "ipc/world.h"

#include "runtime/prim.h"

#include <pthread.h>
#include <sched.h>

static void a_life(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t parent = new_process(region);
    assert_int_equal(ipc_waitpid(region, parent, 0), IPC_NO_CHILD);
    int32_t token = ipc_start(region, pid_of(parent));
    uint32_t slot = (uint32_t)token % IPC_SLOTS;
    uint32_t pid = pid_of((uint32_t)token);
    assert_int_equal(ipc_info(region, slot, IPC_INFO_STATE), IPC_STARTING);
    assert_int_equal(ipc_running(region, (uint32_t)token), IPC_OK);
    assert_int_equal(ipc_info(region, slot, IPC_INFO_STATE), IPC_RUNNING);
    assert_int_equal(ipc_info(region, slot, IPC_INFO_PID), pid);
    assert_int_equal(ipc_info(region, slot, IPC_INFO_PARENT), pid_of(parent));
    assert_int_equal(ipc_info(region, IPC_SLOTS, IPC_INFO_PID), IPC_BAD);
    assert_int_equal(ipc_info(region, slot, 99), IPC_BAD);
    assert_int_equal(ipc_parent(region, (uint32_t)token), pid_of(parent));
    assert_int_equal(count(region, IPC_COUNT_PROCESSES), 2);
    assert_int_equal(ipc_waitpid(region, parent, 0), 0);
    assert_int_equal(ipc_waitpid(region, parent, pid), 0);
    assert_int_equal(ipc_waitpid(region, parent, pid + 1), IPC_NO_CHILD);

    assert_int_equal(ipc_next_request(region), 0);
    uint32_t told = ipc_sequence(region, IPC_SUPERVISOR);
    assert_int_equal(ipc_exit(region, (uint32_t)token, 3 << 8), IPC_OK);
    assert_true(ipc_sequence(region, IPC_SUPERVISOR) != told);
    assert_int_equal(ipc_next_request(region), (int64_t)pid << 32 | 3 << 8);
    assert_int_equal(ipc_pipe(region, (uint32_t)token), IPC_DEAD);
    assert_int_equal(ipc_exit(region, (uint32_t)token, 0), IPC_DEAD);
    assert_int_equal(ipc_waitpid(region, parent, 0), 0);
    assert_int_equal(ipc_end(region, pid, 3 << 8, 0), IPC_OK);
    assert_int_equal(ipc_next_request(region), 0);
    assert_int_equal(ipc_end(region, pid, 0, 0), IPC_NONE);
    assert_int_equal(count(region, IPC_COUNT_PROCESSES), 1);
    assert_int_equal(count(region, IPC_COUNT_ZOMBIES), 1);
    assert_int_equal(ipc_waitpid(region, parent, 0), (int64_t)pid << 32 | 3 << 8);
    assert_int_equal(ipc_waitpid(region, parent, 0), IPC_NO_CHILD);
    assert_int_equal(count(region, IPC_COUNT_ZOMBIES), 0);
    assert_int_equal(ipc_exit(region, IPC_SUPERVISOR, 0), IPC_BAD);
    assert_int_equal(ipc_end(region, 1, 0, 1), IPC_NONE);
    close_region(region);
}

static void children_of_the_dead(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t parent = new_process(region);
    uint32_t alive = child_of(region, pid_of(parent));
    uint32_t zombie = child_of(region, pid_of(parent));
    bury(region, zombie, 0);
    assert_int_equal(ipc_info(region, alive % IPC_SLOTS, IPC_INFO_ORPHAN), 0);
    bury(region, parent, 9);
    assert_int_equal(count(region, IPC_COUNT_ZOMBIES), 0); /* neither the zombie nor the parent, whose own parent is the page */
    assert_int_equal(ipc_info(region, alive % IPC_SLOTS, IPC_INFO_ORPHAN), 1);
    assert_int_equal(ipc_parent(region, alive), 1);
    assert_int_equal(ipc_start(region, pid_of(parent)), IPC_NONE);
    bury(region, alive, 9);
    assert_int_equal(count(region, IPC_COUNT_PROCESSES), 0);
    close_region(region);
}

static void limits_and_slots(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 1);
    assert_int_equal(ipc_create(region, REGION_BYTES, 4, 1), IPC_OK);
    uint32_t tokens[4];
    for (int i = 0; i < 4; i++) {
        tokens[i] = new_process(region);
    }
    assert_int_equal(ipc_start(region, 1), IPC_LIMIT);
    bury(region, tokens[1], 0);
    uint32_t again = new_process(region);
    assert_int_equal(ipc_start(region, 1), IPC_LIMIT);
    assert_true(again % IPC_SLOTS != tokens[1] % IPC_SLOTS); /* a slot rests */
    /* Zombies do not count, but they keep their slots. */
    bury(region, tokens[2], 0);
    int zombies = 0;
    int32_t token = ipc_start(region, pid_of(tokens[0]));
    while (token > 0) {
        bury(region, (uint32_t)token, 0);
        zombies++;
        token = ipc_start(region, pid_of(tokens[0]));
    }
    assert_int_equal(token, IPC_LIMIT);
    assert_int_equal(zombies, IPC_SLOTS - 1 - 3);
    while (ipc_waitpid(region, tokens[0], 0) > 0) {
        zombies--;
    }
    assert_int_equal(zombies, 0);
    close_region(region);
}

static void old_tokens_are_dead(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t old = new_process(region);
    bury(region, old, 0);
    uint32_t next = old;
    for (int i = 0; i < 200; i++) {
        next = new_process(region);
        assert_true(next != old);
        if (next % IPC_SLOTS == old % IPC_SLOTS) {
            break;
        }
        bury(region, next, 0);
    }
    assert_int_equal(next % IPC_SLOTS, old % IPC_SLOTS);
    /* The slot has another process now; the old one cannot touch it. */
    assert_int_equal(ipc_pipe(region, old), IPC_DEAD);
    assert_int_equal(ipc_semaphore_try(region, old, 1), IPC_DEAD);
    assert_int_equal(ipc_signals_pending(region, old), IPC_DEAD);
    assert_int_equal(ipc_signal_take(region, old), IPC_DEAD);
    assert_int_equal(ipc_hold(region, old), IPC_DEAD);
    assert_int_equal(ipc_wait(region, old, IPC_SIGNAL, 0, -1), IPC_DEAD);
    assert_int_equal(ipc_sleep(region, old, 10), IPC_DEAD);
    assert_int_equal(ipc_pipe(region, 0), IPC_DEAD);
    assert_int_equal(ipc_asleep(region, next, 1), IPC_OK);
    ipc_asleep(region, old, 0); /* does not clear the other's mark */
    uint32_t word = (uint32_t)ipc_wake_word(region, next);
    assert_int_equal(*(uint32_t *)at(region, word), ipc_sequence(region, next));
    assert_true(ipc_pipe(region, next) > 0);
    close_region(region);
}

static void signals(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t from = new_process(region);
    uint32_t to = new_process(region);
    uint32_t pid = pid_of(to);
    assert_int_equal(ipc_signal(region, from, pid, 0), IPC_OK);
    assert_int_equal(ipc_signal(region, from, pid + 5, 0), IPC_NONE);
    assert_int_equal(ipc_signal(region, from, pid, 32), IPC_BAD);
    assert_int_equal(ipc_signal(region, from, 1, 15), IPC_BAD);
    assert_int_equal(ipc_signal_action(region, to, 9, IPC_CATCH), IPC_BAD);
    assert_int_equal(ipc_signal_action(region, to, 0, IPC_CATCH), IPC_BAD);
    assert_int_equal(ipc_signal_action(region, to, 32, IPC_CATCH), IPC_BAD);
    assert_int_equal(ipc_signal_action(region, to, 2, 3), IPC_BAD);

    assert_int_equal(ipc_signal(region, from, pid, 17), IPC_OK); /* SIGCHLD does nothing */
    assert_int_equal(ipc_next_request(region), 0);
    assert_int_equal(ipc_signal_action(region, to, 2, IPC_CATCH), IPC_OK);
    assert_int_equal(ipc_signal_action(region, to, 31, IPC_CATCH), IPC_OK);
    assert_int_equal(ipc_signal_action(region, to, 15, IPC_IGNORE), IPC_OK);
    assert_int_equal(ipc_signal(region, from, pid, 31), IPC_OK);
    assert_int_equal(ipc_signal(region, IPC_SUPERVISOR, pid, 2), IPC_OK);
    assert_int_equal(ipc_signal(region, from, pid, 15), IPC_OK);
    assert_int_equal(ipc_signals_pending(region, to), 1 << 1 | 1 << 30);
    assert_int_equal(ipc_ready(region, to, IPC_SIGNAL, 0), 1);
    assert_int_equal(ipc_wait(region, to, IPC_CHILD, pid, 0), 1); /* ready comes before interrupted */
    assert_int_equal(ipc_sleep(region, to, 10), IPC_INTERRUPTED);
    assert_int_equal(ipc_signal_take(region, to), 2);
    assert_int_equal(ipc_signal_take(region, to), 31);
    assert_int_equal(ipc_signal_take(region, to), 0);
    assert_int_equal(ipc_sleep(region, to, 0.001), 1);

    /* Pending, then no longer caught: gone. Not caught: kills. */
    assert_int_equal(ipc_signal(region, from, pid, 2), IPC_OK);
    assert_int_equal(ipc_signal_action(region, to, 2, IPC_DEFAULT), IPC_OK);
    assert_int_equal(ipc_signals_pending(region, to), 0);
    assert_int_equal(ipc_signal(region, from, pid, 2), IPC_OK);
    assert_int_equal(ipc_next_request(region), (int64_t)pid << 32 | 2);
    assert_int_equal(ipc_signal(region, from, pid, 9), IPC_OK); /* the first one counts */
    assert_int_equal(ipc_next_request(region), (int64_t)pid << 32 | 2);
    assert_int_equal(ipc_end(region, pid, 2, 0), IPC_OK);
    uint32_t last = child_of(region, pid_of(from));
    assert_int_equal(ipc_signal(region, last, pid_of(last), 9), IPC_OK);
    assert_int_equal(ipc_signals_pending(region, last), IPC_DEAD); /* its own signal was its last call */
    assert_int_equal(ipc_pipe(region, last), IPC_DEAD);
    assert_int_equal(ipc_next_request(region), (int64_t)pid_of(last) << 32 | 9);
    bury(region, last, 9);
    assert_int_equal(ipc_signal(region, from, pid_of(last), 15), IPC_OK); /* a zombie */
    close_region(region);
}

static void armed_is_told(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t a = new_process(region);
    uint32_t b = new_process(region);
    uint32_t pipe = (uint32_t)ipc_pipe(region, a);
    share(region, a, b, pipe, IPC_READ_END);
    share(region, a, b, pipe, IPC_WRITE_END);
    uint32_t semaphore = (uint32_t)ipc_semaphore(region, a, 0, 5, 0, 0);
    share(region, a, b, semaphore, 0);
    assert_int_equal(ipc_arm(region, b, 0, pipe), IPC_BAD);
    assert_int_equal(ipc_arm(region, b, 6, pipe), IPC_BAD);
    assert_int_equal(ipc_arm(region, b, IPC_READABLE, semaphore), IPC_BAD);
    assert_int_equal(ipc_arm(region, b, IPC_TAKEABLE, pipe), IPC_BAD);
    assert_int_equal(ipc_wait(region, b, IPC_WRITABLE, pipe + 1, -1), IPC_BAD);

    uint32_t before = ipc_sequence(region, b);
    assert_int_equal(ipc_arm(region, b, IPC_READABLE, pipe), 0);
    assert_int_equal(ipc_arm(region, b, IPC_TAKEABLE, semaphore), 0);
    assert_int_equal(ipc_arm(region, b, IPC_WRITABLE, pipe), 1);
    assert_int_equal(ipc_sequence(region, b), before);
    assert_int_equal(ipc_park(region, b, before, 0.001), 0);
    assert_int_equal(ipc_semaphore_post(region, a, semaphore), IPC_OK);
    assert_true(ipc_sequence(region, b) != before);
    assert_int_equal(ipc_park(region, b, before, -1), 1);
    before = ipc_sequence(region, b);
    assert_int_equal(ipc_semaphore_post(region, a, semaphore), IPC_OK); /* told once */
    assert_int_equal(ipc_sequence(region, b), before);
    assert_int_equal(send(region, a, pipe, "x", 1), 1);
    assert_true(ipc_sequence(region, b) != before);

    /* A list: what is ready, and what is wrong, at once. */
    uint32_t offset = (uint32_t)ipc_scratch(region, b);
    ipc_watch *list = at(region, offset);
    list[0] = (ipc_watch){IPC_CHILD, 0, 0}; /* no child: ready, as waitpid would fail at once */
    list[1] = (ipc_watch){IPC_READABLE, pipe, 0};
    list[2] = (ipc_watch){IPC_TAKEABLE, pipe, 0};
    list[3] = (ipc_watch){IPC_SIGNAL, 0, 5};
    assert_int_equal(ipc_wait_list(region, b, offset, 4, -1), 3);
    assert_int_equal(list[0].ready, 1);
    assert_int_equal(list[1].ready, 1);
    assert_int_equal(list[2].ready, IPC_BAD);
    assert_int_equal(list[3].ready, 0);
    assert_int_equal(ipc_wait_list(region, b, offset + 36, 1, 0.001), 0);
    assert_int_equal(ipc_wait_list(region, b, offset, 0, 0.001), 0);
    assert_int_equal(ipc_wait_list(region, b, offset + 1, 1, 0), IPC_BAD);
    assert_int_equal(ipc_wait_list(region, b, offset, UINT32_MAX, 0), IPC_BAD);
    assert_int_equal(ipc_park(region, IPC_SUPERVISOR, 0, 1), IPC_BAD);
    close_region(region);
}

/* ------------------------------------------------------------------------------------------------ who sleeps is woken */

typedef struct sleeper {
    ipc_region *region;
    uint32_t token;
    uint32_t event;
    uint32_t id;
    double seconds;
    _Atomic int32_t result; /* 0: still waiting */
    _Atomic int started;
} sleeper;

static void *sleep_thread(void *context)
{
    sleeper *s = context;
    s->started = 1;
    s->result = s->event == IPC_TAKEABLE ? ipc_semaphore_wait(s->region, s->token, s->id, s->seconds)
                                         : ipc_wait(s->region, s->token, s->event, s->id, s->seconds);
    return NULL;
}

typedef enum cause { BY_MESSAGE, BY_END, BY_ROOM, BY_NO_READER, BY_POST, BY_CHILD, BY_CONNECTION, BY_SIGNAL, BY_DOOM, CAUSES } cause;

static void cause_it(ipc_region *region, cause what, uint32_t a, uint32_t b, uint32_t pipe, uint32_t semaphore, uint32_t child)
{
    static char bytes[1 << 20];
    switch (what) {
    case BY_MESSAGE: assert_int_equal(send(region, a, pipe, "x", 1), 1); break;
    case BY_END: assert_int_equal(ipc_close(region, a, pipe, IPC_WRITE_END), IPC_OK); break;
    case BY_ROOM: assert_true(receive(region, a, pipe, bytes, sizeof bytes) > 0); break;
    case BY_NO_READER: assert_int_equal(ipc_close(region, a, pipe, IPC_READ_END), IPC_OK); break;
    case BY_POST: assert_int_equal(ipc_semaphore_post(region, a, semaphore), IPC_OK); break;
    case BY_CHILD: bury(region, child, 0); break;
    case BY_CONNECTION: assert_true(ipc_connect(region, a, scratch_name(region, a, "l"), 1) > 0); break;
    case BY_SIGNAL: assert_int_equal(ipc_signal(region, a, pid_of(b), 10), IPC_OK); break;
    default: /* not by force: the thread runs on */
        while (ipc_end(region, pid_of(b), 9, 0) == IPC_BUSY) {
        }
    }
}

/* Repeated, so that the cause comes before, while and after the other falls asleep. */
static void who_sleeps_is_woken(void **unused)
{
    (void)unused;
    static char bytes[100000];
    for (uint32_t round = 0; round < 40 * CAUSES; round++) {
        cause what = (cause)(round % CAUSES);
        ipc_region *region = open_region(REGION_BYTES, round < 20 * CAUSES ? 200 : 0);
        uint32_t a = new_process(region);
        uint32_t b = new_process(region);
        uint32_t child = child_of(region, pid_of(b));
        uint32_t pipe = (uint32_t)ipc_pipe(region, a);
        bool writes = what == BY_ROOM || what == BY_NO_READER;
        share(region, a, b, pipe, writes ? IPC_WRITE_END : IPC_READ_END);
        if (writes) {
            assert_int_equal(send(region, a, pipe, bytes, sizeof bytes), sizeof bytes);
        }
        uint32_t semaphore = (uint32_t)ipc_semaphore(region, a, 0, 1, 0, 0);
        share(region, a, b, semaphore, 0);
        uint32_t listener = (uint32_t)ipc_listen(region, b, scratch_name(region, b, "l"), 1, 5);
        assert_int_equal(ipc_signal_action(region, b, 10, IPC_CATCH), IPC_OK);
        uint32_t event = what == BY_POST ? IPC_TAKEABLE : what == BY_CHILD ? IPC_CHILD : writes ? IPC_WRITABLE : IPC_READABLE;
        uint32_t id = what == BY_POST ? semaphore : what == BY_CHILD ? 0 : what == BY_CONNECTION ? listener : pipe;
        sleeper s = {.region = region, .token = b, .event = event, .id = id, .seconds = round / CAUSES % 2 ? -1 : 2 * HANG_SECONDS};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, sleep_thread, &s), 0);
        while (!s.started) {
        }
        for (volatile uint32_t spin = 0; spin < (round / CAUSES) * 500; spin++) {
        }
        cause_it(region, what, a, b, pipe, semaphore, child);
        double begin = pf_prim_now();
        while (s.result == 0 && pf_prim_now() - begin < HANG_SECONDS) {
            sched_yield();
        }
        assert_int_equal(s.result, what == BY_SIGNAL ? IPC_INTERRUPTED : what == BY_DOOM ? IPC_DEAD : 1);
        assert_int_equal(pthread_join(thread, NULL), 0);
        close_region(region);
    }
}

/* What the kernel does not know of: the page's own word, and ipc_wake. */
typedef struct looker {
    ipc_region *region;
    uint32_t token;
    _Atomic int started;
    _Atomic int stop;
    _Atomic int stopped;
} looker;

static void *look_thread(void *context)
{
    looker *l = context;
    l->started = 1;
    for (;;) {
        uint32_t sequence = ipc_sequence(l->region, l->token);
        if (l->stop) {
            l->stopped = 1;
            return NULL;
        }
        ipc_park(l->region, l->token, sequence, -1);
    }
}

static void the_page_wakes_who_sleeps(void **unused)
{
    (void)unused;
    for (uint32_t round = 0; round < 200; round++) {
        ipc_region *region = open_region(REGION_BYTES, round % 2 * 200);
        looker l = {.region = region, .token = new_process(region)};
        assert_int_equal(ipc_wake(region, pid_of(l.token) + 1), IPC_NONE);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, look_thread, &l), 0);
        while (!l.started) {
        }
        for (volatile uint32_t spin = 0; spin < round * 100; spin++) {
        }
        l.stop = 1;
        assert_int_equal(ipc_wake(region, pid_of(l.token)), IPC_OK);
        double begin = pf_prim_now();
        while (!l.stopped && pf_prim_now() - begin < HANG_SECONDS) {
            sched_yield();
        }
        assert_true(l.stopped);
        assert_int_equal(pthread_join(thread, NULL), 0);
        bury(region, l.token, 0);
        assert_int_equal(ipc_wake(region, pid_of(l.token)), IPC_NONE);
        close_region(region);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life),   cmocka_unit_test(children_of_the_dead), cmocka_unit_test(limits_and_slots),
        cmocka_unit_test(old_tokens_are_dead), cmocka_unit_test(signals),   cmocka_unit_test(armed_is_told),
        cmocka_unit_test(who_sleeps_is_woken), cmocka_unit_test(the_page_wakes_who_sleeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
