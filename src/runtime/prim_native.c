/* prim_native.c: the platform on Linux (futex) and other POSIX systems such as macOS (one mutex and condition for all
 * words). -DPF_PRIM_PORTABLE chooses the second way on Linux too, so that it can be tested there.
 */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity, syscall, madvise */
#endif

#include "runtime/prim.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

double pf_prim_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int pf_prim_cores(void)
{
#if defined(__linux__)
    /* A container or taskset may allow fewer than are online. */
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0) {
        return CPU_COUNT(&allowed);
    }
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

uint64_t pf_prim_heap_bytes(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return 0;
    }
#if defined(__APPLE__)
    return (uint64_t)usage.ru_maxrss; /* bytes there, KiB elsewhere */
#else
    return (uint64_t)usage.ru_maxrss * 1024;
#endif
}

#define HUGE_PAGE ((size_t)2 << 20)

void *pf_prim_alloc(size_t bytes)
{
#if defined(MADV_HUGEPAGE)
    if (bytes >= 2 * HUGE_PAGE) {
        void *memory;
        if (posix_memalign(&memory, HUGE_PAGE, bytes) != 0) {
            return NULL;
        }
        madvise(memory, bytes, MADV_HUGEPAGE); /* advice: small pages do as well */
        return memory;
    }
#endif
    return malloc(bytes);
}

void pf_prim_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static struct timespec timespec_of(double seconds)
{
    struct timespec span;
    span.tv_sec = (time_t)seconds;
    span.tv_nsec = (long)((seconds - (double)span.tv_sec) * 1e9);
    return span;
}

void pf_prim_sleep(double seconds)
{
    struct timespec span = timespec_of(seconds);
    nanosleep(&span, NULL);
}

#if defined(__linux__) && !defined(PF_PRIM_PORTABLE)

#include <linux/futex.h>
#include <sys/syscall.h>

void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    struct timespec span = timespec_of(seconds < 0 ? 0 : seconds);
    syscall(SYS_futex, (void *)word, FUTEX_WAIT_PRIVATE, expected, seconds < 0 ? NULL : &span, NULL, 0);
}

void pf_prim_wake(_Atomic uint32_t *word, int count)
{
    syscall(SYS_futex, (void *)word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

#else

#include <pthread.h>

/* Sleepers on all words share one condition: a wake-up wakes too many, which prim.h allows. The lock makes
 * comparing and falling asleep one step. */
static pthread_mutex_t wait_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken = PTHREAD_COND_INITIALIZER;

void pf_prim_wait(_Atomic uint32_t *word, uint32_t expected, double seconds)
{
    struct timespec until;
    if (seconds >= 0) {
        struct timespec span = timespec_of(seconds);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += span.tv_sec + (until.tv_nsec + span.tv_nsec) / 1000000000L;
        until.tv_nsec = (until.tv_nsec + span.tv_nsec) % 1000000000L;
    }
    pthread_mutex_lock(&wait_lock);
    if (*word == expected) {
        if (seconds < 0) {
            pthread_cond_wait(&woken, &wait_lock);
        } else {
            pthread_cond_timedwait(&woken, &wait_lock, &until);
        }
    }
    pthread_mutex_unlock(&wait_lock);
}

void pf_prim_wake(_Atomic uint32_t *word, int count)
{
    (void)word;
    (void)count;
    pthread_mutex_lock(&wait_lock);
    pthread_cond_broadcast(&woken);
    pthread_mutex_unlock(&wait_lock);
}

#endif
