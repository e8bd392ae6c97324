/* call.c: runs a job here or in another memory (call.h). */
#include "call.h"

#include "copies.h"
#include "segments.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ where jobs run */

static pfpy_remote remote; /* guarded by the GIL */
static pf_pool *pool;      /* guarded by the GIL; made at the first call that wants it, lives as long as the process */

void pfpy_connect(const pfpy_remote *to)
{
    remote = *to;
}

void pfpy_forget_pool(void)
{
    pool = NULL;
}

static pf_status start_pool(void)
{
    if (pool) {
        return PF_OK;
    }
    int cores = pf_cores();
    return pf_pool_create(cores < PF_POOL_LIMIT ? cores : PF_POOL_LIMIT, &pool);
}

int pfpy_pool_size(void)
{
    if (remote.threads > 0) {
        return remote.threads;
    }
    return start_pool() == PF_OK ? pf_pool_size(pool) : 1;
}

/* ------------------------------------------------------------------------------------------------ here */

/* The poll of a kernel that runs without the GIL: takes it to see whether Ctrl-C was pressed. */
static bool interrupted(void *context)
{
    PyThreadState **saved = context;
    PyEval_RestoreThread(*saved);
    bool raised = PyErr_CheckSignals() < 0;
    *saved = PyEval_SaveThread();
    return raised;
}

static bool cancelled_from_outside(void *context)
{
    (void)context;
    return remote.cancelled() != 0;
}

static pf_status run_here(int kernel, int threads, pf_job *job)
{
    size_t count;
    const pf_kernel *kernels = pf_kernels(&count);
    PyThreadState *saved;
    pf_cancel cancel = {.raised = 0, .poll = interrupted, .context = &saved};
    if (remote.threads > 0) {
        cancel.poll = cancelled_from_outside;
    }
    pf_call call = {threads == 1 ? NULL : pool, threads, &cancel};
    saved = PyEval_SaveThread();
    pf_status status = kernels[kernel].run(&call, job);
    PyEval_RestoreThread(saved);
    return status;
}

/* ------------------------------------------------------------------------------------------------ in another memory */

/* Every block that a job takes in the shared memory: each input (text takes two), each output, the job itself. */
typedef struct blocks {
    uint32_t addresses[2 * PF_JOB_INPUTS + PF_JOB_OUTPUTS + 1];
    int count;
    uint64_t bytes; /* copied so far */
    bool in_place[PF_JOB_OUTPUTS]; /* outputs that lie in a segment, where the kernel writes them */
} blocks;

/* Freed by free_blocks. */
static pf_status take(blocks *blocks, uint64_t bytes, uint32_t *address)
{
    *address = bytes <= UINT32_MAX ? remote.alloc((uint32_t)bytes) : 0;
    if (*address == 0) {
        return PF_OUT_OF_MEMORY;
    }
    blocks->addresses[blocks->count++] = *address;
    return PF_OK;
}

static void free_blocks(const blocks *blocks)
{
    for (int i = blocks->count; i-- > 0;) {
        remote.free(blocks->addresses[i]);
    }
}

static pf_status send(blocks *blocks, const void *from, uint64_t bytes, uint32_t *address)
{
    pf_status status = take(blocks, bytes, address);
    if (status == PF_OK && bytes > 0) {
        remote.copy_in(*address, from, (uint32_t)bytes);
        blocks->bytes += bytes;
    }
    return status;
}

static void *shared_pointer(uint32_t address)
{
    return (void *)(uintptr_t)address;
}

/* Lays all pieces end to end in `text` and points `moved` at where they will lie from address `at` on. */
static void pack(const pf_slice *pieces, size_t n, char *text, uint32_t at, pf_slice *moved)
{
    for (size_t i = 0; i < n; i++) {
        if (pieces[i].length > 0) {
            memcpy(text, pieces[i].data, pieces[i].length);
        }
        moved[i] = (pf_slice){shared_pointer(at), pieces[i].length};
        text += pieces[i].length;
        at += (uint32_t)pieces[i].length;
    }
}

