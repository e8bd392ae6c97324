/* make test-c   (one program: build/tests/c/native/test_ipc_objects)
 *
 * The region, its heap, ids, names, tickets, semaphores, segments, listeners: every operation and every status, one thread.
 */
#include "ipc/world.h"

#include <stdio.h>

static void a_region_wants_room(void **unused)
{
    (void)unused;
    uint32_t least = ipc_bytes_least();
    ipc_region *region = open_region((least + 127) & ~63u, 0);
    assert_int_equal(ipc_create(region, least - 1, 4, 0), IPC_BAD);
    assert_int_equal(ipc_create(region, 0x80000000u, 4, 0), IPC_BAD);
    assert_int_equal(ipc_create(region, least, 0, 0), IPC_BAD);
    assert_int_equal(ipc_create(region, least, IPC_SLOTS, 0), IPC_BAD);
    assert_int_equal(ipc_create(at(region, 16), least, 4, 0), IPC_BAD);
    memset(region, 0xa5, least); /* whatever was there before */
    assert_int_equal(ipc_create(region, least, 4, 0), IPC_OK);
    assert_sound(region);
    uint32_t token = new_process(region);
    assert_true(ipc_pipe(region, token) > 0);
    close_region(region);
}

/* Sizes of all kinds, freed in another order, until the region is full: blocks do not overlap, and all room comes back. */
static void the_heap_keeps_blocks_apart(void **unused)
{
    (void)unused;
    enum { BLOCKS = 400 };
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint64_t seed = 6;
    uint32_t offsets[BLOCKS] = {0};
    uint32_t sizes[BLOCKS];
    uint32_t full = 0;
    for (int round = 0; round < 20000; round++) {
        uint32_t i = (uint32_t)(next_random(&seed) % BLOCKS);
        if (offsets[i] != 0) {
            const uint8_t *bytes = at(region, offsets[i]);
            for (uint32_t j = 0; j < sizes[i]; j += 1 + sizes[i] / 16) {
                assert_int_equal(bytes[j], i % 256);
            }
            assert_int_equal(bytes[sizes[i] - 1], i % 256);
            assert_int_equal(ipc_give(region, token, offsets[i]), IPC_OK);
            offsets[i] = 0;
            continue;
        }
        sizes[i] = 1 + (uint32_t)(next_random(&seed) % (1u << next_random(&seed) % 22));
        int32_t offset = ipc_take(region, token, sizes[i]);
        if (offset == IPC_MEMORY) {
            full++;
            continue;
        }
        assert_true(offset > 0 && offset % 16 == 0);
        offsets[i] = (uint32_t)offset;
        memset(at(region, offsets[i]), (int)(i % 256), sizes[i]);
        if (round % 500 == 0) {
            assert_sound(region);
        }
    }
    assert_true(full > 0);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        assert_true(offsets[i] == 0 || ipc_give(region, token, offsets[i]) == IPC_OK);
    }
    int32_t all = count(region, IPC_COUNT_FREE);
    int32_t whole = ipc_take(region, token, (uint32_t)all - 16); /* one piece again */
    assert_true(whole > 0);
    assert_int_equal(ipc_take(region, token, 1), IPC_MEMORY);
    assert_int_equal(ipc_pipe(region, token) > 0, 1); /* takes no memory */
    assert_int_equal(ipc_take(region, token, 0), IPC_BAD);
    assert_int_equal(ipc_take(region, token, UINT32_MAX), IPC_MEMORY);
    assert_int_equal(ipc_give(region, token, (uint32_t)whole + 16), IPC_BAD);
    assert_int_equal(ipc_give(region, token, (uint32_t)whole), IPC_OK);
    assert_int_equal(ipc_give(region, token, (uint32_t)whole), IPC_BAD);
    close_region(region);
}

