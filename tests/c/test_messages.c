/* make test-c   (one program: build/tests/c/native/test_messages)
 *
 * The ring buffer: every message arrives once, whole and in order, for all capacities and batches; sides that give up;
 * the two kernels and where they cannot run.
 */
#include "test.h"

#include "kernels/messages/messages.h"
#include "kernels/messages/ring.h"
#include "runtime/loop.h"
#include "runtime/prim.h"

#include <pthread.h>
#include <stdlib.h>

/* ------------------------------------------------------------------------------------------------ the ring */

typedef struct stream {
    pf_ring *ring;
    uint32_t size;
    uint32_t put_batch;
    uint32_t get_batch;
    uint32_t count;
    bool slow_put; /* one side sleeps now and then, so that the other has to */
    bool slow_get;
    uint32_t wrong; /* written by the getting side, read when both are done */
} stream;

#define BATCH_LIMIT 64
#define SIZE_LIMIT 24

static unsigned char byte_of(uint32_t message, uint32_t i)
{
    return (unsigned char)((message * 2654435761u >> 16) + i * 31);
}

static void rest_now_and_then(bool slow, uint32_t message)
{
    if (slow && message % 97 == 0) {
        pf_prim_sleep(100e-6);
    }
}

static pf_status put_stream(void *context)
{
    stream *shared = context;
    unsigned char messages[BATCH_LIMIT * SIZE_LIMIT];
    for (uint32_t first = 0; first < shared->count;) {
        uint32_t n = shared->count - first < shared->put_batch ? shared->count - first : shared->put_batch;
        for (uint32_t i = 0; i < n * shared->size; i++) {
            messages[i] = byte_of(first + i / shared->size, i % shared->size);
        }
        rest_now_and_then(shared->slow_put, first);
        pf_status status = pf_ring_put(shared->ring, messages, n);
        if (status != PF_OK) {
            return status;
        }
        first += n;
    }
    return PF_OK;
}

static pf_status get_stream(void *context)
{
    stream *shared = context;
    unsigned char messages[BATCH_LIMIT * SIZE_LIMIT];
    for (uint32_t first = 0; first < shared->count;) {
        uint32_t got = 0;
        rest_now_and_then(shared->slow_get, first);
        pf_status status = pf_ring_get(shared->ring, messages, shared->get_batch, &got);
        if (status != PF_OK) {
            return status;
        }
        shared->wrong += got == 0 || got > shared->get_batch;
        for (uint32_t i = 0; i < got * shared->size; i++) {
            shared->wrong += messages[i] != byte_of(first + i / shared->size, i % shared->size);
        }
        first += got;
    }
    return PF_OK;
}

static void every_message_arrives(void **unused)
{
    (void)unused;
    static const uint32_t capacities[] = {1, 2, 8, 64};
    static const uint32_t sizes[] = {1, 3, 8, SIZE_LIMIT};
    static const uint32_t batches[] = {1, 5, BATCH_LIMIT};
    pf_pool *pool = make_pool(2);
    pf_call call = {pool, 0, NULL};
    double start;
    int round = 0;
    for (size_t c = 0; c < 4; c++) {
        for (size_t s = 0; s < 4; s++) {
            for (size_t b = 0; b < 9; b++, round++) {
                stream shared = {.size = sizes[s], .put_batch = batches[b % 3], .get_batch = batches[b / 3], .count = 1000,
                                 .slow_put = round % 7 == 0, .slow_get = round % 7 == 1};
                assert_int_equal(pf_ring_create(capacities[c], sizes[s], &shared.ring), PF_OK);
                assert_int_equal(pf_run_pair(&call, put_stream, get_stream, &shared, &start), PF_OK);
                assert_int_equal(shared.wrong, 0);
                pf_ring_destroy(shared.ring);
            }
        }
    }
    pf_pool_destroy(pool);
}

