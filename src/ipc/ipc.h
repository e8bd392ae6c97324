/* ipc.h: processes, pipes, semaphores, shared segments and listeners in one region of shared memory.
 *
 * A process is a worker with an interpreter of its own (natively, in the tests: a thread). The supervisor is the page: it owns
 * the region, starts processes and says when one is dead. README.md has the idea and why nothing breaks when a process dies.
 *
 * Conventions, valid for everything below unless a function says otherwise
 *  - The region is given as its address. Everything inside it is named by ids, or by offsets in bytes from that address, so
 *    that each instance may see it elsewhere. No function keeps or follows a pointer into the caller's memory.
 *  - Results of 0 and more are what the function says; negative ones are an ipc_status. An int64_t that holds two numbers has
 *    the first in its upper 32 bits.
 *  - A process says who it is with its token, which ipc_start gave out. The supervisor has a token too, IPC_SUPERVISOR, for
 *    whatever it wants to own; it may call all functions that do not wait.
 *  - Thread safety: everything may be called from all processes at once, and by each process from one thread at a time.
 *    Functions under "supervisor" are for one thread, the page's; they never wait.
 *  - A process may stop for ever between any two instructions. Every call has then happened or not happened, as a whole, except
 *    where a function says otherwise. Until the supervisor has called ipc_end, others may have to wait for what it held.
 *  - Each function may return IPC_DEAD: the caller has been declared dead and must stop; nothing was done. To the supervisor
 *    each may return IPC_BUSY: the kernel's lock is taken; nothing was done; to be called again a little later.
 *  - Times are seconds; a negative time limit means none.
 */
#ifndef PF_IPC_H
#define PF_IPC_H

#include <stdint.h>

typedef enum ipc_status {
    IPC_OK = 0,
    IPC_DEAD = -1,          /* the caller has been declared dead */
    IPC_BUSY = -2,          /* supervisor only: try again later */
    IPC_AGAIN = -3,         /* would have to wait: nothing to read, no room to write */
    IPC_BAD = -4,           /* no such object, end or block, or the caller does not hold it; argument out of range */
    IPC_MEMORY = -5,        /* the region has no room; other calls go on working */
    IPC_LIMIT = -6,         /* a table is full, or as many processes run as the region allows */
    IPC_BROKEN = -7,        /* nobody can read what would be written (EPIPE) */
    IPC_CLOSED = -8,        /* all is read and nobody can write more (end of file) */
    IPC_PARTIAL = -9,       /* the pipe's front is not one whole message in one piece: read bytes */
    IPC_INTERRUPTED = -10,  /* a caught signal is pending (EINTR) */
    IPC_EXISTS = -11,       /* the name is in use; the segment has its size already */
    IPC_NONE = -12,         /* no such name or process */
    IPC_NO_CHILD = -13,     /* no such child to wait for (ECHILD) */
    IPC_OVERFLOW = -14,     /* the semaphore is at its largest value */
    IPC_DAMAGED = -15       /* ipc_check: the region contradicts itself; or it is no region of this version */
} ipc_status;

typedef struct ipc_region ipc_region;

#define IPC_SLOTS 64          /* the supervisor and up to 63 processes, zombies included */
#define IPC_OBJECTS 16383     /* that can exist at once */
#define IPC_TICKETS 512       /* references in flight at once */
#define IPC_TICKETS_EACH 8    /* that one message can carry */
#define IPC_NAME_LIMIT 255    /* bytes of a name */
#define IPC_SCRATCH 1024      /* bytes of ipc_scratch */
#define IPC_PIPE_FULL 1048576u    /* from so many bytes in a pipe on, writers wait */
#define IPC_PIPE_ROOM 65536u      /* below so many bytes a pipe counts as writable: a writer that waited is woken then */
#define IPC_PIPE_ATOMIC 4096u     /* as PIPE_BUF: so many bytes are written together or not at all */
#define IPC_SUPERVISOR 64u        /* the supervisor's token: slot 0, pid 1 */

typedef enum ipc_kind { IPC_PIPE = 1, IPC_SEMAPHORE = 2, IPC_SEGMENT = 3, IPC_LISTENER = 4 } ipc_kind;

/* Ends of a pipe. Every other object has only the first. */
enum { IPC_READ_END = 0, IPC_WRITE_END = 1 };