static void ten_thousand_objects(void **unused)
{
    (void)unused;
    enum { MANY = 10000 };
    static uint32_t ids[MANY];
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    for (int round = 0; round < 3; round++) {
        uint32_t first = ids[0];
        for (uint32_t i = 0; i < MANY; i++) {
            int32_t id = i % 3 == 0   ? ipc_pipe(region, token)
                         : i % 3 == 1 ? ipc_semaphore(region, token, i, MANY, 0, 0)
                                      : ipc_segment(region, token, 0, 0);
            assert_true(id > 0);
            ids[i] = (uint32_t)id;
        }
        assert_true(first == 0 || ipc_close(region, token, first, 0) == IPC_BAD || first == ids[0]);
        assert_int_equal(count(region, IPC_COUNT_OBJECTS), MANY);
        assert_int_equal(count(region, IPC_PIPE), 3334);
        for (uint32_t i = 0; i < MANY; i++) {
            assert_int_equal(ipc_semaphore_value(region, token, ids[i]), i % 3 == 1 ? (int32_t)i : IPC_BAD);
            assert_int_equal(ipc_close(region, token, ids[i], 0), IPC_OK);
            assert_int_equal(ipc_close(region, token, ids[i], 0), IPC_BAD);
            assert_int_equal(ipc_close(region, token, ids[i], 1), i % 3 == 0 ? IPC_OK : IPC_BAD);
        }
        assert_int_equal(count(region, IPC_COUNT_OBJECTS), 0);
        assert_sound(region);
    }
    close_region(region);
}

static void the_table_fills_up(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t last = 0;
    for (int i = 0; i < IPC_OBJECTS; i++) {
        last = (uint32_t)ipc_pipe(region, token);
    }
    assert_int_equal(ipc_pipe(region, token), IPC_LIMIT);
    assert_int_equal(ipc_semaphore(region, token, 1, 1, 0, 0), IPC_LIMIT);
    assert_int_equal(ipc_segment(region, token, 0, 0), IPC_LIMIT);
    assert_int_equal(ipc_close(region, token, last, 0), IPC_OK);
    assert_int_equal(ipc_close(region, token, last, 1), IPC_OK);
    int32_t name = (int32_t)scratch_name(region, token, "x");
    assert_true(ipc_listen(region, token, (uint32_t)name, 1, 1) > 0);
    assert_int_equal(ipc_connect(region, token, (uint32_t)name, 1), IPC_LIMIT);
    assert_int_equal(ipc_listen(region, token, (uint32_t)name, 1, 1), IPC_LIMIT);
    close_region(region);
}

static void semaphores(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t other = new_process(region);
    assert_int_equal(ipc_semaphore(region, token, 2, 1, 0, 0), IPC_BAD);
    assert_int_equal(ipc_semaphore(region, token, 0, 0, 0, 0), IPC_BAD);
    assert_int_equal(ipc_semaphore(region, token, 0, 0x80000000u, 0, 0), IPC_BAD);
    uint32_t id = (uint32_t)ipc_semaphore(region, token, 1, 2, 0, 0);
    assert_int_equal(ipc_semaphore_try(region, other, id), IPC_BAD); /* does not hold it */
    assert_int_equal(ipc_semaphore_post(region, other, id), IPC_BAD);
    assert_int_equal(ipc_semaphore_value(region, other, id), IPC_BAD);
    assert_int_equal(ipc_semaphore_post(region, token, id), IPC_OK);
    assert_int_equal(ipc_semaphore_post(region, token, id), IPC_OVERFLOW);
    assert_int_equal(ipc_semaphore_value(region, token, id), 2);
    assert_int_equal(ipc_semaphore_try(region, token, id), 1);
    assert_int_equal(ipc_semaphore_wait(region, token, id, 0), 1);
    assert_int_equal(ipc_semaphore_try(region, token, id), 0);
    assert_int_equal(ipc_semaphore_wait(region, token, id, 0), 0);
    assert_int_equal(ipc_semaphore_wait(region, token, id, 0.001), 0);
    /* Taken by who dies: stays taken. */
    share(region, token, other, id, 0);
    assert_int_equal(ipc_semaphore_post(region, token, id), IPC_OK);
    assert_int_equal(ipc_semaphore_try(region, other, id), 1);
    bury(region, other, 9);
    assert_int_equal(ipc_semaphore_try(region, token, id), 0);
    uint32_t pipe = (uint32_t)ipc_pipe(region, token);
    assert_int_equal(ipc_semaphore_try(region, token, pipe), IPC_BAD);
    assert_int_equal(ipc_semaphore_try(region, token, 0), IPC_BAD);
    assert_int_equal(ipc_close(region, token, id, 0), IPC_OK);
    assert_int_equal(ipc_semaphore_post(region, token, id), IPC_BAD);
    close_region(region);
}

