/* segments.h: shared memory of processes (mmap, SharedMemory, Value, Array) in an interpreter that cannot see it.
 *
 * A mapped segment is a copy in this memory, and a twin of it: the bytes as they were when copy and segment agreed last. One copy for all mappings of
 * a segment in a process. What Python writes goes into the copy; at a *release point* the bytes that differ from the twin, and no others, are
 * stored into the segment; at an *acquire point* the bytes that others have stored there since come into copy and twin.
 *
 * The memory model that follows from it, byte by byte:
 *  - What a process has written before a release point can be read by every process after an acquire point that comes later (because of the lock,
 *    the message, the exit that the two points belong to). Programs whose access to shared memory is ordered by locks, queues, pipes, events or
 *    joins see what they see natively.
 *  - Writes by different processes to different bytes all survive, however they are interleaved.
 *  - Of unordered writes to one byte one survives. A byte that this process has written and not yet released keeps its value here.
 *  - Unlike natively: a write is not seen before the writer's release point and the reader's acquire point. A process that does nothing but
 *    look again and again, without a lock, sleep or any other such point, never sees a change. A byte that is written with the value that it has
 *    is not written. An int64 written here and read there without order may be seen in part.
 *
 * Costs: twice the segment's size in each process that has mapped it; a release point reads all bytes that are mapped for writing, an acquire
 * point only those parts of 4 KiB in which others have published something. Kernels on all cores work on the segment itself.
 */
#ifndef PF_PYTHON_SEGMENTS_H
#define PF_PYTHON_SEGMENTS_H

#include "extension.h"

/* 0: no segment is mapped, and the two points cost this load. */
extern uint32_t pfpy_segments_mapped;

/* Without that test. They use the process's scratch (ipc_scratch), run nothing of Python and raise nothing. */
void pfpy_publish_segments(void);
void pfpy_refresh_segments(void);

/* Others may read what was written here until now: before a lock is released, a message is sent, this process waits or ends. */
static inline void pfpy_release_point(void)
{
    if (pfpy_segments_mapped) {
        pfpy_publish_segments();
    }
}

/* What others had written before such a point can be read here: after a lock was taken, a message has come, a wait is over. */
static inline void pfpy_acquire_point(void)
{
    if (pfpy_segments_mapped) {
        pfpy_refresh_segments();
    }
}

/* For kernels in the segments' memory (call.c): the address there of these bytes, which lie in a mapped segment, with everything published that was
 * written to them here; 0: they lie in none. Valid while they are exported as a buffer. */
uint32_t pfpy_segment_address(const void *data, size_t bytes);
/* Before and after somebody writes there, and for each block that was written: others are told, the copy is made equal. */
void pfpy_segments_hold(void);
void pfpy_segments_unhold(void);
void pfpy_segment_written(const void *data, size_t bytes);

extern PyMethodDef pfpy_segments_methods[];

#endif