/* ------------------------------------------------------------------------------------------------ supervisor: region */

/* Lays a region out in `bytes` of memory at `region` (a multiple of 64, from ipc_bytes_least() to 2 GiB - 64 KiB). It never
 * grows; pages that are not needed are not touched. At most `limit` processes may run at once (1 to 63). Who waits looks `spin`
 * times before it sleeps: 0 where all share one core. Must have returned before anyone else is given the region. IPC_BAD. */
int32_t ipc_create(ipc_region *region, uint32_t bytes, uint32_t limit, uint32_t spin);
uint32_t ipc_bytes_least(void);

/* Sizes and counts, for leak tests and displays. The number of objects of a kind has the kind as its number. */
typedef enum ipc_amount {
    IPC_COUNT_OBJECTS = 0, /* 1 to 4: of one ipc_kind */
    IPC_COUNT_BLOCKS = 5,
    IPC_COUNT_BYTES = 6, /* in blocks, their headers included */
    IPC_COUNT_FREE = 7,  /* bytes in no block */
    IPC_COUNT_TICKETS = 8,
    IPC_COUNT_PROCESSES = 9, /* starting or running */
    IPC_COUNT_ZOMBIES = 10
} ipc_amount;
int32_t ipc_count(ipc_region *region, uint32_t what);

/* Walks the whole region: heap, free lists, objects, names, pipes, tickets. IPC_OK, or IPC_DAMAGED. */
int32_t ipc_check(ipc_region *region);

/* Ends all processes as if by force (their workers must have been stopped), drops every name and what the supervisor holds, and
 * checks that nothing is left. The region is as new then; ids and pids go on. IPC_DAMAGED if something is left. */
int32_t ipc_end_all(ipc_region *region);

/* ------------------------------------------------------------------------------------------------ supervisor: processes */

typedef enum ipc_state { IPC_FREE = 0, IPC_STARTING = 1, IPC_RUNNING = 2, IPC_ZOMBIE = 3 } ipc_state;

/* A new process, child of `parent` (a pid; 1: the supervisor); its slot and pid as a token, slot = token % 64, pid = token / 64.
 * Pids repeat after 16 million. IPC_LIMIT; IPC_NONE if the parent does not run. */
int32_t ipc_start(ipc_region *region, uint32_t parent);

/* Declares a process dead, with a status as waitpid has it. It cannot enter the kernel any more from the first call on. If it is
 * inside at that moment, or between a reserve or claim and its end, a worker that still runs may still write: then IPC_BUSY, to
 * be repeated, with force != 0 when it has certainly stopped (a terminated worker runs on for a moment, not for a second).
 * At the end its locks are free with half-done work undone, its reservations and references are dropped, what it had claimed
 * is in the pipe again, everybody is woken, and it is a zombie (no longer there at all if its parent is not). Its own children
 * become orphans. IPC_NONE. */
int32_t ipc_end(ipc_region *region, uint32_t pid, uint32_t status, int32_t force);

/* The next process that has to be ended by the supervisor: it called ipc_exit, or a signal has killed it. pid, status; 0: none.
 * The supervisor's wake word changes whenever there may be one. Reported until ipc_end has been called. */
int64_t ipc_next_request(ipc_region *region);

/* Wakes a process that sleeps, or is about to: its wake word changes. For what the kernel does not know of, such as a word that the page
 * writes and the process looks at. Changes nothing else; needs no lock, so never IPC_BUSY. IPC_NONE: it does not run. */
int32_t ipc_wake(ipc_region *region, uint32_t pid);

/* What is in a slot. IPC_INFO_ORPHAN: 1 when the parent has died before it. */
typedef enum ipc_fact { IPC_INFO_STATE, IPC_INFO_PID, IPC_INFO_PARENT, IPC_INFO_STATUS, IPC_INFO_ORPHAN } ipc_fact;
int32_t ipc_info(ipc_region *region, uint32_t slot, uint32_t fact);

/* ------------------------------------------------------------------------------------------------ processes */

/* The process says that it runs. */
int32_t ipc_running(ipc_region *region, uint32_t token);

/* Asks the supervisor to end the caller with a status; every later call returns IPC_DEAD. */
int32_t ipc_exit(ipc_region *region, uint32_t token, uint32_t status);

