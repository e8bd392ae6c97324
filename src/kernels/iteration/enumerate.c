/* enumerate.c: rows written one after another: combinations, permutations, products. */
#include "kernels/iteration/iteration.h"
#include "kernels/table.h"
#include "runtime/loop.h"

#include <string.h>

typedef struct state {
    /* immutable while a loop runs */
    const pf_rows *rows;
    uint64_t first;  /* row of the window's first */
    int64_t *output; /* each row written by the one chunk it belongs to */
} state;

/* Inlined for each width of a prefix up to 7, whose copy then is a few stores. */
static inline __attribute__((always_inline)) void write_rows(int64_t *output, const int64_t *prefix, size_t width,
                                                             const int64_t *candidates, size_t n)
{
    for (size_t row = 0; row < n; row++) {
        memcpy(output, prefix, width * sizeof *output);
        output[width] = candidates[row];
        output += width + 1;
    }
}

static void write_any_rows(int64_t *output, const int64_t *prefix, size_t width, const int64_t *candidates, size_t n)
{
#define WIDTH(number)                                                                                                          \
    case number:                                                                                                               \
        write_rows(output, prefix, number, candidates, n);                                                                     \
        break
    switch (width) {
        WIDTH(0);
        WIDTH(1);
        WIDTH(2);
        WIDTH(3);
        WIDTH(4);
        WIDTH(5);
        WIDTH(6);
        WIDTH(7);
    default:
        write_rows(output, prefix, width, candidates, n);
    }
#undef WIDTH
}

static pf_status write_run(const state *shared, pf_cursor *cursor, size_t begin, size_t end)
{
    size_t width = shared->rows->width;
    size_t per_look = pf_rows_per_look(shared->rows);
    size_t looked = begin;
    pf_cursor_seek(cursor, shared->first + begin);
    for (size_t row = begin; row < end;) {
        if (cursor->candidate == cursor->candidate_count) {
            pf_cursor_next_prefix(cursor);
        }
        size_t n = cursor->candidate_count - cursor->candidate;
        n = n < end - row ? n : end - row;
        n = n < per_look ? n : per_look;
        write_any_rows(shared->output + row * width, cursor->prefix, width - 1, cursor->candidates + cursor->candidate, n);
        cursor->candidate += n;
        row += n;
        if (row - looked >= per_look) {
            looked = row;
            if (pf_cancelled()) {
                return PF_CANCELLED;
            }
        }
    }
    return PF_OK;
}

static pf_status write_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const state *shared = context;
    pf_arena *arena;
    pf_cursor cursor;
    pf_status status = pf_arena_create(1024, &arena);
    if (status != PF_OK) {
        return status;
    }
    status = pf_cursor_create(shared->rows, arena, &cursor);
    if (status == PF_OK) {
        status = write_run(shared, &cursor, begin, end);
    }
    pf_arena_destroy(arena);
    return status;
}

/* Rows [start, start + count). */
static pf_status write_all(const pf_call *call, const pf_rows *rows, int64_t start, int64_t count, int64_t *output)
{
    if (start < 0 || count < 0 || start > rows->count || count > rows->count - start) {
        return PF_BAD_ARGUMENT;
    }
    if (rows->width == 0) {
        return PF_OK; /* the one row there is has nothing in it */
    }
    state shared = {rows, (uint64_t)start, output};
    for (uint64_t left = (uint64_t)count; left > 0;) {
        size_t window = (size_t)(left < PF_ROWS_WINDOW ? left : PF_ROWS_WINDOW);
        pf_status status = pf_parallel_for(call, window, pf_rows_per_chunk(rows), write_chunk, &shared);
        if (status != PF_OK) {
            return status;
        }
        shared.first += window;
        shared.output += window * rows->width;
        left -= window;
    }
    return PF_OK;
}

pf_status pf_combinations(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t start, int64_t count,
                          int64_t *output)
{
    pf_rows rows;
    pf_status status = pf_rows_of_combinations(values, n, r, &rows);
    return status == PF_OK ? write_all(call, &rows, start, count, output) : status;
}

pf_status pf_permutations(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t start, int64_t count,
                          int64_t *output)
{
    pf_rows rows;
    pf_status status = pf_rows_of_permutations(values, n, r, &rows);
    return status == PF_OK ? write_all(call, &rows, start, count, output) : status;
}

pf_status pf_product(const pf_call *call, const int64_t *values, size_t n, const int64_t *lengths, size_t pools, size_t repeat,
                     int64_t start, int64_t count, int64_t *output)
{
    pf_rows rows;
    pf_status status = pf_rows_of_product(values, n, lengths, pools, repeat, &rows);
    return status == PF_OK ? write_all(call, &rows, start, count, output) : status;
}

/* ------------------------------------------------------------------------------------------------ jobs */

/* The output must have room for exactly the rows that are asked for. */
static pf_status run(const pf_call *call, pf_job *job, pf_status status, const pf_rows *rows)
{
    const pf_buffer *output = &job->outputs[0];
    int64_t start = job->integers[1];
    int64_t count = job->integers[2];
    if (status != PF_OK) {
        return status;
    }
    if (!pf_buffer_is(output, PF_INT64) || count < 0 ||
        (rows->width > 0 ? output->length % rows->width != 0 || output->length / rows->width != (uint64_t)count
                         : output->length != 0)) {
        return PF_BAD_ARGUMENT;
    }
    return write_all(call, rows, start, count, output->data);
}

pf_status pf_run_combinations(const pf_call *call, pf_job *job)
{
    pf_rows rows;
    pf_status status = pf_rows_of_job(job, PF_ROWS_COMBINATIONS, &rows);
    return run(call, job, status, &rows);
}

pf_status pf_run_permutations(const pf_call *call, pf_job *job)
{
    pf_rows rows;
    pf_status status = pf_rows_of_job(job, PF_ROWS_PERMUTATIONS, &rows);
    return run(call, job, status, &rows);
}

pf_status pf_run_product(const pf_call *call, pf_job *job)
{
    pf_rows rows;
    pf_status status = pf_rows_of_job(job, PF_ROWS_PRODUCT, &rows);
    return run(call, job, status, &rows);
}
