/* segments.h: shared memory of processes (SharedMemory, Value, Array): when copies in this memory are made equal to the segments. */
#ifndef PF_PYTHON_SEGMENTS_H
#define PF_PYTHON_SEGMENTS_H

/* Others may read what was written here until now: before a lock is released, a message is sent, this process waits or ends. */
void pfpy_release_point(void);

/* What others had written before such a point can be read here: after a lock was taken, a message has come, a wait is over. */
void pfpy_acquire_point(void);

#endif
