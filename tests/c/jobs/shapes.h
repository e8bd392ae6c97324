/* shapes.h: the shapes of jobs, as recipes.c names them. Each fills made->job for size n; shapes_*.c say with what. */
#ifndef PF_TEST_SHAPES_H
#define PF_TEST_SHAPES_H

#include "jobs/recipes.h"

#define SHAPE(name) void make_##name(pf_made *made, size_t n, pf_source *source, pf_type type)
SHAPE(argsort);
SHAPE(axpy);
SHAPE(chain);
SHAPE(combinations);
SHAPE(combinations_with_sum);
SHAPE(concat);
SHAPE(concat_nothing);
SHAPE(contains);
SHAPE(count_distinct);
SHAPE(count_primes);
SHAPE(cycle);
SHAPE(deque_play);
SHAPE(deque_pushes);
SHAPE(format);
SHAPE(group_order);
SHAPE(group_order_distinct);
SHAPE(group_sum);
SHAPE(groupby);
SHAPE(is_prime);
SHAPE(is_prime_int64);
SHAPE(keys);
SHAPE(keys_and_counts);
SHAPE(line_starts);
SHAPE(lookup);
SHAPE(lookup_distinct);
SHAPE(matmul);
SHAPE(ones);
SHAPE(pairs);
SHAPE(pass_messages);
SHAPE(permutations);
SHAPE(permutations_long);
SHAPE(permutations_with_sum);
SHAPE(product);
SHAPE(product_with_sum);
SHAPE(round_trips);
SHAPE(runs);
SHAPE(sort);
SHAPE(sort_by_key);
SHAPE(sqrt);
SHAPE(text);
SHAPE(tiny_tasks);
SHAPE(top);
SHAPE(top_half);
SHAPE(values);
SHAPE(wait);
SHAPE(zeros);

/* For shapes that size alone decides. */
#define UNUSED (void)n, (void)source, (void)type

/* Changes to a job that was made as usual. */
void change_algorithm(pf_made *made);     /* sort: by merging; contains: by a hash table */
void change_top_algorithm(pf_made *made); /* a heap */
void keys_to_doubles(pf_made *made);
void keys_to_text(pf_made *made);

#endif
