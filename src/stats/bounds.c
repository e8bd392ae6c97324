/* bounds.c: how far z must be from 0 at each look, as a table and as the computation behind it.
 *
 * Lan and DeMets' spending of the error rate in the manner of O'Brien and Fleming: almost nothing at the early looks,
 * most of it at the last, so that the last bound is close to that of a race looked at once. Found by recursive
 * integration (Armitage, McPherson and Rowe): keep the density of the running sum among races not yet decided, and
 * find at each look the bound beyond which just the share to be spent lies. Cut at 5, since the tails of real noise
 * are not known beyond.
 */
#include "stats/stats.h"

#include <math.h>
#include <string.h>

#define CAP 5.0
#define HALF 200 /* grid points on each side of 0 */
#define POINTS (2 * HALF + 1)
#define TABLE_ALPHA 0.05
#define TABLE_ROWS (PF_LANES_LIMIT - 1)

/* Row c - 1: TABLE_ALPHA shared over c comparisons. Printed by bounds(0.05 / c) of timing_reference.py; a test
 * compares it with pf_bounds_computed. */
static const double table[TABLE_ROWS][PF_LOOKS] = {
    {5, 5, 5, 5, 4.329420914, 3.481203416, 2.779879753, 2.375371048, 2.015581270},
    {5, 5, 5, 5, 4.843259133, 3.915168176, 3.137437818, 2.683067259, 2.282160578},
    {5, 5, 5, 5, 5, 4.151269247, 3.332883399, 2.851553316, 2.428228316},
    {5, 5, 5, 5, 5, 4.311307687, 3.466251770, 2.966662500, 2.528060306},
    {5, 5, 5, 5, 5, 4.431759452, 3.566944195, 3.053636501, 2.603510168},
    {5, 5, 5, 5, 5, 4.527859927, 3.647538859, 3.123294359, 2.663950050},
    {5, 5, 5, 5, 5, 4.607523093, 3.714561112, 3.181251878, 2.714245850},
    {5, 5, 5, 5, 5, 4.675374437, 3.771822242, 3.230790685, 2.757241526},
    {5, 5, 5, 5, 5, 4.734345705, 3.821737262, 3.273991066, 2.794740204},
    {5, 5, 5, 5, 5, 4.786408806, 3.865930548, 3.312252786, 2.827955320},
    {5, 5, 5, 5, 5, 4.832951783, 3.905545774, 3.346561712, 2.857741614},
    {5, 5, 5, 5, 5, 4.874987503, 3.941417822, 3.377637747, 2.884723301},
    {5, 5, 5, 5, 5, 4.913276990, 3.974174309, 3.406022230, 2.909369810},
    {5, 5, 5, 5, 5, 4.948406053, 4.004298661, 3.432132234, 2.932042844},
    {5, 5, 5, 5, 5, 4.980834929, 4.032170939, 3.456295735, 2.953026857},
};

static const double fractions[PF_LOOKS] = {0.05, 0.075, 0.1125, 0.17, 0.25, 0.375, 0.5625, 0.75, 1.0};

/* A look outside 0 .. PF_LOOKS - 1 counts as the nearest. */
double pf_look_fraction(int look)
{
    return fractions[look < 0 ? 0 : look >= PF_LOOKS ? PF_LOOKS - 1 : look];
}

static double below(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

static double quantile(double probability)
{
    double low = -40.0;
    double high = 40.0;
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if (below(middle) < probability) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}

/* The running sum among races not yet decided: weights of the points at (i - HALF) * step. */
typedef struct density {
    double weight[POINTS];
    double step;
} density;

static double at(const density *sums, int i)
{
    return (i - HALF) * sums->step;
}

/* The share of all races that first leaves [-bound, bound] in a step of standard deviation `sd`. */
static double leaving(const density *sums, double bound, double sd)
{
    double share = 0;
    for (int i = 0; i < POINTS; i++) {
        share += sums->weight[i] * (below((-bound - at(sums, i)) / sd) + below((at(sums, i) - bound) / sd));
    }
    return share;
}

/* The bound beyond which `share` leaves. */
static double bound_for(const density *sums, double share, double sd, double largest)
{
    double low = 0.0;
    double high = largest;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (leaving(sums, middle, sd) > share) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* Simpson's rule over the races that stay within [-bound, bound]. */
static void advance(density *sums, double bound, double sd)
{
    density next = {.step = bound / HALF};
    double scale = next.step / 3.0 / (sd * sqrt(2.0 * 3.14159265358979323846));
    for (int j = 0; j < POINTS; j++) {
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            double z = (at(&next, j) - at(sums, i)) / sd;
            sum += sums->weight[i] * exp(-0.5 * z * z);
        }
        int simpson = j == 0 || j == POINTS - 1 ? 1 : j % 2 ? 4 : 2;
        next.weight[j] = simpson * scale * sum;
    }
    *sums = next;
}

void pf_bounds_computed(double alpha, double bounds[PF_LOOKS])
{
    double edge = quantile(alpha / 4.0);
    density sums = {.step = 0};
    sums.weight[HALF] = 1.0;
    double spent = 0.0;
    double before = 0.0;
    for (int look = 0; look < PF_LOOKS; look++) {
        double time = fractions[look];
        double sd = sqrt(time - before);
        double total = 4.0 * below(edge / sqrt(time));
        double z = bound_for(&sums, total - spent, sd, 12.0 * sqrt(time)) / sqrt(time);
        bounds[look] = z < CAP ? z : CAP;
        advance(&sums, bounds[look] * sqrt(time), sd);
        spent = total;
        before = time;
    }
}

void pf_bounds(double alpha, int comparisons, double bounds[PF_LOOKS])
{
    if (alpha == TABLE_ALPHA && comparisons >= 1 && comparisons <= TABLE_ROWS) {
        memcpy(bounds, table[comparisons - 1], sizeof table[0]);
    } else {
        pf_bounds_computed(alpha / comparisons, bounds);
    }
}
