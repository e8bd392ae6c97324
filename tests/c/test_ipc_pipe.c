/* make test-c   (one program: build/tests/c/native/test_ipc_pipe)
 *
 * Pipes: messages, bytes, limits, ends, claims; what a dead writer or reader leaves. One thread.
 */
#include "ipc/world.h"

typedef struct pair {
    ipc_region *region;
    uint32_t writer;
    uint32_t reader;
    uint32_t pipe;
} pair;

/* Each holds its end alone. */
static pair open_pair(void)
{
    pair p = {.region = open_region(REGION_BYTES, 0)};
    p.writer = new_process(p.region);
    p.reader = new_process(p.region);
    p.pipe = (uint32_t)ipc_pipe(p.region, p.writer);
    share(p.region, p.writer, p.reader, p.pipe, IPC_READ_END);
    assert_int_equal(ipc_close(p.region, p.writer, p.pipe, IPC_READ_END), IPC_OK);
    return p;
}

static int32_t write_bytes(const pair *p, const void *bytes, uint32_t length)
{
    int64_t room = ipc_reserve(p->region, p->writer, p->pipe, length, 0);
    if (room < 0) {
        return (int32_t)room;
    }
    memcpy(at(p->region, first_of(room)), bytes, second_of(room));
    return ipc_commit(p->region, p->writer, p->pipe, first_of(room), second_of(room));
}

static int32_t read_bytes(const pair *p, void *bytes, uint32_t length)
{
    int64_t claim = ipc_claim(p->region, p->reader, p->pipe, length);
    if (claim < 0) {
        return (int32_t)claim;
    }
    memcpy(bytes, at(p->region, first_of(claim)), second_of(claim));
    assert_int_equal(ipc_release(p->region, p->reader, p->pipe, 1), IPC_OK);
    return (int32_t)second_of(claim);
}

static void messages_of_every_size(void **unused)
{
    (void)unused;
    pair p = open_pair();
    static uint8_t sent[300000];
    static uint8_t got[300000];
    static const uint32_t sizes[] = {0, 1, 3, 4, 15, 16, 17, 1000, 65536, 300000};
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof sent; i++) {
        sent[i] = (uint8_t)next_random(&seed);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(send(p.region, p.writer, p.pipe, sent, sizes[i]), sizes[i]);
    }
    uint32_t bytes = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes += sizes[i] + 4;
    }
    assert_int_equal(ipc_pipe_bytes(p.region, p.reader, p.pipe), bytes);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(got, 0, sizeof got);
        assert_int_equal(receive(p.region, p.reader, p.pipe, got, sizeof got), sizes[i]);
        assert_memory_equal(got, sent, sizes[i]);
    }
    assert_int_equal(receive(p.region, p.reader, p.pipe, got, sizeof got), IPC_AGAIN);
    assert_int_equal(count(p.region, IPC_COUNT_BLOCKS), 0);
    assert_int_equal(ipc_reserve_message(p.region, p.writer, p.pipe, 0x7fffffff), IPC_BAD);
    close_region(p.region);
}

/* The header is multiprocessing's: 4 bytes, big endian; and what somebody else writes like that is a message. */
static void the_header_of_a_message(void **unused)
{
    (void)unused;
    pair p = open_pair();
    uint8_t bytes[400];
    memset(bytes, 7, sizeof bytes);
    assert_int_equal(send(p.region, p.writer, p.pipe, bytes, 258), 258);
    assert_int_equal(read_bytes(&p, bytes, 5), 5);
    static const uint8_t header[] = {0, 0, 1, 2, 7};
    assert_memory_equal(bytes, header, 5);
    assert_int_equal(read_bytes(&p, bytes, 400), 257);
    assert_int_equal(write_bytes(&p, "\0\0\0\2hi\0\0\0\1!\0\0\0\3a", 16), 16); /* two messages and a part in one piece */
    char text[8] = "";
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), 2);
    assert_string_equal(text, "hi");
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), 1);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), IPC_PARTIAL);
    assert_int_equal(write_bytes(&p, "bc", 2), 2);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), IPC_PARTIAL); /* now whole, but in two pieces */
    assert_int_equal(read_bytes(&p, bytes, 100), 5);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), IPC_PARTIAL); /* less than a header */
    assert_int_equal(read_bytes(&p, bytes, 100), 2);
    /* A length of 2 GiB and more is no message here. */
    assert_int_equal(write_bytes(&p, "\xff\xff\xff\xff....", 8), 8);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), IPC_PARTIAL);
    close_region(p.region);
}

