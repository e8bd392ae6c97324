/* matmul_tile.c: one tile of the matrix product on 128-bit vectors. Its sixteen sums stay in eight registers from first to last. */
#include "kernels/matmul/matmul.h"

#include <string.h>

typedef double doubles __attribute__((vector_size(16)));

static inline doubles load(const double *from)
{
    doubles vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline void store(double *to, doubles vector)
{
    memcpy(to, &vector, sizeof vector);
}

static inline doubles both(double value)
{
    return (doubles){value, value};
}

void pf_matmul_tile(const double *left, const double *right, size_t depth, double *tile, size_t stride)
{
    double *row0 = tile, *row1 = tile + stride, *row2 = tile + 2 * stride, *row3 = tile + 3 * stride;
    doubles sum00 = load(row0), sum01 = load(row0 + 2);
    doubles sum10 = load(row1), sum11 = load(row1 + 2);
    doubles sum20 = load(row2), sum21 = load(row2 + 2);
    doubles sum30 = load(row3), sum31 = load(row3 + 2);
    for (size_t i = 0; i < depth; i++) {
        doubles right0 = load(right), right1 = load(right + 2);
        doubles value = both(left[0]);
        sum00 += value * right0;
        sum01 += value * right1;
        value = both(left[1]);
        sum10 += value * right0;
        sum11 += value * right1;
        value = both(left[2]);
        sum20 += value * right0;
        sum21 += value * right1;
        value = both(left[3]);
        sum30 += value * right0;
        sum31 += value * right1;
        left += PF_TILE_ROWS;
        right += PF_TILE_COLUMNS;
    }
    store(row0, sum00);
    store(row0 + 2, sum01);
    store(row1, sum10);
    store(row1 + 2, sum11);
    store(row2, sum20);
    store(row2 + 2, sum21);
    store(row3, sum30);
    store(row3 + 2, sum31);
}
