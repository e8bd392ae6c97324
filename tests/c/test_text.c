/* make test-c   (one program: build/tests/c/native/test_text)
 *
 * Lines and words: against a byte-by-byte reader, on texts with newlines at all edges of vectors and chunks, at odd
 * addresses, on every number of threads.
 */
#include "test.h"

#include "kernels/text/scan.h"

#include <stdlib.h>

#define CHUNK PF_TEXT_CHUNK
#define MOST (3 * CHUNK + 100)

static const size_t sizes[] = {0,  1,  2,   3,   15,  16,       17,    31,        32,        33,
                               47, 64, 300, 511, 8192, 100000, CHUNK - 1, CHUNK, CHUNK + 1, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])

typedef struct texts {
    uint8_t *text;
    int64_t *starts, *expected;
    pf_pool *pools[THREAD_COUNTS];
} texts;

static int make_texts(void **state)
{
    texts *made = malloc(sizeof *made);
    made->text = malloc(MOST + 1);
    made->starts = malloc((MOST + 3) * sizeof(int64_t));
    made->expected = malloc((MOST + 3) * sizeof(int64_t));
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        made->pools[t] = make_pool(thread_counts[t]);
    }
    *state = made;
    return 0;
}

static int free_texts(void **state)
{
    texts *made = *state;
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool_destroy(made->pools[t]);
    }
    free(made->text);
    free(made->starts);
    free(made->expected);
    free(made);
    return 0;
}

static bool is_white(uint8_t byte)
{
    return byte != 0 && strchr(" \t\n\v\f\r", byte);
}

typedef struct facts {
    size_t lines, words;
    pf_line longest;
} facts;

static facts read_plainly(const uint8_t *text, size_t n, int64_t *starts)
{
    facts found = {0};
    size_t start = 0;
    starts[0] = 0;
    for (size_t i = 0; i < n; i++) {
        found.words += !is_white(text[i]) && (i == 0 || is_white(text[i - 1]));
        if (text[i] == '\n' || i == n - 1) {
            size_t length = text[i] == '\n' ? i - start : i + 1 - start;
            if (found.lines == 0 || length > found.longest.length) {
                found.longest = (pf_line){found.lines, start, length};
            }
            start = i + 1;
            starts[++found.lines] = (int64_t)start;
        }
    }
    return found;
}

static void check(texts *all, const uint8_t *text, size_t n)
{
    facts expected = read_plainly(text, n, all->expected);
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_call call = {all->pools[t], 0, NULL};
        size_t count = 0;
        assert_int_equal(pf_count_lines(&call, text, n, &count), PF_OK);
        assert_int_equal(count, expected.lines);
        assert_int_equal(pf_count_words(&call, text, n, &count), PF_OK);
        assert_int_equal(count, expected.words);
        pf_line longest;
        pf_status status = pf_longest_line(&call, text, n, &longest);
        assert_int_equal(status, n == 0 ? PF_EMPTY : PF_OK);
        if (n > 0) {
            assert_int_equal(longest.index, expected.longest.index);
            assert_int_equal(longest.start, expected.longest.start);
            assert_int_equal(longest.length, expected.longest.length);
        }
        all->starts[expected.lines + 1] = -7;
        assert_int_equal(pf_line_starts(&call, text, n, all->starts, expected.lines + 1), PF_OK);
        assert_memory_equal(all->starts, all->expected, (expected.lines + 1) * sizeof(int64_t));
        assert_int_equal(all->starts[expected.lines + 1], -7);
        assert_int_equal(pf_line_starts(&call, text, n, all->starts, expected.lines), PF_BAD_ARGUMENT);
        assert_int_equal(pf_line_starts(&call, text, n, all->starts, expected.lines + 2), PF_BAD_ARGUMENT);
    }
}

