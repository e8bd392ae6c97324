/* make test-c   (one program: build/tests/c/native/test_ipc_kill)
 *
 * Every operation of src/ipc dies at every one of its steps, one after another. Then the supervisor declares the process dead, the
 * region must agree with itself, the operation must have happened or not, and somebody else must be able to go on.
 */
#include "ipc/world.h"

#include "ipc/layout.h" /* to see whether somebody sleeps */

#include "runtime/prim.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

/* What there is before the operation. The survivor and the victim hold everything. */
typedef struct scene {
    ipc_region *region;
    uint32_t survivor;
    uint32_t victim;
    uint32_t child;     /* of the victim: a zombie */
    uint32_t pipe;      /* with the messages 0, 1, 2, of which 1 carries `carried` */
    uint32_t semaphore; /* 1 of 3 */
    uint32_t named;     /* a segment "segment", not yet sized */
    uint32_t listener;  /* "listener", with one connection */
    uint32_t ticket;    /* of the survivor, for its pipe's read end */
    uint32_t own;       /* a pipe that only the victim holds, with 40 messages */
    int64_t reserved;   /* the victim's, in `pipe` */
    uint32_t own_ticket;
    uint32_t memory; /* the victim's */
    int64_t result;  /* of the operation */
} scene;

static void write_number(scene *s, uint32_t token, uint32_t pipe, uint32_t number)
{
    assert_int_equal(send(s->region, token, pipe, &number, sizeof number), sizeof number);
}

static scene set_up(void)
{
    scene s = {.region = open_region(REGION_BYTES, 0)};
    s.survivor = new_process(s.region);
    s.victim = child_of(s.region, pid_of(s.survivor));
    s.child = child_of(s.region, pid_of(s.victim));
    bury(s.region, s.child, 7);
    s.pipe = (uint32_t)ipc_pipe(s.region, s.survivor);
    share(s.region, s.survivor, s.victim, s.pipe, IPC_READ_END);
    share(s.region, s.survivor, s.victim, s.pipe, IPC_WRITE_END);
    write_number(&s, s.survivor, s.pipe, 0);
    uint32_t one = 1;
    int64_t room = ipc_reserve_message(s.region, s.survivor, s.pipe, sizeof one);
    memcpy(at(s.region, first_of(room)), &one, sizeof one);
    uint32_t carried = (uint32_t)ipc_ticket(s.region, s.survivor, s.pipe, IPC_WRITE_END);
    assert_int_equal(ipc_ticket_attach(s.region, s.survivor, carried, first_of(room)), IPC_OK);
    assert_int_equal(ipc_commit(s.region, s.survivor, s.pipe, first_of(room), sizeof one), sizeof one);
    write_number(&s, s.survivor, s.pipe, 2);
    s.semaphore = (uint32_t)ipc_semaphore(s.region, s.survivor, 1, 3, 0, 0);
    share(s.region, s.survivor, s.victim, s.semaphore, 0);
    s.named = (uint32_t)ipc_segment(s.region, s.survivor, scratch_name(s.region, s.survivor, "segment"), 7);
    share(s.region, s.survivor, s.victim, s.named, 0);
    s.listener = (uint32_t)ipc_listen(s.region, s.survivor, scratch_name(s.region, s.survivor, "listener"), 8, 3);
    share(s.region, s.survivor, s.victim, s.listener, 0);
    assert_true(ipc_connect(s.region, s.survivor, scratch_name(s.region, s.survivor, "listener"), 8) > 0);
    s.ticket = (uint32_t)ipc_ticket(s.region, s.survivor, s.pipe, IPC_READ_END);
    s.own = (uint32_t)ipc_pipe(s.region, s.victim);
    for (uint32_t i = 0; i < 40; i++) {
        write_number(&s, s.victim, s.own, i);
    }
    assert_int_equal(ipc_close(s.region, s.victim, s.own, IPC_WRITE_END), IPC_OK);
    s.reserved = ipc_reserve_message(s.region, s.victim, s.pipe, sizeof one);
    s.own_ticket = (uint32_t)ipc_ticket(s.region, s.victim, s.pipe, IPC_WRITE_END);
    s.memory = (uint32_t)ipc_take(s.region, s.victim, 100);
    assert_true(s.reserved > 0 && s.own_ticket > 0 && s.memory > 0);
    assert_sound(s.region);
    return s;
}

