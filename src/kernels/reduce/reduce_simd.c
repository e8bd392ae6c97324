/* reduce_simd.c: the reductions on 128-bit vectors, equal to the plain form to the last bit.
 *
 * Vector extensions of GCC and Clang, so that SSE2, NEON and simd128 come from one text with one width. Compile with
 * -ffp-contract=off and without -ffast-math.
 *
 * A comparison of vectors gives all ones or all zeros in each element; choose() picks by it. A comparison with a NaN
 * is false, exactly as in the plain form.
 */
#include "kernels/reduce/reduce.h"
#include "kernels/vectors.h"

#include <string.h>

typedef int64_t integers __attribute__((vector_size(16)));
typedef uint64_t naturals __attribute__((vector_size(16)));
typedef double doubles __attribute__((vector_size(16)));

static inline integers load_integers(const int64_t *from)
{
    integers vector;
    memcpy(&vector, from, sizeof vector); /* from is aligned to 8 only */
    return vector;
}

static inline doubles load_doubles(const double *from)
{
    doubles vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline doubles choose(integers mask, doubles yes, doubles no)
{
    return (doubles)(((integers)yes & mask) | ((integers)no & ~mask));
}

/* The sign bit is flipped, which adds 2^63 to every element and makes it a natural number. Their high halves are added, and
 * the whole numbers modulo 2^64: a chunk has 2^14 elements, so that the high halves' sum stays below 2^46, and what the low
 * halves add up to, below 2^46 as well, is what the second sum has beyond the first. */
pf_int128 pf_sum_int64_simd(const int64_t *values, size_t n)
{
    const uint64_t sign_bit = pf_hidden((uint64_t)1 << 63);
    const naturals sign = {sign_bit, sign_bit};
    naturals sum0 = {0}, sum1 = {0}, high0 = {0}, high1 = {0};
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        naturals value0 = (naturals)load_integers(values + i) ^ sign;
        naturals value1 = (naturals)load_integers(values + i + 2) ^ sign;
        naturals value2 = (naturals)load_integers(values + i + 4) ^ sign;
        naturals value3 = (naturals)load_integers(values + i + 6) ^ sign;
        sum0 += value0 + value1;
        sum1 += value2 + value3;
        high0 += (value0 >> 32) + (value1 >> 32);
        high1 += (value2 >> 32) + (value3 >> 32);
    }
    sum0 += sum1;
    high0 += high1;
    uint64_t high = high0[0] + high0[1];
    uint64_t low = sum0[0] + sum0[1] - (high << 32);
    pf_int128 sum = (pf_int128)high * ((pf_int128)1 << 32) + (pf_int128)low - (pf_int128)i * ((pf_int128)1 << 63);
    for (; i < n; i++) {
        sum += values[i];
    }
    return sum;
}

/* Two neighbouring partial sums a vector. */
double pf_sum_double_simd(const double *values, size_t n)
{
    doubles sum01 = {0}, sum23 = {0}, sum45 = {0}, sum67 = {0};
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        sum01 += load_doubles(values + i);
        sum23 += load_doubles(values + i + 2);
        sum45 += load_doubles(values + i + 4);
        sum67 += load_doubles(values + i + 6);
    }
    double partial[8] = {sum01[0], sum01[1], sum23[0], sum23[1], sum45[0], sum45[1], sum67[0], sum67[1]};
    for (size_t j = 0; i + j < n; j++) {
        partial[j] += values[i + j];
    }
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

/* Four independent chains in plain C: SSE2 cannot compare 64-bit integers, and emulating that is slower than the
 * plain form. Clang makes i64x2 vectors of this text for simd128. */
int64_t pf_min_int64_simd(int64_t best, const int64_t *values, size_t n)
{
    int64_t a = best, b = best, c = best, d = best;
    size_t i = 0;
    for (; n - i >= 4; i += 4) {
        a = values[i] < a ? values[i] : a;
        b = values[i + 1] < b ? values[i + 1] : b;
        c = values[i + 2] < c ? values[i + 2] : c;
        d = values[i + 3] < d ? values[i + 3] : d;
    }
    int64_t found[4] = {a, b, c, d};
    return pf_min_int64_plain(pf_min_int64_plain(best, found, 4), values + i, n - i);
}

int64_t pf_max_int64_simd(int64_t best, const int64_t *values, size_t n)
{
    int64_t a = best, b = best, c = best, d = best;
    size_t i = 0;
    for (; n - i >= 4; i += 4) {
        a = values[i] > a ? values[i] : a;
        b = values[i + 1] > b ? values[i + 1] : b;
        c = values[i + 2] > c ? values[i + 2] : c;
        d = values[i + 3] > d ? values[i + 3] : d;
    }
    int64_t found[4] = {a, b, c, d};
    return pf_max_int64_plain(pf_max_int64_plain(best, found, 4), values + i, n - i);
}

/* Interleaved elements lose their order, and order matters for one value alone: of -0.0 and 0.0, which are equal,
 * the earlier is to win. When the result is a zero, look for the first. */
static double first_zero(double best, const double *values)
{
    if (best == 0.0) {
        return best;
    }
    while (*values != 0.0) {
        values++;
    }
    return *values;
}

double pf_min_double_simd(double best, const double *values, size_t n)
{
    doubles a = {best, best};
    doubles b = a, c = a, d = a;
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        doubles first = load_doubles(values + i), second = load_doubles(values + i + 2);
        doubles third = load_doubles(values + i + 4), fourth = load_doubles(values + i + 6);
        a = choose(first < a, first, a);
        b = choose(second < b, second, b);
        c = choose(third < c, third, c);
        d = choose(fourth < d, fourth, d);
    }
    a = choose(b < a, b, a);
    c = choose(d < c, d, c);
    a = choose(c < a, c, a);
    double found[2] = {a[0], a[1]};
    double smallest = pf_min_double_plain(pf_min_double_plain(best, found, 2), values + i, n - i);
    return smallest == 0.0 ? first_zero(best, values) : smallest;
}

double pf_max_double_simd(double best, const double *values, size_t n)
{
    doubles a = {best, best};
    doubles b = a, c = a, d = a;
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        doubles first = load_doubles(values + i), second = load_doubles(values + i + 2);
        doubles third = load_doubles(values + i + 4), fourth = load_doubles(values + i + 6);
        a = choose(first > a, first, a);
        b = choose(second > b, second, b);
        c = choose(third > c, third, c);
        d = choose(fourth > d, fourth, d);
    }
    a = choose(b > a, b, a);
    c = choose(d > c, d, c);
    a = choose(c > a, c, a);
    double found[2] = {a[0], a[1]};
    double largest = pf_max_double_plain(pf_max_double_plain(best, found, 2), values + i, n - i);
    return largest == 0.0 ? first_zero(best, values) : largest;
}
