/* photofinish.h: the C contract of Photo Finish: kernels, thread pool, race statistics.
 *
 * One source, three builds: the native shared library, the kernel module of the page (WebAssembly pthreads on one shared
 * memory) and, linked into the extension _photofinish, the one-thread kernels inside Python's own memory.
 *
 * Conventions, valid for everything below unless a function says otherwise
 *  - Work returns a pf_status; 0 is success. When it is not PF_OK the outputs are unspecified, and never half-owned.
 *  - Lengths are counts of elements, never bytes. Times are seconds as double. Sizes of memory are bytes.
 *  - The caller owns every buffer it passes; a function keeps no pointer after it returns. Inputs are not written to.
 *    Outputs must not overlap inputs. Typed buffers are aligned for their type; a pointer with length 0 may be NULL.
 *  - Nothing in the library exits, prints, or changes the locale, signals or floating-point mode.
 *  - Functions may be called from several threads at once as long as the objects they write differ.
 *  - A result does not depend on the number of threads: chunks are of fixed size and are combined in a fixed order, so that
 *    1, 2 and 8 threads agree to the last bit, natively and on WebAssembly.
 */
#ifndef PHOTOFINISH_H
#define PHOTOFINISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------------------------------------------ status */

typedef enum pf_status {
    PF_OK = 0,
    PF_OUT_OF_MEMORY = 1,  /* an allocation failed; the call may be repeated with less */
    PF_OVERFLOW = 2,       /* the exact result does not fit its type; no number is returned in its place */
    PF_EMPTY = 3,          /* the operation has no meaning for no elements (min, max) */
    PF_CANCELLED = 4,      /* the caller's pf_cancel was raised; partial work was dropped */
    PF_BAD_ARGUMENT = 5,   /* an argument is outside its documented range */
    PF_NO_THREADS = 6      /* this build or this machine cannot start threads */
} pf_status;

/* A static English sentence for a status, never NULL, also for values outside the enum. */
const char *pf_status_message(pf_status status);

/* ------------------------------------------------------------------------------------------------ cancelling */

/* Lives with the caller for the length of the call. `raised` may be set to 1 from any thread, also from another WebAssembly
 * instance on the same memory. `poll`, where it is not NULL, is asked by the calling thread alone, at least every 10 ms of
 * work: return true to cancel. Every kernel looks at both at least every 10 ms. */
typedef struct pf_cancel {
    _Atomic uint32_t raised;
    bool (*poll)(void *context);
    void *context;
} pf_cancel;

/* ------------------------------------------------------------------------------------------------ thread pool */

/* A fixed number of threads, started once, asleep between calls. The thread that calls takes part in the work, so a pool of
 * size N starts N - 1 threads. */
typedef struct pf_pool pf_pool;

/* How a call is to run. NULL in place of a pf_call means: on the calling thread, not to be cancelled.
 * pool    NULL: the calling thread alone.
 * threads how many of the pool's threads may take part, the caller included; 0: all of them. More than the pool has is
 *         PF_BAD_ARGUMENT.
 * cancel  NULL: cannot be cancelled. */
typedef struct pf_call {
    pf_pool *pool;
    int threads;
    pf_cancel *cancel;
} pf_call;

/* Starts a pool of `threads` (1 to PF_POOL_LIMIT). PF_NO_THREADS where threads cannot be started; nothing is left behind. */
#define PF_POOL_LIMIT 64
pf_status pf_pool_create(int threads, pf_pool **pool);

/* Ends the threads and frees the pool. No call may be running on it. NULL is allowed. */
void pf_pool_destroy(pf_pool *pool);

/* The number of threads including the caller; 1 for NULL. */
int pf_pool_size(const pf_pool *pool);

/* Processor cores that this process may use; at least 1. */
int pf_cores(void);

/* Work on elements [begin, end) of chunk number `chunk`. A status other than PF_OK ends the whole loop with that status; of
 * several, the one of the lowest chunk is returned. */
typedef pf_status (*pf_chunk_function)(void *context, size_t chunk, size_t begin, size_t end);