/* ------------------------------------------------------------------------------------------------ operations */

#define OPERATION(name, call)            \
    static void name(void *context)      \
    {                                    \
        scene *s = context;              \
        ipc_region *region = s->region;  \
        uint32_t token = s->victim;      \
        s->result = call;                \
        (void)region, (void)token;       \
    }

static int32_t with_name(scene *s, const char *name, int32_t (*make)(scene *s, uint32_t offset, uint32_t length))
{
    return make(s, scratch_name(s->region, s->victim, name), (uint32_t)strlen(name));
}
static int32_t make_semaphore(scene *s, uint32_t name, uint32_t length)
{
    return ipc_semaphore(s->region, s->victim, 1, 1, name, length);
}
static int32_t make_segment(scene *s, uint32_t name, uint32_t length)
{
    return ipc_segment(s->region, s->victim, name, length);
}
static int32_t make_listener(scene *s, uint32_t name, uint32_t length)
{
    return ipc_listen(s->region, s->victim, name, length, 2);
}
static int32_t open_segment(scene *s, uint32_t name, uint32_t length)
{
    return ipc_open(s->region, s->victim, IPC_SEGMENT, name, length);
}
static int32_t unlink_segment(scene *s, uint32_t name, uint32_t length)
{
    return ipc_unlink(s->region, s->victim, IPC_SEGMENT, name, length);
}
static int32_t connect_listener(scene *s, uint32_t name, uint32_t length)
{
    return (int32_t)(ipc_connect(s->region, s->victim, name, length) >> 32);
}
static int32_t send_three(scene *s)
{
    uint32_t number = 3;
    return send(s->region, s->victim, s->pipe, &number, sizeof number);
}
static int32_t commit_three(scene *s)
{
    uint32_t number = 3;
    memcpy(at(s->region, first_of(s->reserved)), &number, sizeof number);
    return ipc_commit(s->region, s->victim, s->pipe, first_of(s->reserved), sizeof number);
}
static int32_t commit_with_ticket(scene *s)
{
    int32_t status = ipc_ticket_attach(s->region, s->victim, s->own_ticket, first_of(s->reserved));
    return status == IPC_OK ? commit_three(s) : status;
}
static int32_t receive_number(scene *s)
{
    uint32_t number = 0;
    return receive(s->region, s->victim, s->pipe, &number, sizeof number);
}
static int32_t read_bytes(scene *s)
{
    int64_t bytes = ipc_claim(s->region, s->victim, s->pipe, 8);
    return bytes > 0 ? ipc_release(s->region, s->victim, s->pipe, 0) : (int32_t)bytes;
}
static int32_t lock_and_unlock(scene *s)
{
    return ipc_semaphore_try(s->region, s->victim, s->semaphore) + ipc_semaphore_post(s->region, s->victim, s->semaphore);
}
static int32_t resize_and_fill(scene *s)
{
    int32_t status = ipc_segment_resize(s->region, s->victim, s->named, 5000);
    memset(at(s->region, (uint32_t)ipc_scratch(s->region, s->victim)), 0, IPC_SCRATCH); /* no byte differs: all of it stays zero */
    status = status == IPC_OK ? ipc_segment_merge(s->region, s->victim, s->named, 100, IPC_SCRATCH / 2) : status;
    status = status == IPC_OK ? ipc_segment_publish(s->region, s->victim, s->named, 100, IPC_SCRATCH / 2) : status;
    return status >= 0 ? (int32_t)ipc_segment_next(s->region, s->victim, s->named, 0) : status;
}
static int32_t close_everything(scene *s)
{
    uint32_t ids[] = {s->semaphore, s->named, s->listener, s->own, s->pipe};
    int32_t status = ipc_close(s->region, s->victim, s->pipe, IPC_WRITE_END);
    for (size_t i = 0; i < 5 && status == IPC_OK; i++) {
        status = ipc_close(s->region, s->victim, ids[i], 0);
    }
    return status;
}
static int32_t make_and_close(scene *s)
{
    int32_t pipe = ipc_pipe(s->region, s->victim);
    int32_t status = ipc_close(s->region, s->victim, (uint32_t)pipe, IPC_READ_END);
    return status == IPC_OK ? ipc_close(s->region, s->victim, (uint32_t)pipe, IPC_WRITE_END) : status;
}

