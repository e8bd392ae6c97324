/* segments.c: copies of mapped segments, and when they are made equal (segments.h).
 *
 * JavaScript makes and ends mappings (web/engine/processes/segments.ts): segment_calls() tells where the functions lie that it calls. mmap() lets
 * other threads of Python run meanwhile, so nothing that it calls here may touch an object.
 */
#include "segments.h"

#include "differences.h"
#include "processes.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(2 * PFPY_CHANGE_WINDOW <= IPC_SCRATCH, "ipc_segment_merge finds both halves of a change in the scratch");

#define ALIGNMENT 64

typedef struct segment {
    struct segment *next;
    uint32_t id;
    uint32_t memory; /* offset in the region */
    uint32_t bytes;
    uint32_t mappings;
    bool writable;
    int32_t version; /* of the segment, that the copy has; whatever is newer has marks that are still to be looked at */
    uint8_t *mine, *twin;
    void *allocated;
} segment;

/* Guarded by the GIL, or by its holder being inside mmap() or munmap(). */
static segment *segments;
uint32_t pfpy_segments_mapped;

static uint8_t theirs[16384]; /* a piece of a segment, to be compared */

static segment *find(uint32_t id)
{
    segment *each = segments;
    while (each && each->id != id) {
        each = each->next;
    }
    return each;
}

