/* world.h: what the tests of src/ipc share: regions, processes played by threads, and dying at a chosen step. */
#ifndef PF_TEST_WORLD_H
#define PF_TEST_WORLD_H

#include "test.h"

#include "ipc/ipc.h"

#include <stdbool.h>
#include <stdlib.h>

#define REGION_BYTES (16u << 20)

/* A new region, or one that was closed; up to 63 processes. `spin` 0: who waits sleeps at once. One at a time. */
ipc_region *open_region(uint32_t bytes, uint32_t spin);

/* Ends everything in it, and asserts that nothing is left. */
void close_region(ipc_region *region);

/* A running child of `parent`. Its token. */
uint32_t child_of(ipc_region *region, uint32_t parent);
static inline uint32_t new_process(ipc_region *region)
{
    return child_of(region, 1);
}

static inline uint32_t pid_of(uint32_t token)
{
    return token / IPC_SLOTS;
}

/* ipc_end by force, again and again while the lock is taken. */
void bury(ipc_region *region, uint32_t token, uint32_t status);

void assert_sound(ipc_region *region);
int32_t count(ipc_region *region, uint32_t what);

static inline uint32_t first_of(int64_t pair)
{
    return (uint32_t)(pair >> 32);
}

static inline uint32_t second_of(int64_t pair)
{
    return (uint32_t)pair;
}

static inline void *at(ipc_region *region, uint32_t offset)
{
    return (uint8_t *)region + offset;
}

/* Puts a string into the process's scratch; its offset. Its length is strlen. */
uint32_t scratch_name(ipc_region *region, uint32_t token, const char *name);

/* Writes a message / reads one into `bytes`, without waiting: the status, or the message's length. */
int32_t send(ipc_region *region, uint32_t token, uint32_t pipe, const void *bytes, uint32_t length);
int32_t receive(ipc_region *region, uint32_t token, uint32_t pipe, void *bytes, uint32_t room);

/* Gives `to` the end that `from` holds, by a ticket. */
void share(ipc_region *region, uint32_t from, uint32_t to, uint32_t id, uint32_t end);

/* Runs the operation on this thread and lets it die at the step of this number, counted from 1. False: it got to its end before.
 * Nothing that it would have done after the step is done; its locks and half-done work stay. */
bool dies_at(long step, void (*operation)(void *context), void *context);

#endif
