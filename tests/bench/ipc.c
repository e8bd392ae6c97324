/* ipc.c: the driver of make bench-ipc: times src/ipc and, natively, what the system has in its place, between two threads.
 *
 *     ipc SPIN        prints one line a measure: NAME VALUE
 *
 * A measure is the best of 5 turns. The system's pipe is used as multiprocessing.Connection uses it: the header and a short
 * message in one write, two writes for a longer one, two reads. The kernel copies, as the extension does.
 */
#include "ipc/ipc.h"

#include "runtime/prim.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURNS 5
#define REGION_BYTES (32u << 20)

typedef struct side {
    ipc_region *region;
    uint32_t token;
    uint32_t in;
    uint32_t out;
    int fd_in;
    int fd_out;
    uint32_t bytes;
    uint32_t messages;
    void (*send)(struct side *self, const void *bytes, uint32_t length);
    void (*receive)(struct side *self, void *bytes);
} side;

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static uint8_t *at(ipc_region *region, uint32_t offset)
{
    return (uint8_t *)region + offset;
}

/* ------------------------------------------------------------------------------------------------ ours */

static void ipc_send(side *self, const void *bytes, uint32_t length)
{
    int64_t room = ipc_reserve_message(self->region, self->token, self->out, length);
    while (room == IPC_AGAIN) {
        ipc_wait(self->region, self->token, IPC_WRITABLE, self->out, -1);
        room = ipc_reserve_message(self->region, self->token, self->out, length);
    }
    if (room < 0) {
        fail("reserve");
    }
    memcpy(at(self->region, (uint32_t)(room >> 32)), bytes, length);
    ipc_commit(self->region, self->token, self->out, (uint32_t)(room >> 32), length);
}

static void ipc_receive(side *self, void *bytes)
{
    int64_t message = ipc_claim_message(self->region, self->token, self->in);
    while (message == IPC_AGAIN) {
        ipc_wait(self->region, self->token, IPC_READABLE, self->in, -1);
        message = ipc_claim_message(self->region, self->token, self->in);
    }
    if (message < 0) {
        fail("claim");
    }
    memcpy(bytes, at(self->region, (uint32_t)(message >> 32)), (uint32_t)message);
    ipc_release(self->region, self->token, self->in, 1);
}

/* ------------------------------------------------------------------------------------------------ the system's */

#ifndef __wasm__

#include <errno.h>
#include <semaphore.h>
#include <unistd.h>

static void write_all(int fd, const void *bytes, size_t length)
{
    while (length > 0) {
        ssize_t done = write(fd, bytes, length);
        if (done < 0) {
            fail("write");
        }
        bytes = (const uint8_t *)bytes + done;
        length -= (size_t)done;
    }
}

static void read_all(int fd, void *bytes, size_t length)
{
    while (length > 0) {
        ssize_t done = read(fd, bytes, length);
        if (done <= 0) {
            fail("read");
        }
        bytes = (uint8_t *)bytes + done;
        length -= (size_t)done;
    }
}

static void system_send(side *self, const void *bytes, uint32_t length)
{
    uint8_t joined[4 + 16384];
    uint32_t header = __builtin_bswap32(length);
    memcpy(joined, &header, 4);
    if (length <= 16384) {
        memcpy(joined + 4, bytes, length);
        write_all(self->fd_out, joined, 4 + length);
    } else {
        write_all(self->fd_out, joined, 4);
        write_all(self->fd_out, bytes, length);
    }
}

static void system_receive(side *self, void *bytes)
{
    uint32_t header;
    read_all(self->fd_in, &header, 4);
    read_all(self->fd_in, bytes, __builtin_bswap32(header));
}

static double system_semaphore(void)
{
    sem_t semaphore;
    sem_init(&semaphore, 1, 1);
    const uint32_t repeats = 1000000;
    double begin = pf_prim_now();
    for (uint32_t i = 0; i < repeats; i++) {
        sem_trywait(&semaphore);
        sem_post(&semaphore);
    }
    double seconds = pf_prim_now() - begin;
    sem_destroy(&semaphore);
    return seconds / repeats;
}

#endif

