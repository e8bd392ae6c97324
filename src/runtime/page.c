/* page.c: what the page calls in the kernel module: one static pool, kernels by number, one cancel word.
 *
 * Linked into the WebAssembly pthread module alone, which is instantiated in a Worker. One thread calls everything
 * here except pf_page_cancelled. The names stand sorted in page.exports.txt, which the linker reads.
 */
#include "photofinish.h"

#include <stdlib.h>

static pf_pool *pool;    /* owner: the module's calling thread; made once, lives as long as the module */
static pf_cancel cancel; /* raised: any thread, JavaScript too, through the shared memory; lowered by the page */

int pf_page_start(int threads)
{
    return pool ? PF_BAD_ARGUMENT : (int)pf_pool_create(threads, &pool);
}

int pf_page_threads(void)
{
    return pf_pool_size(pool);
}

/* Freed by pf_page_free. NULL: no memory. */
void *pf_page_alloc(size_t bytes)
{
    return malloc(bytes > 0 ? bytes : 1);
}

void pf_page_free(void *memory)
{
    free(memory);
}

int pf_page_run(int kernel, int threads, pf_job *job)
{
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    if (kernel < 0 || (size_t)kernel >= count) {
        return PF_BAD_ARGUMENT;
    }
    pf_call call = {pool, threads, &cancel};
    return (int)kernels[kernel].run(&call, job);
}

/* The address of the word to which the page stores 1 to cancel the kernel that runs. */
_Atomic uint32_t *pf_page_cancel_word(void)
{
    return &cancel.raised;
}

/* Called through the function table as the poll of a kernel that runs in another module, in Python's own memory. */
int pf_page_cancelled(void)
{
    return cancel.raised != 0;
}