/* Copies the pieces' bytes as one block and the slices that name them as another: one copy for many small pieces. */
static pf_status send_slices(blocks *blocks, const pf_buffer *local, uint32_t *address)
{
    const pf_slice *pieces = local->data;
    uint64_t total = 0;
    for (size_t i = 0; i < local->length; i++) {
        total += pieces[i].length;
    }
    if (total > UINT32_MAX || local->length > UINT32_MAX / sizeof(pf_slice)) {
        return PF_OUT_OF_MEMORY;
    }
    char *text = PyMem_Malloc(total > 0 ? (size_t)total : 1);
    pf_slice *moved = PyMem_Malloc((local->length > 0 ? local->length : 1) * sizeof(pf_slice));
    uint32_t text_address;
    pf_status status = text && moved ? take(blocks, total, &text_address) : PF_OUT_OF_MEMORY;
    if (status == PF_OK) {
        pack(pieces, local->length, text, text_address, moved);
        if (total > 0) {
            remote.copy_in(text_address, text, (uint32_t)total);
            blocks->bytes += total;
        }
        status = send(blocks, moved, (uint64_t)local->length * sizeof(pf_slice), address);
    }
    PyMem_Free(text);
    PyMem_Free(moved);
    return status;
}

static uint64_t bytes_of(const pf_buffer *buffer)
{
    return (uint64_t)buffer->length * pf_type_size(buffer->type);
}

static pf_status send_input(blocks *blocks, const pf_buffer *local, uint32_t *address)
{
    if (local->type == PF_SLICES) {
        return send_slices(blocks, local, address);
    }
    *address = pfpy_segment_address(local->data, (size_t)bytes_of(local));
    return *address != 0 ? PF_OK : send(blocks, local->data, bytes_of(local), address);
}

static pf_status make_output(blocks *blocks, const pf_buffer *local, uint32_t *address, bool *in_place)
{
    *address = pfpy_segment_address(local->data, (size_t)bytes_of(local));
    *in_place = *address != 0;
    return *in_place ? PF_OK : take(blocks, bytes_of(local), address);
}

/* Copies inputs and makes room for outputs, except those that lie in a mapped segment, which is in the shared memory already; `there` becomes the
 * job with addresses of the shared memory. */
static pf_status send_job(blocks *blocks, const pf_job *job, pf_job *there, uint32_t *address)
{
    *there = *job;
    for (int i = 0; i < PF_JOB_INPUTS; i++) {
        const pf_buffer *local = &job->inputs[i];
        uint32_t at = 0;
        pf_status status = local->type == PF_NONE ? PF_OK : send_input(blocks, local, &at);
        if (status != PF_OK) {
            return status;
        }
        there->inputs[i].data = shared_pointer(at);
    }
    for (int i = 0; i < PF_JOB_OUTPUTS; i++) {
        const pf_buffer *local = &job->outputs[i];
        uint32_t at = 0;
        pf_status status = local->type == PF_NONE ? PF_OK : make_output(blocks, local, &at, &blocks->in_place[i]);
        if (status != PF_OK) {
            return status;
        }
        there->outputs[i].data = shared_pointer(at);
    }
    return send(blocks, there, sizeof *there, address);
}

static void receive_job(blocks *blocks, pf_job *job, const pf_job *there, uint32_t address)
{
    pf_job done;
    remote.copy_out(&done, address, sizeof done);
    blocks->bytes += sizeof done;
    memcpy(job->integers, done.integers, sizeof job->integers);
    memcpy(job->reals, done.reals, sizeof job->reals);
    for (int i = 0; i < PF_JOB_OUTPUTS; i++) {
        if (done.outputs[i].length < job->outputs[i].length) {
            job->outputs[i].length = done.outputs[i].length;
        }
        uint64_t bytes = bytes_of(&job->outputs[i]);
        if (job->outputs[i].type != PF_NONE && bytes > 0 && !blocks->in_place[i]) {
            remote.copy_out(job->outputs[i].data, (uint32_t)(uintptr_t)there->outputs[i].data, (uint32_t)bytes);
            blocks->bytes += bytes;
        }
    }
}

