/* segment.c: shared memory. */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/transaction.h"

#include <limits.h>

int32_t ipc_segment(ipc_region *region, uint32_t token, uint32_t name, uint32_t length)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *segment = ipc_object_new(region, IPC_SEGMENT);
    if (!segment) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    int32_t status = length > 0 ? ipc_name_give(region, segment, name, length) : IPC_OK;
    if (status != IPC_OK) {
        return (int32_t)ipc_abandon(region, self, status);
    }
    ipc_hold_end(region, self, segment, 0);
    return (int32_t)ipc_finish(region, self, 0, segment->id);
}

/* Three steps, since zeroing takes long: the memory is the caller's own while it is zeroed, without the lock. */
int32_t ipc_segment_resize(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes)
{
    int64_t before = ipc_segment_at(region, token, id);
    if (before < 0 || token == IPC_SUPERVISOR) {
        return before < 0 ? (int32_t)before : IPC_BAD;
    }
    if (before != 0) {
        return (uint32_t)before == bytes ? IPC_OK : IPC_EXISTS;
    }
    int32_t memory = ipc_take(region, token, bytes);
    if (memory < 0) {
        return memory;
    }
    int32_t held = ipc_hold(region, token);
    if (held != IPC_OK) {
        return held;
    }
    IPC_STEP();
    __builtin_memset(ipc_at(region, (uint32_t)memory), 0, bytes);
    ipc_unhold(region, token);

    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *segment = ipc_held(region, self, id, IPC_SEGMENT, 0);
    ipc_list_remove(region, &self->memories, (uint32_t)memory);
    if (!segment || segment->as.segment.memory != 0) {
        int32_t status = !segment ? IPC_BAD : segment->as.segment.bytes == bytes ? IPC_OK : IPC_EXISTS;
        ipc_heap_free(region, (uint32_t)memory);
        return (int32_t)ipc_finish(region, self, 0, status);
    }
    ipc_set(region, &ipc_block_of(region, (uint32_t)memory)->owner, IPC_OWNED | id);
    ipc_set(region, &segment->as.segment.bytes, bytes);
    ipc_set(region, &segment->as.segment.memory, (uint32_t)memory);
    return (int32_t)ipc_finish(region, self, 0, IPC_OK);
}

int64_t ipc_segment_at(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    const ipc_object *segment = ipc_held(region, self, id, IPC_SEGMENT, 0);
    return ipc_abandon(region, self, segment ? ipc_pair(segment->as.segment.memory, segment->as.segment.bytes) : IPC_BAD);
}

static int32_t version(ipc_region *region, uint32_t token, uint32_t id, uint32_t more)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    ipc_object *segment = ipc_held(region, self, id, IPC_SEGMENT, 0);
    int32_t result = segment ? (int32_t)((atomic_fetch_add(&segment->as.segment.version, more) + more) & INT_MAX) : IPC_BAD;
    ipc_leave(self);
    return result;
}

int32_t ipc_segment_version(ipc_region *region, uint32_t token, uint32_t id)
{
    return version(region, token, id, 0);
}

int32_t ipc_segment_publish(ipc_region *region, uint32_t token, uint32_t id)
{
    return version(region, token, id, 1);
}
