/* layout.h: what lies where in a region. Private to src/ipc.
 *
 * A region is one ipc_region, whose last part is the heap. Offsets are bytes from its start; 0 is nobody's.
 *
 * Who may write what
 *  - Words marked (own): only their process, and the supervisor after its death.
 *  - Words marked (free): anybody, atomically, without the lock.
 *  - All others: the holder of the lock, through ipc_set (transaction.h). Those marked (seen) are read without it as well.
 */
#ifndef PF_IPC_LAYOUT_H
#define PF_IPC_LAYOUT_H

#include "ipc/ipc.h"

#include <stdbool.h>
#include <stddef.h>

#define IPC_MAGIC 0x70660001u

/* ------------------------------------------------------------------------------------------------ heap */

/* Before every piece of the heap, used or free; 16 bytes. `size` covers it. */
typedef struct ipc_block {
    uint32_t size;   /* a multiple of 16; the lowest bit: used */
    uint32_t before; /* the piece that lies before this one; 0 for the first */
    uint32_t owner;  /* used: a process's token, or IPC_OWNED | an object's id */
    uint32_t next;   /* used: the next in its owner's list */
} ipc_block;

#define IPC_USED 1u
#define IPC_OWNED 0x80000000u

/* The links of a free piece lie in it, in the first 8 bytes of its memory. */
typedef union ipc_free_links {
    struct {
        uint32_t next;
        uint32_t before;
    };
    uint64_t both;
} ipc_free_links;

/* Free pieces by size: a row for each power of two from 32 on, 8 columns in a row (two-level segregated fit). */
#define IPC_ROWS 26
#define IPC_COLUMNS 8

typedef struct ipc_heap {
    uint32_t begin;
    uint32_t end; /* the last piece, of size 0, which is always used */
    uint32_t blocks;
    uint32_t bytes;
    uint32_t rows;                            /* bit set: a column of the row has pieces */
    uint32_t columns[IPC_ROWS];               /* bit set: the list is not empty */
    uint32_t lists[IPC_ROWS][IPC_COLUMNS];
} ipc_heap;

/* ------------------------------------------------------------------------------------------------ objects */

/* What a pipe's bytes come in: the start of a block's memory, before the bytes. */
typedef struct ipc_message {
    uint32_t start;   /* bytes read already */
    uint32_t length;  /* bytes left; of a reservation: bytes there is room for */
    uint32_t header;  /* of a reservation: 4 when it is for a message, else 0 */
    uint32_t tickets; /* how many travel with it */
} ipc_message;

typedef struct ipc_connection {
    uint32_t pipes[2]; /* the server reads from the first and writes to the second */
} ipc_connection;

typedef struct ipc_object {
    uint32_t id;   /* (seen) 0: none, or on its way out */
    uint32_t kind; /* (seen) 0: free; stays while a closed object is emptied */
    uint32_t generation;
    uint32_t next; /* in the list of free or of closing objects: an index */
    uint32_t name; /* its memory in the heap: length in the block's `next`; 0: no name, or no longer */
    uint32_t next_name; /* in the list of names with this hash: an index */
    uint32_t flying[2];           /* tickets and queued connections that refer to an end */
    uint64_t held[2];             /* (seen) processes that hold an end, by slot */
    _Atomic uint64_t waiters[2];  /* (free) processes to be woken, by slot: 0 readable, takeable; 1 writable */
    union {
        struct {
            uint32_t head; /* the blocks: ipc_message; memory offsets */
            uint32_t tail;
            uint32_t bytes;
            uint32_t claimer; /* a token; 0: nobody */
            uint32_t claimed; /* bytes, header included */
        } pipe;
        struct {
            _Atomic uint32_t value; /* (free) */
            uint32_t most;          /* does not change */
        } semaphore;
        struct {
            uint32_t memory;
            uint32_t bytes;
            _Atomic uint32_t version; /* (free) */
        } segment;
        struct {
            uint32_t head; /* the blocks: ipc_connection */
            uint32_t tail;
            uint32_t queued;
            uint32_t backlog;
        } listener;
    } as;
    uint32_t spare[3];
} ipc_object;
_Static_assert(sizeof(ipc_object) == 96, "a multiple of 8, without holes");

/* An id: generation | index. Index 0 is used for "none". An index is used again after at least IPC_REST others were freed. */
#define IPC_INDEX_BITS 14
#define IPC_INDEX_MASK ((1u << IPC_INDEX_BITS) - 1)
#define IPC_GENERATIONS (1u << 17)
#define IPC_REST 256u
_Static_assert(IPC_OBJECTS == IPC_INDEX_MASK, "an index has its bits");