static void names(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t other = new_process(region);
    char longest[IPC_NAME_LIMIT + 2];
    memset(longest, 'n', sizeof longest);
    longest[sizeof longest - 1] = 0;
    uint32_t name = scratch_name(region, token, longest);
    assert_int_equal(ipc_semaphore(region, token, 1, 1, name, IPC_NAME_LIMIT + 1), IPC_BAD);
    assert_int_equal(ipc_semaphore(region, token, 1, 1, UINT32_MAX - 3, 8), IPC_BAD);
    assert_int_equal(ipc_semaphore(region, token, 1, 1, REGION_BYTES - 3, 8), IPC_BAD);
    assert_int_equal(ipc_listen(region, token, name, 0, 1), IPC_BAD);
    uint32_t id = (uint32_t)ipc_semaphore(region, token, 1, 1, name, IPC_NAME_LIMIT);
    assert_int_equal(ipc_semaphore(region, token, 1, 1, name, IPC_NAME_LIMIT), IPC_EXISTS);
    uint32_t shorter = (uint32_t)ipc_semaphore(region, token, 1, 1, name, IPC_NAME_LIMIT - 1);
    uint32_t segment = (uint32_t)ipc_segment(region, token, name, IPC_NAME_LIMIT); /* another kind: no clash */
    assert_true(id > 0 && shorter > 0 && segment > 0 && shorter != id);

    uint32_t same = scratch_name(region, other, longest);
    assert_int_equal(ipc_open(region, other, IPC_SEMAPHORE, same, IPC_NAME_LIMIT), id);
    assert_int_equal(ipc_open(region, other, IPC_SEGMENT, same, IPC_NAME_LIMIT), segment);
    assert_int_equal(ipc_open(region, other, IPC_SEGMENT, same, 3), IPC_NONE);
    assert_int_equal(ipc_open(region, other, IPC_PIPE, same, IPC_NAME_LIMIT), IPC_NONE);
    assert_int_equal(ipc_semaphore_try(region, other, id), 1);

    /* Without its name it goes on for who holds it; the name is free at once. */
    assert_int_equal(ipc_unlink(region, other, IPC_SEMAPHORE, same, IPC_NAME_LIMIT), IPC_OK);
    assert_int_equal(ipc_unlink(region, other, IPC_SEMAPHORE, same, IPC_NAME_LIMIT), IPC_NONE);
    assert_int_equal(ipc_semaphore_post(region, token, id), IPC_OK);
    uint32_t newer = (uint32_t)ipc_semaphore(region, token, 0, 1, name, IPC_NAME_LIMIT);
    assert_true(newer > 0 && newer != id);

    /* With a name it stays when nobody holds it. */
    bury(region, token, 0);
    bury(region, other, 0);
    assert_int_equal(count(region, IPC_SEMAPHORE), 2);
    assert_int_equal(count(region, IPC_SEGMENT), 1);
    uint32_t third = new_process(region);
    same = scratch_name(region, third, longest);
    assert_int_equal(ipc_open(region, third, IPC_SEMAPHORE, same, IPC_NAME_LIMIT), newer);
    assert_int_equal(ipc_unlink(region, third, IPC_SEGMENT, same, IPC_NAME_LIMIT), IPC_OK);
    assert_int_equal(count(region, IPC_SEGMENT), 0);
    close_region(region);
}

static void many_names(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    char name[16];
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 5000; i++) {
            int length = snprintf(name, sizeof name, "/mp-%d", i);
            uint32_t offset = scratch_name(region, token, name);
            assert_true(ipc_semaphore(region, token, 1, 1, offset, (uint32_t)length) > 0);
        }
        assert_sound(region);
        for (int i = 4999; i >= 0; i--) {
            int length = snprintf(name, sizeof name, "/mp-%d", i);
            uint32_t offset = scratch_name(region, token, name);
            int32_t id = ipc_open(region, token, IPC_SEMAPHORE, offset, (uint32_t)length);
            assert_int_equal(ipc_unlink(region, token, IPC_SEMAPHORE, offset, (uint32_t)length), IPC_OK);
            assert_int_equal(ipc_close(region, token, (uint32_t)id, 0), IPC_OK);
        }
        assert_int_equal(count(region, IPC_COUNT_BLOCKS), 0);
    }
    close_region(region);
}

