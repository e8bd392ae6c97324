/* make test-c   (one program: build/tests/c/native/test_ipc_ended)
 *
 * Processes that are ended while they run on, as a worker does for a moment after terminate(): never by force. From the end on they
 * change nothing, although others have their slots and memory: the thread sanitizer would see it, and so would readers.
 */
#include "ipc/world.h"

#include "runtime/prim.h"

#include <pthread.h>

#define PLAYERS 3
#define BYTES 100

#define ENDS 300u

typedef struct player {
    ipc_region *region;
    uint32_t token;
    uint32_t pipe;
    uint32_t semaphore;
    uint64_t seed;
    int wrong;
} player;

/* Each returns IPC_DEAD as soon as a call does. */
static int32_t write_message(player *self)
{
    int64_t room = ipc_reserve_message(self->region, self->token, self->pipe, BYTES);
    if (room < 0) {
        return (int32_t)room;
    }
    memset(at(self->region, first_of(room)), (int)(self->token % 251), BYTES);
    return ipc_commit(self->region, self->token, self->pipe, first_of(room), BYTES);
}

static int32_t read_message(player *self)
{
    int64_t message = ipc_claim_message(self->region, self->token, self->pipe);
    if (message < 0) {
        return (int32_t)message;
    }
    const uint8_t *bytes = at(self->region, first_of(message));
    self->wrong += second_of(message) != BYTES || memcmp(bytes, bytes + 1, BYTES - 1) != 0;
    return ipc_release(self->region, self->token, self->pipe, 1);
}

static int32_t lock_and_unlock(player *self)
{
    int32_t taken = ipc_semaphore_wait(self->region, self->token, self->semaphore, 0.0001);
    return taken == 1 ? ipc_semaphore_post(self->region, self->token, self->semaphore) : taken;
}

static int32_t fill_segment(player *self)
{
    ipc_region *region = self->region;
    int32_t segment = ipc_segment(region, self->token, 0, 0);
    if (segment < 0) {
        return segment;
    }
    int32_t status = ipc_segment_resize(region, self->token, (uint32_t)segment, 3000);
    int64_t where = status == IPC_OK ? ipc_segment_at(region, self->token, (uint32_t)segment) : status;
    status = where < 0 ? (int32_t)where : ipc_hold(region, self->token);
    if (status != IPC_OK) {
        return status;
    }
    memset(at(region, first_of(where)), 1, 3000);
    status = ipc_unhold(region, self->token);
    return status == IPC_OK ? ipc_close(region, self->token, (uint32_t)segment, 0) : status;
}

static int32_t wait_a_moment(player *self)
{
    return ipc_wait(self->region, self->token, IPC_READABLE, self->pipe, 0.0001);
}

static void *run_until_dead(void *context)
{
    static int32_t (*const deeds[])(player *self) = {write_message, read_message, lock_and_unlock, fill_segment, wait_a_moment};
    player *self = context;
    int32_t status = IPC_OK;
    while (status != IPC_DEAD) {
        status = deeds[next_random(&self->seed) % (sizeof deeds / sizeof deeds[0])](self);
        self->wrong += status < 0 && status != IPC_DEAD && status != IPC_AGAIN;
    }
    return NULL;
}

static void start(player *self, pthread_t *thread, uint32_t maker)
{
    self->token = new_process(self->region);
    share(self->region, maker, self->token, self->pipe, IPC_READ_END);
    share(self->region, maker, self->token, self->pipe, IPC_WRITE_END);
    share(self->region, maker, self->token, self->semaphore, 0);
    assert_int_equal(pthread_create(thread, NULL, run_until_dead, self), 0);
}

static player *new_player(ipc_region *region, uint32_t pipe, uint32_t semaphore, uint64_t seed)
{
    player *self = malloc(sizeof *self);
    *self = (player){.region = region, .pipe = pipe, .semaphore = semaphore, .seed = seed};
    return self;
}

static void finish(player *self, pthread_t thread)
{
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(self->wrong, 0);
    free(self);
}

static void ended_while_they_run(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 100);
    uint32_t maker = new_process(region);
    uint32_t pipe = (uint32_t)ipc_pipe(region, maker);
    uint32_t semaphore = (uint32_t)ipc_semaphore(region, maker, ENDS, ENDS, 0, 0);
    player *players[PLAYERS];
    pthread_t threads[PLAYERS];
    uint64_t seed = 5;
    for (int i = 0; i < PLAYERS; i++) {
        players[i] = new_player(region, pipe, semaphore, next_random(&seed));
        start(players[i], &threads[i], maker);
    }
    for (int i = 0; i < IPC_SLOTS - 2 - PLAYERS; i++) {
        new_process(region); /* so that a slot is used again at once */
    }
    uint32_t busy = 0;
    for (uint32_t end = 0; end < ENDS; end++) {
        uint32_t i = (uint32_t)(next_random(&seed) % PLAYERS);
        pf_prim_sleep((double)(next_random(&seed) % 100) * 1e-5);
        int32_t status = ipc_end(region, pid_of(players[i]->token), 9, 0);
        while (status == IPC_BUSY) {
            busy++;
            pf_prim_sleep(0.0001); /* as the page would, from a timer */
            status = ipc_end(region, pid_of(players[i]->token), 9, 0);
        }
        assert_int_equal(status, IPC_OK);
        /* Its thread may still run. Somebody else gets its slot at once (62 others are taken) and what memory it had. */
        pthread_t old_thread = threads[i];
        player *old = players[i];
        players[i] = new_player(region, pipe, semaphore, next_random(&seed));
        start(players[i], &threads[i], maker);
        finish(old, old_thread);
    }
    for (int i = 0; i < PLAYERS; i++) {
        while (ipc_end(region, pid_of(players[i]->token), 9, 0) == IPC_BUSY) {
            pf_prim_sleep(0.0001);
        }
        finish(players[i], threads[i]);
    }
    print_message("%u ends, %u times busy\n", ENDS, busy);
    assert_sound(region);
    bury(region, maker, 0);
    assert_int_equal(count(region, IPC_COUNT_OBJECTS), 0);
    assert_int_equal(count(region, IPC_COUNT_BLOCKS), 0);
    close_region(region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ended_while_they_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
