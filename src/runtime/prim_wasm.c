/* prim_wasm.c: the platform on WebAssembly. With pthreads: the kernel module of the page. Without: the extension inside
 * Pyodide, whose memory is not shared and which therefore has neither cores nor waiting.
 */
#include "runtime/prim.h"

#include <stdlib.h>
#include <time.h>

double pf_prim_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

uint64_t pf_prim_heap_bytes(void)
{
    return (uint64_t)__builtin_wasm_memory_size(0) * 65536;
}

void *pf_prim_alloc(size_t bytes)
{
    return malloc(bytes);
}

void pf_prim_pause(void)
{
    /* WebAssembly has no such instruction. */
}

#if defined(__EMSCRIPTEN_PTHREADS__)

#include "runtime/wasm_wait.h"

#include <emscripten/threading.h>

int pf_prim_cores(void)
{
    int cores = emscripten_num_logical_cores();
    return cores > 0 ? cores : 1;
}

/* Straight to the instruction: emscripten_futex_wait would cut the sleep into slices to serve calls proxied to the main
 * thread, and nothing here proxies. A page's own thread may not wait; the module lives in a Worker. */
void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    pf_wasm_wait(word, expected, seconds);
}

void pf_prim_sleep(double seconds)
{
    _Atomic uint32_t word = 0; /* nobody wakes it */
    pf_prim_wait(&word, 0, seconds);
}

void pf_prim_wake(_Atomic uint32_t *word, int count)
{
    pf_wasm_wake(word, count);
}

#else

int pf_prim_cores(void)
{
    return 1;
}

/* Whoever waits for another thread asks first whether there can be one. */
void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    (void)word, (void)expected, (void)seconds;
}

void pf_prim_wake(_Atomic uint32_t *word, int count)
{
    (void)word, (void)count;
}

/* Up to the interpreter, which offers nothing better than to look at the clock until then. */
void pf_prim_sleep(double seconds)
{
    struct timespec span = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&span, NULL);
}

#endif
