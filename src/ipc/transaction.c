/* transaction.c: gate, lock, undo log, wake-ups.
 *
 * Gate. One word a process says whether it is inside, and whether it may still enter. Entering is one compare-and-exchange from
 * "outside, not doomed"; dooming is one fetch-or. So exactly one of these holds when ipc_end has set the bit: the process is inside
 * (ipc_end sees it and waits), or it will never be. The pid is part of the word, so that a process of the past changes nothing.
 *
 * Lock. One for everything that has more than one word. It is held for some 0.1 us at a time, and never while anybody copies or
 * waits; a lock for each object would let more go on side by side, and would make every operation on two of them a case of its own
 * when its process dies. Three states as in Drepper's "Futexes are tricky": free, taken, taken and somebody sleeps.
 *
 * Log. The holder notes the old value of a word before it stores the new one. `changes` counts the notes: a note counts from the
 * store after it on, so at every instant the notes that count are exactly what has to be put back, but for the last one, whose
 * word may still be unchanged, and then putting it back changes nothing. Setting `changes` to 0 commits.
 */
#include "ipc/transaction.h"

#include "ipc/object.h"
#include "runtime/prim.h"

#include <limits.h>

/* Looks of the supervisor at the lock, which may not sleep. */
#define SUPERVISOR_LOOKS 20000

/* Closed objects are emptied so many blocks at a time; then others have their turn. */
#define EMPTY_AT_ONCE 32

/* ------------------------------------------------------------------------------------------------ gate */

ipc_process *ipc_enter(ipc_region *region, uint32_t token)
{
    uint32_t outside = token / IPC_SLOTS << IPC_GATE_BITS;
    ipc_process *self = &region->processes[ipc_slot(token)];
    uint32_t seen = outside;
    while (outside != 0) {
        if (atomic_compare_exchange_weak(&self->gate, &seen, seen | IPC_INSIDE)) {
            IPC_STEP();
            return self;
        }
        if (seen == (outside | IPC_DOOMED | IPC_HOLDING)) {
            /* Whoever calls does not copy any more, and will not again. */
            atomic_compare_exchange_strong(&self->gate, &seen, outside | IPC_DOOMED);
            return NULL;
        }
        if (seen != outside && seen != (outside | IPC_HOLDING)) {
            return NULL;
        }
    }
    return NULL;
}

void ipc_leave(ipc_process *self)
{
    IPC_STEP();
    uint32_t pid = self->token / IPC_SLOTS;
    uint32_t holding = self->holds > 0 ? IPC_HOLDING : 0;
    uint32_t seen = pid << IPC_GATE_BITS | IPC_INSIDE;
    while (seen >> IPC_GATE_BITS == pid &&
           !atomic_compare_exchange_weak(&self->gate, &seen, (seen & ~(IPC_INSIDE | IPC_HOLDING)) | holding)) {
    }
    IPC_STEP();
}

/* ------------------------------------------------------------------------------------------------ lock */

static bool take_if_free(ipc_region *region, uint32_t taken)
{
    uint32_t free = 0;
    return atomic_compare_exchange_strong(&region->lock, &free, taken);
}

static bool lock(ipc_region *region, uint32_t token)
{
    uint32_t looks = token == IPC_SUPERVISOR ? SUPERVISOR_LOOKS : region->spin;
    for (uint32_t look = 0;; look++) {
        if ((look == 0 || atomic_load(&region->lock) == 0) && take_if_free(region, token << 1)) {
            return true;
        }
        if (look >= looks) {
            break;
        }
        pf_prim_pause();
    }
    if (token == IPC_SUPERVISOR) {
        return false;
    }
    /* Taken as "somebody sleeps" from here on: others may have come to sleep while this one slept. */
    while (!take_if_free(region, token << 1 | 1)) {
        uint32_t seen = atomic_load(&region->lock);
        if (seen != 0 && ((seen & 1) || atomic_compare_exchange_strong(&region->lock, &seen, seen | 1))) {
            pf_prim_wait(&region->lock, seen | 1, -1);
        }
    }
    return true;
}

