/* golden_types.h: the rows of the header that golden.py makes. */
#ifndef PF_GOLDEN_TYPES_H
#define PF_GOLDEN_TYPES_H

#include "photofinish.h"

typedef struct golden_bounds {
    double alpha;
    int comparisons;
    double bounds[PF_LOOKS];
} golden_bounds;

typedef struct golden_quantile {
    double z, degrees, t;
} golden_quantile;

typedef struct golden_estimate {
    const double *differences;
    size_t n;
    double floor;
    double expected[4]; /* mean, standard error, degrees, inflation */
} golden_estimate;

typedef struct golden_verdict {
    double low, high; /* of log(lane time / baseline time) */
    bool last;
    pf_verdict expected;
} golden_verdict;

typedef struct golden_look {
    const double *times; /* block after block */
    size_t blocks;
    int lanes;
    int baseline;
    const double *calls;
    double tick, margin, alpha;
    int look;
    bool last;
    const pf_comparison *expected;
} golden_look;

/* A race looked at as the page does: it ends at look number `race.look`, after `stop_blocks` blocks. */
typedef struct golden_replay {
    golden_look race;
    size_t stop_blocks;
} golden_replay;

#endif
