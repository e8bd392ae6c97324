/* kernel.c: the native build of src/ipc for processes of the operating system, on memory that they share (world.py): the platform with a
 * futex that works between processes, and the two functions that copy. Linux.
 */
#define _GNU_SOURCE

#include "runtime/prim.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

double pf_prim_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void pf_prim_pause(void) {}

void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    struct timespec span = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    syscall(SYS_futex, (void *)word, FUTEX_WAIT, expected, seconds < 0 ? NULL : &span, NULL, 0);
}

void pf_prim_wake(_Atomic uint32_t *word, int count)
{
    syscall(SYS_futex, (void *)word, FUTEX_WAKE, count, NULL, NULL, 0);
}

void world_copy_in(uintptr_t to, const void *from, uint32_t bytes)
{
    memcpy((void *)to, from, bytes);
}

void world_copy_out(void *to, uintptr_t from, uint32_t bytes)
{
    memcpy(to, (const void *)from, bytes);
}
