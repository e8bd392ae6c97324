/* shapes.c: what jobs look like: one function for each shape of job, which recipes.c gives to kernels. */
#include "jobs/shapes.h"

#include <math.h>
#include <string.h>

#define RECIPE(name) void make_##name(pf_made *made, size_t n, pf_source *source, pf_type type)
#define UNUSED (void)n, (void)source, (void)type

/* ------------------------------------------------------------------------------------------------ numbers */

RECIPE(values)
{
    pf_made_numbers(made, 0, type, n, type == PF_BYTES ? -255 : 1 << 30, source);
}

/* So that nothing ends early. */
RECIPE(zeros)
{
    UNUSED;
    void *data = pf_made_buffer(made, &made->job.inputs[0], type, n);
    if (data) {
        memset(data, 0, n * pf_type_size(type));
    }
}

RECIPE(ones)
{
    UNUSED;
    void *data = pf_made_buffer(made, &made->job.inputs[0], type, n);
    if (data) {
        memset(data, 1, n * pf_type_size(type)); /* true in every type */
    }
}

RECIPE(pairs)
{
    int64_t limit = type == PF_BYTES ? -255 : 1000; /* their products add up within every type */
    pf_made_numbers(made, 0, type, n, limit, source);
    pf_made_numbers(made, 1, type, n, limit, source);
}

RECIPE(sqrt)
{
    pf_made_numbers(made, 0, type, n, -1000000, source);
    pf_made_output(made, 0, type, n);
}

RECIPE(axpy)
{
    make_pairs(made, n, source, type);
    made->job.reals[0] = 1.5;
    pf_made_output(made, 0, type, n);
}

/* n elements in the product. */
RECIPE(matmul)
{
    size_t side = (size_t)sqrt((double)n);
    pf_made_numbers(made, 0, type, side * side, 100, source);
    pf_made_numbers(made, 1, type, side * side, 100, source);
    pf_made_output(made, 0, type, side * side);
    made->job.integers[0] = made->job.integers[1] = made->job.integers[2] = (int64_t)side;
}

/* ------------------------------------------------------------------------------------------------ sorting */

RECIPE(sort)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_output(made, 0, type, n);
}

RECIPE(argsort)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_output(made, 0, PF_INT64, n);
}

RECIPE(sort_by_key)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_output(made, 0, PF_INT64, n);
}

RECIPE(top)
{
    size_t k = n < 100 ? n / 2 : 100;
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_output(made, 0, type, k);
    made->job.integers[0] = (int64_t)k;
}

/* ------------------------------------------------------------------------------------------------ text */

/* Words of 1 to 8 letters, some 10 a line. */
RECIPE(text)
{
    (void)type;
    uint8_t *text = pf_made_buffer(made, &made->job.inputs[0], PF_BYTES, n);
    for (size_t i = 0; text && i < n; i++) {
        uint64_t random = source->next(source);
        text[i] = random % 50 == 0 ? '\n' : random % 5 == 0 ? ' ' : (uint8_t)('a' + random % 26);
    }
}

RECIPE(line_starts)
{
    make_text(made, n, source, type);
    pf_job job = made->job;
    pf_made_output(made, 0, PF_INT64, (size_t)pf_run_for_number("count_lines", &job) + 1);
}

/* n pieces of 0 to 15 bytes. */
static void make_slices(pf_made *made, int input, size_t n, size_t unit, pf_source *source)
{
    pf_slice *slices = pf_made_buffer(made, &made->job.inputs[input], PF_SLICES, n);
    char *text = n <= SIZE_MAX / 16 / unit ? pf_made_block(made, n * 15 * unit) : NULL;
    size_t at = 0;
    for (size_t i = 0; slices && text && i < n; i++) {
        uint64_t random = source->next(source);
        size_t length = random % 16 * unit;
        memset(text + at, 'a' + (int)(random >> 32 & 15), length);
        slices[i] = (pf_slice){text + at, length};
        at += length;
    }
}

static size_t bytes_of_slices(const pf_buffer *buffer)
{
    const pf_slice *slices = buffer->data;
    size_t bytes = 0;
    for (size_t i = 0; i < buffer->length; i++) {
        bytes += slices[i].length;
    }
    return bytes;
}

RECIPE(concat)
{
    (void)type;
    make_slices(made, 0, n, 1, source);
    char *separator = pf_made_buffer(made, &made->job.inputs[1], PF_BYTES, 2);
    if (separator && !made->failed) {
        memcpy(separator, ", ", 2);
        pf_made_output(made, 0, PF_BYTES, bytes_of_slices(&made->job.inputs[0]) + (n > 0 ? 2 * (n - 1) : 0));
    }
}

RECIPE(format)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 30, source);
    pf_made_output(made, 0, PF_BYTES, n * 25);
}

/* ------------------------------------------------------------------------------------------------ containers */

/* Some ten of each key. */
RECIPE(keys)
{
    pf_made_numbers(made, 0, type, n, -(int64_t)(n / 10 + 1), source);
    pf_made_output(made, 0, PF_INT64, n);
}

