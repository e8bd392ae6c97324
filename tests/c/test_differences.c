/* make test-c   (one program: build/tests/c/native/test_differences)
 *
 * What two blocks of memory differ in, and copies of one memory that several write: against models that go byte by byte, on blocks of the
 * exact length (the address sanitizer sees a byte too many), at odd addresses, with few, many and adjacent edits.
 */
#include "test.h"

#include "python/_photofinish/differences.h"

#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

/* xorshift64: below `limit`. */
static size_t some(size_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return limit > 0 ? (size_t)(state % limit) : 0;
}

/* n bytes of their own, `odd` bytes behind an aligned address; free_block. */
static uint8_t *new_block(size_t n, size_t odd)
{
    return (uint8_t *)malloc(n + odd) + odd;
}

static void free_block(uint8_t *block, size_t odd)
{
    free(block - odd);
}

static size_t some_length(void)
{
    static const size_t edges[] = {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 511, 512, 513, 520, 1023, 1024, 1025, 4096};
    return some(2) ? edges[some(sizeof edges / sizeof edges[0])] : some(3000);
}

/* Changes bytes: single ones, runs, all of them, or words with some bytes alike as numbers have them. Some edits change nothing. */
static void edit(uint8_t *block, size_t n)
{
    size_t kind = some(5), edits = n > 0 ? 1 + some(1 + n / 8) : 0;
    for (size_t k = 0; k < edits; k++) {
        size_t at = some(n), run = kind == 0 ? 1 : kind == 1 ? 1 + some(100) : kind == 2 ? n : 1 + some(8);
        for (size_t i = at; i < n && i < at + run; i++) {
            block[i] = kind == 3 ? (uint8_t)(block[i] ^ (some(4) == 0)) : (uint8_t)some(256);
        }
    }
}

/* Every change, in order, covers exactly the bytes that differ: begins and ends at one, leaves none out, is whole or within the window. */
static void changes_are_the_bytes_that_differ(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        size_t n = some_length(), odd = some(20), odder = some(20);
        uint8_t *mine = new_block(n, odd), *twin = new_block(n, odder);
        for (size_t i = 0; i < n; i++) {
            mine[i] = twin[i] = (uint8_t)some(256);
        }
        if (some(10)) {
            edit(mine, n);
        }
        size_t from = some(3) ? 0 : some(n + 1), at = from;
        pfpy_change change;
        while (pfpy_next_change(mine, twin, at, n, &change)) {
            assert_true(change.begin >= at && change.end > change.begin && change.end <= n);
            for (size_t i = at; i < change.begin; i++) {
                assert_int_equal(mine[i], twin[i]);
            }
            bool whole = true;
            for (size_t i = change.begin; i < change.end; i++) {
                whole = whole && mine[i] != twin[i];
            }
            assert_int_equal(change.whole, whole);
            assert_true(whole || change.end - change.begin <= PFPY_CHANGE_WINDOW);
            assert_true(mine[change.begin] != twin[change.begin] && mine[change.end - 1] != twin[change.end - 1]);
            at = change.end;
        }
        for (size_t i = at; i < n; i++) {
            assert_int_equal(mine[i], twin[i]);
        }
        free_block(mine, odd);
        free_block(twin, odder);
    }
}

/* Neighbours of a byte that differs must not seem to differ: the trick of first_equal for every pair of values. */
static void every_pair_of_neighbours(void **unused)
{
    (void)unused;
    for (int first = 0; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            uint8_t mine[16] = {0}, twin[16] = {0};
            mine[3] = (uint8_t)first;
            mine[4] = (uint8_t)second;
            pfpy_change change = {0, 0, false};
            bool found = pfpy_next_change(mine, twin, 0, 16, &change);
            assert_int_equal(found, first != 0 || second != 0);
            if (found) {
                assert_int_equal(change.begin, first != 0 ? 3 : 4);
                assert_int_equal(change.end, second != 0 ? 5 : 4);
                assert_true(change.whole);
            }
        }
    }
}

static void changes_of_others_are_taken(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        size_t n = some_length(), odd = some(20);
        uint8_t *mine = new_block(n, odd), *twin = new_block(n, some(1)), *theirs = new_block(n, 0), *expected = new_block(n, 0);
        for (size_t i = 0; i < n; i++) {
            mine[i] = twin[i] = theirs[i] = (uint8_t)some(256);
        }
        edit(mine, n);
        edit(theirs, n);
        for (size_t i = 0; i < n; i++) {
            expected[i] = mine[i] != twin[i] ? mine[i] : theirs[i];
        }
        pfpy_take_changes(mine, twin, theirs, n);
        assert_memory_equal(mine, expected, n);
        assert_memory_equal(twin, theirs, n);
        free_block(mine, odd);
        free(twin);
        free(theirs);
        free(expected);
    }
}

/* Several copies of one memory, each written by its owner, bytes that are its own and bytes that are whose turn it is, told and taken at
 * any time: no write is lost, no byte appears that nobody wrote. */
static void copies_of_one_memory(void **unused)
{
    (void)unused;
    enum { COPIES = 3, BYTES = 700 };
    static uint8_t memory[BYTES], mine[COPIES][BYTES], twin[COPIES][BYTES], written[BYTES];
    static int owner[BYTES]; /* who may write it now; changes hands only once it was told and taken */
    for (int i = 0; i < BYTES; i++) {
        memory[i] = written[i] = (uint8_t)some(256);
        owner[i] = (int)some(COPIES);
    }
    for (int copy = 0; copy < COPIES; copy++) {
        memcpy(mine[copy], memory, BYTES);
        memcpy(twin[copy], memory, BYTES);
    }
    for (int round = 0; round < 100000; round++) {
        int copy = (int)some(COPIES);
        size_t act = some(4);
        if (act == 0) { /* tell: only the bytes that differ reach the memory */
            pfpy_change change = {0, 0, false};
            while (pfpy_next_change(mine[copy], twin[copy], change.end, BYTES, &change)) {
                for (size_t i = change.begin; i < change.end; i++) {
                    memory[i] = mine[copy][i] != twin[copy][i] ? mine[copy][i] : memory[i];
                    twin[copy][i] = mine[copy][i] != twin[copy][i] ? mine[copy][i] : twin[copy][i];
                }
            }
            for (int i = 0; i < BYTES; i++) {
                if (owner[i] == copy) {
                    assert_int_equal(memory[i], written[i]);
                }
            }
        } else if (act == 1) { /* take */
            pfpy_take_changes(mine[copy], twin[copy], memory, BYTES);
            for (int i = 0; i < BYTES; i++) {
                if (owner[i] == copy) {
                    assert_int_equal(mine[copy][i], written[i]);
                }
            }
        } else if (act == 2) {
            for (size_t k = some(40); k > 0; k--) {
                size_t i = some(BYTES);
                if (owner[i] == copy) {
                    mine[copy][i] = written[i] = (uint8_t)some(256);
                }
            }
        } else { /* the next owner of what is the same everywhere */
            size_t i = some(BYTES);
            bool settled = true;
            for (int each = 0; each < COPIES; each++) {
                settled = settled && mine[each][i] == memory[i] && twin[each][i] == memory[i];
            }
            owner[i] = settled && memory[i] == written[i] ? (int)some(COPIES) : owner[i];
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_the_bytes_that_differ),
        cmocka_unit_test(every_pair_of_neighbours),
        cmocka_unit_test(changes_of_others_are_taken),
        cmocka_unit_test(copies_of_one_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
