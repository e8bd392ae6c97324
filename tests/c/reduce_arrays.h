/* reduce_arrays.h: arrays of every type that is reduced, sizes at which chunks end, and pools of every size. */
#ifndef PF_TEST_REDUCE_ARRAYS_H
#define PF_TEST_REDUCE_ARRAYS_H

#include "test.h"

#include "kernels/reduce/reduce.h"

#include <math.h>
#include <stdlib.h>

#define CHUNK PF_REDUCE_CHUNK
#define MOST (8 * CHUNK + 5)

static const size_t sizes[] = {0,         1,     2,         3,         7,         8,         9,   15,
                               16,        17,    63,        64,        65,        4111,      CHUNK - 1, CHUNK,
                               CHUNK + 1, 3 * CHUNK + 2, 4 * CHUNK - 1, 4 * CHUNK, 4 * CHUNK + 1, MOST};
#define SIZES (sizeof sizes / sizeof sizes[0])

typedef struct arrays {
    int64_t *int64;
    int32_t *int32;
    uint8_t *bytes;
    double *doubles;
    float *floats;
    pf_pool *pools[THREAD_COUNTS];
} arrays;

static inline int make_arrays(void **state)
{
    arrays *made = malloc(sizeof *made);
    made->int64 = malloc((MOST + 1) * sizeof(int64_t));
    made->int32 = malloc((MOST + 1) * sizeof(int32_t));
    made->bytes = malloc(MOST + 1);
    made->doubles = malloc((MOST + 1) * sizeof(double));
    made->floats = malloc((MOST + 1) * sizeof(float));
    uint64_t random = 5;
    for (size_t i = 0; i <= MOST; i++) {
        double mantissa = (double)(next_random(&random) >> 11) / 9007199254740992.0 - 0.5;
        made->doubles[i] = ldexp(mantissa, (int)(next_random(&random) % 61) - 30);
        made->floats[i] = (float)made->doubles[i];
        made->int64[i] = (int64_t)next_random(&random);
        made->int32[i] = (int32_t)next_random(&random);
        made->bytes[i] = (uint8_t)next_random(&random);
    }
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        made->pools[t] = make_pool(thread_counts[t]);
    }
    *state = made;
    return 0;
}

static inline int free_arrays(void **state)
{
    arrays *made = *state;
    free(made->int64);
    free(made->int32);
    free(made->bytes);
    free(made->doubles);
    free(made->floats);
    for (size_t t = 0; t < THREAD_COUNTS; t++) {
        pf_pool_destroy(made->pools[t]);
    }
    free(made);
    return 0;
}

#endif
