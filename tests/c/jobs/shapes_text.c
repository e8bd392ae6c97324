/* shapes_text.c: text, joined and written (shapes.h). */
#include "jobs/shapes.h"

#include <string.h>

/* Words of 1 to 8 letters, some 10 a line. */
SHAPE(text)
{
    (void)type;
    uint8_t *text = pf_made_buffer(made, &made->job.inputs[0], PF_BYTES, n);
    for (size_t i = 0; text && i < n; i++) {
        uint64_t random = source->next(source);
        text[i] = random % 50 == 0 ? '\n' : random % 5 == 0 ? ' ' : (uint8_t)('a' + random % 26);
    }
}

SHAPE(line_starts)
{
    make_text(made, n, source, type);
    pf_job job = made->job;
    pf_made_output(made, 0, PF_INT64, (size_t)pf_run_for_number("count_lines", &job) + 1);
}

SHAPE(concat)
{
    (void)type;
    pf_made_slices(made, 0, n, 1, source);
    char *separator = pf_made_buffer(made, &made->job.inputs[1], PF_BYTES, 2);
    if (separator && !made->failed) {
        memcpy(separator, ", ", 2);
        pf_made_output(made, 0, PF_BYTES, pf_slices_bytes(&made->job.inputs[0]) + (n > 0 ? 2 * (n - 1) : 0));
    }
}

SHAPE(format)
{
    pf_made_numbers(made, 0, type, n, INT64_C(1) << 30, source);
    pf_made_output(made, 0, PF_BYTES, n * 25);
}


/* Two letters with n - 2 empty pieces between them. */
SHAPE(concat_nothing)
{
    UNUSED;
    pf_slice *pieces = pf_made_buffer(made, &made->job.inputs[0], PF_SLICES, n);
    pf_made_buffer(made, &made->job.inputs[1], PF_BYTES, 0);
    for (size_t i = 0; pieces && i < n; i++) {
        pieces[i] = (pf_slice){"a", i == 0 || i == n - 1};
    }
    pf_made_output(made, 0, PF_BYTES, n < 2 ? n : 2);
}
