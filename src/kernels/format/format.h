/* format.h: one number as text, for format_calls.c and the tests. */
#ifndef PF_FORMAT_H
#define PF_FORMAT_H

#include "photofinish.h"

/* digits * 10^exponent */
typedef struct pf_decimal {
    uint64_t digits; /* at most 17 */
    int exponent;
} pf_decimal;

/* The shortest decimal that reads back as `value`, finite and not zero, whose sign is ignored. Trailing zeros are left in. */
pf_decimal pf_shortest(double value);

/* Writes what Python's str() and repr() give, at most PF_FORMAT_INT64_BYTES - 1 or PF_FORMAT_DOUBLE_BYTES - 1 bytes, and returns
 * the end. */
char *pf_write_int64(char *to, int64_t value);
char *pf_write_double(char *to, double value);

#endif
