/* make test-c   (one program: build/tests/c/native/test_concat)
 *
 * concat: against joining byte by byte, pieces from empty to longer than a chunk, room, overflow, every number of
 * threads.
 */
#include "test.h"

#include <stdlib.h>

#define MOST_PIECES 70000
#define TEXT_BYTES (1 << 20)

typedef struct texts {
    char *text; /* pieces point in here */
    pf_slice *pieces;
    char *joined;
    char *expected;
    size_t room;
} texts;

static int make_texts(void **state)
{
    texts *made = malloc(sizeof *made);
    made->room = 8 << 20;
    made->text = malloc(TEXT_BYTES);
    made->pieces = malloc(MOST_PIECES * sizeof *made->pieces);
    made->joined = malloc(made->room);
    made->expected = malloc(made->room);
    uint64_t random = 11;
    for (size_t i = 0; i < TEXT_BYTES; i++) {
        made->text[i] = (char)('a' + next_random(&random) % 26);
    }
    *state = made;
    return 0;
}

static int free_texts(void **state)
{
    texts *made = *state;
    free(made->text);
    free(made->pieces);
    free(made->joined);
    free(made->expected);
    free(made);
    return 0;
}

static size_t join_plainly(const pf_slice *pieces, size_t n, pf_slice separator, char *to)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; i > 0 && j < separator.length; j++) {
            to[at++] = separator.data[j];
        }
        for (size_t j = 0; j < pieces[i].length; j++) {
            to[at++] = pieces[i].data[j];
        }
    }
    return at;
}

static void check(texts *all, const pf_call *call, size_t n, pf_slice separator)
{
    size_t length = 0;
    assert_int_equal(pf_concat_length(all->pieces, n, separator.length, &length), PF_OK);
    assert_true(length < all->room);
    assert_int_equal(join_plainly(all->pieces, n, separator, all->expected), length);
    memset(all->joined, '#', length + 1);
    assert_int_equal(pf_concat(call, all->pieces, n, separator, all->joined, length), PF_OK);
    assert_int_equal(memcmp(all->joined, all->expected, length), 0);
    assert_int_equal(all->joined[length], '#');
    if (length > 0) {
        assert_int_equal(pf_concat(call, all->pieces, n, separator, all->joined, length - 1), PF_BAD_ARGUMENT);
    }
}

/* Pieces of up to `longest` bytes anywhere in the text; every `rare`-th has `rare_length`. */
static void draw_pieces(texts *all, size_t n, size_t longest, size_t rare, size_t rare_length)
{
    uint64_t random = n + longest;
    for (size_t i = 0; i < n; i++) {
        size_t length = i % rare == rare - 1 ? rare_length : (size_t)(next_random(&random) % (longest + 1));
        size_t start = (size_t)(next_random(&random) % (TEXT_BYTES - length + 1));
        all->pieces[i] = (pf_slice){length > 0 ? all->text + start : NULL, length};
    }
}

static void golden(void **unused)
{
    (void)unused;
    const pf_slice pieces[] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
    char joined[16];
    size_t length;
    assert_int_equal(pf_concat_length(pieces, 3, 1, &length), PF_OK);
    assert_int_equal(length, 7);
    assert_int_equal(pf_concat(NULL, pieces, 3, (pf_slice){"-", 1}, joined, sizeof joined), PF_OK);
    assert_memory_equal(joined, "ab--cde", 7);
    assert_int_equal(pf_concat(NULL, pieces, 1, (pf_slice){"-", 1}, joined, sizeof joined), PF_OK);
    assert_memory_equal(joined, "ab", 2);

    assert_int_equal(pf_concat_length(NULL, 0, 5, &length), PF_OK);
    assert_int_equal(length, 0);
    assert_int_equal(pf_concat(NULL, NULL, 0, (pf_slice){"-", 1}, NULL, 0), PF_OK);
    assert_int_equal(pf_concat(NULL, pieces + 1, 1, (pf_slice){NULL, 0}, NULL, 0), PF_OK);
}

static void equal_to_joining_plainly(void **state)
{
    texts *all = *state;
    static const size_t counts[] = {1, 2, 3, 255, 256, 257, 16384, 16385, MOST_PIECES};
    static const pf_slice separators[] = {{NULL, 0}, {",", 1}, {" and then ", 10}};
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t s = 0; s < 3; s++) {
                draw_pieces(all, counts[c], 20, 1000, 0);
                check(all, &call, counts[c], separators[s]);
            }
        }
        /* Long pieces among empty ones: chunks begin inside pieces, between them and in separators. */
        draw_pieces(all, 2000, 0, 500, TEXT_BYTES);
        check(all, &call, 2000, separators[0]);
        check(all, &call, 2000, separators[2]);
        draw_pieces(all, 3, 0, 3, 256 * 1024);
        check(all, &call, 3, separators[1]);
        pf_pool_destroy(pool);
    }
    check(all, NULL, 3, separators[1]);
}

static void long_separator(void **state)
{
    texts *all = *state;
    draw_pieces(all, 7, 3, 4, 0);
    check(all, NULL, 7, (pf_slice){all->text, TEXT_BYTES});
}

static void lengths_past_the_address_space(void **unused)
{
    (void)unused;
    const pf_slice pieces[] = {{"", SIZE_MAX}, {"", 1}};
    char joined[1];
    size_t length;
    assert_int_equal(pf_concat_length(pieces, 1, 9, &length), PF_OK);
    assert_true(length == SIZE_MAX);
    assert_int_equal(pf_concat_length(pieces, 2, 0, &length), PF_OVERFLOW);
    assert_int_equal(pf_concat_length(pieces + 1, 1, SIZE_MAX, &length), PF_OK);
    assert_int_equal(pf_concat(NULL, pieces, 2, (pf_slice){NULL, 0}, joined, 1), PF_OVERFLOW);
    assert_int_equal(pf_concat(NULL, pieces, 1, (pf_slice){NULL, 0}, joined, 1), PF_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test_setup_teardown(equal_to_joining_plainly, make_texts, free_texts),
        cmocka_unit_test_setup_teardown(long_separator, make_texts, free_texts),
        cmocka_unit_test(lengths_past_the_address_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
