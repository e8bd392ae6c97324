/* walk.c: rows visited in chunks, on any number of threads (iteration.h). */
#include "kernels/iteration/iteration.h"

/* size_t may have 32 bits and the count of rows 63: a loop covers so many rows at most. */
#define WINDOW ((uint64_t)1 << 30)

typedef struct walk {
    /* immutable while a loop runs */
    const pf_rows *rows;
    uint64_t first;  /* row of the walk's first */
    uint64_t window; /* rows of the walk before this loop's first */
    pf_rows_visit *visit;
    void *context;
} walk;

/* Enough rows that finding the first one, which for permutations means to copy the pool, is a small part of the work. */
static size_t rows_per_chunk(const pf_rows *rows)
{
    size_t per_chunk = ((size_t)1 << 18) / (rows->width < 4 ? 4 : rows->width);
    size_t least = rows->kind == PF_ROWS_PERMUTATIONS && rows->n < WINDOW / 4 ? 4 * rows->n : 1;
    return per_chunk < least ? least : per_chunk;
}

static pf_status walk_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const walk *shared = context;
    pf_arena *arena;
    pf_cursor cursor;
    pf_status status = pf_arena_create(1024, &arena);
    if (status != PF_OK) {
        return status;
    }
    uint64_t row = shared->window + begin;
    status = pf_cursor_create(shared->rows, arena, &cursor);
    if (status == PF_OK) {
        status = pf_cursor_seek(&cursor, shared->first + row);
    }
    if (status == PF_OK) {
        status = shared->visit(shared->context, &cursor, row, end - begin);
    }
    pf_cursor_destroy(&cursor);
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_rows_walk(const pf_call *call, const pf_rows *rows, uint64_t first, uint64_t count, pf_rows_visit *visit, void *context)
{
    walk shared = {rows, first, 0, visit, context};
    pf_status status = PF_OK;
    while (status == PF_OK && shared.window < count) {
        uint64_t left = count - shared.window;
        size_t window = (size_t)(left < WINDOW ? left : WINDOW);
        status = pf_parallel_for(call, window, rows_per_chunk(rows), walk_chunk, &shared);
        shared.window += window;
    }
    return status;
}