/* Runs `work` once for every chunk of `chunk_size` elements of [0, count); the last may be shorter; count 0 calls nothing.
 * Chunk k always covers [k * chunk_size, ...), whoever runs it; keep one result a chunk and combine them in order afterwards.
 * A chunk should take 10 us to 5 ms: cancelling is looked at between chunks.
 *  - nested: a parallel_for called from inside `work` runs its chunks on that thread alone, in order;
 *  - concurrent: calls on one pool from several threads take turns; each runs with the threads it asked for.
 * PF_BAD_ARGUMENT for chunk_size 0 or call->threads out of range; PF_CANCELLED as soon as running chunks have ended. */
pf_status pf_parallel_for(const pf_call *call, size_t count, size_t chunk_size, pf_chunk_function work, void *context);

/* ------------------------------------------------------------------------------------------------ arena */

/* Temporary memory of one call: allocate often, free once. Not thread safe: one arena belongs to one thread at a time. */
typedef struct pf_arena pf_arena;

/* *arena is NULL after PF_OUT_OF_MEMORY, which pf_arena_destroy allows. */
pf_status pf_arena_create(size_t block_bytes, pf_arena **arena);
/* `bytes` of zeroed memory aligned to 16, valid until pf_arena_destroy; PF_OUT_OF_MEMORY leaves the arena usable. */
pf_status pf_arena_alloc(pf_arena *arena, size_t bytes, void **memory);
void pf_arena_destroy(pf_arena *arena);

/* ------------------------------------------------------------------------------------------------ kernels */

/* Reductions: one number of many, for int64, int32, double, float and bytes (uint8_t). Results of integers are int64, of
 * floats double; a float is widened before anything is done with it.
 *
 * Sums. Integer: exact; PF_OVERFLOW when the sum does not fit int64 (a partial sum may exceed it on the way). Double and float:
 * each chunk of PF_REDUCE_CHUNK elements is added in 8 interleaved partial sums, chunks are added in order; 0.0 for no
 * elements. */
#define PF_REDUCE_CHUNK 16384
pf_status pf_sum_int64(const pf_call *call, const int64_t *values, size_t n, int64_t *sum);
pf_status pf_sum_int32(const pf_call *call, const int32_t *values, size_t n, int64_t *sum);
pf_status pf_sum_bytes(const pf_call *call, const uint8_t *values, size_t n, int64_t *sum);
pf_status pf_sum_double(const pf_call *call, const double *values, size_t n, double *sum);
pf_status pf_sum_float(const pf_call *call, const float *values, size_t n, double *sum);

/* Smallest and largest element. PF_EMPTY for n = 0. Double and float: NaN is what Python's min/max make of it in array order: a
 * NaN is never less or greater, so it is returned exactly when it is the first element; -0.0 and 0.0 are equal, the earlier
 * wins. */
pf_status pf_min_int64(const pf_call *call, const int64_t *values, size_t n, int64_t *smallest);
pf_status pf_min_int32(const pf_call *call, const int32_t *values, size_t n, int64_t *smallest);
pf_status pf_min_bytes(const pf_call *call, const uint8_t *values, size_t n, int64_t *smallest);
pf_status pf_min_double(const pf_call *call, const double *values, size_t n, double *smallest);
pf_status pf_min_float(const pf_call *call, const float *values, size_t n, double *smallest);
pf_status pf_max_int64(const pf_call *call, const int64_t *values, size_t n, int64_t *largest);
pf_status pf_max_int32(const pf_call *call, const int32_t *values, size_t n, int64_t *largest);
pf_status pf_max_bytes(const pf_call *call, const uint8_t *values, size_t n, int64_t *largest);
pf_status pf_max_double(const pf_call *call, const double *values, size_t n, double *largest);
pf_status pf_max_float(const pf_call *call, const float *values, size_t n, double *largest);

/* Sum divided by n. PF_EMPTY for n = 0. Integer: the exact sum, which may exceed int64, divided and rounded once, to nearest and
 * even: Python's sum(x) / len(x). Double and float: pf_sum's result divided by n. */