static double ipc_locks(ipc_region *region, uint32_t token)
{
    uint32_t semaphore = (uint32_t)ipc_semaphore(region, token, 1, 1, 0, 0);
    const uint32_t repeats = 1000000;
    double begin = pf_prim_now();
    for (uint32_t i = 0; i < repeats; i++) {
        ipc_semaphore_try(region, token, semaphore);
        ipc_semaphore_post(region, token, semaphore);
    }
    double seconds = pf_prim_now() - begin;
    ipc_close(region, token, semaphore, 0);
    return seconds / repeats;
}

/* ------------------------------------------------------------------------------------------------ measures */

static void *echo(void *context)
{
    side *self = context;
    uint8_t *bytes = malloc(self->bytes);
    for (uint32_t i = 0; i < self->messages; i++) {
        self->receive(self, bytes);
        self->send(self, bytes, self->bytes);
    }
    free(bytes);
    return NULL;
}

static void *drink(void *context)
{
    side *self = context;
    uint8_t *bytes = malloc(self->bytes);
    for (uint32_t i = 0; i < self->messages; i++) {
        self->receive(self, bytes);
    }
    free(bytes);
    return NULL;
}

/* Seconds a message. */
static double one_turn(side *near, side *far, uint32_t bytes, uint32_t messages, bool back)
{
    near->bytes = far->bytes = bytes;
    near->messages = far->messages = messages;
    uint8_t *buffer = calloc(1, bytes);
    pthread_t thread;
    double begin = pf_prim_now();
    pthread_create(&thread, NULL, back ? echo : drink, far);
    for (uint32_t i = 0; i < messages; i++) {
        near->send(near, buffer, bytes);
        if (back) {
            near->receive(near, buffer);
        }
    }
    pthread_join(thread, NULL);
    double seconds = pf_prim_now() - begin;
    free(buffer);
    return seconds / messages;
}

static double best(side *near, side *far, uint32_t bytes, uint32_t messages, bool back)
{
    double least = 1e9;
    for (int turn = 0; turn < TURNS; turn++) {
        double seconds = one_turn(near, far, bytes, messages, back);
        least = seconds < least ? seconds : least;
    }
    return least;
}

static void measure_pipes(const char *whose, side *near, side *far)
{
    printf("%s_round_trip_us %.4f\n", whose, 1e6 * best(near, far, 8, 20000, true));
    printf("%s_1k_mbs %.1f\n", whose, 1e-6 * 1024 / best(near, far, 1024, 100000, false));
    printf("%s_64k_gbs %.3f\n", whose, 1e-9 * 65536 / best(near, far, 65536, 8000, false));
}

static void measure_ipc(uint32_t spin)
{
    ipc_region *region = aligned_alloc(64, REGION_BYTES);
    if (!region || ipc_create(region, REGION_BYTES, 4, spin) != IPC_OK) {
        fail("region");
    }
    side near = {.region = region, .token = (uint32_t)ipc_start(region, 1), .send = ipc_send, .receive = ipc_receive};
    side far = near;
    far.token = (uint32_t)ipc_start(region, 1);
    near.out = far.in = (uint32_t)ipc_pipe(region, near.token);
    near.in = far.out = (uint32_t)ipc_pipe(region, far.token);
    ipc_ticket_take(region, far.token, (uint32_t)ipc_ticket(region, near.token, near.out, IPC_READ_END));
    ipc_ticket_take(region, near.token, (uint32_t)ipc_ticket(region, far.token, far.out, IPC_READ_END));
    double least = 1;
    for (int turn = 0; turn < TURNS; turn++) {
        double seconds = ipc_locks(region, near.token);
        least = seconds < least ? seconds : least;
    }
    printf("ipc_lock_ns %.2f\n", 1e9 * least);
    measure_pipes("ipc", &near, &far);
    free(region);
}

int main(int count, char **arguments)
{
    measure_ipc(count > 1 ? (uint32_t)atoi(arguments[1]) : 0);
#ifndef __wasm__
    int there[2];
    int back[2];
    if (pipe(there) != 0 || pipe(back) != 0) {
        fail("pipe");
    }
    side near = {.fd_out = there[1], .fd_in = back[0], .send = system_send, .receive = system_receive};
    side far = {.fd_out = back[1], .fd_in = there[0], .send = system_send, .receive = system_receive};
    double least = 1;
    for (int turn = 0; turn < TURNS; turn++) {
        double seconds = system_semaphore();
        least = seconds < least ? seconds : least;
    }
    printf("system_lock_ns %.2f\n", 1e9 * least);
    measure_pipes("system", &near, &far);
#endif
    return 0;
}
