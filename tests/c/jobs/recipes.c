/* recipes.c: which job each kernel gets (jobs.h): one line a kernel, or one for all types of an operation; then other
 * jobs of some of them.
 */
#include "jobs/shapes.h"

#include <string.h>

#define MILLION 1000000

static const pf_recipe recipes[] = {
    {"all", "", make_ones, NULL, 0, 10 * MILLION},
    {"any", "", make_zeros, NULL, 0, 10 * MILLION},
    {"argsort", "", make_argsort, NULL, PF_JOB_COMPUTES, MILLION},
    {"axpy", "", make_axpy, NULL, 0, 10 * MILLION},
    {"chain", "", make_chain, NULL, 0, 10 * MILLION},
    {"combinations", "", make_combinations, NULL, 0, MILLION},
    {"combinations_with_sum", "", make_combinations_with_sum, NULL, PF_JOB_COMPUTES, 10 * MILLION},
    {"concat", "", make_concat, NULL, 0, MILLION},
    {"contains", "", make_contains, NULL, PF_JOB_COMPUTES, MILLION},
    {"count", "", make_keys_and_counts, NULL, PF_JOB_COMPUTES, MILLION},
    {"count_groups", "", make_runs, NULL, 0, 10 * MILLION},
    {"count_lines", "", make_text, NULL, 0, 10 * MILLION},
    {"count_primes", "", make_count_primes, NULL, PF_JOB_COMPUTES, MILLION},
    {"count_words", "", make_text, NULL, 0, 10 * MILLION},
    {"cycle", "", make_cycle, NULL, 0, 10 * MILLION},
    {"deque_play", "", make_deque_play, NULL, PF_JOB_ALONE, 10 * MILLION},
    {"dot", "", make_pairs, NULL, 0, 10 * MILLION},
    {"format", "", make_format, NULL, PF_JOB_COMPUTES, MILLION},
    {"group_order", "", make_group_order, NULL, PF_JOB_COMPUTES, MILLION},
    {"group_sum", "", make_group_sum, NULL, PF_JOB_COMPUTES, MILLION},
    {"groupby", "", make_groupby, NULL, 0, 10 * MILLION},
    {"is_prime", "", make_is_prime, NULL, PF_JOB_COMPUTES, 10 * MILLION},
    {"is_prime_int64", "", make_is_prime_int64, NULL, PF_JOB_COMPUTES, MILLION},
    {"line_starts", "", make_line_starts, NULL, 0, 10 * MILLION},
    {"longest_line", "", make_text, NULL, 0, 10 * MILLION},
    {"lookup", "", make_lookup, NULL, PF_JOB_COMPUTES, MILLION},
    {"matmul", "", make_matmul, NULL, PF_JOB_COMPUTES, MILLION / 10},
    {"max", "", make_values, NULL, 0, 10 * MILLION},
    {"mean", "", make_values, NULL, 0, 10 * MILLION},
    {"min", "", make_values, NULL, 0, 10 * MILLION},
    {"nlargest", "", make_top, NULL, 0, 10 * MILLION},
    {"nsmallest", "", make_top, NULL, 0, 10 * MILLION},
    {"pass_messages", "", make_pass_messages, NULL, PF_JOB_PAIR, MILLION},
    {"permutations", "", make_permutations, NULL, 0, MILLION},
    {"permutations_with_sum", "", make_permutations_with_sum, NULL, PF_JOB_COMPUTES, 10 * MILLION},
    {"product", "", make_product, NULL, 0, MILLION},
    {"product_with_sum", "", make_product_with_sum, NULL, PF_JOB_COMPUTES, 10 * MILLION},
    {"round_trips", "", make_round_trips, NULL, PF_JOB_PAIR, 10000},
    {"sort", "", make_sort, NULL, PF_JOB_COMPUTES, MILLION},
    {"sort_by_key", "", make_sort_by_key, NULL, PF_JOB_COMPUTES, MILLION},
    {"sqrt", "", make_sqrt, NULL, 0, 10 * MILLION},
    {"sum", "", make_values, NULL, 0, 10 * MILLION},
    {"tiny_tasks", "", make_tiny_tasks, NULL, PF_JOB_COMPUTES, MILLION},
    {"unique", "", make_keys, NULL, PF_JOB_COMPUTES, MILLION},
    {"wait", "", make_wait, NULL, PF_JOB_WAITS, 10},

    /* Usual ones end here. */
    {"concat", "nothing between two letters", make_concat_nothing, NULL, 0, 10 * MILLION},
    {"contains", "by hashing", make_contains, change_algorithm, PF_JOB_COMPUTES, MILLION},
    {"count", "distinct", make_count_distinct, NULL, PF_JOB_COMPUTES, MILLION},
    {"count", "doubles", make_keys_and_counts, keys_to_doubles, PF_JOB_COMPUTES, MILLION},
    {"count", "text", make_keys_and_counts, keys_to_text, PF_JOB_COMPUTES, MILLION},
    {"deque_play", "pushes", make_deque_pushes, NULL, PF_JOB_ALONE, 10 * MILLION},
    {"group_order", "distinct", make_group_order_distinct, NULL, PF_JOB_COMPUTES, MILLION},
    {"lookup", "distinct", make_lookup_distinct, NULL, PF_JOB_COMPUTES, MILLION},
    {"lookup", "text", make_lookup, keys_to_text, PF_JOB_COMPUTES, MILLION},
    {"nlargest", "half", make_top_half, NULL, 0, MILLION},
    {"nsmallest", "by a heap", make_top, change_top_algorithm, 0, 10 * MILLION},
    {"nsmallest", "half, by a heap", make_top_half, change_top_algorithm, 0, MILLION},
    {"permutations", "long pool", make_permutations_long, NULL, 0, MILLION},
    {"sort", "by merging", make_sort, change_algorithm, PF_JOB_COMPUTES, MILLION},
    {"unique", "text", make_keys, keys_to_text, PF_JOB_COMPUTES, MILLION},
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

const pf_recipe *pf_recipe_next(const pf_recipe *recipe)
{
    const pf_recipe *end = recipes + sizeof recipes / sizeof recipes[0];
    for (const pf_recipe *at = recipe + 1; at < end; at++) {
        if (strcmp(at->name, recipe->name) == 0) {
            return at;
        }
    }
    return NULL;
}

const char *pf_recipe_variant(const pf_recipe *recipe)
{
    return recipe->variant;
}

unsigned pf_recipe_flags(const pf_recipe *recipe)
{
    return recipe->flags;
}

size_t pf_recipe_most(const pf_recipe *recipe)
{
    return recipe->most;
}
