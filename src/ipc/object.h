/* object.h: the object table, references, names, tickets. Private to src/ipc; inside a transaction unless it says otherwise. */
#ifndef PF_IPC_OBJECT_H
#define PF_IPC_OBJECT_H

#include "ipc/layout.h"

/* The object with this id and kind; NULL: none. Also outside a transaction. */
ipc_object *ipc_find(ipc_region *region, uint32_t id, uint32_t kind);

/* Whether the process holds the end; only it and its ipc_end change that. Also outside a transaction. */
bool ipc_holds(const ipc_process *self, const ipc_object *object, uint32_t end);

/* Both: the object if the caller holds its end. */
ipc_object *ipc_held(ipc_region *region, const ipc_process *self, uint32_t id, uint32_t kind, uint32_t end);

/* The object of any kind with this id, if the caller holds its end (0 or 1); NULL: no. */
ipc_object *ipc_held_any(ipc_region *region, const ipc_process *self, uint32_t id, uint32_t end);

/* A new one without references, `as` all zero. NULL: the table is full. */
ipc_object *ipc_object_new(ipc_region *region, uint32_t kind);

/* The caller holds the end from now on. */
void ipc_hold_end(ipc_region *region, const ipc_process *self, ipc_object *object, uint32_t end);

/* Drops held references (a mask) and references in flight. Returns the slots to wake. An object that nothing refers to any more
 * is put into the list of closing ones. */
uint64_t ipc_drop(ipc_region *region, ipc_object *object, uint32_t end, uint64_t holders, uint32_t flying);

/* Does one step for the first closing object: frees one block of it, or at last the object. Returns the slots to wake. */
uint64_t ipc_object_empty(ipc_region *region);

/* Takes the mask of who waits for an end, and leaves none. */
uint64_t ipc_waiters(ipc_object *object, uint32_t end);

/* Whether a read by this process, or a write, would not have to wait. */
bool ipc_pipe_readable(const ipc_object *pipe, uint32_t token);
bool ipc_pipe_writable(const ipc_object *pipe);

/* Names. ipc_name_find: index of the object; 0: none. ipc_name_give: IPC_OK; IPC_EXISTS, IPC_BAD, IPC_MEMORY, then to be
 * abandoned. */
uint32_t ipc_name_find(ipc_region *region, uint32_t kind, uint32_t name, uint32_t length);
int32_t ipc_name_give(ipc_region *region, ipc_object *object, uint32_t name, uint32_t length);
void ipc_name_remove(ipc_region *region, ipc_object *object);

/* Drops the tickets of a message that nobody will read / lets them be tickets without a message. */
uint64_t ipc_tickets_die(ipc_region *region, uint32_t message);
void ipc_tickets_arrive(ipc_region *region, uint32_t message);

/* A ticket of this owner; 0: it has none. And drops one. */
uint32_t ipc_ticket_of(ipc_region *region, uint32_t owner);
uint64_t ipc_ticket_die(ipc_region *region, uint32_t ticket);

#endif
