/* rows.c: row number k, and the row after a row, in the order of itertools (iteration.h). */
#include "kernels/iteration/iteration.h"

#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

#define MOVED_PER_LOOK 65536 /* values: 512 KiB, some 100 us */

/* ------------------------------------------------------------------------------------------------ combinations */

/* The prefix from place `i` on; the candidates are all values behind that of its last index. */
static void set_combination(pf_cursor *cursor, size_t i)
{
    const pf_rows *rows = cursor->rows;
    size_t prefix = rows->width - 1;
    for (; i < prefix; i++) {
        cursor->prefix[i] = rows->values[cursor->places[i]];
    }
    size_t first = prefix > 0 ? cursor->places[prefix - 1] + 1 : 0;
    cursor->candidates = rows->values + first;
    cursor->candidate_count = rows->n - first;
}

/* Combinations of k out of n - first values whose first index is c or larger: (n - c) over k. So the first index of row `row`
 * is the largest c that leaves more than (all - row - 1) of them. */
static void seek_combination(pf_cursor *cursor, uint64_t row)
{
    size_t n = cursor->rows->n;
    size_t first = 0;
    for (size_t i = 0; i + 1 < cursor->rows->width; i++) {
        size_t k = cursor->rows->width - i;
        uint64_t all = pf_binomial(n - first, k);
        size_t low = first;
        size_t high = n - k + 1;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;
            if (pf_binomial(n - middle, k) >= all - row) {
                low = middle;
            } else {
                high = middle;
            }
        }
        row -= all - pf_binomial(n - low, k);
        cursor->places[i] = low;
        first = low + 1;
    }
    set_combination(cursor, 0);
    cursor->candidate = (size_t)row;
}

static void next_combination_prefix(pf_cursor *cursor)
{
    const pf_rows *rows = cursor->rows;
    size_t prefix = rows->width - 1;
    size_t i = prefix;
    while (i-- > 0 && cursor->places[i] == rows->n - rows->width + i) {
    }
    size_t place = cursor->places[i] + 1;
    for (size_t j = i; j < prefix; j++, place++) {
        cursor->places[j] = place;
    }
    set_combination(cursor, i);
}

/* ------------------------------------------------------------------------------------------------ permutations */