int32_t ipc_parent(ipc_region *region, uint32_t token);

/* Takes a dead child away: pid, status. `pid` 0: any. 0 if there are only living ones; IPC_NO_CHILD. */
int64_t ipc_waitpid(ipc_region *region, uint32_t token, uint32_t pid);

/* Offset of IPC_SCRATCH bytes that belong to the caller: for names and lists. */
int32_t ipc_scratch(ipc_region *region, uint32_t token);

/* Memory of the caller's own, as an offset; freed by ipc_give or with the process. IPC_MEMORY. */
int32_t ipc_take(ipc_region *region, uint32_t token, uint32_t bytes);
int32_t ipc_give(ipc_region *region, uint32_t token, uint32_t offset);

/* Signals, 1 to 31, by their numbers on Linux. What is neither caught nor ignored kills (but not 17, 18, 23, 28 and the stop
 * signals 20 to 22, which are ignored, 19 included); 9 always does. Signal 0 only asks whether the process is there. Killing is
 * the supervisor's work: see ipc_next_request. To who kills itself every later call returns IPC_DEAD. IPC_NONE, IPC_BAD. */
typedef enum ipc_action { IPC_DEFAULT = 0, IPC_IGNORE = 1, IPC_CATCH = 2 } ipc_action;
int32_t ipc_signal(ipc_region *region, uint32_t token, uint32_t pid, uint32_t signal);
int32_t ipc_signal_action(ipc_region *region, uint32_t token, uint32_t signal, uint32_t action);
/* Mask of caught signals that have arrived, bit signal - 1; with the second, the lowest of them is taken (0: none). The first is three
 * loads: for who computes and looks now and then. */
int32_t ipc_signals_pending(ipc_region *region, uint32_t token);
int32_t ipc_signal_take(ipc_region *region, uint32_t token);

/* ------------------------------------------------------------------------------------------------ objects */

/* Every process holds an end once or not at all; who has several descriptors of one end counts them itself. An object goes with
 * its last reference: held, or in flight. A semaphore and a segment with a name stay until the name is removed as well. */

/* IPC_BAD also while the caller has a claim on the pipe. */
int32_t ipc_close(ipc_region *region, uint32_t token, uint32_t id, uint32_t end);

/* Names: 1 to 255 bytes at `name`, an offset; each kind has its own. Creating is exclusive: IPC_EXISTS. A listener's name goes with
 * the listener. ipc_open: the id, held from now on. */
int32_t ipc_open(ipc_region *region, uint32_t token, uint32_t kind, uint32_t name, uint32_t length);
int32_t ipc_unlink(ipc_region *region, uint32_t token, uint32_t kind, uint32_t name, uint32_t length);

/* A reference in flight, for another process: a ticket. It belongs to the sender, who may close its own end meanwhile, until a
 * process takes it; it is dropped when the sender dies or drops it, or when a message dies unread that it was attached to
 * (`offset` of a reservation). ipc_ticket_take: id, end. IPC_LIMIT; IPC_BAD, also when somebody else was quicker. */
int32_t ipc_ticket(ipc_region *region, uint32_t token, uint32_t id, uint32_t end);
int64_t ipc_ticket_take(ipc_region *region, uint32_t token, uint32_t ticket);
int32_t ipc_ticket_drop(ipc_region *region, uint32_t token, uint32_t ticket);
int32_t ipc_ticket_attach(ipc_region *region, uint32_t token, uint32_t ticket, uint32_t offset);

/* A process that writes into memory of the region other than a reservation, such as a mapped segment, does so between these two:
 * ipc_end then knows that the memory may not yet have another owner. They nest. */
int32_t ipc_hold(ipc_region *region, uint32_t token);
int32_t ipc_unhold(ipc_region *region, uint32_t token);

/* ------------------------------------------------------------------------------------------------ pipes */

/* A byte stream without limit in one piece, held by the caller at both ends. */
int32_t ipc_pipe(ipc_region *region, uint32_t token);

