/* runs.c: the same race in several interpreters: what may be said beyond one of them.
 *
 * Runs, not blocks, are what the interval counts (Kalibera and Jones 2013): Student's t on the mean of the log ratios. By luck a
 * few runs may agree better than each is known; then the runs' own errors set the width.
 */
#include "stats/stats.h"

#include <math.h>

pf_status pf_runs_combine(const pf_run *runs, size_t n, double margin, pf_runs *combined)
{
    if (!(margin >= 0) || !isfinite(margin)) {
        return PF_BAD_ARGUMENT;
    }
    for (size_t i = 0; i < n; i++) {
        if (!(runs[i].ratio > 0) || !isfinite(runs[i].ratio) || !(runs[i].standard_error >= 0) || !isfinite(runs[i].standard_error)) {
            return PF_BAD_ARGUMENT;
        }
    }
    if (n < 2) {
        return PF_EMPTY;
    }
    if (n > INT32_MAX) {
        return PF_BAD_ARGUMENT;
    }
    double mean = 0, own = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        mean += log(runs[i].ratio) / (double)n;
        own += runs[i].standard_error * runs[i].standard_error / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double rest = log(runs[i].ratio) - mean;
        squares += rest * rest;
    }
    double variance = squares / (double)(n - 1);
    double width = pf_t_quantile(0.025, (int)(n - 1)) * sqrt(fmax(variance, own) / (double)n);
    *combined = (pf_runs){
        .ratio = exp(mean),
        .low = exp(mean - width),
        .high = exp(mean + width),
        .within = sqrt(own),
        .between = sqrt(variance),
        /* Inside, a difference is log(lane time / baseline time). */
        .verdict = pf_verdict_of(-(mean + width), -(mean - width), true, margin),
    };
    return PF_OK;
}
