/* kernels.c: times any kernel on any size, for kernels.ts: compiled natively, where it reads commands, and as WebAssembly, where
 * its functions are called. Jobs come from tests/c/jobs.
 *
 *   build/bench/kernels/native      commands, one a line: see command()
 */
#include "jobs/jobs.h"
#include "runtime/prim.h"

#include <stdio.h>
#include <string.h>

#define BATCH_SECONDS 0.002 /* many ticks of a browser's clock */

static pf_pool *pool;        /* lives as long as the program */
static const pf_kernel *prepared;
static pf_made made;

int bench_start(int threads);
int bench_prepare(int kernel, double n);
double bench_measure(int threads, double seconds);
double bench_empty(int threads, double seconds);

int bench_start(int threads)
{
    return (int)pf_pool_create(threads, &pool);
}

/* 0; 1 without a recipe, 2 without memory. The job before it is gone. */
int bench_prepare(int kernel, double n)
{
    size_t count;
    pf_made_free(&made);
    prepared = &pf_kernels(&count)[kernel];
    if (!pf_recipe_of(prepared->name)) {
        return 1;
    }
    pf_source source = {pf_random_next, 1, NULL, 0};
    return pf_make_job(prepared->name, pf_recipe_of(prepared->name), (size_t)n, &source, &made) ? 0 : 2;
}

static pf_status run_job(const pf_call *call)
{
    pf_job job = made.job; /* results overwrite parameters */
    return prepared->run(call, &job);
}

static pf_status nothing(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)context, (void)chunk, (void)begin, (void)end;
    return PF_OK;
}

static pf_status run_empty(const pf_call *call)
{
    return pf_parallel_for(call, (size_t)pf_pool_size(call->pool), 1, nothing, NULL);
}

/* Seconds of a call: the fastest of as many batches as fit in `seconds`, at least one. Below 0: a status, negated. */
static double fastest(pf_status (*run)(const pf_call *call), int threads, double seconds)
{
    pf_call call = {threads == 1 ? NULL : pool, threads, NULL};
    double best = 1e30, until = pf_prim_now() + seconds;
    double calls = 1;
    for (int batch = 0; batch == 0 || pf_prim_now() < until; batch++) {
        double start = pf_prim_now();
        for (double i = 0; i < calls; i++) {
            pf_status status = run(&call);
            if (status != PF_OK) {
                return -(double)status;
            }
        }
        double took = pf_prim_now() - start;
        if (took < BATCH_SECONDS) {
            calls = took > BATCH_SECONDS / 16 ? calls * 1.5 * BATCH_SECONDS / took : calls * 8;
            batch = -1; /* too short to count */
            continue;
        }
        best = took / calls < best ? took / calls : best;
    }
    return best;
}

double bench_measure(int threads, double seconds)
{
    return fastest(run_job, threads, seconds);
}

double bench_empty(int threads, double seconds)
{
    return fastest(run_empty, threads, seconds);
}

/* ------------------------------------------------------------------------------------------------ native */

/* kernels: a line "name flags most" for each, flags -1 without a recipe, and an empty line.
 * start THREADS | prepare KERNEL N | measure THREADS SECONDS | empty THREADS SECONDS: one number. */
static void command(const char *line)
{
    int kernel, threads;
    double n, seconds;
    size_t count;
    if (strncmp(line, "kernels", 7) == 0) {
        const pf_kernel *kernels = pf_kernels(&count);
        for (size_t i = 0; i < count; i++) {
            const pf_recipe *recipe = pf_recipe_of(kernels[i].name);
            printf("%s %d %zu\n", kernels[i].name, recipe ? (int)pf_recipe_flags(recipe) : -1, recipe ? pf_recipe_most(recipe) : 0);
        }
        printf("\n");
    } else if (sscanf(line, "start %d", &threads) == 1) {
        printf("%d\n", bench_start(threads));
    } else if (sscanf(line, "prepare %d %lf", &kernel, &n) == 2) {
        printf("%d\n", bench_prepare(kernel, n));
    } else if (sscanf(line, "measure %d %lf", &threads, &seconds) == 2) {
        printf("%.9g\n", bench_measure(threads, seconds));
    } else if (sscanf(line, "empty %d %lf", &threads, &seconds) == 2) {
        printf("%.9g\n", bench_empty(threads, seconds));
    } else {
        printf("what?\n");
    }
    fflush(stdout);
}

int main(void)
{
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        command(line);
    }
    return 0;
}