static void segments(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t other = new_process(region);
    uint32_t id = (uint32_t)ipc_segment(region, token, 0, 0);
    assert_int_equal(ipc_segment_at(region, token, id), 0);
    assert_int_equal(ipc_segment_resize(region, token, id, 0), IPC_BAD);
    assert_int_equal(ipc_segment_resize(region, other, id, 10), IPC_BAD);
    assert_int_equal(ipc_segment_resize(region, token, id, REGION_BYTES), IPC_MEMORY);
    assert_int_equal(ipc_segment_resize(region, token, id, 100000), IPC_OK);
    assert_int_equal(ipc_segment_resize(region, token, id, 100000), IPC_OK);
    assert_int_equal(ipc_segment_resize(region, token, id, 100001), IPC_EXISTS);
    share(region, token, other, id, 0);
    int64_t where = ipc_segment_at(region, token, id);
    assert_int_equal(where, ipc_segment_at(region, other, id));
    assert_int_equal(second_of(where), 100000);
    assert_int_equal(ipc_segment_version(region, token, id), 0);
    assert_int_equal(ipc_segment_publish(region, token, id, 0, 100000), 1);
    assert_int_equal(ipc_segment_publish(region, other, id, 99999, 1), 2);
    assert_int_equal(ipc_segment_publish(region, other, id, 0, 100001), IPC_BAD);
    assert_int_equal(ipc_segment_publish(region, other, id, UINT32_MAX, 2), IPC_BAD);
    assert_int_equal(ipc_segment_version(region, token, id), 2);
    memset(at(region, first_of(where)), 1, 100000);
    bury(region, other, 0);
    assert_int_equal(((uint8_t *)at(region, first_of(where)))[99999], 1);
    assert_int_equal(count(region, IPC_COUNT_BLOCKS), 1);
    assert_int_equal(ipc_close(region, token, id, 0), IPC_OK);
    assert_int_equal(count(region, IPC_COUNT_BLOCKS), 0);
    assert_int_equal(ipc_segment_version(region, token, id), IPC_BAD);
    /* The memory of one that is gone is zero in the next one. */
    id = (uint32_t)ipc_segment(region, token, 0, 0);
    assert_int_equal(ipc_segment_resize(region, token, id, 100000), IPC_OK);
    where = ipc_segment_at(region, token, id);
    for (uint32_t i = 0; i < 100000; i++) {
        assert_int_equal(((uint8_t *)at(region, first_of(where)))[i], 0);
    }
    assert_int_equal(ipc_segment_resize(region, IPC_SUPERVISOR, id, 5), IPC_BAD);
    close_region(region);
}

/* What next() says from a byte on: the first one, how many. */
static void assert_next(ipc_region *region, uint32_t token, uint32_t id, uint32_t from, uint32_t first, uint32_t bytes)
{
    int64_t next = ipc_segment_next(region, token, id, from);
    assert_int_equal(first_of(next), first);
    assert_int_equal(second_of(next), bytes);
}

static void marks_of_segments(void **unused)
{
    (void)unused;
    enum { PART = IPC_SEGMENT_PART, BYTES = 10 * PART + 100 };
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t other = new_process(region);
    uint32_t id = (uint32_t)ipc_segment(region, token, 0, 0);
    assert_int_equal(ipc_segment_version(region, token, id), 0); /* also without a size */
    assert_int_equal(ipc_segment_next(region, token, id, 0), 0);
    assert_int_equal(ipc_segment_publish(region, token, id, 0, 1), IPC_BAD);
    assert_int_equal(ipc_segment_merge(region, token, id, 0, 1), IPC_BAD);
    assert_int_equal(ipc_segment_resize(region, token, id, BYTES), IPC_OK);
    assert_int_equal(ipc_segment_next(region, other, id, 0), IPC_BAD);
    share(region, token, other, id, 0);
    assert_next(region, token, id, 0, 0, 0);
    assert_next(region, other, id, 0, 0, 0);
    /* Two parts in a row, one further on, the last one, which is short. Nobody marks anything for itself. */
    assert_int_equal(ipc_segment_publish(region, token, id, PART - 1, 2), 1);
    assert_int_equal(ipc_segment_publish(region, token, id, 5 * PART, PART), 2);
    assert_int_equal(ipc_segment_publish(region, token, id, BYTES - 1, 1), 3);
    assert_int_equal(ipc_segment_publish(region, token, id, BYTES, 0), 4);
    assert_next(region, token, id, 0, 0, 0);
    assert_next(region, other, id, 0, 0, 2 * PART);
    assert_next(region, other, id, 2 * PART, 5 * PART, PART);
    assert_next(region, other, id, 6 * PART, 10 * PART, 100);
    assert_next(region, other, id, BYTES, 0, 0);
    assert_next(region, other, id, 0, 0, 0);
    assert_int_equal(ipc_segment_next(region, other, id, BYTES + 1), IPC_BAD);
    assert_int_equal(ipc_segment_publish(region, other, id, 0, BYTES), 5);
    assert_next(region, token, id, 3 * PART, 3 * PART, BYTES - 3 * PART);
    assert_next(region, token, id, 0, 0, 3 * PART);
    close_region(region);
}

