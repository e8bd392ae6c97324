/* recipes.h: what recipes are made of. */
#ifndef PF_TEST_RECIPES_H
#define PF_TEST_RECIPES_H

#include "jobs/jobs.h"

/* `type`: the one that the kernel's name ends in; PF_INT64 where it names none. */
typedef void (*pf_make_function)(pf_made *made, size_t n, pf_source *source, pf_type type);

struct pf_recipe {
    const char *name; /* "sum" stands for sum_int64, sum_double and so on, unless one of those has a line of its own */
    const char *variant;
    pf_make_function make;
    void (*change)(pf_made *made); /* NULL, or what is done to the job afterwards */
    unsigned flags;
    size_t most;
};

/* The type that a name ends in. */
pf_type pf_type_named(const char *name);

/* Memory that pf_made_free frees; NULL, and made->failed, without memory. */
void *pf_made_block(pf_made *made, size_t bytes);
void *pf_made_buffer(pf_made *made, pf_buffer *buffer, pf_type type, size_t n);
void *pf_made_output(pf_made *made, int i, pf_type type, size_t n);
/* Input i: n numbers from -limit to limit, or 0 to -limit where limit is below 0; doubles and floats with a fraction. */
void *pf_made_numbers(pf_made *made, int i, pf_type type, size_t n, int64_t limit, pf_source *source);

/* Input i: n pieces of 0 to 15 units of `unit` bytes. */
void pf_made_slices(pf_made *made, int i, size_t n, size_t unit, pf_source *source);
size_t pf_slices_bytes(const pf_buffer *slices);

/* What the kernel called `name` leaves in integers[0]; 0 where it fails. For outputs whose length depends on the input. */
int64_t pf_run_for_number(const char *name, pf_job *job);

#endif
