/* pool.c: threads that sleep between loops and help whoever calls.
 *
 * How a loop passes through. One caller at a time holds the pool's turn. It puts its loop into `loop`, opens the gate
 * with as many seats as it wants helpers, counts `calls` up and wakes sleepers. Then it works on the loop itself: it
 * does not wait for anybody to arrive, so a short loop is over before a sleeper is awake. A helper enters by trading
 * a seat for a place in the gate's count of helpers inside, in one compare-and-exchange. When no chunk is left the
 * caller takes the free seats away, after which nobody can enter, and waits until nobody is inside.
 *
 * Why the loop may live on the caller's stack: a helper reads `loop` only while the gate counts it as inside, and the
 * caller does not return before that count is 0.
 */
#include "runtime/loop.h"

#include "runtime/prim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* The gate, one word: helpers inside | free seats | the caller sleeps until nobody is inside. */
#define INSIDE_ONE 1u
#define INSIDE_MASK 0xffu
#define SEAT_ONE 0x100u
#define SEAT_MASK 0xff00u
#define CALLER_SLEEPS 0x10000u
_Static_assert(PF_POOL_LIMIT <= 0xff, "helpers and seats are counted in 8 bits each");

/* Some 5 to 10 us: loops that follow each other closely, as in a timed sample, find the helpers awake. */
#define SPINS 200

enum turn { FREE = 0, TAKEN = 1, AWAITED = 2 };

struct pf_pool {
    int size;           /* immutable: threads including the caller */
    pthread_t *threads; /* immutable; size - 1 of them */
    pf_loop *loop;      /* written by the holder of the turn while the gate is shut; read by helpers inside */

    _Atomic uint32_t turn;     /* enum turn: a lock that can be waited for with a time limit */
    _Atomic uint32_t gate;     /* opened and shut by the holder of the turn; entered and left by helpers */
    _Atomic uint32_t calls;    /* counts loops; helpers without work sleep on it */
    _Atomic uint32_t sleepers; /* helpers that sleep or are about to; lets a caller save the system call */
    _Atomic bool ending;       /* set once, by pf_pool_destroy */
};

static bool enter(pf_pool *pool)
{
    uint32_t gate = atomic_load(&pool->gate);
    while (gate & SEAT_MASK) {
        if (atomic_compare_exchange_weak(&pool->gate, &gate, gate - SEAT_ONE + INSIDE_ONE)) {
            return true;
        }
    }
    return false;
}

static void leave(pf_pool *pool)
{
    uint32_t before = atomic_fetch_sub(&pool->gate, INSIDE_ONE);
    if ((before & INSIDE_MASK) == INSIDE_ONE && (before & CALLER_SLEEPS)) {
        pf_prim_wake(&pool->gate, 1);
    }
}

static void sleep_until_called(pf_pool *pool, uint32_t seen)
{
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load(&pool->calls) != seen) {
            return;
        }
        pf_prim_pause();
    }
    /* Sequentially consistent on both sides: either the caller sees this sleeper, or the wait sees the caller's
     * count. */
    atomic_fetch_add(&pool->sleepers, 1);
    pf_prim_wait(&pool->calls, seen, -1);
    atomic_fetch_sub(&pool->sleepers, 1);
}

static void *help(void *context)
{
    pf_pool *pool = context;
    for (;;) {
        /* Read before looking at anything else: what changes after that also changes the count, and ends the sleep. */
        uint32_t seen = atomic_load(&pool->calls);
        if (atomic_load(&pool->ending)) {
            return NULL;
        }
        if (enter(pool)) {
            pf_loop_work(pool->loop, false);
            leave(pool);
        } else {
            sleep_until_called(pool, seen);
        }
    }
}

/* False: cancelled while waiting. */
static bool take_turn(pf_pool *pool, pf_loop *loop)
{
    uint32_t found = FREE;
    if (atomic_compare_exchange_strong(&pool->turn, &found, TAKEN)) {
        return true;
    }
    while (atomic_exchange(&pool->turn, AWAITED) != FREE) {
        if (pf_loop_cancelled(loop, true)) {
            return false;
        }
        pf_prim_wait(&pool->turn, AWAITED, PF_POLL_SECONDS);
    }
    return true;
}

static void give_turn(pf_pool *pool)
{
    if (atomic_exchange(&pool->turn, FREE) == AWAITED) {
        pf_prim_wake(&pool->turn, 1);
    }
}

static void open_gate(pf_pool *pool, pf_loop *loop, int helpers)
{
    pool->loop = loop;
    atomic_store(&pool->gate, (uint32_t)helpers * SEAT_ONE);
    atomic_fetch_add(&pool->calls, 1);
    if (atomic_load(&pool->sleepers) > 0) {
        pf_prim_wake(&pool->calls, helpers);
    }
}

/* Shuts the gate and waits until every helper has left. The calling thread has no chunk to do but still answers
 * for polling. */
static void close_gate(pf_pool *pool, pf_loop *loop)
{
    uint32_t gate = atomic_fetch_and(&pool->gate, ~SEAT_MASK) & ~SEAT_MASK;
    for (int spin = 0; gate & INSIDE_MASK; gate = atomic_load(&pool->gate)) {
        if (spin < SPINS) {
            spin++;
            pf_prim_pause();
            continue;
        }
        pf_loop_cancelled(loop, true);
        if (atomic_compare_exchange_strong(&pool->gate, &gate, gate | CALLER_SLEEPS)) {
            pf_prim_wait(&pool->gate, gate | CALLER_SLEEPS, PF_POLL_SECONDS);
        }
    }
}

void pf_pool_run(pf_pool *pool, int threads, pf_loop *loop)
{
    if (!take_turn(pool, loop)) {
        return;
    }
    uint64_t useful = loop->chunks < (uint64_t)threads ? loop->chunks : (uint64_t)threads;
    open_gate(pool, loop, (int)useful - 1);
    pf_loop_work(loop, true);
    close_gate(pool, loop);
    give_turn(pool);
}

int pf_pool_size(const pf_pool *pool)
{
    return pool ? pool->size : 1;
}

/* Ends the first `started` threads and frees the pool. */
static void end(pf_pool *pool, int started)
{
    atomic_store(&pool->ending, true);
    atomic_fetch_add(&pool->calls, 1);
    pf_prim_wake(&pool->calls, started);
    for (int i = 0; i < started; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    free(pool->threads);
    free(pool);
}

pf_status pf_pool_create(int threads, pf_pool **pool)
{
    if (threads < 1 || threads > PF_POOL_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    pf_pool *made = calloc(1, sizeof *made);
    if (!made) {
        return PF_OUT_OF_MEMORY;
    }
    made->size = threads;
    made->threads = calloc((size_t)threads, sizeof *made->threads);
    if (!made->threads) {
        free(made);
        return PF_OUT_OF_MEMORY;
    }
    for (int i = 0; i < threads - 1; i++) {
        if (pthread_create(&made->threads[i], NULL, help, made) != 0) {
            end(made, i);
            return PF_NO_THREADS;
        }
    }
    *pool = made;
    return PF_OK;
}

void pf_pool_destroy(pf_pool *pool)
{
    if (pool) {
        end(pool, pool->size - 1);
    }
}