/* Moves n values by one place; polls. */
static pf_status shift_right(int64_t *values, size_t n)
{
    while (n > 0) {
        size_t count = n < MOVED_PER_LOOK ? n : MOVED_PER_LOOK;
        n -= count;
        memmove(values + n + 1, values + n, count * sizeof *values);
        if (n > 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

/* Moves n values, the first of them to the place before; polls. */
static pf_status shift_left(int64_t *values, size_t n)
{
    for (size_t begin = 0; begin < n; begin += MOVED_PER_LOOK) {
        if (begin > 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
        size_t count = n - begin < MOVED_PER_LOOK ? n - begin : MOVED_PER_LOOK;
        memmove(values + begin - 1, values + begin, count * sizeof *values);
    }
    return PF_OK;
}

/* The prefix and the values that it does not use lie in one array of n, cursor->prefix; the unused ones, which are the
 * candidates, in the order of the pool. */
static pf_status seek_permutation(pf_cursor *cursor, uint64_t row)
{
    const pf_rows *rows = cursor->rows;
    pf_status status = pf_copy(cursor->prefix, rows->values, rows->n * sizeof *cursor->prefix);
    uint64_t block = (uint64_t)rows->count;
    for (size_t i = 0; status == PF_OK && i + 1 < rows->width; i++) {
        block /= rows->n - i; /* rows that begin alike up to here */
        size_t place = (size_t)(row / block);
        row %= block;
        int64_t chosen = cursor->prefix[i + place];
        status = shift_right(cursor->prefix + i, place);
        cursor->prefix[i] = chosen;
        cursor->places[i] = place;
    }
    cursor->candidates = cursor->prefix + rows->width - 1;
    cursor->candidate_count = rows->n - rows->width + 1;
    cursor->candidate = (size_t)row;
    return status;
}

/* As itertools.permutations does it: a place takes each unused value in turn; when all were there, the values go back to
 * the order of the pool and the place before moves on. */
static pf_status next_permutation_prefix(pf_cursor *cursor)
{
    const pf_rows *rows = cursor->rows;
    int64_t *items = cursor->prefix;
    for (size_t i = rows->width - 1; i-- > 0;) {
        size_t place = ++cursor->places[i];
        int64_t here = items[i];
        if (place < rows->n - i) {
            items[i] = items[i + place];
            items[i + place] = here;
            return PF_OK;
        }
        pf_status status = shift_left(items + i + 1, rows->n - i - 1);
        if (status != PF_OK) {
            return status;
        }
        items[rows->n - 1] = here;
        cursor->places[i] = 0;
    }
    return PF_OK;
}

/* ------------------------------------------------------------------------------------------------ products */

static void seek_product(pf_cursor *cursor, uint64_t row)
{
    const pf_rows *rows = cursor->rows;
    size_t start = 0;
    for (size_t pool = 0; pool < rows->pools; pool++) {
        cursor->starts[pool] = start;
        start += (size_t)rows->lengths[pool];
    }
    size_t last = rows->width - 1;
    for (size_t i = rows->width; i-- > 0;) {
        size_t pool = i % rows->pools;
        size_t place = (size_t)(row % (uint64_t)rows->lengths[pool]);
        row /= (uint64_t)rows->lengths[pool];
        if (i < last) {
            cursor->places[i] = place;
            cursor->prefix[i] = rows->values[cursor->starts[pool] + place];
        } else {
            cursor->candidate = place;
        }
    }
    cursor->candidates = rows->values + cursor->starts[last % rows->pools];
    cursor->candidate_count = (size_t)rows->lengths[last % rows->pools];
}

static void next_product_prefix(pf_cursor *cursor)
{
    const pf_rows *rows = cursor->rows;
    for (size_t i = rows->width - 1; i-- > 0;) {
        size_t pool = i % rows->pools;
        size_t place = ++cursor->places[i];
        bool over = place == (size_t)rows->lengths[pool];
        if (over) {
            cursor->places[i] = place = 0;
        }
        cursor->prefix[i] = rows->values[cursor->starts[pool] + place];
        if (!over) {
            return;
        }
    }
}

/* ------------------------------------------------------------------------------------------------ any kind */

pf_status pf_cursor_create(const pf_rows *rows, pf_arena *arena, pf_cursor *cursor)
{
    *cursor = (pf_cursor){.rows = rows};
    size_t prefix = rows->kind == PF_ROWS_PERMUTATIONS ? rows->n : rows->width;
    void *memory;
    cursor->prefix = prefix <= SIZE_MAX / sizeof *cursor->prefix ? pf_prim_alloc(prefix * sizeof *cursor->prefix) : NULL;
    pf_status status = cursor->prefix ? PF_OK : PF_OUT_OF_MEMORY;
    if (status == PF_OK) {
        status = pf_arena_alloc(arena, rows->width * sizeof *cursor->places, &memory);
    }
    if (status == PF_OK) {
        cursor->places = memory;
        status = pf_arena_alloc(arena, rows->pools * sizeof *cursor->starts, &memory);
    }
    if (status == PF_OK) {
        cursor->starts = memory;
    }
    return status;
}

void pf_cursor_destroy(pf_cursor *cursor)
{
    free(cursor->prefix);
}

pf_status pf_cursor_seek(pf_cursor *cursor, uint64_t row)
{
    switch (cursor->rows->kind) {
    case PF_ROWS_COMBINATIONS:
        seek_combination(cursor, row);
        break;
    case PF_ROWS_PERMUTATIONS:
        return seek_permutation(cursor, row);
    case PF_ROWS_PRODUCT:
        seek_product(cursor, row);
    }
    return PF_OK;
}

pf_status pf_cursor_next_prefix(pf_cursor *cursor)
{
    cursor->candidate = 0;
    switch (cursor->rows->kind) {
    case PF_ROWS_COMBINATIONS:
        next_combination_prefix(cursor);
        break;
    case PF_ROWS_PERMUTATIONS:
        return next_permutation_prefix(cursor);
    case PF_ROWS_PRODUCT:
        next_product_prefix(cursor);
    }
    return PF_OK;
}
