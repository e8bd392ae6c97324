/* table.c: all kernels, ordered by name. A kernel's place is its number, so that the page and the extension, built
 * from one source, agree on it.
 */
#include "kernels/table.h"

#include <string.h>

static const pf_kernel kernels[] = {
#define KERNEL(name, summary) {#name, summary, pf_run_##name},
#include "kernels/list.h"
#undef KERNEL
};

size_t pf_type_size(pf_type type)
{
    switch (type) {
    case PF_INT64:
    case PF_DOUBLE:
        return 8;
    case PF_INT32:
    case PF_FLOAT:
        return 4;
    case PF_BYTES:
        return 1;
    case PF_SLICES:
        return sizeof(pf_slice);
    default:
        return 0;
    }
}

const pf_kernel *pf_kernels(size_t *count)
{
    *count = sizeof kernels / sizeof kernels[0];
    return kernels;
}

int pf_kernel_find(const char *name)
{
    size_t count;
    const pf_kernel *all = pf_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}
