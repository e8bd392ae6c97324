/* recipes.c: which job each kernel gets (jobs.h): one line a kernel, or one for all types of an operation. */
#include "jobs/shapes.h"

#include <string.h>

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