static void bytes_are_a_stream(void **unused)
{
    (void)unused;
    pair p = open_pair();
    uint8_t bytes[100];
    uint8_t next_written = 0;
    uint8_t next_read = 0;
    uint64_t seed = 2;
    for (int round = 0; round < 5000; round++) {
        uint32_t length = 1 + (uint32_t)(next_random(&seed) % 100);
        if (next_random(&seed) % 2) {
            for (uint32_t i = 0; i < length; i++) {
                bytes[i] = next_written++;
            }
            assert_int_equal(write_bytes(&p, bytes, length), length);
        } else {
            int32_t got = read_bytes(&p, bytes, length);
            assert_true(got == IPC_AGAIN || (got > 0 && got <= (int32_t)length));
            for (int32_t i = 0; i < got; i++) {
                assert_int_equal(bytes[i], next_read++);
            }
        }
    }
    assert_int_equal((uint8_t)(next_written - next_read), ipc_pipe_bytes(p.region, p.reader, p.pipe) % 256);
    close_region(p.region);
}

static void a_full_pipe(void **unused)
{
    (void)unused;
    pair p = open_pair();
    static uint8_t bytes[IPC_PIPE_FULL];
    /* Partial: what fits below the limit, but never less than PIPE_BUF when so little was asked. */
    assert_int_equal(write_bytes(&p, bytes, 1000000), 1000000);
    assert_int_equal(write_bytes(&p, bytes, 100000), IPC_PIPE_FULL - 1000000);
    assert_int_equal(write_bytes(&p, bytes, 1), IPC_AGAIN);
    assert_int_equal(ipc_reserve_message(p.region, p.writer, p.pipe, 1), IPC_AGAIN);
    assert_int_equal(ipc_ready(p.region, p.writer, IPC_WRITABLE, p.pipe), 0);
    assert_int_equal(read_bytes(&p, bytes, 100), 100);
    assert_int_equal(ipc_ready(p.region, p.writer, IPC_WRITABLE, p.pipe), 0);
    assert_int_equal(write_bytes(&p, bytes, 5000), 4096); /* 100 would be too little to be worth it */
    assert_int_equal(read_bytes(&p, bytes, 900000), 900000);
    assert_int_equal(read_bytes(&p, bytes, 900000), 99900);
    assert_int_equal(ipc_pipe_bytes(p.region, p.reader, p.pipe), IPC_PIPE_FULL - 1000000 + 4096);
    assert_int_equal(ipc_ready(p.region, p.writer, IPC_WRITABLE, p.pipe), 1);
    /* Whole: more than the limit in one piece. */
    assert_int_equal(send(p.region, p.writer, p.pipe, bytes, sizeof bytes), sizeof bytes);
    assert_int_equal(ipc_reserve(p.region, p.writer, p.pipe, 1, 1), IPC_AGAIN);
    assert_int_equal(ipc_reserve(p.region, p.writer, p.pipe, 0, 1), IPC_BAD);
    close_region(p.region);
}

static void the_ends(void **unused)
{
    (void)unused;
    pair p = open_pair();
    char text[8] = "";
    assert_int_equal(ipc_claim(p.region, p.writer, p.pipe, 1), IPC_BAD);
    assert_int_equal(ipc_reserve(p.region, p.reader, p.pipe, 1, 1), IPC_BAD);
    assert_int_equal(ipc_claim(p.region, p.reader, p.pipe + 1, 1), IPC_BAD);
    assert_int_equal(ipc_claim(p.region, p.reader, p.pipe, 0), IPC_BAD);
    assert_int_equal(ipc_release(p.region, p.reader, p.pipe, 1), IPC_BAD);
    assert_int_equal(ipc_pipe_bytes(p.region, new_process(p.region), p.pipe), IPC_BAD);
    /* What was written can be read after the writer has closed; then the end. */
    assert_int_equal(send(p.region, p.writer, p.pipe, "last", 4), 4);
    assert_int_equal(ipc_close(p.region, p.writer, p.pipe, IPC_WRITE_END), IPC_OK);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), 4);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), IPC_CLOSED);
    assert_int_equal(read_bytes(&p, text, 8), IPC_CLOSED);
    assert_int_equal(ipc_ready(p.region, p.reader, IPC_READABLE, p.pipe), 1);
    close_region(p.region);

    p = open_pair();
    int64_t room = ipc_reserve(p.region, p.writer, p.pipe, 10, 1);
    assert_int_equal(ipc_close(p.region, p.reader, p.pipe, IPC_READ_END), IPC_OK);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(room), 10), IPC_BROKEN);
    assert_int_equal(ipc_reserve(p.region, p.writer, p.pipe, 10, 1), IPC_BROKEN);
    assert_int_equal(ipc_ready(p.region, p.writer, IPC_WRITABLE, p.pipe), 1);
    assert_int_equal(count(p.region, IPC_COUNT_BLOCKS), 0);
    close_region(p.region);
}

