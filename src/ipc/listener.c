/* listener.c: connections by name: a queue of pairs of pipes, whose server ends are in flight until they are accepted. */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/transaction.h"

#define BACKLOG_LIMIT 4096u

int32_t ipc_listen(ipc_region *region, uint32_t token, uint32_t name, uint32_t length, uint32_t backlog)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    if (backlog < 1 || backlog > BACKLOG_LIMIT) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    ipc_object *listener = ipc_object_new(region, IPC_LISTENER);
    if (!listener) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    ipc_put(&listener->as.listener.backlog, backlog);
    int32_t status = ipc_name_give(region, listener, name, length);
    if (status != IPC_OK) {
        return (int32_t)ipc_abandon(region, self, status);
    }
    ipc_hold_end(region, self, listener, 0);
    return (int32_t)ipc_finish(region, self, 0, listener->id);
}

/* A pipe of which the caller holds one end; the other is in flight. */
static ipc_object *half_pipe(ipc_region *region, const ipc_process *self, uint32_t end)
{
    ipc_object *pipe = ipc_object_new(region, IPC_PIPE);
    if (pipe) {
        ipc_hold_end(region, self, pipe, end);
        ipc_set(region, &pipe->flying[1 - end], 1);
    }
    return pipe;
}

int64_t ipc_connect(ipc_region *region, uint32_t token, uint32_t name, uint32_t length)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    uint32_t index = ipc_name_find(region, IPC_LISTENER, name, length);
    ipc_object *listener = &region->objects[index];
    if (index == 0) {
        return ipc_abandon(region, self, IPC_NONE);
    }
    if (listener->as.listener.queued >= listener->as.listener.backlog) {
        return ipc_abandon(region, self, IPC_AGAIN);
    }
    const ipc_object *from_server = half_pipe(region, self, IPC_READ_END);
    const ipc_object *to_server = half_pipe(region, self, IPC_WRITE_END);
    if (!from_server || !to_server) {
        return ipc_abandon(region, self, IPC_LIMIT);
    }
    uint32_t memory = ipc_heap_alloc(region, sizeof(ipc_connection), IPC_OWNED | listener->id);
    if (memory == 0) {
        return ipc_abandon(region, self, IPC_MEMORY);
    }
    *(ipc_connection *)ipc_at(region, memory) = (ipc_connection){{to_server->id, from_server->id}};
    if (listener->as.listener.head == 0) {
        ipc_set(region, &listener->as.listener.head, memory);
    } else {
        ipc_set(region, &ipc_block_of(region, listener->as.listener.tail)->next, memory);
    }
    ipc_set(region, &listener->as.listener.tail, memory);
    ipc_set(region, &listener->as.listener.queued, listener->as.listener.queued + 1);
    return ipc_finish(region, self, ipc_waiters(listener, 0), ipc_pair(from_server->id, to_server->id));
}

int64_t ipc_accept(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *listener = ipc_held(region, self, id, IPC_LISTENER, 0);
    if (!listener || listener->as.listener.head == 0) {
        return ipc_abandon(region, self, listener ? IPC_AGAIN : IPC_BAD);
    }
    uint32_t memory = listener->as.listener.head;
    const ipc_connection connection = *(const ipc_connection *)ipc_at(region, memory);
    for (uint32_t end = 0; end < 2; end++) {
        ipc_object *pipe = ipc_find(region, connection.pipes[end], IPC_PIPE);
        ipc_hold_end(region, self, pipe, end);
        ipc_drop(region, pipe, end, 0, 1);
    }
    ipc_set(region, &listener->as.listener.head, ipc_block_of(region, memory)->next);
    ipc_set(region, &listener->as.listener.queued, listener->as.listener.queued - 1);
    ipc_heap_free(region, memory);
    return ipc_finish(region, self, 0, ipc_pair(connection.pipes[0], connection.pipes[1]));
}
