/* pipe.c: byte streams. A pipe is a queue of blocks, each with the bytes of one commit.
 *
 * A block belongs to its writer until the commit puts it into the queue, and stays in the queue while a reader copies from it:
 * the claim only says who reads. So what a dead writer had not committed is found in its own list, and what a dead reader had not
 * released is still in front.
 */
#include "ipc/heap.h"
#include "ipc/object.h"
#include "ipc/transaction.h"

#define HEADER 4u /* of a message */
#define LARGEST 0x7ffffff0u

static bool has_end(const ipc_object *pipe, uint32_t end)
{
    return pipe->held[end] != 0 || pipe->flying[end] != 0;
}

static uint8_t *bytes_of(ipc_message *message)
{
    return (uint8_t *)(message + 1) + message->start;
}

int32_t ipc_pipe(ipc_region *region, uint32_t token)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *pipe = ipc_object_new(region, IPC_PIPE);
    if (!pipe) {
        return (int32_t)ipc_abandon(region, self, IPC_LIMIT);
    }
    ipc_hold_end(region, self, pipe, IPC_READ_END);
    ipc_hold_end(region, self, pipe, IPC_WRITE_END);
    return (int32_t)ipc_finish(region, self, 0, pipe->id);
}

/* ------------------------------------------------------------------------------------------------ writing */

/* How many of `bytes` may be written now, or why none. */
static int64_t granted(const ipc_object *pipe, uint32_t bytes, bool whole)
{
    if (!has_end(pipe, IPC_READ_END)) {
        return IPC_BROKEN;
    }
    if (pipe->as.pipe.bytes >= IPC_PIPE_FULL) {
        return IPC_AGAIN;
    }
    uint32_t room = IPC_PIPE_FULL - pipe->as.pipe.bytes;
    return whole || bytes <= IPC_PIPE_ATOMIC || bytes <= room ? bytes : room < IPC_PIPE_ATOMIC ? IPC_PIPE_ATOMIC : room;
}

static int64_t reserve(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes, bool whole, uint32_t header)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    const ipc_object *pipe = ipc_held(region, self, id, IPC_PIPE, IPC_WRITE_END);
    if (!pipe || bytes > LARGEST - HEADER || (bytes == 0 && header == 0)) {
        return ipc_abandon(region, self, IPC_BAD);
    }
    int64_t count = granted(pipe, bytes, whole);
    if (count < 0) {
        return ipc_abandon(region, self, count);
    }
    uint32_t length = (uint32_t)count + header;
    uint32_t memory = ipc_heap_alloc(region, length + (uint32_t)sizeof(ipc_message), token);
    if (memory == 0) {
        return ipc_abandon(region, self, IPC_MEMORY);
    }
    ipc_message *message = ipc_at(region, memory);
    *message = (ipc_message){.length = length, .header = header};
    if (header != 0) {
        uint32_t network_order = __builtin_bswap32(bytes);
        __builtin_memcpy(message + 1, &network_order, HEADER);
    }
    ipc_list_push(region, &self->blocks, memory);
    self->holds++;
    return ipc_finish(region, self, 0, ipc_pair(ipc_offset(region, message + 1) + header, (uint32_t)count));
}

int64_t ipc_reserve(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes, int32_t whole)
{
    return reserve(region, token, id, bytes, whole != 0, 0);
}

int64_t ipc_reserve_message(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes)
{
    return reserve(region, token, id, bytes, true, HEADER);
}

static void append(ipc_region *region, ipc_object *pipe, uint32_t memory)
{
    ipc_block *block = ipc_block_of(region, memory);
    ipc_set(region, &block->next, 0);
    ipc_set(region, &block->owner, IPC_OWNED | pipe->id);
    if (pipe->as.pipe.head == 0) {
        ipc_set(region, &pipe->as.pipe.head, memory);
    } else {
        ipc_set(region, &ipc_block_of(region, pipe->as.pipe.tail)->next, memory);
    }
    ipc_set(region, &pipe->as.pipe.tail, memory);
    const ipc_message *message = ipc_at(region, memory);
    ipc_set(region, &pipe->as.pipe.bytes, pipe->as.pipe.bytes + message->length);
}

int32_t ipc_commit(ipc_region *region, uint32_t token, uint32_t id, uint32_t offset, uint32_t bytes)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *pipe = ipc_held(region, self, id, IPC_PIPE, IPC_WRITE_END);
    uint32_t memory = ipc_list_find(region, self->blocks, offset);
    ipc_message *message = ipc_at(region, memory);
    bool drop = bytes == IPC_DROP;
    bool fits = memory != 0 && (drop || (bytes > 0 && bytes <= message->length && message->header == 0) ||
                                (message->header != 0 && bytes == message->length - message->header));
    if (!pipe || !fits) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    ipc_list_remove(region, &self->blocks, memory);
    self->holds--;
    bool broken = !has_end(pipe, IPC_READ_END);
    if (drop || broken) {
        uint64_t wake = ipc_tickets_die(region, memory);
        ipc_heap_free(region, memory);
        return (int32_t)ipc_finish(region, self, wake, drop ? 0 : IPC_BROKEN);
    }
    ipc_set(region, &message->length, bytes + message->header);
    append(region, pipe, memory);
    return (int32_t)ipc_finish(region, self, ipc_waiters(pipe, IPC_READ_END), bytes);
}

/* ------------------------------------------------------------------------------------------------ reading */

