/* iteration.h: rows of values, enumerated as Python's itertools does it, from any row on.
 *
 * A row is a prefix (all values but the last) and its last value. For one prefix, the last values stand side by side in memory:
 * the candidates. So an enumeration is: for each prefix, for each candidate. What differs between combinations, permutations
 * and products is how many rows there are (count.c), how a row's number becomes its prefix, and what the next prefix is
 * (rows.c). Chunks of rows on all threads (walk.c) and what is done with them (enumerate.c, with_sum.c) are the same for all.
 */
#ifndef PF_ITERATION_H
#define PF_ITERATION_H

#include "photofinish.h"

__extension__ typedef unsigned __int128 pf_uint128;

typedef enum pf_row_kind { PF_ROWS_COMBINATIONS, PF_ROWS_PERMUTATIONS, PF_ROWS_PRODUCT } pf_row_kind;

/* What is enumerated. Immutable while a loop runs. */
typedef struct pf_rows {
    pf_row_kind kind;
    const int64_t *values;  /* the pool; for a product all pools, end to end */
    size_t n;               /* of values */
    const int64_t *lengths; /* product: of each pool; their sum is n */
    size_t pools;           /* product */
    size_t width;           /* values of a row */
    int64_t count;          /* rows in all */
} pf_rows;

/* Fills in `rows`. PF_OVERFLOW where there are more than INT64_MAX; PF_BAD_ARGUMENT for lengths below 0 or whose sum is
 * not n, and for rows wider than PF_ROW_LIMIT. */
pf_status pf_rows_of_combinations(const int64_t *values, size_t n, size_t r, pf_rows *rows);
pf_status pf_rows_of_permutations(const int64_t *values, size_t n, size_t r, pf_rows *rows);
pf_status pf_rows_of_product(const int64_t *values, size_t n, const int64_t *lengths, size_t pools, size_t repeat, pf_rows *rows);

/* The rows that a job names (README.md); PF_BAD_ARGUMENT for buffers and numbers that name none. */
pf_status pf_rows_of_job(const pf_job *job, pf_row_kind kind, pf_rows *rows);

/* n over k; UINT64_MAX for anything larger than INT64_MAX. */
uint64_t pf_binomial(size_t n, size_t k);

/* A place among rows of width 1 or more. Belongs to one thread; its smaller arrays to an arena. */
typedef struct pf_cursor {
    const pf_rows *rows;
    int64_t *prefix; /* owned: pf_cursor_destroy; width - 1 values, of permutations the others behind them */
    size_t *places;  /* combinations: index of each; permutations: how often a place was moved on; product: place in each pool */
    size_t *starts;  /* product: where each pool starts */
    const int64_t *candidates;
    size_t candidate_count;
    size_t candidate; /* the row's */
} pf_cursor;

/* Destroy it also after a failure. */
pf_status pf_cursor_create(const pf_rows *rows, pf_arena *arena, pf_cursor *cursor);
void pf_cursor_destroy(pf_cursor *cursor);
/* To row number `row`, below rows->count. Permutations copy the pool for it, and poll: PF_CANCELLED inside a loop that is to end. */
pf_status pf_cursor_seek(pf_cursor *cursor, uint64_t row);
/* To the first candidate of the next prefix. Not after the last. Polls, too. */
pf_status pf_cursor_next_prefix(pf_cursor *cursor);

/* To the next rows that share a prefix and have not been passed: `most` of them at most, from cursor->candidate on. Returns how
 * many, 0 where the loop is to end. */
static inline size_t pf_cursor_take(pf_cursor *cursor, size_t most)
{
    if (cursor->candidate == cursor->candidate_count && pf_cursor_next_prefix(cursor) != PF_OK) {
        return 0;
    }
    size_t left = cursor->candidate_count - cursor->candidate;
    return left < most ? left : most;
}

/* Rows between two looks at the cancel flag, which is the visitor's to do: 50 us to 1 ms. */
static inline size_t pf_rows_per_look(const pf_rows *rows)
{
    return ((size_t)1 << 16) / rows->width;
}

/* Passes `n` rows, the first of them number `row` of the walk, where the cursor stands. Any thread. */
typedef pf_status pf_rows_visit(void *context, pf_cursor *cursor, uint64_t row, size_t n);

/* Visits rows [first, first + count), of width 1 or more, in chunks that depend on the rows alone; a walk's row 0 is `first`. */
pf_status pf_rows_walk(const pf_call *call, const pf_rows *rows, uint64_t first, uint64_t count, pf_rows_visit *visit, void *context);

#endif
