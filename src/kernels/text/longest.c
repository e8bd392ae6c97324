/* longest.c: the longest line.
 *
 * A chunk knows the lines that lie in it entirely, from one of its newlines to the next. The line that ends at its first
 * newline began before; it is looked at when the chunks are put together in order.
 */
#include "kernels/text/scan.h"
#include "photofinish.h"

typedef struct stretch {
    size_t newlines;
    size_t first; /* offset of the first newline; this and what follows: where there is one */
    size_t last;
    pf_line longest; /* of the lines from newline to newline; its index counts from the line that ends at `first`, 0: none */
} stretch;

typedef struct search {
    /* immutable while the loop runs */
    const uint8_t *text;

    stretch *stretches; /* one a chunk, written by whoever runs it */
} search;

static inline void note_newline(stretch *found, size_t at)
{
    if (found->newlines == 0) {
        found->first = at;
    } else {
        size_t start = found->last + 1;
        if (found->longest.index == 0 || at - start > found->longest.length) {
            found->longest = (pf_line){.index = found->newlines, .start = start, .length = at - start};
        }
    }
    found->last = at;
    found->newlines++;
}

static pf_status search_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    const search *shared = context;
    const uint8_t *text = shared->text;
    const pf_sixteen newline = pf_all_of('\n');
    stretch found = {0};
    size_t i = begin;
    for (; end - i >= 64; i += 64) {
        for (uint64_t bits = pf_find(text + i, newline); bits; bits &= bits - 1) {
            note_newline(&found, i + (size_t)__builtin_ctzll(bits));
        }
    }
    for (; i < end; i++) {
        if (text[i] == '\n') {
            note_newline(&found, i);
        }
    }
    shared->stretches[chunk] = found;
    return PF_OK;
}

static inline void keep_longer(pf_line *longest, bool *any, pf_line line)
{
    if (!*any || line.length > longest->length) {
        *longest = line;
        *any = true;
    }
}

static void put_together(const stretch *stretches, size_t chunks, size_t n, pf_line *longest)
{
    bool any = false;
    size_t lines = 0; /* that have ended */
    size_t start = 0; /* of the one that has not */
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        const stretch *here = &stretches[chunk];
        if (here->newlines == 0) {
            continue;
        }
        keep_longer(longest, &any, (pf_line){lines, start, here->first - start});
        if (here->longest.index > 0) {
            pf_line line = here->longest;
            line.index += lines;
            keep_longer(longest, &any, line);
        }
        lines += here->newlines;
        start = here->last + 1;
    }
    if (start < n) {
        keep_longer(longest, &any, (pf_line){lines, start, n - start});
    }
}

pf_status pf_longest_line(const pf_call *call, const uint8_t *text, size_t n, pf_line *longest)
{
    if (n == 0) {
        return PF_EMPTY;
    }
    search shared = {.text = text};
    size_t chunks = n / PF_TEXT_CHUNK + (n % PF_TEXT_CHUNK != 0);
    pf_arena *arena;
    void *memory;
    pf_status status = pf_arena_create(0, &arena);
    if (status != PF_OK) {
        return status;
    }
    status = pf_arena_alloc(arena, chunks * sizeof(stretch), &memory);
    if (status == PF_OK) {
        shared.stretches = memory;
        status = pf_parallel_for(call, n, PF_TEXT_CHUNK, search_chunk, &shared);
    }
    if (status == PF_OK) {
        put_together(shared.stretches, chunks, n, longest);
    }
    pf_arena_destroy(arena);
    return status;
}