static void rings_that_cannot_be(void **unused)
{
    (void)unused;
    pf_ring *ring;
    assert_int_equal(pf_ring_create(0, 1, &ring), PF_BAD_ARGUMENT);
    assert_int_equal(pf_ring_create(3, 1, &ring), PF_BAD_ARGUMENT);
    assert_int_equal(pf_ring_create(1, 0, &ring), PF_BAD_ARGUMENT);
    assert_int_equal(pf_ring_create(UINT32_C(1) << 31, 1, &ring), PF_BAD_ARGUMENT);
    pf_ring_destroy(NULL);
}

static pf_status give_up(void *context)
{
    pf_ring_abandon(((stream *)context)->ring);
    return PF_BAD_ARGUMENT;
}

static void the_other_side_gives_up(void **unused)
{
    (void)unused;
    pf_pool *pool = make_pool(2);
    pf_call call = {pool, 0, NULL};
    double start;
    for (int round = 0; round < 50; round++) {
        stream shared = {.size = 8, .put_batch = 1, .get_batch = 1, .count = UINT32_MAX};
        assert_int_equal(pf_ring_create(2, 8, &shared.ring), PF_OK);
        assert_int_equal(pf_run_pair(&call, put_stream, give_up, &shared, &start), PF_CANCELLED);
        assert_int_equal(pf_run_pair(&call, give_up, get_stream, &shared, &start), PF_BAD_ARGUMENT);
        pf_ring_destroy(shared.ring);
    }
    pf_pool_destroy(pool);
}

/* ------------------------------------------------------------------------------------------------ the kernels */

static void checksums(void **unused)
{
    (void)unused;
    int64_t checksum;
    double seconds;
    for (size_t t = 1; t < THREAD_COUNTS; t++) {
        pf_pool *pool = make_pool(thread_counts[t]);
        pf_call call = {pool, 0, NULL};
        static const uint32_t batches[] = {1, 3, 1000, 5000};
        for (size_t b = 0; b < 4; b++) {
            assert_int_equal(pf_pass_messages(&call, 10000, 8, batches[b], &checksum, &seconds), PF_OK);
            assert_int_equal(checksum, INT64_C(10000) * 9999 / 2);
            assert_true(seconds > 0);
            assert_int_equal(pf_pass_messages(&call, 600, 1, batches[b], &checksum, &seconds), PF_OK);
            assert_int_equal(checksum, 2 * 255 * 256 / 2 + 88 * 87 / 2);
        }
        assert_int_equal(pf_pass_messages(&call, 20, 100000, 10, &checksum, &seconds), PF_OK);
        assert_int_equal(checksum, 190);
        assert_int_equal(pf_pass_messages(&call, 3, PF_MESSAGES_LIMIT, 1, &checksum, &seconds), PF_OK);
        assert_int_equal(checksum, 3);
        assert_int_equal(pf_pass_messages(&call, 0, 8, 1, &checksum, &seconds), PF_OK);
        assert_int_equal(checksum, 0);
        pf_pool_destroy(pool);
    }
}

static void buckets(void **unused)
{
    (void)unused;
    for (int bucket = 0; bucket < PF_LATENCY_BUCKETS - 1; bucket++) {
        uint64_t start = pf_latency_start(bucket);
        uint64_t next = pf_latency_start(bucket + 1);
        assert_true(start < next);
        assert_int_equal(pf_latency_bucket(start), bucket);
        assert_int_equal(pf_latency_bucket(next - 1), bucket);
        assert_true(start < 4 || (next - start) * 4 <= start);
    }
    assert_int_equal(pf_latency_bucket(UINT64_MAX), PF_LATENCY_BUCKETS - 1);
    assert_int_equal(pf_latency_start(16), 32);
    assert_int_equal(pf_latency_start(0), 0);
}

