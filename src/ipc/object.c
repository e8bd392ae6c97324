/* object.c: the table of objects: ids, references, and the end of what nobody refers to. */
#include "ipc/object.h"

#include "ipc/heap.h"
#include "ipc/transaction.h"

static uint32_t index_of(ipc_region *region, const ipc_object *object)
{
    return (uint32_t)(object - region->objects);
}

/* ------------------------------------------------------------------------------------------------ looking up */

ipc_object *ipc_find(ipc_region *region, uint32_t id, uint32_t kind)
{
    ipc_object *object = &region->objects[id & IPC_INDEX_MASK];
    return id != 0 && ipc_see(&object->id) == id && ipc_see(&object->kind) == kind ? object : NULL;
}

bool ipc_holds(const ipc_process *self, const ipc_object *object, uint32_t end)
{
    return ipc_see_wide(&object->held[end]) & ipc_bit(self);
}

ipc_object *ipc_held(ipc_region *region, const ipc_process *self, uint32_t id, uint32_t kind, uint32_t end)
{
    ipc_object *object = ipc_find(region, id, kind);
    return object && ipc_holds(self, object, end) ? object : NULL;
}

ipc_object *ipc_held_any(ipc_region *region, const ipc_process *self, uint32_t id, uint32_t end)
{
    ipc_object *object = &region->objects[id & IPC_INDEX_MASK];
    return id != 0 && object->id == id && end <= 1 && ipc_holds(self, object, end) ? object : NULL;
}

uint64_t ipc_waiters(ipc_object *object, uint32_t end)
{
    return atomic_load(&object->waiters[end]) != 0 ? atomic_exchange(&object->waiters[end], 0) : 0;
}

/* ------------------------------------------------------------------------------------------------ coming */

/* The queue of free indices is a chain: from its head along `next`. */
static uint32_t free_index(ipc_region *region)
{
    bool rested = region->objects_free > IPC_REST || region->objects_fresh > IPC_OBJECTS;
    if (!rested) {
        uint32_t index = region->objects_fresh;
        ipc_set(region, &region->objects_fresh, index + 1);
        return index;
    }
    uint32_t index = region->objects_free_head;
    if (index != 0) {
        ipc_set(region, &region->objects_free_head, region->objects[index].next);
        ipc_set(region, &region->objects_free, region->objects_free - 1);
        if (region->objects[index].next == 0) {
            ipc_set(region, &region->objects_free_tail, 0);
        }
    }
    return index;
}

ipc_object *ipc_object_new(ipc_region *region, uint32_t kind)
{
    uint32_t index = free_index(region);
    if (index == 0) {
        return NULL;
    }
    ipc_object *object = &region->objects[index];
    /* A free object's words mean nothing but for `next` and `generation`. */
    ipc_put(&object->name, 0);
    ipc_put(&object->flying[0], 0);
    ipc_put(&object->flying[1], 0);
    __atomic_store_n(&object->held[0], 0, __ATOMIC_RELAXED);
    __atomic_store_n(&object->held[1], 0, __ATOMIC_RELAXED);
    atomic_store_explicit(&object->waiters[0], 0, memory_order_relaxed);
    atomic_store_explicit(&object->waiters[1], 0, memory_order_relaxed);
    ipc_put(&object->as.pipe.head, 0);
    ipc_put(&object->as.pipe.tail, 0);
    ipc_put(&object->as.pipe.bytes, 0);
    ipc_put(&object->as.pipe.claimer, 0);
    ipc_put(&object->as.pipe.claimed, 0);
    uint32_t generation = (object->generation + 1) % IPC_GENERATIONS;
    ipc_set(region, &object->generation, generation);
    ipc_set(region, &object->kind, kind);
    ipc_set(region, &object->id, generation << IPC_INDEX_BITS | index);
    ipc_set(region, &region->objects_of[kind], region->objects_of[kind] + 1);
    return object;
}

void ipc_hold_end(ipc_region *region, const ipc_process *self, ipc_object *object, uint32_t end)
{
    ipc_set_wide(region, &object->held[end], object->held[end] | ipc_bit(self));
}

/* ------------------------------------------------------------------------------------------------ going */

static bool is_referred_to(const ipc_object *object)
{
    bool by_name = object->name != 0 && object->kind != IPC_LISTENER;
    return (object->held[0] | object->held[1]) != 0 || (object->flying[0] | object->flying[1]) != 0 || by_name;
}

