/* messages.h: two threads that need each other, as the two chunks of one loop. */
#ifndef PF_MESSAGES_H
#define PF_MESSAGES_H

#include "photofinish.h"

/* What one of the two threads does. Before it returns another status than PF_OK it ends the other's waits (pf_ring_abandon). */
typedef pf_status (*pf_side)(void *context);

/* Runs both sides at once, each on a thread of its own, after both have arrived. `start`: the moment when they had.
 * PF_NO_THREADS where that cannot be. */
pf_status pf_run_pair(const pf_call *call, pf_side first, pf_side second, void *context, double *start);

#endif
