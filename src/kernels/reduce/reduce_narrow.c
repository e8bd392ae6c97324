/* reduce_narrow.c: sums and extremes of int32, uint8 and float.
 *
 * Integers: order does not matter, and what is written here as plain loops becomes vectors with GCC and with Clang. Floats:
 * the plain form as for doubles, and vectors that must equal it to the last bit (reduce_simd.c says how).
 */
#include "kernels/reduce/reduce.h"
#include "kernels/vectors.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ integers */

int64_t pf_sum_int32_any(const int32_t *values, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
    }
    return sum;
}

typedef uint16_t pairs __attribute__((vector_size(16)));
typedef uint64_t naturals __attribute__((vector_size(16)));

/* Even and odd bytes are added apart in 16-bit sums, which hold 257 bytes each before they are emptied. */
int64_t pf_sum_bytes_any(const uint8_t *values, size_t n)
{
    const uint64_t low_bytes = pf_hidden(0x00ff00ff00ff00ff);
    const pairs low_byte = (pairs)(naturals){low_bytes, low_bytes};
    int64_t sum = 0;
    size_t i = 0;
    while (n - i >= 16) {
        pairs even = {0}, odd = {0};
        for (int round = 0; round < 256 && n - i >= 16; round++, i += 16) {
            pairs next;
            memcpy(&next, values + i, sizeof next);
            even += next & low_byte;
            odd += next >> 8;
        }
        for (int lane = 0; lane < 8; lane++) {
            sum += (int64_t)even[lane] + odd[lane];
        }
    }
    for (; i < n; i++) {
        sum += values[i];
    }
    return sum;
}

/* Four quarters at once, each with a smallest number of its own. SSE2 has no minimum of int32: it takes three instructions one after
 * the other, and a single chain of those would wait. */
int32_t pf_min_int32_any(int32_t best, const int32_t *values, size_t n)
{
    const size_t quarter = n / 4;
    const int32_t *second = values + quarter, *third = second + quarter, *fourth = third + quarter;
    int32_t a = best, b = best, c = best, d = best;
    for (size_t i = 0; i < quarter; i++) {
        a = values[i] < a ? values[i] : a;
        b = second[i] < b ? second[i] : b;
        c = third[i] < c ? third[i] : c;
        d = fourth[i] < d ? fourth[i] : d;
    }
    a = b < a ? b : a;
    c = d < c ? d : c;
    a = c < a ? c : a;
    for (size_t i = 4 * quarter; i < n; i++) {
        a = values[i] < a ? values[i] : a;
    }
    return a;
}

int32_t pf_max_int32_any(int32_t best, const int32_t *values, size_t n)
{
    const size_t quarter = n / 4;
    const int32_t *second = values + quarter, *third = second + quarter, *fourth = third + quarter;
    int32_t a = best, b = best, c = best, d = best;
    for (size_t i = 0; i < quarter; i++) {
        a = values[i] > a ? values[i] : a;
        b = second[i] > b ? second[i] : b;
        c = third[i] > c ? third[i] : c;
        d = fourth[i] > d ? fourth[i] : d;
    }
    a = b > a ? b : a;
    c = d > c ? d : c;
    a = c > a ? c : a;
    for (size_t i = 4 * quarter; i < n; i++) {
        a = values[i] > a ? values[i] : a;
    }
    return a;
}

uint8_t pf_min_bytes_any(uint8_t best, const uint8_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        best = values[i] < best ? values[i] : best;
    }
    return best;
}

uint8_t pf_max_bytes_any(uint8_t best, const uint8_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        best = values[i] > best ? values[i] : best;
    }
    return best;
}

/* ------------------------------------------------------------------------------------------------ floats, plain */

double pf_sum_float_plain(const float *values, size_t n)
{
    double partial[8] = {0};
    for (size_t i = 0; i < n; i++) {
        partial[i % 8] += (double)values[i];
    }
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

float pf_min_float_plain(float best, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] < best) {
            best = values[i];
        }
    }
    return best;
}

float pf_max_float_plain(float best, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] > best) {
            best = values[i];
        }
    }
    return best;
}

/* ------------------------------------------------------------------------------------------------ floats, vectors */

typedef int32_t integers __attribute__((vector_size(16)));
typedef float floats __attribute__((vector_size(16)));
typedef float two_floats __attribute__((vector_size(8)));
typedef double doubles __attribute__((vector_size(16)));

static inline floats load_floats(const float *from)
{
    floats vector;
    memcpy(&vector, from, sizeof vector); /* from is aligned to 4 only */
    return vector;
}

static inline doubles widen_two(const float *from)
{
    two_floats vector;
    memcpy(&vector, from, sizeof vector);
    return __builtin_convertvector(vector, doubles);
}

static inline floats choose(integers mask, floats yes, floats no)
{
    return (floats)(((integers)yes & mask) | ((integers)no & ~mask));
}

double pf_sum_float_simd(const float *values, size_t n)
{
    doubles sum01 = {0}, sum23 = {0}, sum45 = {0}, sum67 = {0};
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        sum01 += widen_two(values + i);
        sum23 += widen_two(values + i + 2);
        sum45 += widen_two(values + i + 4);
        sum67 += widen_two(values + i + 6);
    }
    double partial[8] = {sum01[0], sum01[1], sum23[0], sum23[1], sum45[0], sum45[1], sum67[0], sum67[1]};
    for (size_t j = 0; i + j < n; j++) {
        partial[j] += (double)values[i + j];
    }
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

/* Of -0.0 and 0.0 the earlier is to win: see reduce_simd.c. */
static float first_zero(float best, const float *values)
{
    if (best == 0.0f) {
        return best;
    }
    while (*values != 0.0f) {
        values++;
    }
    return *values;
}

float pf_min_float_simd(float best, const float *values, size_t n)
{
    floats a = {best, best, best, best};
    floats b = a, c = a, d = a;
    size_t i = 0;
    for (; n - i >= 16; i += 16) {
        floats first = load_floats(values + i), second = load_floats(values + i + 4);
        floats third = load_floats(values + i + 8), fourth = load_floats(values + i + 12);
        a = choose(first < a, first, a);
        b = choose(second < b, second, b);
        c = choose(third < c, third, c);
        d = choose(fourth < d, fourth, d);
    }
    a = choose(b < a, b, a);
    c = choose(d < c, d, c);
    a = choose(c < a, c, a);
    float found[4];
    memcpy(found, &a, sizeof a);
    float smallest = pf_min_float_plain(pf_min_float_plain(best, found, 4), values + i, n - i);
    return smallest == 0.0f ? first_zero(best, values) : smallest;
}

float pf_max_float_simd(float best, const float *values, size_t n)
{
    floats a = {best, best, best, best};
    floats b = a, c = a, d = a;
    size_t i = 0;
    for (; n - i >= 16; i += 16) {
        floats first = load_floats(values + i), second = load_floats(values + i + 4);
        floats third = load_floats(values + i + 8), fourth = load_floats(values + i + 12);
        a = choose(first > a, first, a);
        b = choose(second > b, second, b);
        c = choose(third > c, third, c);
        d = choose(fourth > d, fourth, d);
    }
    a = choose(b > a, b, a);
    c = choose(d > c, d, c);
    a = choose(c > a, c, a);
    float found[4];
    memcpy(found, &a, sizeof a);
    float largest = pf_max_float_plain(pf_max_float_plain(best, found, 4), values + i, n - i);
    return largest == 0.0f ? first_zero(best, values) : largest;
}
