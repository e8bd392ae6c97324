/* race.c: the samples of a race, and what a look at them says of each lane. */
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCKS 256

#define UNSTEADY_INFLATION 4.0
#define TAIL_ERRORS 3.0
#define NOISY_DEVIATIONS 7.4 /* median absolute deviations: 5 standard deviations of a normal variable */
#define NOISY_SHARE 0.25
#define COARSE_SHARE 0.1

struct pf_race {
    /* immutable */
    int lanes;
    int baseline;
    double calls[PF_LANES_LIMIT];
    double tick;
    double margin;
    double bounds[PF_LOOKS];

    double *seconds; /* block after block, one for each lane; grows */
    size_t blocks;
    size_t room; /* blocks */
};

double pf_sample_seconds(double tick)
{
    return fmax(1e-3, 10.0 * tick);
}

static bool positive(const double *values, int n)
{
    for (int i = 0; i < n; i++) {
        if (!(values[i] > 0) || !isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

pf_status pf_race_create(int lanes, int baseline, const double *calls, double tick, double margin, double alpha,
                         pf_race **race)
{
    if (lanes < 2 || lanes > PF_LANES_LIMIT || baseline < 0 || baseline >= lanes || !positive(calls, lanes) ||
        !(tick >= 0) || !isfinite(tick) || !(margin >= 0) || !isfinite(margin) || !(alpha > 0) || !(alpha < 1)) {
        return PF_BAD_ARGUMENT;
    }
    pf_race *made = calloc(1, sizeof *made);
    if (!made) {
        return PF_OUT_OF_MEMORY;
    }
    made->lanes = lanes;
    made->baseline = baseline;
    memcpy(made->calls, calls, (size_t)lanes * sizeof *calls);
    made->tick = tick;
    made->margin = margin;
    pf_bounds(alpha, lanes - 1, made->bounds);
    *race = made;
    return PF_OK;
}

void pf_race_destroy(pf_race *race)
{
    if (race) {
        free(race->seconds);
        free(race);
    }
}

size_t pf_race_blocks(const pf_race *race)
{
    return race->blocks;
}

static pf_status grow(pf_race *race)
{
    size_t room = race->room > 0 ? 2 * race->room : FIRST_BLOCKS;
    size_t block_bytes = (size_t)race->lanes * sizeof(double);
    if (room > SIZE_MAX / block_bytes) {
        return PF_OUT_OF_MEMORY;
    }
    double *seconds = realloc(race->seconds, room * block_bytes);
    if (!seconds) {
        return PF_OUT_OF_MEMORY;
    }
    race->seconds = seconds;
    race->room = room;
    return PF_OK;
}

pf_status pf_race_add_block(pf_race *race, const double *seconds)
{
    if (!positive(seconds, race->lanes)) {
        return PF_BAD_ARGUMENT;
    }
    if (race->blocks == race->room) {
        pf_status status = grow(race);
        if (status != PF_OK) {
            return status;
        }
    }
    size_t lanes = (size_t)race->lanes;
    memcpy(race->seconds + race->blocks * lanes, seconds, lanes * sizeof *seconds);
    race->blocks++;
    return PF_OK;
}

static double sample(const pf_race *race, size_t block, int lane)
{
    return race->seconds[block * (size_t)race->lanes + (size_t)lane];
}

/* Sorts. The upper of two middle values, as the reference takes it. */
static double upper_median(double *values, size_t n)
{
    pf_sort(values, n);
    return values[n / 2];
}

static double median_sample(const pf_race *race, int lane, double *scratch)
{
    for (size_t block = 0; block < race->blocks; block++) {
        scratch[block] = sample(race, block, lane);
    }
    return upper_median(scratch, race->blocks);
}

/* Mean of a lane's samples; adds the variance of that mean, relative to its square, to `variance`. */
static double mean_sample(const pf_race *race, int lane, double *variance)
{
    double n = (double)race->blocks;
    double mean = 0;
    for (size_t block = 0; block < race->blocks; block++) {
        mean += sample(race, block, lane);
    }
    mean /= n;
    double squares = 0;
    for (size_t block = 0; block < race->blocks; block++) {
        double rest = sample(race, block, lane) - mean;
        squares += rest * rest;
    }
    *variance += squares / ((n - 1.0) * mean * mean * n);
    return mean;
}

static bool is_noisy(const double *differences, size_t n, double *scratch)
{
    memcpy(scratch, differences, n * sizeof *scratch);
    double median = upper_median(scratch, n);
    for (size_t i = 0; i < n; i++) {
        scratch[i] = fabs(differences[i] - median);
    }
    double deviation = upper_median(scratch, n);
    size_t beyond = 0;
    for (size_t i = 0; i < n; i++) {
        beyond += scratch[i] > NOISY_DEVIATIONS * deviation;
    }
    return deviation > 0 && (double)beyond > NOISY_SHARE * (double)n;
}

/* scratch: room for 3n + 1. */
static void compare(const pf_race *race, int lane, double bound, bool last, double *scratch, pf_comparison *comparison)
{
    size_t n = race->blocks;
    double *differences = scratch;
    double *rest = scratch + n;
    double calls = log(race->calls[lane]);
    double base_calls = log(race->calls[race->baseline]);
    for (size_t block = 0; block < n; block++) {
        double base = log(sample(race, block, race->baseline)) - base_calls;
        differences[block] = log(sample(race, block, lane)) - calls - base;
    }
    double median = median_sample(race, lane, rest);
    double base_median = median_sample(race, race->baseline, rest);

    /* A clock that steps adds its own variance to a sample, tick^2 / 6 in each, of which a quarter is kept in the
     * middle. */
    double floor = race->tick * race->tick / 24.0 * (1.0 / (median * median) + 1.0 / (base_median * base_median));
    pf_estimate estimate = pf_estimate_of(differences, n, floor, rest);
    double width = pf_t_from_z(bound, estimate.degrees) * estimate.standard_error;

    double variance = 0;
    double mean = log(mean_sample(race, lane, &variance)) - calls;
    double base_mean = log(mean_sample(race, race->baseline, &variance)) - base_calls;
    double of_means = mean - base_mean;

    unsigned flags = 0;
    if (estimate.inflation > UNSTEADY_INFLATION) {
        flags |= PF_FLAG_UNSTEADY;
    }
    if (fabs(of_means - estimate.mean) > fmax(log1p(race->margin), TAIL_ERRORS * sqrt(variance))) {
        flags |= PF_FLAG_TAIL;
    }
    if (is_noisy(differences, n, rest)) {
        flags |= PF_FLAG_NOISY;
    }
    if (race->tick > COARSE_SHARE * fmin(median, base_median)) {
        flags |= PF_FLAG_COARSE;
    }
    *comparison = (pf_comparison){
        .lane = lane,
        .ratio = exp(-estimate.mean),
        .low = exp(-(estimate.mean + width)),
        .high = exp(-(estimate.mean - width)),
        .standard_error = estimate.standard_error,
        .degrees = estimate.degrees,
        .inflation = estimate.inflation,
        .mean_ratio = exp(-of_means),
        .verdict = pf_verdict_of(estimate.mean - width, estimate.mean + width, last, race->margin),
        .flags = flags,
    };
}

pf_status pf_race_look(const pf_race *race, int look, bool last, pf_comparison *comparisons)
{
    if (look < 0 || look >= PF_LOOKS) {
        return PF_BAD_ARGUMENT;
    }
    bool few = race->blocks < PF_MIN_BLOCKS;
    double *scratch = NULL;
    if (!few) {
        scratch = malloc((3 * race->blocks + 1) * sizeof *scratch);
        if (!scratch) {
            return PF_OUT_OF_MEMORY;
        }
    }
    for (int lane = 0; lane < race->lanes; lane++) {
        if (lane == race->baseline) {
            continue;
        }
        if (few) {
            *comparisons = (pf_comparison){.lane = lane, .verdict = PF_UNDECIDED, .flags = PF_FLAG_FEW};
        } else {
            compare(race, lane, race->bounds[look], last, scratch, comparisons);
        }
        comparisons++;
    }
    free(scratch);
    return PF_OK;
}
