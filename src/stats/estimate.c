/* estimate.c: the typical difference of two lanes, how well it is known, and what may be said of it. */
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TRIM 0.30   /* of the blocks, dropped at each end for the mean */
#define BATCHES 8   /* the long-run variance comes from batches of n / BATCHES blocks */

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void pf_sort(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
}

/* Wallace 1959, turned around; at most 1.8 % too wide at 9 degrees of freedom and z = 5. */
double pf_t_from_z(double z, double degrees)
{
    double u = z * (8.0 * degrees + 3.0) / (8.0 * degrees + 1.0);
    return sqrt(degrees * expm1(u * u / degrees));
}

/* Variance that the mean of n values shows, times n, when neighbours resemble each other: overlapping batch means.
 * `sums` is their running sum, n + 1 long. */
static double long_run_variance(const double *sums, size_t n, size_t batch)
{
    double squares = 0;
    for (size_t i = 0; i + batch <= n; i++) {
        double mean = (sums[i + batch] - sums[i]) / (double)batch;
        squares += mean * mean;
    }
    double rest = (double)(n - batch);
    return (double)n * (double)batch / (rest * (rest + 1.0)) * squares;
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

pf_estimate pf_estimate_of(const double *differences, size_t n, double floor, double *scratch)
{
    double *sorted = scratch;
    double *sums = scratch + n;
    memcpy(sorted, differences, n * sizeof *sorted);
    pf_sort(sorted, n);
    size_t cut = (size_t)(TRIM * (double)n);
    size_t kept = n - 2 * cut;
    double mean = 0;
    for (size_t i = cut; i < n - cut; i++) {
        mean += sorted[i];
    }
    mean /= (double)kept;

    /* The standard error of a trimmed mean comes from the winsorised values (Tukey and McLaughlin), which here
     * stay in the order of time so that slow changes of the ratio are seen. */
    double low = sorted[cut];
    double high = sorted[n - cut - 1];
    double winsorised_mean = 0;
    for (size_t i = 0; i < n; i++) {
        winsorised_mean += clamp(differences[i], low, high);
    }
    winsorised_mean /= (double)n;
    double variance = 0;
    sums[0] = 0;
    for (size_t i = 0; i < n; i++) {
        double rest = clamp(differences[i], low, high) - winsorised_mean;
        variance += rest * rest;
        sums[i + 1] = sums[i] + rest;
    }
    variance /= (double)(n - 1);

    size_t batch = n / BATCHES < 2 ? 2 : n / BATCHES;
    double long_run = long_run_variance(sums, n, batch);
    double largest = fmax(fmax(variance, long_run), floor);
    return (pf_estimate){
        .mean = mean,
        .standard_error = sqrt(largest * (double)(n - 1) / ((double)kept * (double)(kept - 1))),
        /* Meketon and Schmeiser: overlapping batches are worth half as many again as apart. */
        .degrees = fmin((double)(kept - 1), 3 * BATCHES / 2),
        .inflation = variance > 0 ? long_run / variance : 1.0,
    };
}

pf_verdict pf_verdict_of(double low, double high, bool last, double margin)
{
    double same = log1p(margin);
    if (low > same) {
        return PF_SLOWER;
    }
    if (high < -same) {
        return PF_FASTER;
    }
    if (low > -same && high < same) {
        return PF_SAME;
    }
    /* At the end of a race a difference that is certain and whose estimate is beyond the margin is called by its
     * name. */
    double estimate = 0.5 * (low + high);
    if (last && low > 0 && estimate > same) {
        return PF_SLOWER;
    }
    if (last && high < 0 && estimate < -same) {
        return PF_FASTER;
    }
    return PF_UNDECIDED;
}
