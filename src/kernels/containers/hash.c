/* hash.c: hashes of text, and the memory of tables (hash.h). */
#include "kernels/containers/hash.h"

#include "runtime/loop.h"
#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

/* Eight bytes a step, as in the hash of the Firefox and Rust compilers (FxHash), with a shift that carries high bits down. */
#define MULTIPLIER 0x517cc1b727220a95u

#define BYTES_PER_POLL ((size_t)1 << 20) /* of one text: 100 to 300 us */
#define SLOTS_PER_POLL 65536 /* 1 MiB: up to a millisecond */

static uint64_t step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * MULTIPLIER;
    return hash ^ hash >> 32;
}

uint64_t pf_tag_slice(const pf_slice *slice)
{
    const char *data = slice->data;
    size_t left = slice->length;
    uint64_t hash = step(0, left), word;
    while (left >= sizeof word) {
        size_t bytes = (left < BYTES_PER_POLL ? left : BYTES_PER_POLL) / sizeof word * sizeof word;
        for (const char *end = data + bytes; data < end; data += sizeof word) {
            memcpy(&word, data, sizeof word);
            hash = step(hash, word);
        }
        left -= bytes;
        if (bytes == BYTES_PER_POLL && pf_cancelled()) {
            return 0;
        }
    }
    if (left > 0) {
        word = 0;
        memcpy(&word, data, left);
        hash = step(hash, word);
    }
    return pf_mix(hash);
}

bool pf_slices_equal(const pf_slice *left, const pf_slice *right)
{
    size_t length = left->length;
    bool equal = length == right->length;
    for (size_t done = 0; equal && done < length; done += BYTES_PER_POLL) {
        size_t bytes = length - done < BYTES_PER_POLL ? length - done : BYTES_PER_POLL;
        equal = memcmp(left->data + done, right->data + done, bytes) == 0 && !(bytes == BYTES_PER_POLL && pf_cancelled());
    }
    return equal;
}

static pf_status make_slots(pf_table *table, size_t slots)
{
    table->slots = slots <= SIZE_MAX / sizeof *table->slots ? pf_prim_alloc(slots * sizeof *table->slots) : NULL;
    table->mask = slots - 1;
    table->used = 0;
    if (!table->slots) {
        return PF_OUT_OF_MEMORY;
    }
    for (size_t begin = 0; begin < slots; begin += SLOTS_PER_POLL) {
        size_t count = slots - begin < SLOTS_PER_POLL ? slots - begin : SLOTS_PER_POLL;
        memset(table->slots + begin, 0xff, count * sizeof *table->slots); /* every id is PF_NO_ID */
        if (count == SLOTS_PER_POLL && pf_cancelled()) {
            pf_table_free(table);
            return PF_CANCELLED;
        }
    }
    return PF_OK;
}

pf_status pf_table_make(pf_table *table, size_t keys)
{
    size_t slots = 64;
    while (slots / 2 < keys) {
        if (slots > SIZE_MAX / 2) {
            table->slots = NULL;
            return PF_OUT_OF_MEMORY;
        }
        slots *= 2;
    }
    return make_slots(table, slots);
}

pf_status pf_table_grow(pf_table *table, size_t keys)
{
    pf_table larger;
    size_t slots = table->mask + 1;
    pf_status status = pf_table_make(&larger, keys);
    if (status != PF_OK) {
        return status;
    }
    for (size_t i = 0; i < slots; i++) {
        if (table->slots[i].id != PF_NO_ID) {
            size_t at = pf_table_start(&larger, table->slots[i].tag);
            while (larger.slots[at].id != PF_NO_ID) {
                at = (at + 1) & larger.mask;
            }
            larger.slots[at] = table->slots[i];
        }
        if (i % SLOTS_PER_POLL == SLOTS_PER_POLL - 1 && pf_cancelled()) {
            pf_table_free(&larger);
            return PF_CANCELLED;
        }
    }
    larger.used = table->used;
    free(table->slots);
    *table = larger;
    return PF_OK;
}

void pf_table_free(pf_table *table)
{
    free(table->slots);
    table->slots = NULL;
}
