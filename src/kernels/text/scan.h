/* scan.h: sixteen and 64 bytes of text at a time: which of them are newlines. Shared by the files that look for lines.
 *
 * A comparison of vectors gives 255 for each equal byte. Words of a vector are read with the first byte lowest: little-endian,
 * which all of our machines are.
 */
#ifndef PF_SCAN_H
#define PF_SCAN_H

#include "kernels/vectors.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PF_TEXT_CHUNK 262144 /* bytes: 30 us of counting, up to 1 ms where every byte is a newline */

typedef uint8_t pf_sixteen __attribute__((vector_size(16)));
typedef uint64_t pf_two_words __attribute__((vector_size(16)));

static inline pf_sixteen pf_load_sixteen(const uint8_t *from)
{
    pf_sixteen vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

/* The byte sixteen times; made once, before a loop. */
static inline pf_sixteen pf_all_of(uint8_t byte)
{
    uint64_t eight = pf_hidden(byte * 0x0101010101010101u);
    return (pf_sixteen)(pf_two_words){eight, eight};
}

static inline pf_sixteen pf_equal(pf_sixteen text, pf_sixteen byte)
{
    return (pf_sixteen)(text == byte);
}

/* One bit for each of 64 bytes, the lowest for the first: whether it is `byte`. Of a comparison that gives 0 or 255 for each of
 * eight bytes, the product brings the highest bits together. */
static inline uint64_t pf_find(const uint8_t *from, pf_sixteen byte)
{
    pf_sixteen found[4];
    for (int i = 0; i < 4; i++) {
        found[i] = pf_equal(pf_load_sixteen(from + 16 * i), byte);
    }
    pf_two_words any = (pf_two_words)(found[0] | found[1] | found[2] | found[3]);
    if ((any[0] | any[1]) == 0) {
        return 0;
    }
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t eight = ((pf_two_words)found[i / 2])[i % 2] & 0x8080808080808080;
        bits |= (eight * 0x0002040810204081 >> 56) << 8 * i;
    }
    return bits;
}

/* Adds up 16 counts that were kept byte by byte: four places of 16 bits each get four of them, and the product adds the places. */
static inline size_t pf_add_bytes(pf_sixteen counts)
{
    const uint64_t low = 0x00ff00ff00ff00ff;
    pf_two_words words = (pf_two_words)counts;
    uint64_t places = (words[0] & low) + (words[0] >> 8 & low) + (words[1] & low) + (words[1] >> 8 & low);
    return (size_t)(places * 0x0001000100010001 >> 48);
}

/* Newlines among n bytes (count.c). */
size_t pf_count_newlines(const uint8_t *text, size_t n);

#endif
