/* concat.c: joins byte strings, each thread filling its own stretch of the result.
 *
 * The result is cut into chunks of bytes, not of pieces: one long piece is then copied by all threads, and many short
 * ones are shared fairly. To find where a chunk starts without an offset for every piece, offsets are kept for every
 * BLOCK-th piece only: search those, then walk.
 */
#include "kernels/table.h"
#include "runtime/loop.h"

#include <string.h>

#define BLOCK 256               /* pieces */
#define PIECES_PER_POLL 65536   /* pieces of no bytes are in no chunk's way: one may walk over any number of them */
#define BLOCKS_PER_CHUNK 64     /* in the pass that adds up lengths */
#define COPY_BYTES (256 * 1024) /* bytes of the result a chunk: 20 to 100 us, a few ms for pieces of one byte */

typedef struct state {
    /* immutable while a loop runs */
    const pf_slice *pieces;
    size_t n;
    pf_slice separator;
    char *joined;
    size_t blocks;

    /* first loop: bytes of the block, each written by the one chunk it belongs to; afterwards the offset of the
     * block in the result, immutable */
    size_t *offsets;
} state;

static bool add(size_t *sum, size_t more)
{
    *sum += more;
    return *sum >= more;
}

/* Bytes of pieces [begin, end), each with the separator that follows it; the last piece has none. */
static pf_status length_of(const pf_slice *pieces, size_t begin, size_t end, size_t n, size_t separator, size_t *length)
{
    size_t sum = 0;
    for (size_t i = begin; i < end; i++) {
        if (!add(&sum, pieces[i].length) || !add(&sum, i + 1 < n ? separator : 0)) {
            return PF_OVERFLOW;
        }
    }
    *length = sum;
    return PF_OK;
}

pf_status pf_concat_length(const pf_slice *pieces, size_t n, size_t separator_length, size_t *length)
{
    return length_of(pieces, 0, n, n, separator_length, length);
}

static pf_status measure_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    state *shared = context;
    for (size_t block = begin; block < end; block++) {
        size_t first = block * BLOCK;
        size_t last = shared->n - first < BLOCK ? shared->n : first + BLOCK;
        pf_status status =
            length_of(shared->pieces, first, last, shared->n, shared->separator.length, &shared->offsets[block]);
        if (status != PF_OK) {
            return status;
        }
    }
    return PF_OK;
}

static pf_status lengths_to_offsets(state *shared, size_t *total)
{
    *total = 0;
    for (size_t block = 0; block < shared->blocks; block++) {
        size_t length = shared->offsets[block];
        shared->offsets[block] = *total;
        if (!add(total, length)) {
            return PF_OVERFLOW;
        }
    }
    return PF_OK;
}

/* The last block that starts at or before byte `at`. */
static size_t block_at(const state *shared, size_t at)
{
    size_t low = 0;
    size_t high = shared->blocks;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (shared->offsets[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Copies what of `from`, which starts at byte `at` of the result, falls into [begin, end). */
static void copy_part(char *joined, pf_slice from, size_t at, size_t begin, size_t end)
{
    size_t first = at < begin ? begin - at : 0;
    size_t last = end - at < from.length ? end - at : from.length;
    if (first < last) {
        memcpy(joined + at + first, from.data + first, last - first);
    }
}

static pf_status copy_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const state *shared = context;
    size_t block = block_at(shared, begin);
    size_t at = shared->offsets[block];
    for (size_t i = block * BLOCK; at < end && i < shared->n; i++) {
        copy_part(shared->joined, shared->pieces[i], at, begin, end);
        at += shared->pieces[i].length;
        if (at < end && i + 1 < shared->n) {
            copy_part(shared->joined, shared->separator, at, begin, end);
            at += shared->separator.length;
        }
        if (i % PIECES_PER_POLL == PIECES_PER_POLL - 1 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

static pf_status concat(const pf_call *call, state *shared, size_t room)
{
    pf_status status = pf_parallel_for(call, shared->blocks, BLOCKS_PER_CHUNK, measure_chunk, shared);
    if (status != PF_OK) {
        return status;
    }
    size_t total;
    status = lengths_to_offsets(shared, &total);
    if (status != PF_OK) {
        return status;
    }
    if (total > room) {
        return PF_BAD_ARGUMENT;
    }
    return pf_parallel_for(call, total, COPY_BYTES, copy_chunk, shared);
}

pf_status pf_concat(const pf_call *call, const pf_slice *pieces, size_t n, pf_slice separator, char *joined,
                    size_t room)
{
    state shared = {
        .pieces = pieces, .n = n, .separator = separator, .joined = joined, .blocks = n / BLOCK + (n % BLOCK != 0)};
    pf_arena *arena;
    pf_status status = pf_arena_create(0, &arena);
    if (status != PF_OK) {
        return status;
    }
    void *memory;
    status = pf_arena_alloc(arena, shared.blocks * sizeof(size_t), &memory);
    if (status == PF_OK) {
        shared.offsets = memory;
        status = concat(call, &shared, room);
    }
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_run_concat(const pf_call *call, pf_job *job)
{
    const pf_buffer *pieces = &job->inputs[0];
    const pf_buffer *separator = &job->inputs[1];
    const pf_buffer *joined = &job->outputs[0];
    if (!pf_buffer_is(pieces, PF_SLICES) || !pf_buffer_is(separator, PF_BYTES) || !pf_buffer_is(joined, PF_BYTES)) {
        return PF_BAD_ARGUMENT;
    }
    pf_slice between = {separator->data, separator->length};
    return pf_concat(call, pieces->data, pieces->length, between, joined->data, joined->length);
}