static void unlock(ipc_region *region)
{
    IPC_STEP();
    if (atomic_exchange(&region->lock, 0) & 1) {
        IPC_STEP();
        pf_prim_wake(&region->lock, 1);
    }
    IPC_STEP();
}

ipc_process *ipc_begin(ipc_region *region, uint32_t token)
{
    ipc_process *self = ipc_enter(region, token);
    if (self && !lock(region, token)) {
        ipc_leave(self);
        return NULL;
    }
    IPC_STEP();
    return self;
}

/* ------------------------------------------------------------------------------------------------ log */

static void note(ipc_region *region, const void *word, uint32_t wide, uint64_t old)
{
    uint32_t number = region->changes;
    if (number >= IPC_CHANGES) {
        __builtin_trap(); /* a transaction larger than any: a mistake in this program */
    }
    region->log[number] = (ipc_change){ipc_offset(region, word), wide, old};
    IPC_STEP();
    __atomic_store_n(&region->changes, number + 1, __ATOMIC_RELEASE);
    IPC_STEP();
}

void ipc_set(ipc_region *region, uint32_t *word, uint32_t value)
{
    note(region, word, 0, *word);
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
    IPC_STEP();
}

void ipc_set_wide(ipc_region *region, uint64_t *word, uint64_t value)
{
    note(region, word, 1, *word);
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
    IPC_STEP();
}

void ipc_commit_changes(ipc_region *region)
{
    __atomic_store_n(&region->changes, 0, __ATOMIC_RELEASE);
    IPC_STEP();
}

static void undo(ipc_region *region)
{
    for (uint32_t number = region->changes; number > 0; number--) {
        const ipc_change *change = &region->log[number - 1];
        void *word = ipc_at(region, change->offset);
        if (change->wide) {
            __atomic_store_n((uint64_t *)word, change->old, __ATOMIC_RELAXED);
        } else {
            ipc_put(word, (uint32_t)change->old);
        }
        IPC_STEP();
    }
    ipc_commit_changes(region);
}

/* ------------------------------------------------------------------------------------------------ end of a transaction */

void ipc_wake_slots(ipc_region *region, uint64_t slots)
{
    for (; slots != 0; slots &= slots - 1) {
        ipc_process *process = &region->processes[__builtin_ctzll(slots)];
        IPC_STEP();
        atomic_fetch_add(&process->wake, 1);
        IPC_STEP();
        if (atomic_load(&process->sleeping) != 0) {
            pf_prim_wake(&process->wake, INT_MAX);
        }
    }
}

int64_t ipc_finish(ipc_region *region, ipc_process *self, uint64_t wake, int64_t result)
{
    ipc_commit_changes(region);
    bool locked = true;
    /* Each step is a transaction of its own: what a process leaves undone the next one does. */
    for (uint32_t step = 1; locked && region->objects_closing != 0; step++) {
        wake |= ipc_object_empty(region);
        ipc_commit_changes(region);
        if (step % EMPTY_AT_ONCE == 0) {
            unlock(region);
            locked = lock(region, self->token);
        }
    }
    if (locked) {
        unlock(region);
    }
    ipc_wake_slots(region, wake);
    ipc_leave(self);
    return result;
}

int64_t ipc_abandon(ipc_region *region, ipc_process *self, int64_t result)
{
    undo(region);
    unlock(region);
    ipc_leave(self);
    return result;
}

void ipc_break_lock(ipc_region *region, uint32_t token)
{
    if (atomic_load(&region->lock) >> 1 == token) {
        undo(region);
        atomic_store(&region->lock, 0);
    }
    /* Who died may have been the one that should have woken the next. */
    pf_prim_wake(&region->lock, INT_MAX);
}
