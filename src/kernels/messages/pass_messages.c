/* pass_messages.c: how many messages a second go from one thread to another, one by one and in batches. */
#include "kernels/messages/messages.h"
#include "kernels/messages/ring.h"
#include "kernels/table.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

#define RING_BYTES (1 << 20)
#define RING_MESSAGES 4096
/* Between two looks at the cancel flag, a publication counted as so many bytes: well under a millisecond. */
#define BYTES_PER_LOOK (1 << 18)
#define PUBLICATION_BYTES 64

typedef struct passing {
    /* immutable */
    pf_ring *ring;
    uint64_t count;
    uint32_t size;
    uint32_t batch;

    unsigned char *sent;     /* the putting side's own: room for a batch */
    unsigned char *received; /* the getting side's own: the same */
    uint64_t checksum;       /* written by the getting side at its end */
    double end;              /* likewise */
} passing;

static bool time_to_look(uint64_t *bytes, uint64_t more)
{
    *bytes += more + PUBLICATION_BYTES;
    if (*bytes < BYTES_PER_LOOK) {
        return false;
    }
    *bytes = 0;
    return true;
}

/* Byte by byte from the low end, so that the checksum is the same on every machine. */
static void number_message(unsigned char *message, uint32_t size, uint64_t number)
{
    for (uint32_t i = 0; i < size && i < 8; i++) {
        message[i] = (unsigned char)(number >> (8 * i));
    }
}

static uint64_t number_of(const unsigned char *message, uint32_t size)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < size && i < 8; i++) {
        number |= (uint64_t)message[i] << (8 * i);
    }
    return number;
}

static pf_status put_all(passing *shared)
{
    uint64_t bytes = 0;
    for (uint64_t first = 0; first < shared->count;) {
        uint64_t left = shared->count - first;
        uint32_t batch = left < shared->batch ? (uint32_t)left : shared->batch;
        for (uint32_t i = 0; i < batch; i++) {
            number_message(shared->sent + (size_t)i * shared->size, shared->size, first + i);
        }
        pf_status status = pf_ring_put(shared->ring, shared->sent, batch);
        if (status != PF_OK) {
            return status;
        }
        first += batch;
        if (time_to_look(&bytes, (uint64_t)batch * shared->size) && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static pf_status get_all(passing *shared)
{
    uint64_t bytes = 0;
    uint64_t checksum = 0;
    for (uint64_t left = shared->count; left > 0;) {
        uint32_t got;
        pf_status status = pf_ring_get(shared->ring, shared->received, shared->batch, &got);
        if (status != PF_OK) {
            return status;
        }
        for (uint32_t i = 0; i < got; i++) {
            checksum += number_of(shared->received + (size_t)i * shared->size, shared->size);
        }
        left -= got;
        if (time_to_look(&bytes, (uint64_t)got * shared->size) && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    shared->checksum = checksum;
    shared->end = pf_prim_now();
    return PF_OK;
}

static pf_status put_side(void *context)
{
    passing *shared = context;
    pf_status status = put_all(shared);
    if (status != PF_OK) {
        pf_ring_abandon(shared->ring);
    }
    return status;
}

static pf_status get_side(void *context)
{
    passing *shared = context;
    pf_status status = get_all(shared);
    if (status != PF_OK) {
        pf_ring_abandon(shared->ring);
    }
    return status;
}

/* The largest power of two that fits both limits; at least 2, so that the two sides can work at once. */
static uint32_t ring_capacity(uint32_t size)
{
    uint32_t capacity = RING_MESSAGES;
    while (capacity > 2 && (uint64_t)capacity * size > RING_BYTES) {
        capacity /= 2;
    }
    return capacity;
}

pf_status pf_pass_messages(const pf_call *call, uint64_t count, uint32_t size, uint32_t batch, int64_t *checksum, double *seconds)
{
    if (size == 0 || batch == 0 || (uint64_t)size * batch > PF_MESSAGES_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    passing shared = {.count = count, .size = size, .batch = batch};
    pf_status status = pf_ring_create(ring_capacity(size), size, &shared.ring);
    if (status != PF_OK) {
        return status;
    }
    double start;
    shared.sent = calloc(batch, size);
    shared.received = calloc(batch, size);
    status = shared.sent && shared.received ? pf_run_pair(call, put_side, get_side, &shared, &start) : PF_OUT_OF_MEMORY;
    if (status == PF_OK) {
        *checksum = (int64_t)(shared.checksum & INT64_MAX);
        *seconds = shared.end - start;
    }
    free(shared.sent);
    free(shared.received);
    pf_ring_destroy(shared.ring);
    return status;
}

pf_status pf_run_pass_messages(const pf_call *call, pf_job *job)
{
    const int64_t *integers = job->integers;
    if (integers[0] < 0 || integers[1] < 1 || integers[1] > PF_MESSAGES_LIMIT || integers[2] < 1 ||
        integers[2] > PF_MESSAGES_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    return pf_pass_messages(call, (uint64_t)integers[0], (uint32_t)integers[1], (uint32_t)integers[2], &job->integers[0],
                            &job->reals[0]);
}
