/* reduce_stream.c: reductions of values that arrive in blocks, so that the whole never has to be held.
 *
 * A sum of doubles is defined by chunks that start at multiples of PF_REDUCE_CHUNK, however the values arrive: what does not
 * fill a chunk yet waits in `pending`. Integers are also kept as doubles there, since the first double makes doubles of all
 * that came before it; only the sum can tell, the extremes are converted when asked for.
 */
#include "kernels/reduce/reduce.h"

#include <stdlib.h>
#include <string.h>

struct pf_reduce_stream {
    uint64_t count;
    bool real; /* a double has come */

    /* of the integers, while !real */
    pf_int128 whole;
    int64_t least_whole;
    int64_t most_whole;

    /* of all values as doubles; extremes once real */
    double total; /* of full chunks */
    double least;
    double most;
    size_t waiting; /* elements of pending, fewer than PF_REDUCE_CHUNK between calls */
    double pending[PF_REDUCE_CHUNK];
};

pf_status pf_reduce_stream_create(pf_reduce_stream **stream)
{
    *stream = calloc(1, sizeof **stream);
    return *stream ? PF_OK : PF_OUT_OF_MEMORY;
}

void pf_reduce_stream_destroy(pf_reduce_stream *stream)
{
    free(stream);
}

static void add_chunk_when_full(pf_reduce_stream *stream)
{
    if (stream->waiting == PF_REDUCE_CHUNK) {
        stream->total += pf_sum_double_simd(stream->pending, PF_REDUCE_CHUNK);
        stream->waiting = 0;
    }
}

void pf_reduce_stream_feed_double(pf_reduce_stream *stream, const double *values, size_t n)
{
    if (n == 0) {
        return;
    }
    if (!stream->real) {
        stream->real = true;
        stream->least = stream->count > 0 ? (double)stream->least_whole : values[0];
        stream->most = stream->count > 0 ? (double)stream->most_whole : values[0];
    }
    stream->count += n;
    stream->least = pf_min_double_simd(stream->least, values, n);
    stream->most = pf_max_double_simd(stream->most, values, n);
    while (n > 0) {
        size_t room = PF_REDUCE_CHUNK - stream->waiting;
        size_t taken = n < room ? n : room;
        if (taken == PF_REDUCE_CHUNK) {
            stream->total += pf_sum_double_simd(values, PF_REDUCE_CHUNK);
        } else {
            memcpy(stream->pending + stream->waiting, values, taken * sizeof *values);
            stream->waiting += taken;
            add_chunk_when_full(stream);
        }
        values += taken;
        n -= taken;
    }
}

/* Integers after a double are doubles: converted a stretch at a time. */
static void feed_converted(pf_reduce_stream *stream, const int64_t *values, size_t n)
{
    double converted[256];
    while (n > 0) {
        size_t taken = n < 256 ? n : 256;
        for (size_t i = 0; i < taken; i++) {
            converted[i] = (double)values[i];
        }
        pf_reduce_stream_feed_double(stream, converted, taken);
        values += taken;
        n -= taken;
    }
}

void pf_reduce_stream_feed_int64(pf_reduce_stream *stream, const int64_t *values, size_t n)
{
    if (stream->real) {
        feed_converted(stream, values, n);
        return;
    }
    if (n > 0 && stream->count == 0) {
        stream->least_whole = stream->most_whole = values[0];
    }
    stream->count += n;
    while (n > 0) {
        size_t room = PF_REDUCE_CHUNK - stream->waiting;
        size_t taken = n < room ? n : room;
        stream->whole += pf_sum_int64_simd(values, taken);
        stream->least_whole = pf_min_int64_simd(stream->least_whole, values, taken);
        stream->most_whole = pf_max_int64_simd(stream->most_whole, values, taken);
        for (size_t i = 0; i < taken; i++) {
            stream->pending[stream->waiting + i] = (double)values[i];
        }
        stream->waiting += taken;
        add_chunk_when_full(stream);
        values += taken;
        n -= taken;
    }
}

/* ------------------------------------------------------------------------------------------------ results */

uint64_t pf_reduce_stream_count(const pf_reduce_stream *stream)
{
    return stream->count;
}

static double real_sum(const pf_reduce_stream *stream)
{
    /* A chunk of nothing would be harmless in a sum, except that it turns -0.0 into 0.0; there is none to turn. */
    return stream->waiting > 0 ? stream->total + pf_sum_double_simd(stream->pending, stream->waiting) : stream->total;
}

pf_status pf_reduce_stream_sum(const pf_reduce_stream *stream, pf_number *sum)
{
    sum->is_real = stream->real;
    if (stream->real) {
        sum->real = real_sum(stream);
        return PF_OK;
    }
    if (stream->whole < INT64_MIN || stream->whole > INT64_MAX) {
        return PF_OVERFLOW;
    }
    sum->integer = (int64_t)stream->whole;
    return PF_OK;
}

pf_status pf_reduce_stream_mean(const pf_reduce_stream *stream, double *mean)
{
    if (stream->count == 0) {
        return PF_EMPTY;
    }
    /* Beyond the address space the count no longer fits pf_quotient; no stream has got that far. */
    if (stream->count > SIZE_MAX) {
        return PF_OVERFLOW;
    }
    *mean = stream->real ? real_sum(stream) / (double)stream->count : pf_quotient(stream->whole, (size_t)stream->count);
    return PF_OK;
}

pf_status pf_reduce_stream_min(const pf_reduce_stream *stream, pf_number *smallest)
{
    *smallest = (pf_number){.is_real = stream->real, .integer = stream->least_whole, .real = stream->least};
    return stream->count > 0 ? PF_OK : PF_EMPTY;
}

pf_status pf_reduce_stream_max(const pf_reduce_stream *stream, pf_number *largest)
{
    *largest = (pf_number){.is_real = stream->real, .integer = stream->most_whole, .real = stream->most};
    return stream->count > 0 ? PF_OK : PF_EMPTY;
}
