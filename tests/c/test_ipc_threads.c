/* make test-c   (one program: build/tests/c/native/test_ipc_threads)
 *
 * Many processes at once: pipes with order and sums, semaphores as locks, segments, listeners; 1 GB through one pipe.
 */
#include "ipc/world.h"

#include <pthread.h>

#define PROCESSES 3

typedef struct player {
    ipc_region *region;
    uint32_t token;
    uint32_t number;
    uint32_t pipe;
    uint32_t other;
    uint32_t semaphore;
    uint32_t repeats;
    uint64_t *unguarded; /* plain words: the semaphore is what keeps others out */
    uint64_t sum;
    int wrong;
    void *(*run)(void *self);
} player;

static void play(player *players, uint32_t count)
{
    pthread_t threads[16];
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, players[i].run, &players[i]), 0);
    }
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(players[i].wrong, 0);
    }
}

/* A message, waiting for room. */
static int32_t send_waiting(player *self, uint32_t pipe, const void *bytes, uint32_t length)
{
    for (;;) {
        int32_t sent = send(self->region, self->token, pipe, bytes, length);
        if (sent != IPC_AGAIN) {
            return sent;
        }
        if (ipc_wait(self->region, self->token, IPC_WRITABLE, pipe, HANG_SECONDS) != 1) {
            return IPC_AGAIN;
        }
    }
}

static int32_t receive_waiting(player *self, uint32_t pipe, void *bytes, uint32_t room)
{
    for (;;) {
        int32_t got = receive(self->region, self->token, pipe, bytes, room);
        if (got != IPC_AGAIN) {
            return got;
        }
        if (ipc_wait(self->region, self->token, IPC_READABLE, pipe, HANG_SECONDS) != 1) {
            return IPC_AGAIN;
        }
    }
}

/* ------------------------------------------------------------------------------------------------ one pipe, many at its ends */

typedef struct numbered {
    uint32_t writer;
    uint32_t number;
    uint32_t padding[60];
} numbered;

static void *write_many(void *context)
{
    player *self = context;
    numbered message = {.writer = self->number};
    for (message.number = 1; message.number <= self->repeats; message.number++) {
        uint32_t length = 8 + 4 * (message.number % 60);
        self->wrong += send_waiting(self, self->pipe, &message, length) != (int32_t)length;
        self->sum += message.number;
    }
    ipc_close(self->region, self->token, self->pipe, IPC_WRITE_END);
    return NULL;
}

static void *read_many(void *context)
{
    player *self = context;
    uint32_t last[PROCESSES] = {0};
    numbered message;
    int32_t length = receive_waiting(self, self->pipe, &message, sizeof message);
    while (length > 0) {
        /* One reader sees each writer's messages in order, whoever takes those in between. */
        self->wrong += length != (int32_t)(8 + 4 * (message.number % 60)) || message.number <= last[message.writer];
        last[message.writer] = message.number;
        self->sum += message.number;
        length = receive_waiting(self, self->pipe, &message, sizeof message);
    }
    self->wrong += length != IPC_CLOSED;
    return NULL;
}

static void writers_and_readers(uint32_t writers, uint32_t readers, uint32_t spin)
{
    ipc_region *region = open_region(REGION_BYTES, spin);
    player players[2 * PROCESSES] = {0};
    uint32_t maker = new_process(region);
    uint32_t pipe = (uint32_t)ipc_pipe(region, maker);
    for (uint32_t i = 0; i < writers + readers; i++) {
        bool writes = i < writers;
        players[i] = (player){.region = region, .token = new_process(region), .number = i, .pipe = pipe, .repeats = 6000};
        players[i].run = writes ? write_many : read_many;
        share(region, maker, players[i].token, pipe, writes ? IPC_WRITE_END : IPC_READ_END);
    }
    bury(region, maker, 0);
    play(players, writers + readers);
    uint64_t sent = 0;
    uint64_t got = 0;
    for (uint32_t i = 0; i < writers + readers; i++) {
        *(i < writers ? &sent : &got) += players[i].sum;
    }
    assert_true(sent == got && sent == writers * (6000ull * 6001 / 2));
    close_region(region);
}

static void one_writer_one_reader(void **unused)
{
    (void)unused;
    writers_and_readers(1, 1, 0);
    writers_and_readers(1, 1, 1000);
}

