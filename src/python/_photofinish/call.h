/* call.h: runs a job: in this memory on the calling thread or the native pool, or in another memory on its pool.
 *
 * In the page this extension sees Python's memory alone; kernels on all cores live in a second WebAssembly module with a shared
 * memory of its own. Functions of that module, and one that copies between the two memories, stand in the function table that
 * both modules share; there a C function pointer is an index into the table. pfpy_connect is told the indices.
 */
#ifndef PF_PYTHON_CALL_H
#define PF_PYTHON_CALL_H

#include "extension.h"

/* Addresses in the shared memory are uint32_t; 0 is no address. */
typedef struct pfpy_remote {
    uint32_t (*alloc)(uint32_t bytes); /* 0: no memory */
    void (*free)(uint32_t address);
    int (*run)(int kernel, int threads, uint32_t job); /* a pf_status; threads 0: all of the pool */
    int (*cancelled)(void);                            /* asked by kernels that run here */
    void (*copy_in)(uint32_t to_shared, const void *from, uint32_t bytes);
    void (*copy_out)(void *to, uint32_t from_shared, uint32_t bytes);
    int threads; /* of its pool; 0: not connected */
} pfpy_remote;

/* From now on jobs for more than one thread run there. With threads 0 nothing is connected any more. */
void pfpy_connect(const pfpy_remote *remote);

/* Size of the pool that jobs would run on; 1 where there are no threads. Natively starts the pool. */
int pfpy_pool_size(void);

/* In a forked child: the pool's threads stayed in the parent, so that the child has to start its own. */
void pfpy_forget_pool(void);

/* Runs kernel number `kernel` on `job`. threads: a Python int, 1 or more, or 0 or None for all cores.
 * 0; or -1 with ValueError (more threads than the pool has, a bad argument), Unavailable (several threads where there are none),
 * OverflowError, MemoryError, KeyboardInterrupt (cancelled), or what a signal handler raised. PF_EMPTY and PF_OVERFLOW get
 * messages that name `what`, the kernel as Python knows it. */
int pfpy_run(PyObject *module, const char *what, int kernel, PyObject *threads, pf_job *job);

#endif
