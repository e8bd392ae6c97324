/* shapes_numbers.c: reductions, arrays, sorting (shapes.h). */
#include "jobs/shapes.h"

#include <math.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------------ numbers */

SHAPE(values)
{
    pf_made_numbers(made, 0, type, n, type == PF_BYTES ? -255 : 1 << 30, source);
}

/* So that nothing ends early. */
SHAPE(zeros)
{
    UNUSED;
    void *data = pf_made_buffer(made, &made->job.inputs[0], type, n);
    if (data) {
        memset(data, 0, n * pf_type_size(type));
    }
}

SHAPE(ones)
{
    UNUSED;
    void *data = pf_made_buffer(made, &made->job.inputs[0], type, n);
    if (data) {
        memset(data, 1, n * pf_type_size(type)); /* true in every type */
    }
}

SHAPE(pairs)
{
    int64_t limit = type == PF_BYTES ? -255 : 1000; /* their products add up within every type */
    pf_made_numbers(made, 0, type, n, limit, source);
    pf_made_numbers(made, 1, type, n, limit, source);
}

SHAPE(sqrt)
{
    pf_made_numbers(made, 0, type, n, -1000000, source);
    pf_made_output(made, 0, type, n);
}

SHAPE(axpy)
{
    make_pairs(made, n, source, type);
    made->job.reals[0] = 1.5;
    pf_made_output(made, 0, type, n);
}

/* n elements in the product. */
SHAPE(matmul)
{
    size_t side = (size_t)sqrt((double)n);
    pf_made_numbers(made, 0, type, side * side, 100, source);
    pf_made_numbers(made, 1, type, side * side, 100, source);
    pf_made_output(made, 0, type, side * side);
    made->job.integers[0] = made->job.integers[1] = made->job.integers[2] = (int64_t)side;
}

/* ------------------------------------------------------------------------------------------------ sorting */

SHAPE(sort)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_output(made, 0, type, n);
}

SHAPE(argsort)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_output(made, 0, PF_INT64, n);
}

SHAPE(sort_by_key)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_output(made, 0, PF_INT64, n);
}

SHAPE(top)
{
    size_t k = n < 100 ? n / 2 : 100;
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_output(made, 0, type, k);
    made->job.integers[0] = (int64_t)k;
}


/* So many that a heap of them does not fit a chunk. */
SHAPE(top_half)
{
    make_top(made, n, source, type);
    pf_made_output(made, 0, type, n / 2);
    made->job.integers[0] = (int64_t)(n / 2);
}

void change_algorithm(pf_made *made)
{
    made->job.integers[0] = 1;
}

void change_top_algorithm(pf_made *made)
{
    made->job.integers[1] = 1;
}
