/* process.c: the process table: what a process says about itself and asks for. supervisor.c has its beginning and end. */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/process.h"
#include "ipc/transaction.h"

/* What a signal does that is neither caught nor ignored: nothing for SIGCHLD, SIGCONT, SIGURG, SIGWINCH and those that would stop
 * a process, which nothing here can. */
#define KILL 9u
#define STOP 19u
#define HARMLESS (1u << 17 | 1u << 18 | 1u << STOP | 1u << 20 | 1u << 21 | 1u << 22 | 1u << 23 | 1u << 28)

bool ipc_is_alive(const ipc_process *process)
{
    uint32_t state = ipc_see(&process->state);
    return state == IPC_STARTING || state == IPC_RUNNING;
}

ipc_process *ipc_alive(ipc_region *region, uint32_t pid)
{
    for (uint32_t slot = 0; slot < IPC_SLOTS; slot++) {
        ipc_process *process = &region->processes[slot];
        if (ipc_see(&process->pid) == pid && ipc_is_alive(process)) {
            return process;
        }
    }
    return NULL;
}

/* The first verdict counts. */
static void condemn(ipc_region *region, ipc_process *process, uint32_t status)
{
    uint32_t none = 0;
    atomic_compare_exchange_strong(&process->verdict, &none, IPC_VERDICT | status);
    IPC_STEP();
    ipc_wake_slots(region, 1);
}

/* ------------------------------------------------------------------------------------------------ life */

int32_t ipc_running(ipc_region *region, uint32_t token)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_set(region, &self->state, IPC_RUNNING);
    return (int32_t)ipc_finish(region, self, 0, IPC_OK);
}

int32_t ipc_exit(ipc_region *region, uint32_t token, uint32_t status)
{
    ipc_process *self = token == IPC_SUPERVISOR ? NULL : ipc_enter(region, token);
    if (!self) {
        return token == IPC_SUPERVISOR ? IPC_BAD : IPC_DEAD;
    }
    condemn(region, self, status & ~IPC_VERDICT);
    ipc_leave(self);
    ipc_doom(self, token / IPC_SLOTS);
    return IPC_OK;
}

int32_t ipc_parent(ipc_region *region, uint32_t token)
{
    return (int32_t)ipc_see(&region->processes[ipc_slot(token)].parent);
}

int64_t ipc_waitpid(ipc_region *region, uint32_t token, uint32_t pid)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    int64_t found = IPC_NO_CHILD;
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        ipc_process *child = &region->processes[slot];
        if (child->state == IPC_FREE || child->parent != self->pid || (pid != 0 && child->pid != pid)) {
            continue;
        }
        if (child->state == IPC_ZOMBIE) {
            found = ipc_pair(child->pid, child->status);
            ipc_set(region, &child->state, IPC_FREE);
            break;
        }
        found = 0;
    }
    return ipc_finish(region, self, 0, found);
}

bool ipc_has_child_news(const ipc_region *region, const ipc_process *self, uint32_t pid)
{
    bool any = false;
    for (uint32_t slot = 1; slot < IPC_SLOTS; slot++) {
        const ipc_process *child = &region->processes[slot];
        if (child->state != IPC_FREE && child->parent == self->pid && (pid == 0 || child->pid == pid)) {
            any = true;
            if (child->state == IPC_ZOMBIE) {
                return true;
            }
        }
    }
    return !any;
}

/* ------------------------------------------------------------------------------------------------ memory */

int32_t ipc_scratch(ipc_region *region, uint32_t token)
{
    return (int32_t)ipc_offset(region, region->processes[ipc_slot(token)].scratch);
}

int32_t ipc_take(ipc_region *region, uint32_t token, uint32_t bytes)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    uint32_t memory = bytes > 0 ? ipc_heap_alloc(region, bytes, token) : 0;
    if (memory == 0) {
        return (int32_t)ipc_abandon(region, self, bytes > 0 ? IPC_MEMORY : IPC_BAD);
    }
    ipc_list_push(region, &self->memories, memory);
    return (int32_t)ipc_finish(region, self, 0, memory);
}

