/* crossing.c: where the ratio of two lanes passes 1. README.md has the method.
 *
 * Between two points the log ratio is taken as a line on log axes, and its interval as what lies between the lines through
 * the ends of theirs, made wider by what the line may be wrong: the largest second derivative, from the neighbouring points,
 * times the product of the distances to both points, halved (the error of linear interpolation). Where that band holds 0 the
 * crossing may be.
 */
#include "stats/curve.h"

#include <math.h>

typedef struct log_point {
    double at, value, low, high;
} log_point;

/* -1 or 1 where the ratio is decided, 0 where its interval holds 1. */
static int sign_of(const log_point *point)
{
    return point->low > 0 ? 1 : point->high < 0 ? -1 : 0;
}

/* The second derivative through three points. */
static double bend(const log_point *p)
{
    double left = (p[1].value - p[0].value) / (p[1].at - p[0].at);
    double right = (p[2].value - p[1].value) / (p[2].at - p[1].at);
    return 2.0 * (right - left) / (p[2].at - p[0].at);
}

/* How far the line between points i and i + 1 may be wrong at their middle. */
static double line_error(const log_point *points, size_t n, size_t i)
{
    double largest = 0;
    if (i > 0) {
        largest = fabs(bend(points + i - 1));
    }
    if (i + 2 < n) {
        largest = fmax(largest, fabs(bend(points + i)));
    }
    double distance = points[i + 1].at - points[i].at;
    return largest * distance * distance / 8.0;
}

/* Where from + (to - from) x + 4 error x (1 - x), below 0 at 0 and not below at 1, reaches 0: once, since it bends down. */
static double reaches(double from, double to, double error)
{
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (from + (to - from) * middle + 4.0 * error * middle * (1.0 - middle) < 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}

/* Where the line that fits the points best passes 0, each with the weight that its interval gives it. */
static double zero_of_line(const log_point *points, size_t n)
{
    double weights = 0, at_mean = 0, value_mean = 0;
    for (int pass = 0; pass < 2; pass++) {
        double squares = 0, products = 0;
        for (size_t i = 0; i < n; i++) {
            double error = fmax(points[i].high - points[i].low, 1e-9);
            double weight = 1.0 / (error * error);
            if (pass == 0) {
                weights += weight;
                at_mean += weight * points[i].at;
                value_mean += weight * points[i].value;
            } else {
                squares += weight * (points[i].at - at_mean) * (points[i].at - at_mean);
                products += weight * (points[i].at - at_mean) * (points[i].value - value_mean);
            }
        }
        if (pass == 0) {
            at_mean /= weights;
            value_mean /= weights;
        } else {
            return at_mean - value_mean * squares / products;
        }
    }
    return NAN;
}

/* Between points `from` and `to`, which are decided and of different signs; those between them are undecided. */
static pf_crossing between(const log_point *points, size_t n, size_t from, size_t to)
{
    double sign = points[to].low > 0 ? 1.0 : -1.0;
    /* Of the band, the edge that reaches 0 first, and the one that leaves it last; both as rising. */
    const log_point *a = &points[from], *b = &points[from + 1], *c = &points[to - 1], *d = &points[to];
    double first = reaches(sign > 0 ? a->high : -a->low, sign > 0 ? b->high : -b->low, line_error(points, n, from));
    double last = reaches(sign > 0 ? -d->low : d->high, sign > 0 ? -c->low : c->high, line_error(points, n, to - 1));
    double low = a->at + (b->at - a->at) * first;
    double high = d->at - (d->at - c->at) * last;
    double at = zero_of_line(points + from, to - from + 1);
    at = at >= low && at <= high ? at : 0.5 * (low + high);
    return (pf_crossing){.at = {.value = exp(at), .low = exp(low), .high = exp(high)}, .rising = sign > 0};
}

pf_status pf_crossings(const pf_point *points, size_t n, pf_crossing *crossings, size_t *found)
{
    pf_status status = pf_points_check(points, n, 0, 0.0);
    if (status != PF_OK) {
        return status;
    }
    log_point logs[PF_FIT_LIMIT];
    for (size_t i = 0; i < n; i++) {
        const pf_interval *ratio = &points[i].measured;
        logs[i] = (log_point){log(points[i].at), log(ratio->value), log(ratio->low), log(ratio->high)};
    }
    *found = 0;
    size_t decided = n; /* the last decided point; n: none yet */
    for (size_t i = 0; i < n; i++) {
        if (sign_of(&logs[i]) == 0) {
            continue;
        }
        if (decided < n && sign_of(&logs[decided]) != sign_of(&logs[i])) {
            crossings[(*found)++] = between(logs, n, decided, i);
        }
        decided = i;
    }
    return PF_OK;
}
