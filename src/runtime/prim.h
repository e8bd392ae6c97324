/* prim.h: everything the runtime asks of the platform.
 *
 * prim_native.c answers for Linux and other POSIX systems, prim_wasm.c for WebAssembly. Platform macros stay in those
 * two files. In a build without threads wait and wake do nothing: nothing in it gets there.
 */
#ifndef PF_PRIM_H
#define PF_PRIM_H

#include <stddef.h>
#include <stdint.h>

/* Seconds since some fixed moment; never steps back. */
double pf_prim_now(void);

/* Processor cores that this process may use; at least 1. */
int pf_prim_cores(void);

/* Bytes of memory that this program has made its own so far, which never shrinks: natively the most that was resident at
 * once, in WebAssembly the size of the memory. */
uint64_t pf_prim_heap_bytes(void);

/* Memory for one call, NULL where there is none; free() takes it back. What is in it is undefined. Natively large pieces lie on huge
 * pages where the system has them: to give back pages of 4 KiB takes 0.1 to 0.3 ms a MiB, so that a kernel which holds 400 MiB could
 * not return within 20 ms of being cancelled; and few searches in a large hash table would find their page in the TLB. */
void *pf_prim_alloc(size_t bytes);

/* Tells the processor that this thread spins. */
void pf_prim_pause(void);

/* Sleeps for about so long. May keep the core busy in a build without threads, where there is nothing to sleep on. */
void pf_prim_sleep(double seconds);

/* Sleeps while *word == expected, for at most `seconds` (negative: without limit). May also return for no reason:
 * test the condition again. The comparison and falling asleep are one step against pf_prim_wake on the same word. */
void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds);

/* Wakes up to `count` threads asleep on `word`. Change the word first. */
void pf_prim_wake(_Atomic uint32_t *word, int count);

#endif
