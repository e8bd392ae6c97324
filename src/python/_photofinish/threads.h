/* threads.h: what the C half of Python threads in the page shares. The other half is web/engine/threads; the whole is drawn in its README.
 *
 * Every Python thread is a WebAssembly stack of its own that can be suspended. One runs at a time, and it changes only where the
 * running one blocks, ends, or (between two bytecodes) has used up its time slice. So nothing here needs atomics: between two
 * calls of pfpy_block nobody else runs.
 *
 * Whoever has to wait puts a pfpy_wait, which lies on its own stack, into the line of the object that it waits for, and blocks. Whoever
 * makes the object available wakes the first of the line, which looks again.
 */
#ifndef PF_PYTHON_THREADS_H
#define PF_PYTHON_THREADS_H

#include "extension.h"

#include <math.h>

typedef struct pfpy_wait pfpy_wait;
typedef struct pfpy_line {
    pfpy_wait *first, *last;
} pfpy_line;

/* Something of another process that ends a wait: an ipc_event and its id (ipc/ipc.h). */
typedef struct pfpy_watch {
    uint32_t event, id;
} pfpy_watch;

/* The scheduler reads the first two fields (web/engine/threads/scheduler.ts). */
struct pfpy_wait {
    uint32_t watch_count;
    const pfpy_watch *watches; /* on the waiting stack, or at least there until the wait is over */
    pfpy_wait *before, *next;
    pfpy_line *line;  /* NULL: not in any */
    PyObject *object; /* borrowed: what is waited for; NULL: for time to pass */
    bool in_vain;     /* was woken, and somebody else had been faster */
    bool granted;     /* got what it waits for from whoever gave it up, and has been taken out of the line */
};

void pfpy_line_up(pfpy_line *line, pfpy_wait *wait);
void pfpy_step_out(pfpy_wait *wait);   /* nothing, where it is in no line */
void pfpy_wake_first(pfpy_line *line); /* nothing, where nobody waits */
void pfpy_grant_first(pfpy_line *line); /* takes the first out, granted; there must be one */

/* Seconds that stand for no limit of time. */
#define PFPY_FOR_EVER INFINITY

typedef enum { PFPY_LOOK_AGAIN, PFPY_TIMEOUT, PFPY_RAISED } pfpy_outcome;

/* Suspends the calling stack until it is woken, until one of its watches may be ready, until pf_prim_now() reaches `until`, or until a
 * signal handler is to run, which it does. PFPY_LOOK_AGAIN also when nothing has changed. PFPY_RAISED: a handler's exception;
 * DeadlockError where no thread can go on; RuntimeError where this stack cannot be suspended. The caller leaves its line in every
 * case. With watches and without other threads the process sleeps here, in C, and no scheduler is needed. */
pfpy_outcome pfpy_block(pfpy_wait *wait, double until);

/* The calling thread's identity, as _thread.get_ident() has it. */
unsigned long pfpy_ident(void);

/* A timeout as _thread's primitives take it: blocking and timeout, by position or name. `seconds`: 0 not at all, PFPY_FOR_EVER. 0, or -1. */
int pfpy_acquire_arguments(PyObject *const *arguments, Py_ssize_t given, PyObject *names, double *seconds);
/* Seconds from an int or a float; -1 with TypeError, ValueError (not a number) or OverflowError. */
int pfpy_seconds(PyObject *number, double *seconds);

/* For types without a collector: clears weak references, frees the object, lets the type go. */
void pfpy_free_object(PyObject *self, PyObject *weak_references);

extern PyMethodDef pfpy_thread_methods[];   /* threads.c */
extern PyMethodDef pfpy_blocking_methods[]; /* blocking.c */
extern PyType_Spec pfpy_lock_spec;          /* locks.c */
extern PyType_Spec pfpy_rlock_spec;
void pfpy_lock_give_up(PyObject *lock); /* a Lock that is held */
extern PyType_Spec pfpy_simple_queue_spec; /* simple_queue.c */

#endif
