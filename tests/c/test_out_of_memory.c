/* make test-c   (one program: build/tests/c/asan/test_out_of_memory)
 *
 * Every kernel, every recipe: its first allocation fails, then its second, and so on until it gets all that it asks for. Each time
 * the status says so, nothing is left behind (which the address sanitizer sees), and the kernel works the next time.
 *
 * The linker puts these functions in the place of malloc and its like (--wrap).
 */
#include "test.h"

#include "jobs/jobs.h"
#include "runtime/prim.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#define N 17000 /* two chunks of 16384 */
#define NEVER UINT64_MAX

/* Of a job's allocations so many at most are refused, spread over it; of all jobs', more than so many. */
#ifdef __SANITIZE_THREAD__
#define MOST_REFUSED 4 /* it sees races, not leaks */
#define LEAST_REFUSED 100
#else
#define MOST_REFUSED UINT64_MAX
#define LEAST_REFUSED 500
#endif

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
int __real_posix_memalign(void **memory, size_t alignment, size_t bytes);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes);

/* Written between calls; in a call, by all of its threads. */
static _Atomic bool counting;
static _Atomic uint64_t asked; /* allocations so far */
static uint64_t first_refused;
static uint64_t last_refused;

static bool refused(void)
{
    if (!counting) {
        return false;
    }
    uint64_t number = atomic_fetch_add(&asked, 1);
    return number >= first_refused && number <= last_refused;
}

void *__wrap_malloc(size_t bytes)
{
    return refused() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return refused() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    return refused() ? NULL : __real_realloc(memory, bytes);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t bytes)
{
    return refused() ? ENOMEM : __real_posix_memalign(memory, alignment, bytes);
}

/* The status of the kernel when allocations `first` to `last` of it fail; *allocations: how many it asked for. */
static pf_status run(const pf_kernel *kernel, const pf_call *call, const pf_made *made, uint64_t first, uint64_t last,
                     uint64_t *allocations)
{
    pf_job job = made->job; /* results overwrite parameters */
    first_refused = first;
    last_refused = last;
    asked = 0;
    counting = true;
    pf_status status = kernel->run(call, &job);
    counting = false;
    *allocations = asked;
    return status;
}

/* Returns how many allocations were refused in all. */
static uint64_t refuse_one_after_another(const pf_kernel *kernel, const pf_recipe *recipe, const pf_call *call)
{
    pf_source source = {pf_random_next, 1, NULL, 0};
    pf_made made;
    assert_true(pf_make_job(kernel->name, recipe, N, &source, &made));
    uint64_t wanted, allocations, refusals = 0;
    assert_int_equal(run(kernel, call, &made, NEVER, NEVER, &wanted), PF_OK);
    for (uint64_t k = 0; k < wanted; k += wanted / MOST_REFUSED + 1) {
        const uint64_t last[] = {k, NEVER - 1}; /* this one alone, and all that follow */
        for (size_t i = 0; i < (pf_pool_size(call->pool) > 1 ? 1 : 2); i++, refusals++) {
            pf_status status = run(kernel, call, &made, k, last[i], &allocations);
            if (status != PF_OUT_OF_MEMORY) {
                print_error("%s (%s), allocation %d of %d\n", kernel->name, pf_recipe_variant(recipe), (int)k, (int)wanted);
            }
            assert_int_equal(status, PF_OUT_OF_MEMORY);
        }
    }
    assert_int_equal(run(kernel, call, &made, NEVER, NEVER, &allocations), PF_OK);
    assert_true(allocations == wanted);
    pf_made_free(&made);
    return refusals;
}

static void every_allocation_may_fail(void **unused)
{
    (void)unused;
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    uint64_t refusals = 0;
#ifdef __SANITIZE_THREAD__
    static const int threads[] = {3}; /* with one, there is nothing that it could see */
#else
    static const int threads[] = {3, 1};
#endif
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        pf_pool *pool = make_pool(threads[t]);
        pf_call call = {pool, 0, NULL};
        for (size_t i = 0; i < count; i++) {
            for (const pf_recipe *recipe = pf_recipe_of(kernels[i].name); recipe; recipe = pf_recipe_next(recipe)) {
                if (threads[t] > 1 || !(pf_recipe_flags(recipe) & PF_JOB_PAIR)) {
                    refusals += refuse_one_after_another(&kernels[i], recipe, &call);
                }
            }
        }
        pf_pool_destroy(pool);
    }
    assert_true(refusals > LEAST_REFUSED); /* or the linker did not do what it was told */
}

static void pools_and_streams(void **unused)
{
    (void)unused;
    pf_pool *pool;
    pf_reduce_stream *stream;
    pf_deque *deque;
    first_refused = 0;
    last_refused = NEVER - 1;
    asked = 0;
    counting = true;
    assert_int_equal(pf_pool_create(2, &pool), PF_OUT_OF_MEMORY);
    assert_int_equal(pf_reduce_stream_create(&stream), PF_OUT_OF_MEMORY);
    assert_int_equal(pf_deque_create(&deque), PF_OUT_OF_MEMORY);
    first_refused = 1 + asked;
    assert_int_equal(pf_pool_create(2, &pool), PF_OUT_OF_MEMORY);
    first_refused = 1 + asked;
    assert_int_equal(pf_deque_create(&deque), PF_OUT_OF_MEMORY);
    counting = false;
    assert_int_equal(asked, 7);
}

/* A deque that cannot grow stays as it was. */
static void a_full_deque(void **unused)
{
    (void)unused;
    pf_deque *deque;
    int64_t value = 0;
    assert_int_equal(pf_deque_create(&deque), PF_OK);
    first_refused = asked = 0;
    last_refused = NEVER - 1;
    int64_t pushed = 0;
    counting = true;
    while (pf_deque_push_right(deque, pushed) == PF_OK) {
        pushed++;
    }
    assert_int_equal(pf_deque_push_left(deque, 0), PF_OUT_OF_MEMORY);
    counting = false;
    assert_int_equal(pf_deque_length(deque), pushed);
    assert_int_equal(pf_deque_push_right(deque, pushed), PF_OK);
    for (int64_t i = 0; i <= pushed; i++) {
        assert_int_equal(pf_deque_pop_left(deque, &value), PF_OK);
        assert_int_equal(value, i);
    }
    pf_deque_destroy(deque);
}

/* Small pieces and large ones, which come from elsewhere, are refused and freed alike. */
static void memory_of_any_size(void **unused)
{
    (void)unused;
    const size_t sizes[] = {1, 4096, ((size_t)4 << 20) - 1, (size_t)4 << 20, ((size_t)9 << 20) + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        first_refused = asked = 0;
        last_refused = 0;
        counting = true;
        assert_null(pf_prim_alloc(sizes[i]));
        unsigned char *memory = pf_prim_alloc(sizes[i]);
        counting = false;
        assert_int_equal(asked, 2);
        assert_non_null(memory);
        memory[0] = memory[sizes[i] - 1] = 1;
        free(memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(pools_and_streams),
        cmocka_unit_test(a_full_deque),
        cmocka_unit_test(memory_of_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
