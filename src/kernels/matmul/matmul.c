/* matmul.c: the product of two matrices of doubles, blocked for caches and registers, on any number of threads.
 *
 * Every element of the product is one sum in the order of the inner index, as in matmul_plain.c: blocks of the inner index
 * follow each other and continue the sum that the one before has left. So neither blocks nor threads can be told from the
 * result.
 *
 * Both matrices are first rearranged into strips, so that the innermost loop reads both from one end to the other: strips of
 * PF_TILE_ROWS rows of the left one, of PF_TILE_COLUMNS columns of the right one, each element by element along the inner
 * index. Strips at the edge are filled up with their last row or column again, and what is computed from these is dropped.
 *
 * A chunk of the loop is a block of the product. For each stretch of the inner index, the left and right strips that it
 * needs are used over and over while they are in the cache.
 */
#include "kernels/matmul/matmul.h"
#include "photofinish.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_STRIPS 16 /* a block of the product: 16 x 16 tiles */
#define DEPTH 256       /* a stretch of the inner index: a strip of it takes 8 KiB, a block's 2 x 16 strips 256 KiB */
#define STRETCH 16384   /* elements of a strip packed before cancelling is looked at, and about as many in a chunk */
#define ZEROED 65536    /* elements of the product a chunk */

typedef struct product_state {
    /* immutable while a loop runs */
    const double *left;
    const double *right;
    double *product;
    size_t rows, inner, columns;
    size_t left_strips, right_strips;
    size_t blocks_across;

    /* written by the first two loops, each strip by the chunk that it belongs to; then immutable */
    double *left_packed;
    double *right_packed;
} product_state;

