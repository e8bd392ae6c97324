/* processes.h: what the C half of processes in the page shares. The kernel below it is src/ipc, the other half web/engine/processes.
 *
 * A process is a worker with an interpreter of its own; pipes, semaphores and the rest lie in a region of memory that the interpreter
 * cannot see. The kernel's functions stand in the function table, and so do two that copy: one call from here, no JavaScript. What
 * only JavaScript can do (descriptors of Emscripten's file system, starting workers) is offered by it in the same way.
 *
 * The region is made when something needs it for the first time (pfpy_need_processes). Natively nobody connects one, and whatever needs
 * it raises OSError(ENOSYS); the tests connect the native build of src/ipc, with real processes. Everything is called with the GIL.
 */
#ifndef PF_PYTHON_PROCESSES_H
#define PF_PYTHON_PROCESSES_H

#include "threads.h"

#include "ipc/ipc.h"

#include <errno.h>

/* ------------------------------------------------------------------------------------------------ the kernel */

/* The functions of ipc.h that are called from this extension. */
#define PFPY_IPC_CALLS(CALL)                                                                                                                 \
    CALL(accept) CALL(arm) CALL(claim) CALL(claim_message) CALL(close) CALL(commit) CALL(connect) CALL(exit) CALL(hold) CALL(listen)         \
    CALL(open) CALL(parent) CALL(park) CALL(pipe) CALL(ready) CALL(release) CALL(reserve) CALL(reserve_message) CALL(scratch) CALL(segment)  \
    CALL(segment_at) CALL(segment_merge) CALL(segment_next) CALL(segment_publish) CALL(segment_version) CALL(semaphore)                     \
    CALL(semaphore_post) CALL(semaphore_try) CALL(semaphore_value) CALL(sequence) CALL(signal) CALL(signal_action) CALL(signal_take) CALL(signals_pending)       \
    CALL(ticket) CALL(ticket_drop) CALL(ticket_take) CALL(unhold) CALL(unlink) CALL(waitpid)

typedef struct pfpy_ipc {
#define PFPY_IPC_FIELD(name) __typeof__(ipc_##name) *name;
    PFPY_IPC_CALLS(PFPY_IPC_FIELD)
#undef PFPY_IPC_FIELD
} pfpy_ipc;

typedef struct pfpy_process_state {
    bool connected;
    ipc_region *region; /* an address in the other memory: nothing here may follow it */
    uint32_t token;
    pfpy_ipc ipc;
    void (*copy_in)(uintptr_t to, const void *from, uint32_t bytes);
    void (*copy_out)(void *to, uintptr_t from, uint32_t bytes);
    /* JavaScript's, by offer_processes(). */
    int (*begin)(void); /* 0, or an errno */
    int (*open)(int kind, int reads, int writes, int fd);
    int (*spawn)(const char *json, int bytes);
    void (*look)(void);
    void (*before_sleep)(void);
} pfpy_process_state;

extern pfpy_process_state pfpy_process;

/* The first two arguments of every call: pfpy_process.ipc.pipe(PFPY_ME). */
#define PFPY_ME pfpy_process.region, pfpy_process.token

/* The first process of a region; the main program is that, also before it has made one. */
#define PFPY_FIRST_PID ((int)(IPC_SUPERVISOR / IPC_SLOTS) + 1)

/* 0, or -1 with OSError where there can be no processes here. Makes the region at the first call. */
int pfpy_need_processes(void);

/* Copies between this memory and the region; `offset` is one of the region's. */
void pfpy_copy_in(uint32_t offset, const void *from, size_t bytes);
void pfpy_copy_out(void *to, uint32_t offset, size_t bytes);

/* Raise OSError (BrokenPipeError, FileNotFoundError ...) and return NULL. An ipc_status that a caller can say more about, such as
 * IPC_NONE, it tests for itself. With IPC_DEAD this does not return: the process has been ended and must stop. */
PyObject *pfpy_raise_ipc(int64_t status);
PyObject *pfpy_raise_errno(int error);

/* What is left to do for a process that has been ended, until its worker is. */
_Noreturn void pfpy_sleep_for_ever(void);

/* Puts a str's UTF-8 into the process's scratch for the next call; its offset, or -1 with OSError(ENAMETOOLONG), ValueError (empty). */
int64_t pfpy_put_name(PyObject *name, uint32_t *length);

