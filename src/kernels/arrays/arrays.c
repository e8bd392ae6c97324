/* arrays.c: sqrt and a * x + y over arrays of doubles, element by element.
 *
 * Two elements a vector, each loaded before its place is written, so that the output may be one of the inputs. Both forms of
 * a square root are correctly rounded, by IEEE 754; the product of axpy is rounded before the sum (-ffp-contract=off).
 */
#include "photofinish.h"

#include <stdatomic.h>
#include <string.h>

#define ARRAYS_CHUNK 16384 /* elements: about 10 us for axpy in cache, 50 us for roots */
#define BLOCK 256          /* elements looked at for negative ones before their roots are taken */

typedef double doubles __attribute__((vector_size(16)));
typedef int64_t integers __attribute__((vector_size(16)));

static inline doubles load(const double *from)
{
    doubles vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline void store(double *to, doubles vector)
{
    memcpy(to, &vector, sizeof vector);
}

/* ------------------------------------------------------------------------------------------------ sqrt */

typedef struct roots_state {
    /* immutable while the loop runs */
    const double *values;
    double *roots;

    _Atomic size_t first_negative; /* any thread: only ever lowered */
} roots_state;

static bool any_negative(const double *values, size_t n)
{
    const doubles zero = {0};
    integers negative = {0};
    size_t i = 0;
    for (; n - i >= 2; i += 2) {
        negative |= load(values + i) < zero;
    }
    bool last = i < n && values[i] < 0.0;
    return last || (negative[0] | negative[1]) != 0;
}

static void lower(_Atomic size_t *least, size_t index)
{
    size_t seen = atomic_load_explicit(least, memory_order_relaxed);
    while (index < seen &&
           !atomic_compare_exchange_weak_explicit(least, &seen, index, memory_order_relaxed, memory_order_relaxed)) {
    }
}

static void note_negative(roots_state *shared, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        if (shared->values[i] < 0.0) {
            lower(&shared->first_negative, i);
            return;
        }
    }
}

static pf_status roots_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    roots_state *shared = context;
    const double *values = shared->values;
    double *roots = shared->roots;
    while (begin < end) {
        size_t stop = end - begin < BLOCK ? end : begin + BLOCK;
        if (any_negative(values + begin, stop - begin)) {
            note_negative(shared, begin, stop);
        }
        size_t i = begin;
        for (; stop - i >= 2; i += 2) {
            doubles value = load(values + i);
            store(roots + i, (doubles){__builtin_sqrt(value[0]), __builtin_sqrt(value[1])});
        }
        if (i < stop) {
            roots[i] = __builtin_sqrt(values[i]);
        }
        begin = stop;
    }
    return PF_OK;
}

pf_status pf_sqrt_double(const pf_call *call, const double *values, size_t n, double *roots, size_t *first_negative)
{
    roots_state shared = {.values = values, .roots = roots, .first_negative = n};
    pf_status status = pf_parallel_for(call, n, ARRAYS_CHUNK, roots_chunk, &shared);
    *first_negative = atomic_load_explicit(&shared.first_negative, memory_order_relaxed);
    return status;
}

/* ------------------------------------------------------------------------------------------------ axpy */

typedef struct axpy_state {
    /* immutable while the loop runs */
    double a;
    const double *x;
    const double *y;
    double *result;
} axpy_state;

static pf_status axpy_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    const axpy_state *shared = context;
    const doubles a = {shared->a, shared->a};
    const double *x = shared->x;
    const double *y = shared->y;
    double *result = shared->result;
    size_t i = begin;
    for (; end - i >= 4; i += 4) {
        doubles first = a * load(x + i) + load(y + i);
        doubles second = a * load(x + i + 2) + load(y + i + 2);
        store(result + i, first);
        store(result + i + 2, second);
    }
    for (; i < end; i++) {
        result[i] = shared->a * x[i] + y[i];
    }
    return PF_OK;
}

pf_status pf_axpy_double(const pf_call *call, double a, const double *x, const double *y, size_t n, double *result)
{
    axpy_state shared = {.a = a, .x = x, .y = y, .result = result};
    return pf_parallel_for(call, n, ARRAYS_CHUNK, axpy_chunk, &shared);
}
