/* reduce_truth.c: any and all. A number is true unless it is zero; NaN is true and -0.0 is not, as in Python.
 *
 * A chunk that decides the answer says so to the others, which then return at once. Which chunk that is depends on the
 * threads; the answer does not. Inside a chunk blocks of BLOCK bytes are looked at, and the search stops at the end of the one
 * that decides.
 *
 * A true element has a bit set, apart from the sign of a real number: for any, vectors of whatever type are or-ed together
 * and masked once a block. For all, each element is compared with zero in its own type.
 */
#include "photofinish.h"

#include <stdatomic.h>
#include <string.h>

#define TRUTH_CHUNK (4 * PF_REDUCE_CHUNK)
#define BLOCK 512 /* bytes */

typedef uint64_t words __attribute__((vector_size(16)));

static inline words load(const unsigned char *from)
{
    words vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static bool any_bit(words vector, uint64_t mask)
{
    return ((vector[0] | vector[1]) & mask) != 0;
}

/* Whether a bit of `mask`, repeated every eight bytes, is set in n bytes. */
static bool find_bits(const unsigned char *bytes, size_t n, uint64_t mask)
{
    size_t i = 0;
    for (; n - i >= BLOCK; i += BLOCK) {
        words even = {0}, odd = {0};
        for (size_t j = i; j < i + BLOCK; j += 32) {
            even |= load(bytes + j);
            odd |= load(bytes + j + 16);
        }
        if (any_bit(even | odd, mask)) {
            return true;
        }
    }
    words rest = {0};
    for (; n - i >= 16; i += 16) {
        rest |= load(bytes + i);
    }
    words last = {0};
    memcpy(&last, bytes + i, n - i);
    return any_bit(rest | last, mask);
}

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

/* mask: the bits of eight bytes that make an element true. */
#define TYPE(name, type, mask)                                                                                         \
    typedef type name##_vector __attribute__((vector_size(16)));                                                       \
                                                                                                                       \
    static bool find_true_##name(const void *array, size_t begin, size_t end)                                          \
    {                                                                                                                  \
        return find_bits((const unsigned char *)((const type *)array + begin), (end - begin) * sizeof(type), mask);    \
    }                                                                                                                  \
    static bool find_false_##name(const void *array, size_t begin, size_t end)                                         \
    {                                                                                                                  \
        const type *values = array;                                                                                    \
        const size_t block = BLOCK / sizeof(type), step = 16 / sizeof(type);                                           \
        const name##_vector zero = {0};                                                                                \
        size_t i = begin;                                                                                              \
        for (; end - i >= block; i += block) {                                                                         \
            words zeros = {0};                                                                                         \
            for (size_t j = i; j < i + block; j += step) {                                                             \
                name##_vector vector;                                                                                  \
                memcpy(&vector, values + j, sizeof vector);                                                            \
                zeros |= (words)(vector == zero);                                                                      \
            }                                                                                                          \
            if (any_bit(zeros, UINT64_MAX)) {                                                                          \
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

TYPE(bytes, uint8_t, UINT64_MAX)
TYPE(double, double, UINT64_MAX >> 1)
TYPE(float, float, 0x7fffffff7fffffff)
TYPE(int32, int32_t, UINT64_MAX)
TYPE(int64, int64_t, UINT64_MAX)
