/* heap.c: a two-level segregated fit allocator (Masmano, Ripoll, Crespo, Real: "TLSF", 2004) on offsets, in transactions.
 *
 * Free pieces are kept by size: rows are powers of two, columns eighths of a row. A piece of the next larger column always fits, so
 * allocating is a look into two bit maps. Neighbours that are free are joined at once. Both take constant time.
 *
 * Undoing. The links of a free piece lie where its user's bytes were or will be, so they are noted in both directions: an undone
 * free gives the bytes back, an undone allocation the links, whatever its user has put there. Headers that come to lie inside a
 * joined piece are left as they are; therefore a transaction that has freed something allocates nothing after that.
 */
#include "ipc/heap.h"

#include "ipc/transaction.h"

#define GRAIN 16u
#define LEAST 32u /* a header and the links of a free piece */
#define LARGEST 0x7fff0000u

static ipc_block *block_at(ipc_region *region, uint32_t piece)
{
    return ipc_at(region, piece);
}

static ipc_free_links *links_at(ipc_region *region, uint32_t piece)
{
    return ipc_at(region, piece + (uint32_t)sizeof(ipc_block));
}

static bool is_used(const ipc_block *block)
{
    return block->size & IPC_USED;
}

static uint32_t size_of(const ipc_block *block)
{
    return block->size & ~IPC_USED;
}

/* Row and column of the pieces of this size, as row * IPC_COLUMNS + column. */
static uint32_t place_of(uint32_t size)
{
    uint32_t power = 31 - (uint32_t)__builtin_clz(size);
    return (power - 5) * IPC_COLUMNS + (size >> (power - 3)) % IPC_COLUMNS;
}

/* ------------------------------------------------------------------------------------------------ lists of free pieces */

static void take_out(ipc_region *region, uint32_t piece)
{
    ipc_heap *heap = &region->heap;
    const ipc_free_links *links = links_at(region, piece);
    if (links->next != 0) {
        ipc_set(region, &links_at(region, links->next)->before, links->before);
    }
    if (links->before != 0) {
        ipc_set(region, &links_at(region, links->before)->next, links->next);
        return;
    }
    uint32_t place = place_of(size_of(block_at(region, piece)));
    uint32_t row = place / IPC_COLUMNS;
    ipc_set(region, &heap->lists[row][place % IPC_COLUMNS], links->next);
    if (links->next == 0) {
        ipc_set(region, &heap->columns[row], heap->columns[row] & ~(1u << place % IPC_COLUMNS));
        if (heap->columns[row] == 0) {
            ipc_set(region, &heap->rows, heap->rows & ~(1u << row));
        }
    }
}

/* Its header says already that it is free, and how large. */
static void put_in(ipc_region *region, uint32_t piece)
{
    ipc_heap *heap = &region->heap;
    uint32_t place = place_of(size_of(block_at(region, piece)));
    uint32_t row = place / IPC_COLUMNS;
    uint32_t *list = &heap->lists[row][place % IPC_COLUMNS];
    ipc_free_links links = {.next = *list};
    ipc_set_wide(region, &links_at(region, piece)->both, links.both);
    if (*list != 0) {
        ipc_set(region, &links_at(region, *list)->before, piece);
    } else {
        ipc_set(region, &heap->columns[row], heap->columns[row] | 1u << place % IPC_COLUMNS);
        ipc_set(region, &heap->rows, heap->rows | 1u << row);
    }
    ipc_set(region, list, piece);
}

/* A free piece of at least `size`; 0: none. */
static uint32_t find(ipc_region *region, uint32_t size)
{
    const ipc_heap *heap = &region->heap;
    uint32_t power = 31 - (uint32_t)__builtin_clz(size);
    uint32_t place = place_of(size + (1u << (power - 3)) - 1); /* everything from here on is large enough */
    uint32_t row = place / IPC_COLUMNS;
    uint32_t columns = row < IPC_ROWS ? heap->columns[row] & ~0u << place % IPC_COLUMNS : 0;
    if (columns == 0) {
        uint32_t rows = row + 1 < IPC_ROWS ? heap->rows & ~0u << (row + 1) : 0;
        if (rows != 0) {
            row = (uint32_t)__builtin_ctz(rows);
            columns = heap->columns[row];
        }
    }
    if (columns != 0) {
        return heap->lists[row][__builtin_ctz(columns)];
    }
    /* What is left of the largest pieces may still do, in the column of the size itself. */
    place = place_of(size);
    uint32_t piece = heap->lists[place / IPC_COLUMNS][place % IPC_COLUMNS];
    for (uint32_t look = 0; piece != 0 && look < 64; look++) {
        if (size_of(block_at(region, piece)) >= size) {
            return piece;
        }
        piece = links_at(region, piece)->next;
    }
    return 0;
}

/* ------------------------------------------------------------------------------------------------ blocks */

void ipc_heap_create(ipc_region *region, uint32_t begin, uint32_t end)
{
    ipc_heap *heap = &region->heap;
    heap->begin = begin;
    heap->end = end - GRAIN;
    *block_at(region, begin) = (ipc_block){.size = heap->end - begin};
    *block_at(region, heap->end) = (ipc_block){.size = IPC_USED, .before = begin};
    put_in(region, begin);
    ipc_commit_changes(region);
}

