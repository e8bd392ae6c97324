/* sort.h: what the files of this folder share: numbers as keys, and the sorts of keys.
 *
 * Every sort here works on unsigned 64-bit keys whose order is the order wanted, so that int64 and double, smallest and
 * largest, have one implementation. Numbers that are equal have one key: -0.0 that of 0.0, every NaN the highest. What
 * a key thereby loses, the sign of a zero and the bits of a NaN, pf_keys_restore puts back in input order.
 */
#ifndef PF_SORT_H
#define PF_SORT_H

#include "photofinish.h"

/* Bits of an int64_t or of a double, whichever the buffer holds. */
typedef uint64_t __attribute__((may_alias)) pf_bits;

#define PF_KEY_SIGN ((uint64_t)1 << 63)
#define PF_KEY_INFINITY ((uint64_t)0x7ff << 52)
#define PF_KEY_NAN UINT64_MAX

/* Work is polled for cancelling after so many elements: some 100 us. */
#define PF_SORT_POLL 65536

static inline uint64_t pf_key_of(uint64_t bits, bool real)
{
    if (!real) {
        return bits ^ PF_KEY_SIGN;
    }
    uint64_t magnitude = bits & ~PF_KEY_SIGN;
    uint64_t key = bits & PF_KEY_SIGN ? PF_KEY_SIGN - magnitude : PF_KEY_SIGN + magnitude;
    return magnitude > PF_KEY_INFINITY ? PF_KEY_NAN : key;
}

/* Some number with this key: 0.0 for either zero, one NaN for all. */
static inline uint64_t pf_key_bits(uint64_t key, bool real)
{
    if (!real) {
        return key ^ PF_KEY_SIGN;
    }
    return key & PF_KEY_SIGN ? key ^ PF_KEY_SIGN : (PF_KEY_SIGN - key) | PF_KEY_SIGN;
}

/* What is known of an array after its keys were made. */
typedef struct pf_keys_found {
    uint64_t smallest; /* key */
    uint64_t largest;
    bool ascending;  /* no key is less than the one before */
    bool descending; /* every key is less than the one before */
    bool special;    /* there is a -0.0 or a NaN, so that keys lose bits */
} pf_keys_found;

/* Elements of a chunk when n elements are sorted; depends on n alone. */
size_t pf_sort_chunk(size_t n);
size_t pf_sort_chunks(size_t n);

/* keys.c: keys[i] = key of values[i]. */
pf_status pf_keys_make(const pf_call *call, const pf_bits *values, size_t n, bool real, uint64_t *keys,
                       pf_keys_found *found);
/* Zeros and NaNs of sorted[0 .. k) become those of `values` in input order. Polls: call it in a chunk. */
pf_status pf_keys_restore(const pf_bits *values, size_t n, pf_bits *sorted, size_t k);

/* merge.c: sorts on this thread; the result lies in `keys`; `scratch` has room for n. Polls: call it in a chunk. */
pf_status pf_merge_alone(uint64_t *keys, uint64_t *scratch, size_t n);
/* Sorts on the call's threads; *sorted becomes keys or scratch, whichever holds the result. */
pf_status pf_merge_keys(const pf_call *call, uint64_t *keys, uint64_t *scratch, size_t n, uint64_t **sorted);

/* radix.c: which bits of (key - smallest) a radix sort looks at. */
typedef struct pf_radix_plan {
    uint64_t base;  /* subtracted from a key first */
    unsigned shift; /* bits below, left to the repair of groups */
    unsigned bits;  /* 0: all keys are equal */
} pf_radix_plan;

/* Looks at a sample of the keys: as few of the highest bits as leave groups of about one key. */
pf_status pf_radix_choose(const uint64_t *keys, size_t n, const pf_keys_found *found, unsigned most, pf_radix_plan *plan);
/* Sorts words by those bits, stable; *sorted becomes words or scratch. */
pf_status pf_radix_words(const pf_call *call, uint64_t *words, uint64_t *scratch, size_t n, const pf_radix_plan *plan,
                         uint64_t **sorted);
/* starts[c]: the first place of chunk c where a new group of equal looked-at bits begins; starts[chunks] = n. */
void pf_radix_groups(const uint64_t *words, size_t n, const pf_radix_plan *plan, size_t *starts);
/* Sorts keys; *sorted becomes keys or scratch. */
pf_status pf_radix_keys(const pf_call *call, uint64_t *keys, uint64_t *scratch, size_t n, const pf_keys_found *found,
                        uint64_t **sorted);

/* select.c and heap.c: leave the k smallest of the n keys, in any order, at the start of a new array *chosen, which the
 * caller frees, also after a failure. Keys are those of `values`, or their complement where the largest are wanted. */
typedef struct pf_choice {
    const pf_bits *values;
    size_t n;
    size_t k; /* 1 .. n */
    bool real;
    bool largest;
} pf_choice;
static inline uint64_t pf_choice_key(const pf_choice *choice, size_t i)
{
    uint64_t key = pf_key_of(choice->values[i], choice->real);
    return choice->largest ? ~key : key;
}
pf_status pf_choose_select(const pf_call *call, const pf_choice *choice, uint64_t **chosen);
pf_status pf_choose_heap(const pf_call *call, const pf_choice *choice, uint64_t **chosen);

/* Runs one piece of work on the calling thread, so that it may poll by pf_cancelled(). */
pf_status pf_sort_alone(const pf_call *call, pf_chunk_function work, void *context);

#endif
