/* supervisor.c: how processes begin and end. Called by the page's thread alone, which never waits: a step that finds the lock taken
 * returns IPC_BUSY, and everything before it is done already when it is called again. */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/process.h"
#include "ipc/transaction.h"

#define SUPERVISOR_PID (IPC_SUPERVISOR / IPC_SLOTS)
#define KILLED_STATUS 9u

/* ------------------------------------------------------------------------------------------------ beginning */

static ipc_process *free_slot(ipc_region *region)
{
    for (uint32_t i = 0; i < IPC_SLOTS; i++) {
        uint32_t slot = (region->next_slot + i) % IPC_SLOTS;
        if (slot != 0 && region->processes[slot].state == IPC_FREE) {
            ipc_set(region, &region->next_slot, slot + 1); /* the longest free comes next */
            return &region->processes[slot];
        }
    }
    return NULL;
}

static uint32_t new_pid(ipc_region *region)
{
    uint32_t pid = region->next_pid;
    bool used = true;
    while (used) {
        pid = pid + 1 < IPC_PIDS ? pid + 1 : SUPERVISOR_PID + 1;
        used = false;
        for (uint32_t slot = 0; slot < IPC_SLOTS; slot++) {
            used |= region->processes[slot].state != IPC_FREE && region->processes[slot].pid == pid;
        }
    }
    ipc_set(region, &region->next_pid, pid);
    return pid;
}

int32_t ipc_start(ipc_region *region, uint32_t parent)
{
    ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
    if (!self) {
        return IPC_BUSY;
    }
    const ipc_process *above = ipc_alive(region, parent);
    if (!above || (atomic_load(&above->gate) & IPC_DOOMED)) {
        return (int32_t)ipc_abandon(region, self, IPC_NONE);
    }
    ipc_process *process = region->running < region->limit ? free_slot(region) : NULL;
    if (!process) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    uint32_t pid = new_pid(region);
    uint32_t token = pid * IPC_SLOTS + (uint32_t)(process - region->processes);
    atomic_store(&process->sleeping, 0);
    atomic_store(&process->pending, 0);
    atomic_store(&process->caught, 0);
    atomic_store(&process->ignored, 0);
    atomic_store(&process->verdict, 0);
    ipc_set(region, &process->pid, pid);
    ipc_set(region, &process->parent, parent);
    ipc_set(region, &process->status, 0);
    ipc_set(region, &process->orphan, 0);
    ipc_set(region, &process->token, token);
    ipc_set(region, &process->holds, 0);
    ipc_set(region, &process->state, IPC_STARTING);
    ipc_set(region, &region->running, region->running + 1);
    atomic_store(&process->gate, pid << IPC_GATE_BITS);
    return (int32_t)ipc_finish(region, self, 0, token);
}

/* ------------------------------------------------------------------------------------------------ end */

uint32_t ipc_doom(ipc_process *process, uint32_t pid)
{
    uint32_t seen = atomic_load(&process->gate);
    while (seen >> IPC_GATE_BITS == pid && !atomic_compare_exchange_weak(&process->gate, &seen, seen | IPC_DOOMED)) {
    }
    return seen;
}

static bool holds_any(const ipc_process *process, const ipc_object *object)
{
    return ipc_holds(process, object, 0) || ipc_holds(process, object, 1);
}

/* Every step is whole: one object, one ticket, one block. False: the lock was taken. */
static bool drop_objects(ipc_region *region, const ipc_process *process)
{
    for (uint32_t index = 1; index < ipc_see(&region->objects_fresh); index++) {
        ipc_object *object = &region->objects[index];
        if (!holds_any(process, object)) {
            continue;
        }
        ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
        if (!self) {
            return false;
        }
        uint64_t wake = 0;
        if (object->kind == IPC_PIPE && object->as.pipe.claimer == process->token) {
            ipc_set(region, &object->as.pipe.claimer, 0);
            wake |= ipc_waiters(object, IPC_READ_END);
        }
        for (uint32_t end = 0; end < 2; end++) {
            if (ipc_holds(process, object, end)) {
                wake |= ipc_drop(region, object, end, ipc_bit(process), 0);
            }
        }
        ipc_finish(region, self, wake, 0);
    }
    return true;
}

static bool drop_tickets(ipc_region *region, const ipc_process *process)
{
    for (;;) {
        ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
        if (!self) {
            return false;
        }
        uint32_t ticket = ipc_ticket_of(region, process->token);
        ipc_finish(region, self, ticket != 0 ? ipc_ticket_die(region, ticket) : 0, 0);
        if (ticket == 0) {
            return true;
        }
    }
}

static bool drop_blocks(ipc_region *region, ipc_process *process)
{
    for (;;) {
        ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
        if (!self) {
            return false;
        }
        uint32_t *list = process->blocks != 0 ? &process->blocks : &process->memories;
        uint32_t memory = *list;
        if (memory == 0) {
            ipc_finish(region, self, 0, 0);
            return true;
        }
        uint64_t wake = list == &process->blocks ? ipc_tickets_die(region, memory) : 0;
        ipc_list_remove(region, list, memory);
        ipc_heap_free(region, memory);
        ipc_finish(region, self, wake, 0);
    }
}

