/* transaction.h: how a call enters and leaves the kernel, and how it changes the region. Private to src/ipc.
 *
 * Every function of ipc.h that changes more than one word is one transaction:
 *
 *     ipc_process *self = ipc_begin(region, token);      enters, takes the lock
 *     if (!self) return ipc_refusal(token);
 *     ... ipc_set(region, &word, value) ...              notes the old value, then stores the new one
 *     return ipc_finish(region, self, wake, result);     commits: forgets the old values, one store; unlocks, wakes, leaves
 *
 * ipc_abandon in place of ipc_finish puts the old values back. When the process dies in between, ipc_break_lock does so for it.
 */
#ifndef PF_IPC_TRANSACTION_H
#define PF_IPC_TRANSACTION_H

#include "ipc/layout.h"

#include <stdatomic.h>

/* A place at which tests let a process die (-DIPC_STEPS); nothing otherwise. */
#ifdef IPC_STEPS
void ipc_test_step(void);
#define IPC_STEP() ipc_test_step()
#else
#define IPC_STEP() ((void)0)
#endif

/* Without the lock: from outside to inside, and back. NULL: doomed, dead, or inside already. */
ipc_process *ipc_enter(ipc_region *region, uint32_t token);
void ipc_leave(ipc_process *self);

/* ipc_enter and the lock. NULL: what ipc_refusal says. */
ipc_process *ipc_begin(ipc_region *region, uint32_t token);
static inline int32_t ipc_refusal(uint32_t token)
{
    return token == IPC_SUPERVISOR ? IPC_BUSY : IPC_DEAD;
}

/* Ends a transaction; `wake`: slots. Empties closing objects first, a few at a time. Returns `result`. */
int64_t ipc_finish(ipc_region *region, ipc_process *self, uint64_t wake, int64_t result);
int64_t ipc_abandon(ipc_region *region, ipc_process *self, int64_t result);

/* What was set until here is done, whatever comes; the lock stays. */
void ipc_commit_changes(ipc_region *region);

/* Supervisor: if the dead process has the lock, undoes its transaction and frees the lock. Wakes everybody who waits for it. */
void ipc_break_lock(ipc_region *region, uint32_t token);

void ipc_wake_slots(ipc_region *region, uint64_t slots);

/* Stores are atomic so that words marked (seen) may be read by others meanwhile, and so that no compiler changes their order:
 * a process that stops between two of them leaves what the source says. */
void ipc_set(ipc_region *region, uint32_t *word, uint32_t value);
void ipc_set_wide(ipc_region *region, uint64_t *word, uint64_t value);

/* The same for memory that nobody else can reach before the transaction is committed: without a note. */
static inline void ipc_put(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline uint32_t ipc_see(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t ipc_see_wide(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

#endif
