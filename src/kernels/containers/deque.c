/* deque.c: a ring buffer of integers that grows: both ends in constant time, as collections.deque. */
#include "kernels/table.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

#define LEAST 64     /* elements; a power of two, as every size */
#define POLL 65536   /* operations of a script */

struct pf_deque {
    int64_t *ring; /* owned */
    size_t mask;   /* room - 1 */
    size_t first;  /* index of the element at the left, if there is one */
    size_t length;
};

pf_status pf_deque_create(pf_deque **deque)
{
    pf_deque *made = calloc(1, sizeof *made);
    if (!made) {
        return PF_OUT_OF_MEMORY;
    }
    made->ring = malloc(LEAST * sizeof *made->ring);
    made->mask = LEAST - 1;
    if (!made->ring) {
        free(made);
        return PF_OUT_OF_MEMORY;
    }
    *deque = made;
    return PF_OK;
}

void pf_deque_destroy(pf_deque *deque)
{
    if (deque) {
        free(deque->ring);
        free(deque);
    }
}

size_t pf_deque_length(const pf_deque *deque)
{
    return deque->length;
}

/* The ring is full: its parts behind and before `first` go to the start of one of twice the size. */
static pf_status grow(pf_deque *deque)
{
    size_t room = deque->mask + 1;
    if (room > SIZE_MAX / 2 / sizeof *deque->ring) {
        return PF_OUT_OF_MEMORY;
    }
    int64_t *larger = pf_prim_alloc(2 * room * sizeof *larger);
    if (!larger) {
        return PF_OUT_OF_MEMORY;
    }
    size_t behind = room - deque->first;
    pf_status status = pf_copy(larger, deque->ring + deque->first, behind * sizeof *larger);
    if (status == PF_OK) {
        status = pf_copy(larger + behind, deque->ring, deque->first * sizeof *larger);
    }
    if (status != PF_OK) {
        free(larger);
        return status;
    }
    free(deque->ring);
    deque->ring = larger;
    deque->mask = 2 * room - 1;
    deque->first = 0;
    return PF_OK;
}

pf_status pf_deque_push_right(pf_deque *deque, int64_t value)
{
    if (deque->length > deque->mask) {
        pf_status status = grow(deque);
        if (status != PF_OK) {
            return status;
        }
    }
    deque->ring[(deque->first + deque->length) & deque->mask] = value;
    deque->length++;
    return PF_OK;
}

pf_status pf_deque_push_left(pf_deque *deque, int64_t value)
{
    if (deque->length > deque->mask) {
        pf_status status = grow(deque);
        if (status != PF_OK) {
            return status;
        }
    }
    deque->first = (deque->first - 1) & deque->mask;
    deque->ring[deque->first] = value;
    deque->length++;
    return PF_OK;
}

pf_status pf_deque_pop_right(pf_deque *deque, int64_t *value)
{
    if (deque->length == 0) {
        return PF_EMPTY;
    }
    deque->length--;
    *value = deque->ring[(deque->first + deque->length) & deque->mask];
    return PF_OK;
}

pf_status pf_deque_pop_left(pf_deque *deque, int64_t *value)
{
    if (deque->length == 0) {
        return PF_EMPTY;
    }
    *value = deque->ring[deque->first];
    deque->first = (deque->first + 1) & deque->mask;
    deque->length--;
    return PF_OK;
}

pf_status pf_deque_at(const pf_deque *deque, size_t index, int64_t *value)
{
    if (index >= deque->length) {
        return PF_BAD_ARGUMENT;
    }
    *value = deque->ring[(deque->first + index) & deque->mask];
    return PF_OK;
}

void pf_deque_clear(pf_deque *deque)
{
    deque->length = 0;
}

/* ------------------------------------------------------------------------------------------------ scripts */

typedef struct playing {
    const char *script;
    size_t n;
    const int64_t *values;
    size_t values_length;
    int64_t *popped;
    size_t room;

    size_t pushes;
    size_t pops;
    size_t left;
} playing;

static pf_status push(playing *work, pf_deque *deque, bool right)
{
    if (work->pushes == work->values_length) {
        return PF_BAD_ARGUMENT;
    }
    int64_t value = work->values[work->pushes++];
    return right ? pf_deque_push_right(deque, value) : pf_deque_push_left(deque, value);
}

static pf_status pop(playing *work, pf_deque *deque, bool right)
{
    if (work->pops == work->room) {
        return PF_BAD_ARGUMENT;
    }
    int64_t *value = &work->popped[work->pops];
    pf_status status = right ? pf_deque_pop_right(deque, value) : pf_deque_pop_left(deque, value);
    work->pops += status == PF_OK;
    return status;
}

static pf_status step(playing *work, pf_deque *deque, char operation)
{
    switch (operation) {
    case 'A':
        return push(work, deque, true);
    case 'a':
        return push(work, deque, false);
    case 'P':
        return pop(work, deque, true);
    case 'p':
        return pop(work, deque, false);
    default:
        return PF_BAD_ARGUMENT;
    }
}

static pf_status play(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    playing *work = context;
    pf_deque *deque;
    pf_status status = pf_deque_create(&deque);
    if (status != PF_OK) {
        return status;
    }
    for (size_t i = 0; status == PF_OK && i < work->n; i++) {
        status = step(work, deque, work->script[i]);
        if (i % POLL == POLL - 1 && pf_cancelled()) {
            status = PF_CANCELLED;
        }
    }
    work->left = deque->length;
    pf_deque_destroy(deque);
    return status;
}

pf_status pf_deque_play(const pf_call *call, const char *script, size_t n, const int64_t *values, size_t values_length,
                        int64_t *popped, size_t room, size_t *pops, size_t *left)
{
    playing work = {script, n, values, values_length, popped, room, 0, 0, 0};
    pf_status status = pf_parallel_for(call, 1, 1, play, &work);
    *pops = work.pops;
    *left = work.left;
    return status;
}

pf_status pf_run_deque_play(const pf_call *call, pf_job *job)
{
    const pf_buffer *script = &job->inputs[0], *values = &job->inputs[1];
    pf_buffer *popped = &job->outputs[0];
    if (!pf_buffer_is(script, PF_BYTES) || !pf_buffer_is(values, PF_INT64) || !pf_buffer_is(popped, PF_INT64)) {
        return PF_BAD_ARGUMENT;
    }
    size_t pops, left;
    pf_status status = pf_deque_play(call, script->data, script->length, values->data, values->length, popped->data,
                                     popped->length, &pops, &left);
    popped->length = pops;
    job->integers[0] = (int64_t)left;
    return status;
}