static void commits(void **unused)
{
    (void)unused;
    pair p = open_pair();
    char text[8] = "";
    int64_t first = ipc_reserve(p.region, p.writer, p.pipe, 8, 1);
    int64_t second = ipc_reserve_message(p.region, p.writer, p.pipe, 4);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(first), 9), IPC_BAD);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(first), 0), IPC_BAD);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(second), 3), IPC_BAD); /* a message is whole */
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, 12345, 3), IPC_BAD);
    assert_int_equal(ipc_commit(p.region, p.reader, p.pipe, first_of(first), 3), IPC_BAD);
    memcpy(at(p.region, first_of(first)), "abcdefgh", 8);
    memcpy(at(p.region, first_of(second)), "1234", 4);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(second), 4), 4);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(first), 3), 3); /* fewer than reserved */
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(first), 3), IPC_BAD);
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), 4);
    assert_int_equal(read_bytes(&p, text, 8), 3);
    assert_memory_equal(text, "abc4", 4);
    int64_t third = ipc_reserve(p.region, p.writer, p.pipe, 8, 1);
    assert_int_equal(ipc_commit(p.region, p.writer, p.pipe, first_of(third), IPC_DROP), 0);
    assert_int_equal(read_bytes(&p, text, 8), IPC_AGAIN);
    close_region(p.region);
}

static void one_claim_at_a_time(void **unused)
{
    (void)unused;
    pair p = open_pair();
    uint32_t other = new_process(p.region);
    share(p.region, p.reader, other, p.pipe, IPC_READ_END);
    assert_int_equal(send(p.region, p.writer, p.pipe, "a", 1), 1);
    assert_int_equal(send(p.region, p.writer, p.pipe, "b", 1), 1);
    int64_t claim = ipc_claim_message(p.region, p.reader, p.pipe);
    assert_int_equal(*(char *)at(p.region, first_of(claim)), 'a');
    assert_int_equal(ipc_claim_message(p.region, p.reader, p.pipe), IPC_BAD);
    assert_int_equal(ipc_claim_message(p.region, other, p.pipe), IPC_AGAIN);
    assert_int_equal(ipc_ready(p.region, other, IPC_READABLE, p.pipe), 0);
    assert_int_equal(ipc_release(p.region, other, p.pipe, 1), IPC_BAD);
    assert_int_equal(ipc_close(p.region, p.reader, p.pipe, IPC_READ_END), IPC_BAD);
    uint32_t sequence = ipc_sequence(p.region, other);
    assert_int_equal(ipc_arm(p.region, other, IPC_READABLE, p.pipe), 0);
    assert_int_equal(ipc_release(p.region, p.reader, p.pipe, 0), IPC_OK); /* not taken: still there */
    assert_true(ipc_sequence(p.region, other) != sequence);
    claim = ipc_claim_message(p.region, other, p.pipe);
    assert_int_equal(*(char *)at(p.region, first_of(claim)), 'a');

    /* The reader dies with its claim: the message is in front again, and the others are told. */
    sequence = ipc_sequence(p.region, p.reader);
    assert_int_equal(ipc_arm(p.region, p.reader, IPC_READABLE, p.pipe), 0);
    bury(p.region, other, 9);
    assert_true(ipc_sequence(p.region, p.reader) != sequence);
    char text[2] = "";
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 2), 1);
    assert_string_equal(text, "a");
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 2), 1);
    assert_string_equal(text, "b");
    close_region(p.region);
}

static void what_a_dead_writer_leaves(void **unused)
{
    (void)unused;
    pair p = open_pair();
    assert_int_equal(send(p.region, p.writer, p.pipe, "whole", 5), 5);
    int64_t room = ipc_reserve_message(p.region, p.writer, p.pipe, 100);
    memset(at(p.region, first_of(room)), 1, 50); /* half-way */
    assert_int_equal(ipc_end(p.region, pid_of(p.writer), 9, 0), IPC_BUSY);
    bury(p.region, p.writer, 9);
    char text[8] = "";
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), 5);
    assert_string_equal(text, "whole");
    assert_int_equal(receive(p.region, p.reader, p.pipe, text, 8), IPC_CLOSED);
    assert_int_equal(count(p.region, IPC_COUNT_BLOCKS), 0);
    close_region(p.region);
}

/* Many small messages left in a closed pipe: emptied a few at a time, but before anybody counts. */
static void a_long_queue_is_freed(void **unused)
{
    (void)unused;
    pair p = open_pair();
    for (uint32_t i = 0; i < 50000; i++) {
        assert_int_equal(send(p.region, p.writer, p.pipe, &i, 4), 4);
    }
    assert_int_equal(count(p.region, IPC_COUNT_BLOCKS), 50000);
    bury(p.region, p.reader, 0);
    bury(p.region, p.writer, 0);
    assert_int_equal(count(p.region, IPC_COUNT_BLOCKS), 0);
    close_region(p.region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_every_size), cmocka_unit_test(the_header_of_a_message),
        cmocka_unit_test(bytes_are_a_stream),     cmocka_unit_test(a_full_pipe),
        cmocka_unit_test(the_ends),               cmocka_unit_test(commits),
        cmocka_unit_test(one_claim_at_a_time),    cmocka_unit_test(what_a_dead_writer_leaves),
        cmocka_unit_test(a_long_queue_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
