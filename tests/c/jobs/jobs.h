/* jobs.h: a job for any kernel of any size, for benchmarks (tests/bench/kernels.c), for fuzzing (tests/c/fuzz) and for
 * tests of what holds for every kernel.
 *
 * A new kernel adds a recipe to recipes.c: the buffers that it wants for "size n". Without one, all these fail and name it.
 */
#ifndef PF_TEST_JOBS_H
#define PF_TEST_JOBS_H

#include "photofinish.h"

/* Where numbers come from: splitmix64 for the benchmark, a fuzzer's bytes for fuzzing. */
typedef struct pf_source {
    uint64_t (*next)(struct pf_source *source);
    uint64_t state;
    const uint8_t *bytes; /* fuzzing: what is left of the input */
    size_t length;
} pf_source;

uint64_t pf_random_next(pf_source *source);

enum {
    PF_JOB_COMPUTES = 1, /* arithmetic, not memory, takes the time: all cores should pay from n = 1e6 on */
    PF_JOB_ALONE = 2,    /* runs on one thread by its nature */
    PF_JOB_PAIR = 4,     /* needs two threads */
    PF_JOB_WAITS = 8     /* is about waiting: speed says nothing */
};

typedef struct pf_recipe pf_recipe;

/* A job with buffers that are exactly as long as they say, each an allocation of its own. */
#define PF_MADE_BLOCKS 8
typedef struct pf_made {
    pf_job job;
    void *blocks[PF_MADE_BLOCKS];
    int count;
    bool failed; /* no memory */
} pf_made;

/* The recipe for the usual job of the kernel called `name`, or NULL. */
const pf_recipe *pf_recipe_of(const char *name);
/* The kernel's next recipe: another algorithm, keys of another type, input that is hard in some way. NULL after the last. */
const pf_recipe *pf_recipe_next(const pf_recipe *recipe);
const char *pf_recipe_variant(const pf_recipe *recipe); /* "" of the usual one */
unsigned pf_recipe_flags(const pf_recipe *recipe);
size_t pf_recipe_most(const pf_recipe *recipe); /* the largest n whose call takes below a second or so */

/* Makes a job of the kernel called `name`; sizes of buffers follow from n. False without memory. Free with pf_made_free. */
bool pf_make_job(const char *name, const pf_recipe *recipe, size_t n, pf_source *source, pf_made *made);
void pf_made_free(pf_made *made);

#endif
