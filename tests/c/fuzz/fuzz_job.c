/* fuzz_job.c: bytes -> job -> kernel -> verdict (fuzz_job.h).
 *
 * Every buffer is an allocation exactly as long as it says, so that the address sanitizer sees one byte too far. The recipe
 * makes a job that the kernel accepts; then a few things are spoiled, after which it may refuse but must not trip. Nothing runs
 * longer than PATIENCE: then the call is cancelled, which is tested by the way.
 */
#include "fuzz/fuzz_job.h"

#include "runtime/prim.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE 0.05     /* seconds until a call is cancelled */
#define HANGS_AFTER 2.0   /* seconds after that until it counts as hanging; sanitizers are slow */
#define SPOILS_LIMIT 4

/* A job may ask for more memory than there is: that is an answer, not a finding. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* Takes what the input has, and numbers that follow from it when there is no more. */
static uint64_t next_byte(pf_source *source)
{
    if (source->length == 0) {
        return pf_random_next(source) & 0xff;
    }
    source->length--;
    source->state = source->state * 31 + *source->bytes;
    return *source->bytes++;
}

static uint64_t next_number(pf_source *source)
{
    if (source->length == 0) {
        return pf_random_next(source);
    }
    uint64_t number = 0;
    for (int i = 0; i < 3; i++) {
        number = number << 8 | next_byte(source);
    }
    return number;
}

/* Mostly a few elements; now and then enough for several chunks. */
static size_t next_size(pf_source *source)
{
    static const size_t edges[] = {0, 1, 2, 16383, 16384, 16385, 32769, 40000};
    uint64_t kind = next_byte(source);
    return kind < 4 ? edges[next_byte(source) % 8] : kind < 32 ? (size_t)(next_number(source) % 3000) : (size_t)(next_byte(source) % 70);
}

static int64_t next_special(pf_source *source)
{
    static const int64_t specials[] = {0, 1, 2, 3, -1, INT64_MAX, INT64_MIN, INT64_C(1) << 31, INT64_C(1) << 32, INT64_C(1) << 62, 64, 1000};
    uint64_t kind = next_byte(source);
    return kind < 128 ? specials[kind % 12] : (int64_t)next_number(source) - (1 << 20);
}

/* ------------------------------------------------------------------------------------------------ spoiling */

static void spoil_element(pf_buffer *buffer, pf_source *source)
{
    static const double specials[] = {0.0, -0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, 0.1};
    size_t at = buffer->length > 0 ? (size_t)(next_number(source) % buffer->length) : 0;
    uint64_t choice = next_byte(source);
    if (buffer->length == 0 || buffer->type == PF_NONE) {
        return;
    }
    int64_t integer = next_special(source);
    double real = choice == 8 ? __builtin_nan("") : choice == 9 ? __builtin_inf() : choice == 10 ? -__builtin_inf() : specials[choice % 8];
    switch (buffer->type) {
    case PF_INT64:
        ((int64_t *)buffer->data)[at] = integer;
        break;
    case PF_INT32:
        ((int32_t *)buffer->data)[at] = (int32_t)integer;
        break;
    case PF_BYTES:
        ((uint8_t *)buffer->data)[at] = (uint8_t)choice;
        break;
    case PF_DOUBLE:
        ((double *)buffer->data)[at] = real;
        break;
    case PF_FLOAT:
        ((float *)buffer->data)[at] = (float)real;
        break;
    default: {
        pf_slice *slice = &((pf_slice *)buffer->data)[at];
        slice->length -= slice->length > 0 ? (size_t)(choice % slice->length) : 0;
    }
    }
}

/* A new allocation with less in it. */
static void spoil_length(pf_made *made, pf_buffer *buffer, pf_source *source)
{
    size_t length = buffer->length > 0 ? buffer->length - 1 - (size_t)(next_byte(source) % buffer->length) % 3 : 0;
    if (buffer->length == 0 || length > buffer->length || made->count == PF_MADE_BLOCKS) {
        return;
    }
    size_t bytes = length * pf_type_size(buffer->type);
    void *data = malloc(bytes > 0 ? bytes : 1);
    if (data) {
        memcpy(data, buffer->data, bytes);
        made->blocks[made->count++] = data;
        *buffer = (pf_buffer){data, length, buffer->type};
    }
}

/* Another type over the same memory. */
static void spoil_type(pf_buffer *buffer, pf_source *source)
{
    static const pf_type types[] = {PF_NONE, PF_INT64, PF_DOUBLE, PF_INT32, PF_FLOAT, PF_BYTES};
    pf_type type = types[next_byte(source) % 6];
    if (buffer->type != PF_NONE && buffer->type != PF_SLICES) {
        size_t bytes = buffer->length * pf_type_size(buffer->type);
        *buffer = (pf_buffer){buffer->data, type == PF_NONE ? 0 : bytes / pf_type_size(type), type};
    }
}

static void spoil(pf_made *made, pf_source *source)
{
    pf_job *job = &made->job;
    uint64_t where = next_byte(source);
    size_t input = where % PF_JOB_INPUTS;
    pf_buffer *buffer = where < 128 ? &job->inputs[input] : &job->outputs[where % PF_JOB_OUTPUTS];
    switch (next_byte(source) % 8) {
    case 0:
        job->integers[where % PF_JOB_SCALARS] = next_special(source);
        break;
    case 1:
        spoil_length(made, buffer, source);
        break;
    case 2:
        spoil_type(buffer, source);
        break;
    case 3:
        *buffer = (pf_buffer){NULL, 0, buffer->type};
        break;
    case 4:
        job->integers[where % PF_JOB_SCALARS] = (int64_t)next_byte(source) % 5;
        break;
    default:
        spoil_element(&job->inputs[input], source);
    }
}

