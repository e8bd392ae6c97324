/* reduce_dot.c: sums of products.
 *
 * Integers exactly: a product of two int64 has up to 127 bits, and so many of them need more than 128. A chunk adds into
 * limbs of 32 bits with room above (pf_wide). Most numbers are small, though: a block whose products and their sum
 * surely fit 64 bits is multiplied and added without any of that.
 */
#include "kernels/reduce/reduce.h"
#include "kernels/vectors.h"

#include <string.h>

#define BLOCK 256 /* elements: a sum of 2^8 products has 8 bits more than the largest */
#define BLOCK_BITS 8

/* ------------------------------------------------------------------------------------------------ integers */

typedef uint64_t naturals __attribute__((vector_size(16)));

static const uint64_t low_half = UINT32_MAX;

/* Adds sum * 2^(32 * at). */
static inline void add_to(pf_wide *wide, int at, int64_t sum)
{
    wide->limb[at] += (int64_t)((uint64_t)sum & low_half);
    wide->limb[at + 1] += sum >> 32; /* rounds down, as the low half wants it */
}

/* Bits of the largest magnitude: every value lies in [-2^bits, 2^bits). */
static inline int bits_of(const int64_t *values, size_t n)
{
    uint64_t together = 0;
    for (size_t i = 0; i < n; i++) {
        together |= (uint64_t)(values[i] ^ (values[i] < 0 ? -1 : 0));
    }
    return together == 0 ? 0 : 64 - __builtin_clzll(together);
}

static void add_large_products(pf_wide *wide, const int64_t *left, const int64_t *right, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t left_low = (uint64_t)left[i] & low_half;
        uint64_t right_low = (uint64_t)right[i] & low_half;
        int64_t left_high = left[i] >> 32;
        int64_t right_high = right[i] >> 32;
        uint64_t low = left_low * right_low;
        wide->limb[0] += (int64_t)(low & low_half);
        wide->limb[1] += (int64_t)(low >> 32);
        add_to(wide, 1, left_high * (int64_t)right_low);
        add_to(wide, 1, right_high * (int64_t)left_low);
        add_to(wide, 2, left_high * right_high);
    }
}

pf_wide pf_dot_int64_any(const int64_t *left, const int64_t *right, size_t n)
{
    pf_wide wide = {{0}};
    for (size_t i = 0; i < n; i += BLOCK) {
        size_t length = n - i < BLOCK ? n - i : BLOCK;
        if (bits_of(left + i, length) + bits_of(right + i, length) + BLOCK_BITS < 63) {
            int64_t sum = 0;
            for (size_t j = i; j < i + length; j++) {
                sum += left[j] * right[j];
            }
            add_to(&wide, 0, sum);
        } else {
            add_large_products(&wide, left + i, right + i, length);
        }
    }
    return wide;
}

pf_wide pf_dot_int32_any(const int32_t *left, const int32_t *right, size_t n)
{
    pf_wide wide = {{0}};
    for (size_t i = 0; i < n; i++) {
        add_to(&wide, 0, (int64_t)left[i] * right[i]);
    }
    return wide;
}

typedef uint16_t pairs __attribute__((vector_size(16)));
typedef uint32_t fours __attribute__((vector_size(16)));

