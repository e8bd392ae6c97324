/* arena.c: temporary memory of one call: a list of blocks, carved from the front, freed together.
 *
 * A request larger than a block gets a block of its own, put behind the current one so that the room left there is
 * not lost. Owner: the one thread that uses the arena; nothing here is shared.
 */
#include "photofinish.h"

#include <stdlib.h>

#define ALIGNMENT 16

typedef struct block {
    struct block *next;
    unsigned char *memory; /* aligned, inside this allocation */
    size_t size;
    size_t used; /* a multiple of ALIGNMENT, so that every piece starts aligned */
} block;

struct pf_arena {
    size_t block_bytes; /* immutable */
    block *current;     /* head of the list of all blocks; NULL before the first request */
};

static block *block_create(size_t size)
{
    if (size > SIZE_MAX - sizeof(block) - ALIGNMENT) {
        return NULL;
    }
    /* malloc of a 32-bit build promises less than 16, hence the room to align by hand; calloc because fresh pages cost
     * nothing to zero. */
    block *made = calloc(1, sizeof(block) + ALIGNMENT + size);
    if (!made) {
        return NULL;
    }
    uintptr_t end_of_header = (uintptr_t)(made + 1);
    made->memory = (unsigned char *)(made + 1) + (ALIGNMENT - end_of_header % ALIGNMENT) % ALIGNMENT;
    made->size = size;
    return made;
}

pf_status pf_arena_create(size_t block_bytes, pf_arena **arena)
{
    pf_arena *made = calloc(1, sizeof *made);
    *arena = made;
    if (!made) {
        return PF_OUT_OF_MEMORY;
    }
    made->block_bytes = block_bytes;
    return PF_OK;
}

pf_status pf_arena_alloc(pf_arena *arena, size_t bytes, void **memory)
{
    if (bytes > SIZE_MAX - ALIGNMENT) {
        return PF_OUT_OF_MEMORY;
    }
    size_t size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    block *current = arena->current;
    if (current && current->size - current->used >= size) {
        *memory = current->memory + current->used;
        current->used += size;
        return PF_OK;
    }
    bool larger = size > arena->block_bytes;
    block *made = block_create(larger ? size : arena->block_bytes);
    if (!made) {
        return PF_OUT_OF_MEMORY;
    }
    made->used = size;
    if (larger && current) {
        made->next = current->next;
        current->next = made;
    } else {
        made->next = current;
        arena->current = made;
    }
    *memory = made->memory;
    return PF_OK;
}

void pf_arena_destroy(pf_arena *arena)
{
    if (!arena) {
        return;
    }
    for (block *at = arena->current; at;) {
        block *next = at->next;
        free(at);
        at = next;
    }
    free(arena);
}