#define IPC_NAME_LISTS 1024

typedef struct ipc_ticket_entry {
    uint32_t number; /* generation | index + 1; 0: free */
    uint32_t generation;
    uint32_t owner; /* a token */
    uint32_t id;
    uint32_t end;
    uint32_t carrier; /* the reservation or message that it is attached to; 0: none */
} ipc_ticket_entry;
#define IPC_TICKET_BITS 10

/* ------------------------------------------------------------------------------------------------ processes */

/* The gate: pid << 3 | bits. Changed by compare-and-exchange against the pid alone, so that the word of a slot's next process is
 * out of reach for the one before it. */
#define IPC_INSIDE 1u   /* runs kernel code */
#define IPC_HOLDING 2u  /* copies into or from memory of the region */
#define IPC_DOOMED 4u   /* may not enter any more */
#define IPC_GATE_BITS 3
#define IPC_PIDS (1u << 24)

typedef struct ipc_process {
    _Atomic uint32_t gate;     /* (free) */
    _Atomic uint32_t wake;     /* (free) the futex word: counts up */
    _Atomic uint32_t sleeping; /* (free) the token of who sleeps on it; 0: nobody */
    _Atomic uint32_t pending;  /* (free) signals, by number */
    _Atomic uint32_t caught;   /* (free) */
    _Atomic uint32_t ignored;  /* (free) */
    _Atomic uint32_t verdict;  /* (free) why it is to be ended: IPC_VERDICT | status; 0: it is not */
    uint32_t state;            /* (seen) an ipc_state */
    uint32_t pid;              /* (seen) */
    uint32_t parent;           /* (seen) a pid */
    uint32_t status;           /* (seen) of a zombie */
    uint32_t orphan;           /* (seen) */
    uint32_t token;            /* does not change while the process lives */
    uint32_t blocks;           /* its reservations: a list */
    uint32_t memories;         /* what it has from ipc_take: a list */
    uint32_t holds;            /* (own) reservations, claims and ipc_hold that have not ended */
    uint8_t scratch[IPC_SCRATCH]; /* (own) */
} ipc_process;

#define IPC_VERDICT 0x80000000u

/* ------------------------------------------------------------------------------------------------ region */

/* The old value of a word that the holder of the lock has changed. */
typedef struct ipc_change {
    uint32_t offset;
    uint32_t wide; /* 1: 8 bytes */
    uint64_t old;
} ipc_change;
#define IPC_CHANGES 256

struct ipc_region {
    uint32_t magic;
    uint32_t bytes;
    uint32_t limit;
    uint32_t spin;
    _Atomic uint32_t lock; /* the owner's token << 1 | somebody sleeps on it; 0: free */
    uint32_t changes;      /* entries of `log` in use */
    uint32_t next_pid;
    uint32_t next_slot;
    uint32_t running;
    uint32_t objects_fresh;     /* (seen) indices below were in use once */
    uint32_t objects_free;      /* free ones among them, a queue: how many, first, last */
    uint32_t objects_free_head;
    uint32_t objects_free_tail;
    uint32_t objects_closing;   /* without a reference, to be emptied: a list */
    uint32_t objects_of[5];     /* by kind; those on their way out included */
    uint32_t tickets_used;
    ipc_heap heap;
    ipc_change log[IPC_CHANGES];
    uint32_t names[IPC_NAME_LISTS];
    ipc_ticket_entry tickets[IPC_TICKETS];
    ipc_process processes[IPC_SLOTS];
    _Alignas(16) ipc_object objects[IPC_OBJECTS + 1];
};

static inline void *ipc_at(ipc_region *region, uint32_t offset)
{
    return (uint8_t *)region + offset;
}

static inline uint32_t ipc_offset(ipc_region *region, const void *address)
{
    return (uint32_t)((const uint8_t *)address - (const uint8_t *)region);
}

/* The block whose memory begins at this offset. */
static inline ipc_block *ipc_block_of(ipc_region *region, uint32_t memory)
{
    return ipc_at(region, memory - (uint32_t)sizeof(ipc_block));
}

static inline uint32_t ipc_slot(uint32_t token)
{
    return token % IPC_SLOTS;
}

static inline uint64_t ipc_bit(const ipc_process *process)
{
    return (uint64_t)1 << ipc_slot(process->token);
}

static inline int64_t ipc_pair(uint32_t first, uint32_t second)
{
    return (int64_t)((uint64_t)first << 32 | second);
}

#endif
