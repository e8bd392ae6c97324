/* enumerate.c: rows written one after another: combinations, permutations, products. */
#include "kernels/iteration/iteration.h"
#include "kernels/table.h"
#include "runtime/loop.h"

#include <string.h>

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

/* context: the output, in which each row is written by the one chunk it belongs to. */
static pf_status write_visited(void *context, pf_cursor *cursor, uint64_t row, size_t n)
{
    size_t width = cursor->rows->width;
    size_t per_look = pf_rows_per_look(cursor->rows);
    int64_t *output = (int64_t *)context + (size_t)row * width;
    for (size_t done = 0, looked = 0; done < n;) {
        size_t taken = pf_cursor_take(cursor, n - done < per_look ? n - done : per_look);
        if (taken == 0) {
            return PF_CANCELLED;
        }
        write_any_rows(output + done * width, cursor->prefix, width - 1, cursor->candidates + cursor->candidate, taken);
        cursor->candidate += taken;
        done += taken;
        if (done - looked >= per_look) {
            looked = done;
            if (pf_cancelled()) {
                return PF_CANCELLED;
            }
        }
    }
    return PF_OK;
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
    return pf_rows_walk(call, rows, (uint64_t)start, (uint64_t)count, write_visited, output);
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
