/* make test-c   (one program: build/tests/c/native/test_iteration)
 *
 * Enumerations against the plain recursion that says what they are: every row from every start, every number of threads,
 * counts that do not fit.
 */
#include "test.h"

#include "kernels/iteration/iteration.h"

#include <stdlib.h>

#define WIDTH_LIMIT 8
#define GUARD INT64_C(-7777)

/* ------------------------------------------------------------------------------------------------ the plain form */

typedef struct plain {
    pf_row_kind kind;
    const int64_t *values;
    size_t n;
    size_t starts[WIDTH_LIMIT + 1]; /* product: of each column's pool, and its end */
    size_t ends[WIDTH_LIMIT];
    size_t width;

    size_t chosen[WIDTH_LIMIT];
    int64_t *rows;
    size_t count;
} plain;

static bool allowed(const plain *all, size_t place, size_t index)
{
    for (size_t i = 0; i < place; i++) {
        if ((all->kind == PF_ROWS_COMBINATIONS && index <= all->chosen[i]) ||
            (all->kind == PF_ROWS_PERMUTATIONS && index == all->chosen[i])) {
            return false;
        }
    }
    return true;
}

static void recurse(plain *all, size_t place)
{
    if (place == all->width) {
        for (size_t i = 0; i < all->width; i++) {
            all->rows[all->count * all->width + i] = all->values[all->chosen[i]];
        }
        all->count++;
        return;
    }
    size_t begin = all->kind == PF_ROWS_PRODUCT ? all->starts[place] : 0;
    size_t end = all->kind == PF_ROWS_PRODUCT ? all->ends[place] : all->n;
    for (size_t index = begin; index < end; index++) {
        if (allowed(all, place, index)) {
            all->chosen[place] = index;
            recurse(all, place + 1);
        }
    }
}

typedef struct question {
    pf_row_kind kind;
    size_t n; /* combinations, permutations */
    size_t r; /* product: repeat */
    size_t pools;
    int64_t lengths[4];
} question;

static const question questions[] = {
    {.kind = PF_ROWS_COMBINATIONS, .n = 0, .r = 0},
    {.kind = PF_ROWS_COMBINATIONS, .n = 0, .r = 1},
    {.kind = PF_ROWS_COMBINATIONS, .n = 1, .r = 1},
    {.kind = PF_ROWS_COMBINATIONS, .n = 5, .r = 0},
    {.kind = PF_ROWS_COMBINATIONS, .n = 5, .r = 1},
    {.kind = PF_ROWS_COMBINATIONS, .n = 5, .r = 3},
    {.kind = PF_ROWS_COMBINATIONS, .n = 5, .r = 5},
    {.kind = PF_ROWS_COMBINATIONS, .n = 5, .r = 6},
    {.kind = PF_ROWS_COMBINATIONS, .n = 9, .r = 4},
    {.kind = PF_ROWS_COMBINATIONS, .n = 10, .r = 8},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 0, .r = 0},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 1, .r = 1},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 4, .r = 0},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 4, .r = 1},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 4, .r = 2},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 4, .r = 4},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 4, .r = 5},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 7, .r = 3},
    {.kind = PF_ROWS_PERMUTATIONS, .n = 6, .r = 6},
    {.kind = PF_ROWS_PRODUCT, .r = 1, .pools = 0},
    {.kind = PF_ROWS_PRODUCT, .r = 0, .pools = 2, .lengths = {2, 3}},
    {.kind = PF_ROWS_PRODUCT, .r = 1, .pools = 1, .lengths = {5}},
    {.kind = PF_ROWS_PRODUCT, .r = 1, .pools = 3, .lengths = {2, 3, 4}},
    {.kind = PF_ROWS_PRODUCT, .r = 1, .pools = 3, .lengths = {2, 0, 4}},
    {.kind = PF_ROWS_PRODUCT, .r = 3, .pools = 2, .lengths = {2, 3}},
    {.kind = PF_ROWS_PRODUCT, .r = 8, .pools = 1, .lengths = {2}},
    {.kind = PF_ROWS_PRODUCT, .r = 2, .pools = 4, .lengths = {1, 2, 1, 3}},
};
#define QUESTIONS (sizeof questions / sizeof questions[0])
#define ROOM 20000