OPERATION(op_send, send_three(s))
OPERATION(op_commit, commit_three(s))
OPERATION(op_commit_ticket, commit_with_ticket(s))
OPERATION(op_drop, ipc_commit(region, token, s->pipe, first_of(s->reserved), IPC_DROP))
OPERATION(op_reserve, ipc_reserve(region, token, s->pipe, 70000, 0))
OPERATION(op_receive, receive_number(s))
OPERATION(op_read, read_bytes(s))
OPERATION(op_pipe, make_and_close(s))
OPERATION(op_semaphore, with_name(s, "a", make_semaphore))
OPERATION(op_lock, lock_and_unlock(s))
OPERATION(op_segment, with_name(s, "a", make_segment))
OPERATION(op_exists, with_name(s, "segment", make_segment))
OPERATION(op_resize, resize_and_fill(s))
OPERATION(op_open, with_name(s, "segment", open_segment))
OPERATION(op_unlink, with_name(s, "segment", unlink_segment))
OPERATION(op_listen, with_name(s, "a", make_listener))
OPERATION(op_connect, with_name(s, "listener", connect_listener))
OPERATION(op_accept, ipc_accept(region, token, s->listener))
OPERATION(op_close, close_everything(s))
OPERATION(op_ticket, ipc_ticket(region, token, s->pipe, IPC_READ_END))
OPERATION(op_ticket_take, ipc_ticket_take(region, token, s->ticket))
OPERATION(op_ticket_drop, ipc_ticket_drop(region, token, s->own_ticket))
OPERATION(op_take, ipc_take(region, token, 3000))
OPERATION(op_give, ipc_give(region, token, s->memory))
OPERATION(op_hold, ipc_hold(region, token) + ipc_unhold(region, token))
OPERATION(op_waitpid, ipc_waitpid(region, token, 0))
OPERATION(op_signal, ipc_signal(region, token, pid_of(s->survivor), 15))
OPERATION(op_action, ipc_signal_action(region, token, 2, IPC_CATCH) + ipc_signal(region, token, pid_of(token), 2) +
                         ipc_signal_take(region, token))
OPERATION(op_arm, ipc_arm(region, token, IPC_READABLE, s->pipe) + ipc_arm(region, token, IPC_CHILD, 0))
OPERATION(op_wait, ipc_wait(region, token, IPC_TAKEABLE, s->semaphore, 0.001) +
                       ipc_semaphore_wait(region, token, s->semaphore, 0.001))
OPERATION(op_sleep, ipc_sleep(region, token, 0.0001))
OPERATION(op_exit, ipc_exit(region, token, 3 << 8))

typedef struct named_operation {
    const char *name;
    void (*run)(void *context);
} named_operation;

#define NAMED(name) {#name, name}
static const named_operation operations[] = {
    NAMED(op_send),     NAMED(op_commit),      NAMED(op_commit_ticket), NAMED(op_drop),   NAMED(op_reserve), NAMED(op_receive),
    NAMED(op_read),     NAMED(op_pipe),        NAMED(op_semaphore),     NAMED(op_lock),   NAMED(op_segment), NAMED(op_exists),
    NAMED(op_resize),   NAMED(op_open),        NAMED(op_unlink),        NAMED(op_listen), NAMED(op_connect), NAMED(op_accept),
    NAMED(op_close),    NAMED(op_ticket),      NAMED(op_ticket_take),   NAMED(op_take),   NAMED(op_give),    NAMED(op_hold),
    NAMED(op_waitpid),  NAMED(op_signal),      NAMED(op_action),        NAMED(op_arm),    NAMED(op_wait),    NAMED(op_sleep),
    NAMED(op_exit),     NAMED(op_ticket_drop),
};
#define OPERATIONS (sizeof operations / sizeof operations[0])

/* ------------------------------------------------------------------------------------------------ what must be true afterwards */

