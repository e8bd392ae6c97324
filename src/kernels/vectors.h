/* vectors.h: what the SIMD forms share. */
#ifndef PF_VECTORS_H
#define PF_VECTORS_H

#include <stdint.h>

/* The value itself, which compilers are kept from knowing: it comes out of memory. A vector made of it is then a variable that
 * stays in a register. A vector constant is not: V8 puts it together anew each time around the loop, from words of 64 bits, and
 * a loop of ten instructions takes twice as long. An empty asm statement is not enough: Binaryen, which optimizes once more after
 * linking, knows nothing of it and folds the constant back. */
static inline uint64_t pf_hidden(uint64_t value)
{
    volatile uint64_t kept = value;
    return kept;
}

#endif