static size_t divided_up(size_t n, size_t by)
{
    return n / by + (n % by != 0);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ------------------------------------------------------------------------------------------------ strips */

/* One strip from element `from` of the inner index to `to`. */
static void pack_left_strip(const product_state *shared, size_t strip, size_t from, size_t to)
{
    size_t first = strip * PF_TILE_ROWS;
    double *packed = shared->left_packed + first * shared->inner;
    const double *rows[PF_TILE_ROWS];
    for (size_t r = 0; r < PF_TILE_ROWS; r++) {
        rows[r] = shared->left + least(first + r, shared->rows - 1) * shared->inner;
    }
    for (size_t i = from; i < to; i++) {
        for (size_t r = 0; r < PF_TILE_ROWS; r++) {
            packed[i * PF_TILE_ROWS + r] = rows[r][i];
        }
    }
}

static void pack_right_strip(const product_state *shared, size_t strip, size_t from, size_t to)
{
    size_t first = strip * PF_TILE_COLUMNS;
    size_t columns = least(shared->columns - first, PF_TILE_COLUMNS);
    double *packed = shared->right_packed + first * shared->inner;
    const double *row = shared->right + from * shared->columns + first;
    for (size_t i = from; i < to; i++) {
        if (columns == PF_TILE_COLUMNS) {
            memcpy(packed + i * PF_TILE_COLUMNS, row, PF_TILE_COLUMNS * sizeof *row);
        } else {
            for (size_t c = 0; c < PF_TILE_COLUMNS; c++) {
                packed[i * PF_TILE_COLUMNS + c] = row[least(c, columns - 1)];
            }
        }
        row += shared->columns;
    }
}

static pf_status pack(product_state *shared, size_t begin, size_t end,
                      void (*pack_strip)(const product_state *, size_t, size_t, size_t))
{
    for (size_t strip = begin; strip < end; strip++) {
        for (size_t from = 0; from < shared->inner; from += STRETCH) {
            if (from > 0 && pf_cancelled()) {
                return PF_CANCELLED;
            }
            pack_strip(shared, strip, from, from + least(shared->inner - from, STRETCH));
        }
    }
    return PF_OK;
}

static pf_status pack_left(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    return pack(context, begin, end, pack_left_strip);
}

static pf_status pack_right(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    return pack(context, begin, end, pack_right_strip);
}

/* ------------------------------------------------------------------------------------------------ blocks */

/* A tile that reaches over the edge is computed beside the product, and what lies inside is copied. */
static void edge_tile(const product_state *shared, const double *left, const double *right, size_t depth, size_t row,
                      size_t column)
{
    double tile[PF_TILE_ROWS * PF_TILE_COLUMNS] = {0};
    size_t rows = least(shared->rows - row, PF_TILE_ROWS);
    size_t bytes = least(shared->columns - column, PF_TILE_COLUMNS) * sizeof(double);
    double *product = shared->product + row * shared->columns + column;
    for (size_t r = 0; r < rows; r++) {
        memcpy(tile + r * PF_TILE_COLUMNS, product + r * shared->columns, bytes);
    }
    pf_matmul_tile(left, right, depth, tile, PF_TILE_COLUMNS);
    for (size_t r = 0; r < rows; r++) {
        memcpy(product + r * shared->columns, tile + r * PF_TILE_COLUMNS, bytes);
    }
}

static void add_tile(const product_state *shared, size_t left_strip, size_t right_strip, size_t from, size_t depth)
{
    size_t row = left_strip * PF_TILE_ROWS;
    size_t column = right_strip * PF_TILE_COLUMNS;
    const double *left = shared->left_packed + row * shared->inner + from * PF_TILE_ROWS;
    const double *right = shared->right_packed + column * shared->inner + from * PF_TILE_COLUMNS;
    if (shared->rows - row >= PF_TILE_ROWS && shared->columns - column >= PF_TILE_COLUMNS) {
        pf_matmul_tile(left, right, depth, shared->product + row * shared->columns + column, shared->columns);
    } else {
        edge_tile(shared, left, right, depth, row, column);
    }
}

static pf_status multiply_block(void *context, size_t block, size_t begin, size_t end)
{
    (void)begin;
    (void)end;
    const product_state *shared = context;
    size_t left_begin = block / shared->blocks_across * BLOCK_STRIPS;
    size_t left_end = least(left_begin + BLOCK_STRIPS, shared->left_strips);
    size_t right_begin = block % shared->blocks_across * BLOCK_STRIPS;
    size_t right_end = least(right_begin + BLOCK_STRIPS, shared->right_strips);
    for (size_t from = 0; from < shared->inner; from += DEPTH) {
        if (from > 0 && pf_cancelled()) {
            return PF_CANCELLED;
        }
        size_t depth = least(shared->inner - from, DEPTH);
        for (size_t right_strip = right_begin; right_strip < right_end; right_strip++) {
            for (size_t left_strip = left_begin; left_strip < left_end; left_strip++) {
                add_tile(shared, left_strip, right_strip, from, depth);
            }
        }
    }
    return PF_OK;
}

/* ------------------------------------------------------------------------------------------------ the product */

static pf_status zero(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const product_state *shared = context;
    memset(shared->product + begin, 0, (end - begin) * sizeof *shared->product);
    return PF_OK;
}

static pf_status zero_product(const pf_call *call, product_state *shared)
{
    return pf_parallel_for(call, shared->rows * shared->columns, ZEROED, zero, shared);
}

static pf_status run(const pf_call *call, product_state *shared)
{
    size_t strips_per_chunk = STRETCH / shared->inner + 1;
    pf_status status = pf_parallel_for(call, shared->left_strips, strips_per_chunk, pack_left, shared);
    if (status == PF_OK) {
        status = pf_parallel_for(call, shared->right_strips, strips_per_chunk, pack_right, shared);
    }
    if (status == PF_OK) {
        status = zero_product(call, shared);
    }
    if (status == PF_OK) {
        shared->blocks_across = divided_up(shared->right_strips, BLOCK_STRIPS);
        size_t blocks = divided_up(shared->left_strips, BLOCK_STRIPS) * shared->blocks_across;
        status = pf_parallel_for(call, blocks, 1, multiply_block, shared);
    }
    return status;
}

/* Room for both matrices' strips, which the caller frees: not the arena's, which is filled with zeros first, a tenth of the
 * time of 60 x 60. PF_OUT_OF_MEMORY also where the size cannot be expressed. */
static pf_status alloc_strips(product_state *shared)
{
    size_t strips = shared->left_strips + shared->right_strips; /* of the same width */
    _Static_assert(PF_TILE_ROWS == PF_TILE_COLUMNS, "one size for all strips");
    if (strips > SIZE_MAX / sizeof(double) / PF_TILE_ROWS / shared->inner) {
        return PF_OUT_OF_MEMORY;
    }
    shared->left_packed = pf_prim_alloc(strips * PF_TILE_ROWS * shared->inner * sizeof(double));
    if (!shared->left_packed) {
        return PF_OUT_OF_MEMORY;
    }
    shared->right_packed = shared->left_packed + shared->left_strips * PF_TILE_ROWS * shared->inner;
    return PF_OK;
}

pf_status pf_matmul_double(const pf_call *call, const double *left, const double *right, size_t rows, size_t inner,
                           size_t columns, double *product)
{
    if (rows == 0 || columns == 0) {
        return PF_OK;
    }
    product_state shared = {
        .left = left,
        .right = right,
        .product = product,
        .rows = rows,
        .inner = inner,
        .columns = columns,
        .left_strips = divided_up(rows, PF_TILE_ROWS),
        .right_strips = divided_up(columns, PF_TILE_COLUMNS),
    };
    if (inner == 0) {
        return zero_product(call, &shared);
    }
    pf_status status = alloc_strips(&shared);
    if (status == PF_OK) {
        status = run(call, &shared);
    }
    free(shared.left_packed);
    return status;
}