static const int64_t values[] = {50, -3, 7, 7, 0, 1000000, 12, -9, 5, 4, 3, 2};

static size_t answer(const question *asked, int64_t *rows, size_t *width)
{
    plain all = {.kind = asked->kind, .values = values, .n = asked->n, .width = asked->r, .rows = rows};
    if (asked->kind == PF_ROWS_PRODUCT) {
        all.width = asked->pools * asked->r;
        for (size_t i = 0; i < all.width; i++) {
            size_t start = 0;
            for (size_t pool = 0; pool < i % asked->pools; pool++) {
                start += (size_t)asked->lengths[pool];
            }
            all.starts[i] = start;
            all.ends[i] = start + (size_t)asked->lengths[i % asked->pools];
        }
    }
    recurse(&all, 0);
    *width = all.width;
    return all.count;
}

static size_t values_of(const question *asked)
{
    size_t n = asked->kind == PF_ROWS_PRODUCT ? 0 : asked->n;
    for (size_t pool = 0; pool < asked->pools; pool++) {
        n += (size_t)asked->lengths[pool];
    }
    return n;
}

static pf_status enumerate(const pf_call *call, const question *asked, int64_t start, int64_t count, int64_t *rows)
{
    switch (asked->kind) {
    case PF_ROWS_COMBINATIONS:
        return pf_combinations(call, values, asked->n, asked->r, start, count, rows);
    case PF_ROWS_PERMUTATIONS:
        return pf_permutations(call, values, asked->n, asked->r, start, count, rows);
    default:
        return pf_product(call, values, values_of(asked), asked->lengths, asked->pools, asked->r, start, count, rows);
    }
}

static pf_status count_rows(const question *asked, int64_t *count)
{
    switch (asked->kind) {
    case PF_ROWS_COMBINATIONS:
        return pf_count_combinations(asked->n, asked->r, count);
    case PF_ROWS_PERMUTATIONS:
        return pf_count_permutations(asked->n, asked->r, count);
    default:
        return pf_count_product(asked->lengths, asked->pools, asked->r, count);
    }
}

static pf_status with_sum(const pf_call *call, const question *asked, int64_t total, int64_t *count)
{
    switch (asked->kind) {
    case PF_ROWS_COMBINATIONS:
        return pf_combinations_with_sum(call, values, asked->n, asked->r, total, count);
    case PF_ROWS_PERMUTATIONS:
        return pf_permutations_with_sum(call, values, asked->n, asked->r, total, count);
    default:
        return pf_product_with_sum(call, values, values_of(asked), asked->lengths, asked->pools, asked->r, total, count);
    }
}

static void every_row_from_every_start(void **unused)
{
    (void)unused;
    int64_t *expected = malloc(ROOM * sizeof *expected);
    int64_t *rows = malloc((ROOM + 1) * sizeof *rows);
    for (size_t q = 0; q < QUESTIONS; q++) {
        const question *asked = &questions[q];
        size_t width;
        int64_t all = (int64_t)answer(asked, expected, &width);
        int64_t count = -1;
        assert_int_equal(count_rows(asked, &count), PF_OK);
        assert_int_equal(count, all);
        for (int64_t start = 0; start <= all; start++) {
            const int64_t lengths[] = {0, 1, 3, all - start};
            for (size_t i = 0; i < 4; i++) {
                int64_t wanted = lengths[i] < all - start ? lengths[i] : all - start;
                size_t cells = (size_t)wanted * width;
                rows[cells] = GUARD;
                assert_int_equal(enumerate(NULL, asked, start, wanted, rows), PF_OK);
                assert_memory_equal(rows, expected + (size_t)start * width, cells * sizeof *rows);
                assert_true(rows[cells] == GUARD);
            }
        }
        assert_int_equal(enumerate(NULL, asked, all, 1, rows), PF_BAD_ARGUMENT);
        assert_int_equal(enumerate(NULL, asked, 0, all + 1, rows), PF_BAD_ARGUMENT);
        assert_int_equal(enumerate(NULL, asked, -1, 1, rows), PF_BAD_ARGUMENT);
        assert_int_equal(enumerate(NULL, asked, 0, -1, rows), PF_BAD_ARGUMENT);
    }
    free(rows);
    free(expected);
}

