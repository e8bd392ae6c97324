/* kernels.c: times any kernel on any size, for kernels.ts and cancel.ts: compiled natively, where it reads commands, and as WebAssembly, where
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
int bench_prepare_variant(int kernel, int variant, double n);
double bench_measure(int threads, double seconds);
double bench_empty(int threads, double seconds);
double bench_cancel(int threads, double at);

int bench_start(int threads)
{
    return (int)pf_pool_create(threads, &pool);
}

/* 0; 1 without a recipe, 2 without memory. The job before it is gone. Variant 0 is the usual job. */
int bench_prepare_variant(int kernel, int variant, double n)
{
    size_t count;
    pf_made_free(&made);
    prepared = &pf_kernels(&count)[kernel];
    const pf_recipe *recipe = pf_recipe_of(prepared->name);
    for (; recipe && variant > 0; variant--) {
        recipe = pf_recipe_next(recipe);
    }
    if (!recipe) {
        return 1;
    }
    pf_source source = {pf_random_next, 1, NULL, 0};
    return pf_make_job(prepared->name, recipe, (size_t)n, &source, &made) ? 0 : 2;
}

int bench_prepare(int kernel, double n)
{
    return bench_prepare_variant(kernel, 0, n);
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

/* ------------------------------------------------------------------------------------------------ cancelling */

static bool is_late(void *context)
{
    return pf_prim_now() >= *(const double *)context;
}

/* Seconds that the prepared job goes on for after the poll could first have said yes, `at` seconds after the start: the time until
 * the poll is asked is part of it. -1 where the job was done before; below that, a status other than PF_CANCELLED, negated. */
double bench_cancel(int threads, double at)
{
    double due = pf_prim_now() + at;
    pf_cancel cancel = {.poll = is_late, .context = &due};
    pf_call call = {threads == 1 ? NULL : pool, threads, &cancel};
    pf_status status = run_job(&call);
    double late = pf_prim_now() - due;
    return status != PF_OK && status != PF_CANCELLED ? -1.0 - (double)status : late < 0 ? -1 : late;
}

/* ------------------------------------------------------------------------------------------------ native */

/* kernels: a line "name flags most" for each, flags -1 without a recipe, and an empty line. variants KERNEL: a line for each job of
 * it, and an empty one.
 * start THREADS | prepare KERNEL N | variant KERNEL VARIANT N | measure THREADS SECONDS | empty THREADS SECONDS | cancel THREADS AT:
 * one number. */
static void command(const char *line)
{
    int kernel, threads, variant;
    double n, seconds;
    size_t count;
    if (strncmp(line, "kernels", 7) == 0) {
        const pf_kernel *kernels = pf_kernels(&count);
        for (size_t i = 0; i < count; i++) {
            const pf_recipe *recipe = pf_recipe_of(kernels[i].name);
            printf("%s %d %zu\n", kernels[i].name, recipe ? (int)pf_recipe_flags(recipe) : -1, recipe ? pf_recipe_most(recipe) : 0);
        }
        printf("\n");
    } else if (sscanf(line, "variants %d", &kernel) == 1) {
        const pf_recipe *recipe = pf_recipe_of(pf_kernels(&count)[kernel].name);
        for (; recipe; recipe = pf_recipe_next(recipe)) {
            printf("%s\n", *pf_recipe_variant(recipe) ? pf_recipe_variant(recipe) : "usual");
        }
        printf("\n");
    } else if (sscanf(line, "start %d", &threads) == 1) {
        printf("%d\n", bench_start(threads));
    } else if (sscanf(line, "prepare %d %lf", &kernel, &n) == 2) {
        printf("%d\n", bench_prepare(kernel, n));
    } else if (sscanf(line, "variant %d %d %lf", &kernel, &variant, &n) == 3) {
        printf("%d\n", bench_prepare_variant(kernel, variant, n));
    } else if (sscanf(line, "cancel %d %lf", &threads, &seconds) == 2) {
        printf("%.9g\n", bench_cancel(threads, seconds));
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
