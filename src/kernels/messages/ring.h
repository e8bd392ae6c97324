/* ring.h: a bounded queue of messages of one size, between one thread that puts and one that gets.
 *
 * Both sides must be chunks of one pf_parallel_for, so that a wait hears of cancelling; the two must really run at once.
 */
#ifndef PF_RING_H
#define PF_RING_H

#include "photofinish.h"

typedef struct pf_ring pf_ring;

/* capacity: messages, a power of two up to 2^30; size: bytes of a message, at least 1. Freed by pf_ring_destroy. */
pf_status pf_ring_create(uint32_t capacity, uint32_t size, pf_ring **ring);
void pf_ring_destroy(pf_ring *ring); /* NULL is allowed */

/* Copies n messages in, as many at a time as there is room for; sleeps while the ring is full. Each time counts as one
 * publication: the other side sees the messages of one together. PF_CANCELLED: the loop was cancelled, or the ring abandoned. */
pf_status pf_ring_put(pf_ring *ring, const void *messages, uint32_t n);

/* Copies out what is there, at least one message and at most `most`; sleeps while the ring is empty. */
pf_status pf_ring_get(pf_ring *ring, void *messages, uint32_t most, uint32_t *got);

/* Either side, when it gives up: the other one's waits end with PF_CANCELLED. */
void pf_ring_abandon(pf_ring *ring);

#endif
