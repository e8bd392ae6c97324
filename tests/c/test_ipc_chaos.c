/* make test-c   (one program: build/tests/c/native/test_ipc_chaos)   CHAOS_SEEDS=N [CHAOS_FIRST=N]: other schedules
 *
 * Processes that do anything at random, and die at random steps of it, while the others go on. The supervisor ends the dead as it
 * learns of them. Afterwards: every message is whole, in order, and was received once; the semaphore has lost what the dead had
 * taken and nothing else; nothing else is left.
 */
#include "ipc/world.h"

#include <pthread.h>
#include <stdio.h>

#if defined(__SANITIZE_THREAD__)
#define SEEDS 150 /* ten times slower */
#else
#define SEEDS 500
#endif
#define PLAYERS 3
#define ROUNDS 60
#define MOST_MESSAGES 256
#define LIVES 8 /* players that died are followed by others */

/* What every live has done for certain; it is read when its thread is over. */
typedef struct life {
    struct chaos *chaos;
    uint32_t token;
    uint32_t number; /* of this life */
    uint64_t seed;
    long dies_after; /* steps; 0: does not */
    uint32_t tickets[3];
    bool died;
    bool ended; /* the supervisor's */
    uint32_t attempted;  /* messages: the number of the last that was begun */
    uint32_t committed;  /* and of the last that was surely sent */
    uint32_t held;       /* semaphore: surely taken and not yet surely given back */
    bool taking;         /* died while trying to take one, or to give one back */
    bool giving;
    bool receiving;      /* died while taking a message out of the pipe */
    int wrong;
} life;

typedef struct chaos {
    ipc_region *region;
    uint32_t pipe;
    uint32_t semaphore;
    pthread_mutex_t guard; /* of what follows: the test's own */
    pthread_cond_t ended;
    uint32_t over[LIVES]; /* lives whose threads have ended, in order */
    uint32_t overs;
    uint32_t got[LIVES + 1][MOST_MESSAGES]; /* how often each message was received */
    uint32_t last[LIVES + 1];
    int wrong;
} chaos;

/* Its length follows from its numbers, and so does every byte. */
typedef struct numbered {
    uint32_t writer;
    uint32_t number;
    uint8_t bytes[900];
} numbered;

static uint32_t length_of(const numbered *message)
{
    return 8 + (message->writer * 37 + message->number * 101) % 900;
}

static void fill(numbered *message)
{
    for (uint32_t i = 0; i < sizeof message->bytes; i++) {
        message->bytes[i] = (uint8_t)(message->writer * 3 + message->number + i);
    }
}

/* Under the guard from before the release until it is written down, so that the order is that of the pipe. */
static void note_received(chaos *c, const numbered *message, int32_t length)
{
    numbered expected = {message->writer, message->number, {0}};
    fill(&expected);
    if (message->writer > LIVES || message->number >= MOST_MESSAGES || length != (int32_t)length_of(message) ||
        memcmp(&expected, message, (size_t)length) != 0 || message->number <= c->last[message->writer]) {
        c->wrong++;
        return;
    }
    c->last[message->writer] = message->number;
    c->got[message->writer][message->number]++;
}

/* ------------------------------------------------------------------------------------------------ what a life does */

static void do_send(life *self)
{
    chaos *c = self->chaos;
    numbered message = {.writer = self->number, .number = self->attempted + 1};
    if (message.number >= MOST_MESSAGES) {
        return;
    }
    fill(&message);
    self->attempted = message.number;
    int32_t sent = send(c->region, self->token, c->pipe, &message, length_of(&message));
    if (sent < 0) {
        self->wrong += sent != IPC_AGAIN;
        self->attempted--;
    } else {
        self->committed = message.number;
    }
}

static void do_receive(life *self)
{
    chaos *c = self->chaos;
    numbered message;
    int64_t claim = ipc_claim_message(c->region, self->token, c->pipe);
    if (claim < 0) {
        self->wrong += claim != IPC_AGAIN;
        return;
    }
    memcpy(&message, at(c->region, first_of(claim)), second_of(claim));
    self->receiving = true;
    int32_t released = ipc_release(c->region, self->token, c->pipe, 1);
    self->receiving = false;
    self->wrong += released != IPC_OK;
    pthread_mutex_lock(&c->guard);
    c->wrong += message.writer > LIVES || message.number >= MOST_MESSAGES;
    if (c->wrong == 0) {
        numbered expected = {message.writer, message.number, {0}};
        fill(&expected);
        c->wrong += second_of(claim) != length_of(&message) || memcmp(&expected, &message, second_of(claim)) != 0;
        c->got[message.writer][message.number]++;
    }
    pthread_mutex_unlock(&c->guard);
}