static void histograms(void **unused)
{
    (void)unused;
    int64_t histogram[PF_LATENCY_BUCKETS];
    double seconds;
    pf_pool *pool = make_pool(3);
    pf_call call = {pool, 2, NULL};
    static const uint64_t groups[] = {1, 7, 100000};
    for (size_t g = 0; g < 3; g++) {
        assert_int_equal(pf_round_trips(&call, 3000, groups[g], histogram, &seconds), PF_OK);
        int64_t trips = 0;
        double least = 0;
        for (int bucket = 0; bucket < PF_LATENCY_BUCKETS; bucket++) {
            trips += histogram[bucket];
            least += (double)histogram[bucket] * (double)pf_latency_start(bucket) * 1e-9;
        }
        assert_int_equal(trips, 3000);
        assert_true(seconds > 0 && least <= seconds * 1.01);
    }
    assert_int_equal(pf_round_trips(&call, 0, 1, histogram, &seconds), PF_OK);
    assert_int_equal(pf_round_trips(&call, 1, 0, histogram, &seconds), PF_BAD_ARGUMENT);
    pf_pool_destroy(pool);
}

static pf_status pass(const pf_call *call)
{
    int64_t checksum;
    double seconds;
    return pf_pass_messages(call, 10, 8, 1, &checksum, &seconds);
}

static pf_status trips(const pf_call *call)
{
    int64_t histogram[PF_LATENCY_BUCKETS];
    double seconds;
    return pf_round_trips(call, 10, 1, histogram, &seconds);
}

static pf_status inside_a_loop(void *context, size_t chunk, size_t begin, size_t end)
{
    (void)chunk, (void)begin, (void)end;
    return pass(context) == PF_NO_THREADS && trips(context) == PF_NO_THREADS ? PF_OK : PF_BAD_ARGUMENT;
}

static void nobody_to_talk_to(void **unused)
{
    (void)unused;
    assert_int_equal(pass(NULL), PF_NO_THREADS);
    assert_int_equal(trips(NULL), PF_NO_THREADS);
    pf_pool *one = make_pool(1);
    pf_pool *two = make_pool(2);
    assert_int_equal(pass(&(pf_call){one, 0, NULL}), PF_NO_THREADS);
    assert_int_equal(pass(&(pf_call){two, 1, NULL}), PF_NO_THREADS);
    assert_int_equal(pass(&(pf_call){two, 3, NULL}), PF_BAD_ARGUMENT);
    assert_int_equal(pass(&(pf_call){two, 2, NULL}), PF_OK);
    pf_call call = {two, 0, NULL};
    assert_int_equal(pf_parallel_for(&call, 4, 1, inside_a_loop, &call), PF_OK);
    int64_t checksum;
    double seconds;
    assert_int_equal(pf_pass_messages(&call, 1, 0, 1, &checksum, &seconds), PF_BAD_ARGUMENT);
    assert_int_equal(pf_pass_messages(&call, 1, 8, 0, &checksum, &seconds), PF_BAD_ARGUMENT);
    assert_int_equal(pf_pass_messages(&call, 1, 1024, 1025, &checksum, &seconds), PF_BAD_ARGUMENT);
    pf_pool_destroy(one);
    pf_pool_destroy(two);
}

static bool soon(void *context)
{
    return ++*(int *)context > 3;
}

static void cancelled(void **unused)
{
    (void)unused;
    pf_pool *pool = make_pool(2);
    for (int round = 0; round < 10; round++) {
        int asked = 0;
        pf_cancel cancel = {.poll = soon, .context = &asked};
        pf_call call = {pool, 0, &cancel};
        int64_t checksum;
        int64_t histogram[PF_LATENCY_BUCKETS];
        double seconds;
        if (round % 2) {
            assert_int_equal(pf_pass_messages(&call, UINT64_MAX, 8, round, &checksum, &seconds), PF_CANCELLED);
        } else {
            assert_int_equal(pf_round_trips(&call, UINT64_MAX, 1, histogram, &seconds), PF_CANCELLED);
        }
    }
    pf_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_arrives),
        cmocka_unit_test(rings_that_cannot_be),
        cmocka_unit_test(the_other_side_gives_up),
        cmocka_unit_test(checksums),
        cmocka_unit_test(buckets),
        cmocka_unit_test(histograms),
        cmocka_unit_test(nobody_to_talk_to),
        cmocka_unit_test(cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