pf_status pf_mean_int64(const pf_call *call, const int64_t *values, size_t n, double *mean);
pf_status pf_mean_int32(const pf_call *call, const int32_t *values, size_t n, double *mean);
pf_status pf_mean_bytes(const pf_call *call, const uint8_t *values, size_t n, double *mean);
pf_status pf_mean_double(const pf_call *call, const double *values, size_t n, double *mean);
pf_status pf_mean_float(const pf_call *call, const float *values, size_t n, double *mean);

/* Whether an element (all elements) is true: not zero; NaN is true, -0.0 is not. No elements: any is false, all is true. Ends
 * soon after the element that decides. */
pf_status pf_any_int64(const pf_call *call, const int64_t *values, size_t n, bool *any);
pf_status pf_any_int32(const pf_call *call, const int32_t *values, size_t n, bool *any);
pf_status pf_any_bytes(const pf_call *call, const uint8_t *values, size_t n, bool *any);
pf_status pf_any_double(const pf_call *call, const double *values, size_t n, bool *any);
pf_status pf_any_float(const pf_call *call, const float *values, size_t n, bool *any);
pf_status pf_all_int64(const pf_call *call, const int64_t *values, size_t n, bool *all);
pf_status pf_all_int32(const pf_call *call, const int32_t *values, size_t n, bool *all);
pf_status pf_all_bytes(const pf_call *call, const uint8_t *values, size_t n, bool *all);
pf_status pf_all_double(const pf_call *call, const double *values, size_t n, bool *all);
pf_status pf_all_float(const pf_call *call, const float *values, size_t n, bool *all);

/* Sum of left[i] * right[i] for i < n; otherwise like the sums. Integer: exact whatever the products, PF_OVERFLOW by the total. */
pf_status pf_dot_int64(const pf_call *call, const int64_t *left, const int64_t *right, size_t n, int64_t *dot);
pf_status pf_dot_int32(const pf_call *call, const int32_t *left, const int32_t *right, size_t n, int64_t *dot);
pf_status pf_dot_bytes(const pf_call *call, const uint8_t *left, const uint8_t *right, size_t n, int64_t *dot);
pf_status pf_dot_double(const pf_call *call, const double *left, const double *right, size_t n, double *dot);
pf_status pf_dot_float(const pf_call *call, const float *left, const float *right, size_t n, double *dot);

/* A sum, extremes and the mean of values that arrive in blocks, on one thread, without the whole ever being held: a stream
 * takes some 130 KB. The blocks' sizes do not matter: results equal those of the functions above on all values as one array,
 * to the last bit. The first double makes doubles of all integers, also of those that came before it. Results may be asked for
 * at any time, as often as wanted. */
typedef struct pf_reduce_stream pf_reduce_stream;
typedef struct pf_number {
    bool is_real; /* which of the two holds the value */
    int64_t integer;
    double real;
} pf_number;

pf_status pf_reduce_stream_create(pf_reduce_stream **stream);
void pf_reduce_stream_destroy(pf_reduce_stream *stream); /* NULL is allowed */
void pf_reduce_stream_feed_int64(pf_reduce_stream *stream, const int64_t *values, size_t n);
void pf_reduce_stream_feed_double(pf_reduce_stream *stream, const double *values, size_t n);
uint64_t pf_reduce_stream_count(const pf_reduce_stream *stream);
pf_status pf_reduce_stream_sum(const pf_reduce_stream *stream, pf_number *sum);
pf_status pf_reduce_stream_min(const pf_reduce_stream *stream, pf_number *smallest);
pf_status pf_reduce_stream_max(const pf_reduce_stream *stream, pf_number *largest);
pf_status pf_reduce_stream_mean(const pf_reduce_stream *stream, double *mean);

/* How many primes p with start <= p < stop, by trial division with odd divisors up to the square root. The same work for
 * every thread count. start > stop counts 0. PF_BAD_ARGUMENT when stop > PF_PRIMES_LIMIT (divisors must fit 32 bits). */
#define PF_PRIMES_LIMIT (INT64_C(1) << 62)
pf_status pf_count_primes(const pf_call *call, int64_t start, int64_t stop, int64_t *count);
/* Whether n is prime, by the same divisions shared among the threads; numbers below 2 are not. pf_is_prime_int64: 1 or 0 for
 * each of n values. PF_BAD_ARGUMENT for a number above PF_PRIMES_LIMIT. */
