/* semaphore.c: counters that can be waited for. The one word of state is changed by compare-and-exchange, without the lock: trying
 * and posting are what multiprocessing.Lock does all day. */
#include "ipc/object.h"
#include "ipc/transaction.h"

#include <limits.h>

int32_t ipc_semaphore(ipc_region *region, uint32_t token, uint32_t value, uint32_t most, uint32_t name, uint32_t length)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    if (most < 1 || most > INT_MAX || value > most) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    ipc_object *semaphore = ipc_object_new(region, IPC_SEMAPHORE);
    if (!semaphore) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    atomic_store(&semaphore->as.semaphore.value, value);
    ipc_put(&semaphore->as.semaphore.most, most);
    int32_t status = length > 0 ? ipc_name_give(region, semaphore, name, length) : IPC_OK;
    if (status != IPC_OK) {
        return (int32_t)ipc_abandon(region, self, status);
    }
    ipc_hold_end(region, self, semaphore, 0);
    return (int32_t)ipc_finish(region, self, 0, semaphore->id);
}

static int32_t try_once(ipc_object *semaphore)
{
    uint32_t value = atomic_load(&semaphore->as.semaphore.value);
    while (value > 0) {
        if (atomic_compare_exchange_weak(&semaphore->as.semaphore.value, &value, value - 1)) {
            IPC_STEP();
            return 1;
        }
    }
    return 0;
}

int32_t ipc_semaphore_try(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    ipc_object *semaphore = ipc_held(region, self, id, IPC_SEMAPHORE, 0);
    int32_t result = semaphore ? try_once(semaphore) : IPC_BAD;
    ipc_leave(self);
    return result;
}

/* The value first, then the waiters: whoever has set his bit before is woken, whoever sets it later sees the value. Dying between
 * the two leaves sleepers; ipc_end wakes everybody. */
static int32_t post(ipc_region *region, ipc_object *semaphore)
{
    uint32_t value = atomic_load(&semaphore->as.semaphore.value);
    do {
        if (value >= semaphore->as.semaphore.most) {
            return IPC_OVERFLOW;
        }
    } while (!atomic_compare_exchange_weak(&semaphore->as.semaphore.value, &value, value + 1));
    IPC_STEP();
    ipc_wake_slots(region, ipc_waiters(semaphore, 0));
    return IPC_OK;
}

int32_t ipc_semaphore_post(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    ipc_object *semaphore = ipc_held(region, self, id, IPC_SEMAPHORE, 0);
    int32_t result = semaphore ? post(region, semaphore) : IPC_BAD;
    ipc_leave(self);
    return result;
}

int32_t ipc_semaphore_value(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_enter(region, token);
    if (!self) {
        return IPC_DEAD;
    }
    ipc_object *semaphore = ipc_held(region, self, id, IPC_SEMAPHORE, 0);
    int32_t result = semaphore ? (int32_t)atomic_load(&semaphore->as.semaphore.value) : IPC_BAD;
    ipc_leave(self);
    return result;
}
