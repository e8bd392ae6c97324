/* wait.c: one way to wait for everything.
 *
 * Each process has one futex word, `wake`. Whatever a process may wait for keeps a mask of who has armed it. Whoever changes the state
 * takes the mask and, for each in it, counts the word up and notifies it, the latter only if `sleeping` says that somebody sleeps.
 *
 * Why no wake-up is lost. The waiter reads the word, sets its bit in the mask, tests the state, and sleeps if the word is unchanged.
 *  1. Waker and waiter: the waker changes the state and then takes the mask; the waiter sets its bit and then tests the state. All
 *     four are sequentially consistent (semaphores), or both pairs happen under the lock. So either the waker finds the bit, or the
 *     waiter sees the new state.
 *  2. The waker found the bit: it counts the word up after the waiter has read it, so the waiter's sleep ends, or does not begin.
 *     Does it begin, the waker has to notify: the waiter sets `sleeping` and then compares the word, the waker counts up and then
 *     reads `sleeping`, all sequentially consistent. Either the comparison fails or the waker sees the flag.
 *  3. The waker dies in between: ipc_end wakes everybody.
 * A bit that is left over, because its process went on for another reason, wakes it once more for nothing.
 */
#include "ipc/object.h"
#include "ipc/process.h"
#include "ipc/transaction.h"
#include "runtime/prim.h"

/* ------------------------------------------------------------------------------------------------ parts */

uint32_t ipc_sequence(ipc_region *region, uint32_t token)
{
    return atomic_load(&region->processes[ipc_slot(token)].wake);
}

static int32_t test(ipc_region *region, const ipc_process *self, ipc_object *object, uint32_t event, uint32_t id)
{
    switch (event) {
    case IPC_READABLE:
        return object->kind == IPC_LISTENER ? object->as.listener.head != 0 : ipc_pipe_readable(object, self->token);
    case IPC_WRITABLE:
        return ipc_pipe_writable(object);
    case IPC_TAKEABLE:
        return atomic_load(&object->as.semaphore.value) > 0;
    case IPC_CHILD:
        return ipc_has_child_news(region, self, id);
    default:
        return (atomic_load(&self->pending) & atomic_load(&self->caught)) != 0;
    }
}

/* What the event is about; NULL: no such object, or not one that the process holds. */
static ipc_object *object_of(ipc_region *region, const ipc_process *self, uint32_t event, uint32_t id)
{
    uint32_t end = event == IPC_WRITABLE ? IPC_WRITE_END : 0;
    uint32_t kind = event == IPC_TAKEABLE ? IPC_SEMAPHORE : IPC_PIPE;
    ipc_object *object = ipc_held(region, self, id, kind, end);
    return object || event != IPC_READABLE ? object : ipc_held(region, self, id, IPC_LISTENER, 0);
}

static int32_t look(ipc_region *region, uint32_t token, uint32_t event, uint32_t id, bool arm)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    bool about_object = event == IPC_READABLE || event == IPC_WRITABLE || event == IPC_TAKEABLE;
    ipc_object *object = about_object ? object_of(region, self, event, id) : NULL;
    if ((about_object && !object) || event < IPC_READABLE || event > IPC_SIGNAL) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    if (arm && about_object) {
        atomic_fetch_or(&object->waiters[event == IPC_WRITABLE], ipc_bit(self));
        IPC_STEP();
    }
    return (int32_t)ipc_abandon(region, self, test(region, self, object, event, id));
}

int32_t ipc_arm(ipc_region *region, uint32_t token, uint32_t event, uint32_t id)
{
    return look(region, token, event, id, true);
}

int32_t ipc_ready(ipc_region *region, uint32_t token, uint32_t event, uint32_t id)
{
    return look(region, token, event, id, false);
}

/* Not inside: a process that sleeps may be ended at any time. One that was, and wakes up after all, can only clear its own mark. */
int32_t ipc_park(ipc_region *region, uint32_t token, uint32_t sequence, double seconds)
{
    if (token == IPC_SUPERVISOR) {
        return IPC_BAD;
    }
    ipc_process *self = &region->processes[ipc_slot(token)];
    for (uint32_t spin = 0; spin < region->spin; spin++) {
        if (atomic_load(&self->wake) != sequence) {
            return 1;
        }
        pf_prim_pause();
    }
    ipc_asleep(region, token, 1);
    IPC_STEP();
    pf_prim_wait(&self->wake, sequence, seconds);
    ipc_asleep(region, token, 0);
    return atomic_load(&self->wake) != sequence;
}

