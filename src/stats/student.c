/* student.c: quantiles of Student's t, exactly, for whole degrees of freedom.
 *
 * With t = sqrt(degrees) tan(angle) the probability between -t and t is a finite sum of powers of the cosine (Fisher 1935;
 * Abramowitz and Stegun 1964, 26.7.3 and 26.7.4). The angle is found by halving.
 */
#include "stats/stats.h"

#include <math.h>

#define PI 3.14159265358979323846

static double between(double angle, int degrees)
{
    double cosine = cos(angle);
    double square = cosine * cosine;
    double sum = 0;
    if (degrees % 2) {
        double term = cosine;
        for (int k = 1; k < degrees; k += 2) {
            sum += term;
            term *= square * (k + 1) / (k + 2);
        }
        return 2.0 / PI * (angle + sin(angle) * sum);
    }
    double term = 1.0;
    for (int k = 0; k < degrees; k += 2) {
        sum += term;
        term *= square * (k + 1) / (k + 2);
    }
    return sin(angle) * sum;
}

double pf_t_quantile(double tail, int degrees)
{
    if (!(tail > 0) || !(tail < 1) || degrees < 1) {
        return NAN;
    }
    double wanted = 1.0 - 2.0 * fmin(tail, 1.0 - tail);
    double low = 0;
    double high = PI / 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = 0.5 * (low + high);
        if (between(middle, degrees) < wanted) {
            low = middle;
        } else {
            high = middle;
        }
    }
    double t = sqrt((double)degrees) * tan(0.5 * (low + high));
    return tail <= 0.5 ? t : -t;
}
