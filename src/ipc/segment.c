/* segment.c: shared memory.
 *
 * After its bytes a segment has a mark for each IPC_SEGMENT_PART of them: 64 bits, one for each slot. Set: what this process knows of the
 * part is old. Whoever has changed a part sets the bits of all others, after the bytes; whoever looks takes its own bit away, before it
 * reads the bytes. So a change that is missed leaves the bit set.
 */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/transaction.h"

#include <limits.h>

static uint32_t parts_of(uint32_t bytes)
{
    return (bytes + IPC_SEGMENT_PART - 1) / IPC_SEGMENT_PART;
}

/* Where the marks begin, in bytes from the segment's first. */
static uint32_t marks_at(uint32_t bytes)
{
    return (bytes + 15) & ~15u;
}

static _Atomic uint64_t *marks_of(ipc_region *region, const ipc_object *segment)
{
    return ipc_at(region, ipc_see(&segment->as.segment.memory) + marks_at(ipc_see(&segment->as.segment.bytes)));
}

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
    if (before < 0 || token == IPC_SUPERVISOR || bytes == 0) {
        return before < 0 ? (int32_t)before : IPC_BAD;
    }
    if (before != 0) {
        return (uint32_t)before == bytes ? IPC_OK : IPC_EXISTS;
    }
    uint64_t all = (uint64_t)marks_at(bytes) + parts_of(bytes) * sizeof(uint64_t);
    int32_t memory = bytes <= INT_MAX && all <= INT_MAX ? ipc_take(region, token, (uint32_t)all) : IPC_MEMORY;
    if (memory < 0) {
        return memory;
    }
    int32_t held = ipc_hold(region, token);
    if (held != IPC_OK) {
        return held;
    }
    IPC_STEP();
    __builtin_memset(ipc_at(region, (uint32_t)memory), 0, (size_t)all);
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

/* Enters, and finds the segment, which has to have so many bytes from `at` on: its index; or a negative status, and the caller is outside.
 * (Nothing here may take the address of a local variable: link.sh.) */
static int32_t enter_segment(ipc_region *region, uint32_t token, uint32_t id, uint32_t at, uint32_t bytes)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    const ipc_object *segment = ipc_held(region, self, id, IPC_SEGMENT, 0);
    uint32_t size = segment && ipc_see(&segment->as.segment.memory) != 0 ? ipc_see(&segment->as.segment.bytes) : 0;
    if (!segment || at > size || bytes > size - at) {
        ipc_leave(self);
        return IPC_BAD;
    }
    return (int32_t)(id & IPC_INDEX_MASK);
}

static void leave(ipc_region *region, uint32_t token)
{
    ipc_leave(&region->processes[ipc_slot(token)]);
}

static int32_t version_of(ipc_object *segment, uint32_t more)
{
    return (int32_t)((atomic_fetch_add(&segment->as.segment.version, more) + more) & INT_MAX);
}

int32_t ipc_segment_version(ipc_region *region, uint32_t token, uint32_t id)
{
    int32_t index = enter_segment(region, token, id, 0, 0);
    if (index < 0) {
        return index;
    }
    int32_t version = version_of(&region->objects[index], 0);
    leave(region, token);
    return version;
}

int32_t ipc_segment_publish(ipc_region *region, uint32_t token, uint32_t id, uint32_t at, uint32_t bytes)
{
    int32_t index = enter_segment(region, token, id, at, bytes);
    if (index < 0) {
        return index;
    }
    ipc_object *segment = &region->objects[index];
    if (bytes > 0) {
        uint64_t others = ~ipc_bit(&region->processes[ipc_slot(token)]);
        _Atomic uint64_t *marks = marks_of(region, segment);
        for (uint32_t part = at / IPC_SEGMENT_PART; part <= (at + bytes - 1) / IPC_SEGMENT_PART; part++) {
            atomic_fetch_or(&marks[part], others);
        }
    }
    int32_t version = version_of(segment, 1);
    leave(region, token);
    return version;
}

int64_t ipc_segment_next(ipc_region *region, uint32_t token, uint32_t id, uint32_t at)
{
    int32_t index = enter_segment(region, token, id, at, 0);
    if (index < 0) {
        return index;
    }
    const ipc_object *segment = &region->objects[index];
    uint32_t size = ipc_see(&segment->as.segment.bytes);
    uint32_t parts = ipc_see(&segment->as.segment.memory) != 0 ? parts_of(size) : 0;
    uint32_t part = at / IPC_SEGMENT_PART;
    uint64_t own = ipc_bit(&region->processes[ipc_slot(token)]);
    _Atomic uint64_t *marks = marks_of(region, segment);
    while (part < parts && !(atomic_load(&marks[part]) & own)) {
        part++;
    }
    uint32_t end = part;
    while (end < parts && (atomic_load(&marks[end]) & own)) {
        atomic_fetch_and(&marks[end], ~own);
        end++;
    }
    uint32_t last = end < parts ? end * IPC_SEGMENT_PART : size;
    leave(region, token);
    return end > part ? ipc_pair(part * IPC_SEGMENT_PART, last - part * IPC_SEGMENT_PART) : 0;
}

int32_t ipc_segment_merge(ipc_region *region, uint32_t token, uint32_t id, uint32_t at, uint32_t bytes)
{
    int32_t index = bytes <= IPC_SCRATCH / 2 ? enter_segment(region, token, id, at, bytes) : IPC_BAD;
    if (index < 0) {
        return index;
    }
    const uint8_t *fresh = region->processes[ipc_slot(token)].scratch, *old = fresh + bytes;
    volatile uint8_t *to = (uint8_t *)ipc_at(region, ipc_see(&region->objects[index].as.segment.memory)) + at;
    uint32_t i = 0;
    for (; bytes - i >= 8; i += 8) { /* words have their first byte lowest */
        uint64_t new_word, old_word;
        __builtin_memcpy(&new_word, fresh + i, 8);
        __builtin_memcpy(&old_word, old + i, 8);
        for (uint64_t different = new_word ^ old_word; different != 0;) {
            uint32_t byte = (uint32_t)__builtin_ctzll(different) / 8;
            to[i + byte] = fresh[i + byte];
            different &= ~((uint64_t)0xff << 8 * byte);
        }
    }
    for (; i < bytes; i++) {
        if (fresh[i] != old[i]) {
            to[i] = fresh[i];
        }
    }
    leave(region, token);
    return IPC_OK;
}