static void do_lock(life *self)
{
    chaos *c = self->chaos;
    self->taking = true;
    int32_t taken = next_random(&self->seed) % 2 ? ipc_semaphore_try(c->region, self->token, c->semaphore)
                                                 : ipc_semaphore_wait(c->region, self->token, c->semaphore, 0.0002);
    self->held += taken == 1;
    self->taking = false;
    self->wrong += taken < 0;
    if (taken == 1 && next_random(&self->seed) % 8 != 0) {
        self->giving = true;
        int32_t given = ipc_semaphore_post(c->region, self->token, c->semaphore);
        self->held -= given == IPC_OK;
        self->giving = false;
        self->wrong += given != IPC_OK;
    }
}

static void do_objects(life *self)
{
    ipc_region *region = self->chaos->region;
    uint32_t token = self->token;
    int32_t pipe = ipc_pipe(region, token);
    int32_t segment = ipc_segment(region, token, 0, 0);
    self->wrong += ipc_segment_resize(region, token, (uint32_t)segment, 1 + (uint32_t)(next_random(&self->seed) % 5000)) != IPC_OK;
    self->wrong += send(region, token, (uint32_t)pipe, "abc", 3) != 3;
    int32_t ticket = ipc_ticket(region, token, (uint32_t)segment, 0);
    if (next_random(&self->seed) % 2) {
        self->wrong += ipc_ticket_drop(region, token, (uint32_t)ticket) != IPC_OK;
        self->wrong += ipc_close(region, token, (uint32_t)segment, 0) != IPC_OK;
    }
    self->wrong += ipc_close(region, token, (uint32_t)pipe, IPC_READ_END) != IPC_OK;
    self->wrong += ipc_close(region, token, (uint32_t)pipe, IPC_WRITE_END) != IPC_OK;
}

static void do_wait(life *self)
{
    chaos *c = self->chaos;
    self->wrong += ipc_wait(c->region, self->token, IPC_READABLE, c->pipe, 0.0002) < 0;
}

static void live(void *context)
{
    static void (*const deeds[])(life *self) = {do_send, do_send, do_receive, do_lock, do_lock, do_objects, do_wait};
    life *self = context;
    for (int i = 0; i < 3; i++) {
        self->wrong += ipc_ticket_take(self->chaos->region, self->token, self->tickets[i]) < 0;
    }
    for (int round = 0; round < ROUNDS; round++) {
        deeds[next_random(&self->seed) % (sizeof deeds / sizeof deeds[0])](self);
    }
}

static void *live_and_maybe_die(void *context)
{
    life *self = context;
    chaos *c = self->chaos;
    self->died = dies_at(self->dies_after, live, self);
    pthread_mutex_lock(&c->guard);
    c->over[c->overs++] = self->number - 1;
    pthread_cond_signal(&c->ended);
    pthread_mutex_unlock(&c->guard);
    return NULL;
}

/* ------------------------------------------------------------------------------------------------ one schedule */

/* Tickets for a life yet to come: the maker must not wait for a lock, since its thread is the supervisor's. */
static void prepare_life(chaos *c, life *self, uint32_t maker, uint32_t index)
{
    *self = (life){.chaos = c, .number = index + 1};
    int32_t tickets[] = {ipc_ticket(c->region, maker, c->pipe, IPC_READ_END), ipc_ticket(c->region, maker, c->pipe, IPC_WRITE_END),
                         ipc_ticket(c->region, maker, c->semaphore, 0)};
    for (int i = 0; i < 3; i++) {
        assert_true(tickets[i] > 0);
        self->tickets[i] = (uint32_t)tickets[i];
    }
}

/* False: the lock is taken, maybe by a dead one. */
static bool start_life(chaos *c, life *self, pthread_t *thread, uint64_t *seed)
{
    int32_t token = ipc_start(c->region, 1);
    if (token == IPC_BUSY) {
        return false;
    }
    assert_true(token > 0);
    self->token = (uint32_t)token;
    self->seed = next_random(seed);
    if (next_random(seed) % 4 != 0) {
        self->dies_after = 1 + (long)(next_random(seed) % 3000);
    }
    assert_int_equal(pthread_create(thread, NULL, live_and_maybe_die, self), 0);
    return true;
}

/* How many lives' threads are over; waits until it is more than `seen` if nothing else is to be done. */
static uint32_t lives_over(chaos *c, uint32_t seen, bool wait)
{
    pthread_mutex_lock(&c->guard);
    while (wait && c->overs == seen) {
        pthread_cond_wait(&c->ended, &c->guard);
    }
    uint32_t overs = c->overs;
    pthread_mutex_unlock(&c->guard);
    return overs;
}