static inline pairs load_pairs(const uint8_t *from)
{
    pairs vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

/* Even and odd bytes apart, as numbers of 16 bits: a product of two bytes fits them. Low and high products of each vector are
 * added in 32 bits: 2^14 products of 16 bits, of which a place adds a sixteenth. */
pf_wide pf_dot_bytes_any(const uint8_t *left, const uint8_t *right, size_t n)
{
    const uint64_t low_bytes = pf_hidden(0x00ff00ff00ff00ff), low_pairs = pf_hidden(0x0000ffff0000ffff);
    const pairs low_byte = (pairs)(naturals){low_bytes, low_bytes};
    const fours low_pair = (fours)(naturals){low_pairs, low_pairs};
    fours sum0 = {0}, sum1 = {0}, sum2 = {0}, sum3 = {0};
    size_t i = 0;
    for (; n - i >= 32; i += 32) {
        pairs a = load_pairs(left + i), b = load_pairs(right + i);
        pairs c = load_pairs(left + i + 16), d = load_pairs(right + i + 16);
        fours product0 = (fours)((a & low_byte) * (b & low_byte));
        fours product1 = (fours)((a >> 8) * (b >> 8));
        fours product2 = (fours)((c & low_byte) * (d & low_byte));
        fours product3 = (fours)((c >> 8) * (d >> 8));
        sum0 += (product0 & low_pair) + (product1 & low_pair);
        sum1 += (product0 >> 16) + (product1 >> 16);
        sum2 += (product2 & low_pair) + (product3 & low_pair);
        sum3 += (product2 >> 16) + (product3 >> 16);
    }
    int64_t sum = 0;
    for (int lane = 0; lane < 4; lane++) {
        sum += (int64_t)sum0[lane] + sum1[lane] + sum2[lane] + sum3[lane];
    }
    for (; i < n; i++) {
        sum += left[i] * right[i];
    }
    pf_wide wide = {{0}};
    add_to(&wide, 0, sum);
    return wide;
}

/* ------------------------------------------------------------------------------------------------ doubles and floats */

typedef double doubles __attribute__((vector_size(16)));
typedef float two_floats __attribute__((vector_size(8)));

static inline doubles load_doubles(const double *from)
{
    doubles vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline doubles widen_two(const float *from)
{
    two_floats vector;
    memcpy(&vector, from, sizeof vector);
    return __builtin_convertvector(vector, doubles);
}

static inline double add_partials(const double *partial)
{
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

double pf_dot_double_plain(const double *left, const double *right, size_t n)
{
    double partial[8] = {0};
    for (size_t i = 0; i < n; i++) {
        partial[i % 8] += left[i] * right[i];
    }
    return add_partials(partial);
}

double pf_dot_float_plain(const float *left, const float *right, size_t n)
{
    double partial[8] = {0};
    for (size_t i = 0; i < n; i++) {
        partial[i % 8] += (double)left[i] * (double)right[i];
    }
    return add_partials(partial);
}

double pf_dot_double_simd(const double *left, const double *right, size_t n)
{
    doubles sum01 = {0}, sum23 = {0}, sum45 = {0}, sum67 = {0};
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        sum01 += load_doubles(left + i) * load_doubles(right + i);
        sum23 += load_doubles(left + i + 2) * load_doubles(right + i + 2);
        sum45 += load_doubles(left + i + 4) * load_doubles(right + i + 4);
        sum67 += load_doubles(left + i + 6) * load_doubles(right + i + 6);
    }
    double partial[8] = {sum01[0], sum01[1], sum23[0], sum23[1], sum45[0], sum45[1], sum67[0], sum67[1]};
    for (size_t j = 0; i + j < n; j++) {
        partial[j] += left[i + j] * right[i + j];
    }
    return add_partials(partial);
}

double pf_dot_float_simd(const float *left, const float *right, size_t n)
{
    doubles sum01 = {0}, sum23 = {0}, sum45 = {0}, sum67 = {0};
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        sum01 += widen_two(left + i) * widen_two(right + i);
        sum23 += widen_two(left + i + 2) * widen_two(right + i + 2);
        sum45 += widen_two(left + i + 4) * widen_two(right + i + 4);
        sum67 += widen_two(left + i + 6) * widen_two(right + i + 6);
    }
    double partial[8] = {sum01[0], sum01[1], sum23[0], sum23[1], sum45[0], sum45[1], sum67[0], sum67[1]};
    for (size_t j = 0; i + j < n; j++) {
        partial[j] += (double)left[i + j] * (double)right[i + j];
    }
    return add_partials(partial);
}
