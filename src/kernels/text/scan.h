/* scan.h: sixteen bytes of text at a time: which of them are newlines. Shared by the files that look for lines.
 *
 * A comparison of vectors gives 0xff for each equal byte. As two words of 64 bits, of each byte the highest bit is kept, and
 * the number of trailing zeros then tells where the first one is: on little-endian machines, which all of ours are.
 */
#ifndef PF_SCAN_H
#define PF_SCAN_H

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

static inline pf_sixteen pf_newlines(const uint8_t *from)
{
    const pf_sixteen newline = {'\n', '\n', '\n', '\n', '\n', '\n', '\n', '\n',
                                '\n', '\n', '\n', '\n', '\n', '\n', '\n', '\n'};
    return (pf_sixteen)(pf_load_sixteen(from) == newline);
}

/* One bit for each of eight bytes of a comparison: bits[0] the first eight. */
static inline void pf_bits(pf_sixteen comparison, uint64_t bits[2])
{
    pf_two_words words = (pf_two_words)comparison;
    bits[0] = words[0] & 0x8080808080808080;
    bits[1] = words[1] & 0x8080808080808080;
}

/* The place of the lowest such bit among its eight bytes. */
static inline size_t pf_first(uint64_t bits)
{
    return (size_t)__builtin_ctzll(bits) / 8;
}

/* Adds up bytes of which none exceeds 255: for counts that were kept byte by byte. */
static inline size_t pf_add_bytes(pf_sixteen counts)
{
    size_t sum = 0;
    for (int i = 0; i < 16; i++) {
        sum += counts[i];
    }
    return sum;
}

/* Newlines among n bytes (count.c). */
size_t pf_count_newlines(const uint8_t *text, size_t n);

#endif
