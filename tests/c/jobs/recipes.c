/* recipes.c: the job of every kernel for size n (jobs.h). One line in the table at the end, one function for each shape. */
#include "jobs/recipes.h"

#include <math.h>
#include <string.h>

#define RECIPE(name) static void make_##name(pf_made *made, size_t n, pf_source *source, pf_type type)
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

/* ------------------------------------------------------------------------------------------------ the table */

#define MILLION 1000000

static const pf_recipe recipes[] = {
    {"all", make_ones, 0, 10 * MILLION},
    {"any", make_zeros, 0, 10 * MILLION},
    {"argsort", make_argsort, PF_JOB_COMPUTES, MILLION},
    {"axpy", make_axpy, 0, 10 * MILLION},
    {"chain", make_chain, 0, 10 * MILLION},
    {"combinations", make_combinations, 0, MILLION},
    {"combinations_with_sum", make_combinations_with_sum, PF_JOB_COMPUTES, 10 * MILLION},
    {"concat", make_concat, 0, MILLION},
    {"contains", make_contains, PF_JOB_COMPUTES, MILLION},
    {"count", make_keys_and_counts, PF_JOB_COMPUTES, MILLION},
    {"count_groups", make_runs, 0, 10 * MILLION},
    {"count_lines", make_text, 0, 10 * MILLION},
    {"count_primes", make_count_primes, PF_JOB_COMPUTES, MILLION},
    {"count_words", make_text, 0, 10 * MILLION},
    {"cycle", make_cycle, 0, 10 * MILLION},
    {"deque_play", make_deque_play, PF_JOB_ALONE, 10 * MILLION},
    {"dot", make_pairs, 0, 10 * MILLION},
    {"format", make_format, PF_JOB_COMPUTES, MILLION},
    {"group_order", make_group_order, PF_JOB_COMPUTES, MILLION},
    {"group_sum", make_group_sum, PF_JOB_COMPUTES, MILLION},
    {"groupby", make_groupby, 0, 10 * MILLION},
    {"is_prime", make_is_prime, PF_JOB_COMPUTES, 10 * MILLION},
    {"is_prime_int64", make_is_prime_int64, PF_JOB_COMPUTES, MILLION},
    {"line_starts", make_line_starts, 0, 10 * MILLION},
    {"longest_line", make_text, 0, 10 * MILLION},
    {"lookup", make_lookup, PF_JOB_COMPUTES, MILLION},
    {"matmul", make_matmul, PF_JOB_COMPUTES, MILLION / 10},
    {"max", make_values, 0, 10 * MILLION},
    {"mean", make_values, 0, 10 * MILLION},
    {"min", make_values, 0, 10 * MILLION},
    {"nlargest", make_top, 0, 10 * MILLION},
    {"nsmallest", make_top, 0, 10 * MILLION},
    {"pass_messages", make_pass_messages, PF_JOB_PAIR, MILLION},
    {"permutations", make_permutations, 0, MILLION},
    {"permutations_with_sum", make_permutations_with_sum, PF_JOB_COMPUTES, 10 * MILLION},
    {"product", make_product, 0, MILLION},
    {"product_with_sum", make_product_with_sum, PF_JOB_COMPUTES, 10 * MILLION},
    {"round_trips", make_round_trips, PF_JOB_PAIR, 10000},
    {"sort", make_sort, PF_JOB_COMPUTES, MILLION},
    {"sort_by_key", make_sort_by_key, PF_JOB_COMPUTES, MILLION},
    {"sqrt", make_sqrt, 0, 10 * MILLION},
    {"sum", make_values, 0, 10 * MILLION},
    {"tiny_tasks", make_tiny_tasks, PF_JOB_COMPUTES, MILLION},
    {"unique", make_keys, PF_JOB_COMPUTES, MILLION},
    {"wait", make_wait, PF_JOB_WAITS, 10},
};

static const struct {
    const char *suffix;
    pf_type type;
} types[] = {{"_bytes", PF_BYTES}, {"_double", PF_DOUBLE}, {"_float", PF_FLOAT}, {"_int32", PF_INT32}, {"_int64", PF_INT64}};

static size_t without_type(const char *name, pf_type *type)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t suffix = strlen(types[i].suffix);
        if (length > suffix && strcmp(name + length - suffix, types[i].suffix) == 0) {
            *type = types[i].type;
            return length - suffix;
        }
    }
    *type = PF_INT64;
    return length;
}

pf_type pf_type_named(const char *name)
{
    pf_type type;
    without_type(name, &type);
    return type;
}

static const pf_recipe *find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        if (strlen(recipes[i].name) == length && strncmp(recipes[i].name, name, length) == 0) {
            return &recipes[i];
        }
    }
    return NULL;
}

const pf_recipe *pf_recipe_of(const char *name)
{
    pf_type type;
    const pf_recipe *exact = find(name, strlen(name));
    return exact ? exact : find(name, without_type(name, &type));
}

unsigned pf_recipe_flags(const pf_recipe *recipe)
{
    return recipe->flags;
}

size_t pf_recipe_most(const pf_recipe *recipe)
{
    return recipe->most;
}