/* Bytes that differ are stored, the others are left as somebody else has them; nothing beside them is touched. */
static void merging_into_segments(void **unused)
{
    (void)unused;
    enum { MOST = IPC_SCRATCH / 2, BYTES = MOST + 40 };
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t id = (uint32_t)ipc_segment(region, token, 0, 0);
    assert_int_equal(ipc_segment_resize(region, token, id, BYTES), IPC_OK);
    uint8_t *memory = at(region, first_of(ipc_segment_at(region, token, id)));
    uint8_t *scratch = at(region, (uint32_t)ipc_scratch(region, token));
    uint8_t expected[BYTES];
    uint64_t seed = 5;
    for (int round = 0; round < 2000; round++) {
        uint32_t bytes = (uint32_t)(next_random(&seed) % (MOST + 1));
        uint32_t where = (uint32_t)(next_random(&seed) % (BYTES - bytes + 1));
        uint32_t one_in = 1 + (uint32_t)(next_random(&seed) % 20);
        for (uint32_t i = 0; i < BYTES; i++) {
            memory[i] = expected[i] = (uint8_t)next_random(&seed);
        }
        for (uint32_t i = 0; i < bytes; i++) {
            uint8_t old = (uint8_t)next_random(&seed), fresh = next_random(&seed) % one_in == 0 ? (uint8_t)next_random(&seed) : old;
            scratch[i] = fresh;
            scratch[bytes + i] = old;
            expected[where + i] = fresh != old ? fresh : expected[where + i];
        }
        assert_int_equal(ipc_segment_merge(region, token, id, where, bytes), IPC_OK);
        assert_memory_equal(memory, expected, BYTES);
    }
    assert_int_equal(ipc_segment_merge(region, token, id, 0, MOST + 1), IPC_BAD);
    assert_int_equal(ipc_segment_merge(region, token, id, BYTES - 1, 2), IPC_BAD);
    assert_int_equal(ipc_segment_merge(region, token, 12345, 0, 1), IPC_BAD);
    close_region(region);
}

static void tickets(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t from = new_process(region);
    uint32_t to = new_process(region);
    uint32_t pipe = (uint32_t)ipc_pipe(region, from);
    assert_int_equal(ipc_ticket(region, to, pipe, 0), IPC_BAD);
    assert_int_equal(ipc_ticket(region, from, pipe, 2), IPC_BAD);
    assert_int_equal(ipc_ticket(region, from, 0, 0), IPC_BAD);
    uint32_t ticket = (uint32_t)ipc_ticket(region, from, pipe, IPC_READ_END);

    /* The reference travels although the sender closes its own. */
    assert_int_equal(ipc_close(region, from, pipe, IPC_READ_END), IPC_OK);
    assert_int_equal(send(region, from, pipe, "abc", 3), 3);
    assert_int_equal(ipc_ticket_take(region, to, ticket), (int64_t)pipe << 32);
    assert_int_equal(ipc_ticket_take(region, to, ticket), IPC_BAD);
    char bytes[4] = "";
    assert_int_equal(receive(region, to, pipe, bytes, 4), 3);
    assert_string_equal(bytes, "abc");

    /* Dropped: by its owner only; then nobody reads any more. */
    ticket = (uint32_t)ipc_ticket(region, to, pipe, IPC_READ_END);
    assert_int_equal(ipc_close(region, to, pipe, IPC_READ_END), IPC_OK);
    assert_int_equal(ipc_ticket_drop(region, from, ticket), IPC_BAD);
    assert_int_equal(ipc_ready(region, from, IPC_WRITABLE, pipe), 1);
    assert_int_equal(ipc_ticket_drop(region, to, ticket), IPC_OK);
    assert_int_equal(send(region, from, pipe, "abc", 3), IPC_BROKEN);

    /* With its owner. */
    uint32_t other = (uint32_t)ipc_pipe(region, to);
    ticket = (uint32_t)ipc_ticket(region, to, other, IPC_WRITE_END);
    share(region, to, from, other, IPC_READ_END);
    assert_int_equal(ipc_close(region, to, other, IPC_WRITE_END), IPC_OK);
    assert_int_equal(receive(region, from, other, bytes, 4), IPC_AGAIN);
    bury(region, to, 0);
    assert_int_equal(receive(region, from, other, bytes, 4), IPC_CLOSED);
    assert_int_equal(ipc_ticket_take(region, from, ticket), IPC_BAD);

    /* A table full of them. */
    for (int i = 0; i < IPC_TICKETS; i++) {
        assert_true(ipc_ticket(region, from, other, IPC_READ_END) > 0);
    }
    assert_int_equal(ipc_ticket(region, from, other, IPC_READ_END), IPC_LIMIT);
    assert_int_equal(count(region, IPC_COUNT_TICKETS), IPC_TICKETS);
    assert_sound(region);
    close_region(region);
}