/* The two numbers of a result that has two. */
static inline uint32_t pfpy_first(int64_t pair)
{
    return (uint32_t)((uint64_t)pair >> 32);
}
static inline uint32_t pfpy_second(int64_t pair)
{
    return (uint32_t)pair;
}

/* ------------------------------------------------------------------------------------------------ waiting */

/* pfpy_block with one watch; `object` (borrowed, may be NULL) is what the thread waits for. */
pfpy_outcome pfpy_block_on(uint32_t event, uint32_t id, PyObject *object, double until);

/* Makes caught signals from other processes this interpreter's own; whether there were any. Nothing where no processes are. */
bool pfpy_take_process_signals(void);

/* Tells the kernel of what signal_action() was told before there was one. */
void pfpy_tell_signal_actions(void);

/* ------------------------------------------------------------------------------------------------ pipes and descriptors */

/* The process's descriptors by number. JavaScript writes it at open, dup and close. */
typedef struct pfpy_descriptor {
    uint32_t kind; /* an ipc_kind, and PFPY_NO_WAIT; 0: not one of ours */
    uint32_t reads, writes; /* IPC_PIPE: pipes of which it is the read and the write end, 0: none; else the id in `reads` */
} pfpy_descriptor;

#define PFPY_DESCRIPTORS 4096
#define PFPY_NO_WAIT 256u /* O_NONBLOCK: what would wait raises BlockingIOError */
extern pfpy_descriptor pfpy_descriptors[PFPY_DESCRIPTORS];

/* NULL: not one of ours. Valid until something may run that closes descriptors. */
const pfpy_descriptor *pfpy_descriptor_of(long fd);
static inline uint32_t pfpy_kind(const pfpy_descriptor *descriptor)
{
    return descriptor->kind & (PFPY_NO_WAIT - 1);
}

/* A descriptor for what the process holds already; -1 with OSError, and then it holds it no longer, unless another descriptor has it.
 * fd -1: any number. The second makes an int of the result, or NULL. */
int pfpy_open_descriptor(uint32_t kind, uint32_t reads, uint32_t writes, int fd);
PyObject *pfpy_descriptor_as_number(int fd);

/* An end of a pipe. */
typedef struct pfpy_end {
    uint32_t pipe; /* 0: none */
    bool no_wait;
} pfpy_end;

/* What can be read from, or written to, by this number; none: not one of ours, or not that end. */
pfpy_end pfpy_read_end(long fd);
pfpy_end pfpy_write_end(long fd);

/* Waits until the pipe may be readable (IPC_READABLE) or writable (IPC_WRITABLE). 0, or -1 with an exception. */
int pfpy_wait_for_pipe(pfpy_end end, uint32_t event);
/* Reads 1 to `most` bytes, waiting for the first; 0 at the end; -1 with an exception. */
Py_ssize_t pfpy_pipe_read(pfpy_end end, void *to, size_t most);
/* Writes all of it, waiting for room, or without waiting what there is room for: how much, or -1 with an exception. Pieces of up to
 * IPC_PIPE_ATOMIC bytes are written as a whole. */
Py_ssize_t pfpy_pipe_write(pfpy_end end, const void *from, size_t bytes);

/* ------------------------------------------------------------------------------------------------ for module.c */

extern PyMethodDef pfpy_processes_methods[];   /* processes.c */
extern PyMethodDef pfpy_descriptors_methods[]; /* descriptors.c */
extern PyMethodDef pfpy_listeners_methods[];   /* listeners.c */
extern PyMethodDef pfpy_children_methods[];    /* children.c */
extern PyMethodDef pfpy_wait_methods[];        /* waiting.c */
extern PyMethodDef pfpy_signals_methods[];     /* signals.c */
extern PyMethodDef pfpy_semlock_methods[];     /* semlock.c */
extern PyType_Spec pfpy_semlock_spec;
int pfpy_finish_semlock(PyObject *type);      /* what its specification cannot say; 0, or -1 */
int pfpy_add_connection(PyObject *module);    /* connection.c */

/* What Python provides, by prepare_processes(); all owned, NULL before. */
typedef struct pfpy_provided {
    PyObject *bytes_io;
    PyObject *read, *write; /* os.read and os.write for what is not ours */
    PyObject *send, *receive; /* Connection._send_bytes and _recv_bytes, the same */
} pfpy_provided;
extern pfpy_provided pfpy_from_python;

#endif