bool ipc_pipe_readable(const ipc_object *pipe, uint32_t token)
{
    if (pipe->as.pipe.bytes == 0) {
        return !has_end(pipe, IPC_WRITE_END);
    }
    return pipe->as.pipe.claimer == 0 || pipe->as.pipe.claimer == token;
}

bool ipc_pipe_writable(const ipc_object *pipe)
{
    return pipe->as.pipe.bytes < IPC_PIPE_ROOM || !has_end(pipe, IPC_READ_END);
}

/* The front of the pipe, for a claim; else the status. */
static int32_t readable(const ipc_object *pipe, uint32_t token)
{
    if (!pipe || pipe->as.pipe.claimer == token) {
        return IPC_BAD;
    }
    if (pipe->as.pipe.claimer != 0) {
        return IPC_AGAIN;
    }
    if (pipe->as.pipe.bytes == 0) {
        return has_end(pipe, IPC_WRITE_END) ? IPC_AGAIN : IPC_CLOSED;
    }
    return IPC_OK;
}

static int64_t claim(ipc_region *region, ipc_process *self, ipc_object *pipe, uint32_t offset, uint32_t bytes, uint32_t header)
{
    ipc_set(region, &pipe->as.pipe.claimed, bytes + header);
    ipc_set(region, &pipe->as.pipe.claimer, self->token);
    self->holds++;
    /* A reader that goes on reading need not be woken by what comes next. */
    if (atomic_load(&pipe->waiters[IPC_READ_END]) & ipc_bit(self)) {
        atomic_fetch_and(&pipe->waiters[IPC_READ_END], ~ipc_bit(self));
    }
    return ipc_finish(region, self, 0, ipc_pair(offset + header, bytes));
}

int64_t ipc_claim(ipc_region *region, uint32_t token, uint32_t id, uint32_t bytes)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *pipe = ipc_held(region, self, id, IPC_PIPE, IPC_READ_END);
    int32_t status = bytes > 0 ? readable(pipe, token) : IPC_BAD;
    if (status != IPC_OK) {
        return ipc_abandon(region, self, status);
    }
    ipc_message *message = ipc_at(region, pipe->as.pipe.head);
    uint32_t count = message->length < bytes ? message->length : bytes;
    return claim(region, self, pipe, ipc_offset(region, bytes_of(message)), count, 0);
}

int64_t ipc_claim_message(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *pipe = ipc_held(region, self, id, IPC_PIPE, IPC_READ_END);
    int32_t status = readable(pipe, token);
    if (status != IPC_OK) {
        return ipc_abandon(region, self, status);
    }
    ipc_message *message = ipc_at(region, pipe->as.pipe.head);
    uint32_t network_order = 0;
    if (message->length >= HEADER) {
        __builtin_memcpy(&network_order, bytes_of(message), HEADER);
    }
    uint32_t length = __builtin_bswap32(network_order);
    if (message->length < HEADER || length > message->length - HEADER) {
        return ipc_abandon(region, self, IPC_PARTIAL);
    }
    return claim(region, self, pipe, ipc_offset(region, bytes_of(message)), length, HEADER);
}

/* Takes the claimed bytes out of the first block, and the block out of the queue with its last byte. */
static void consume(ipc_region *region, ipc_object *pipe)
{
    uint32_t memory = pipe->as.pipe.head;
    ipc_message *message = ipc_at(region, memory);
    uint32_t bytes = pipe->as.pipe.claimed;
    ipc_set(region, &pipe->as.pipe.bytes, pipe->as.pipe.bytes - bytes);
    if (bytes < message->length) {
        ipc_set(region, &message->start, message->start + bytes);
        ipc_set(region, &message->length, message->length - bytes);
        return;
    }
    uint32_t next = ipc_block_of(region, memory)->next;
    ipc_set(region, &pipe->as.pipe.head, next);
    if (next == 0) {
        ipc_set(region, &pipe->as.pipe.tail, 0);
    }
    ipc_tickets_arrive(region, memory);
    ipc_heap_free(region, memory);
}

int32_t ipc_release(ipc_region *region, uint32_t token, uint32_t id, int32_t taken)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    ipc_object *pipe = ipc_held(region, self, id, IPC_PIPE, IPC_READ_END);
    if (!pipe || pipe->as.pipe.claimer != token) {
        return (int32_t)ipc_abandon(region, self, IPC_BAD);
    }
    uint32_t before = pipe->as.pipe.bytes;
    if (taken) {
        consume(region, pipe);
    }
    ipc_set(region, &pipe->as.pipe.claimer, 0);
    self->holds--;
    uint64_t wake = ipc_waiters(pipe, IPC_READ_END); /* other readers: for them the claim was in the way */
    if (before >= IPC_PIPE_ROOM && pipe->as.pipe.bytes < IPC_PIPE_ROOM) {
        wake |= ipc_waiters(pipe, IPC_WRITE_END);
    }
    return (int32_t)ipc_finish(region, self, wake, IPC_OK);
}

int32_t ipc_pipe_bytes(ipc_region *region, uint32_t token, uint32_t id)
{
    ipc_process *self = ipc_begin(region, token);
    if (!self) {
        return ipc_refusal(token);
    }
    const ipc_object *pipe = ipc_find(region, id, IPC_PIPE);
    bool held = pipe && (ipc_holds(self, pipe, IPC_READ_END) || ipc_holds(self, pipe, IPC_WRITE_END));
    return (int32_t)ipc_abandon(region, self, held ? (int64_t)pipe->as.pipe.bytes : IPC_BAD);
}