static void tickets_in_messages(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t from = new_process(region);
    uint32_t to = new_process(region);
    uint32_t channel = (uint32_t)ipc_pipe(region, from);
    share(region, from, to, channel, IPC_READ_END);
    uint32_t tickets[IPC_TICKETS_EACH + 1];
    uint32_t semaphore = (uint32_t)ipc_semaphore(region, from, 0, 1, 0, 0);

    /* Read: they can be taken. */
    int64_t room = ipc_reserve_message(region, from, channel, 4);
    for (int i = 0; i <= IPC_TICKETS_EACH; i++) {
        tickets[i] = (uint32_t)ipc_ticket(region, from, semaphore, 0);
        assert_int_equal(ipc_ticket_attach(region, to, tickets[i], first_of(room)), IPC_BAD);
        assert_int_equal(ipc_ticket_attach(region, from, tickets[i], first_of(room)), i < IPC_TICKETS_EACH ? IPC_OK : IPC_LIMIT);
    }
    assert_int_equal(ipc_ticket_attach(region, from, tickets[0], first_of(room)), IPC_BAD);
    assert_int_equal(ipc_commit(region, from, channel, first_of(room), 4), 4);
    char bytes[8];
    assert_int_equal(receive(region, to, channel, bytes, 8), 4);
    assert_int_equal(ipc_ticket_take(region, to, tickets[3]), (int64_t)semaphore << 32);
    assert_sound(region);

    /* Given up: they die with the reservation. Never read: with the pipe. */
    for (int unread = 0; unread < 2; unread++) {
        room = ipc_reserve_message(region, from, channel, 4);
        uint32_t ticket = (uint32_t)ipc_ticket(region, from, semaphore, 0);
        assert_int_equal(ipc_ticket_attach(region, from, ticket, first_of(room)), IPC_OK);
        assert_int_equal(ipc_commit(region, from, channel, first_of(room), unread ? 4 : IPC_DROP), unread ? 4 : 0);
        if (unread) {
            assert_int_equal(ipc_close(region, to, channel, IPC_READ_END), IPC_OK);
            assert_int_equal(ipc_close(region, from, channel, IPC_READ_END), IPC_OK);
            assert_int_equal(ipc_close(region, from, channel, IPC_WRITE_END), IPC_OK);
        }
        assert_int_equal(ipc_ticket_take(region, to, ticket), IPC_BAD);
        assert_sound(region);
    }
    assert_int_equal(count(region, IPC_COUNT_TICKETS), IPC_TICKETS_EACH);
    close_region(region);
}