/* Writing is reserve, copy, commit; nothing is locked in between, and readers see all of it or nothing. What is not committed
 * when the writer dies was never written.
 * ipc_reserve: room for `bytes`: offset, bytes. With `whole` 0 it may be less, as write() on a pipe that does not wait; but up to
 * IPC_PIPE_ATOMIC bytes are always whole. IPC_AGAIN from IPC_PIPE_FULL bytes in the pipe on; a larger message fits below that.
 * ipc_reserve_message: the same for a message of `bytes`, whose header (4 bytes, big endian, as multiprocessing.Connection writes
 * it) is put before it; the offset is that of the first byte after the header. bytes < 2 GiB.
 * ipc_commit: `offset` as reserved, and how many bytes of it; a message only whole. IPC_DROP: none, the reservation is given up.
 * Returns the number of bytes.
 * IPC_BROKEN when no reader is left, also at the commit, which drops the bytes then. */
#define IPC_DROP UINT32_MAX
int64_t ipc_reserve(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes, int32_t whole);
int64_t ipc_reserve_message(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes);
int32_t ipc_commit(ipc_region *region, uint32_t token, uint32_t id, uint32_t offset, uint32_t bytes);

/* Reading is claim, copy, release. One process at a time has a claim on a pipe; IPC_AGAIN for others, who are woken at its end.
 * ipc_claim: the first bytes, at most `bytes`, maybe fewer than are there: offset, bytes.
 * ipc_claim_message: the first message, without its header: offset, bytes. IPC_PARTIAL: there are bytes, but no whole message in
 * one piece (somebody wrote it in parts); then the header and the bytes are read with ipc_claim.
 * ipc_release: `taken` 1: the bytes are read; 0: they stay, as they do when the claimer dies. IPC_CLOSED, IPC_AGAIN. */
int64_t ipc_claim(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes);
int64_t ipc_claim_message(ipc_region *region, uint32_t token, uint32_t id);
int32_t ipc_release(ipc_region *region, uint32_t token, uint32_t id, int32_t taken);

/* Bytes in the pipe; the caller holds one of its ends. */
int32_t ipc_pipe_bytes(ipc_region *region, uint32_t token, uint32_t id);

/* ------------------------------------------------------------------------------------------------ semaphores */

/* length 0: without a name. 0 <= value <= most <= INT32_MAX, most >= 1. */
int32_t ipc_semaphore(ipc_region *region, uint32_t token, uint32_t value, uint32_t most, uint32_t name, uint32_t length);
/* 1: one taken; 0: the value is 0. Takes no lock. What a process has taken stays taken when it dies, as in POSIX. */
int32_t ipc_semaphore_try(ipc_region *region, uint32_t token, uint32_t id);
/* One more; wakes who waits. IPC_OVERFLOW at `most`. Takes no lock. */
int32_t ipc_semaphore_post(ipc_region *region, uint32_t token, uint32_t id);
int32_t ipc_semaphore_value(ipc_region *region, uint32_t token, uint32_t id);
/* Takes one, waiting for up to `seconds`: 1; 0: time is over; IPC_INTERRUPTED. */
int32_t ipc_semaphore_wait(ipc_region *region, uint32_t token, uint32_t id, double seconds);

/* ------------------------------------------------------------------------------------------------ segments */

/* Shared memory, first without a size. length 0: without a name, gone with its last reference. */
int32_t ipc_segment(ipc_region *region, uint32_t token, uint32_t name, uint32_t length);
/* Gives it its size (from 1 on), once, and zeroes it. IPC_EXISTS when it has another one; IPC_MEMORY. Not for the supervisor. */
int32_t ipc_segment_resize(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes);
/* offset (a multiple of 16), bytes; 0 while it has no size. The offset stays valid while the caller holds the segment. */
int64_t ipc_segment_at(ipc_region *region, uint32_t token, uint32_t id);

/* For who keeps a copy of a segment in a memory of its own (an interpreter):
 * ipc_segment_version: how often it was published (modulo 2^31).
 * ipc_segment_publish: the caller has changed some of `bytes` bytes from the byte `at` on: counts the version up, returns the new number, and marks
 * each IPC_SEGMENT_PART that they touch for all other processes.
 * ipc_segment_next: from the byte `at` on, the next bytes that others have published since the caller asked for them: the first of them, how many;
 * 0: no more. Takes their marks away, so that the caller has to read them afterwards. A slot's next process begins with the marks of the one before.
 * ipc_segment_merge: stores into the segment, from its byte `at` on, those of `bytes` new bytes that differ from the old ones, and no others. Both lie
 * in the caller's ipc_scratch, first the new, then the old bytes; bytes <= IPC_SCRATCH / 2. */
