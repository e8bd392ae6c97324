/* pipes.c: bytes through pipes, waiting where they have to. The kernel's reservations and claims are explained in ipc/ipc.h. */
#include "processes.h"
#include "segments.h"

Py_ssize_t pfpy_pipe_read(uint32_t id, void *to, size_t most)
{
    if (most == 0) {
        return 0;
    }
    uint32_t wanted = most < IPC_PIPE_FULL ? (uint32_t)most : IPC_PIPE_FULL;
    pfpy_release_point();
    for (;;) {
        int64_t claimed = pfpy_process.ipc.claim(PFPY_ME, id, wanted);
        if (claimed >= 0) {
            uint32_t bytes = pfpy_second(claimed);
            pfpy_copy_out(to, pfpy_first(claimed), bytes);
            int32_t status = pfpy_process.ipc.release(PFPY_ME, id, 1);
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
        if (pfpy_block_on(IPC_READABLE, id, NULL, PFPY_FOR_EVER) == PFPY_RAISED) {
            return -1;
        }
    }
}

/* Room for some of the bytes: as ipc_reserve; -1 with an exception. Where the region is almost full, for fewer. */
static int64_t reserve(uint32_t id, size_t bytes)
{
    uint32_t wanted = bytes < IPC_PIPE_FULL ? (uint32_t)bytes : IPC_PIPE_FULL;
    for (;;) {
        int64_t room = pfpy_process.ipc.reserve(PFPY_ME, id, wanted, 0);
        if (room >= 0) {
            return room;
        }
        if (room == IPC_MEMORY && wanted > IPC_PIPE_ATOMIC) {
            wanted = wanted / 2 > IPC_PIPE_ATOMIC ? wanted / 2 : IPC_PIPE_ATOMIC;
        } else if (room != IPC_AGAIN) {
            pfpy_raise_ipc(room);
            return -1;
        } else if (pfpy_block_on(IPC_WRITABLE, id, NULL, PFPY_FOR_EVER) == PFPY_RAISED) {
            return -1;
        }
    }
}

int pfpy_pipe_write(uint32_t id, const void *from, size_t bytes)
{
    const char *next = from;
    pfpy_release_point();
    while (bytes > 0) {
        int64_t room = reserve(id, bytes);
        if (room < 0) {
            return -1;
        }
        uint32_t offset = pfpy_first(room), count = pfpy_second(room);
        pfpy_copy_in(offset, next, count);
        int32_t written = pfpy_process.ipc.commit(PFPY_ME, id, offset, count);
        if (written < 0) {
            pfpy_raise_ipc(written);
            return -1;
        }
        next += count;
        bytes -= count;
    }
    return 0;
}
