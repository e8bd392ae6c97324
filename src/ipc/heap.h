/* heap.h: memory of the region. Private to src/ipc; inside a transaction only. */
#ifndef PF_IPC_HEAP_H
#define PF_IPC_HEAP_H

#include "ipc/layout.h"

/* Everything from `begin` to `end` (offsets, multiples of 16) becomes one free piece. Outside any transaction. */
void ipc_heap_create(ipc_region *region, uint32_t begin, uint32_t end);

/* `bytes` (at most 2 GiB) at the offset that is returned, a multiple of 16; 0: no room. What is in them is not defined. */
uint32_t ipc_heap_alloc(ipc_region *region, uint32_t bytes, uint32_t owner);
void ipc_heap_free(ipc_region *region, uint32_t memory);

/* Bytes that a block has room for. */
uint32_t ipc_heap_room(ipc_region *region, uint32_t memory);

/* Puts a block into the list of its owner and takes it out again: false if it is not there. `list` is the list's first word. */
void ipc_list_push(ipc_region *region, uint32_t *list, uint32_t memory);
bool ipc_list_remove(ipc_region *region, uint32_t *list, uint32_t memory);

/* The block in this list that `offset` lies in; 0: none. */
uint32_t ipc_list_find(ipc_region *region, uint32_t list, uint32_t offset);

/* Pieces lie without gaps, no two free ones side by side, every free one in its list, sums as counted. */
bool ipc_heap_check(ipc_region *region);

#endif
