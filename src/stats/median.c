/* median.c: the median and an interval for it that assumes nothing about the distribution.
 *
 * Each value is below the true median with probability 1/2, so the number of values below it is binomial. The
 * interval between the k-th smallest and k-th largest value misses the median only when fewer than k values lie on
 * one side.
 */
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MISSES 0.025 /* on each side */
#define FEW 6        /* below that even the whole range covers less than 95 % */

/* How many values may be left out at each end. Terms of the binomial distribution by their logarithms: 2^-n
 * underflows. */
static size_t left_out(size_t n)
{
    double term = -(double)n * log(2.0);
    double sum = exp(term);
    size_t k = 0;
    while (sum <= MISSES) {
        term += log((double)(n - k) / (double)(k + 1));
        sum += exp(term);
        k++;
    }
    return k > 0 ? k - 1 : 0;
}

pf_status pf_median(const double *values, size_t n, double *median, double *low, double *high)
{
    if (n == 0) {
        return PF_EMPTY;
    }
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i])) {
            return PF_BAD_ARGUMENT;
        }
    }
    if (n > SIZE_MAX / sizeof *values) {
        return PF_OUT_OF_MEMORY;
    }
    double *sorted = malloc(n * sizeof *sorted);
    if (!sorted) {
        return PF_OUT_OF_MEMORY;
    }
    memcpy(sorted, values, n * sizeof *sorted);
    pf_sort(sorted, n);
    size_t out = n < FEW ? 0 : left_out(n);
    *median = n % 2 ? sorted[n / 2] : 0.5 * sorted[n / 2 - 1] + 0.5 * sorted[n / 2];
    *low = sorted[out];
    *high = sorted[n - 1 - out];
    free(sorted);
    return PF_OK;
}
