/* region.c: a region's beginning, and its counts. */
#include "ipc/heap.h"
#include "ipc/process.h"
#include "ipc/transaction.h"

#define BYTES_MOST 0x7fff0000u
#define HEAP_LEAST 65536u

uint32_t ipc_bytes_least(void)
{
    return (uint32_t)sizeof(ipc_region) + HEAP_LEAST;
}

int32_t ipc_create(ipc_region *region, uint32_t bytes, uint32_t limit, uint32_t spin)
{
    if ((uintptr_t)region % 64 != 0 || bytes < ipc_bytes_least() || bytes > BYTES_MOST || limit < 1 || limit >= IPC_SLOTS) {
        return IPC_BAD;
    }
    /* The table of objects is most of it; only what was in use is touched, so that is all that needs to be zero. */
    __builtin_memset(region, 0, offsetof(ipc_region, objects));
    for (uint32_t index = 0; index <= IPC_OBJECTS; index++) {
        if (region->objects[index].kind != 0 || region->objects[index].id != 0 || region->objects[index].held[0] != 0 ||
            region->objects[index].held[1] != 0 || region->objects[index].generation != 0) {
            __builtin_memset(&region->objects[index], 0, sizeof region->objects[index]);
        }
    }
    region->bytes = bytes;
    region->limit = limit;
    region->spin = spin;
    region->objects_fresh = 1;
    region->next_slot = 1;
    region->next_pid = IPC_SUPERVISOR / IPC_SLOTS;
    ipc_process *supervisor = &region->processes[0];
    supervisor->pid = IPC_SUPERVISOR / IPC_SLOTS;
    supervisor->token = IPC_SUPERVISOR;
    supervisor->state = IPC_RUNNING;
    atomic_store(&supervisor->gate, supervisor->pid << IPC_GATE_BITS);
    ipc_heap_create(region, (uint32_t)sizeof(ipc_region), bytes & ~15u);
    region->magic = IPC_MAGIC;
    return IPC_OK;
}

/* ------------------------------------------------------------------------------------------------ counts */

static uint32_t processes_in(const ipc_region *region, bool alive)
{
    uint32_t count = 0;
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        const ipc_process *process = &region->processes[slot];
        count += alive ? ipc_is_alive(process) : process->state == IPC_ZOMBIE;
    }
    return count;
}

static int64_t amount(const ipc_region *region, uint32_t what)
{
    const ipc_heap *heap = &region->heap;
    if (what == IPC_COUNT_OBJECTS) {
        return region->objects_of[IPC_PIPE] + region->objects_of[IPC_SEMAPHORE] + region->objects_of[IPC_SEGMENT] +
               region->objects_of[IPC_LISTENER];
    }
    if (what <= IPC_LISTENER) {
        return region->objects_of[what];
    }
    return what == IPC_COUNT_BLOCKS      ? (int64_t)heap->blocks
           : what == IPC_COUNT_BYTES     ? (int64_t)heap->bytes
           : what == IPC_COUNT_FREE      ? (int64_t)(heap->end - heap->begin - heap->bytes)
           : what == IPC_COUNT_TICKETS   ? (int64_t)region->tickets_used
           : what == IPC_COUNT_PROCESSES ? (int64_t)processes_in(region, true)
           : what == IPC_COUNT_ZOMBIES   ? (int64_t)processes_in(region, false)
                                         : IPC_BAD;
}

int32_t ipc_count(ipc_region *region, uint32_t what)
{
    ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
    if (!self) {
        return IPC_BUSY;
    }
    ipc_finish(region, self, 0, 0); /* what was closed is gone before it is counted */
    self = ipc_begin(region, IPC_SUPERVISOR);
    return self ? (int32_t)ipc_abandon(region, self, amount(region, what)) : IPC_BUSY;
}
