/* table.c: all kernels, ordered by name. A kernel's place is its number, so that the page and the extension, built
 * from one source, agree on it.
 */
#include "kernels/table.h"

#include <string.h>

static const pf_kernel kernels[] = {
    {"concat", "Joins byte strings with a separator between them.", pf_run_concat},
    {"count_primes", "Counts the primes of a range by trial division.", pf_run_count_primes},
    {"max_double", "Largest of doubles, NaN as in Python's max.", pf_run_max_double},
    {"max_int64", "Largest of 64-bit integers.", pf_run_max_int64},
    {"min_double", "Smallest of doubles, NaN as in Python's min.", pf_run_min_double},
    {"min_int64", "Smallest of 64-bit integers.", pf_run_min_int64},
    {"sum_double", "Adds doubles in eight interleaved partial sums.", pf_run_sum_double},
    {"sum_int64", "Adds 64-bit integers exactly.", pf_run_sum_int64},
};

const pf_kernel *pf_kernels(size_t *count)
{
    *count = sizeof kernels / sizeof kernels[0];
    return kernels;
}

int pf_kernel_find(const char *name)
{
    size_t count;
    const pf_kernel *all = pf_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}
