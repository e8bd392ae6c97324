/* reduce_truth.c: any and all. A number is true unless it is zero; NaN is true and -0.0 is not, as in Python.
 *
 * A chunk that decides the answer says so to the others, which then return at once. Which chunk that is depends on the
 * threads; the answer does not. Inside a chunk the elements are looked at a block at a time: blocks become vectors, and the
 * search stops at the end of the block that decides.
 */
#include "photofinish.h"

#include <stdatomic.h>

#define TRUTH_CHUNK (4 * PF_REDUCE_CHUNK)
#define BLOCK 64 /* elements; a multiple of what all vectors hold */

typedef bool (*find_function)(const void *array, size_t begin, size_t end);

typedef struct search {
    /* immutable while the loop runs */
    const void *values;
    find_function find;

    /* any thread, in either order: only ever set */
    _Atomic bool found;
} search;

static pf_status search_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    search *shared = context;
    if (!atomic_load_explicit(&shared->found, memory_order_relaxed) && shared->find(shared->values, begin, end)) {
        atomic_store_explicit(&shared->found, true, memory_order_relaxed);
    }
    return PF_OK;
}

static pf_status search_for(const pf_call *call, const void *values, size_t n, find_function find, bool *found)
{
    search shared = {.values = values, .find = find};
    pf_status status = pf_parallel_for(call, n, TRUTH_CHUNK, search_chunk, &shared);
    *found = atomic_load_explicit(&shared.found, memory_order_relaxed);
    return status;
}

/* bits: the unsigned type of the element's size; is_true: what of the bits makes a number true, also of several that are
 * or-ed together. Counting zeros in a type of the elements' size keeps vectors full; BLOCK fits the narrowest. */
#define TYPE(name, type, bits, is_true)                                                                                \
    static bool find_true_##name(const void *array, size_t begin, size_t end)                                          \
    {                                                                                                                  \
        const bits *values = array;                                                                                    \
        size_t i = begin;                                                                                              \
        for (; end - i >= BLOCK; i += BLOCK) {                                                                         \
            bits together = 0;                                                                                         \
            for (size_t j = i; j < i + BLOCK; j++) {                                                                   \
                together |= values[j];                                                                                 \
            }                                                                                                          \
            if (is_true(together)) {                                                                                   \
                return true;                                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        for (; i < end; i++) {                                                                                         \
            if (is_true(values[i])) {                                                                                  \
                return true;                                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        return false;                                                                                                  \
    }                                                                                                                  \
    static bool find_false_##name(const void *array, size_t begin, size_t end)                                         \
    {                                                                                                                  \
        const type *values = array;                                                                                    \
        size_t i = begin;                                                                                              \
        for (; end - i >= BLOCK; i += BLOCK) {                                                                         \
            bits zeros = 0;                                                                                            \
            for (size_t j = i; j < i + BLOCK; j++) {                                                                   \
                zeros = (bits)(zeros + (values[j] == 0));                                                              \
            }                                                                                                          \
            if (zeros) {                                                                                               \
                return true;                                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        for (; i < end; i++) {                                                                                         \
            if (values[i] == 0) {                                                                                      \
                return true;                                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        return false;                                                                                                  \
    }                                                                                                                  \
    pf_status pf_any_##name(const pf_call *call, const type *values, size_t n, bool *any)                              \
    {                                                                                                                  \
        return search_for(call, values, n, find_true_##name, any);                                                     \
    }                                                                                                                  \
    pf_status pf_all_##name(const pf_call *call, const type *values, size_t n, bool *all)                              \
    {                                                                                                                  \
        bool found;                                                                                                    \
        pf_status status = search_for(call, values, n, find_false_##name, &found);                                     \
        *all = !found;                                                                                                 \
        return status;                                                                                                 \
    }

/* Elements are read as their bits, whatever their type. */
typedef uint8_t __attribute__((may_alias)) bits8;
typedef uint32_t __attribute__((may_alias)) bits32;
typedef uint64_t __attribute__((may_alias)) bits64;

#define WHOLE(value) ((value) != 0)
#define REAL32(value) ((uint32_t)((value) << 1) != 0) /* all but the sign */
#define REAL64(value) ((uint64_t)((value) << 1) != 0)

TYPE(bytes, uint8_t, bits8, WHOLE)
TYPE(double, double, bits64, REAL64)
TYPE(float, float, bits32, REAL32)
TYPE(int32, int32_t, bits32, WHOLE)
TYPE(int64, int64_t, bits64, WHOLE)
