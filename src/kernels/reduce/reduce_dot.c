/* reduce_dot.c: sums of products.
 *
 * Integers exactly: a product of two int64 has up to 127 bits, and so many of them need more than 128. A chunk adds into
 * limbs of 32 bits with room above (pf_wide). Most numbers are small, though: a block whose products and their sum
 * surely fit 64 bits is multiplied and added without any of that.
 *
 * Products of 32-bit numbers are an instruction of the page's vectors (extmul), those of 64-bit numbers eight. SSE2 has only
 * products of numbers without a sign.
 */
#include "kernels/reduce/reduce.h"
#include "kernels/vectors.h"

#include <string.h>

#if defined(__SSE2__) && !defined(__SSE4_1__)
#include <emmintrin.h>
#define UNSIGNED_PRODUCTS_ONLY 1
#else
#define UNSIGNED_PRODUCTS_ONLY 0
#endif

#define BLOCK 256 /* elements: a sum of 2^8 products has 8 bits more than the largest */
#define BLOCK_BITS 8

/* ------------------------------------------------------------------------------------------------ integers */

typedef int64_t integers __attribute__((vector_size(16)));
typedef uint64_t naturals __attribute__((vector_size(16)));
typedef int32_t four_integers __attribute__((vector_size(16)));
typedef uint32_t fours __attribute__((vector_size(16)));

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

static inline naturals load_naturals(const int64_t *from)
{
    naturals vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

/* Four products of numbers below 2^32, added two by two. */
static inline naturals add_products(naturals left0, naturals left1, naturals right0, naturals right1)
{
#if UNSIGNED_PRODUCTS_ONLY
    return (naturals)_mm_mul_epu32((__m128i)left0, (__m128i)right0) + (naturals)_mm_mul_epu32((__m128i)left1, (__m128i)right1);
#else
    fours left = __builtin_shufflevector((fours)left0, (fours)left1, 0, 2, 4, 6);
    fours right = __builtin_shufflevector((fours)right0, (fours)right1, 0, 2, 4, 6);
    naturals first = __builtin_convertvector(__builtin_shufflevector(left, left, 0, 1), naturals) *
                     __builtin_convertvector(__builtin_shufflevector(right, right, 0, 1), naturals);
    naturals second = __builtin_convertvector(__builtin_shufflevector(left, left, 2, 3), naturals) *
                      __builtin_convertvector(__builtin_shufflevector(right, right, 2, 3), naturals);
    return first + second;
#endif
}

#define SMALL ((uint64_t)1 << 27) /* 2^8 products of such numbers add up to 2^62 */

/* Whether all numbers lie in [-SMALL, SMALL); then *sum is that of their products, else anything. With u = l + SMALL and
 * w = r + SMALL, which have no sign, l * r = u * w - SMALL * (u + w) + SMALL^2. */
static bool dot_small(const int64_t *left, const int64_t *right, size_t n, int64_t *sum)
{
    const uint64_t small = pf_hidden(SMALL);
    const naturals move = {small, small};
    naturals seen = {0}, moved = {0}, products = {0};
    size_t i = 0;
    for (; n - i >= 4; i += 4) {
        naturals left0 = load_naturals(left + i) + move, left1 = load_naturals(left + i + 2) + move;
        naturals right0 = load_naturals(right + i) + move, right1 = load_naturals(right + i + 2) + move;
        seen |= (left0 | left1) | (right0 | right1);
        moved += (left0 + left1) + (right0 + right1);
        products += add_products(left0, left1, right0, right1);
    }
    uint64_t all = seen[0] | seen[1];
    uint64_t total = products[0] + products[1] - SMALL * (moved[0] + moved[1]) + i * SMALL * SMALL;
    for (; i < n; i++) {
        all |= ((uint64_t)left[i] + SMALL) | ((uint64_t)right[i] + SMALL);
        total += (uint64_t)left[i] * (uint64_t)right[i];
    }
    *sum = (int64_t)total;
    return all < 2 * SMALL;
}

static int64_t dot_plain(const int64_t *left, const int64_t *right, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

pf_wide pf_dot_int64_any(const int64_t *left, const int64_t *right, size_t n)
{
    pf_wide wide = {{0}};
    bool small = true; /* until a block is not: then most are not */
    for (size_t i = 0; i < n; i += BLOCK) {
        size_t length = n - i < BLOCK ? n - i : BLOCK;
        int64_t sum;
        small = small && dot_small(left + i, right + i, length, &sum);
        if (small) {
            add_to(&wide, 0, sum);
        } else if (bits_of(left + i, length) + bits_of(right + i, length) + BLOCK_BITS < 63) {
            add_to(&wide, 0, dot_plain(left + i, right + i, length));
        } else {
            add_large_products(&wide, left + i, right + i, length);
        }
    }
    return wide;
}

/* Two products of int32 lie in [-2^63 + 2^32, 2^63]. With PAIR_BIAS added they are numbers without a sign, of which high
 * halves and whole numbers modulo 2^64 are added, as in reduce_simd.c: a chunk has 2^13 pairs. */
#define PAIR_BIAS (((uint64_t)1 << 63) - ((uint64_t)1 << 32))

static inline uint64_t biased_pair(const int32_t *left, const int32_t *right)
{
    return (uint64_t)((int64_t)left[0] * right[0]) + (uint64_t)((int64_t)left[1] * right[1]) + PAIR_BIAS;
}

#if !UNSIGNED_PRODUCTS_ONLY
static inline four_integers load_four(const int32_t *from)
{
    four_integers vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline integers low_two(four_integers four)
{
    return __builtin_convertvector(__builtin_shufflevector(four, four, 0, 1), integers);
}

static inline integers high_two(four_integers four)
{
    return __builtin_convertvector(__builtin_shufflevector(four, four, 2, 3), integers);
}
#endif

pf_wide pf_dot_int32_any(const int32_t *left, const int32_t *right, size_t n)
{
    uint64_t sum = 0, high = 0;
    size_t i = 0;
#if !UNSIGNED_PRODUCTS_ONLY
    const uint64_t pair_bias = pf_hidden(PAIR_BIAS);
    const naturals bias = {pair_bias, pair_bias};
    naturals sums = {0}, highs = {0};
    for (; n - i >= 4; i += 4) {
        four_integers l = load_four(left + i), r = load_four(right + i);
        naturals pairs = (naturals)(low_two(l) * low_two(r) + high_two(l) * high_two(r)) + bias;
        sums += pairs;
        highs += pairs >> 32;
    }
    sum = sums[0] + sums[1];
    high = highs[0] + highs[1];
#endif
    for (; n - i >= 2; i += 2) {
        uint64_t pair = biased_pair(left + i, right + i);
        sum += pair;
        high += pair >> 32;
    }
    pf_wide wide = {{0}};
    int64_t pair_count = (int64_t)(i / 2);
    add_to(&wide, 0, (int64_t)(sum - (high << 32)));
    wide.limb[1] += (int64_t)high + pair_count - pair_count * ((int64_t)1 << 31); /* less PAIR_BIAS for each pair */
    if (i < n) {
        add_to(&wide, 0, (int64_t)left[i] * right[i]);
    }
    return wide;
}

typedef uint16_t pairs __attribute__((vector_size(16)));

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
