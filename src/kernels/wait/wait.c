/* wait.c: waits that pass side by side, one a thread: what threads are good for when there is nothing to compute. */
#include "kernels/table.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

typedef struct state {
    /* immutable while the loop runs */
    double seconds;
    double start;

    double *spans; /* NULL, or two a wait, written by the thread that waits */
} state;

/* One wait. Sleeps in slices, since the flag that ends it early wakes nobody. */
static pf_status wait_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)begin, (void)end;
    const state *shared = context;
    double began = pf_prim_now();
    double until = began + shared->seconds;
    double now = began;
    while (now < until) {
        double left = until - now;
        pf_prim_sleep(left < PF_POLL_SECONDS ? left : PF_POLL_SECONDS);
        now = pf_prim_now();
        if (now < until && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    if (shared->spans) {
        shared->spans[2 * chunk] = began - shared->start;
        shared->spans[2 * chunk + 1] = now - shared->start;
    }
    return PF_OK;
}

pf_status pf_wait(const pf_call *call, size_t count, double seconds, double *spans, double *elapsed)
{
    if (!(seconds >= 0 && seconds <= PF_WAIT_LIMIT)) {
        return PF_BAD_ARGUMENT;
    }
    state shared = {.seconds = seconds, .start = pf_prim_now(), .spans = spans};
    pf_status status = pf_parallel_for(call, count, 1, wait_chunk, &shared);
    *elapsed = pf_prim_now() - shared.start;
    return status;
}

pf_status pf_run_wait(const pf_call *call, pf_job *job)
{
    const pf_buffer *spans = &job->outputs[0];
    int64_t count = job->integers[0];
    if (count < 0 || (uint64_t)count > SIZE_MAX / (2 * sizeof(double))) {
        return PF_BAD_ARGUMENT;
    }
    if (spans->type != PF_NONE && (!pf_buffer_is(spans, PF_DOUBLE) || spans->length != 2 * (size_t)count)) {
        return PF_BAD_ARGUMENT;
    }
    return pf_wait(call, (size_t)count, job->reals[0], spans->type == PF_NONE ? NULL : spans->data, &job->reals[0]);
}
