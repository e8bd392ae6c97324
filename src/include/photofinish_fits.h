/* photofinish_fits.h: what may be said of several races together: time against size, against workers, from run to run.
 * Part of photofinish.h, which includes it; its conventions hold. The methods and their sources stand in src/stats/README.md.
 *
 * All functions here are pure and take microseconds to a millisecond. Unless they say otherwise: PF_EMPTY for too few points;
 * PF_BAD_ARGUMENT for more than PF_FIT_LIMIT, for a number that is not finite or not above 0, for an interval that does not hold
 * its value, and for points that do not rise strictly by `at`.
 */
#ifndef PHOTOFINISH_FITS_H
#define PHOTOFINISH_FITS_H

#include <stdbool.h>
#include <stddef.h>

/* A value with an interval of (at least) 95 %. */
typedef struct pf_interval {
    double value, low, high;
} pf_interval;

/* One race of a sweep: what was measured where the parameter is `at`. All > 0. */
typedef struct pf_point {
    double at;
    pf_interval measured;
} pf_point;

#define PF_FIT_LIMIT 32 /* points */

/* Student's t: the t that is exceeded with probability `tail`, 0 < tail < 1. degrees >= 1, whole. Exact but for rounding.
 * NaN for arguments out of range. */
double pf_t_quantile(double tail, int degrees);

/* ------------------------------------------------------------------------------------------------ growth */

typedef enum pf_growth_model {
    PF_GROWTH_1 = 0,       /* O(1) */
    PF_GROWTH_LOG_N = 1,
    PF_GROWTH_N = 2,
    PF_GROWTH_N_LOG_N = 3,
    PF_GROWTH_N_2 = 4
} pf_growth_model;
#define PF_GROWTH_MODELS 5
#define PF_GROWTH_POINTS 4 /* fewer are PF_EMPTY */

/* How `measured` grows with `at`. */
typedef struct pf_growth {
    int possible;                            /* how many models the points allow; 1: they tell; 0: none describes them */
    pf_growth_model models[PF_GROWTH_MODELS]; /* those, the likeliest first */
    double constant, factor;                 /* of models[0], both >= 0: constant + factor * f(at); log is log2. 0 where none is possible */
    double misfit;                           /* root mean square of log(measured / best model) */
    pf_interval exponent;                    /* slope on log axes */
} pf_growth;

/* `at` is a size, at least 1. */
pf_status pf_growth_fit(const pf_point *points, size_t n, pf_growth *growth);

/* ------------------------------------------------------------------------------------------------ crossing */

/* Where a ratio passes 1. `rising`: it is above 1 for larger `at`. */
typedef struct pf_crossing {
    pf_interval at;
    bool rising;
} pf_crossing;

/* `measured` is a ratio. Only crossings with a decided ratio on both sides count, so there are at most n - 1: room for so many;
 * *found says how many were written, in order of `at`. Fewer than two points have none. */
pf_status pf_crossings(const pf_point *points, size_t n, pf_crossing *crossings, size_t *found);

/* ------------------------------------------------------------------------------------------------ Amdahl's law */

enum pf_amdahl_flag {
    PF_AMDAHL_SUPERLINEAR = 1, /* faster than workers alone explain: no serial share, and yet the points fall faster */
    PF_AMDAHL_FALLS = 2,       /* no worker helps: more of them take as long, or longer */
    PF_AMDAHL_MISFIT = 4       /* the law does not describe the points: they miss it by more than a tenth, root mean square */
};

/* time(p) = single * (serial + (1 - serial) / p) */
typedef struct pf_amdahl {
    double single;      /* seconds with one worker */
    pf_interval serial; /* 0 .. 1 */
    double misfit;      /* root mean square of log(measured / law) */
    unsigned flags;     /* of enum pf_amdahl_flag */
} pf_amdahl;

/* `at` is a number of workers, at least 1; measured: seconds. At least two points. */
pf_status pf_amdahl_fit(const pf_point *points, size_t n, pf_amdahl *amdahl);

/* ------------------------------------------------------------------------------------------------ runs */

/* What one race in an interpreter of its own found. */
typedef struct pf_run {
    double ratio;          /* baseline time / lane time, > 0 */
    double standard_error; /* of its logarithm, >= 0 */
} pf_run;

typedef struct pf_runs {
    double ratio;     /* geometric mean */
    double low, high; /* its interval: over interpreters, not over blocks */
    double within;    /* standard error of the log ratio in one run: root mean square over the runs */
    double between;   /* standard deviation of the log ratio from run to run, the runs' own error included */
    pf_verdict verdict;
} pf_runs;

/* At least two runs, any number. margin as in pf_race_create. */
pf_status pf_runs_combine(const pf_run *runs, size_t n, double margin, pf_runs *combined);

#endif
