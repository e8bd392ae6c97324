/* make test-c   (one program: build/tests/c/native/test_matmul)
 *
 * The matrix product: equal to three plain loops to the last bit for shapes around tiles, blocks and stretches, special
 * values, every number of threads, cancelling.
 */
#include "test.h"

#include "kernels/matmul/matmul.h"

#include <math.h>
#include <stdlib.h>

#define MOST 90000

static double left[MOST], right[MOST], product[MOST], expected[MOST];

static int draw(void **unused)
{
    (void)unused;
    uint64_t random = 31;
    for (size_t i = 0; i < MOST; i++) {
        double mantissa = (double)(next_random(&random) >> 11) / 9007199254740992.0 - 0.5;
        left[i] = ldexp(mantissa, (int)(next_random(&random) % 40) - 20);
        right[i] = ldexp(mantissa, (int)(next_random(&random) % 40) - 20);
    }
    return 0;
}

static void check(const pf_call *call, size_t rows, size_t inner, size_t columns)
{
    size_t n = rows * columns;
    assert_true(rows * inner <= MOST && inner * columns <= MOST && n < MOST);
    for (size_t i = 0; i <= n; i++) {
        product[i] = -77; /* what was there before plays no part */
    }
    pf_matmul_plain(left, right, rows, inner, columns, expected);
    assert_int_equal(pf_matmul_double(call, left, right, rows, inner, columns, product), PF_OK);
    for (size_t i = 0; i < n; i++) {
        assert_same_double(product[i], expected[i]);
    }
    assert_same_double(product[n], -77);
}

static void golden(void **unused)
{
    (void)unused;
    const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {7, 8, 9, 10, 11, 12};
    double c[4];
    assert_int_equal(pf_matmul_double(NULL, a, b, 2, 3, 2, c), PF_OK);
    const double is[] = {58, 64, 139, 154};
    assert_memory_equal(c, is, sizeof c);
}

static void equal_to_the_plain_form(void **unused)
{
    (void)unused;
    static const size_t edges[] = {0, 1, 2, 3, 4, 5, 8, 9, 63, 64, 65};
    static const size_t depths[] = {0, 1, 2, 7, 255, 256, 257, 513};
    for (size_t r = 0; r < 11; r++) {
        for (size_t c = 0; c < 11; c++) {
            for (size_t i = 0; i < 8; i++) {
                check(NULL, edges[r], depths[i], edges[c]);
            }
        }
    }
}

static void threads_agree(void **unused)
{
    (void)unused;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        check(&call, 200, 300, 150);
        check(&call, 1, 45000, 2);
        check(&call, 2, 40001, 1);
        check(&call, 299, 1, 299);
        check(&call, 130, 67, 131);
        check(&call, 3, 7, 10001);
        check(&call, 10001, 7, 3);
        pf_pool_destroy(pool);
    }
}

/* Zeros that fill strips up must not meet infinities that count. */
static void special_values(void **unused)
{
    (void)unused;
    static const double specials[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0, 1e308};
    double *kept = malloc(sizeof left);
    memcpy(kept, left, sizeof left);
    uint64_t random = 8;
    for (size_t round = 0; round < 50; round++) {
        for (size_t i = 0; i < 6; i++) {
            left[next_random(&random) % 50] = specials[i];
        }
        check(NULL, 7, 7, 5);
        check(NULL, 5, 9, 7);
    }
    memcpy(left, kept, sizeof left);
    free(kept);
}

static bool at_once(void *asked)
{
    *(int *)asked += 1;
    return true;
}

static void is_cancelled(void **unused)
{
    (void)unused;
    pf_cancel cancel = {.raised = 1};
    pf_call call = {NULL, 1, &cancel};
    assert_int_equal(pf_matmul_double(&call, left, right, 200, 300, 200, product), PF_CANCELLED);

    /* 5 ms pass inside, and the question is put. */
    int asked = 0;
    pf_cancel polled = {.poll = at_once, .context = &asked};
    call.cancel = &polled;
    double *large = calloc(1000 * 1000, sizeof *large);
    double *result = calloc(1000 * 1000, sizeof *result);
    assert_int_equal(pf_matmul_double(&call, large, large, 1000, 1000, 1000, result), PF_CANCELLED);
    assert_int_equal(asked, 1);
    free(large);
    free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(equal_to_the_plain_form),
        cmocka_unit_test(threads_agree),
        cmocka_unit_test(special_values),
        cmocka_unit_test(is_cancelled),
    };
    return cmocka_run_group_tests(tests, draw, NULL);
}
