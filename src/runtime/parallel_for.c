/* parallel_for.c: chunks of a loop, on the calling thread or by way of the pool; cancelling.
 *
 * Each thread keeps a chain of the loops it is inside of, innermost first: that tells a nested call that it is
 * nested, and it lets pf_cancelled() hear of any loop on the way out.
 */
#include "runtime/loop.h"

#include "runtime/prim.h"

#include <stdatomic.h>
#include <string.h>

#define BYTES_PER_LOOK ((size_t)1 << 19) /* up to 200 us */

typedef struct seat {
    pf_loop *loop;
    bool polls; /* this thread may ask loop->cancel->poll */
    struct seat *outer;
} seat;

static _Thread_local seat *innermost;

/* When the last loop on this thread would have asked its poll again. A kernel of many short loops goes on from there, or
 * it would never ask. */
static _Thread_local struct {
    const pf_cancel *cancel;
    double due;
} asking;

int pf_cores(void)
{
    return pf_prim_cores();
}

bool pf_loop_cancelled(pf_loop *loop, bool polls)
{
    pf_cancel *cancel = loop->cancel;
    if (!cancel) {
        return false;
    }
    if (atomic_load_explicit(&loop->cancelled, memory_order_relaxed)) {
        return true;
    }
    if (atomic_load_explicit(&cancel->raised, memory_order_relaxed)) {
        atomic_store_explicit(&loop->cancelled, true, memory_order_relaxed);
        return true;
    }
    if (!polls || !cancel->poll) {
        return false;
    }
    double now = pf_prim_now();
    if (now < loop->poll_due) {
        return false;
    }
    loop->poll_due = now + PF_POLL_SECONDS;
    if (!cancel->poll(cancel->context)) {
        return false;
    }
    atomic_store_explicit(&loop->cancelled, true, memory_order_relaxed);
    return true;
}

bool pf_cancelled(void)
{
    for (seat *at = innermost; at; at = at->outer) {
        if (pf_loop_cancelled(at->loop, at->polls)) {
            return true;
        }
    }
    return false;
}

pf_status pf_copy(void *to, const void *from, size_t bytes)
{
    for (size_t done = 0; done < bytes; done += BYTES_PER_LOOK) {
        if (done > 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
        memcpy((char *)to + done, (const char *)from + done, bytes - done < BYTES_PER_LOOK ? bytes - done : BYTES_PER_LOOK);
    }
    return PF_OK;
}

bool pf_nested(void)
{
    return innermost != NULL;
}

static double first_poll(const pf_cancel *cancel)
{
    double now = pf_prim_now();
    bool goes_on = asking.cancel == cancel && now < asking.due + PF_POLL_SECONDS;
    return goes_on ? asking.due : now + PF_POLL_SECONDS;
}

/* A loop inside a loop with the same pf_cancel leaves polling to the outer one: its calling thread may be another. */
static bool polled_outside(const pf_cancel *cancel)
{
    for (seat *at = innermost; at; at = at->outer) {
        if (at->loop->cancel == cancel) {
            return true;
        }
    }
    return false;
}

static void record_failure(pf_loop *loop, uint64_t chunk, pf_status status)
{
    uint64_t mine = chunk << 8 | (uint64_t)status;
    uint64_t lowest = atomic_load(&loop->failure);
    while (mine < lowest && !atomic_compare_exchange_weak(&loop->failure, &lowest, mine)) {
    }
}

void pf_loop_work(pf_loop *loop, bool calling)
{
    seat here = {loop, calling && !polled_outside(loop->cancel), innermost};
    innermost = &here;
    while (atomic_load_explicit(&loop->failure, memory_order_relaxed) == PF_NO_FAILURE && !pf_cancelled()) {
        uint64_t chunk = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (chunk >= loop->chunks) {
            break;
        }
        size_t begin = (size_t)chunk * loop->chunk_size;
        size_t length = loop->count - begin < loop->chunk_size ? loop->count - begin : loop->chunk_size;
        pf_status status = loop->work(loop->context, (size_t)chunk, begin, begin + length);
        if (status != PF_OK) {
            record_failure(loop, chunk, status);
        }
    }
    innermost = here.outer;
}

static pf_status outcome(pf_loop *loop)
{
    uint64_t failure = atomic_load(&loop->failure);
    if (failure != PF_NO_FAILURE) {
        return (pf_status)(failure & 0xff);
    }
    /* A poll that said yes is heard even when no chunk was left: it does not say so twice. */
    return atomic_load(&loop->cancelled) || atomic_load(&loop->next) < loop->chunks ? PF_CANCELLED : PF_OK;
}

pf_status pf_parallel_for(const pf_call *call, size_t count, size_t chunk_size, pf_chunk_function work, void *context)
{
    static const pf_call alone = {NULL, 1, NULL};
    if (!call) {
        call = &alone;
    }
    int size = pf_pool_size(call->pool);
    if (chunk_size == 0 || call->threads < 0 || call->threads > size) {
        return PF_BAD_ARGUMENT;
    }
    if (count == 0) {
        return PF_OK;
    }
    bool polls = call->cancel && call->cancel->poll;
    pf_loop loop = {
        .work = work,
        .context = context,
        .count = count,
        .chunk_size = chunk_size,
        .chunks = count / chunk_size + (count % chunk_size != 0),
        .cancel = call->cancel,
        .failure = PF_NO_FAILURE,
        .poll_due = polls ? first_poll(call->cancel) : 0,
    };
    int threads = call->threads == 0 ? size : call->threads;
    if (threads > 1 && loop.chunks > 1 && !innermost) {
        pf_pool_run(call->pool, threads, &loop);
    } else {
        pf_loop_work(&loop, true);
    }
    if (polls) {
        asking.cancel = call->cancel;
        asking.due = loop.poll_due;
    }
    return outcome(&loop);
}
