/* hash.h: keys as 64-bit tags, and a hash table of tags.
 *
 * A number's tag is a one-to-one mixture of its bits, so equal tags are equal numbers and the table need not keep keys.
 * A piece of text has a 64-bit hash as its tag; where tags agree the bytes decide. Mixing makes regular keys (multiples
 * of 2^k) as good as random ones. Keys chosen by someone who knows the function can still collide: these tables are for
 * measuring, not for servers.
 */
#ifndef PF_HASH_H
#define PF_HASH_H

#include "photofinish.h"

/* Ids and indices have 32 bits; the highest value is none. */
#define PF_NO_ID UINT32_MAX

/* The finalizer of splitmix64: variant 13 of David Stafford, Better Bit Mixing, 2011. One-to-one. */
static inline uint64_t pf_mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* Both poll along a long text: what they return means nothing in a loop that is to end. */
uint64_t pf_tag_slice(const pf_slice *slice);
bool pf_slices_equal(const pf_slice *left, const pf_slice *right);

/* The tag of key i; -0.0 and 0.0 have one. `keys` is PF_INT64, PF_DOUBLE or PF_SLICES. */
static inline uint64_t pf_tag(const pf_buffer *keys, size_t i)
{
    if (keys->type == PF_SLICES) {
        return pf_tag_slice((const pf_slice *)keys->data + i);
    }
    uint64_t bits = ((const uint64_t __attribute__((may_alias)) *)keys->data)[i];
    return pf_mix(keys->type == PF_DOUBLE && bits == (uint64_t)1 << 63 ? 0 : bits);
}

/* A NaN equals no key, itself included. */
static inline bool pf_never_equal(const pf_buffer *keys, size_t i)
{
    return keys->type == PF_DOUBLE && ((const double *)keys->data)[i] != ((const double *)keys->data)[i];
}

/* Whether two keys with one tag are equal. */
static inline bool pf_keys_equal(const pf_buffer *left, size_t i, const pf_buffer *right, size_t j)
{
    return left->type != PF_SLICES ||
           pf_slices_equal((const pf_slice *)left->data + i, (const pf_slice *)right->data + j);
}

/* Open addressing, linear probing, at most half full. */
typedef struct pf_slot {
    uint64_t tag;
    uint32_t id; /* PF_NO_ID: empty */
} pf_slot;

typedef struct pf_table {
    pf_slot *slots; /* owned: pf_table_free */
    size_t mask;    /* slots - 1; a power of two of slots */
    size_t used;
} pf_table;

/* Room for `keys` of them before it is full. A large one polls: PF_CANCELLED inside a loop that is to end. */
pf_status pf_table_make(pf_table *table, size_t keys);
/* Moves it to a larger one, with room for `keys`; polls likewise. A failure leaves it as it was. */
pf_status pf_table_grow(pf_table *table, size_t keys);
void pf_table_free(pf_table *table);

/* The slot where a search for this tag begins; go on with (at + 1) & mask. */
static inline size_t pf_table_start(const pf_table *table, uint64_t tag)
{
    return tag & table->mask;
}

/* After so many looks at a slot a search should ask whether it is cancelled: keys may all collide. */
#define PF_LOOKS_PER_POLL 65536

static inline bool pf_table_full(const pf_table *table)
{
    return table->used > table->mask / 2;
}

#endif
