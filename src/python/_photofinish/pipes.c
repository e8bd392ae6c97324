/* pipes.c: bytes through pipes, waiting where they have to. The kernel's reservations and claims are explained in ipc/ipc.h. */
#include "processes.h"
#include "segments.h"

int pfpy_wait_for_pipe(pfpy_end end, uint32_t event)
{
    if (end.no_wait) {
        pfpy_raise_errno(EAGAIN);
        return -1;
    }
    return pfpy_block_on(event, end.pipe, NULL, PFPY_FOR_EVER) == PFPY_RAISED ? -1 : 0;
}

Py_ssize_t pfpy_pipe_read(pfpy_end end, void *to, size_t most)
{
    if (most == 0) {
        return 0;
    }
    uint32_t wanted = most < IPC_PIPE_FULL ? (uint32_t)most : IPC_PIPE_FULL;
    for (;;) {
        int64_t claimed = pfpy_process.ipc.claim(PFPY_ME, end.pipe, wanted);
        if (claimed >= 0) {
            uint32_t bytes = pfpy_second(claimed);
            pfpy_copy_out(to, pfpy_first(claimed), bytes);
            int32_t status = pfpy_process.ipc.release(PFPY_ME, end.pipe, 1);
            if (status < 0) {
                pfpy_raise_ipc(status);
                return -1;
            }
            pfpy_acquire_point();
            return (Py_ssize_t)bytes;
        }
        if (claimed == IPC_CLOSED) {
            pfpy_acquire_point();
            return 0;
        }
        if (claimed != IPC_AGAIN) {
            pfpy_raise_ipc(claimed);
            return -1;
        }
        if (pfpy_wait_for_pipe(end, IPC_READABLE) < 0) {
            return -1;
        }
    }
}

/* Room for some of the bytes: as ipc_reserve; -1 with an exception. Where the region is almost full, for fewer. */
static int64_t reserve(pfpy_end end, size_t bytes)
{
    uint32_t wanted = bytes < IPC_PIPE_FULL ? (uint32_t)bytes : IPC_PIPE_FULL;
    for (;;) {
        int64_t room = pfpy_process.ipc.reserve(PFPY_ME, end.pipe, wanted, 0);
        if (room >= 0) {
            return room;
        }
        if (room == IPC_MEMORY && wanted > IPC_PIPE_ATOMIC) {
            wanted = wanted / 2 > IPC_PIPE_ATOMIC ? wanted / 2 : IPC_PIPE_ATOMIC;
        } else if (room != IPC_AGAIN) {
            pfpy_raise_ipc(room);
            return -1;
        } else if (pfpy_wait_for_pipe(end, IPC_WRITABLE) < 0) {
            return -1;
        }
    }
}

Py_ssize_t pfpy_pipe_write(pfpy_end end, const void *from, size_t bytes)
{
    size_t done = 0;
    pfpy_release_point();
    while (done < bytes) {
        int64_t room = reserve(end, bytes - done);
        if (room < 0 && done > 0 && end.no_wait && PyErr_ExceptionMatches(PyExc_BlockingIOError)) {
            PyErr_Clear();
            break;
        }
        if (room < 0) {
            return -1;
        }
        uint32_t offset = pfpy_first(room), count = pfpy_second(room);
        pfpy_copy_in(offset, (const char *)from + done, count);
        int32_t written = pfpy_process.ipc.commit(PFPY_ME, end.pipe, offset, count);
        if (written < 0) {
            pfpy_raise_ipc(written);
            return -1;
        }
        done += count;
    }
    return (Py_ssize_t)done;
}