pf_status pf_is_prime(const pf_call *call, int64_t n, bool *prime);
pf_status pf_is_prime_int64(const pf_call *call, const int64_t *values, size_t n, uint8_t *prime);

/* `count` waits of `seconds` each, one a thread at a time: on N threads they last seconds * count / N, rounded up to whole waits.
 * `spans`: NULL, or room for 2 * count: start and end of each wait, in seconds since the call. `elapsed`: of the whole call.
 * PF_BAD_ARGUMENT for seconds outside 0 .. PF_WAIT_LIMIT. */
#define PF_WAIT_LIMIT 86400.0
pf_status pf_wait(const pf_call *call, size_t count, double seconds, double *spans, double *elapsed);

/* `count` tasks of `work` multiply-and-add steps, handed to the pool `chunk_size` at a time: what the pool itself costs.
 * The checksum depends on count and work alone. PF_BAD_ARGUMENT for chunk_size 0 and beyond the limits. */
#define PF_TINY_TASKS_LIMIT (INT32_C(1) << 30)
#define PF_TINY_WORK_LIMIT (INT32_C(1) << 20)
pf_status pf_tiny_tasks(const pf_call *call, size_t count, size_t chunk_size, uint32_t work, int64_t *checksum);

/* Passes `count` messages of `size` bytes, `batch` at a time, from one thread of the pool to another through a ring buffer of
 * at most 1 MiB. Message i starts with the low bytes of i, up to eight of them; the checksum adds those up on the other side,
 * modulo 2^63. `seconds`: from when both threads are there until the last message has arrived.
 * PF_NO_THREADS where two threads cannot run at once: no pool of two, call->threads 1, or called from inside a parallel_for.
 * PF_BAD_ARGUMENT for size or batch 0, or batch * size above PF_MESSAGES_LIMIT bytes. */
#define PF_MESSAGES_LIMIT (1 << 20)
pf_status pf_pass_messages(const pf_call *call, uint64_t count, uint32_t size, uint32_t batch, int64_t *checksum, double *seconds);

/* `count` times a message of eight bytes goes to another thread of the pool and comes back. Every `group` round trips (the last
 * few may be less) the clock is read, and their mean adds `group` to one of PF_LATENCY_BUCKETS counters; so groups of 1 show each
 * round trip where the clock is fine enough. pf_latency_bucket: the counter of a time; pf_latency_start: the least time, in ns,
 * of a counter; each is at most a quarter longer than the one before it, from 4 ns on. Failures as pf_pass_messages;
 * PF_BAD_ARGUMENT for group 0. */
#define PF_LATENCY_BUCKETS 160
pf_status pf_round_trips(const pf_call *call, uint64_t count, uint64_t group, int64_t *histogram, double *seconds);
int pf_latency_bucket(uint64_t nanoseconds);
uint64_t pf_latency_start(int bucket);

/* Enumerations, row after row in the order of Python's itertools; a row has r values (product: pools * repeat, the pools laid end
 * to end in `values`, their lengths in `lengths`). Values at different places are different, even if they are equal.
 * pf_count_...: how many rows there are; PF_OVERFLOW for more than INT64_MAX. The others write rows [start, start + count),
 * which takes count * r elements; PF_BAD_ARGUMENT where there are not so many rows, where a row has more than PF_ROW_LIMIT
 * values, or the lengths do not add up to n. */
#define PF_ROW_LIMIT 65536
pf_status pf_count_combinations(size_t n, size_t r, int64_t *rows);
pf_status pf_count_permutations(size_t n, size_t r, int64_t *rows);
pf_status pf_count_product(const int64_t *lengths, size_t pools, size_t repeat, int64_t *rows);
pf_status pf_combinations(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t start, int64_t count,
                          int64_t *output);
pf_status pf_permutations(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t start, int64_t count,
                          int64_t *output);
pf_status pf_product(const pf_call *call, const int64_t *values, size_t n, const int64_t *lengths, size_t pools, size_t repeat,
                     int64_t start, int64_t count, int64_t *output);

/* How many of the same rows add up to `total`; no row is kept. PF_OVERFLOW where a row's sum might leave int64: r times the
 * largest magnitude among the values. */