/* The segment whose copy has these bytes. */
static segment *find_at(const void *data, size_t bytes)
{
    uintptr_t address = (uintptr_t)data;
    for (segment *each = segments; each; each = each->next) {
        uintptr_t begin = (uintptr_t)each->mine;
        if (address >= begin && address - begin <= each->bytes && bytes <= each->bytes - (address - begin)) {
            return each;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------------------ taking what others wrote */

static void take_bytes(segment *of, uint32_t begin, uint32_t end)
{
    while (begin < end) {
        uint32_t bytes = end - begin < sizeof theirs ? end - begin : (uint32_t)sizeof theirs;
        pfpy_copy_out(theirs, of->memory + begin, bytes);
        pfpy_take_changes(of->mine + begin, of->twin + begin, theirs, bytes);
        begin += bytes;
    }
}

/* The version is read before the marks and these before the bytes, and written in the opposite order: nothing is missed. */
static void refresh(segment *of)
{
    int32_t version = pfpy_process.ipc.segment_version(PFPY_ME, of->id);
    if (version < 0 || version == of->version) {
        return;
    }
    int64_t part;
    for (uint32_t at = 0; (part = pfpy_process.ipc.segment_next(PFPY_ME, of->id, at)) > 0; at = pfpy_first(part) + pfpy_second(part)) {
        take_bytes(of, pfpy_first(part), pfpy_first(part) + pfpy_second(part));
    }
    of->version = version;
}

void pfpy_refresh_segments(void)
{
    for (segment *each = segments; each; each = each->next) {
        refresh(each);
    }
}

/* ------------------------------------------------------------------------------------------------ telling what was written here */

/* Only if nobody else has told anything since is the copy as new as the segment. */
static void tell(segment *of, uint32_t begin, uint32_t end)
{
    int32_t version = pfpy_process.ipc.segment_publish(PFPY_ME, of->id, begin, end - begin);
    if (version == (int32_t)(((uint32_t)of->version + 1) & INT_MAX)) {
        of->version = version;
    }
}

/* Stores the bytes that differ: as they lie where all do, else merged by the kernel, so that what others have written between stays. */
static void store_change(segment *of, const pfpy_change *change)
{
    size_t bytes = change->end - change->begin;
    uint8_t *mine = of->mine + change->begin, *twin = of->twin + change->begin;
    if (change->whole) {
        pfpy_copy_in(of->memory + (uint32_t)change->begin, mine, bytes);
    } else {
        uint32_t scratch = (uint32_t)pfpy_process.ipc.scratch(PFPY_ME);
        pfpy_copy_in(scratch, mine, bytes);
        pfpy_copy_in(scratch + (uint32_t)bytes, twin, bytes);
        pfpy_process.ipc.segment_merge(PFPY_ME, of->id, (uint32_t)change->begin, (uint32_t)bytes);
    }
    memcpy(twin, mine, bytes);
}

static void publish(segment *of, size_t from, size_t to)
{
    pfpy_change change;
    size_t begin = 0, end = 0; /* stored and not yet told */
    bool held = false;
    for (size_t at = from; pfpy_next_change(of->mine, of->twin, at, to, &change); at = change.end) {
        if (!held && pfpy_process.ipc.hold(PFPY_ME) != IPC_OK) {
            return;
        }
        held = true;
        if (end > 0 && change.begin / IPC_SEGMENT_PART > (end - 1) / IPC_SEGMENT_PART + 1) {
            tell(of, (uint32_t)begin, (uint32_t)end);
            end = 0;
        }
        begin = end > 0 ? begin : change.begin;
        end = change.end;
        store_change(of, &change);
    }
    if (held) {
        tell(of, (uint32_t)begin, (uint32_t)end);
        pfpy_process.ipc.unhold(PFPY_ME);
    }
}

static void publish_all(segment *of)
{
    if (of->writable) {
        publish(of, 0, of->bytes);
    }
}

void pfpy_publish_segments(void)
{
    for (segment *each = segments; each; each = each->next) {
        publish_all(each);
    }
}

/* ------------------------------------------------------------------------------------------------ mappings */

static uint8_t *aligned(uint8_t *address)
{
    return address + (ALIGNMENT - (uintptr_t)address % ALIGNMENT) % ALIGNMENT;
}

/* Copy and twin of a segment that the process holds and that has a size. NULL: no memory. */
static segment *new_copy(uint32_t id, uint32_t memory, uint32_t bytes)
{
    segment *new = calloc(1, sizeof *new);
    void *room = bytes <= INT_MAX - ALIGNMENT ? malloc(2 * ((size_t)bytes + ALIGNMENT)) : NULL;
    if (!new || !room) {
        free(room);
        free(new);
        return NULL;
    }
    new->id = id;
    new->memory = memory;
    new->bytes = bytes;
    new->allocated = room;
    new->mine = aligned(room);
    new->twin = aligned(new->mine + bytes);
    /* A slot's marks may be those of its last process. */
    new->version = pfpy_process.ipc.segment_version(PFPY_ME, id);
    int64_t part;
    for (uint32_t at = 0; (part = pfpy_process.ipc.segment_next(PFPY_ME, id, at)) > 0;) {
        at = pfpy_first(part) + pfpy_second(part);
    }
    pfpy_copy_out(new->mine, memory, bytes);
    memcpy(new->twin, new->mine, bytes);
    new->next = segments;
    segments = new;
    pfpy_segments_mapped++;
    return new;
}

/* One more mapping: the address of the whole segment's copy; NULL: no memory, or no size. */
static uint8_t *map_segment(uint32_t id, int writable)
{
    segment *mapped = find(id);
    if (mapped) {
        refresh(mapped);
    } else {
        int64_t where = pfpy_process.ipc.segment_at(PFPY_ME, id);
        mapped = where > 0 ? new_copy(id, pfpy_first(where), pfpy_second(where)) : NULL;
        if (!mapped) {
            return NULL;
        }
    }
    mapped->mappings++;
    mapped->writable = mapped->writable || writable;
    return mapped->mine;
}

/* One less: the id of the segment that this address belongs to; 0: to none, and nothing was done. What was written is told. */
static uint32_t unmap_segment(const void *address)
{
    segment *mapped = find_at(address, 1);
    if (!mapped) {
        return 0;
    }
    uint32_t id = mapped->id;
    publish_all(mapped);
    if (--mapped->mappings == 0) {
        segment **link = &segments;
        while (*link != mapped) {
            link = &(*link)->next;
        }
        *link = mapped->next;
        pfpy_segments_mapped--;
        free(mapped->allocated);
        free(mapped);
    }
    return id;
}

/* Makes copy and segment equal, in both directions: the segment's id by an address; 0: none is mapped there. */
static uint32_t sync_address(const void *address)
{
    segment *mapped = find_at(address, 1);
    if (!mapped) {
        return 0;
    }
    publish_all(mapped);
    refresh(mapped);
    return mapped->id;
}

/* The same by id, mapped or not: before somebody here reads or writes the segment itself. */
static void sync_segment(uint32_t id)
{
    segment *mapped = find(id);
    if (mapped) {
        publish_all(mapped);
        refresh(mapped);
    }
}

/* Somebody here has written these bytes of the segment itself. */
static void changed_segment(uint32_t id, uint32_t at, uint32_t bytes)
{
    segment *mapped = find(id);
    if (mapped) {
        tell(mapped, at, at + bytes);
        take_bytes(mapped, at, at + bytes);
    } else {
        pfpy_process.ipc.segment_publish(PFPY_ME, id, at, bytes);
    }
}

/* ------------------------------------------------------------------------------------------------ kernels on the segment itself */

uint32_t pfpy_segment_address(const void *data, size_t bytes)
{
    segment *of = pfpy_segments_mapped && bytes > 0 ? find_at(data, bytes) : NULL;
    if (!of) {
        return 0;
    }
    size_t at = (size_t)((const uint8_t *)data - of->mine);
    publish(of, at, at + bytes);
    return (uint32_t)(uintptr_t)pfpy_process.region + of->memory + (uint32_t)at;
}

void pfpy_segments_hold(void)
{
    pfpy_process.ipc.hold(PFPY_ME);
}

void pfpy_segments_unhold(void)
{
    pfpy_process.ipc.unhold(PFPY_ME);
}

void pfpy_segment_written(const void *data, size_t bytes)
{
    segment *of = find_at(data, bytes);
    if (of) {
        uint32_t at = (uint32_t)((const uint8_t *)data - of->mine);
        tell(of, at, at + (uint32_t)bytes);
        take_bytes(of, at, at + (uint32_t)bytes);
    }
}

/* ------------------------------------------------------------------------------------------------ for Python */

/* Names are as shm_open(3) has them, with a slash in front or without. New reference, or NULL. */
static PyObject *without_slash(PyObject *name)
{
    Py_ssize_t length = PyUnicode_GetLength(name);
    bool slash = length > 0 && PyUnicode_ReadChar(name, 0) == '/';
    return slash ? PyUnicode_Substring(name, 1, length) : Py_NewRef(name);
}

/* The id of a segment with this name, held; or an ipc_status. */
static int32_t open_or_create(uint32_t name, uint32_t length, int flags)
{
    for (;;) {
        int32_t id = IPC_NONE;
        if (!(flags & O_CREAT) || !(flags & O_EXCL)) {
            id = pfpy_process.ipc.open(PFPY_ME, IPC_SEGMENT, name, length);
        }
        if (id == IPC_NONE && (flags & O_CREAT)) {
            id = pfpy_process.ipc.segment(PFPY_ME, name, length);
            if (id == IPC_EXISTS && !(flags & O_EXCL)) {
                continue; /* somebody was faster: it can be opened */
            }
        }
        return id;
    }
}

static PyObject *shm_open_segment(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    static char *names[] = {"path", "flags", "mode", NULL};
    PyObject *path;
    int flags, mode = 0777;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "Ui|i:shm_open", names, &path, &flags, &mode) || pfpy_need_processes() < 0) {
        return NULL;
    }
    PyObject *name = without_slash(path);
    if (!name) {
        return NULL;
    }
    int32_t id;
    if (PyUnicode_GetLength(path) == 0) {
        id = pfpy_process.ipc.segment(PFPY_ME, 0, 0);
    } else {
        uint32_t length;
        int64_t at = pfpy_put_name(name, &length);
        if (at < 0) {
            Py_DECREF(name);
            return NULL;
        }
        id = open_or_create((uint32_t)at, length, flags);
    }
    Py_DECREF(name);
    if (id < 0) {
        return pfpy_raise_ipc(id);
    }
    return pfpy_descriptor_as_number(pfpy_open_descriptor(IPC_SEGMENT, (uint32_t)id, 0, -1));
}

static PyObject *shm_unlink_segment(PyObject *module, PyObject *arguments, PyObject *keywords)
{
    (void)module;
    static char *names[] = {"path", NULL};
    PyObject *path;
    uint32_t length;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "U:shm_unlink", names, &path) || pfpy_need_processes() < 0) {
        return NULL;
    }
    PyObject *name = without_slash(path);
    int64_t at = name ? pfpy_put_name(name, &length) : -1;
    Py_XDECREF(name);
    if (at < 0) {
        return NULL;
    }
    int32_t status = pfpy_process.ipc.unlink(PFPY_ME, IPC_SEGMENT, (uint32_t)at, length);
    return status < 0 ? pfpy_raise_ipc(status) : Py_NewRef(Py_None);
}

static PyObject *segment_calls(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
#define INDEX(function) (unsigned long long)(uintptr_t)(function)
    return Py_BuildValue("(KKKKKKK)", INDEX(map_segment), INDEX(unmap_segment), INDEX(sync_address), INDEX(sync_segment),
                         INDEX(changed_segment), INDEX(pfpy_publish_segments), INDEX(pfpy_refresh_segments));
#undef INDEX
}

PyMethodDef pfpy_segments_methods[] = {
    {"shm_open", (PyCFunction)(void (*)(void))shm_open_segment, METH_VARARGS | METH_KEYWORDS,
     "shm_open(path, flags, mode=0o777) -> descriptor, as _posixshmem has it; a path of '' stands for a segment without a name."},
    {"shm_unlink", (PyCFunction)(void (*)(void))shm_unlink_segment, METH_VARARGS | METH_KEYWORDS, "shm_unlink(path), as _posixshmem has it."},
    {"segment_calls", segment_calls, METH_NOARGS,
     "segment_calls() -> indices of the function table: map(id, writable) -> address, unmap(address) -> id, sync_address(address) -> id,\n"
     "sync(id), changed(id, at, bytes), release(), acquire()."},
    {NULL, NULL, 0, NULL},
};