RECIPE(keys_and_counts)
{
    make_keys(made, n, source, type);
    pf_made_output(made, 1, PF_INT64, n);
}

RECIPE(group_order)
{
    make_keys(made, n, source, type);
    pf_made_output(made, 1, PF_INT64, n + 1);
}

RECIPE(group_sum)
{
    make_keys_and_counts(made, n, source, type);
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
}

RECIPE(lookup)
{
    make_keys(made, n, source, type);
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_numbers(made, 2, PF_INT64, n, -(int64_t)(n / 10 + 1), source);
}

RECIPE(contains)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_numbers(made, 1, type, 10, INT64_C(1) << 40, source);
    pf_made_output(made, 0, PF_BYTES, 10);
}

/* n pushes and pops, half of them at the left. */
RECIPE(deque_play)
{
    (void)type;
    uint8_t *script = pf_made_buffer(made, &made->job.inputs[0], PF_BYTES, n);
    size_t length = 0;
    for (size_t i = 0; script && i < n; i++) {
        uint64_t random = source->next(source);
        bool push = length == 0 || random % 8 < 5;
        script[i] = (uint8_t)(push ? "Aa"[random >> 8 & 1] : "Pp"[random >> 8 & 1]);
        length += push ? 1 : SIZE_MAX;
    }
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_output(made, 0, PF_INT64, n);
}

/* ------------------------------------------------------------------------------------------------ iteration */

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

RECIPE(combinations)
{
    (void)type;
    make_rows(made, n, 6, source, true);
}

RECIPE(combinations_with_sum)
{
    (void)type;
    make_rows(made, n, 6, source, false);
}

RECIPE(permutations)
{
    (void)type;
    make_rows(made, n, 1, source, true);
}

RECIPE(permutations_with_sum)
{
    (void)type;
    make_rows(made, n, 1, source, false);
}

RECIPE(product)
{
    (void)type;
    make_product_rows(made, n, source, true);
}

RECIPE(product_with_sum)
{
    (void)type;
    make_product_rows(made, n, source, false);
}

/* Runs of some four values. */
RECIPE(runs)
{
    (void)type;
    int64_t *values = pf_made_buffer(made, &made->job.inputs[0], PF_INT64, n);
    for (size_t i = 0; values && i < n; i++) {
        uint64_t random = source->next(source);
        values[i] = i > 0 && random % 4 != 0 ? values[i - 1] : (int64_t)(random >> 32);
    }
}

RECIPE(groupby)
{
    make_runs(made, n, source, type);
    pf_job job = made->job;
    size_t groups = (size_t)pf_run_for_number("count_groups", &job);
    pf_made_output(made, 0, PF_INT64, groups);
    pf_made_output(made, 1, PF_INT64, groups);
}

RECIPE(chain)
{
    (void)type;
    make_slices(made, 0, n / 8 + 1, 8, source);
    if (!made->failed) {
        pf_made_output(made, 0, PF_INT64, bytes_of_slices(&made->job.inputs[0]) / 8);
    }
}

RECIPE(cycle)
{
    (void)type;
    pf_made_numbers(made, 0, PF_INT64, n < 1000 ? n / 2 + 1 : 1000, 1000, source);
    pf_made_output(made, 0, PF_INT64, n);
}

/* ------------------------------------------------------------------------------------------------ primes, threads */

RECIPE(count_primes)
{
    UNUSED;
    made->job.integers[1] = (int64_t)n;
}

/* A prime that takes some n / 2 divisions. */
RECIPE(is_prime)
{
    UNUSED;
    uint64_t number = (uint64_t)n * n | 1;
    pf_job job = {.integers = {(int64_t)number}};
    while (number > 3 && pf_run_for_number("is_prime", &job) == 0) {
        number += 2;
        job.integers[0] = (int64_t)number;
    }
    made->job.integers[0] = (int64_t)number;
}

RECIPE(is_prime_int64)
{
    pf_made_numbers(made, 0, type, n, -1000000, source);
    pf_made_output(made, 0, PF_BYTES, n);
}

RECIPE(tiny_tasks)
{
    UNUSED;
    made->job.integers[0] = (int64_t)n;
    made->job.integers[1] = 1000;
    made->job.integers[2] = 10;
}

RECIPE(pass_messages)
{
    UNUSED;
    made->job.integers[0] = (int64_t)n;
    made->job.integers[1] = 8;
    made->job.integers[2] = 100;
}

RECIPE(round_trips)
{
    UNUSED;
    made->job.integers[0] = (int64_t)n;
    made->job.integers[1] = 100;
    pf_made_output(made, 0, PF_INT64, PF_LATENCY_BUCKETS);
}

RECIPE(wait)
{
    UNUSED;
    made->job.integers[0] = (int64_t)(n % 4);
    made->job.reals[0] = 0.001;
    pf_made_output(made, 0, PF_DOUBLE, 2 * (n % 4));
}