static void close_if_unused(ipc_region *region, ipc_object *object)
{
    if (object->id == 0 || is_referred_to(object)) {
        return;
    }
    if (object->name != 0) {
        ipc_name_remove(region, object);
    }
    ipc_set(region, &object->id, 0); /* nobody finds it from here on */
    ipc_set(region, &object->next, region->objects_closing);
    ipc_set(region, &region->objects_closing, index_of(region, object));
}

uint64_t ipc_drop(ipc_region *region, ipc_object *object, uint32_t end, uint64_t holders, uint32_t flying)
{
    ipc_set_wide(region, &object->held[end], object->held[end] & ~holders);
    if (flying > 0) {
        ipc_set(region, &object->flying[end], object->flying[end] - flying);
    }
    close_if_unused(region, object);
    bool gone = object->held[end] == 0 && object->flying[end] == 0;
    return object->kind == IPC_PIPE && gone ? ipc_waiters(object, 1 - end) : 0;
}

static void free_object(ipc_region *region, ipc_object *object)
{
    uint32_t index = index_of(region, object);
    ipc_set(region, &region->objects_closing, object->next);
    ipc_set(region, &region->objects_of[object->kind], region->objects_of[object->kind] - 1);
    ipc_set(region, &object->kind, 0);
    ipc_set(region, &object->next, 0);
    if (region->objects_free_tail != 0) {
        ipc_set(region, &region->objects[region->objects_free_tail].next, index);
    } else {
        ipc_set(region, &region->objects_free_head, index);
    }
    ipc_set(region, &region->objects_free_tail, index);
    ipc_set(region, &region->objects_free, region->objects_free + 1);
}

/* The first block of a queue goes; `head` is that of a pipe or listener. */
static uint32_t pop(ipc_region *region, uint32_t *head)
{
    uint32_t memory = *head;
    ipc_set(region, head, ipc_block_of(region, memory)->next);
    ipc_heap_free(region, memory);
    return memory;
}

uint64_t ipc_object_empty(ipc_region *region)
{
    ipc_object *object = &region->objects[region->objects_closing];
    uint64_t wake = 0;
    if (object->kind == IPC_PIPE && object->as.pipe.head != 0) {
        wake = ipc_tickets_die(region, object->as.pipe.head);
        pop(region, &object->as.pipe.head);
    } else if (object->kind == IPC_LISTENER && object->as.listener.head != 0) {
        const ipc_connection *connection = ipc_at(region, object->as.listener.head);
        for (uint32_t end = 0; end < 2; end++) {
            ipc_object *pipe = ipc_find(region, connection->pipes[end], IPC_PIPE);
            wake |= ipc_drop(region, pipe, end, 0, 1);
        }
        pop(region, &object->as.listener.head);
    } else if (object->kind == IPC_SEGMENT && object->as.segment.memory != 0) {
        ipc_heap_free(region, object->as.segment.memory);
        ipc_set(region, &object->as.segment.memory, 0);
    } else {
        free_object(region, object);
    }
    return wake;
}

/* ------------------------------------------------------------------------------------------------ entries */

int32_t ipc_close(ipc_region *region, uint32_t token, uint32_t id, uint32_t end)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *object = ipc_held_any(region, self, id, end);
    if (!object) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    if (object->kind == IPC_PIPE && end == IPC_READ_END && object->as.pipe.claimer == token) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD); /* it still reads */
    }
    return (int32_t)ipc_finish(region, self, ipc_drop(region, object, end, ipc_bit(self), 0), IPC_OK);
}

int32_t ipc_open(ipc_region *region, uint32_t token, uint32_t kind, uint32_t name, uint32_t length)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    uint32_t index = ipc_name_find(region, kind, name, length);
    if (index == 0 || kind == IPC_LISTENER) {
        return (int32_t)ipc_abandon(region, self, IPC_NONE);
    }
    ipc_hold_end(region, self, &region->objects[index], 0);
    return (int32_t)ipc_finish(region, self, 0, region->objects[index].id);
}

int32_t ipc_unlink(ipc_region *region, uint32_t token, uint32_t kind, uint32_t name, uint32_t length)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    uint32_t index = ipc_name_find(region, kind, name, length);
    if (index == 0) {
        return (int32_t)ipc_abandon(region, self, IPC_NONE);
    }
    ipc_name_remove(region, &region->objects[index]);
    close_if_unused(region, &region->objects[index]);
    return (int32_t)ipc_finish(region, self, 0, IPC_OK);
}
