/* differences.c: what two blocks of memory differ in (differences.h).
 *
 * Sixty-four bytes at a time where nothing differs, which is most of the time; eight at the edges. Words are read with the first byte
 * lowest: little-endian, which all of our machines are.
 */
#include "differences.h"

#include <string.h>

typedef uint8_t sixteen __attribute__((vector_size(16)));
typedef uint64_t two_words __attribute__((vector_size(16)));

static inline sixteen load(const uint8_t *from)
{
    sixteen vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline void store(uint8_t *to, sixteen vector)
{
    memcpy(to, &vector, sizeof vector);
}

static inline uint64_t load_word(const uint8_t *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline bool differ_in_64(const uint8_t *a, const uint8_t *b)
{
    sixteen any = (load(a) ^ load(b)) | (load(a + 16) ^ load(b + 16)) | (load(a + 32) ^ load(b + 32)) | (load(a + 48) ^ load(b + 48));
    two_words words = (two_words)any;
    return (words[0] | words[1]) != 0;
}

/* The first of n bytes, from `i` on, in which a and b differ; n: none. */
static size_t first_different(const uint8_t *a, const uint8_t *b, size_t i, size_t n)
{
    while (n - i >= 64 && !differ_in_64(a + i, b + i)) {
        i += 64;
    }
    for (; n - i >= 8; i += 8) {
        uint64_t different = load_word(a + i) ^ load_word(b + i);
        if (different != 0) {
            return i + (size_t)__builtin_ctzll(different) / 8;
        }
    }
    while (i < n && a[i] == b[i]) {
        i++;
    }
    return i;
}

/* The first in which they are equal; n: none. Of a word that has a byte of 0, the lowest bit that the expression leaves is in the first one. */
static size_t first_equal(const uint8_t *a, const uint8_t *b, size_t i, size_t n)
{
    const uint64_t lowest = 0x0101010101010101, highest = 0x8080808080808080;
    for (; n - i >= 8; i += 8) {
        uint64_t different = load_word(a + i) ^ load_word(b + i);
        uint64_t zero = (different - lowest) & ~different & highest;
        if (zero != 0) {
            return i + (size_t)__builtin_ctzll(zero) / 8;
        }
    }
    while (i < n && a[i] != b[i]) {
        i++;
    }
    return i;
}

/* One past the last of the bytes begin to end - 1 in which they differ; byte `begin` differs. */
static size_t last_different(const uint8_t *a, const uint8_t *b, size_t begin, size_t end)
{
    while (end - begin >= 8 && load_word(a + end - 8) == load_word(b + end - 8)) {
        end -= 8;
    }
    while (a[end - 1] == b[end - 1]) {
        end--;
    }
    return end;
}

bool pfpy_next_change(const uint8_t *mine, const uint8_t *twin, size_t from, size_t n, pfpy_change *change)
{
    size_t begin = first_different(mine, twin, from, n);
    if (begin == n) {
        return false;
    }
    size_t run = first_equal(mine, twin, begin, n);
    size_t window = n - begin < PFPY_CHANGE_WINDOW ? n : begin + PFPY_CHANGE_WINDOW;
    size_t end = run < window ? last_different(mine, twin, begin, window) : run;
    *change = (pfpy_change){begin, end, end == run};
    return true;
}

void pfpy_take_changes(uint8_t *mine, uint8_t *twin, const uint8_t *theirs, size_t n)
{
    size_t i = 0;
    for (; n - i >= 64; i += 64) {
        if (!differ_in_64(twin + i, theirs + i)) {
            continue;
        }
        for (size_t j = i; j < i + 64; j += 16) {
            sixteen own = load(mine + j), before = load(twin + j), now = load(theirs + j);
            sixteen kept = (sixteen)(own != before); /* 255 where it was written here */
            store(mine + j, (own & kept) | (now & ~kept));
            store(twin + j, now);
        }
    }
    for (; i < n; i++) {
        mine[i] = mine[i] != twin[i] ? mine[i] : theirs[i];
        twin[i] = theirs[i];
    }
}
