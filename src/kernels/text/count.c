/* count.c: how many lines and how many words.
 *
 * Neither needs to know where a chunk begins: newlines are counted, and a word is counted where it starts, at a byte that is
 * no white space and comes after one that is. Counts are kept byte by byte in a vector for as long as a byte holds them.
 */
#include "kernels/text/scan.h"
#include "photofinish.h"

#include <stdatomic.h>

typedef struct counting {
    /* immutable while the loop runs */
    const uint8_t *text;
    size_t (*count)(const uint8_t *text, size_t begin, size_t end);

    _Atomic size_t total; /* any thread; sums of whole numbers do not depend on the order */
} counting;

static pf_status count_chunk(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk;
    counting *shared = context;
    atomic_fetch_add_explicit(&shared->total, shared->count(shared->text, begin, end), memory_order_relaxed);
    return PF_OK;
}

/* Of n bytes, how many are taken in whole rounds before a count of one a round is full. */
static inline size_t full_rounds(size_t n, size_t round)
{
    return n < 255 * round ? n - n % round : 255 * round;
}

/* ------------------------------------------------------------------------------------------------ lines */

size_t pf_count_newlines(const uint8_t *text, size_t n)
{
    const pf_sixteen newline = pf_all_of('\n');
    size_t count = 0;
    size_t i = 0;
    while (n - i >= 32) {
        const size_t until = i + full_rounds(n - i, 32);
        pf_sixteen even = {0}, odd = {0};
        for (; i < until; i += 32) {
            even -= pf_equal(pf_load_sixteen(text + i), newline); /* 255 is -1 */
            odd -= pf_equal(pf_load_sixteen(text + i + 16), newline);
        }
        count += pf_add_bytes(even) + pf_add_bytes(odd);
    }
    for (; i < n; i++) {
        count += text[i] == '\n';
    }
    return count;
}

static size_t newlines_between(const uint8_t *text, size_t begin, size_t end)
{
    return pf_count_newlines(text + begin, end - begin);
}

pf_status pf_count_lines(const pf_call *call, const uint8_t *text, size_t n, size_t *lines)
{
    counting shared = {.text = text, .count = newlines_between};
    pf_status status = pf_parallel_for(call, n, PF_TEXT_CHUNK, count_chunk, &shared);
    *lines = atomic_load_explicit(&shared.total, memory_order_relaxed) + (n > 0 && text[n - 1] != '\n');
    return status;
}

/* ------------------------------------------------------------------------------------------------ words */

static inline bool is_space(uint8_t byte)
{
    return byte == ' ' || (uint8_t)(byte - '\t') < 5;
}

typedef int8_t sixteen_signed __attribute__((vector_size(16)));

typedef struct white {
    pf_sixteen space, offset, limit;
} white;

/* '\t', '\n', '\v', '\f', '\r' are 9 to 13. Comparing bytes without a sign takes V8 four instructions, with a sign one: moved by
 * 119, so that 9 becomes -128, the five are those below -123. */
static inline pf_sixteen spaces(pf_sixteen text, const white *white)
{
    return pf_equal(text, white->space) | (pf_sixteen)((sixteen_signed)(text + white->offset) < (sixteen_signed)white->limit);
}

/* Where the byte before is white, less where this one is, too: a plain "white and not white" becomes inverted comparisons, which
 * are as slow. */
static size_t word_starts_between(const uint8_t *text, size_t begin, size_t end)
{
    const white white = {pf_all_of(' '), pf_all_of(119), pf_all_of((uint8_t)-123)};
    size_t count = 0;
    size_t i = begin;
    if (i == 0) {
        count = !is_space(text[0]);
        i = 1;
    }
    while (end - i >= 16) {
        const size_t until = i + full_rounds(end - i, 16);
        pf_sixteen before = {0}, both = {0};
        for (; i < until; i += 16) {
            pf_sixteen previous = spaces(pf_load_sixteen(text + i - 1), &white);
            before -= previous;
            both -= previous & spaces(pf_load_sixteen(text + i), &white);
        }
        count += pf_add_bytes(before) - pf_add_bytes(both);
    }
    for (; i < end; i++) {
        count += is_space(text[i - 1]) && !is_space(text[i]);
    }
    return count;
}

pf_status pf_count_words(const pf_call *call, const uint8_t *text, size_t n, size_t *words)
{
    counting shared = {.text = text, .count = word_starts_between};
    pf_status status = pf_parallel_for(call, n, PF_TEXT_CHUNK, count_chunk, &shared);
    *words = atomic_load_explicit(&shared.total, memory_order_relaxed);
    return status;
}
