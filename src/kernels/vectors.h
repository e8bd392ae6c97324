/* vectors.h: what the SIMD forms share. */
#ifndef PF_VECTORS_H
#define PF_VECTORS_H

#include <stdint.h>

/* The value itself, which the compiler is kept from knowing. A vector made of it is then a variable that stays in a register.
 * A vector constant is not: V8 puts it together anew each time around the loop, from two words of 64 bits, and a loop of ten
 * instructions takes twice or three times as long. */
static inline uint64_t pf_hidden(uint64_t value)
{
    __asm__("" : "+r"(value));
    return value;
}

#endif
