/* tiny_tasks.c: many tasks of known, tiny arithmetic, so that what the pool costs can be seen beside what they cost. */
#include "kernels/table.h"
#include "runtime/loop.h"

#include <stdatomic.h>

/* Some 100 us of steps before the cancel flag is looked at. */
#define STEPS_PER_LOOK 65536

typedef struct state {
    uint32_t work;             /* immutable: steps a task */
    _Atomic uint64_t checksum; /* any thread: integers add to the same sum in every order */
} state;

/* Each step needs the one before it: neither vectors nor the compiler can skip any (Knuth's MMIX generator). */
static inline uint64_t task(uint64_t seed, uint32_t work)
{
    uint64_t x = seed;
    for (uint32_t step = 0; step < work; step++) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    }
    return x >> 33;
}

static pf_status tasks_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    state *shared = context;
    uint64_t checksum = 0;
    uint32_t since_look = 0;
    for (size_t i = begin; i < end; i++) {
        checksum += task(i, shared->work);
        since_look += shared->work + 1;
        if (since_look >= STEPS_PER_LOOK) {
            since_look = 0;
            if (pf_cancelled()) {
                return PF_CANCELLED;
            }
        }
    }
    atomic_fetch_add_explicit(&shared->checksum, checksum, memory_order_relaxed);
    return PF_OK;
}

pf_status pf_tiny_tasks(const pf_call *call, size_t count, size_t chunk_size, uint32_t work, int64_t *checksum)
{
    if (count > PF_TINY_TASKS_LIMIT || work > PF_TINY_WORK_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    state shared = {.work = work};
    pf_status status = pf_parallel_for(call, count, chunk_size, tasks_chunk, &shared);
    if (status == PF_OK) {
        *checksum = (int64_t)atomic_load(&shared.checksum);
    }
    return status;
}

pf_status pf_run_tiny_tasks(const pf_call *call, pf_job *job)
{
    int64_t count = job->integers[0];
    int64_t chunk_size = job->integers[1];
    int64_t work = job->integers[2];
    if (count < 0 || count > PF_TINY_TASKS_LIMIT || chunk_size < 1 || work < 0 || work > PF_TINY_WORK_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    size_t chunk = chunk_size > PF_TINY_TASKS_LIMIT ? PF_TINY_TASKS_LIMIT : (size_t)chunk_size;
    return pf_tiny_tasks(call, (size_t)count, chunk, (uint32_t)work, &job->integers[0]);
}