pf_status pf_combinations_with_sum(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t total, int64_t *count);
pf_status pf_permutations_with_sum(const pf_call *call, const int64_t *values, size_t n, size_t r, int64_t total, int64_t *count);
pf_status pf_product_with_sum(const pf_call *call, const int64_t *values, size_t n, const int64_t *lengths, size_t pools,
                              size_t repeat, int64_t total, int64_t *count);

/* Runs of equal values that follow each other. pf_count_groups: how many. pf_groupby: the value and the length of each, in order,
 * into room for `groups`; PF_BAD_ARGUMENT where there are more or fewer. */
pf_status pf_count_groups(const pf_call *call, const int64_t *values, size_t n, size_t *groups);
pf_status pf_groupby(const pf_call *call, const int64_t *values, size_t n, int64_t *keys, int64_t *lengths, size_t groups);

/* Elements start to start + length of the values repeated without end. PF_EMPTY for n = 0 where length is not 0;
 * PF_BAD_ARGUMENT for start below 0. */
pf_status pf_cycle(const pf_call *call, const int64_t *values, size_t n, int64_t start, size_t length, int64_t *output);

/* One piece of text for pf_concat. */
typedef struct pf_slice {
    const char *data;
    size_t length; /* bytes */
} pf_slice;

/* Joins pieces with `separator` between them, in one pass after the offsets are known. pf_concat_length: the bytes that the
 * result takes; PF_OVERFLOW past SIZE_MAX. `joined` has room for that many (`room` says how many there are;
 * PF_BAD_ARGUMENT when too few). */
pf_status pf_concat_length(const pf_slice *pieces, size_t n, size_t separator_length, size_t *length);
pf_status pf_concat(const pf_call *call, const pf_slice *pieces, size_t n, pf_slice separator, char *joined, size_t room);

/* ------------------------------------------------------------------------------------------------ sorting */

/* The order of all sorting: rising by <; -0.0 and 0.0 are equal; every NaN comes after every number, as NumPy has it, and NaNs
 * are equal to each other. Equal elements keep the order they came in, so a result is what a stable sort gives, whatever the
 * algorithm. Arrays of more than PF_SORT_LIMIT elements are PF_BAD_ARGUMENT. Each takes temporary memory as large as its
 * largest array, or twice that. */
#define PF_SORT_LIMIT UINT32_MAX
typedef enum pf_sort_algorithm { PF_SORT_RADIX = 0, PF_SORT_MERGE = 1 } pf_sort_algorithm;
pf_status pf_sort_int64(const pf_call *call, const int64_t *values, size_t n, pf_sort_algorithm algorithm, int64_t *sorted);
pf_status pf_sort_double(const pf_call *call, const double *values, size_t n, pf_sort_algorithm algorithm, double *sorted);

/* order[j] is the index of the key that comes j-th. */
pf_status pf_argsort_int64(const pf_call *call, const int64_t *keys, size_t n, int64_t *order);
pf_status pf_argsort_double(const pf_call *call, const double *keys, size_t n, int64_t *order);

/* Records of 8 bytes each (int64, double) in the order of their keys: sorted[j] = records[order[j]]. */
pf_status pf_sort_by_key_int64(const pf_call *call, const int64_t *keys, const void *records, size_t n, void *sorted);
pf_status pf_sort_by_key_double(const pf_call *call, const double *keys, const void *records, size_t n, void *sorted);

/* The first k of the sorted array (smallest), or of the array sorted falling with equal elements in the order they came in
 * (largest: NaNs first). PF_BAD_ARGUMENT for k > n. PF_TOP_SELECT: quickselect; PF_TOP_HEAP: a heap of k. */
typedef enum pf_top_algorithm { PF_TOP_SELECT = 0, PF_TOP_HEAP = 1 } pf_top_algorithm;
pf_status pf_nsmallest_int64(const pf_call *call, const int64_t *values, size_t n, size_t k, pf_top_algorithm algorithm,
                             int64_t *smallest);
pf_status pf_nsmallest_double(const pf_call *call, const double *values, size_t n, size_t k, pf_top_algorithm algorithm,
                              double *smallest);
