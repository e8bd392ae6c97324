/* rows.c: how many rows there are, row number k, and the row after a row, in the order of itertools (iteration.h). */
#include "kernels/iteration/iteration.h"
#include "kernels/table.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ how many */

/* n over k, or more than INT64_MAX for anything larger. Each step is exact and no smaller than the one before. */
static uint64_t binomial(size_t n, size_t k)
{
    if (k > n) {
        return 0;
    }
    k = k < n - k ? k : n - k;
    pf_uint128 result = 1;
    for (size_t i = 1; i <= k; i++) {
        result = result * (n - k + i) / i;
        if (result > INT64_MAX) {
            return UINT64_MAX;
        }
    }
    return (uint64_t)result;
}

static pf_status set_count(pf_rows *rows, uint64_t count)
{
    rows->count = (int64_t)count;
    if (count > INT64_MAX) {
        return PF_OVERFLOW;
    }
    return count > 0 && rows->width > PF_ROW_LIMIT ? PF_BAD_ARGUMENT : PF_OK;
}

/* False beyond INT64_MAX. */
static bool multiply(uint64_t *count, uint64_t by)
{
    return !__builtin_mul_overflow(*count, by, count) && *count <= INT64_MAX;
}

pf_status pf_rows_of_combinations(const int64_t *values, size_t n, size_t r, pf_rows *rows)
{
    *rows = (pf_rows){.kind = PF_ROWS_COMBINATIONS, .values = values, .n = n, .width = r};
    return set_count(rows, binomial(n, r));
}

pf_status pf_rows_of_permutations(const int64_t *values, size_t n, size_t r, pf_rows *rows)
{
    *rows = (pf_rows){.kind = PF_ROWS_PERMUTATIONS, .values = values, .n = n, .width = r};
    uint64_t count = r <= n;
    for (size_t i = 0; i < r && count > 0; i++) {
        if (!multiply(&count, n - i)) {
            return PF_OVERFLOW;
        }
    }
    return set_count(rows, count);
}

pf_status pf_rows_of_product(const int64_t *values, size_t n, const int64_t *lengths, size_t pools, size_t repeat, pf_rows *rows)
{
    *rows = (pf_rows){.kind = PF_ROWS_PRODUCT, .values = values, .n = n, .lengths = lengths, .pools = pools};
    uint64_t left = n;
    bool empty = false;
    for (size_t pool = 0; pool < pools; pool++) {
        if (lengths[pool] < 0 || (uint64_t)lengths[pool] > left) {
            return PF_BAD_ARGUMENT;
        }
        left -= (uint64_t)lengths[pool];
        empty = empty || lengths[pool] == 0;
    }
    if (left > 0) {
        return PF_BAD_ARGUMENT;
    }
    if (pools > 0 && repeat > SIZE_MAX / sizeof(int64_t) / pools) {
        return PF_OUT_OF_MEMORY;
    }
    rows->width = pools * repeat;
    if (empty && repeat > 0) {
        return set_count(rows, 0); /* however long the other pools are */
    }
    uint64_t once = 1;
    for (size_t pool = 0; pool < pools && repeat > 0; pool++) {
        if (!multiply(&once, (uint64_t)lengths[pool])) {
            return PF_OVERFLOW;
        }
    }
    uint64_t count = 1;
    for (size_t i = 0; i < repeat && once > 1; i++) {
        if (!multiply(&count, once)) {
            return PF_OVERFLOW;
        }
    }
    return set_count(rows, count);
}

pf_status pf_count_combinations(size_t n, size_t r, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_combinations(NULL, n, r, &rows);
    *count = rows.count;
    return status;
}

pf_status pf_count_permutations(size_t n, size_t r, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_permutations(NULL, n, r, &rows);
    *count = rows.count;
    return status;
}

pf_status pf_count_product(const int64_t *lengths, size_t pools, size_t repeat, int64_t *count)
{
    pf_rows rows;
    size_t n = 0;
    for (size_t pool = 0; pool < pools; pool++) {
        n += lengths[pool] > 0 ? (size_t)lengths[pool] : 0;
    }
    pf_status status = pf_rows_of_product(NULL, n, lengths, pools, repeat, &rows);
    *count = rows.count;
    return status;
}

