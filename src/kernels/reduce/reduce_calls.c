/* reduce_calls.c: the reductions as photofinish.h promises them: fixed chunks on any number of threads, each leaving
 * one result, combined in the order of the chunks.
 */
#include "kernels/reduce/reduce.h"
#include "kernels/table.h"

typedef int64_t (*integer_step)(int64_t best, const int64_t *values, size_t n);
typedef double (*double_step)(double best, const double *values, size_t n);

typedef struct reduction {
    /* immutable while the loop runs */
    const void *values;
    integer_step integer_step;
    double_step double_step;

    /* one result a chunk, written by whoever runs it: pf_int128, int64_t or double */
    void *results;
    size_t chunks;
} reduction;

/* Leaves the result of every chunk in memory of a new arena, which the caller destroys, also after a failure. */
static pf_status reduce(const pf_call *call, size_t n, pf_chunk_function work, reduction *shared, size_t result_bytes,
                        pf_arena **arena)
{
    *arena = NULL;
    shared->chunks = n / PF_REDUCE_CHUNK + (n % PF_REDUCE_CHUNK != 0);
    pf_status status = pf_arena_create(0, arena);
    if (status == PF_OK) {
        status = pf_arena_alloc(*arena, shared->chunks * result_bytes, &shared->results);
    }
    if (status == PF_OK) {
        status = pf_parallel_for(call, n, PF_REDUCE_CHUNK, work, shared);
    }
    return status;
}

static pf_status sum_int64_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    reduction *shared = context;
    const int64_t *values = shared->values;
    ((pf_int128 *)shared->results)[chunk] = pf_sum_int64_simd(values + begin, end - begin);
    return PF_OK;
}

pf_status pf_sum_int64(const pf_call *call, const int64_t *values, size_t n, int64_t *sum)
{
    reduction shared = {.values = values};
    pf_arena *arena;
    pf_status status = reduce(call, n, sum_int64_chunk, &shared, sizeof(pf_int128), &arena);
    if (status == PF_OK) {
        const pf_int128 *results = shared.results;
        pf_int128 total = 0;
        for (size_t chunk = 0; chunk < shared.chunks; chunk++) {
            total += results[chunk];
        }
        if (total < INT64_MIN || total > INT64_MAX) {
            status = PF_OVERFLOW;
        } else {
            *sum = (int64_t)total;
        }
    }
    pf_arena_destroy(arena);
    return status;
}

static pf_status sum_double_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    reduction *shared = context;
    const double *values = shared->values;
    ((double *)shared->results)[chunk] = pf_sum_double_simd(values + begin, end - begin);
    return PF_OK;
}

pf_status pf_sum_double(const pf_call *call, const double *values, size_t n, double *sum)
{
    reduction shared = {.values = values};
    pf_arena *arena;
    pf_status status = reduce(call, n, sum_double_chunk, &shared, sizeof(double), &arena);
    if (status == PF_OK) {
        const double *results = shared.results;
        double total = 0.0;
        for (size_t chunk = 0; chunk < shared.chunks; chunk++) {
            total += results[chunk];
        }
        *sum = total;
    }
    pf_arena_destroy(arena);
    return status;
}

static pf_status step_int64_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    reduction *shared = context;
    const int64_t *values = shared->values;
    ((int64_t *)shared->results)[chunk] = shared->integer_step(values[0], values + begin, end - begin);
    return PF_OK;
}

/* `plain` combines the results of the chunks: they are an array whose extreme is wanted. */
static pf_status extreme_int64(const pf_call *call, const int64_t *values, size_t n, integer_step simd,
                               integer_step plain, int64_t *extreme)
{
    if (n == 0) {
        return PF_EMPTY;
    }
    reduction shared = {.values = values, .integer_step = simd};
    pf_arena *arena;
    pf_status status = reduce(call, n, step_int64_chunk, &shared, sizeof(int64_t), &arena);
    if (status == PF_OK) {
        *extreme = plain(values[0], shared.results, shared.chunks);
    }
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_min_int64(const pf_call *call, const int64_t *values, size_t n, int64_t *smallest)
{
    return extreme_int64(call, values, n, pf_min_int64_simd, pf_min_int64_plain, smallest);
}

pf_status pf_max_int64(const pf_call *call, const int64_t *values, size_t n, int64_t *largest)
{
    return extreme_int64(call, values, n, pf_max_int64_simd, pf_max_int64_plain, largest);
}

static pf_status step_double_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    reduction *shared = context;
    const double *values = shared->values;
    ((double *)shared->results)[chunk] = shared->double_step(values[0], values + begin, end - begin);
    return PF_OK;
}

static pf_status extreme_double(const pf_call *call, const double *values, size_t n, double_step simd,
                                double_step plain, double *extreme)
{
    if (n == 0) {
        return PF_EMPTY;
    }
    reduction shared = {.values = values, .double_step = simd};
    pf_arena *arena;
    pf_status status = reduce(call, n, step_double_chunk, &shared, sizeof(double), &arena);
    if (status == PF_OK) {
        *extreme = plain(values[0], shared.results, shared.chunks);
    }
    pf_arena_destroy(arena);
    return status;
}

pf_status pf_min_double(const pf_call *call, const double *values, size_t n, double *smallest)
{
    return extreme_double(call, values, n, pf_min_double_simd, pf_min_double_plain, smallest);
}

pf_status pf_max_double(const pf_call *call, const double *values, size_t n, double *largest)
{
    return extreme_double(call, values, n, pf_max_double_simd, pf_max_double_plain, largest);
}