pf_status pf_nlargest_int64(const pf_call *call, const int64_t *values, size_t n, size_t k, pf_top_algorithm algorithm,
                            int64_t *largest);
pf_status pf_nlargest_double(const pf_call *call, const double *values, size_t n, size_t k, pf_top_algorithm algorithm,
                             double *largest);

/* ------------------------------------------------------------------------------------------------ arrays */

/* roots[i] is the square root of values[i], correctly rounded: NaN for a NaN and for a negative number, -0.0 for -0.0.
 * *first_negative: the index of the first value below 0, n where there is none. `roots` may be `values`. */
pf_status pf_sqrt_double(const pf_call *call, const double *values, size_t n, double *roots, size_t *first_negative);

/* result[i] = a * x[i] + y[i], rounded after the product and after the sum. `result` may be x or y. */
pf_status pf_axpy_double(const pf_call *call, double a, const double *x, const double *y, size_t n, double *result);

/* The product of two matrices, row after row: left has rows * inner elements, right inner * columns, product rows * columns.
 * Each element is 0.0 with left[r][i] * right[i][c] added for rising i, rounded after each product and each sum: what three
 * plain loops give. Takes temporary memory as large as both inputs. */
pf_status pf_matmul_double(const pf_call *call, const double *left, const double *right, size_t rows, size_t inner,
                           size_t columns, double *product);

/* ------------------------------------------------------------------------------------------------ text */

/* Lines of n bytes of text. A line ends with a '\n', which belongs to it; what follows the last '\n' is a line too, unless it is
 * nothing. So a file is read line by line. Other bytes, '\r' too, mean nothing. */
typedef struct pf_line {
    size_t index;  /* 0 for the first line */
    size_t start;  /* offset of its first byte */
    size_t length; /* bytes without the '\n' */
} pf_line;
pf_status pf_count_lines(const pf_call *call, const uint8_t *text, size_t n, size_t *lines);
/* The first of the longest. PF_EMPTY for n = 0. */
pf_status pf_longest_line(const pf_call *call, const uint8_t *text, size_t n, pf_line *longest);
/* starts[i]: the offset at which line i starts, and after the last line n, so that line i is [starts[i], starts[i + 1]) with its
 * '\n'. `room` must be the number of lines + 1, else PF_BAD_ARGUMENT. */
pf_status pf_line_starts(const pf_call *call, const uint8_t *text, size_t n, int64_t *starts, size_t room);

/* Words: stretches without white space, which is ' ', '\t', '\n', '\v', '\f', '\r'. */
pf_status pf_count_words(const pf_call *call, const uint8_t *text, size_t n, size_t *words);

/* Writes each number and a '\n' as Python's str() has them: doubles as the shortest decimal that reads back the same. `room` bytes
 * at `text`: at least n times the longest line below, else PF_BAD_ARGUMENT; all of it may be written to. *length: bytes of the
 * result, which ends without a 0. */
#define PF_FORMAT_INT64_BYTES 21
#define PF_FORMAT_DOUBLE_BYTES 25
pf_status pf_format_int64(const pf_call *call, const int64_t *values, size_t n, char *text, size_t room, size_t *length);
pf_status pf_format_double(const pf_call *call, const double *values, size_t n, char *text, size_t room, size_t *length);

/* ------------------------------------------------------------------------------------------------ kernel table */

/* The same kernels behind one shape, so that the extension and the page can call any of them by number: a job names its
 * buffers and scalars, and whoever runs it may first have copied the buffers to another memory. */
typedef enum pf_type {
    PF_NONE = 0,
    PF_INT64,
    PF_DOUBLE,
    PF_INT32,
    PF_FLOAT,
    PF_BYTES, /* uint8_t, or text as UTF-8 */
    PF_SLICES /* of pf_slice: inputs only */
} pf_type;

/* Bytes of one element; of PF_SLICES, of one pf_slice; 0 for PF_NONE. */
size_t pf_type_size(pf_type type);

typedef struct pf_buffer {
    void *data;
    size_t length; /* elements */
    pf_type type;  /* PF_NONE: not used by this job */
} pf_buffer;