static void sums(void **unused)
{
    (void)unused;
    int64_t *expected = malloc(ROOM * sizeof *expected);
    for (size_t q = 0; q < QUESTIONS; q++) {
        size_t width;
        size_t all = answer(&questions[q], expected, &width);
        for (size_t like = 0; like <= all; like += 1 + all / 50) {
            int64_t total = 123456;
            for (size_t i = 0; like < all && i < width; i++) {
                total = (i == 0 ? 0 : total) + expected[like * width + i];
            }
            total = width == 0 ? 0 : total;
            int64_t wanted = 0;
            for (size_t row = 0; row < all; row++) {
                int64_t sum = 0;
                for (size_t i = 0; i < width; i++) {
                    sum += expected[row * width + i];
                }
                wanted += sum == total;
            }
            int64_t count = -1;
            assert_int_equal(with_sum(NULL, &questions[q], total, &count), PF_OK);
            assert_int_equal(count, wanted);
        }
        int64_t count;
        assert_int_equal(with_sum(NULL, &questions[q], INT64_MIN, &count), PF_OK);
        assert_int_equal(count, 0);
    }
    free(expected);
}

/* ------------------------------------------------------------------------------------------------ many rows */

/* Enough for several chunks. The mix of sums and places would show a row that is missing or twice. */
static void threads_agree(void **unused)
{
    (void)unused;
    enum { POOL = 60 };
    int64_t pool_values[POOL];
    uint64_t random = 11;
    for (size_t i = 0; i < POOL; i++) {
        pool_values[i] = (int64_t)(next_random(&random) % 100);
    }
    const int64_t lengths[] = {10, 30, 20};
    int64_t rows[3];
    assert_int_equal(pf_count_combinations(POOL, 4, &rows[0]), PF_OK);
    assert_int_equal(pf_count_permutations(POOL, 3, &rows[1]), PF_OK);
    assert_int_equal(pf_count_product(lengths, 3, 1, &rows[2]), PF_OK);
    assert_int_equal(rows[0], 487635);
    assert_int_equal(rows[1], 205320);
    assert_int_equal(rows[2], 6000);
    size_t most = 4 * 487635;
    int64_t *alone = malloc(most * sizeof *alone);
    int64_t *shared = malloc(most * sizeof *shared);
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        int64_t count = -1;
        memset(shared, 0, most * sizeof *shared);
        assert_int_equal(pf_combinations(&call, pool_values, POOL, 4, 0, rows[0], t == 0 ? alone : shared), PF_OK);
        assert_true(t == 0 || memcmp(alone, shared, most * sizeof *shared) == 0);
        int64_t wanted = 0;
        for (size_t row = 0; row < (size_t)rows[0]; row++) {
            wanted += alone[4 * row] + alone[4 * row + 1] + alone[4 * row + 2] + alone[4 * row + 3] == 150;
        }
        assert_int_equal(pf_combinations_with_sum(&call, pool_values, POOL, 4, 150, &count), PF_OK);
        assert_int_equal(count, wanted);
        assert_int_equal(pf_permutations_with_sum(&call, pool_values, POOL, 4, 150, &count), PF_OK);
        assert_int_equal(count, 24 * wanted);
        pf_pool_destroy(pool);
    }
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        int64_t *to = t == 0 ? alone : shared;
        assert_int_equal(pf_permutations(&call, pool_values, POOL, 3, 0, rows[1], to), PF_OK);
        assert_true(t == 0 || memcmp(alone, shared, 3 * (size_t)rows[1] * sizeof *shared) == 0);
        pf_pool_destroy(pool);
    }
    free(alone);
    free(shared);
}