static void listeners(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t server = new_process(region);
    uint32_t client = new_process(region);
    uint32_t name = scratch_name(region, server, "/tmp/listener");
    uint32_t called = scratch_name(region, client, "/tmp/listener");
    assert_int_equal(ipc_connect(region, client, called, 13), IPC_NONE);
    assert_int_equal(ipc_listen(region, server, name, 13, 0), IPC_BAD);
    assert_int_equal(ipc_listen(region, server, name, 13, 5000), IPC_BAD);
    uint32_t id = (uint32_t)ipc_listen(region, server, name, 13, 2);
    assert_int_equal(ipc_listen(region, client, called, 13, 2), IPC_EXISTS);
    assert_int_equal(ipc_accept(region, server, id), IPC_AGAIN);
    assert_int_equal(ipc_accept(region, client, id), IPC_BAD);
    assert_int_equal(ipc_ready(region, server, IPC_READABLE, id), 0);

    int64_t near = ipc_connect(region, client, called, 13);
    assert_int_equal(send(region, client, second_of(near), "hello", 5), 5); /* before it is accepted */
    assert_int_equal(ipc_ready(region, server, IPC_READABLE, id), 1);
    int64_t far = ipc_accept(region, server, id);
    char bytes[8] = "";
    assert_int_equal(receive(region, server, first_of(far), bytes, 8), 5);
    assert_string_equal(bytes, "hello");
    assert_int_equal(send(region, server, second_of(far), "you", 4), 4);
    assert_int_equal(receive(region, client, first_of(near), bytes, 8), 4);
    assert_string_equal(bytes, "you");

    /* The queue is as long as was said; a client may die in it. */
    uint32_t hasty = new_process(region);
    uint32_t hasty_name = scratch_name(region, hasty, "/tmp/listener");
    int64_t lost = ipc_connect(region, hasty, hasty_name, 13);
    assert_int_equal(send(region, hasty, second_of(lost), "bye", 3), 3);
    assert_true(ipc_connect(region, client, called, 13) > 0);
    assert_int_equal(ipc_connect(region, client, called, 13), IPC_AGAIN);
    bury(region, hasty, 0);
    far = ipc_accept(region, server, id);
    assert_int_equal(receive(region, server, first_of(far), bytes, 8), 3);
    assert_int_equal(receive(region, server, first_of(far), bytes, 8), IPC_CLOSED);
    assert_int_equal(send(region, server, second_of(far), "?", 1), IPC_BROKEN);

    /* With the server goes the name, and what was not accepted. */
    int64_t waiting = ipc_connect(region, client, called, 13);
    assert_true(waiting > 0);
    bury(region, server, 0);
    assert_int_equal(receive(region, client, first_of(waiting), bytes, 8), IPC_CLOSED);
    assert_int_equal(ipc_connect(region, client, called, 13), IPC_NONE);
    assert_int_equal(count(region, IPC_LISTENER), 0);
    assert_sound(region);
    close_region(region);
}

/* No operation leaves anything behind when there is no room for it. */
static void out_of_memory(void **unused)
{
    (void)unused;
    ipc_region *region = open_region(REGION_BYTES, 0);
    uint32_t token = new_process(region);
    uint32_t name = scratch_name(region, token, "name");
    uint32_t pipe = (uint32_t)ipc_pipe(region, token);
    uint32_t segment = (uint32_t)ipc_segment(region, token, 0, 0);
    assert_true(ipc_listen(region, token, name, 4, 4) > 0);
    int32_t free_bytes = count(region, IPC_COUNT_FREE);
    assert_true(ipc_take(region, token, (uint32_t)free_bytes - 16) > 0);
    int32_t objects = count(region, IPC_COUNT_OBJECTS);
    int32_t blocks = count(region, IPC_COUNT_BLOCKS);
    assert_int_equal(ipc_semaphore(region, token, 1, 1, name, 4), IPC_MEMORY);
    assert_int_equal(ipc_segment(region, token, name, 4), IPC_MEMORY);
    assert_int_equal(ipc_listen(region, token, name, 3, 4), IPC_MEMORY);
    assert_int_equal(ipc_connect(region, token, name, 4), IPC_MEMORY);
    assert_int_equal(ipc_reserve(region, token, pipe, 1, 1), IPC_MEMORY);
    assert_int_equal(ipc_reserve_message(region, token, pipe, 0), IPC_MEMORY);
    assert_int_equal(ipc_segment_resize(region, token, segment, 1), IPC_MEMORY);
    assert_int_equal(count(region, IPC_COUNT_OBJECTS), objects);
    assert_int_equal(count(region, IPC_COUNT_BLOCKS), blocks);
    assert_sound(region);
    close_region(region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_region_wants_room), cmocka_unit_test(the_heap_keeps_blocks_apart),
        cmocka_unit_test(ten_thousand_objects), cmocka_unit_test(the_table_fills_up),
        cmocka_unit_test(semaphores),          cmocka_unit_test(names),
        cmocka_unit_test(many_names),          cmocka_unit_test(segments),
        cmocka_unit_test(marks_of_segments),   cmocka_unit_test(merging_into_segments),
        cmocka_unit_test(tickets),             cmocka_unit_test(tickets_in_messages),
        cmocka_unit_test(listeners),           cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