/* ------------------------------------------------------------------------------------------------ running */

typedef struct patience {
    double until;
    double late; /* how long after that the call went on */
} patience;

static bool out_of_patience(void *context)
{
    return pf_prim_now() > ((patience *)context)->until;
}

static pf_status run(const pf_kernel *kernel, pf_pool *pool, pf_job *job, patience *limit)
{
    limit->until = pf_prim_now() + PATIENCE;
    pf_cancel cancel = {.poll = out_of_patience, .context = limit};
    pf_call call = {pool, 0, &cancel};
    pf_status status = kernel->run(&call, job);
    limit->late = pf_prim_now() - limit->until;
    return status;
}

static size_t bytes_of(const pf_buffer *buffer)
{
    return buffer->length * pf_type_size(buffer->type);
}

/* Copies of what must not change, or must come out the same. False without memory. */
static bool keep(const pf_buffer *buffer, void **copy)
{
    size_t bytes = bytes_of(buffer);
    *copy = malloc(bytes > 0 ? bytes : 1);
    if (*copy && bytes > 0) {
        memcpy(*copy, buffer->data, bytes);
    }
    return *copy != NULL;
}

static bool same(const pf_buffer *buffer, const void *copy)
{
    return bytes_of(buffer) == 0 || memcmp(buffer->data, copy, bytes_of(buffer)) == 0;
}

/* NaNs are all one. */
static bool same_results(const pf_job *left, const pf_job *right)
{
    for (int i = 0; i < PF_JOB_SCALARS; i++) {
        bool equal = memcmp(&left->reals[i], &right->reals[i], sizeof left->reals[i]) == 0;
        if (left->integers[i] != right->integers[i] ||
            (!equal && (left->reals[i] == left->reals[i] || right->reals[i] == right->reals[i]))) {
            return false;
        }
    }
    return true;
}

static const char *run_twice(const pf_kernel *kernel, pf_pool *pool, unsigned flags, const pf_job *job, void *const *inputs)
{
    patience limit;
    pf_job one = *job, two = *job;
    bool pair = flags & PF_JOB_PAIR;
    void *outputs[PF_JOB_OUTPUTS] = {0};
    const char *wrong = NULL;
    pf_status status = run(kernel, pair ? pool : NULL, &one, &limit);
    bool cancelled = status == PF_CANCELLED;
    if (limit.late > HANGS_AFTER) {
        return "went on long after it was cancelled";
    }
    if (status < PF_OK || status > PF_NO_THREADS) {
        return "returned an unknown status";
    }
    for (int i = 0; i < PF_JOB_INPUTS; i++) {
        wrong = same(&job->inputs[i], inputs[i]) ? wrong : "wrote to an input";
    }
    wrong = wrong ? wrong : status == PF_OK ? pf_fuzz_check(kernel->name, job, &one) : NULL;
    for (int i = 0; i < PF_JOB_OUTPUTS && !wrong; i++) {
        wrong = keep(&one.outputs[i], &outputs[i]) ? NULL : "no memory";
    }
    if (!wrong && !pair && !cancelled) {
        pf_status again = run(kernel, pool, &two, &limit);
        if (again != status && again != PF_CANCELLED) {
            wrong = "another status on two threads";
        }
        for (int i = 0; i < PF_JOB_OUTPUTS && !wrong && again == PF_OK; i++) {
            bool equal = two.outputs[i].length == one.outputs[i].length && same(&two.outputs[i], outputs[i]);
            wrong = equal ? NULL : "another output on two threads";
        }
        if (!wrong && again == PF_OK && !same_results(&one, &two)) {
            wrong = "another result on two threads";
        }
    }
    for (int i = 0; i < PF_JOB_OUTPUTS; i++) {
        free(outputs[i]);
    }
    return wrong;
}

const char *pf_fuzz_kernel(const uint8_t *bytes, size_t length)
{
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    return kernels[length > 0 ? bytes[0] % count : 0].name;
}

const char *pf_fuzz_one(const uint8_t *bytes, size_t length)
{
    static pf_pool *pool; /* made once; ends with the process */
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    const pf_kernel *kernel = &kernels[length > 0 ? bytes[0] % count : 0];
    const pf_recipe *recipe = pf_recipe_of(kernel->name);
    if (!recipe) {
        return "has no recipe in tests/c/jobs/recipes.c";
    }
    unsigned flags = pf_recipe_flags(recipe);
    if (flags & PF_JOB_WAITS || (!pool && pf_pool_create(2, &pool) != PF_OK)) {
        return NULL;
    }
    pf_source source = {next_number, 1, bytes + (length > 0), length - (length > 0)};
    size_t n = next_size(&source);
    uint64_t spoils = next_byte(&source) % (SPOILS_LIMIT + 1);
    n = n < pf_recipe_most(recipe) ? n : pf_recipe_most(recipe);
    pf_made made;
    for (uint64_t variant = next_byte(&source) % 4; variant > 0 && pf_recipe_next(recipe); variant--) {
        recipe = pf_recipe_next(recipe);
    }
    if (!pf_make_job(kernel->name, recipe, n, &source, &made)) {
        return "no memory";
    }
    while (spoils-- > 0) {
        spoil(&made, &source);
    }
    void *inputs[PF_JOB_INPUTS] = {0};
    const char *wrong = NULL;
    for (int i = 0; i < PF_JOB_INPUTS && !wrong; i++) {
        wrong = keep(&made.job.inputs[i], &inputs[i]) ? NULL : "no memory";
    }
    wrong = wrong ? wrong : run_twice(kernel, pool, flags, &made.job, inputs);
    for (int i = 0; i < PF_JOB_INPUTS; i++) {
        free(inputs[i]);
    }
    pf_made_free(&made);
    return wrong;
}