/* 0, 1, 2, 3 in this order, each whole; 0 and 3 may be missing. */
static void check_messages(scene *s)
{
    uint32_t next = 0;
    uint32_t number = 0;
    int32_t length = receive(s->region, s->survivor, s->pipe, &number, sizeof number);
    assert_int_equal(length, sizeof number);
    assert_true(number <= 1);
    while (length >= 0) {
        assert_int_equal(length, sizeof number);
        assert_true(next == 0 || number == next);
        next = number + 1;
        length = receive(s->region, s->survivor, s->pipe, &number, sizeof number);
    }
    assert_true(next == 3 || next == 4);
    assert_int_equal(length, IPC_AGAIN); /* the survivor itself could still write */
}

static void check_others_go_on(scene *s)
{
    ipc_region *region = s->region;
    int32_t value = ipc_semaphore_value(region, s->survivor, s->semaphore);
    assert_true(value >= 0 && value <= 1);
    assert_int_equal(ipc_semaphore_post(region, s->survivor, s->semaphore), IPC_OK);
    assert_int_equal(ipc_semaphore_wait(region, s->survivor, s->semaphore, -1), 1);
    int32_t resized = ipc_segment_resize(region, s->survivor, s->named, 5000);
    assert_int_equal(resized, IPC_OK);
    int64_t where = ipc_segment_at(region, s->survivor, s->named);
    assert_int_equal(second_of(where), 5000);
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(((uint8_t *)at(region, first_of(where)))[i], 0);
    }
    write_number(s, s->survivor, s->pipe, 0);
    write_number(s, s->survivor, s->pipe, 1);
    write_number(s, s->survivor, s->pipe, 2);
    check_messages(s);
    assert_true(ipc_connect(region, s->survivor, scratch_name(region, s->survivor, "listener"), 8) > 0);
    assert_true(ipc_accept(region, s->survivor, s->listener) > 0);
}

static void every_operation_dies_at_every_step(void **unused)
{
    (void)unused;
    long deaths = 0;
    for (size_t i = 0; i < OPERATIONS; i++) {
        bool died = true;
        for (long step = 1; died; step++) {
            scene s = set_up();
            died = dies_at(step, operations[i].run, &s);
            deaths += died;
            if (!died) {
                assert_sound(s.region); /* before anybody tidies up */
            }
            bury(s.region, s.victim, 9);
            assert_sound(s.region);
            assert_int_equal(ipc_info(s.region, s.victim % IPC_SLOTS, IPC_INFO_STATE), IPC_ZOMBIE);
            check_messages(&s);
            check_others_go_on(&s);
            assert_int_equal(ipc_waitpid(s.region, s.survivor, 0), (int64_t)pid_of(s.victim) << 32 | 9);
            assert_sound(s.region);
            close_region(s.region);
        }
    }
    print_message("%ld deaths in %zu operations\n", deaths, OPERATIONS);
    assert_true(deaths > 500);
}

/* The same without anybody's tidying up: two die in the kernel, one of them holding the lock that the other one wanted. */
static void everything_ends_after_deaths_inside(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < OPERATIONS; i++) {
        for (long step = 1;; step += 3) {
            scene s = set_up();
            bool died = dies_at(step, operations[i].run, &s);
            close_region(s.region);
            if (!died) {
                break;
            }
        }
    }
}

/* A process that is inside is not ended without force; one that is outside is, and cannot enter again. */
static void the_gate(void **unused)
{
    (void)unused;
    scene s = set_up();
    assert_int_equal(ipc_end(s.region, pid_of(s.victim), 9, 0), IPC_BUSY); /* its reservation: it may still be copying */
    assert_int_equal(ipc_pipe(s.region, s.victim), IPC_DEAD);               /* it does not: it came back, and does not write again */
    assert_int_equal(ipc_end(s.region, pid_of(s.victim), 9, 0), IPC_OK);
    assert_int_equal(ipc_pipe(s.region, s.victim), IPC_DEAD);
    assert_int_equal(ipc_end(s.region, pid_of(s.victim), 9, 0), IPC_NONE);
    close_region(s.region);

    s = set_up();
    assert_int_equal(ipc_commit(s.region, s.victim, s.pipe, first_of(s.reserved), IPC_DROP), 0);
    assert_true(dies_at(1, op_pipe, &s));
    assert_int_equal(ipc_end(s.region, pid_of(s.victim), 9, 0), IPC_BUSY);
    assert_int_equal(ipc_end(s.region, pid_of(s.victim), 9, 1), IPC_OK);
    close_region(s.region);
}

