/* reduce.h: one chunk of a reduction. For doubles, floats and int64 in a plain form that says what is meant and a SIMD
 * form that must equal it to the last bit; the tests compare the two. reduce_calls.c, reduce_dot.c and reduce_truth.c
 * cut arrays into chunks and combine them.
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
double pf_sum_float_plain(const float *values, size_t n);
double pf_sum_float_simd(const float *values, size_t n);

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
float pf_min_float_plain(float best, const float *values, size_t n);
float pf_min_float_simd(float best, const float *values, size_t n);
float pf_max_float_plain(float best, const float *values, size_t n);
float pf_max_float_simd(float best, const float *values, size_t n);

/* Narrow integers have one form, of which compilers make vectors. */
int64_t pf_sum_int32_any(const int32_t *values, size_t n);
int64_t pf_sum_bytes_any(const uint8_t *values, size_t n);
int32_t pf_min_int32_any(int32_t best, const int32_t *values, size_t n);
int32_t pf_max_int32_any(int32_t best, const int32_t *values, size_t n);
uint8_t pf_min_bytes_any(uint8_t best, const uint8_t *values, size_t n);
uint8_t pf_max_bytes_any(uint8_t best, const uint8_t *values, size_t n);

/* An exact sum of products: limb[0] + limb[1] * 2^32 + limb[2] * 2^64 + limb[3] * 2^96. The limbs are signed and may hold
 * more than 32 bits, so that a chunk adds without carrying. */
typedef struct pf_wide {
    int64_t limb[4];
} pf_wide;

/* Sum of left[i] * right[i], doubles and floats in eight interleaved partial sums. n at most PF_REDUCE_CHUNK for integers. */
double pf_dot_double_plain(const double *left, const double *right, size_t n);
double pf_dot_double_simd(const double *left, const double *right, size_t n);
double pf_dot_float_plain(const float *left, const float *right, size_t n);
double pf_dot_float_simd(const float *left, const float *right, size_t n);
pf_wide pf_dot_int64_any(const int64_t *left, const int64_t *right, size_t n);
pf_wide pf_dot_int32_any(const int32_t *left, const int32_t *right, size_t n);
pf_wide pf_dot_bytes_any(const uint8_t *left, const uint8_t *right, size_t n);

/* sum / n, rounded once, to nearest and even; n > 0 and |sum| at most n * 2^63. */
double pf_quotient(pf_int128 sum, size_t n);

#endif
