/* curve.c: a constant and a growing term, fitted to logarithms by generalised least squares (Aitken 1936).
 *
 * Relative errors are what is alike at small and large sizes, hence logarithms. Of the two coefficients, the level is linear
 * there and has a closed form; what is left is one unknown, the share of the second term, which lies in 0 .. 1 since neither
 * term is negative. It is looked for on a grid of its logit first, then by golden section (Kiefer 1953).
 */
#include "stats/curve.h"

#include <math.h>

#define LOGIT_LIMIT 30.0
#define LOGIT_STEP 0.5
#define GOLDEN 0.6180339887498949
#define REFINEMENTS 60

pf_status pf_points_check(const pf_point *points, size_t n, size_t least, double smallest_at)
{
    if (n > PF_FIT_LIMIT) {
        return PF_BAD_ARGUMENT;
    }
    for (size_t i = 0; i < n; i++) {
        const pf_interval *measured = &points[i].measured;
        bool finite = isfinite(points[i].at) && isfinite(measured->value) && isfinite(measured->low) && isfinite(measured->high);
        bool ordered = measured->low > 0 && measured->low <= measured->value && measured->value <= measured->high;
        bool rising = points[i].at > 0 && points[i].at >= smallest_at && (i == 0 || points[i].at > points[i - 1].at);
        if (!finite || !ordered || !rising) {
            return PF_BAD_ARGUMENT;
        }
    }
    return n < least ? PF_EMPTY : PF_OK;
}

double pf_log_error(pf_interval measured)
{
    return log(measured.high / measured.low) / (2.0 * PF_NORMAL_95);
}

void pf_whiten_values(const pf_whitened *whitened, double *values)
{
    for (size_t i = 0; i < whitened->n; i++) {
        for (size_t j = 0; j < i; j++) {
            values[i] -= whitened->factor[i][j] * values[j];
        }
        values[i] /= whitened->factor[i][i];
    }
}

void pf_whiten(const pf_point *points, size_t n, pf_discrepancy discrepancy, pf_whitened *whitened)
{
    whitened->n = n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            /* Points are in rising order: both walks have been at point j. */
            double covariance = discrepancy.wandering * discrepancy.wandering * log10(points[j].at / points[0].at);
            if (i == j) {
                double error = pf_log_error(points[i].measured);
                covariance += error * error + discrepancy.independent * discrepancy.independent;
            }
            for (size_t k = 0; k < j; k++) {
                covariance -= whitened->factor[i][k] * whitened->factor[j][k];
            }
            whitened->factor[i][j] = i == j ? sqrt(covariance) : covariance / whitened->factor[j][j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        whitened->ones[i] = 1.0;
        whitened->logs[i] = log(points[i].measured.value);
        whitened->values[i] = whitened->logs[i];
    }
    pf_whiten_values(whitened, whitened->ones);
    pf_whiten_values(whitened, whitened->values);
    whitened->norm = 0;
    for (size_t i = 0; i < n; i++) {
        whitened->norm += whitened->ones[i] * whitened->ones[i];
    }
}

/* Share and misfit, with both shares given: near 0 and 1 their difference from 1 is not exact. */
static pf_curve curve_of(const pf_whitened *whitened, const double *shape, double constant_share, double share)
{
    size_t n = whitened->n;
    double rest[PF_FIT_LIMIT];
    for (size_t i = 0; i < n; i++) {
        double height = constant_share + share * shape[i];
        if (!(height > 0)) {
            return (pf_curve){.share = share, .misfit = INFINITY, .deviation = INFINITY};
        }
        rest[i] = log(height);
    }
    pf_whiten_values(whitened, rest);
    double level = 0;
    for (size_t i = 0; i < n; i++) {
        rest[i] = whitened->values[i] - rest[i];
        level += whitened->ones[i] * rest[i];
    }
    level /= whitened->norm;
    double misfit = 0;
    for (size_t i = 0; i < n; i++) {
        double square = rest[i] - level * whitened->ones[i];
        misfit += square * square;
    }
    return (pf_curve){.share = share, .misfit = misfit};
}

/* The level and the deviation on the points as they are. Whitened, a walk leaves the level to the first points alone: what is
 * drawn should run through the middle of all. */
static void level_off(const pf_whitened *whitened, const double *shape, pf_curve *curve)
{
    double n = (double)whitened->n;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < whitened->n; i++) {
        double rest = whitened->logs[i] - log((1.0 - curve->share) + curve->share * shape[i]);
        sum += rest;
        squares += rest * rest;
    }
    curve->level = exp(sum / n);
    curve->deviation = sqrt(fmax(squares - sum * sum / n, 0.0) / n);
}

static pf_curve levelled(const pf_whitened *whitened, const double *shape, pf_curve curve)
{
    if (isfinite(curve.misfit)) {
        level_off(whitened, shape, &curve);
    }
    return curve;
}

pf_curve pf_curve_at(const pf_whitened *whitened, const double *shape, double share)
{
    return levelled(whitened, shape, curve_of(whitened, shape, 1.0 - share, share));
}

static pf_curve curve_of_logit(const pf_whitened *whitened, const double *shape, double logit)
{
    return curve_of(whitened, shape, 1.0 / (1.0 + exp(logit)), 1.0 / (1.0 + exp(-logit)));
}

/* The best between two logits, where there is one minimum. */
static pf_curve refine(const pf_whitened *whitened, const double *shape, double low, double high)
{
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    pf_curve at_left = curve_of_logit(whitened, shape, left);
    pf_curve at_right = curve_of_logit(whitened, shape, right);
    for (int i = 0; i < REFINEMENTS; i++) {
        if (at_left.misfit < at_right.misfit) {
            high = right;
            right = left;
            at_right = at_left;
            left = high - GOLDEN * (high - low);
            at_left = curve_of_logit(whitened, shape, left);
        } else {
            low = left;
            left = right;
            at_left = at_right;
            right = low + GOLDEN * (high - low);
            at_right = curve_of_logit(whitened, shape, right);
        }
    }
    return at_left.misfit < at_right.misfit ? at_left : at_right;
}

pf_curve pf_curve_fit(const pf_whitened *whitened, const double *shape, double least)
{
    double lowest = least <= 0 ? -LOGIT_LIMIT : least >= 1 ? LOGIT_LIMIT : log(least / (1.0 - least));
    lowest = fmin(fmax(lowest, -LOGIT_LIMIT), LOGIT_LIMIT);
    double best_logit = lowest;
    double smallest = INFINITY;
    for (double logit = lowest; logit <= LOGIT_LIMIT; logit += LOGIT_STEP) {
        pf_curve curve = curve_of_logit(whitened, shape, logit);
        if (curve.misfit < smallest) {
            smallest = curve.misfit;
            best_logit = logit;
        }
    }
    pf_curve best = refine(whitened, shape, fmax(best_logit - LOGIT_STEP, lowest), best_logit + LOGIT_STEP);
    const double ends[] = {fmin(fmax(least, 0.0), 1.0), 1.0};
    for (int i = 0; i < 2; i++) {
        pf_curve end = curve_of(whitened, shape, 1.0 - ends[i], ends[i]);
        if (end.misfit <= best.misfit) {
            best = end;
        }
    }
    return levelled(whitened, shape, best);
}
