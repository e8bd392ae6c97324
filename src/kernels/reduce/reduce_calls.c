/* reduce_calls.c: sums, extremes and means as photofinish.h promises them: fixed chunks on any number of threads, each
 * leaving one result, combined in the order of the chunks.
 *
 * One driver serves all types: a step reduces a chunk of typed values, a fold combines what the chunks left, as exact
 * whole numbers or as doubles. TYPE() at the end writes the typed functions.
 */
#include "kernels/reduce/reduce.h"

typedef union reduced {
    pf_int128 whole;
    double real;
} reduced;

typedef void (*step_function)(const void *array, size_t begin, size_t end, reduced *result);
typedef void (*fold_function)(reduced *total, const reduced *results, size_t chunks);

typedef struct reduction {
    /* immutable while the loop runs */
    const void *values;
    step_function step;

    reduced *results; /* one a chunk, written by whoever runs it */
} reduction;

#define FEW 16 /* chunks whose results fit the stack */

static pf_status reduce_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const reduction *shared = context;
    shared->step(shared->values, begin, end, &shared->results[chunk]);
    return PF_OK;
}

static pf_status reduce(const pf_call *call, const void *values, size_t n, size_t chunk_size, step_function step,
                        fold_function fold, reduced *total)
{
    reduced few[FEW];
    reduction shared = {.values = values, .step = step, .results = few};
    size_t chunks = n / chunk_size + (n % chunk_size != 0);
    pf_arena *arena = NULL;
    pf_status status = PF_OK;
    if (chunks > FEW) {
        void *memory;
        status = pf_arena_create(0, &arena);
        if (status == PF_OK) {
            status = pf_arena_alloc(arena, chunks * sizeof(reduced), &memory);
        }
        if (status == PF_OK) {
            shared.results = memory;
        }
    }
    if (status == PF_OK) {
        status = pf_parallel_for(call, n, chunk_size, reduce_chunk, &shared);
    }
    if (status == PF_OK) {
        fold(total, shared.results, chunks);
    }
    pf_arena_destroy(arena);
    return status;
}

/* ------------------------------------------------------------------------------------------------ folds */

static void add_whole(reduced *total, const reduced *results, size_t chunks)
{
    total->whole = 0;
    for (size_t i = 0; i < chunks; i++) {
        total->whole += results[i].whole;
    }
}

static void add_real(reduced *total, const reduced *results, size_t chunks)
{
    total->real = 0.0;
    for (size_t i = 0; i < chunks; i++) {
        total->real += results[i].real;
    }
}

static void least_whole(reduced *total, const reduced *results, size_t chunks)
{
    *total = results[0];
    for (size_t i = 1; i < chunks; i++) {
        total->whole = results[i].whole < total->whole ? results[i].whole : total->whole;
    }
}

static void most_whole(reduced *total, const reduced *results, size_t chunks)
{
    *total = results[0];
    for (size_t i = 1; i < chunks; i++) {
        total->whole = results[i].whole > total->whole ? results[i].whole : total->whole;
    }
}

/* Of the chunks' results all are NaN or none is: each chunk started from the first element of the array. */
static void least_real(reduced *total, const reduced *results, size_t chunks)
{
    *total = results[0];
    for (size_t i = 1; i < chunks; i++) {
        total->real = results[i].real < total->real ? results[i].real : total->real;
    }
}

static void most_real(reduced *total, const reduced *results, size_t chunks)
{
    *total = results[0];
    for (size_t i = 1; i < chunks; i++) {
        total->real = results[i].real > total->real ? results[i].real : total->real;
    }
}

/* ------------------------------------------------------------------------------------------------ results */

static pf_status take_whole(const reduced *total, int64_t *result)
{
    if (total->whole < INT64_MIN || total->whole > INT64_MAX) {
        return PF_OVERFLOW;
    }
    *result = (int64_t)total->whole;
    return PF_OK;
}

static pf_status take_real(const reduced *total, double *result)
{
    *result = total->real;
    return PF_OK;
}

static double mean_whole(const reduced *total, size_t n)
{
    return pf_quotient(total->whole, n);
}

static double mean_real(const reduced *total, size_t n)
{
    return total->real / (double)n;
}

