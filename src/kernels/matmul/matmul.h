/* matmul.h: the innermost tile of the matrix product, for matmul.c, and the plain form of the whole, for the tests. */
#ifndef PF_MATMUL_H
#define PF_MATMUL_H

#include <stddef.h>

/* A tile of the product has so many rows and columns: its sums fit the 16 vector registers of SSE2 and leave room for what is
 * multiplied. */
#define PF_TILE_ROWS 4
#define PF_TILE_COLUMNS 4

/* tile[r * stride + c] += left[i * PF_TILE_ROWS + r] * right[i * PF_TILE_COLUMNS + c] for i = 0, 1, ... depth - 1, in this
 * order, each product rounded before it is added. */
void pf_matmul_tile(const double *left, const double *right, size_t depth, double *tile, size_t stride);

/* product[r][c]: 0.0 with left[r][i] * right[i][c] added for i = 0, 1, ... inner - 1. */
void pf_matmul_plain(const double *left, const double *right, size_t rows, size_t inner, size_t columns, double *product);

#endif
