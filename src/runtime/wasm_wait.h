/* wasm_wait.h: waiting and waking on WebAssembly with shared memory, for the builds that have it. */
#ifndef PF_WASM_WAIT_H
#define PF_WASM_WAIT_H

#include <stdint.h>

static inline void pf_wasm_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    int64_t nanoseconds = seconds < 0 ? -1 : (int64_t)(seconds * 1e9);
    __builtin_wasm_memory_atomic_wait32((int *)word, (int)expected, nanoseconds);
}

static inline void pf_wasm_wake(_Atomic uint32_t *word, int count)
{
    __builtin_wasm_memory_atomic_notify((int *)word, (unsigned)count);
}

#endif