int32_t ipc_wake_word(ipc_region *region, uint32_t token)
{
    return (int32_t)ipc_offset(region, (const void *)&region->processes[ipc_slot(token)].wake);
}

int32_t ipc_asleep(ipc_region *region, uint32_t token, int32_t asleep)
{
    ipc_process *self = &region->processes[ipc_slot(token)];
    uint32_t mine = token;
    if (asleep) {
        atomic_store(&self->sleeping, token);
    } else {
        atomic_compare_exchange_strong(&self->sleeping, &mine, 0);
    }
    return IPC_OK;
}

/* ------------------------------------------------------------------------------------------------ whole waits */

/* Sleeps until the word changes, for what is left of the time. 1: look again; 0: time is over; or why not to go on. */
static int32_t sleep_on(ipc_region *region, uint32_t token, uint32_t sequence, double seconds, double begin)
{
    int32_t signals = ipc_signals_pending(region, token);
    if (signals != 0) {
        return signals < 0 ? signals : IPC_INTERRUPTED;
    }
    double left = seconds < 0 ? -1 : begin + seconds - pf_prim_now();
    if (seconds >= 0 && left <= 0) {
        return 0;
    }
    int32_t parked = ipc_park(region, token, sequence, left);
    return parked < 0 ? parked : 1;
}

static double start_of(double seconds)
{
    return seconds > 0 ? pf_prim_now() : 0;
}

int32_t ipc_wait(ipc_region *region, uint32_t token, uint32_t event, uint32_t id, double seconds)
{
    double begin = start_of(seconds);
    for (;;) {
        uint32_t sequence = ipc_sequence(region, token);
        int32_t ready = look(region, token, event, id, seconds != 0);
        if (ready != 0 || seconds == 0) {
            return ready;
        }
        int32_t on = sleep_on(region, token, sequence, seconds, begin);
        if (on <= 0) {
            return on;
        }
    }
}

int32_t ipc_wait_list(ipc_region *region, uint32_t token, uint32_t offset, uint32_t count, double seconds)
{
    if (offset % 4 != 0 || offset > region->bytes || count > (region->bytes - offset) / sizeof(ipc_watch)) {
        return IPC_BAD;
    }
    ipc_watch *list = ipc_at(region, offset);
    double begin = start_of(seconds);
    for (;;) {
        uint32_t sequence = ipc_sequence(region, token);
        int32_t ready = 0;
        for (uint32_t i = 0; i < count; i++) {
            int32_t one = look(region, token, list[i].event, list[i].id, seconds != 0);
            if (one == IPC_DEAD || one == IPC_BUSY) {
                return one;
            }
            list[i].ready = one;
            ready += one != 0;
        }
        if (ready != 0 || seconds == 0) {
            return ready;
        }
        int32_t on = sleep_on(region, token, sequence, seconds, begin);
        if (on <= 0) {
            return on;
        }
    }
}

int32_t ipc_semaphore_wait(ipc_region *region, uint32_t token, uint32_t id, double seconds)
{
    int32_t taken = ipc_semaphore_try(region, token, id);
    double begin = taken == 0 ? start_of(seconds) : 0;
    while (taken == 0 && seconds != 0) {
        uint32_t sequence = ipc_sequence(region, token);
        int32_t ready = look(region, token, IPC_TAKEABLE, id, true);
        int32_t on = ready == 0 ? sleep_on(region, token, sequence, seconds, begin) : ready;
        if (on <= 0) {
            return on;
        }
        taken = ipc_semaphore_try(region, token, id);
    }
    return taken;
}

int32_t ipc_sleep(ipc_region *region, uint32_t token, double seconds)
{
    double begin = start_of(seconds);
    for (;;) {
        uint32_t sequence = ipc_sequence(region, token);
        int32_t on = sleep_on(region, token, sequence, seconds, begin);
        if (on <= 0) {
            return on == 0 ? 1 : on;
        }
    }
}