static void golden(void **unused)
{
    (void)unused;
    const uint8_t text[] = "one two\n\nthree  \tfour\r\nfive";
    size_t n = sizeof text - 1, count;
    int64_t starts[5];
    pf_line longest;
    assert_int_equal(pf_count_lines(NULL, text, n, &count), PF_OK);
    assert_int_equal(count, 4);
    assert_int_equal(pf_count_words(NULL, text, n, &count), PF_OK);
    assert_int_equal(count, 5);
    assert_int_equal(pf_line_starts(NULL, text, n, starts, 5), PF_OK);
    const int64_t expected[] = {0, 8, 9, 23, 27};
    assert_memory_equal(starts, expected, sizeof starts);
    assert_int_equal(pf_longest_line(NULL, text, n, &longest), PF_OK);
    assert_true(longest.index == 2 && longest.start == 9 && longest.length == 13);
}

/* Texts of a few kinds of bytes: every kind of newline and white space, bytes beyond ASCII, zeros. */
static void random_texts(void **state)
{
    texts *all = *state;
    static const char alphabet[] = "a \n\t\v\f\r\x08\x0e\x1f\x21\x80\xa0\xff";
    for (size_t s = 0; s < SIZES; s++) {
        for (size_t sparse = 1; sparse < 10000; sparse *= 30) {
            uint64_t random = s * 100 + sparse;
            for (size_t i = 0; i <= sizes[s]; i++) {
                uint64_t drawn = next_random(&random);
                all->text[i] = drawn % sparse ? 'x' : (uint8_t)alphabet[(drawn >> 32) % sizeof alphabet];
            }
            check(all, all->text, sizes[s]);
            check(all, all->text + 1, sizes[s] < 10000 ? sizes[s] : 10000);
        }
    }
}

static void all_one_byte(void **state)
{
    texts *all = *state;
    static const uint8_t bytes[] = {'\n', 'a', ' '};
    for (size_t b = 0; b < 3; b++) {
        memset(all->text, bytes[b], MOST);
        check(all, all->text, MOST);
        check(all, all->text, CHUNK);
        check(all, all->text, 20);
    }
}

/* One newline, space or letter near an edge of a vector or of a chunk. */
static void single_bytes_at_edges(void **state)
{
    texts *all = *state;
    static const size_t places[] = {0, 1, 15, 16, 31, CHUNK - 1, CHUNK, CHUNK + 1};
    for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
        memset(all->text, 'a', MOST);
        all->text[places[p]] = '\n';
        check(all, all->text, CHUNK + 20);
        all->text[places[p]] = ' ';
        check(all, all->text, places[p] + 1);
        memset(all->text, ' ', MOST);
        all->text[places[p]] = 'b';
        check(all, all->text, CHUNK + 20);
    }
}

static void every_byte(void **state)
{
    texts *all = *state;
    for (size_t i = 0; i < 512; i++) {
        all->text[i] = (uint8_t)(i / 2);
    }
    for (size_t from = 0; from < 40; from++) {
        check(all, all->text + from, 512 - from);
    }
}

static void nothing(void **unused)
{
    (void)unused;
    size_t count = 1;
    int64_t start = 1;
    pf_line longest;
    assert_int_equal(pf_count_lines(NULL, NULL, 0, &count), PF_OK);
    assert_int_equal(count, 0);
    assert_int_equal(pf_count_words(NULL, NULL, 0, &count), PF_OK);
    assert_int_equal(count, 0);
    assert_int_equal(pf_line_starts(NULL, NULL, 0, &start, 1), PF_OK);
    assert_int_equal(start, 0);
    assert_int_equal(pf_line_starts(NULL, NULL, 0, NULL, 0), PF_BAD_ARGUMENT);
    assert_int_equal(pf_longest_line(NULL, NULL, 0, &longest), PF_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(nothing),
        cmocka_unit_test_setup_teardown(random_texts, make_texts, free_texts),
        cmocka_unit_test_setup_teardown(all_one_byte, make_texts, free_texts),
        cmocka_unit_test_setup_teardown(single_bytes_at_edges, make_texts, free_texts),
        cmocka_unit_test_setup_teardown(every_byte, make_texts, free_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
