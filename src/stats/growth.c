/* growth.c: how time grows with size: which of five models the points allow, and the slope on log axes. README.md has the
 * method.
 */
#include "stats/curve.h"

#include <math.h>

/* Standard deviations of what no model has: see README.md for where they come from. */
static const pf_discrepancy discrepancy = {.independent = 0.03, .wandering = 0.10};

#define MOST 0.75               /* of the time at the largest size */
#define LESS_LIKELY 20.0        /* so many times less likely than the best: not possible */
#define NO_SUPPORT 10.0         /* of Akaike's criterion: essentially none (Burnham and Anderson 2002) */
#define LARGEST_DEVIATION 0.5   /* root mean square: beyond it no model describes the points */

static double shape_of(pf_growth_model model, double at)
{
    switch (model) {
    case PF_GROWTH_LOG_N:
        return log2(at);
    case PF_GROWTH_N:
        return at;
    case PF_GROWTH_N_LOG_N:
        return at * log2(at);
    case PF_GROWTH_N_2:
        return at * at;
    default:
        return 1.0;
    }
}

/* Akaike's criterion where errors are known but for a common factor, which is at least 1. */
static double criterion(double misfit, size_t points, int coefficients)
{
    double n = (double)points;
    double unlikeliness = misfit <= n ? misfit : n + n * log(misfit / n);
    return unlikeliness + 2.0 * coefficients;
}

/* log(measured) = a + exponent * log(at): the slope with its interval; returns the misfit. */
static double power_law(const pf_whitened *points, const double *logs, pf_interval *exponent)
{
    double of_size[PF_FIT_LIMIT];
    double mean = 0, value_mean = 0;
    for (size_t i = 0; i < points->n; i++) {
        of_size[i] = logs[i];
    }
    pf_whiten_values(points, of_size);
    for (size_t i = 0; i < points->n; i++) {
        mean += points->ones[i] * of_size[i] / points->norm;
        value_mean += points->ones[i] * points->values[i] / points->norm;
    }
    double squares = 0, products = 0;
    for (size_t i = 0; i < points->n; i++) {
        double size = of_size[i] - mean * points->ones[i];
        squares += size * size;
        products += size * (points->values[i] - value_mean * points->ones[i]);
    }
    double slope = products / squares;
    double misfit = 0;
    for (size_t i = 0; i < points->n; i++) {
        double rest = points->values[i] - value_mean * points->ones[i] - slope * (of_size[i] - mean * points->ones[i]);
        misfit += rest * rest;
    }
    int degrees = (int)points->n - 2;
    double width = pf_t_quantile(0.025, degrees) * sqrt(fmax(1.0, misfit / degrees) / squares);
    *exponent = (pf_interval){.value = slope, .low = slope - width, .high = slope + width};
    return misfit;
}

typedef struct candidate {
    double criterion, constant, factor, deviation;
} candidate;

/* least: the share of the growing term at the largest size is at least that. */
static candidate fit(const pf_whitened *whitened, const pf_point *points, pf_growth_model model, double least)
{
    size_t n = whitened->n;
    double shape[PF_FIT_LIMIT];
    double largest = shape_of(model, points[n - 1].at);
    for (size_t i = 0; i < n; i++) {
        shape[i] = shape_of(model, points[i].at) / largest;
    }
    if (model == PF_GROWTH_1) {
        pf_curve flat = pf_curve_at(whitened, shape, 0.0);
        return (candidate){criterion(flat.misfit, n, 1), flat.level, 0, flat.deviation};
    }
    pf_curve curve = pf_curve_fit(whitened, shape, least);
    return (candidate){criterion(curve.misfit, n, 2), curve.level * (1.0 - curve.share), curve.level * curve.share / largest,
                       curve.deviation};
}

/* The best first; of equals the slower growth. */
static void order(const candidate *candidates, pf_growth_model *models)
{
    for (int model = 0; model < PF_GROWTH_MODELS; model++) {
        int place = model;
        while (place > 0 && candidates[models[place - 1]].criterion > candidates[model].criterion) {
            models[place] = models[place - 1];
            place--;
        }
        models[place] = (pf_growth_model)model;
    }
}

pf_status pf_growth_fit(const pf_point *points, size_t n, pf_growth *growth)
{
    pf_status status = pf_points_check(points, n, PF_GROWTH_POINTS, 1.0);
    if (status != PF_OK) {
        return status;
    }
    pf_whitened whitened;
    pf_whiten(points, n, discrepancy, &whitened);
    double logs[PF_FIT_LIMIT];
    for (size_t i = 0; i < n; i++) {
        logs[i] = log(points[i].at);
    }
    *growth = (pf_growth){.possible = 0};
    double any_power = criterion(power_law(&whitened, logs, &growth->exponent), n, 2);

    candidate candidates[PF_GROWTH_MODELS];
    for (int model = 0; model < PF_GROWTH_MODELS; model++) {
        candidates[model] = fit(&whitened, points, (pf_growth_model)model, 0.0);
    }
    order(candidates, growth->models);
    if (growth->models[0] == PF_GROWTH_1) {
        /* Times that do not grow allow every model whose growing term is small. Those tell nothing: here it has to be most of the time. */
        for (int model = 1; model < PF_GROWTH_MODELS; model++) {
            candidates[model] = fit(&whitened, points, (pf_growth_model)model, MOST);
        }
        order(candidates, growth->models);
    }
    const candidate *best = &candidates[growth->models[0]];
    growth->misfit = best->deviation;
    if (best->criterion > any_power + NO_SUPPORT || best->deviation > LARGEST_DEVIATION) {
        return PF_OK;
    }
    while (growth->possible < PF_GROWTH_MODELS &&
           candidates[growth->models[growth->possible]].criterion <= best->criterion + 2.0 * log(LESS_LIKELY)) {
        growth->possible++;
    }
    growth->constant = best->constant;
    growth->factor = best->factor;
    return PF_OK;
}