uint32_t ipc_heap_alloc(ipc_region *region, uint32_t bytes, uint32_t owner)
{
    if (bytes > LARGEST) {
        return 0;
    }
    uint32_t size = (bytes + (uint32_t)sizeof(ipc_block) + GRAIN - 1) & ~(GRAIN - 1);
    size = size < LEAST ? LEAST : size;
    uint32_t piece = find(region, size);
    if (piece == 0) {
        return 0;
    }
    ipc_block *block = block_at(region, piece);
    uint32_t found = size_of(block);
    take_out(region, piece);
    ipc_set_wide(region, &links_at(region, piece)->both, 0);
    if (found - size >= LEAST) {
        uint32_t rest = piece + size;
        ipc_block *left = block_at(region, rest);
        ipc_put(&left->size, found - size);
        ipc_put(&left->before, piece);
        ipc_set(region, &block_at(region, piece + found)->before, rest);
        put_in(region, rest);
    } else {
        size = found;
    }
    ipc_set(region, &block->size, size | IPC_USED);
    ipc_put(&block->owner, owner);
    ipc_put(&block->next, 0);
    ipc_set(region, &region->heap.blocks, region->heap.blocks + 1);
    ipc_set(region, &region->heap.bytes, region->heap.bytes + size);
    return piece + (uint32_t)sizeof(ipc_block);
}

void ipc_heap_free(ipc_region *region, uint32_t memory)
{
    uint32_t piece = memory - (uint32_t)sizeof(ipc_block);
    ipc_block *block = block_at(region, piece);
    uint32_t size = size_of(block);
    ipc_set(region, &region->heap.blocks, region->heap.blocks - 1);
    ipc_set(region, &region->heap.bytes, region->heap.bytes - size);

    const ipc_block *after = block_at(region, piece + size);
    if (!is_used(after)) {
        take_out(region, piece + size);
        size += size_of(after);
    }
    if (block->before != 0 && !is_used(block_at(region, block->before))) {
        piece = block->before;
        block = block_at(region, piece);
        take_out(region, piece);
        size += size_of(block);
    }
    ipc_set(region, &block->size, size);
    ipc_set(region, &block_at(region, piece + size)->before, piece);
    put_in(region, piece);
}

uint32_t ipc_heap_room(ipc_region *region, uint32_t memory)
{
    return size_of(ipc_block_of(region, memory)) - (uint32_t)sizeof(ipc_block);
}

/* ------------------------------------------------------------------------------------------------ lists of an owner */

void ipc_list_push(ipc_region *region, uint32_t *list, uint32_t memory)
{
    ipc_set(region, &ipc_block_of(region, memory)->next, *list);
    ipc_set(region, list, memory);
}

bool ipc_list_remove(ipc_region *region, uint32_t *list, uint32_t memory)
{
    uint32_t *link = list;
    while (*link != 0 && *link != memory) {
        link = &ipc_block_of(region, *link)->next;
    }
    if (*link == 0) {
        return false;
    }
    ipc_set(region, link, ipc_block_of(region, memory)->next);
    return true;
}

uint32_t ipc_list_find(ipc_region *region, uint32_t list, uint32_t offset)
{
    while (list != 0 && !(offset >= list && offset - list <= ipc_heap_room(region, list))) {
        list = ipc_block_of(region, list)->next;
    }
    return list;
}

/* ------------------------------------------------------------------------------------------------ check */

static bool is_in_list(ipc_region *region, uint32_t piece)
{
    const ipc_heap *heap = &region->heap;
    uint32_t place = place_of(size_of(block_at(region, piece)));
    uint32_t row = place / IPC_COLUMNS;
    if (!(heap->rows >> row & 1) || !(heap->columns[row] >> place % IPC_COLUMNS & 1)) {
        return false;
    }
    uint32_t before = 0;
    uint32_t at = heap->lists[row][place % IPC_COLUMNS];
    while (at != 0 && at != piece) {
        if (links_at(region, at)->before != before) {
            return false;
        }
        before = at;
        at = links_at(region, at)->next;
    }
    return at == piece && links_at(region, at)->before == before;
}

bool ipc_heap_check(ipc_region *region)
{
    const ipc_heap *heap = &region->heap;
    uint32_t blocks = 0;
    uint32_t bytes = 0;
    uint32_t before = 0;
    uint32_t lists = 0;
    bool free_before = false;
    uint32_t piece = heap->begin;
    while (piece != heap->end) {
        const ipc_block *block = block_at(region, piece);
        uint32_t size = size_of(block);
        if (size < LEAST || size % GRAIN != 0 || size > heap->end - piece || block->before != before) {
            return false;
        }
        if (is_used(block)) {
            blocks++;
            bytes += size;
        } else if (free_before || !is_in_list(region, piece)) {
            return false;
        } else {
            lists++;
        }
        free_before = !is_used(block);
        before = piece;
        piece += size;
    }
    /* As many in lists as there are free ones: nothing else is in a list. */
    for (uint32_t row = 0; row < IPC_ROWS; row++) {
        if ((heap->rows >> row & 1) != (heap->columns[row] != 0)) {
            return false;
        }
        for (uint32_t column = 0; column < IPC_COLUMNS; column++) {
            uint32_t at = heap->lists[row][column];
            if ((heap->columns[row] >> column & 1) != (at != 0)) {
                return false;
            }
            for (; at != 0; at = links_at(region, at)->next) {
                lists--;
            }
        }
    }
    return block_at(region, heap->end)->before == before && blocks == heap->blocks && bytes == heap->bytes && lists == 0;
}