static void many_writers_many_readers(void **unused)
{
    (void)unused;
    writers_and_readers(3, 1, 0);
    writers_and_readers(1, 3, 0);
    writers_and_readers(2, 2, 100);
    writers_and_readers(3, 3, 0);
}

/* ------------------------------------------------------------------------------------------------ round trips */

static void *ping(void *context)
{
    player *self = context;
    for (uint64_t i = 1; i <= self->repeats; i++) {
        uint64_t back = 0;
        self->wrong += send_waiting(self, self->pipe, &i, sizeof i) != sizeof i;
        self->wrong += receive_waiting(self, self->other, &back, sizeof back) != sizeof back || back != i;
    }
    return NULL;
}

static void *pong(void *context)
{
    player *self = context;
    for (uint64_t i = 1; i <= self->repeats; i++) {
        uint64_t there = 0;
        self->wrong += receive_waiting(self, self->pipe, &there, sizeof there) != sizeof there || there != i;
        self->wrong += send_waiting(self, self->other, &there, sizeof there) != sizeof there;
    }
    return NULL;
}

static void round_trips(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    player players[2] = {{.region = region, .repeats = 5000, .run = ping}, {.region = region, .repeats = 5000, .run = pong}};
    players[0].token = new_process(region);
    players[1].token = new_process(region);
    uint32_t there = (uint32_t)ipc_pipe(region, players[0].token);
    uint32_t back = (uint32_t)ipc_pipe(region, players[1].token);
    share(region, players[0].token, players[1].token, there, IPC_READ_END);
    share(region, players[1].token, players[0].token, back, IPC_READ_END);
    players[0].pipe = players[1].pipe = there;
    players[0].other = players[1].other = back;
    play(players, 2);
    close_region(region);
}

/* ------------------------------------------------------------------------------------------------ locks */

static void *count_guarded(void *context)
{
    player *self = context;
    for (uint32_t i = 0; i < self->repeats; i++) {
        self->wrong += ipc_semaphore_wait(self->region, self->token, self->semaphore, HANG_SECONDS) != 1;
        *self->unguarded += 1;
        if (i % 3 == 0) {
            self->wrong += ipc_semaphore_post(self->region, self->token, self->semaphore) != IPC_OK;
            self->wrong += ipc_semaphore_wait(self->region, self->token, self->semaphore, -1) != 1;
        }
        *self->unguarded += 1;
        self->wrong += ipc_semaphore_post(self->region, self->token, self->semaphore) != IPC_OK;
    }
    return NULL;
}

static void a_semaphore_is_a_lock(void **unused)
{
    (void)unused;
    for (uint32_t spin = 0; spin <= 200; spin += 200) {
        ipc_region *region = open_region(REGION_BYTES, spin);
        uint64_t unguarded = 0;
        uint32_t maker = new_process(region);
        uint32_t semaphore = (uint32_t)ipc_semaphore(region, maker, 1, 1, 0, 0);
        player players[PROCESSES] = {0};
        for (uint32_t i = 0; i < PROCESSES; i++) {
            players[i] = (player){.region = region, .token = new_process(region), .semaphore = semaphore, .repeats = 20000,
                                  .unguarded = &unguarded, .run = count_guarded};
            share(region, maker, players[i].token, semaphore, 0);
        }
        play(players, PROCESSES);
        assert_true(unguarded == 2 * 20000 * PROCESSES);
        assert_int_equal(ipc_semaphore_value(region, maker, semaphore), 1);
        close_region(region);
    }
}

/* ------------------------------------------------------------------------------------------------ everything made and dropped */

