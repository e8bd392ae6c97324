/* ticket.c: references in flight. */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/transaction.h"

static ipc_ticket_entry *entry_of(ipc_region *region, uint32_t number)
{
    uint32_t index = (number & ((1u << IPC_TICKET_BITS) - 1)) - 1;
    return index < IPC_TICKETS && region->tickets[index].number == number ? &region->tickets[index] : NULL;
}

static ipc_object *object_of(ipc_region *region, const ipc_ticket_entry *entry)
{
    return &region->objects[entry->id & IPC_INDEX_MASK];
}

static void free_entry(ipc_region *region, ipc_ticket_entry *entry)
{
    ipc_set(region, &entry->number, 0);
    ipc_set(region, &region->tickets_used, region->tickets_used - 1);
}

static uint64_t die(ipc_region *region, ipc_ticket_entry *entry)
{
    free_entry(region, entry);
    if (entry->carrier != 0) {
        ipc_message *message = ipc_at(region, entry->carrier);
        ipc_set(region, &message->tickets, message->tickets - 1);
    }
    return ipc_drop(region, object_of(region, entry), entry->end, 0, 1);
}

/* ------------------------------------------------------------------------------------------------ with messages */

uint64_t ipc_tickets_die(ipc_region *region, uint32_t memory)
{
    const ipc_message *message = ipc_at(region, memory);
    uint64_t wake = 0;
    for (uint32_t i = 0; message->tickets > 0 && i < IPC_TICKETS; i++) {
        if (region->tickets[i].number != 0 && region->tickets[i].carrier == memory) {
            wake |= die(region, &region->tickets[i]);
        }
    }
    return wake;
}

void ipc_tickets_arrive(ipc_region *region, uint32_t memory)
{
    ipc_message *message = ipc_at(region, memory);
    for (uint32_t i = 0; message->tickets > 0 && i < IPC_TICKETS; i++) {
        if (region->tickets[i].number != 0 && region->tickets[i].carrier == memory) {
            ipc_set(region, &region->tickets[i].carrier, 0);
            ipc_set(region, &message->tickets, message->tickets - 1);
        }
    }
}

uint32_t ipc_ticket_of(ipc_region *region, uint32_t owner)
{
    for (uint32_t i = 0; region->tickets_used > 0 && i < IPC_TICKETS; i++) {
        if (region->tickets[i].number != 0 && region->tickets[i].owner == owner) {
            return region->tickets[i].number;
        }
    }
    return 0;
}

uint64_t ipc_ticket_die(ipc_region *region, uint32_t ticket)
{
    return die(region, entry_of(region, ticket));
}

/* ------------------------------------------------------------------------------------------------ entries */

int32_t ipc_ticket(ipc_region *region, uint32_t token, uint32_t id, uint32_t end)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *object = ipc_held_any(region, self, id, end);
    if (!object) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    uint32_t index = 0;
    while (index < IPC_TICKETS && region->tickets[index].number != 0) {
        index++;
    }
    if (index == IPC_TICKETS) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    ipc_ticket_entry *entry = &region->tickets[index];
    uint32_t generation = (entry->generation + 1) % (1u << (31 - IPC_TICKET_BITS));
    ipc_put(&entry->generation, generation);
    ipc_put(&entry->owner, token);
    ipc_put(&entry->id, id);
    ipc_put(&entry->end, end);
    ipc_put(&entry->carrier, 0);
    ipc_set(region, &entry->number, generation << IPC_TICKET_BITS | (index + 1));
    ipc_set(region, &region->tickets_used, region->tickets_used + 1);
    ipc_set(region, &object->flying[end], object->flying[end] + 1);
    return (int32_t)ipc_finish(region, self, 0, entry->number);
}

int64_t ipc_ticket_take(ipc_region *region, uint32_t token, uint32_t ticket)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_ticket_entry *entry = entry_of(region, ticket);
    if (!entry) {
        return ipc_abandon(region, self, IPC_BAD);
    }
    int64_t taken = ipc_pair(entry->id, entry->end);
    ipc_hold_end(region, self, object_of(region, entry), entry->end);
    return ipc_finish(region, self, die(region, entry), taken);
}

int32_t ipc_ticket_drop(ipc_region *region, uint32_t token, uint32_t ticket)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_ticket_entry *entry = entry_of(region, ticket);
    if (!entry || entry->owner != token) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    return (int32_t)ipc_finish(region, self, die(region, entry), IPC_OK);
}

int32_t ipc_ticket_attach(ipc_region *region, uint32_t token, uint32_t ticket, uint32_t offset)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_ticket_entry *entry = entry_of(region, ticket);
    uint32_t memory = ipc_list_find(region, self->blocks, offset);
    if (!entry || entry->owner != token || entry->carrier != 0 || memory == 0) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    ipc_message *message = ipc_at(region, memory);
    if (message->tickets == IPC_TICKETS_EACH) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    ipc_set(region, &entry->carrier, memory);
    ipc_set(region, &message->tickets, message->tickets + 1);
    return (int32_t)ipc_finish(region, self, 0, IPC_OK);
}