/* ------------------------------------------------------------------------------------------------ nobody sleeps through a death */

typedef struct sleeper {
    ipc_region *region;
    uint32_t token;
    uint32_t event;
    uint32_t id;
    _Atomic int32_t result; /* 0: still waiting */
} sleeper;

static void *sleep_until_ready(void *context)
{
    sleeper *self = context;
    self->result = ipc_wait(self->region, self->token, self->event, self->id, -1);
    return NULL;
}

static void close_own(void *context)
{
    scene *s = context;
    s->result = ipc_close(s->region, s->victim, s->own, IPC_WRITE_END);
}

static void post_once(void *context)
{
    scene *s = context;
    s->result = ipc_semaphore_post(s->region, s->victim, s->semaphore);
}

static void send_once(void *context)
{
    scene *s = context;
    s->result = send(s->region, s->victim, s->own, "x", 1);
}

/* What wakes somebody, and what that somebody waits for. */
static const struct waking {
    void (*run)(void *context);
    uint32_t event;
} wakings[] = {{post_once, IPC_TAKEABLE}, {send_once, IPC_READABLE}, {close_own, IPC_READABLE}};

/* The operation makes something ready that another one waits for, and dies on the way. If it is ready then, the other one must be
 * told, by whomever; if not, a third one makes it ready. */
static void nobody_sleeps_through_a_death(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof wakings / sizeof wakings[0]; i++) {
        bool died = true;
        for (long round = 2; died; round++) {
            long step = round / 2;
            scene s = {.region = open_region(REGION_BYTES, 0)};
            s.victim = new_process(s.region);
            s.survivor = new_process(s.region);
            s.own = (uint32_t)ipc_pipe(s.region, s.survivor);
            s.semaphore = (uint32_t)ipc_semaphore(s.region, s.survivor, 0, 1, 0, 0);
            share(s.region, s.survivor, s.victim, s.own, IPC_WRITE_END);
            share(s.region, s.survivor, s.victim, s.semaphore, 0);
            uint32_t third = new_process(s.region);
            share(s.region, s.survivor, third, s.semaphore, 0);
            if (wakings[i].run == send_once) {
                share(s.region, s.survivor, third, s.own, IPC_WRITE_END);
            }
            assert_int_equal(ipc_close(s.region, s.survivor, s.own, IPC_WRITE_END), IPC_OK);
            sleeper other = {.region = s.region, .token = s.survivor, .event = wakings[i].event};
            other.id = other.event == IPC_TAKEABLE ? s.semaphore : s.own;
            pthread_t thread;
            assert_int_equal(pthread_create(&thread, NULL, sleep_until_ready, &other), 0);
            /* Every other time it is asleep for certain; else it is about to be, or not even that. */
            while (round % 2 && atomic_load(&s.region->processes[s.survivor % IPC_SLOTS].sleeping) == 0) {
                sched_yield();
            }
            died = dies_at(step, wakings[i].run, &s);
            bury(s.region, s.victim, 9);
            if (wakings[i].run == post_once && ipc_semaphore_value(s.region, third, s.semaphore) == 0) {
                assert_int_equal(ipc_semaphore_post(s.region, third, s.semaphore), IPC_OK);
            } else if (wakings[i].run == send_once && ipc_pipe_bytes(s.region, third, s.own) == 0) {
                assert_int_equal(send(s.region, third, s.own, "y", 1), 1);
            }
            double begin = pf_prim_now();
            while (other.result == 0 && pf_prim_now() - begin < HANG_SECONDS) {
                sched_yield();
            }
            assert_int_equal(other.result, 1); /* without a time limit of its own, which would look once more at its end */
            assert_int_equal(pthread_join(thread, NULL), 0);
            close_region(s.region);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_dies_at_every_step),
        cmocka_unit_test(everything_ends_after_deaths_inside),
        cmocka_unit_test(the_gate),
        cmocka_unit_test(nobody_sleeps_through_a_death),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
