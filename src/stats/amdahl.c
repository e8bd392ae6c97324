/* amdahl.c: the share of a lane that does not get faster with workers (Amdahl 1967), fitted to times.
 *
 * single * (serial + (1 - serial) / p) is a constant and a term that falls with workers: the curve of curve.c. The interval
 * of the serial share holds every share whose misfit exceeds the best by no more than the square of 1.96 (profile likelihood:
 * Bates and Watts 1988, 6.1), errors widened by the root of misfit / degrees where that is above 1 (Birge 1932).
 */
#include "stats/curve.h"

#include <math.h>

static const pf_discrepancy discrepancy = {.independent = 0.03, .wandering = 0};

#define POOR 0.1 /* root mean square: the law does not describe the points */

/* The share between `inside`, whose misfit is allowed, and `outside` at which it reaches the limit. */
static double edge(const pf_whitened *whitened, const double *shape, double inside, double outside, double limit)
{
    if (pf_curve_at(whitened, shape, outside).misfit <= limit) {
        return outside;
    }
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (inside + outside);
        if (pf_curve_at(whitened, shape, middle).misfit <= limit) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    return inside;
}

/* Whether a point is so much faster than the first that its workers cannot be all, with the intervals of both. */
static bool beyond_workers(const pf_point *points, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double error = hypot(pf_log_error(points[0].measured), pf_log_error(points[i].measured));
        double gain = log(points[0].measured.value / points[i].measured.value);
        if (gain - PF_NORMAL_95 * error > log(points[i].at / points[0].at)) {
            return true;
        }
    }
    return false;
}

pf_status pf_amdahl_fit(const pf_point *points, size_t n, pf_amdahl *amdahl)
{
    pf_status status = pf_points_check(points, n, 2, 1.0);
    if (status != PF_OK) {
        return status;
    }
    pf_whitened whitened;
    pf_whiten(points, n, discrepancy, &whitened);
    double shape[PF_FIT_LIMIT];
    for (size_t i = 0; i < n; i++) {
        shape[i] = 1.0 / points[i].at;
    }
    pf_curve best = pf_curve_fit(&whitened, shape, 0.0);
    double scale = n > 2 ? fmax(1.0, best.misfit / (double)(n - 2)) : 1.0;
    double limit = best.misfit + PF_NORMAL_95 * PF_NORMAL_95 * scale;
    double most = edge(&whitened, shape, best.share, 1.0, limit);
    double least = edge(&whitened, shape, best.share, 0.0, limit);

    unsigned flags = 0;
    if (best.share >= 1.0 && beyond_workers(points, n)) {
        flags |= PF_AMDAHL_SUPERLINEAR;
    }
    if (best.share <= 0.0) {
        flags |= PF_AMDAHL_FALLS;
    }
    if (best.deviation > POOR) {
        flags |= PF_AMDAHL_MISFIT;
    }
    *amdahl = (pf_amdahl){
        .single = best.level,
        .serial = {.value = 1.0 - best.share, .low = 1.0 - most, .high = 1.0 - least},
        .misfit = best.deviation,
        .flags = flags,
    };
    return PF_OK;
}
