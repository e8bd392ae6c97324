/* fuzz_job.h: one fuzzed call of one kernel. */
#ifndef PF_FUZZ_JOB_H
#define PF_FUZZ_JOB_H

#include "jobs/jobs.h"

/* Makes a job from the bytes, runs it on one thread and on two and looks at what came out. The first byte chooses the kernel, the
 * next ones the size, values, and what is then spoiled: lengths, types, parameters, single elements. NULL where all is well,
 * else a sentence that says what is not. A crash is for the sanitizer to see. */
const char *pf_fuzz_one(const uint8_t *bytes, size_t length);

/* The name of the kernel that such bytes choose. */
const char *pf_fuzz_kernel(const uint8_t *bytes, size_t length);

/* fuzz_check.c: NULL, or what is wrong with a result, where that is cheap to say. */
const char *pf_fuzz_check(const char *kernel, const pf_job *before, const pf_job *after);

#endif