#define PF_JOB_INPUTS 3
#define PF_JOB_OUTPUTS 2
#define PF_JOB_SCALARS 4
/* Outputs have room for the most that a kernel may write; one that cannot know before leaves the length that it wrote. */
typedef struct pf_job {
    int64_t integers[PF_JOB_SCALARS]; /* parameters in, results out: each kernel's README says which */
    double reals[PF_JOB_SCALARS];
    pf_buffer inputs[PF_JOB_INPUTS];
    pf_buffer outputs[PF_JOB_OUTPUTS];
} pf_job;

typedef struct pf_kernel {
    const char *name;    /* "sum_int64": unique, as in the Python module's table */
    const char *summary; /* one line */
    pf_status (*run)(const pf_call *call, pf_job *job);
} pf_kernel;

/* All kernels, ordered by name; immutable. The index of a kernel is its number, equal in all three builds of one source. */
const pf_kernel *pf_kernels(size_t *count);
/* The number of the kernel called `name`, or -1. */
int pf_kernel_find(const char *name);

/* ------------------------------------------------------------------------------------------------ containers */

/* Keys are buffers of PF_INT64, PF_DOUBLE or PF_SLICES. Equality is Python's: -0.0 equals 0.0, a NaN equals nothing, itself
 * included. Groups of equal keys stand in order of first appearance. Up to 2^32 - 2 keys; another type is PF_BAD_ARGUMENT.
 * Outputs have room for as many elements as there are keys; *found says how many were written. Temporary memory: 50 bytes a
 * key. The hash is not keyed: whoever chooses the keys can make it slow. */

/* Index of the first key of each group, and how many keys it has. */
pf_status pf_count(const pf_call *call, const pf_buffer *keys, int64_t *firsts, int64_t *counts, size_t *found);
/* Distinct keys, as they first appear: int64_t or double; of slices, int64_t indices. */
pf_status pf_unique(const pf_call *call, const pf_buffer *keys, void *distinct, size_t *found);
/* order: indices of all keys, group by group, rising within each; group g is order[starts[g]] .. order[starts[g + 1] - 1].
 * `starts` has room for one more than there are keys. */
pf_status pf_group_order(const pf_call *call, const pf_buffer *keys, int64_t *order, int64_t *starts, size_t *found);
/* The sum of each group's values (PF_INT64 or PF_DOUBLE, one for each key), added in order of the keys, starting from 0. `sums` are
 * of the values' type. PF_OVERFLOW when the exact sum of a group of integers does not fit int64. */
pf_status pf_group_sum(const pf_call *call, const pf_buffer *keys, const pf_buffer *values, int64_t *firsts, void *sums,
                       size_t *found);

/* results[i] = the value (8 bytes each) of the last key equal to wanted key i, or *fallback. *hits: how many were found. */
pf_status pf_lookup(const pf_call *call, const pf_buffer *keys, const void *values, const pf_buffer *wanted,
                    const void *fallback, void *results, size_t *hits);
/* contained[i] = whether needle i is in the haystack: by comparing with one element after another, or by a hash table. */
pf_status pf_contains_scan(const pf_call *call, const pf_buffer *haystack, const pf_buffer *needles, uint8_t *contained);
pf_status pf_contains_hash(const pf_call *call, const pf_buffer *haystack, const pf_buffer *needles, uint8_t *contained);

/* Integers in a ring that grows: both ends in constant time. One thread at a time. */
typedef struct pf_deque pf_deque;
pf_status pf_deque_create(pf_deque **deque);
void pf_deque_destroy(pf_deque *deque); /* NULL is allowed */
size_t pf_deque_length(const pf_deque *deque);
/* PF_OUT_OF_MEMORY leaves the deque as it was; so does PF_CANCELLED, inside a pf_parallel_for that is to end. */
pf_status pf_deque_push_right(pf_deque *deque, int64_t value);
pf_status pf_deque_push_left(pf_deque *deque, int64_t value);
pf_status pf_deque_pop_right(pf_deque *deque, int64_t *value); /* PF_EMPTY */
pf_status pf_deque_pop_left(pf_deque *deque, int64_t *value);
pf_status pf_deque_at(const pf_deque *deque, size_t index, int64_t *value); /* from the left; PF_BAD_ARGUMENT past the end */
void pf_deque_clear(pf_deque *deque);                                       /* keeps its memory */
/* Plays a script on a new deque, one operation a byte: 'A' appends the next of `values`, 'a' at the left, 'P' pops, 'p' at the
 * left. Popped values go to `popped`, *pops says how many; *left is the length at the end. PF_EMPTY for a pop of nothing,
 * PF_BAD_ARGUMENT for another byte, too few values or too little room. */
