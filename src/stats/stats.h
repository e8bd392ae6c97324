/* stats.h: the parts of the race statistics, apart so that each can be held against the reference. README.md has the
 * method.
 *
 * Inside, a difference is log(lane time) - log(baseline time) per call, as in the reference: positive means that the
 * lane is slower. race.c turns the sign when it fills a pf_comparison.
 */
#ifndef PF_STATS_H
#define PF_STATS_H

#include "photofinish.h"

/* Two-sided boundaries for the z of each look such that all looks together err with probability at most `alpha`. */
void pf_bounds(double alpha, int comparisons, double bounds[PF_LOOKS]);
/* The same without the table: some 20 ms of arithmetic. `alpha` is that of one comparison. */
void pf_bounds_computed(double alpha, double bounds[PF_LOOKS]);

/* The quantile of Student's t with as much in its tail as a normal variable has beyond z. */
double pf_t_from_z(double z, double degrees);

typedef struct pf_estimate {
    double mean;           /* of the middle 40 % */
    double standard_error; /* of `mean`, autocorrelation included */
    double degrees;
    double inflation; /* long-run variance / variance */
} pf_estimate;

/* differences: n >= PF_MIN_BLOCKS in the order of time. scratch: room for 2n + 1. floor: variance that the clock's
 * tick alone adds. */
pf_estimate pf_estimate_of(const double *differences, size_t n, double floor, double *scratch);

/* low, high: the interval of the difference. last: the race ends with this look. */
pf_verdict pf_verdict_of(double low, double high, bool last, double margin);

void pf_sort(double *values, size_t n);

#endif
