/* world.c: see world.h. */
#include "ipc/world.h"

#include <sched.h>

static _Thread_local jmp_buf death;
static _Thread_local long steps_left; /* 0: does not die */

/* Called by src/ipc between any two of its stores to shared memory. */
void ipc_test_step(void)
{
    if (steps_left > 0 && --steps_left == 0) {
        longjmp(death, 1);
    }
}

bool dies_at(long step, void (*operation)(void *context), void *context)
{
    if (setjmp(death) != 0) {
        return true;
    }
    steps_left = step;
    operation(context);
    steps_left = 0;
    return false;
}

/* The region that was closed last: it is as new, so the next test may have it. */
static struct {
    ipc_region *region;
    uint32_t bytes;
    uint32_t spin;
} spare;

ipc_region *open_region(uint32_t bytes, uint32_t spin)
{
    if (spare.region && spare.bytes == bytes && spare.spin == spin) {
        ipc_region *region = spare.region;
        spare.region = NULL;
        return region;
    }
    free(spare.region);
    spare.region = NULL;
    spare.bytes = bytes;
    spare.spin = spin;
    ipc_region *region = aligned_alloc(64, bytes);
    assert_non_null(region);
    assert_int_equal(ipc_create(region, bytes, IPC_SLOTS - 1, spin), IPC_OK);
    assert_sound(region);
    return region;
}

void close_region(ipc_region *region)
{
    int32_t status = ipc_end_all(region);
    while (status == IPC_BUSY) {
        sched_yield();
        status = ipc_end_all(region);
    }
    assert_int_equal(status, IPC_OK);
    assert_int_equal(count(region, IPC_COUNT_OBJECTS), 0);
    assert_int_equal(count(region, IPC_COUNT_BLOCKS), 0);
    assert_int_equal(count(region, IPC_COUNT_BYTES), 0);
    assert_int_equal(count(region, IPC_COUNT_TICKETS), 0);
    assert_int_equal(count(region, IPC_COUNT_PROCESSES), 0);
    assert_int_equal(count(region, IPC_COUNT_ZOMBIES), 0);
    spare.region = region;
}

uint32_t child_of(ipc_region *region, uint32_t parent)
{
    int32_t token = ipc_start(region, parent);
    while (token == IPC_BUSY) {
        sched_yield();
        token = ipc_start(region, parent);
    }
    assert_true(token > 0);
    assert_int_equal(ipc_running(region, (uint32_t)token), IPC_OK);
    return (uint32_t)token;
}

void bury(ipc_region *region, uint32_t token, uint32_t status)
{
    int32_t done = ipc_end(region, pid_of(token), status, 1);
    while (done == IPC_BUSY) {
        sched_yield();
        done = ipc_end(region, pid_of(token), status, 1);
    }
    assert_int_equal(done, IPC_OK);
}

void assert_sound(ipc_region *region)
{
    int32_t status = ipc_check(region);
    while (status == IPC_BUSY) {
        sched_yield();
        status = ipc_check(region);
    }
    assert_int_equal(status, IPC_OK);
}

int32_t count(ipc_region *region, uint32_t what)
{
    int32_t number = ipc_count(region, what);
    while (number == IPC_BUSY) {
        sched_yield();
        number = ipc_count(region, what);
    }
    return number;
}

uint32_t scratch_name(ipc_region *region, uint32_t token, const char *name)
{
    uint32_t offset = (uint32_t)ipc_scratch(region, token);
    memcpy(at(region, offset), name, strlen(name));
    return offset;
}

int32_t send(ipc_region *region, uint32_t token, uint32_t pipe, const void *bytes, uint32_t length)
{
    int64_t room = ipc_reserve_message(region, token, pipe, length);
    if (room < 0) {
        return (int32_t)room;
    }
    memcpy(at(region, first_of(room)), bytes, length);
    return ipc_commit(region, token, pipe, first_of(room), length);
}

int32_t receive(ipc_region *region, uint32_t token, uint32_t pipe, void *bytes, uint32_t room)
{
    int64_t message = ipc_claim_message(region, token, pipe);
    if (message < 0) {
        return (int32_t)message;
    }
    if (second_of(message) > room) {
        abort();
    }
    memcpy(bytes, at(region, first_of(message)), second_of(message));
    int32_t status = ipc_release(region, token, pipe, 1);
    return status != IPC_OK ? status : (int32_t)second_of(message);
}

void share(ipc_region *region, uint32_t from, uint32_t to, uint32_t id, uint32_t end)
{
    int32_t ticket = ipc_ticket(region, from, id, end);
    assert_true(ticket > 0);
    int64_t taken = ipc_ticket_take(region, to, (uint32_t)ticket);
    assert_int_equal(first_of(taken), id);
    assert_int_equal(second_of(taken), end);
}