int32_t ipc_give(ipc_region *region, uint32_t token, uint32_t offset)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    if (!ipc_list_remove(region, &self->memories, offset)) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    ipc_heap_free(region, offset);
    return (int32_t)ipc_finish(region, self, 0, IPC_OK);
}

int32_t ipc_hold(ipc_region *region, uint32_t token)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    self->holds++;
    ipc_leave(self);
    return IPC_OK;
}

int32_t ipc_unhold(ipc_region *region, uint32_t token)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    bool held = self->holds > 0;
    self->holds -= held;
    ipc_leave(self);
    return held ? IPC_OK : IPC_BAD;
}

/* ------------------------------------------------------------------------------------------------ signals */

static uint32_t mask_of(uint32_t signal)
{
    return 1u << (signal - 1);
}

/* Whether it kills. */
static bool deliver(ipc_region *region, ipc_process *process, uint32_t signal)
{
    uint32_t mask = mask_of(signal);
    if (signal != KILL && (atomic_load(&process->caught) & mask)) {
        atomic_fetch_or(&process->pending, mask);
        IPC_STEP();
        ipc_wake_slots(region, ipc_bit(process));
        return false;
    }
    bool kills = signal == KILL || !((atomic_load(&process->ignored) & mask) || (HARMLESS >> signal & 1));
    if (kills) {
        condemn(region, process, signal);
    }
    return kills;
}

int32_t ipc_signal(ipc_region *region, uint32_t token, uint32_t pid, uint32_t signal)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    int32_t status = signal > 31 || pid == IPC_SUPERVISOR / IPC_SLOTS ? IPC_BAD : IPC_NONE;
    bool killed_itself = false;
    for (uint32_t slot = 1; status == IPC_NONE && slot < IPC_SLOTS; slot++) {
        ipc_process *process = &region->processes[slot];
        if (process->state != IPC_FREE && process->pid == pid) {
            status = IPC_OK;
            if (signal != 0 && process->state != IPC_ZOMBIE) {
                killed_itself = deliver(region, process, signal) && process == self;
            }
        }
    }
    ipc_finish(region, self, 0, IPC_OK);
    if (killed_itself) {
        ipc_doom(self, token / IPC_SLOTS);
    }
    return status;
}

int32_t ipc_signal_action(ipc_region *region, uint32_t token, uint32_t signal, uint32_t action)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    if (signal < 1 || signal > 31 || signal == KILL || signal == STOP || action > IPC_CATCH) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    uint32_t mask = mask_of(signal);
    uint32_t caught = atomic_load(&self->caught) & ~mask;
    uint32_t ignored = atomic_load(&self->ignored) & ~mask;
    atomic_store(&self->caught, action == IPC_CATCH ? caught | mask : caught);
    atomic_store(&self->ignored, action == IPC_IGNORE ? ignored | mask : ignored);
    if (action != IPC_CATCH) {
        atomic_fetch_and(&self->pending, ~mask);
    }
    return (int32_t)ipc_finish(region, self, 0, IPC_OK);
}

int32_t ipc_signals_pending(ipc_region *region, uint32_t token)
{
    const ipc_process *self = &region->processes[ipc_slot(token)];
    uint32_t gate = atomic_load(&self->gate);
    if (gate >> IPC_GATE_BITS != token / IPC_SLOTS || (gate & IPC_DOOMED)) {
        return IPC_DEAD;
    }
    return (int32_t)(atomic_load(&self->pending) & atomic_load(&self->caught));
}

int32_t ipc_signal_take(ipc_region *region, uint32_t token)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    uint32_t mask = atomic_load(&self->pending) & atomic_load(&self->caught);
    int32_t signal = mask != 0 ? __builtin_ctz(mask) + 1 : 0;
    if (signal != 0) {
        atomic_fetch_and(&self->pending, ~mask_of((uint32_t)signal));
    }
    ipc_leave(self);
    return signal;
}
