/* check.c: a walk through a whole region, for tests and for the end of a run: does everything in it agree? */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/process.h"
#include "ipc/transaction.h"

/* How many blocks of the list have this owner; the last of them must be `tail` where that is not 0. -1: one has another. */
static int64_t owned(ipc_region *region, uint32_t list, uint32_t owner, uint32_t tail)
{
    int64_t count = 0;
    uint32_t last = 0;
    for (; list != 0; list = ipc_block_of(region, list)->next) {
        const ipc_block *block = ipc_block_of(region, list);
        if (block->owner != owner || !(block->size & IPC_USED)) {
            return -1;
        }
        last = list;
        count++;
    }
    return tail == 0 || tail == last ? count : -1;
}

static uint32_t bytes_in(ipc_region *region, const ipc_object *pipe)
{
    uint32_t bytes = 0;
    for (uint32_t memory = pipe->as.pipe.head; memory != 0; memory = ipc_block_of(region, memory)->next) {
        bytes += ((const ipc_message *)ipc_at(region, memory))->length;
    }
    return bytes;
}

/* Blocks that belong to the object; -1: something is wrong with it. */
static int64_t blocks_of(ipc_region *region, const ipc_object *object)
{
    uint32_t owner = IPC_OWNED | object->id;
    int64_t named = 0;
    if (object->name != 0) {
        uint32_t length = ipc_block_of(region, object->name)->next;
        uint32_t index = ipc_name_find(region, object->kind, object->name, length);
        if (&region->objects[index] != object || ipc_block_of(region, object->name)->owner != owner) {
            return -1;
        }
        named = 1;
    }
    int64_t count = 0;
    if (object->kind == IPC_PIPE) {
        bool tailed = (object->as.pipe.head == 0) == (object->as.pipe.tail == 0);
        bool summed = bytes_in(region, object) == object->as.pipe.bytes;
        count = tailed && summed ? owned(region, object->as.pipe.head, owner, object->as.pipe.tail) : -1;
    } else if (object->kind == IPC_LISTENER) {
        uint32_t tail = object->as.listener.queued > 0 ? object->as.listener.tail : 0;
        count = owned(region, object->as.listener.head, owner, tail);
        count = count == object->as.listener.queued ? count : -1;
    } else if (object->kind == IPC_SEGMENT && object->as.segment.memory != 0) {
        count = ipc_block_of(region, object->as.segment.memory)->owner == owner ? 1 : -1;
    }
    return count < 0 ? -1 : count + named;
}

static uint32_t references_in_flight(ipc_region *region)
{
    uint32_t count = region->tickets_used;
    for (uint32_t index = 1; index < region->objects_fresh; index++) {
        const ipc_object *object = &region->objects[index];
        count += object->kind == IPC_LISTENER ? 2 * object->as.listener.queued : 0;
    }
    return count;
}

static uint32_t objects_of(const ipc_region *region, uint32_t kind)
{
    uint32_t count = 0;
    for (uint32_t index = 1; index < region->objects_fresh; index++) {
        count += region->objects[index].kind == kind;
    }
    return count;
}

/* -1: something is wrong; else the blocks that belong to objects. */
static int64_t check_objects(ipc_region *region)
{
    int64_t blocks = 0;
    uint32_t flying = 0;
    for (uint32_t index = 1; index < region->objects_fresh; index++) {
        const ipc_object *object = &region->objects[index];
        if (object->kind == 0) {
            continue;
        }
        int64_t own = (object->id & IPC_INDEX_MASK) == index ? blocks_of(region, object) : -1;
        if (own < 0) {
            return -1;
        }
        blocks += own;
        flying += object->flying[0] + object->flying[1];
    }
    uint32_t queue = 0;
    uint32_t last = 0;
    for (uint32_t index = region->objects_free_head; index != 0; index = region->objects[index].next) {
        last = index;
        queue++;
    }
    bool counted = true;
    uint32_t idle = region->objects_fresh - 1;
    for (uint32_t kind = IPC_PIPE; kind <= IPC_LISTENER; kind++) {
        counted = counted && objects_of(region, kind) == region->objects_of[kind];
        idle -= region->objects_of[kind];
    }
    bool chained = idle == queue && queue == region->objects_free && last == region->objects_free_tail;
    return counted && chained && flying == references_in_flight(region) ? blocks : -1;
}

/* The same for processes. */
static int64_t check_processes(ipc_region *region)
{
    int64_t blocks = 0;
    uint32_t alive = 0;
    for (uint32_t slot = 0; slot < IPC_SLOTS; slot++) {
        const ipc_process *process = &region->processes[slot];
        if (!ipc_is_alive(process)) {
            continue;
        }
        alive += slot != 0;
        int64_t reserved = owned(region, process->blocks, process->token, 0);
        int64_t taken = owned(region, process->memories, process->token, 0);
        if (reserved < 0 || taken < 0 || atomic_load(&process->gate) >> IPC_GATE_BITS != process->pid) {
            return -1;
        }
        blocks += reserved + taken;
    }
    return alive == region->running ? blocks : -1;
}

static bool check_tickets(ipc_region *region)
{
    uint32_t used = 0;
    for (uint32_t index = 0; index < IPC_TICKETS; index++) {
        const ipc_ticket_entry *entry = &region->tickets[index];
        if (entry->number == 0) {
            continue;
        }
        used++;
        const ipc_process *owner = &region->processes[ipc_slot(entry->owner)];
        const ipc_object *object = &region->objects[entry->id & IPC_INDEX_MASK];
        if (!ipc_is_alive(owner) || owner->token != entry->owner || object->id != entry->id || object->flying[entry->end] == 0) {
            return false;
        }
    }
    return used == region->tickets_used;
}

int32_t ipc_check(ipc_region *region)
{
    int32_t objects = ipc_count(region, IPC_COUNT_OBJECTS);
    ipc_process *self = objects < 0 ? NULL : ipc_begin(region, IPC_SUPERVISOR);
    if (!self) {
        return IPC_BUSY;
    }
    bool quiet = region->magic == IPC_MAGIC && region->changes == 0 && region->objects_closing == 0;
    int64_t of_objects = quiet && ipc_heap_check(region) ? check_objects(region) : -1;
    int64_t of_processes = of_objects >= 0 ? check_processes(region) : -1;
    bool sound = of_processes >= 0 && of_objects + of_processes == region->heap.blocks && check_tickets(region);
    return (int32_t)ipc_abandon(region, self, sound ? IPC_OK : IPC_DAMAGED);
}
