/* reduce.h: one chunk of a reduction, in a plain form that says what is meant and a SIMD form that must equal it to
 * the last bit. reduce_calls.c cuts arrays into chunks and combines them; the tests compare the two forms.
 */
#ifndef PF_REDUCE_H
#define PF_REDUCE_H

#include "photofinish.h"

/* Holds the exact sum of any array of int64 that fits in memory. */
__extension__ typedef __int128 pf_int128;

/* n is at most PF_REDUCE_CHUNK for the SIMD form of the integer sum; the others take any n. */
pf_int128 pf_sum_int64_plain(const int64_t *values, size_t n);
pf_int128 pf_sum_int64_simd(const int64_t *values, size_t n);
double pf_sum_double_plain(const double *values, size_t n);
double pf_sum_double_simd(const double *values, size_t n);

/* What is left of `best` after values[0] .. values[n - 1] have each replaced it when strictly smaller (larger).
 * Every chunk starts from the first element of the whole array: a NaN there then wins in every chunk, and one
 * elsewhere in none. */
int64_t pf_min_int64_plain(int64_t best, const int64_t *values, size_t n);
int64_t pf_min_int64_simd(int64_t best, const int64_t *values, size_t n);
int64_t pf_max_int64_plain(int64_t best, const int64_t *values, size_t n);
int64_t pf_max_int64_simd(int64_t best, const int64_t *values, size_t n);
double pf_min_double_plain(double best, const double *values, size_t n);
double pf_min_double_simd(double best, const double *values, size_t n);
double pf_max_double_plain(double best, const double *values, size_t n);
double pf_max_double_simd(double best, const double *values, size_t n);

#endif
