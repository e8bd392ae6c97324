/* count.c: what is enumerated, and how many rows that are (iteration.h). */
#include "kernels/iteration/iteration.h"
#include "kernels/table.h"

uint64_t pf_binomial(size_t n, size_t k)
{
    if (k > n) {
        return 0;
    }
    k = k < n - k ? k : n - k; /* each step below is exact, and no smaller than the one before */
    pf_uint128 result = 1;
    for (size_t i = 1; i <= k; i++) {
        result = result * (n - k + i) / i;
        if (result > INT64_MAX) {
            return UINT64_MAX;
        }
    }
    return (uint64_t)result;
}

static pf_status set_count(pf_rows *rows, uint64_t count)
{
    rows->count = (int64_t)count;
    if (count > INT64_MAX) {
        return PF_OVERFLOW;
    }
    return count > 0 && rows->width > PF_ROW_LIMIT ? PF_BAD_ARGUMENT : PF_OK;
}

/* False beyond INT64_MAX. */
static bool multiply(uint64_t *count, uint64_t by)
{
    return !__builtin_mul_overflow(*count, by, count) && *count <= INT64_MAX;
}

pf_status pf_rows_of_combinations(const int64_t *values, size_t n, size_t r, pf_rows *rows)
{
    *rows = (pf_rows){.kind = PF_ROWS_COMBINATIONS, .values = values, .n = n, .width = r};
    return set_count(rows, pf_binomial(n, r));
}

pf_status pf_rows_of_permutations(const int64_t *values, size_t n, size_t r, pf_rows *rows)
{
    *rows = (pf_rows){.kind = PF_ROWS_PERMUTATIONS, .values = values, .n = n, .width = r};
    uint64_t count = r <= n;
    for (size_t i = 0; i < r && count > 0; i++) {
        if (!multiply(&count, n - i)) {
            return PF_OVERFLOW;
        }
    }
    return set_count(rows, count);
}

pf_status pf_rows_of_product(const int64_t *values, size_t n, const int64_t *lengths, size_t pools, size_t repeat, pf_rows *rows)
{
    *rows = (pf_rows){.kind = PF_ROWS_PRODUCT, .values = values, .n = n, .lengths = lengths, .pools = pools};
    uint64_t left = n;
    bool empty = false;
    for (size_t pool = 0; pool < pools; pool++) {
        if (lengths[pool] < 0 || (uint64_t)lengths[pool] > left) {
            return PF_BAD_ARGUMENT;
        }
        left -= (uint64_t)lengths[pool];
        empty = empty || lengths[pool] == 0;
    }
    if (left > 0) {
        return PF_BAD_ARGUMENT;
    }
    if (pools > 0 && repeat > SIZE_MAX / sizeof(int64_t) / pools) {
        return PF_OUT_OF_MEMORY;
    }
    rows->width = pools * repeat;
    if (empty && repeat > 0) {
        return set_count(rows, 0); /* however long the other pools are */
    }
    uint64_t once = 1;
    for (size_t pool = 0; pool < pools && repeat > 0; pool++) {
        if (!multiply(&once, (uint64_t)lengths[pool])) {
            return PF_OVERFLOW;
        }
    }
    uint64_t count = 1;
    for (size_t i = 0; i < repeat && once > 1; i++) {
        if (!multiply(&count, once)) {
            return PF_OVERFLOW;
        }
    }
    return set_count(rows, count);
}

pf_status pf_count_combinations(size_t n, size_t r, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_combinations(NULL, n, r, &rows);
    *count = rows.count;
    return status;
}

pf_status pf_count_permutations(size_t n, size_t r, int64_t *count)
{
    pf_rows rows;
    pf_status status = pf_rows_of_permutations(NULL, n, r, &rows);
    *count = rows.count;
    return status;
}

pf_status pf_count_product(const int64_t *lengths, size_t pools, size_t repeat, int64_t *count)
{
    pf_rows rows;
    size_t n = 0;
    for (size_t pool = 0; pool < pools; pool++) {
        n += lengths[pool] > 0 ? (size_t)lengths[pool] : 0;
    }
    pf_status status = pf_rows_of_product(NULL, n, lengths, pools, repeat, &rows);
    *count = rows.count;
    return status;
}

pf_status pf_rows_of_job(const pf_job *job, pf_row_kind kind, pf_rows *rows)
{
    const pf_buffer *values = &job->inputs[0];
    const pf_buffer *lengths = &job->inputs[1];
    int64_t width = job->integers[0];
    if (!pf_buffer_is(values, PF_INT64) || width < 0 || (uint64_t)width > SIZE_MAX / sizeof(int64_t)) {
        return PF_BAD_ARGUMENT;
    }
    size_t r = (size_t)width;
    switch (kind) {
    case PF_ROWS_COMBINATIONS:
        return pf_rows_of_combinations(values->data, values->length, r, rows);
    case PF_ROWS_PERMUTATIONS:
        return pf_rows_of_permutations(values->data, values->length, r, rows);
    default:
        if (!pf_buffer_is(lengths, PF_INT64)) {
            return PF_BAD_ARGUMENT;
        }
        return pf_rows_of_product(values->data, values->length, lengths->data, lengths->length, r, rows);
    }
}
