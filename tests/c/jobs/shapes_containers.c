/* shapes_containers.c: keys, values and needles (shapes.h). */
#include "jobs/shapes.h"

#include <string.h>

/* Some ten of each key. */
SHAPE(keys)
{
    pf_made_numbers(made, 0, type, n, -(int64_t)(n / 10 + 1), source);
    pf_made_output(made, 0, PF_INT64, n);
}

SHAPE(keys_and_counts)
{
    make_keys(made, n, source, type);
    pf_made_output(made, 1, PF_INT64, n);
}

SHAPE(group_order)
{
    make_keys(made, n, source, type);
    pf_made_output(made, 1, PF_INT64, n + 1);
}

SHAPE(group_sum)
{
    make_keys_and_counts(made, n, source, type);
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
}

SHAPE(lookup)
{
    make_keys(made, n, source, type);
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_numbers(made, 2, PF_INT64, n, -(int64_t)(n / 10 + 1), source);
}

SHAPE(contains)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 40, source);
    pf_made_numbers(made, 1, type, 10, INT64_C(1) << 40, source);
    pf_made_output(made, 0, PF_BYTES, 10);
}

/* n pushes and pops, half of them at the left. */
SHAPE(deque_play)
{
    (void)type;
    uint8_t *script = pf_made_buffer(made, &made->job.inputs[0], PF_BYTES, n);
    size_t length = 0;
    for (size_t i = 0; script && i < n; i++) {
        uint64_t random = source->next(source);
        bool push = length == 0 || random % 8 < 5;
        script[i] = (uint8_t)(push ? "Aa"[random >> 8 & 1] : "Pp"[random >> 8 & 1]);
        length += push ? 1 : SIZE_MAX;
    }
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_output(made, 0, PF_INT64, n);
}


/* Nothing but pushes: the ring grows as far as it can. */
SHAPE(deque_pushes)
{
    (void)type;
    uint8_t *script = pf_made_buffer(made, &made->job.inputs[0], PF_BYTES, n);
    if (script) {
        memset(script, 'A', n);
    }
    pf_made_numbers(made, 1, PF_INT64, n, 1000, source);
    pf_made_output(made, 0, PF_INT64, 0);
}

/* Input i becomes the numbers 0 to n - 1, in an order that says nothing to a hash table. */
static void make_distinct(pf_made *made, int i)
{
    int64_t *keys = made->job.inputs[i].data;
    for (size_t at = 0; keys && at < made->job.inputs[i].length; at++) {
        keys[at] = (int64_t)((uint64_t)at * 0x9e3779b97f4a7c15u);
    }
}

SHAPE(count_distinct)
{
    make_keys_and_counts(made, n, source, type);
    make_distinct(made, 0);
}

SHAPE(group_order_distinct)
{
    make_group_order(made, n, source, type);
    make_distinct(made, 0);
}

SHAPE(lookup_distinct)
{
    make_lookup(made, n, source, type);
    make_distinct(made, 0);
    make_distinct(made, 2);
}

/* ------------------------------------------------------------------------------------------------ keys of other types */

/* Inputs 0 and, of a lookup, 2. */
static bool has_keys(const pf_made *made, int input)
{
    return (input == 0 || input == 2) && made->job.inputs[input].type == PF_INT64;
}

void keys_to_doubles(pf_made *made)
{
    for (int input = 0; input < PF_JOB_INPUTS; input++) {
        pf_buffer *keys = &made->job.inputs[input];
        for (size_t i = 0; has_keys(made, input) && i < keys->length; i++) {
            double real = (double)((const int64_t *)keys->data)[i] / 4;
            memcpy((char *)keys->data + i * sizeof real, &real, sizeof real);
        }
        keys->type = has_keys(made, input) ? PF_DOUBLE : keys->type;
    }
}

/* The eight bytes of a number, and again those of them that it says. */
void keys_to_text(pf_made *made)
{
    for (int input = 0; input < PF_JOB_INPUTS; input++) {
        pf_buffer numbers = made->job.inputs[input];
        if (!has_keys(made, input)) {
            continue;
        }
        pf_slice *slices = pf_made_buffer(made, &made->job.inputs[input], PF_SLICES, numbers.length);
        char *text = pf_made_block(made, numbers.length * 16);
        for (size_t i = 0; slices && text && i < numbers.length; i++) {
            char *at = text + 16 * i;
            memcpy(at, (const char *)numbers.data + 8 * i, 8);
            memcpy(at + 8, at, 8);
            slices[i] = (pf_slice){at, 8 + (size_t)((uint8_t)at[0] % 9)};
        }
    }
}
