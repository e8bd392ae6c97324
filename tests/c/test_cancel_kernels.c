/* make test-c   (one program: build/tests/c/native/test_cancel_kernels)
 *
 * Every kernel, every recipe: cancelled before it starts, at its first question to the poll, in the middle and at the last one. How
 * soon that is in seconds, `make bench-cancel` measures.
 *
 * The linker puts a clock in the place of pf_prim_now (--wrap) that is a second later each time: so the poll is due, and asked, at
 * every look, and the same number of times in every run on one thread.
 */
#include "test.h"

#include "jobs/jobs.h"

#include <stdatomic.h>

#define N 100003 /* several chunks; leaves 3 when divided by 4, which the recipe for wait wants */

double __wrap_pf_prim_now(void);
double __wrap_pf_prim_now(void)
{
    static _Atomic uint32_t seconds;
    return (double)atomic_fetch_add(&seconds, 1);
}

typedef struct question {
    uint64_t asked;
    uint64_t yes_at; /* question number, from 1; 0: never */
} question;

static bool ask(void *context)
{
    question *question = context;
    return ++question->asked == question->yes_at;
}

typedef struct subject {
    const pf_kernel *kernel;
    const pf_recipe *recipe;
    const pf_made *made;
    pf_pool *pool;
} subject;

static pf_status run(const subject *subject, pf_cancel *cancel)
{
    pf_call call = {subject->pool, 0, cancel};
    pf_job job = subject->made->job; /* results overwrite parameters */
    return subject->kernel->run(&call, &job);
}

static void expect_cancelled(const subject *subject, pf_cancel *cancel, const char *when)
{
    pf_status status = run(subject, cancel);
    if (status != PF_CANCELLED) {
        print_error("%s (%s), %s\n", subject->kernel->name, pf_recipe_variant(subject->recipe), when);
    }
    assert_int_equal(status, PF_CANCELLED);
}

/* The poll says yes at question `at` and is asked no more: it has been heard. */
static void cancel_at(const subject *subject, uint64_t at, const char *when)
{
    question asked = {0, at};
    pf_cancel cancel = {.poll = ask, .context = &asked};
    expect_cancelled(subject, &cancel, when);
    assert_true(asked.asked == at);
}

static void check(const subject *subject)
{
    pf_cancel raised = {.raised = 1};
    expect_cancelled(subject, &raised, "raised before");
    cancel_at(subject, 1, "first question");
    if (pf_pool_size(subject->pool) > 1) {
        return; /* how often the calling thread asks depends on what the others do */
    }
    question never = {0, 0};
    pf_cancel cancel = {.poll = ask, .context = &never};
    assert_int_equal(run(subject, &cancel), PF_OK);
    assert_true(never.asked >= 2);
    cancel_at(subject, never.asked / 2, "in the middle");
    cancel_at(subject, never.asked, "last question");
}

static void every_kernel_hears(void **unused)
{
    (void)unused;
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
#ifdef __SANITIZE_THREAD__
    static const int threads[] = {3}; /* one has nothing that it could see, and more of them no more than three */
#else
    static const int threads[] = {1, 2, 8};
#endif
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        pf_pool *pool = make_pool(threads[t]);
        for (size_t i = 0; i < count; i++) {
            for (const pf_recipe *recipe = pf_recipe_of(kernels[i].name); recipe; recipe = pf_recipe_next(recipe)) {
                if (threads[t] == 1 && pf_recipe_flags(recipe) & PF_JOB_PAIR) {
                    continue;
                }
                pf_source source = {pf_random_next, 1, NULL, 0};
                pf_made made;
                assert_true(pf_make_job(kernels[i].name, recipe, N, &source, &made));
                subject subject = {&kernels[i], recipe, &made, pool};
                check(&subject);
                pf_made_free(&made);
            }
        }
        pf_pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_kernel_hears)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
