/* make build/tests/c/bits_table.h
 *
 * Prints the hash of every case of jobs/bits.h as this build has it, on one thread, as the header that test_bits.c compares with in
 * every build.
 */
#include "jobs/bits.h"

#include <stdio.h>

int main(void)
{
    pf_pool *pool;
    pf_bits_case which;
    if (pf_pool_create(2, &pool) != PF_OK) {
        return 1;
    }
    printf("/* Made by bits_table.c, natively. */\nstatic const uint64_t native_bits[] = {\n");
    for (size_t i = 0; pf_bits_case_at(i, &which); i++) {
        bool pair = pf_recipe_flags(which.recipe) & PF_JOB_PAIR;
        pf_call call = {pair ? pool : NULL, pair ? 2 : 1, NULL};
        uint64_t bits;
        if (!pf_bits_of(&which, &call, &bits)) {
            return 1;
        }
        printf("    UINT64_C(0x%016llx), /* %s%s%s, n = %zu */\n", (unsigned long long)bits, which.kernel->name,
               *pf_recipe_variant(which.recipe) ? ", " : "", pf_recipe_variant(which.recipe), which.n);
    }
    printf("};\n");
    pf_pool_destroy(pool);
    return 0;
}