/* As the page does: every one that is over is to be ended; who cannot be now is next time, when others have been. */
static bool end_those_over(chaos *c, life *lives, uint32_t overs)
{
    bool all = true;
    for (uint32_t i = 0; i < overs; i++) {
        life *self = &lives[c->over[i]];
        if (!self->ended) {
            self->ended = ipc_end(c->region, pid_of(self->token), 9, self->died) == IPC_OK;
        }
        all = all && self->ended;
    }
    return all;
}

static void check_messages(chaos *c, const life *lives, uint32_t count)
{
    uint32_t missing = 0;
    uint32_t lost_at_most = 0;
    for (uint32_t i = 0; i < count; i++) {
        const life *l = &lives[i];
        lost_at_most += l->receiving;
        for (uint32_t number = 1; number < MOST_MESSAGES; number++) {
            uint32_t got = c->got[l->number][number];
            assert_true(got <= 1);
            assert_true(number <= l->attempted || got == 0);
            missing += number <= l->committed && got == 0;
        }
    }
    assert_true(missing <= lost_at_most);
}

static uint32_t run_schedule(uint64_t seed)
{
    static chaos c;
    static life lives[LIVES];
    static pthread_t threads[LIVES];
    memset(&c, 0, sizeof c);
    memset(lives, 0, sizeof lives);
    pthread_mutex_init(&c.guard, NULL);
    pthread_cond_init(&c.ended, NULL);
    c.region = open_region(REGION_BYTES, seed % 3 == 0 ? 0 : 100);
    uint32_t maker = new_process(c.region);
    c.pipe = (uint32_t)ipc_pipe(c.region, maker);
    c.semaphore = (uint32_t)ipc_semaphore(c.region, maker, 20, 40, 0, 0);
    for (uint32_t index = 0; index < LIVES; index++) {
        prepare_life(&c, &lives[index], maker, index);
    }
    uint32_t started = 0;
    uint32_t wanted = PLAYERS;
    uint32_t seen = 0;
    uint32_t deaths = 0;
    bool all_ended = true;
    while (seen < wanted || !all_ended) {
        while (started < wanted && start_life(&c, &lives[started], &threads[started], &seed)) {
            started++;
        }
        uint32_t overs = lives_over(&c, seen, all_ended && seen < started && started == wanted);
        for (; seen < overs; seen++) {
            const life *self = &lives[c.over[seen]];
            assert_int_equal(pthread_join(threads[self->number - 1], NULL), 0);
            assert_int_equal(self->wrong, 0);
            deaths += self->died;
            wanted += self->died && wanted < LIVES;
        }
        all_ended = end_those_over(&c, lives, seen);
    }
    assert_sound(c.region);

    numbered message;
    int32_t length = receive(c.region, maker, c.pipe, &message, sizeof message);
    while (length >= 0) {
        note_received(&c, &message, length);
        length = receive(c.region, maker, c.pipe, &message, sizeof message);
    }
    assert_int_equal(length, IPC_AGAIN);
    assert_int_equal(c.wrong, 0);
    check_messages(&c, lives, started);

    int32_t value = ipc_semaphore_value(c.region, maker, c.semaphore);
    int32_t least = 20;
    int32_t most = 20;
    for (uint32_t i = 0; i < started; i++) {
        least -= (int32_t)lives[i].held + lives[i].taking;
        most -= (int32_t)lives[i].held - lives[i].giving;
    }
    assert_in_range(value, least < 0 ? 0 : least, most);
    bury(c.region, maker, 0);
    assert_int_equal(count(c.region, IPC_COUNT_OBJECTS), 0);
    assert_int_equal(count(c.region, IPC_COUNT_BLOCKS), 0);
    assert_int_equal(count(c.region, IPC_COUNT_TICKETS), 0);
    close_region(c.region);
    pthread_cond_destroy(&c.ended);
    pthread_mutex_destroy(&c.guard);
    return deaths;
}

static long from_environment(const char *name, long otherwise)
{
    const char *value = getenv(name);
    return value ? strtol(value, NULL, 10) : otherwise;
}

static void random_schedules(void **unused)
{
    (void)unused;
    long seeds = from_environment("CHAOS_SEEDS", SEEDS);
    long first = from_environment("CHAOS_FIRST", 1);
    uint32_t deaths = 0;
    for (long seed = first; seed < first + seeds; seed++) {
        deaths += run_schedule((uint64_t)seed);
    }
    print_message("%u deaths in %ld schedules\n", deaths, seeds);
    assert_true(deaths > seeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_schedules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