/* Long division, bit by bit: the library's 128-bit division is not part of the page's side module, and one call wants one. */
double pf_quotient(pf_int128 sum, size_t n)
{
    __extension__ typedef unsigned __int128 natural;
    natural rest = sum < 0 ? (natural)0 - (natural)sum : (natural)sum;
    natural divisor = (natural)n << 64; /* rest < divisor, since rest <= n * 2^63 */
    uint64_t quotient = 0;
    int exponent = 64; /* rest / n = (quotient + rest / divisor) * 2^exponent */
    if (rest == 0) {
        return 0.0;
    }
    /* As long as it has no leading bit yet, a step costs nothing but the exponent. 62 bits are 9 more than a double holds. */
    while (quotient < (uint64_t)1 << 62) {
        rest <<= 1;
        quotient <<= 1;
        exponent--;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    quotient |= rest != 0; /* what is below the last bit decides halves */
    double scale = 1.0;
    for (; exponent < 0; exponent++) {
        scale *= 0.5;
    }
    for (; exponent > 0; exponent--) {
        scale *= 2.0;
    }
    double mean = (double)quotient * scale;
    return sum < 0 ? -mean : mean;
}

/* ------------------------------------------------------------------------------------------------ typed functions */

#define BYTES_CHUNK (8 * PF_REDUCE_CHUNK) /* exact, so that its size cannot be told from the result */

/* family: whole or real; result: int64_t or double; form: which of the forms in reduce.h. */
#define TYPE(name, type, family, result_type, form, chunk)                                                             \
    static void sum_##name(const void *array, size_t begin, size_t end, reduced *result)                               \
    {                                                                                                                  \
        result->family = pf_sum_##name##_##form((const type *)array + begin, end - begin);                             \
    }                                                                                                                  \
    static void min_##name(const void *array, size_t begin, size_t end, reduced *result)                               \
    {                                                                                                                  \
        const type *values = array;                                                                                    \
        result->family = pf_min_##name##_##form(values[0], values + begin, end - begin);                               \
    }                                                                                                                  \
    static void max_##name(const void *array, size_t begin, size_t end, reduced *result)                               \
    {                                                                                                                  \
        const type *values = array;                                                                                    \
        result->family = pf_max_##name##_##form(values[0], values + begin, end - begin);                               \
    }                                                                                                                  \
    pf_status pf_sum_##name(const pf_call *call, const type *values, size_t n, result_type *sum)                       \
    {                                                                                                                  \
        reduced total;                                                                                                 \
        pf_status status = reduce(call, values, n, chunk, sum_##name, add_##family, &total);                           \
        return status == PF_OK ? take_##family(&total, sum) : status;                                                  \
    }                                                                                                                  \
    pf_status pf_min_##name(const pf_call *call, const type *values, size_t n, result_type *smallest)                  \
    {                                                                                                                  \
        reduced total;                                                                                                 \
        pf_status status = n ? reduce(call, values, n, chunk, min_##name, least_##family, &total) : PF_EMPTY;          \
        return status == PF_OK ? take_##family(&total, smallest) : status;                                             \
    }                                                                                                                  \
    pf_status pf_max_##name(const pf_call *call, const type *values, size_t n, result_type *largest)                   \
    {                                                                                                                  \
        reduced total;                                                                                                 \
        pf_status status = n ? reduce(call, values, n, chunk, max_##name, most_##family, &total) : PF_EMPTY;           \
        return status == PF_OK ? take_##family(&total, largest) : status;                                              \
    }                                                                                                                  \
    pf_status pf_mean_##name(const pf_call *call, const type *values, size_t n, double *mean)                          \
    {                                                                                                                  \
        reduced total;                                                                                                 \
        pf_status status = n ? reduce(call, values, n, chunk, sum_##name, add_##family, &total) : PF_EMPTY;            \
        if (status == PF_OK) {                                                                                         \
            *mean = mean_##family(&total, n);                                                                          \
        }                                                                                                              \
        return status;                                                                                                 \
    }

TYPE(int64, int64_t, whole, int64_t, simd, PF_REDUCE_CHUNK)
TYPE(int32, int32_t, whole, int64_t, any, PF_REDUCE_CHUNK)
TYPE(bytes, uint8_t, whole, int64_t, any, BYTES_CHUNK)
TYPE(double, double, real, double, simd, PF_REDUCE_CHUNK)
TYPE(float, float, real, double, simd, PF_REDUCE_CHUNK)
