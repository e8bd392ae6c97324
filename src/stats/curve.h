/* curve.h: what the fits share: the points on log axes with their errors, and a curve of two terms through them. */
#ifndef PF_CURVE_H
#define PF_CURVE_H

#include "photofinish.h"

#define PF_NORMAL_95 1.959963984540054

/* Points on log axes, whitened: multiplied by the inverse of the Cholesky factor of their covariance, so that errors are
 * independent with variance 1 and sums of squares mean something. */
typedef struct pf_whitened {
    size_t n;
    double factor[PF_FIT_LIMIT][PF_FIT_LIMIT]; /* lower triangle of the Cholesky factor */
    double ones[PF_FIT_LIMIT];                 /* whitened 1 */
    double logs[PF_FIT_LIMIT];                 /* of what was measured */
    double values[PF_FIT_LIMIT];               /* the same, whitened */
    double norm;                               /* of `ones`, squared */
} pf_whitened;

/* How far, as a standard deviation of the logarithm, real times lie from any simple law:
 * independent   from point to point (another layout in memory, another state of the machine)
 * wandering     drifting with size, per decade (caches): a random walk in log(at) */
typedef struct pf_discrepancy {
    double independent, wandering;
} pf_discrepancy;

/* PF_OK, or what photofinish_fits.h says of bad points. */
pf_status pf_points_check(const pf_point *points, size_t n, size_t least, double smallest_at);

/* Standard deviation of the logarithm, from the interval. */
double pf_log_error(pf_interval measured);

void pf_whiten(const pf_point *points, size_t n, pf_discrepancy discrepancy, pf_whitened *whitened);
/* values, n long, in place. */
void pf_whiten_values(const pf_whitened *whitened, double *values);

/* level * ((1 - share) + share * shape[i]) */
typedef struct pf_curve {
    double share;     /* of the second term, where its shape is 1 */
    double misfit;    /* sum of whitened squares at the level that makes it least */
    double level;     /* that runs through the middle of the points: their logarithms lie evenly on both sides */
    double deviation; /* root mean square of log(measured / curve) */
} pf_curve;

/* The curve with this share. misfit and deviation are infinite where it is not above 0. shape[i] >= 0. */
pf_curve pf_curve_at(const pf_whitened *whitened, const double *shape, double share);
/* The best curve with least <= share <= 1, least squares of logarithms. */
pf_curve pf_curve_fit(const pf_whitened *whitened, const double *shape, double least);

#endif
