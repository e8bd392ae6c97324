/* reduce_dot_calls.c: dot products of whole arrays: chunks of PF_REDUCE_CHUNK, combined in order. */
#include "kernels/reduce/reduce.h"

typedef union product {
    pf_wide wide;
    double real;
} product;

typedef void (*step_function)(const void *left, const void *right, size_t begin, size_t end, product *result);

typedef struct state {
    /* immutable while the loop runs */
    const void *left;
    const void *right;
    step_function step;

    product *results; /* one a chunk, written by whoever runs it */
} state;

static pf_status dot_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const state *shared = context;
    shared->step(shared->left, shared->right, begin, end, &shared->results[chunk]);
    return PF_OK;
}

/* Moves what exceeds 32 bits of each limb to the next; the last takes all. */
static void carry(pf_wide *wide)
{
    for (int i = 0; i < 3; i++) {
        wide->limb[i + 1] += wide->limb[i] >> 32;
        wide->limb[i] &= UINT32_MAX;
    }
}

static pf_status add_wide(const product *results, size_t chunks, int64_t *dot)
{
    pf_wide total = {{0}};
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        for (int i = 0; i < 4; i++) {
            total.limb[i] += results[chunk].wide.limb[i];
        }
        carry(&total);
    }
    uint64_t low = (uint64_t)total.limb[0] | (uint64_t)total.limb[1] << 32;
    bool negative = low >> 63;
    if (total.limb[2] != (negative ? UINT32_MAX : 0) || total.limb[3] != (negative ? -1 : 0)) {
        return PF_OVERFLOW;
    }
    *dot = (int64_t)low;
    return PF_OK;
}

static pf_status add_real(const product *results, size_t chunks, double *dot)
{
    double total = 0.0;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        total += results[chunk].real;
    }
    *dot = total;
    return PF_OK;
}

static pf_status run(const pf_call *call, state *shared, size_t n, pf_arena **arena)
{
    void *memory;
    pf_status status = pf_arena_create(0, arena);
    if (status == PF_OK) {
        status = pf_arena_alloc(*arena, (n / PF_REDUCE_CHUNK + 1) * sizeof(product), &memory);
    }
    if (status == PF_OK) {
        shared->results = memory;
        status = pf_parallel_for(call, n, PF_REDUCE_CHUNK, dot_chunk, shared);
    }
    return status;
}

/* family: wide or real; form: which of the forms in reduce.h. */
#define TYPE(name, type, family, result_type, form)                                                                    \
    static void dot_##name(const void *left, const void *right, size_t begin, size_t end, product *result)             \
    {                                                                                                                  \
        result->family = pf_dot_##name##_##form((const type *)left + begin, (const type *)right + begin, end - begin); \
    }                                                                                                                  \
    pf_status pf_dot_##name(const pf_call *call, const type *left, const type *right, size_t n, result_type *dot)      \
    {                                                                                                                  \
        state shared = {.left = left, .right = right, .step = dot_##name};                                             \
        pf_arena *arena = NULL;                                                                                        \
        pf_status status = run(call, &shared, n, &arena);                                                              \
        if (status == PF_OK) {                                                                                         \
            status = add_##family(shared.results, n / PF_REDUCE_CHUNK + (n % PF_REDUCE_CHUNK != 0), dot);              \
        }                                                                                                              \
        pf_arena_destroy(arena);                                                                                       \
        return status;                                                                                                 \
    }

TYPE(bytes, uint8_t, wide, int64_t, any)
TYPE(double, double, real, double, simd)
TYPE(float, float, real, double, simd)
TYPE(int32, int32_t, wide, int64_t, any)
TYPE(int64, int64_t, wide, int64_t, any)
