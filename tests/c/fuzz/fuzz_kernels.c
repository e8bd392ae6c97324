/* make fuzz SECONDS=60
 *
 * libFuzzer's entry: any kernel, any job (fuzz_job.h).
 */
#include "fuzz/fuzz_job.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = pf_fuzz_one(data, size);
    if (wrong) {
        fprintf(stderr, "%s: %s\n", pf_fuzz_kernel(data, size), wrong);
        abort();
    }
    return 0;
}
