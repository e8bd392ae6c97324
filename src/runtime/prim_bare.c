/* prim_bare.c: the platform of a WebAssembly module without a runtime (ipc.wasm): waiting is two instructions, and the clock is
 * the only thing that it imports besides its memory.
 */
#include "runtime/prim.h"

#include "runtime/wasm_wait.h"

/* performance.now() / 1000, by whoever instantiates the module. Asked only by waits with a time limit. */
__attribute__((import_module("host"), import_name("now"))) double pf_host_now(void);

double pf_prim_now(void)
{
    return pf_host_now();
}

void pf_prim_pause(void)
{
    /* WebAssembly has no such instruction. */
}

void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    pf_wasm_wait(word, expected, seconds);
}

void pf_prim_wake(_Atomic uint32_t *word, int count)
{
    pf_wasm_wake(word, count);
}
