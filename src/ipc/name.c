/* name.c: names of semaphores, segments and listeners, in lists by hash. */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/transaction.h"

/* FNV-1a (Fowler, Noll, Vo), the kind first. */
static uint32_t *list_of(ipc_region *region, uint32_t kind, const uint8_t *bytes, uint32_t length)
{
    uint32_t hash = (2166136261u ^ kind) * 16777619u;
    for (uint32_t i = 0; i < length; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return &region->names[(hash ^ hash >> 16) % IPC_NAME_LISTS];
}

static uint32_t *length_of(ipc_region *region, uint32_t memory)
{
    return &ipc_block_of(region, memory)->next;
}

static bool is_named(ipc_region *region, const ipc_object *object, uint32_t kind, const uint8_t *bytes, uint32_t length)
{
    if (object->kind != kind || object->name == 0 || *length_of(region, object->name) != length) {
        return false;
    }
    const uint8_t *own = ipc_at(region, object->name);
    uint32_t same = 0;
    while (same < length && own[same] == bytes[same]) {
        same++;
    }
    return same == length;
}

static bool is_name(ipc_region *region, uint32_t name, uint32_t length)
{
    return length >= 1 && length <= IPC_NAME_LIMIT && name <= region->bytes - length;
}

uint32_t ipc_name_find(ipc_region *region, uint32_t kind, uint32_t name, uint32_t length)
{
    if (!is_name(region, name, length)) {
        return 0;
    }
    const uint8_t *bytes = ipc_at(region, name);
    uint32_t index = *list_of(region, kind, bytes, length);
    while (index != 0 && !is_named(region, &region->objects[index], kind, bytes, length)) {
        index = region->objects[index].next_name;
    }
    return index;
}

int32_t ipc_name_give(ipc_region *region, ipc_object *object, uint32_t name, uint32_t length)
{
    if (!is_name(region, name, length)) {
        return IPC_BAD;
    }
    if (ipc_name_find(region, object->kind, name, length) != 0) {
        return IPC_EXISTS;
    }
    uint32_t memory = ipc_heap_alloc(region, length, IPC_OWNED | object->id);
    if (memory == 0) {
        return IPC_MEMORY;
    }
    uint8_t *own = ipc_at(region, memory);
    const uint8_t *bytes = ipc_at(region, name);
    for (uint32_t i = 0; i < length; i++) {
        own[i] = bytes[i];
    }
    uint32_t *list = list_of(region, object->kind, bytes, length);
    ipc_put(length_of(region, memory), length);
    ipc_put(&object->next_name, *list);
    ipc_set(region, &object->name, memory);
    ipc_set(region, list, (uint32_t)(object - region->objects));
    return IPC_OK;
}

void ipc_name_remove(ipc_region *region, ipc_object *object)
{
    uint32_t memory = object->name;
    uint32_t *link = list_of(region, object->kind, ipc_at(region, memory), *length_of(region, memory));
    while (*link != (uint32_t)(object - region->objects)) {
        link = &region->objects[*link].next_name;
    }
    ipc_set(region, link, object->next_name);
    ipc_set(region, &object->name, 0);
    ipc_heap_free(region, memory);
}
