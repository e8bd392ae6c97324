/* scan_simd.c: the scans on 128-bit vectors: eight vectors are compared and joined before anything is decided, so that the
 * loop branches once for 16 elements.
 */
#include "kernels/containers/scan.h"

#include <string.h>

typedef int64_t integers __attribute__((vector_size(16)));
typedef uint64_t naturals __attribute__((vector_size(16)));
typedef double doubles __attribute__((vector_size(16)));

#define STEP 16

static inline naturals load_integers(const int64_t *from)
{
    naturals vector;
    memcpy(&vector, from, sizeof vector); /* from is aligned to 8 only */
    return vector;
}

static inline doubles load_doubles(const double *from)
{
    doubles vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

/* The sign bit of each element is set where the two are equal; what the other bits are does not matter. SSE2 cannot compare
 * 64-bit integers, and what compilers make up for it takes twice as long as (d - 1) & ~d. */
static inline naturals equal_signs(naturals left, naturals right)
{
#if defined(__SSE2__) && !defined(__SSE4_1__)
    naturals difference = left ^ right;
    return (difference - 1) & ~difference;
#else
    return (naturals)(left == right);
#endif
}

bool pf_scan_int64_simd(const int64_t *values, size_t n, int64_t needle)
{
    const naturals wanted = {(uint64_t)needle, (uint64_t)needle};
    size_t i = 0;
    for (; n - i >= STEP; i += STEP) {
        naturals seen = {0};
        for (size_t j = 0; j < STEP; j += 2) {
            seen |= equal_signs(load_integers(values + i + j), wanted);
        }
        if ((seen[0] | seen[1]) >> 63) {
            return true;
        }
    }
    return pf_scan_int64_plain(values + i, n - i, needle);
}

bool pf_scan_double_simd(const double *values, size_t n, double needle)
{
    const doubles wanted = {needle, needle};
    size_t i = 0;
    for (; n - i >= STEP; i += STEP) {
        integers seen = {0};
        for (size_t j = 0; j < STEP; j += 2) {
            seen |= load_doubles(values + i + j) == wanted;
        }
        if (seen[0] | seen[1]) {
            return true;
        }
    }
    return pf_scan_double_plain(values + i, n - i, needle);
}
