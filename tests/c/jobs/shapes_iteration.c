/* shapes_iteration.c: rows, runs, chains (shapes.h). */
#include "jobs/shapes.h"

/* The smallest pool of which rows of three, counted by `each`, are n or more. */
static size_t pool_for(size_t n, uint64_t each)
{
    uint64_t pool = 3;
    while (pool * (pool - 1) * (pool - 2) / each < n) {
        pool++;
    }
    return (size_t)pool;
}

/* Rows of three: `each` orders of three count as one. */
static void make_rows(pf_made *made, size_t n, uint64_t each, pf_source *source, bool written)
{
    pf_made_numbers(made, 0, PF_INT64, pool_for(n, each), 1000, source);
    made->job.integers[0] = 3;
    made->job.integers[1] = 0;
    made->job.integers[2] = (int64_t)n;
    if (written) {
        pf_made_output(made, 0, PF_INT64, 3 * n);
    }
}

static void make_product_rows(pf_made *made, size_t n, pf_source *source, bool written)
{
    size_t side = 1;
    while (side * side * side < n) {
        side++;
    }
    pf_made_numbers(made, 0, PF_INT64, side, 1000, source);
    int64_t *length = pf_made_buffer(made, &made->job.inputs[1], PF_INT64, 1);
    if (length) {
        *length = (int64_t)side;
    }
    made->job.integers[0] = 3;
    made->job.integers[2] = (int64_t)n;
    if (written) {
        pf_made_output(made, 0, PF_INT64, 3 * n);
    }
}

SHAPE(combinations)
{
    (void)type;
    make_rows(made, n, 6, source, true);
}

SHAPE(combinations_with_sum)
{
    (void)type;
    make_rows(made, n, 6, source, false);
}

SHAPE(permutations)
{
    (void)type;
    make_rows(made, n, 1, source, true);
}

SHAPE(permutations_with_sum)
{
    (void)type;
    make_rows(made, n, 1, source, false);
}

SHAPE(product)
{
    (void)type;
    make_product_rows(made, n, source, true);
}

SHAPE(product_with_sum)
{
    (void)type;
    make_product_rows(made, n, source, false);
}

/* Runs of some four values. */
SHAPE(runs)
{
    (void)type;
    int64_t *values = pf_made_buffer(made, &made->job.inputs[0], PF_INT64, n);
    for (size_t i = 0; values && i < n; i++) {
        uint64_t random = source->next(source);
        values[i] = i > 0 && random % 4 != 0 ? values[i - 1] : (int64_t)(random >> 32);
    }
}

SHAPE(groupby)
{
    make_runs(made, n, source, type);
    pf_job job = made->job;
    size_t groups = (size_t)pf_run_for_number("count_groups", &job);
    pf_made_output(made, 0, PF_INT64, groups);
    pf_made_output(made, 1, PF_INT64, groups);
}

SHAPE(chain)
{
    (void)type;
    pf_made_slices(made, 0, n / 8 + 1, 8, source);
    if (!made->failed) {
        pf_made_output(made, 0, PF_INT64, pf_slices_bytes(&made->job.inputs[0]) / 8);
    }
}

SHAPE(cycle)
{
    (void)type;
    pf_made_numbers(made, 0, PF_INT64, n < 1000 ? n / 2 + 1 : 1000, 1000, source);
    pf_made_output(made, 0, PF_INT64, n);
}


/* Pairs out of a pool of n: to find the first of a chunk means to copy the pool. */
SHAPE(permutations_long)
{
    (void)type;
    size_t rows = n < 2 ? 0 : n;
    pf_made_numbers(made, 0, PF_INT64, n, 1000, source);
    made->job.integers[0] = 2;
    made->job.integers[2] = (int64_t)rows;
    pf_made_output(made, 0, PF_INT64, 2 * rows);
}
