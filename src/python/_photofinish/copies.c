/* copies.c: the account of copying (copies.h). */
#include "copies.h"

#include "runtime/prim.h"

static double total_seconds;
static uint64_t total_bytes;

double pfpy_copy_start(void)
{
    return pf_prim_now();
}

void pfpy_copied(double start, uint64_t bytes)
{
    total_seconds += pf_prim_now() - start;
    total_bytes += bytes;
}

double pfpy_copy_seconds(void)
{
    return total_seconds;
}

uint64_t pfpy_copied_bytes(void)
{
    return total_bytes;
}
