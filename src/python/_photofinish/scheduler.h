/* scheduler.h: what threads.c and blocking.c share: the scheduler's functions, and who is running. Nobody else includes it.
 *
 * JavaScript suspends and continues stacks and decides who is next (web/engine/threads); connect_threads() tells where its functions
 * lie in the function table. Natively nobody connects. All of it is guarded by there being one thread at a time.
 */
#ifndef PF_PYTHON_SCHEDULER_H
#define PF_PYTHON_SCHEDULER_H

#include "threads.h"

/* What the scheduler answers (Reason in web/engine/threads/scheduler.ts). */
enum { WOKEN, TIMEOUT, INTERRUPT, DEADLOCK, STUCK, SUSPEND };

/* A wait is named by its address. */
typedef struct pfpy_scheduler_calls {
    bool connected;
    int (*wait)(pfpy_wait *wait, double milliseconds, int is_main); /* blocks in place and answers, or SUSPEND: call suspend() */
    int (*suspend)(pfpy_wait *wait, int is_main);
    void (*wake)(pfpy_wait *wait);
    int (*start)(void *thread); /* 0, or a number for raise_not_started() */
    void (*interrupt_main)(void);
    void (*slice)(double milliseconds);
} pfpy_scheduler_calls;

typedef struct pfpy_thread {
    PyThreadState *state;
    PyThreadState *outer;   /* the state to put back when this one does not run: the event loop's */
    PyObject *run;          /* owned, until it has started */
    PyObject *done;         /* owned: a Lock that is held while the thread lives */
    const pfpy_wait *waits; /* NULL: it does not */
    struct pfpy_thread *before, *next;
} pfpy_thread;

extern pfpy_scheduler_calls pfpy_scheduler;
extern pfpy_thread pfpy_main_thread; /* the head of a ring of all */
extern long pfpy_living;             /* threads that have been started and have not ended */
extern PyObject *pfpy_deadlock_error;   /* () -> exception; owned */
extern PyObject *pfpy_import_lock_held; /* _imp.lock_held; owned */

pfpy_thread *pfpy_current(void);

#endif
