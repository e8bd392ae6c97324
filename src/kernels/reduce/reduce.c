/* reduce.c: the plain form of the reductions: what each result is. */
#include "kernels/reduce/reduce.h"

pf_int128 pf_sum_int64_plain(const int64_t *values, size_t n)
{
    pf_int128 sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
    }
    return sum;
}

double pf_sum_double_plain(const double *values, size_t n)
{
    double partial[8] = {0};
    for (size_t i = 0; i < n; i++) {
        partial[i % 8] += values[i];
    }
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

int64_t pf_min_int64_plain(int64_t best, const int64_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] < best) {
            best = values[i];
        }
    }
    return best;
}

int64_t pf_max_int64_plain(int64_t best, const int64_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] > best) {
            best = values[i];
        }
    }
    return best;
}

double pf_min_double_plain(double best, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] < best) {
            best = values[i];
        }
    }
    return best;
}

double pf_max_double_plain(double best, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] > best) {
            best = values[i];
        }
    }
    return best;
}
