/* ring.c: the ring buffer (ring.h).
 *
 * Two counters that only grow (and wrap): messages ever put, messages ever got; their difference is what lies in the ring.
 * Each is written by one side and read by the other, so that neither needs a lock. A side keeps the last value that it saw of
 * the other's counter and looks again only when that says full or empty: most puts and gets touch no memory of the other's.
 *
 * Sleeping without a lost wake-up. A side that finds nothing to do sets its `sleeps`, looks at the other's counter once more
 * and sleeps on that counter. The other side counts up and then looks at `sleeps`. All four are sequentially consistent: if the
 * sleeper's second look misses the new count, the look at `sleeps` comes after it was set, and the wake-up is sent. If the
 * wake-up comes between the second look and falling asleep, pf_prim_wait finds another count than it was told and returns.
 */
#include "kernels/messages/ring.h"

#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LINE 64     /* bytes that processors hand to each other; what the two sides write lies on lines of its own */
#define SPINS 200   /* 5 to 10 us, as in the pool: a message that is just coming finds the other side awake */

struct pf_ring {
    /* immutable */
    unsigned char *slots;
    void *memory; /* what free wants */
    uint32_t capacity;
    uint32_t size;

    /* written by the side that puts */
    _Alignas(LINE) _Atomic uint32_t put; /* the getting side sleeps on it */
    _Atomic uint32_t putter_sleeps;
    uint32_t got_seen; /* the putting side's own */

    /* written by the side that gets */
    _Alignas(LINE) _Atomic uint32_t got; /* the putting side sleeps on it */
    _Atomic uint32_t getter_sleeps;
    uint32_t put_seen; /* the getting side's own */

    /* set once, by either */
    _Alignas(LINE) _Atomic bool abandoned;
};

pf_status pf_ring_create(uint32_t capacity, uint32_t size, pf_ring **ring)
{
    if (size == 0 || capacity == 0 || (capacity & (capacity - 1)) != 0 || capacity > UINT32_C(1) << 30) {
        return PF_BAD_ARGUMENT;
    }
    size_t head = (sizeof(pf_ring) + LINE - 1) / LINE * LINE;
    if (capacity > (SIZE_MAX - head - LINE) / size) {
        return PF_OUT_OF_MEMORY;
    }
    unsigned char *memory = calloc(1, head + LINE + (size_t)capacity * size);
    if (!memory) {
        return PF_OUT_OF_MEMORY;
    }
    pf_ring *made = (pf_ring *)(memory + (LINE - (uintptr_t)memory % LINE) % LINE);
    made->memory = memory;
    made->slots = (unsigned char *)made + head;
    made->capacity = capacity;
    made->size = size;
    *ring = made;
    return PF_OK;
}

void pf_ring_destroy(pf_ring *ring)
{
    if (ring) {
        free(ring->memory);
    }
}

/* Returns once *counter, of the other side, is not `seen` any more. */
static pf_status await_other(pf_ring *ring, _Atomic uint32_t *counter, uint32_t seen, _Atomic uint32_t *sleeps)
{
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load_explicit(counter, memory_order_acquire) != seen) {
            return PF_OK;
        }
        pf_prim_pause();
    }
    for (;;) {
        atomic_store(sleeps, 1);
        if (atomic_load(counter) == seen && !atomic_load(&ring->abandoned)) {
            pf_prim_wait(counter, seen, PF_POLL_SECONDS); /* a slice: cancelling wakes nobody */
        }
        atomic_store_explicit(sleeps, 0, memory_order_relaxed);
        if (atomic_load(counter) != seen) {
            return PF_OK;
        }
        if (atomic_load(&ring->abandoned) || pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
}

static void publish(_Atomic uint32_t *counter, uint32_t value, _Atomic uint32_t *other_sleeps)
{
    atomic_store(counter, value);
    if (atomic_load(other_sleeps)) {
        pf_prim_wake(counter, 1);
    }
}

/* Copies n messages between `outside` and the slots from number `at` on, in two parts where they run over the end. */
static void copy(pf_ring *ring, unsigned char *outside, uint32_t at, uint32_t n, bool in)
{
    uint32_t first = at & (ring->capacity - 1);
    uint32_t run = ring->capacity - first < n ? ring->capacity - first : n;
    size_t bytes = (size_t)run * ring->size;
    size_t rest = (size_t)(n - run) * ring->size;
    unsigned char *slot = ring->slots + (size_t)first * ring->size;
    if (in) {
        memcpy(slot, outside, bytes);
        memcpy(ring->slots, outside + bytes, rest);
    } else {
        memcpy(outside, slot, bytes);
        memcpy(outside + bytes, ring->slots, rest);
    }
}

pf_status pf_ring_put(pf_ring *ring, const void *messages, uint32_t n)
{
    unsigned char *from = (unsigned char *)messages; /* only read: copy() goes both ways */
    uint32_t put = atomic_load_explicit(&ring->put, memory_order_relaxed);
    while (n > 0) {
        uint32_t room = ring->capacity - (put - ring->got_seen);
        if (room < n) {
            ring->got_seen = atomic_load_explicit(&ring->got, memory_order_acquire);
            room = ring->capacity - (put - ring->got_seen);
        }
        if (room == 0) {
            pf_status status = await_other(ring, &ring->got, ring->got_seen, &ring->putter_sleeps);
            if (status != PF_OK) {
                return status;
            }
            continue;
        }
        uint32_t now = n < room ? n : room;
        copy(ring, from, put, now, true);
        put += now;
        publish(&ring->put, put, &ring->getter_sleeps);
        from += (size_t)now * ring->size;
        n -= now;
    }
    return PF_OK;
}

pf_status pf_ring_get(pf_ring *ring, void *messages, uint32_t most, uint32_t *got_now)
{
    uint32_t got = atomic_load_explicit(&ring->got, memory_order_relaxed);
    if (ring->put_seen == got) {
        ring->put_seen = atomic_load_explicit(&ring->put, memory_order_acquire);
    }
    while (ring->put_seen == got) {
        pf_status status = await_other(ring, &ring->put, got, &ring->getter_sleeps);
        if (status != PF_OK) {
            return status;
        }
        ring->put_seen = atomic_load_explicit(&ring->put, memory_order_acquire);
    }
    uint32_t there = ring->put_seen - got;
    uint32_t now = there < most ? there : most;
    copy(ring, messages, got, now, false);
    publish(&ring->got, got + now, &ring->putter_sleeps);
    *got_now = now;
    return PF_OK;
}

void pf_ring_abandon(pf_ring *ring)
{
    atomic_store(&ring->abandoned, true);
    pf_prim_wake(&ring->put, 1);
    pf_prim_wake(&ring->got, 1);
}