pf_status pf_deque_play(const pf_call *call, const char *script, size_t n, const int64_t *values, size_t values_length,
                        int64_t *popped, size_t room, size_t *pops, size_t *left);

/* ------------------------------------------------------------------------------------------------ statistics */

/* The statistics of a race: what may be said of lanes after so many blocks. The method, its sources and its limits stand in
 * src/stats/README.md. Here a ratio is baseline time / lane time: 2 means that the lane is twice as fast. */

typedef enum pf_verdict { PF_UNDECIDED = 0, PF_FASTER = 1, PF_SLOWER = 2, PF_SAME = 3 } pf_verdict;

enum pf_flag {
    PF_FLAG_FEW = 1,       /* fewer than PF_MIN_BLOCKS blocks: nothing can be said */
    PF_FLAG_UNSTEADY = 2,  /* the ratio itself moved while the race ran */
    PF_FLAG_TAIL = 4,      /* rare dear calls: the mean tells another story than the typical call */
    PF_FLAG_NOISY = 8,     /* more than a quarter of the blocks lie beyond 7.4 median absolute deviations */
    PF_FLAG_COARSE = 16    /* the clock's tick is more than a tenth of a sample */
};

#define PF_LOOKS 9            /* a race is looked at nine times, at pf_look_fraction() of its budget */
#define PF_MIN_BLOCKS 24
#define PF_LANES_LIMIT 16
#define PF_DEFAULT_MARGIN 0.03
#define PF_DEFAULT_ALPHA 0.05

typedef struct pf_comparison {
    int lane;              /* index of the lane compared with the baseline */
    double ratio;          /* typical baseline time / lane time; 0 with PF_FLAG_FEW */
    double low, high;      /* its interval at this look */
    double standard_error; /* of the logarithm of the ratio */
    double degrees;        /* degrees of freedom of that error */
    double inflation;      /* long-run variance / variance of one block */
    double mean_ratio;     /* of mean times, rare dear calls included */
    pf_verdict verdict;
    unsigned flags;        /* of enum pf_flag */
} pf_comparison;

typedef struct pf_race pf_race;

/* Seconds that one sample should last with a clock that steps by `tick` seconds: max(1 ms, 10 ticks). */
double pf_sample_seconds(double tick);
/* The share of the measuring budget that has passed at look 0 .. PF_LOOKS - 1 (0.05 .. 1). */
double pf_look_fraction(int look);

/* lanes 2 .. PF_LANES_LIMIT; calls[l]: calls in one sample of lane l, > 0; tick in seconds; margin: what still counts as the
 * same (PF_DEFAULT_MARGIN); alpha: the error rate of the whole race (PF_DEFAULT_ALPHA), shared over lanes. */
pf_status pf_race_create(int lanes, int baseline, const double *calls, double tick, double margin, double alpha, pf_race **race);
void pf_race_destroy(pf_race *race);
/* One block: seconds[l] is the sample of lane l, > 0 (a sample of 0 s is PF_BAD_ARGUMENT: the caller made it too short). */
pf_status pf_race_add_block(pf_race *race, const double *seconds);
size_t pf_race_blocks(const pf_race *race);
/* What look number `look` says, in the order of the lanes, the baseline left out: lanes - 1 comparisons. `last`: the race
 * ends with this look. Computed afresh each time: depends on the blocks only. */
pf_status pf_race_look(const pf_race *race, int look, bool last, pf_comparison *comparisons);
/* Median of n values with a distribution-free interval of at least 95 % (order statistics); PF_EMPTY for n = 0; with fewer
 * than 6 values the interval is the range. */
pf_status pf_median(const double *values, size_t n, double *median, double *low, double *high);

/* Several races together: growth, crossings, Amdahl's law, runs. */
#include "photofinish_fits.h"

#endif