#define IPC_SEGMENT_PART 4096u
int32_t ipc_segment_version(ipc_region *region, uint32_t token, uint32_t id);
int32_t ipc_segment_publish(ipc_region *region, uint32_t token, uint32_t id, uint32_t at, uint32_t bytes);
int64_t ipc_segment_next(ipc_region *region, uint32_t token, uint32_t id, uint32_t at);
int32_t ipc_segment_merge(ipc_region *region, uint32_t token, uint32_t id, uint32_t at, uint32_t bytes);

/* ------------------------------------------------------------------------------------------------ listeners */

/* Waits for connections under a name; up to `backlog` (1 to 4096) of them queue. */
int32_t ipc_listen(ipc_region *region, uint32_t token, uint32_t name, uint32_t length, uint32_t backlog);
/* Both return two pipes, of which the caller holds the read end of the first and the write end of the second. A connection may be
 * written to before it is accepted. ipc_connect: IPC_NONE; IPC_AGAIN when the queue is full. ipc_accept: IPC_AGAIN. */
int64_t ipc_connect(ipc_region *region, uint32_t token, uint32_t name, uint32_t length);
int64_t ipc_accept(ipc_region *region, uint32_t token, uint32_t id);

/* ------------------------------------------------------------------------------------------------ waiting */

/* What can be waited for, with the id that goes with it. All are states, not events: ready until somebody changes it.
 *   IPC_READABLE    bytes, or the end, in a pipe; a connection at a listener
 *   IPC_WRITABLE    room in a pipe, or nobody who reads it
 *   IPC_TAKEABLE    a semaphore above 0
 *   IPC_CHILD       a child that ipc_waitpid would take away, or no child; the id is a pid or 0 for any
 *   IPC_SIGNAL      a caught signal; the id means nothing */
typedef enum ipc_event { IPC_READABLE = 1, IPC_WRITABLE = 2, IPC_TAKEABLE = 3, IPC_CHILD = 4, IPC_SIGNAL = 5 } ipc_event;

/* The parts, for who has more to do than to wait. Each process has one wake word. In this order no wake-up is lost:
 *     sequence = ipc_sequence(...);  ipc_arm(...) for everything;  if nothing was ready: ipc_park(..., sequence, seconds)
 * ipc_arm: 1: ready now; 0: not, and the caller's word will change when it may be. ipc_ready: the same without arming.
 * ipc_park: sleeps while the word is still at `sequence`: 1: it is not; 0: time is over. May return 1 for no reason. */
uint32_t ipc_sequence(ipc_region *region, uint32_t token);
int32_t ipc_arm(ipc_region *region, uint32_t token, uint32_t event, uint32_t id);
int32_t ipc_ready(ipc_region *region, uint32_t token, uint32_t event, uint32_t id);
int32_t ipc_park(ipc_region *region, uint32_t token, uint32_t sequence, double seconds);

/* For who sleeps on the word by other means (Atomics.waitAsync): its offset; and says that it sleeps (1) or no longer does (0).
 * Wakers notify only while it says so. */
int32_t ipc_wake_word(ipc_region *region, uint32_t token);
int32_t ipc_asleep(ipc_region *region, uint32_t token, int32_t asleep);

/* All of it in one call. 1: ready; 0: time is over; IPC_INTERRUPTED when a caught signal is pending and nothing is ready. */
int32_t ipc_wait(ipc_region *region, uint32_t token, uint32_t event, uint32_t id, double seconds);

/* The same for `count` of these at `offset`; sets `ready` of each to what ipc_ready says, and returns how many are not 0. */
typedef struct ipc_watch {
    uint32_t event;
    uint32_t id;
    int32_t ready;
} ipc_watch;
int32_t ipc_wait_list(ipc_region *region, uint32_t token, uint32_t offset, uint32_t count, double seconds);

/* 1: slept for so long; IPC_INTERRUPTED. */
int32_t ipc_sleep(ipc_region *region, uint32_t token, double seconds);

#endif