static void *make_and_drop(void *context)
{
    player *self = context;
    ipc_region *region = self->region;
    uint32_t token = self->token;
    uint64_t seed = self->number;
    char name[2] = {(char)('a' + self->number), 0};
    for (uint32_t i = 0; i < self->repeats; i++) {
        uint32_t offset = scratch_name(region, token, name);
        uint32_t pipe = (uint32_t)ipc_pipe(region, token);
        uint32_t semaphore = (uint32_t)ipc_semaphore(region, token, 0, 1, offset, 1);
        uint32_t segment = (uint32_t)ipc_segment(region, token, 0, 0);
        uint32_t bytes = 1 + (uint32_t)(next_random(&seed) % 20000);
        self->wrong += ipc_segment_resize(region, token, segment, bytes) != IPC_OK;
        uint8_t *memory = at(region, first_of(ipc_segment_at(region, token, segment)));
        memset(memory, (int)self->number, bytes);
        uint32_t length = (uint32_t)(next_random(&seed) % 3000);
        self->wrong += send(region, token, pipe, memory, length < bytes ? length : bytes) < 0;
        self->wrong += memory[bytes - 1] != self->number || memory[0] != self->number;
        int64_t connected = ipc_connect(region, token, scratch_name(region, token, "listener"), 8);
        self->wrong += connected < 0 && connected != IPC_AGAIN;
        if (connected > 0) {
            self->wrong += ipc_close(region, token, first_of(connected), IPC_READ_END) != IPC_OK;
            self->wrong += ipc_close(region, token, second_of(connected), IPC_WRITE_END) != IPC_OK;
        }
        offset = scratch_name(region, token, name);
        self->wrong += ipc_unlink(region, token, IPC_SEMAPHORE, offset, 1) != IPC_OK;
        self->wrong += ipc_close(region, token, semaphore, 0) != IPC_OK;
        self->wrong += ipc_close(region, token, segment, 0) != IPC_OK;
        self->wrong += ipc_close(region, token, pipe, IPC_READ_END) != IPC_OK;
        self->wrong += ipc_close(region, token, pipe, IPC_WRITE_END) != IPC_OK;
    }
    return NULL;
}

static void *accept_and_drop(void *context)
{
    player *self = context;
    for (uint32_t i = 0; i < self->repeats; i++) {
        int64_t pair = ipc_accept(self->region, self->token, self->other);
        if (pair > 0) {
            self->wrong += ipc_close(self->region, self->token, first_of(pair), IPC_READ_END) != IPC_OK;
            self->wrong += ipc_close(self->region, self->token, second_of(pair), IPC_WRITE_END) != IPC_OK;
        }
    }
    return NULL;
}

static void objects_of_many_processes(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 50);
    player players[PROCESSES] = {0};
    for (uint32_t i = 0; i < PROCESSES; i++) {
        players[i] = (player){.region = region, .token = new_process(region), .number = i, .repeats = 2000};
        players[i].run = i == 0 ? accept_and_drop : make_and_drop;
    }
    players[0].other = (uint32_t)ipc_listen(region, players[0].token, scratch_name(region, players[0].token, "listener"), 8, 16);
    play(players, PROCESSES);
    assert_sound(region);
    assert_int_equal(count(region, IPC_SEMAPHORE), 0);
    assert_int_equal(count(region, IPC_SEGMENT), 0);
    close_region(region);
}

/* ------------------------------------------------------------------------------------------------ much */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BLOCKS 1024u
#else
#define BLOCKS 16384u
#endif
#define BLOCK 65536u

static void *pour(void *context)
{
    player *self = context;
    static uint8_t block[BLOCK];
    for (uint32_t i = 0; i < BLOCKS; i++) {
        memset(block, (int)(i % 251), sizeof block);
        self->wrong += send_waiting(self, self->pipe, block, BLOCK) != BLOCK;
    }
    return NULL;
}

static void *drink(void *context)
{
    player *self = context;
    static uint8_t block[BLOCK];
    for (uint32_t i = 0; i < BLOCKS; i++) {
        self->wrong += receive_waiting(self, self->pipe, block, BLOCK) != BLOCK;
        self->wrong += block[0] != i % 251 || memcmp(block, block + 1, BLOCK - 1) != 0;
    }
    return NULL;
}

/* 1 GiB; 64 MiB under the sanitizers. Room is found again and again, in a region of 16 MiB. */
static void a_gigabyte_through_a_pipe(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    player players[2] = {{.region = region, .run = pour}, {.region = region, .run = drink}};
    players[0].token = new_process(region);
    players[1].token = new_process(region);
    players[0].pipe = players[1].pipe = (uint32_t)ipc_pipe(region, players[0].token);
    share(region, players[0].token, players[1].token, players[0].pipe, IPC_READ_END);
    play(players, 2);
    assert_int_equal(count(region, IPC_COUNT_BLOCKS), 0);
    close_region(region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_writer_one_reader),     cmocka_unit_test(many_writers_many_readers),
        cmocka_unit_test(round_trips),               cmocka_unit_test(a_semaphore_is_a_lock),
        cmocka_unit_test(objects_of_many_processes), cmocka_unit_test(a_gigabyte_through_a_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
