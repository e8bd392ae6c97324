/* pool_none.c: linked in place of pool.c where there are no threads: no pool can be made, so every call runs alone. */
#include "runtime/loop.h"

pf_status pf_pool_create(int threads, pf_pool **pool)
{
    (void)pool;
    return threads < 1 || threads > PF_POOL_LIMIT ? PF_BAD_ARGUMENT : PF_NO_THREADS;
}

void pf_pool_destroy(pf_pool *pool)
{
    (void)pool;
}

int pf_pool_size(const pf_pool *pool)
{
    (void)pool;
    return 1;
}

void pf_pool_run(pf_pool *pool, int threads, pf_loop *loop)
{
    (void)pool;
    (void)threads;
    pf_loop_work(loop, true);
}
