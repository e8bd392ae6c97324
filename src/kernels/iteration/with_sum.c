/* with_sum.c: how many rows have a given sum: the same enumeration without keeping the rows. */
#include "kernels/iteration/iteration.h"
#include "kernels/table.h"
#include "runtime/loop.h"

#include <stdatomic.h>

typedef struct state {
    int64_t total;          /* immutable */
    _Atomic uint64_t found; /* any thread: integers add to the same sum in every order */
} state;

/* Four counts, so that vectors of any width can hold them. */
static uint64_t count_equal(const int64_t *values, size_t n, int64_t wanted)
{
    uint64_t a = 0, b = 0, c = 0, d = 0;
    size_t i = 0;
    for (; n - i >= 4; i += 4) {
        a += values[i] == wanted;
        b += values[i + 1] == wanted;
        c += values[i + 2] == wanted;
        d += values[i + 3] == wanted;
    }
    for (; i < n; i++) {
        a += values[i] == wanted;
    }
    return a + b + c + d;
}

/* What the last value must be; false where no int64 would do. The sum itself fits: values_are_small saw to that. */
static bool wanted_last(const pf_cursor *cursor, int64_t total, int64_t *wanted)
{
    int64_t sum = 0;
    for (size_t i = 0; i + 1 < cursor->rows->width; i++) {
        sum += cursor->prefix[i];
    }
    return !__builtin_sub_overflow(total, sum, wanted);
}

static pf_status count_visited(void *context, pf_cursor *cursor, uint64_t row, size_t n)
{
    (void)row;
    state *shared = context;
    int64_t total = shared->total;
    uint64_t found = 0;
    size_t per_look = pf_rows_per_look(cursor->rows);
    for (size_t done = 0, looked = 0; done < n;) {
        size_t taken = pf_cursor_take(cursor, n - done < per_look ? n - done : per_look);
        if (taken == 0) {
            return PF_CANCELLED;
        }
        int64_t wanted;
        if (wanted_last(cursor, total, &wanted)) {
            found += count_equal(cursor->candidates + cursor->candidate, taken, wanted);
        }
        cursor->candidate += taken;
        done += taken;
        if (done - looked >= per_look) {
            looked = done;
            if (pf_cancelled()) {
                return PF_CANCELLED;
            }
        }
    }
    atomic_fetch_add_explicit(&shared->found, found, memory_order_relaxed);
    return PF_OK;
}

/* PF_OK where `width` of the values, whichever, add up without leaving int64. */
static pf_status values_are_small(const pf_call *call, const pf_rows *rows)
{
    int64_t least, most;
    pf_status status = pf_min_int64(call, rows->values, rows->n, &least);
    if (status == PF_OK) {
        status = pf_max_int64(call, rows->values, rows->n, &most);
    }
    if (status == PF_OK) {
        int64_t limit = INT64_MAX / (int64_t)rows->width;
        status = least < -limit || most > limit ? PF_OVERFLOW : PF_OK;
    }
    return status;
}

static pf_status count_all(const pf_call *call, const pf_rows *rows, int64_t total, int64_t *count)
{
    state shared = {.total = total};
    if (rows->width == 0) {
        *count = total == 0; /* of the one empty row */
        return PF_OK;
    }
    pf_status small = rows->count > 0 ? values_are_small(call, rows) : PF_OK;
    if (small != PF_OK) {
        return small;
    }
    pf_status status = pf_rows_walk(call, rows, 0, (uint64_t)rows->count, count_visited, &shared);
    if (status == PF_OK) {
        *count = (int64_t)atomic_load(&shared.found);
    }
    return status;
}

pf_status pf_combinations_with_sum(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t total, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_combinations(values, n, r, &rows);
    return status == PF_OK ? count_all(call, &rows, total, count) : status;
}

pf_status pf_permutations_with_sum(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t total, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_permutations(values, n, r, &rows);
    return status == PF_OK ? count_all(call, &rows, total, count) : status;
}

pf_status pf_product_with_sum(const pf_call *call, const int64_t *values, size_t n, const int64_t *lengths, size_t pools,
                              size_t repeat, int64_t total, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_product(values, n, lengths, pools, repeat, &rows);
    return status == PF_OK ? count_all(call, &rows, total, count) : status;
}

/* ------------------------------------------------------------------------------------------------ jobs */

static pf_status run(const pf_call *call, pf_job *job, pf_row_kind kind)
{
    pf_rows rows;
    pf_status status = pf_rows_of_job(job, kind, &rows);
    return status == PF_OK ? count_all(call, &rows, job->integers[1], &job->integers[0]) : status;
}

pf_status pf_run_combinations_with_sum(const pf_call *call, pf_job *job)
{
    return run(call, job, PF_ROWS_COMBINATIONS);
}

pf_status pf_run_permutations_with_sum(const pf_call *call, pf_job *job)
{
    return run(call, job, PF_ROWS_PERMUTATIONS);
}

pf_status pf_run_product_with_sum(const pf_call *call, pf_job *job)
{
    return run(call, job, PF_ROWS_PRODUCT);
}
