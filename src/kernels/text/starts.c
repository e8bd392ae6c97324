/* starts.c: where every line starts. Chunks first count their newlines; then each knows the number of its first line and
 * writes its own stretch of the result.
 */
#include "kernels/text/scan.h"
#include "photofinish.h"

typedef struct splitting {
    /* immutable while a loop runs */
    const uint8_t *text;
    int64_t *starts;

    /* first loop: newlines of the chunk, each written by whoever runs it; afterwards lines that ended before it, immutable */
    size_t *lines;
} splitting;

static pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const splitting *shared = context;
    shared->lines[chunk] = pf_count_newlines(shared->text + begin, end - begin);
    return PF_OK;
}

static pf_status split_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const splitting *shared = context;
    const uint8_t *text = shared->text;
    const pf_sixteen newline = pf_all_of('\n');
    int64_t *to = shared->starts + shared->lines[chunk] + 1;
    size_t i = begin;
    for (; end - i >= 64; i += 64) {
        for (uint64_t bits = pf_find(text + i, newline); bits; bits &= bits - 1) {
            *to++ = (int64_t)(i + (size_t)__builtin_ctzll(bits) + 1);
        }
    }
    for (; i < end; i++) {
        if (text[i] == '\n') {
            *to++ = (int64_t)i + 1;
        }
    }
    return PF_OK;
}

static pf_status split(const pf_call *call, splitting *shared, size_t n, size_t room)
{
    pf_status status = pf_parallel_for(call, n, PF_TEXT_CHUNK, count_chunk, shared);
    if (status != PF_OK) {
        return status;
    }
    size_t lines = 0;
    for (size_t chunk = 0; chunk < n / PF_TEXT_CHUNK + (n % PF_TEXT_CHUNK != 0); chunk++) {
        size_t here = shared->lines[chunk];
        shared->lines[chunk] = lines;
        lines += here;
    }
    lines += n > 0 && shared->text[n - 1] != '\n';
    if (room != lines + 1) {
        return PF_BAD_ARGUMENT;
    }
    shared->starts[0] = 0;
    shared->starts[lines] = (int64_t)n; /* the end of a last line without a newline; with one it is written once more */
    return pf_parallel_for(call, n, PF_TEXT_CHUNK, split_chunk, shared);
}

pf_status pf_line_starts(const pf_call *call, const uint8_t *text, size_t n, int64_t *starts, size_t room)
{
    splitting shared = {.text = text, .starts = starts};
    pf_arena *arena;
    void *memory;
    pf_status status = pf_arena_create(0, &arena);
    if (status != PF_OK) {
        return status;
    }
    status = pf_arena_alloc(arena, (n / PF_TEXT_CHUNK + 1) * sizeof *shared.lines, &memory);
    if (status == PF_OK) {
        shared.lines = memory;
        status = split(call, &shared, n, room);
    }
    pf_arena_destroy(arena);
    return status;
}