/* Rows near the end of enumerations that nobody could write down. */
static void far_rows(void **unused)
{
    (void)unused;
    enum { POOL = 100000 };
    int64_t *pool_values = malloc(POOL * sizeof *pool_values);
    for (size_t i = 0; i < POOL; i++) {
        pool_values[i] = (int64_t)i;
    }
    int64_t rows, row[40];
    assert_int_equal(pf_count_combinations(POOL, 4, &rows), PF_OK);
    assert_int_equal(pf_combinations(NULL, pool_values, POOL, 4, rows - 1, 1, row), PF_OK);
    assert_true(row[0] == POOL - 4 && row[1] == POOL - 3 && row[2] == POOL - 2 && row[3] == POOL - 1);
    assert_int_equal(pf_count_combinations(66, 33, &rows), PF_OK);
    assert_int_equal(pf_combinations(NULL, pool_values, 66, 33, rows - 1, 1, row), PF_OK);
    assert_true(row[0] == 33 && row[32] == 65);
    assert_int_equal(pf_count_permutations(20, 20, &rows), PF_OK);
    assert_int_equal(pf_permutations(NULL, pool_values, 20, 20, rows - 1, 1, row), PF_OK);
    assert_true(row[0] == 19 && row[19] == 0);
    const int64_t length = 2;
    assert_int_equal(pf_count_product(&length, 1, 62, &rows), PF_OK);
    assert_int_equal(pf_product(NULL, pool_values, 2, &length, 1, 40, (INT64_C(1) << 40) - 2, 1, row), PF_OK);
    assert_true(row[0] == 1 && row[38] == 1 && row[39] == 0);
    free(pool_values);
}

static void counts_that_do_not_fit(void **unused)
{
    (void)unused;
    int64_t rows;
    assert_int_equal(pf_count_combinations(67, 33, &rows), PF_OVERFLOW);
    assert_int_equal(pf_count_combinations(SIZE_MAX, SIZE_MAX - 1, &rows), SIZE_MAX > INT64_MAX ? PF_OVERFLOW : PF_BAD_ARGUMENT);
    assert_int_equal(pf_count_combinations(1000, 500, &rows), PF_OVERFLOW);
    assert_int_equal(pf_count_combinations(500, 1000, &rows), PF_OK);
    assert_int_equal(rows, 0);
    assert_int_equal(pf_count_permutations(21, 21, &rows), PF_OVERFLOW);
    assert_int_equal(pf_count_permutations(20, SIZE_MAX, &rows), PF_OK);
    assert_int_equal(rows, 0);
    const int64_t two = 2, one = 1, zeros[] = {1000000000, 0};
    assert_int_equal(pf_count_product(&two, 1, 63, &rows), PF_OVERFLOW);
    assert_int_equal(pf_count_product(zeros, 2, 100, &rows), PF_OK);
    assert_int_equal(rows, 0);
    assert_int_equal(pf_count_product(&one, 1, PF_ROW_LIMIT, &rows), PF_OK);
    assert_int_equal(rows, 1);
    assert_int_equal(pf_count_product(&one, 1, PF_ROW_LIMIT + 1, &rows), PF_BAD_ARGUMENT);
    assert_int_equal(pf_count_product(&one, 1, SIZE_MAX, &rows), PF_OUT_OF_MEMORY);
    const int64_t negative[] = {3, -1};
    assert_int_equal(pf_count_product(negative, 2, 1, &rows), PF_BAD_ARGUMENT);
    int64_t row[4];
    assert_int_equal(pf_product(NULL, values, 4, &two, 1, 1, 0, 1, row), PF_BAD_ARGUMENT);
    assert_int_equal(pf_product(NULL, values, 1, &two, 1, 1, 0, 1, row), PF_BAD_ARGUMENT);

    const int64_t large[] = {INT64_MAX / 2, INT64_MAX / 2 + 1, INT64_MIN};
    assert_int_equal(pf_combinations_with_sum(NULL, large, 1, 1, INT64_MAX / 2, &rows), PF_OK);
    assert_int_equal(rows, 1);
    assert_int_equal(pf_combinations_with_sum(NULL, large, 2, 2, INT64_MAX, &rows), PF_OVERFLOW);
    assert_int_equal(pf_permutations_with_sum(NULL, large, 3, 1, 0, &rows), PF_OVERFLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_from_every_start),
        cmocka_unit_test(sums),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(far_rows),
        cmocka_unit_test(counts_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
