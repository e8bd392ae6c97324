/* make test-c   (one program: build/tests/c/native/test_arena)
 *
 * The arena: aligned, zeroed, disjoint memory; requests that cannot be met leave it usable.
 */
#include "test.h"

#define PIECES 500

static void pieces_are_zeroed_aligned_and_apart(void **unused)
{
    (void)unused;
    static const size_t block_sizes[] = {0, 1, 100, 4096};
    for (size_t b = 0; b < sizeof block_sizes / sizeof block_sizes[0]; b++) {
        pf_arena *arena = NULL;
        assert_int_equal(pf_arena_create(block_sizes[b], &arena), PF_OK);
        unsigned char *pieces[PIECES];
        for (size_t i = 0; i < PIECES; i++) {
            void *memory = NULL;
            assert_int_equal(pf_arena_alloc(arena, i, &memory), PF_OK);
            assert_non_null(memory);
            assert_int_equal((uintptr_t)memory % 16, 0);
            pieces[i] = memory;
            for (size_t j = 0; j < i; j++) {
                assert_int_equal(pieces[i][j], 0);
            }
            memset(pieces[i], (int)(i % 255) + 1, i);
        }
        for (size_t i = 0; i < PIECES; i++) {
            for (size_t j = 0; j < i; j++) {
                assert_int_equal(pieces[i][j], i % 255 + 1);
            }
        }
        pf_arena_destroy(arena);
    }
}

static void impossible_request_leaves_it_usable(void **unused)
{
    (void)unused;
    pf_arena *arena = NULL;
    assert_int_equal(pf_arena_create(64, &arena), PF_OK);
    void *memory = NULL;
    assert_int_equal(pf_arena_alloc(arena, 8, &memory), PF_OK);
    assert_int_equal(pf_arena_alloc(arena, SIZE_MAX, &memory), PF_OUT_OF_MEMORY);
    assert_int_equal(pf_arena_alloc(arena, SIZE_MAX - 32, &memory), PF_OUT_OF_MEMORY);
    assert_int_equal(pf_arena_alloc(arena, 8, &memory), PF_OK);
    memset(memory, 1, 8);
    pf_arena_destroy(arena);
}

static void room_behind_a_large_piece_is_kept(void **unused)
{
    (void)unused;
    pf_arena *arena = NULL;
    assert_int_equal(pf_arena_create(64, &arena), PF_OK);
    void *first, *large, *second;
    assert_int_equal(pf_arena_alloc(arena, 16, &first), PF_OK);
    assert_int_equal(pf_arena_alloc(arena, 1000, &large), PF_OK);
    assert_int_equal(pf_arena_alloc(arena, 16, &second), PF_OK);
    assert_true((char *)second == (char *)first + 16);
    pf_arena_destroy(arena);
    pf_arena_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(impossible_request_leaves_it_usable),
        cmocka_unit_test(room_behind_a_large_piece_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