pf_status pf_rows_of_job(const pf_job *job, pf_row_kind kind, pf_rows *rows)
{
    const pf_buffer *values = &job->inputs[0];
    const pf_buffer *lengths = &job->inputs[1];
    int64_t width = job->integers[0];
    if (!pf_buffer_is(values, PF_INT64) || width < 0 || (uint64_t)width > SIZE_MAX / sizeof(int64_t)) {
        return PF_BAD_ARGUMENT;
    }
    size_t r = (size_t)width;
    switch (kind) {
    case PF_ROWS_COMBINATIONS:
        return pf_rows_of_combinations(values->data, values->length, r, rows);
    case PF_ROWS_PERMUTATIONS:
        return pf_rows_of_permutations(values->data, values->length, r, rows);
    default:
        if (!pf_buffer_is(lengths, PF_INT64)) {
            return PF_BAD_ARGUMENT;
        }
        return pf_rows_of_product(values->data, values->length, lengths->data, lengths->length, r, rows);
    }
}

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
        uint64_t all = binomial(n - first, k);
        size_t low = first;
        size_t high = n - k + 1;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;
            if (binomial(n - middle, k) >= all - row) {
                low = middle;
            } else {
                high = middle;
            }
        }
        row -= all - binomial(n - low, k);
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

/* The prefix and the values that it does not use lie in one array of n, cursor->prefix; the unused ones, which are the
 * candidates, in the order of the pool. */
static void seek_permutation(pf_cursor *cursor, uint64_t row)
{
    const pf_rows *rows = cursor->rows;
    memcpy(cursor->prefix, rows->values, rows->n * sizeof *cursor->prefix);
    uint64_t block = (uint64_t)rows->count;
    for (size_t i = 0; i + 1 < rows->width; i++) {
        block /= rows->n - i; /* rows that begin alike up to here */
        size_t place = (size_t)(row / block);
        row %= block;
        int64_t chosen = cursor->prefix[i + place];
        memmove(cursor->prefix + i + 1, cursor->prefix + i, place * sizeof chosen);
        cursor->prefix[i] = chosen;
        cursor->places[i] = place;
    }
    cursor->candidates = cursor->prefix + rows->width - 1;
    cursor->candidate_count = rows->n - rows->width + 1;
    cursor->candidate = (size_t)row;
}

/* As itertools.permutations does it: a place takes each unused value in turn; when all were there, the values go back to
 * the order of the pool and the place before moves on. */
static void next_permutation_prefix(pf_cursor *cursor)
{
    const pf_rows *rows = cursor->rows;
    int64_t *items = cursor->prefix;
    for (size_t i = rows->width - 1; i-- > 0;) {
        size_t place = ++cursor->places[i];
        int64_t here = items[i];
        if (place < rows->n - i) {
            items[i] = items[i + place];
            items[i + place] = here;
            return;
        }
        memmove(items + i, items + i + 1, (rows->n - i - 1) * sizeof here);
        items[rows->n - 1] = here;
        cursor->places[i] = 0;
    }
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
    pf_status status = pf_arena_alloc(arena, prefix * sizeof *cursor->prefix, &memory);
    if (status == PF_OK) {
        cursor->prefix = memory;
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

void pf_cursor_seek(pf_cursor *cursor, uint64_t row)
{
    switch (cursor->rows->kind) {
    case PF_ROWS_COMBINATIONS:
        seek_combination(cursor, row);
        break;
    case PF_ROWS_PERMUTATIONS:
        seek_permutation(cursor, row);
        break;
    case PF_ROWS_PRODUCT:
        seek_product(cursor, row);
    }
}

void pf_cursor_next_prefix(pf_cursor *cursor)
{
    cursor->candidate = 0;
    switch (cursor->rows->kind) {
    case PF_ROWS_COMBINATIONS:
        next_combination_prefix(cursor);
        break;
    case PF_ROWS_PERMUTATIONS:
        next_permutation_prefix(cursor);
        break;
    case PF_ROWS_PRODUCT:
        next_product_prefix(cursor);
    }
}

/* Enough rows that finding the first one, which for permutations means to copy the pool, is a small part of the work. */
size_t pf_rows_per_chunk(const pf_rows *rows)
{
    size_t per_chunk = ((size_t)1 << 18) / (rows->width < 4 ? 4 : rows->width);
    size_t least = rows->kind == PF_ROWS_PERMUTATIONS && rows->n < PF_ROWS_WINDOW / 4 ? 4 * rows->n : 1;
    return per_chunk < least ? least : per_chunk;
}
