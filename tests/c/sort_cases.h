/* sort_cases.h: what the tests of sorting share: a reference that sorts as documented, inputs of every shape. */
#ifndef PF_SORT_CASES_H
#define PF_SORT_CASES_H

#include "test.h"

#include "kernels/sort/sort.h"

#include <math.h>
#include <stdlib.h>

#define CHUNK 32768 /* of radix passes and of the merge sort */
#define MOST (3 * CHUNK + 5)

static const size_t sizes[] = {0,  1,  2,   3,    4,    5,    7,         8,     9,         15,
                               16, 17, 100, 1000, 1023, 1024, CHUNK - 1, CHUNK, CHUNK + 1, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])

/* ------------------------------------------------------------------------------------------------ the reference */

typedef struct item {
    uint64_t bits;
    size_t index;
} item;

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int by_index(const item *a, const item *b)
{
    return a->index < b->index ? -1 : 1;
}

static int int64_order(const void *left, const void *right)
{
    const item *a = left, *b = right;
    int64_t x = (int64_t)a->bits, y = (int64_t)b->bits;
    return x < y ? -1 : x > y ? 1 : by_index(a, b);
}

static int double_order(const void *left, const void *right)
{
    const item *a = left, *b = right;
    double x = double_of(a->bits), y = double_of(b->bits);
    if (isnan(x) || isnan(y)) {
        return isnan(x) && isnan(y) ? by_index(a, b) : isnan(x) ? 1 : -1;
    }
    return x < y ? -1 : x > y ? 1 : by_index(a, b);
}

static item *reference(const void *values, size_t n, int (*order)(const void *, const void *))
{
    item *items = malloc((n + 1) * sizeof *items);
    for (size_t i = 0; i < n; i++) {
        memcpy(&items[i].bits, (const char *)values + 8 * i, 8);
        items[i].index = i;
    }
    qsort(items, n, sizeof *items, order);
    return items;
}

/* ------------------------------------------------------------------------------------------------ inputs */

enum shape { RANDOM, SORTED, REVERSED, NEARLY_SORTED, FEW_DISTINCT, EQUAL, EXTREMES, NARROW, SKEWED, MISLEADING, SHAPES };

static int64_t random_int64(uint64_t *random)
{
    return (int64_t)next_random(random);
}

/* Keys that pf_radix_choose samples are far apart, all others are close together: its guess is as bad as can be. */
static void mislead(int64_t *values, size_t n, uint64_t *random)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (int64_t)(next_random(random) % 1000000);
    }
    size_t size = 1;
    while (size * size < 4 * n / 3) {
        size *= 2;
    }
    size_t step = size < n ? n / size : 1;
    for (size_t i = 0; i < size && i < n; i++) {
        values[i * step + (i * 7919) % step] = random_int64(random);
    }
}

static void make_int64(int64_t *values, size_t n, enum shape shape)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    uint64_t random = n + (uint64_t)shape;
    for (size_t i = 0; i < n; i++) {
        switch (shape) {
        case SORTED:
        case NEARLY_SORTED:
            values[i] = (int64_t)(i / 2) - 1000;
            break;
        case REVERSED:
            values[i] = -(int64_t)i * 3;
            break;
        case FEW_DISTINCT:
            values[i] = (int64_t)(next_random(&random) % 7) - 3;
            break;
        case EQUAL:
            values[i] = 42;
            break;
        case EXTREMES:
            values[i] = extremes[next_random(&random) % 7];
            break;
        case NARROW:
            values[i] = (int64_t)(next_random(&random) % 3000) - 1500;
            break;
        case SKEWED:
            values[i] = (int64_t)(next_random(&random) >> (next_random(&random) % 64));
            break;
        default:
            values[i] = random_int64(&random);
        }
    }
    if (shape == NEARLY_SORTED && n > 0) {
        for (size_t i = 0; i < n / 50 + 1; i++) {
            values[next_random(&random) % n] = (int64_t)(next_random(&random) % n);
        }
    }
    if (shape == MISLEADING) {
        mislead(values, n, &random);
    }
}

static void make_double(double *values, size_t n, enum shape shape)
{
    static const uint64_t specials[] = {0, (uint64_t)1 << 63, 1, ((uint64_t)1 << 63) | 1,
                                        0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000001, 0xfff8000000000002,
                                        0x7fffffffffffffff, 0xffffffffffffffff, 0x3ff0000000000000, 0xbff0000000000000};
    int64_t *integers = malloc((n + 1) * sizeof *integers);
    uint64_t random = n;
    make_int64(integers, n, shape);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = specials[next_random(&random) % 12];
        if (shape == EXTREMES) {
            memcpy(&values[i], &bits, sizeof bits);
        } else {
            values[i] = (double)integers[i] / 8;
        }
        if (shape == FEW_DISTINCT && values[i] == 0 && next_random(&random) % 2) {
            values[i] = -0.0;
        }
    }
    if (shape == SKEWED && n > 0) {
        values[n / 2] = NAN;
    }
    free(integers);
}

/* Result of each kind, and the same from the reference. */
static void assert_items(const void *result, const item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, (const char *)result + 8 * i, 8);
        if (bits != items[i].bits) {
            fail_msg("element %zu of %zu: %llx, expected %llx", i, n, (unsigned long long)bits,
                     (unsigned long long)items[i].bits);
        }
    }
}

#endif
