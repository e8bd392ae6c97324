/* shapes_threads.c: primes, and what threads themselves do (shapes.h). */
#include "jobs/shapes.h"

SHAPE(count_primes)
{
    UNUSED;
    made->job.integers[1] = (int64_t)n;
}

/* A prime that takes some n / 2 divisions. */
SHAPE(is_prime)
{
    UNUSED;
    uint64_t number = (uint64_t)n * n | 1;
    pf_job job = {.integers = {(int64_t)number}};
    while (number > 3 && pf_run_for_number("is_prime", &job) == 0) {
        number += 2;
        job.integers[0] = (int64_t)number;
    }
    made->job.integers[0] = (int64_t)number;
}

SHAPE(is_prime_int64)
{
    pf_made_numbers(made, 0, type, n, -1000000, source);
    pf_made_output(made, 0, PF_BYTES, n);
}

SHAPE(tiny_tasks)
{
    UNUSED;
    made->job.integers[0] = (int64_t)n;
    made->job.integers[1] = 1000;
    made->job.integers[2] = 10;
}

SHAPE(pass_messages)
{
    UNUSED;
    made->job.integers[0] = (int64_t)n;
    made->job.integers[1] = 8;
    made->job.integers[2] = 100;
}

SHAPE(round_trips)
{
    UNUSED;
    made->job.integers[0] = (int64_t)n;
    made->job.integers[1] = 100;
    pf_made_output(made, 0, PF_INT64, PF_LATENCY_BUCKETS);
}

SHAPE(wait)
{
    UNUSED;
    made->job.integers[0] = (int64_t)(n % 4);
    made->job.reals[0] = 0.001;
    pf_made_output(made, 0, PF_DOUBLE, 2 * (n % 4));
}
