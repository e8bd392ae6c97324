/* jobs.c: buffers of jobs, and what recipes fill them with (jobs.h). */
#include "jobs/recipes.h"

#include <stdlib.h>
#include <string.h>

uint64_t pf_random_next(pf_source *source)
{
    uint64_t z = source->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void *pf_made_block(pf_made *made, size_t bytes)
{
    void *block = made->count < PF_MADE_BLOCKS ? malloc(bytes > 0 ? bytes : 1) : NULL;
    if (!block) {
        made->failed = true;
        return NULL;
    }
    made->blocks[made->count++] = block;
    return block;
}

void *pf_made_buffer(pf_made *made, pf_buffer *buffer, pf_type type, size_t n)
{
    *buffer = (pf_buffer){NULL, 0, type};
    void *data = n <= SIZE_MAX / 16 ? pf_made_block(made, n * pf_type_size(type)) : NULL;
    if (!data) {
        made->failed = true;
        return NULL;
    }
    *buffer = (pf_buffer){data, n, type};
    return data;
}

void *pf_made_output(pf_made *made, int i, pf_type type, size_t n)
{
    void *data = pf_made_buffer(made, &made->job.outputs[i], type, n);
    if (data) {
        memset(data, 0, n * pf_type_size(type));
    }
    return data;
}

/* A number from -limit to limit, or 0 to limit where it is below 0. */
static int64_t draw(pf_source *source, int64_t limit)
{
    return limit < 0 ? (int64_t)(source->next(source) % ((uint64_t)-limit + 1))
                     : (int64_t)(source->next(source) % (2 * (uint64_t)limit + 1)) - limit;
}

void *pf_made_numbers(pf_made *made, int i, pf_type type, size_t n, int64_t limit, pf_source *source)
{
    void *data = pf_made_buffer(made, &made->job.inputs[i], type, n);
    for (size_t at = 0; data && at < n; at++) {
        switch (type) {
        case PF_INT64:
            ((int64_t *)data)[at] = draw(source, limit);
            break;
        case PF_INT32:
            ((int32_t *)data)[at] = (int32_t)draw(source, limit);
            break;
        case PF_BYTES:
            ((uint8_t *)data)[at] = (uint8_t)draw(source, limit);
            break;
        case PF_DOUBLE:
            ((double *)data)[at] = (double)draw(source, limit) + (double)(source->next(source) >> 12) * 0x1p-52;
            break;
        default:
            ((float *)data)[at] = (float)draw(source, limit) + (float)(source->next(source) >> 44) * 0x1p-20f;
        }
    }
    return data;
}

void pf_made_slices(pf_made *made, int input, size_t n, size_t unit, pf_source *source)
{
    pf_slice *slices = pf_made_buffer(made, &made->job.inputs[input], PF_SLICES, n);
    char *text = n <= SIZE_MAX / 16 / unit ? pf_made_block(made, n * 15 * unit) : NULL;
    size_t at = 0;
    for (size_t i = 0; slices && text && i < n; i++) {
        uint64_t random = source->next(source);
        size_t length = random % 16 * unit;
        memset(text + at, 'a' + (int)(random >> 32 & 15), length);
        slices[i] = (pf_slice){text + at, length};
        at += length;
    }
}

size_t pf_slices_bytes(const pf_buffer *buffer)
{
    const pf_slice *slices = buffer->data;
    size_t bytes = 0;
    for (size_t i = 0; i < buffer->length; i++) {
        bytes += slices[i].length;
    }
    return bytes;
}

int64_t pf_run_for_number(const char *name, pf_job *job)
{
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    int kernel = pf_kernel_find(name);
    return kernel >= 0 && kernels[kernel].run(NULL, job) == PF_OK ? job->integers[0] : 0;
}

bool pf_make_job(const char *name, const pf_recipe *recipe, size_t n, pf_source *source, pf_made *made)
{
    *made = (pf_made){.count = 0};
    recipe->make(made, n, source, pf_type_named(name));
    if (recipe->change && !made->failed) {
        recipe->change(made);
    }
    if (made->failed) {
        pf_made_free(made);
        return false;
    }
    return true;
}

void pf_made_free(pf_made *made)
{
    while (made->count > 0) {
        free(made->blocks[--made->count]);
    }
}
