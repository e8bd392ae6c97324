/* round_trips.c: how long a message takes to another thread and back. */
#include "kernels/messages/messages.h"
#include "kernels/messages/ring.h"
#include "kernels/table.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <string.h>

#define TRIPS_PER_LOOK 64 /* a trip of two sleepers takes up to 50 us, so a look every 3 ms */
#define RING_MESSAGES 2

typedef struct trips {
    /* immutable */
    pf_ring *there;
    pf_ring *back;
    uint64_t count;
    uint64_t group;

    /* the calling side's own */
    int64_t *histogram;
    double end;
} trips;

/* Four counters an octave: a number's two bits below its highest one choose among them. */
int pf_latency_bucket(uint64_t nanoseconds)
{
    if (nanoseconds < 4) {
        return (int)nanoseconds;
    }
    int octave = 63 - __builtin_clzll(nanoseconds);
    int bucket = 4 * (octave - 1) + (int)(nanoseconds >> (octave - 2) & 3);
    return bucket < PF_LATENCY_BUCKETS ? bucket : PF_LATENCY_BUCKETS - 1;
}

uint64_t pf_latency_start(int bucket)
{
    if (bucket < 4) {
        return bucket < 0 ? 0 : (uint64_t)bucket;
    }
    int octave = bucket / 4 + 1;
    return (uint64_t)(4 + bucket % 4) << (octave - 2);
}

/* Sends number `trip` and waits for it. */
static pf_status go_and_return(trips *shared, uint64_t trip)
{
    uint64_t returned;
    uint32_t got;
    pf_status status = pf_ring_put(shared->there, &trip, 1);
    if (status == PF_OK) {
        status = pf_ring_get(shared->back, &returned, 1, &got);
    }
    return status;
}

static pf_status ask_all(trips *shared)
{
    double before = pf_prim_now();
    for (uint64_t trip = 0; trip < shared->count;) {
        uint64_t left = shared->count - trip;
        uint64_t group = left < shared->group ? left : shared->group;
        for (uint64_t i = 0; i < group; i++, trip++) {
            pf_status status = go_and_return(shared, trip);
            if (status != PF_OK) {
                return status;
            }
            if (trip % TRIPS_PER_LOOK == 0 && pf_cancelled()) {
                return PF_CANCELLED;
            }
        }
        double now = pf_prim_now();
        double nanoseconds = (now - before) * 1e9 / (double)group;
        shared->histogram[pf_latency_bucket(nanoseconds > 0 ? (uint64_t)nanoseconds : 0)] += (int64_t)group;
        before = now;
    }
    shared->end = before;
    return PF_OK;
}

static pf_status answer_all(trips *shared)
{
    for (uint64_t left = shared->count; left > 0; left--) {
        uint64_t message;
        uint32_t got;
        pf_status status = pf_ring_get(shared->there, &message, 1, &got);
        if (status == PF_OK) {
            status = pf_ring_put(shared->back, &message, 1);
        }
        if (status != PF_OK) {
            return status;
        }
        if (left % TRIPS_PER_LOOK == 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static pf_status ended(trips *shared, pf_status status)
{
    if (status != PF_OK) {
        pf_ring_abandon(shared->there);
        pf_ring_abandon(shared->back);
    }
    return status;
}

static pf_status ask_side(void *context)
{
    return ended(context, ask_all(context));
}

static pf_status answer_side(void *context)
{
    return ended(context, answer_all(context));
}

pf_status pf_round_trips(const pf_call *call, uint64_t count, uint64_t group, int64_t *histogram, double *seconds)
{
    if (group == 0) {
        return PF_BAD_ARGUMENT;
    }
    memset(histogram, 0, PF_LATENCY_BUCKETS * sizeof *histogram);
    trips shared = {.count = count, .group = group, .histogram = histogram};
    pf_status status = pf_ring_create(RING_MESSAGES, sizeof(uint64_t), &shared.there);
    if (status == PF_OK) {
        status = pf_ring_create(RING_MESSAGES, sizeof(uint64_t), &shared.back);
    }
    double start;
    if (status == PF_OK) {
        status = pf_run_pair(call, ask_side, answer_side, &shared, &start);
    }
    if (status == PF_OK) {
        *seconds = shared.end - start;
    }
    pf_ring_destroy(shared.there);
    pf_ring_destroy(shared.back);
    return status;
}

pf_status pf_run_round_trips(const pf_call *call, pf_job *job)
{
    const pf_buffer *histogram = &job->outputs[0];
    if (!pf_buffer_is(histogram, PF_INT64) || histogram->length != PF_LATENCY_BUCKETS || job->integers[0] < 0 ||
        job->integers[1] < 1) {
        return PF_BAD_ARGUMENT;
    }
    return pf_round_trips(call, (uint64_t)job->integers[0], (uint64_t)job->integers[1], histogram->data, &job->reals[0]);
}