static bool drop_everything(ipc_region *region, ipc_process *process)
{
    return drop_tickets(region, process) && drop_blocks(region, process) && drop_objects(region, process);
}

/* Its children: zombies nobody waits for go, the living ones are told to the supervisor. */
static void leave_children(ipc_region *region, const ipc_process *process)
{
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        ipc_process *child = &region->processes[slot];
        if (child->state == IPC_FREE || child->parent != process->pid) {
            continue;
        }
        if (child->state == IPC_ZOMBIE) {
            ipc_set(region, &child->state, IPC_FREE);
        } else {
            ipc_set(region, &child->parent, SUPERVISOR_PID);
            ipc_set(region, &child->orphan, 1);
        }
        ipc_commit_changes(region);
    }
}

int32_t ipc_end(ipc_region *region, uint32_t pid, uint32_t status, int32_t force)
{
    ipc_process *process = pid != SUPERVISOR_PID ? ipc_alive(region, pid) : NULL;
    if (!process) {
        return IPC_NONE;
    }
    ipc_doom(process, pid);
    if ((atomic_load(&process->gate) & (IPC_INSIDE | IPC_HOLDING)) && !force) {
        return IPC_BUSY;
    }
    ipc_break_lock(region, process->token);
    if (!drop_everything(region, process)) {
        return IPC_BUSY;
    }
    ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
    if (!self) {
        return IPC_BUSY;
    }
    leave_children(region, process);
    ipc_set(region, &process->status, status);
    ipc_set(region, &process->state, process->parent != SUPERVISOR_PID ? IPC_ZOMBIE : IPC_FREE);
    ipc_set(region, &region->running, region->running - 1);
    /* Everybody: the parent, who waits for it; and whoever it would have woken had it lived one instruction longer. */
    return (int32_t)ipc_finish(region, self, ~(uint64_t)0, IPC_OK);
}

int64_t ipc_next_request(ipc_region *region)
{
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        const ipc_process *process = &region->processes[slot];
        uint32_t verdict = atomic_load(&process->verdict);
        if (verdict != 0 && ipc_is_alive(process)) {
            return ipc_pair(ipc_see(&process->pid), verdict & ~IPC_VERDICT);
        }
    }
    return 0;
}

int32_t ipc_wake(ipc_region *region, uint32_t pid)
{
    const ipc_process *process = ipc_alive(region, pid);
    if (!process) {
        return IPC_NONE;
    }
    ipc_wake_slots(region, ipc_bit(process));
    return IPC_OK;
}

int32_t ipc_info(ipc_region *region, uint32_t slot, uint32_t fact)
{
    if (slot >= IPC_SLOTS || fact > IPC_INFO_ORPHAN) {
        return IPC_BAD;
    }
    const ipc_process *process = &region->processes[slot];
    const uint32_t *word = fact == IPC_INFO_STATE    ? &process->state
                           : fact == IPC_INFO_PID    ? &process->pid
                           : fact == IPC_INFO_PARENT ? &process->parent
                           : fact == IPC_INFO_STATUS ? &process->status
                                                     : &process->orphan;
    return (int32_t)ipc_see(word);
}

/* ------------------------------------------------------------------------------------------------ end of everything */

static bool drop_names(ipc_region *region)
{
    for (uint32_t index = 1; index < ipc_see(&region->objects_fresh); index++) {
        ipc_process *self = ipc_begin(region, IPC_SUPERVISOR);
        if (!self) {
            return false;
        }
        ipc_object *object = &region->objects[index];
        if (object->kind != 0 && object->name != 0) {
            ipc_name_remove(region, object);
            ipc_drop(region, object, 0, 0, 0);
        }
        ipc_finish(region, self, 0, 0);
    }
    return true;
}

int32_t ipc_end_all(ipc_region *region)
{
    /* The lock first: ending any of them takes it. */
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        ipc_process *process = &region->processes[slot];
        if (ipc_is_alive(process)) {
            ipc_doom(process, process->pid);
            ipc_break_lock(region, process->token);
        }
    }
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        ipc_process *process = &region->processes[slot];
        int32_t status = ipc_is_alive(process) ? ipc_end(region, process->pid, KILLED_STATUS, 1) : IPC_OK;
        if (status != IPC_OK) {
            return status;
        }
    }
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        ipc_put(&region->processes[slot].state, IPC_FREE);
    }
    if (!drop_everything(region, &region->processes[0]) || !drop_names(region)) {
        return IPC_BUSY;
    }
    bool left = ipc_count(region, IPC_COUNT_OBJECTS) != 0 || region->heap.blocks != 0 || region->tickets_used != 0;
    return left || region->running != 0 ? IPC_DAMAGED : ipc_check(region);
}
