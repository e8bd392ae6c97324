/* fuzz_check.c: results against plain loops, where a plain loop is short (fuzz_job.h). */
#include "fuzz/fuzz_job.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

#define LONG_INPUT 3000 /* beyond, plain loops over all pairs are left out */

static bool is(const char *kernel, const char *name)
{
    return strcmp(kernel, name) == 0;
}

static int compare_integers(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* ------------------------------------------------------------------------------------------------ numbers */

static const char *check_sum(const pf_job *before, const pf_job *after)
{
    const int64_t *values = before->inputs[0].data;
    wide sum = 0;
    for (size_t i = 0; i < before->inputs[0].length; i++) {
        sum += values[i];
    }
    return sum == after->integers[0] ? NULL : "wrong sum";
}

/* The values sorted by qsort, from the smallest; its first or last `k` against the result. Freed by the caller. */
static const char *check_sorted(const pf_buffer *values, const pf_buffer *result, bool largest)
{
    size_t n = values->length, k = result->length;
    int64_t *sorted = malloc((n + 1) * sizeof *sorted);
    const int64_t *found = result->data;
    if (!sorted) {
        return NULL;
    }
    if (n > 0) {
        memcpy(sorted, values->data, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, compare_integers);
    }
    const char *wrong = k <= n ? NULL : "longer than its input";
    for (size_t i = 0; !wrong && i < k; i++) {
        wrong = found[i] == (largest ? sorted[n - 1 - i] : sorted[i]) ? NULL : "wrong order";
    }
    free(sorted);
    return wrong;
}

static const char *check_argsort(const pf_job *before, const pf_job *after)
{
    const int64_t *keys = before->inputs[0].data, *order = after->outputs[0].data;
    size_t n = before->inputs[0].length;
    for (size_t i = 0; i < n; i++) {
        if (order[i] < 0 || (uint64_t)order[i] >= n) {
            return "an index out of range";
        }
        if (i > 0 && (keys[order[i - 1]] > keys[order[i]] || (keys[order[i - 1]] == keys[order[i]] && order[i - 1] >= order[i]))) {
            return "wrong or unstable order";
        }
    }
    return NULL;
}

static const char *check_primes(const pf_job *before, const pf_job *after)
{
    const int64_t *values = before->inputs[0].data;
    const uint8_t *prime = after->outputs[0].data;
    for (size_t i = 0; i < before->inputs[0].length; i++) {
        bool expected = values[i] > 1;
        for (int64_t d = 2; expected && values[i] < 10000 && d * d <= values[i]; d++) {
            expected = values[i] % d != 0;
        }
        if (values[i] < 10000 && prime[i] != expected) {
            return "a wrong prime";
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------------------ text */

static const char *check_concat(const pf_job *before, const pf_job *after)
{
    const pf_slice *pieces = before->inputs[0].data;
    const char *joined = after->outputs[0].data;
    size_t at = 0;
    for (size_t i = 0; i < before->inputs[0].length; i++) {
        size_t between = i > 0 ? before->inputs[1].length : 0;
        if (at + between + pieces[i].length > after->outputs[0].length) {
            return "longer than its room";
        }
        if ((between > 0 && memcmp(joined + at, before->inputs[1].data, between) != 0) ||
            (pieces[i].length > 0 && memcmp(joined + at + between, pieces[i].data, pieces[i].length) != 0)) {
            return "wrongly joined";
        }
        at += between + pieces[i].length;
    }
    return NULL;
}

static const char *check_lines(const pf_job *before, const pf_job *after)
{
    const uint8_t *text = before->inputs[0].data;
    size_t n = before->inputs[0].length;
    int64_t lines = n > 0 && text[n - 1] != '\n';
    for (size_t i = 0; i < n; i++) {
        lines += text[i] == '\n';
    }
    return lines == after->integers[0] ? NULL : "wrong number of lines";
}

static const char *check_words(const pf_job *before, const pf_job *after)
{
    const uint8_t *text = before->inputs[0].data;
    int64_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < before->inputs[0].length; i++) {
        bool space = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        words += !space && !inside;
        inside = !space;
    }
    return words == after->integers[0] ? NULL : "wrong number of words";
}

/* ------------------------------------------------------------------------------------------------ groups and rows */

static const char *check_groupby(const pf_job *before, const pf_job *after)
{
    const int64_t *values = before->inputs[0].data, *keys = after->outputs[0].data, *lengths = after->outputs[1].data;
    size_t at = 0;
    for (size_t group = 0; group < after->outputs[0].length; group++) {
        if (lengths[group] < 1 || (uint64_t)lengths[group] > before->inputs[0].length - at || (group > 0 && keys[group] == keys[group - 1])) {
            return "wrong runs";
        }
        for (size_t end = at + (size_t)lengths[group]; at < end; at++) {
            if (values[at] != keys[group]) {
                return "wrong runs";
            }
        }
    }
    return at == before->inputs[0].length ? NULL : "runs are missing";
}

static const char *check_unique(const pf_job *before, const pf_job *after)
{
    const int64_t *keys = before->inputs[0].data, *distinct = after->outputs[0].data;
    size_t found = 0;
    for (size_t i = 0; i < before->inputs[0].length && before->inputs[0].length < LONG_INPUT; i++) {
        size_t first = 0;
        while (keys[first] != keys[i]) {
            first++;
        }
        if (first == i && (found >= after->outputs[0].length || distinct[found++] != keys[i])) {
            return "wrong distinct keys";
        }
    }
    return NULL;
}

static const char *check_contains(const pf_job *before, const pf_job *after)
{
    const int64_t *haystack = before->inputs[0].data, *needles = before->inputs[1].data;
    const uint8_t *contained = after->outputs[0].data;
    for (size_t i = 0; i < before->inputs[1].length; i++) {
        bool found = false;
        for (size_t j = 0; j < before->inputs[0].length; j++) {
            found = found || haystack[j] == needles[i];
        }
        if (contained[i] != found) {
            return "wrongly found or missed";
        }
    }
    return NULL;
}

/* Rows with the sum, by writing all rows down. */
static const char *check_with_sum(const char *kernel, const pf_job *before, const pf_job *after)
{
    static const char suffix[] = "_with_sum";
    char rows_kernel[32];
    size_t length = strlen(kernel) - (sizeof suffix - 1), count;
    memcpy(rows_kernel, kernel, length);
    rows_kernel[length] = 0;
    const pf_kernel *rows = &pf_kernels(&count)[pf_kernel_find(rows_kernel)];
    int64_t width = before->integers[0], total = before->integers[1], found = 0;
    if (width != 3 || (is(kernel, "product_with_sum") && before->inputs[1].length != 1) || before->inputs[0].length > 40) {
        return NULL;
    }
    uint64_t n = before->inputs[0].length;
    uint64_t all = is(kernel, "product_with_sum") ? n * n * n : n < 3 ? 0 : n * (n - 1) * (n - 2) / (is(kernel, "combinations_with_sum") ? 6 : 1);
    int64_t *written = malloc((size_t)(all * 3 + 1) * sizeof *written);
    if (!written) {
        return NULL;
    }
    pf_job job = *before;
    job.integers[1] = 0;
    job.integers[2] = (int64_t)all;
    job.outputs[0] = (pf_buffer){written, (size_t)all * 3, PF_INT64};
    const char *wrong = rows->run(NULL, &job) == PF_OK ? NULL : "rows cannot be written but counted";
    for (uint64_t i = 0; i < all && !wrong; i++) {
        found += (wide)written[3 * i] + written[3 * i + 1] + written[3 * i + 2] == total;
    }
    free(written);
    return wrong ? wrong : found == after->integers[0] ? NULL : "wrong number of rows";
}

const char *pf_fuzz_check(const char *kernel, const pf_job *before, const pf_job *after)
{
    bool integers = before->inputs[0].type == PF_INT64;
    if (is(kernel, "sum_int64")) {
        return check_sum(before, after);
    } else if (is(kernel, "sort_int64") || is(kernel, "nsmallest_int64")) {
        return check_sorted(&before->inputs[0], &after->outputs[0], false);
    } else if (is(kernel, "nlargest_int64")) {
        return check_sorted(&before->inputs[0], &after->outputs[0], true);
    } else if (is(kernel, "argsort_int64")) {
        return check_argsort(before, after);
    } else if (is(kernel, "is_prime_int64")) {
        return check_primes(before, after);
    } else if (is(kernel, "concat")) {
        return check_concat(before, after);
    } else if (is(kernel, "count_lines")) {
        return check_lines(before, after);
    } else if (is(kernel, "count_words")) {
        return check_words(before, after);
    } else if (is(kernel, "groupby")) {
        return check_groupby(before, after);
    } else if (is(kernel, "unique") && integers) {
        return check_unique(before, after);
    } else if (is(kernel, "contains") && integers) {
        return check_contains(before, after);
    } else if (strstr(kernel, "_with_sum")) {
        return check_with_sum(kernel, before, after);
    }
    return NULL;
}