/* Runs it. Also where a kernel has failed or was cancelled, what it has written in a segment is there for all. */
static pf_status run_in_place(int kernel, int threads, uint32_t address, const pf_job *job, const blocks *blocks)
{
    bool any = false;
    for (int i = 0; i < PF_JOB_OUTPUTS; i++) {
        any = any || blocks->in_place[i];
    }
    if (!any) {
        return (pf_status)remote.run(kernel, threads, address);
    }
    pfpy_segments_hold();
    pf_status status = (pf_status)remote.run(kernel, threads, address);
    for (int i = 0; i < PF_JOB_OUTPUTS; i++) {
        if (blocks->in_place[i]) {
            pfpy_segment_written(job->outputs[i].data, (size_t)bytes_of(&job->outputs[i]));
        }
    }
    pfpy_segments_unhold();
    return status;
}

static pf_status run_there(int kernel, int threads, pf_job *job)
{
    blocks blocks = {.count = 0};
    pf_job there;
    uint32_t address;
    double start = pfpy_copy_start();
    pf_status status = send_job(&blocks, job, &there, &address);
    pfpy_copied(start, 0);
    if (status == PF_OK) {
        status = run_in_place(kernel, threads, address, job, &blocks);
    }
    start = pfpy_copy_start();
    if (status == PF_OK) {
        receive_job(&blocks, job, &there, address);
    }
    free_blocks(&blocks);
    pfpy_copied(start, blocks.bytes);
    return status;
}

/* ------------------------------------------------------------------------------------------------ for Python */

static int raise_status(PyObject *module, const char *what, pf_status status)
{
    switch (status) {
    case PF_CANCELLED:
        /* A signal handler's own exception stands; elsewhere the page pressed Stop and its signal may be waiting. */
        if (!PyErr_Occurred() && PyErr_CheckSignals() == 0) {
            PyErr_SetNone(PyExc_KeyboardInterrupt);
        }
        break;
    case PF_OUT_OF_MEMORY:
        PyErr_Format(PyExc_MemoryError, "kernels.%s: not enough memory", what);
        break;
    case PF_OVERFLOW:
        PyErr_Format(PyExc_OverflowError, "kernels.%s: the result does not fit 64 bits", what);
        break;
    case PF_EMPTY:
        PyErr_Format(PyExc_ValueError, "%s() iterable argument is empty", what);
        break;
    case PF_NO_THREADS:
        PyErr_SetObject(pfpy_state_of(module)->unavailable, pfpy_state_of(module)->explanation);
        break;
    default:
        PyErr_Format(PyExc_ValueError, "kernels.%s: %s", what, pf_status_message(status));
    }
    return -1;
}

/* The number of threads asked for, 0 for all; -1 with an exception. */
static int threads_from(const char *what, PyObject *threads)
{
    if (threads == Py_None) {
        return 0;
    }
    int overflow;
    long number = PyLong_AsLongAndOverflow(threads, &overflow);
    if (number == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (overflow > 0 || number > INT_MAX) {
        number = INT_MAX;
    }
    if (overflow < 0 || number < 0) {
        PyErr_Format(PyExc_ValueError, "kernels.%s: threads must be 1 or more, or None for all cores", what);
        return -1;
    }
    return (int)number;
}

int pfpy_run(PyObject *module, const char *what, int kernel, PyObject *threads, pf_job *job)
{
    int wanted = threads_from(what, threads);
    if (wanted < 0) {
        return -1;
    }
    pf_status status = wanted == 1 || remote.threads > 0 ? PF_OK : start_pool();
    if (status == PF_OK && wanted > 1) {
        int size = pfpy_pool_size();
        if (wanted > size) {
            PyErr_Format(PyExc_ValueError, "kernels.%s: threads=%d, but the pool here has %d", what, wanted, size);
            return -1;
        }
    }
    if (status == PF_OK) {
        status = wanted == 1 || remote.threads == 0 ? run_here(kernel, wanted, job) : run_there(kernel, wanted, job);
    }
    return status == PF_OK ? 0 : raise_status(module, what, status);
}
