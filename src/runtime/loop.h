/* loop.h: one running pf_parallel_for, shared by the thread that called it and the pool threads that help.
 *
 * The loop lives on the caller's stack; the pool sees to it that no helper touches it after the call has returned.
 * Chunks are handed out in rising order, so when chunk k has failed every chunk below k was handed out before and
 * will finish: the lowest failure is the same whoever ran what.
 */
#ifndef PF_LOOP_H
#define PF_LOOP_H

#include "photofinish.h"

/* How long the calling thread may work or wait before it asks pf_cancel.poll again: half of what the header
 * promises. */
#define PF_POLL_SECONDS 0.005

typedef struct pf_loop {
    /* immutable while the loop runs */
    pf_chunk_function work;
    void *context;
    size_t count;
    size_t chunk_size;
    uint64_t chunks;
    pf_cancel *cancel; /* NULL: cannot be cancelled */

    /* any thread in the loop */
    _Atomic uint64_t next;    /* first chunk not handed out; 64 bits: threads that run past the end cannot wrap it */
    _Atomic uint64_t failure; /* chunk << 8 | status of the lowest chunk that failed; PF_NO_FAILURE */
    _Atomic bool cancelled;   /* some thread knows: the flag was raised, or the calling thread's poll said so, which no other may ask */

    /* the calling thread alone */
    double poll_due; /* pf_prim_now() of the next question to poll */
} pf_loop;

#define PF_NO_FAILURE UINT64_MAX

/* Runs chunks on this thread until none is left, one has failed or the loop is cancelled. `calling`: this is the
 * thread that called pf_parallel_for. */
void pf_loop_work(pf_loop *loop, bool calling);

/* Whether the loop is to end early. `polls`: ask pf_cancel.poll when it is due; only on the thread that may. */
bool pf_loop_cancelled(pf_loop *loop, bool polls);

/* For chunk functions that run long: whether the loop this thread works on is to end, or one around it. Return
 * PF_CANCELLED then. Costs a read of the clock: ask every 100 us to 5 ms. False outside of a loop. Once it was true the loop does end
 * with PF_CANCELLED, so a function that has no way to say so may return anything then. */
bool pf_cancelled(void);

/* memcpy for any number of bytes: asks pf_cancelled() every so often, and is PF_CANCELLED where that is true. */
pf_status pf_copy(void *to, const void *from, size_t bytes);

/* Whether this thread works on a loop now: a pf_parallel_for called here would run on this thread alone, so that chunks that
 * wait for each other would wait for ever. */
bool pf_nested(void);

/* The pool's half of pf_parallel_for, in pool.c or pool_none.c: waits for the pool's turn, lets up to `threads`
 * threads, the caller included, work on the loop and returns when all have left it. */
void pf_pool_run(pf_pool *pool, int threads, pf_loop *loop);

#endif
