/* make test-c   (one program: build/tests/c/native/test_stats)
 *
 * The race statistics against timing_reference.py, whose results golden.json holds: 1e-9 relative, bounds 1e-6.
 */
#include "test.h"

#include "golden_types.h"

#include "golden.h"
#include "stats/stats.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance * fmax(fabs(expected), 1e-6));
}

static void bounds(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(golden_bounds_table); i++) {
        const golden_bounds *row = &golden_bounds_table[i];
        double found[PF_LOOKS];
        pf_bounds(row->alpha, row->comparisons, found);
        for (int look = 0; look < PF_LOOKS; look++) {
            assert_near(found[look], row->bounds[look], 1e-6);
        }
    }
}

static void table_of_bounds_equals_its_computation(void **unused)
{
    (void)unused;
    for (int comparisons = 1; comparisons < PF_LANES_LIMIT; comparisons += 7) {
        double table[PF_LOOKS], computed[PF_LOOKS];
        pf_bounds(PF_DEFAULT_ALPHA, comparisons, table);
        pf_bounds_computed(PF_DEFAULT_ALPHA / comparisons, computed);
        for (int look = 0; look < PF_LOOKS; look++) {
            assert_near(table[look], computed[look], 1e-8);
        }
    }
}

static void quantiles(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(golden_quantiles); i++) {
        const golden_quantile *row = &golden_quantiles[i];
        assert_near(pf_t_from_z(row->z, row->degrees), row->t, 1e-9);
    }
}

static void estimates(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(golden_estimates); i++) {
        const golden_estimate *row = &golden_estimates[i];
        double scratch[1000];
        assert_true(2 * row->n + 1 <= COUNT(scratch));
        pf_estimate found = pf_estimate_of(row->differences, row->n, row->floor, scratch);
        assert_near(found.mean, row->expected[0], 1e-9);
        assert_near(found.standard_error, row->expected[1], 1e-9);
        assert_near(found.degrees, row->expected[2], 1e-9);
        assert_near(found.inflation, row->expected[3], 1e-9);
    }
}

static void verdicts(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(golden_verdicts); i++) {
        const golden_verdict *row = &golden_verdicts[i];
        assert_int_equal(pf_verdict_of(row->low, row->high, row->last, PF_DEFAULT_MARGIN), row->expected);
    }
}

static pf_race *make_race(const golden_look *row)
{
    pf_race *race = NULL;
    pf_status status = pf_race_create(row->lanes, row->baseline, row->calls, row->tick, row->margin, row->alpha, &race);
    assert_int_equal(status, PF_OK);
    return race;
}

static void add_blocks(pf_race *race, const golden_look *row, size_t until)
{
    for (size_t block = pf_race_blocks(race); block < until; block++) {
        assert_int_equal(pf_race_add_block(race, row->times + block * (size_t)row->lanes), PF_OK);
    }
    assert_int_equal(pf_race_blocks(race), until);
}

static void check_look(const pf_race *race, const golden_look *row, bool last)
{
    pf_comparison found[PF_LANES_LIMIT];
    assert_int_equal(pf_race_look(race, row->look, last, found), PF_OK);
    for (int i = 0; i < row->lanes - 1; i++) {
        const pf_comparison *expected = &row->expected[i];
        assert_int_equal(found[i].lane, expected->lane);
        assert_int_equal(found[i].verdict, expected->verdict);
        assert_int_equal(found[i].flags, expected->flags);
        assert_near(found[i].ratio, expected->ratio, 1e-9);
        assert_near(found[i].low, expected->low, 1e-9);
        assert_near(found[i].high, expected->high, 1e-9);
        assert_near(found[i].standard_error, expected->standard_error, 1e-9);
        assert_near(found[i].degrees, expected->degrees, 1e-9);
        assert_near(found[i].inflation, expected->inflation, 1e-9);
        assert_near(found[i].mean_ratio, expected->mean_ratio, 1e-9);
    }
}

static void looks(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(golden_looks); i++) {
        const golden_look *row = &golden_looks[i];
        pf_race *race = make_race(row);
        add_blocks(race, row, row->blocks);
        check_look(race, row, row->last);
        check_look(race, row, row->last); /* a look changes nothing */
        pf_race_destroy(race);
    }
}

static bool all_decided(const pf_comparison *comparisons, int count)
{
    for (int i = 0; i < count; i++) {
        if (comparisons[i].verdict == PF_UNDECIDED) {
            return false;
        }
    }
    return true;
}

static void races_end_where_the_reference_ends(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(golden_replays); i++) {
        const golden_look *row = &golden_replays[i].race;
        pf_race *race = make_race(row);
        for (int look = 0; look < PF_LOOKS; look++) {
            pf_comparison found[PF_LANES_LIMIT];
            bool last = look == PF_LOOKS - 1;
            add_blocks(race, row, (size_t)(pf_look_fraction(look) * (double)row->blocks + 0.5));
            assert_int_equal(pf_race_look(race, look, last, found), PF_OK);
            if (last || all_decided(found, row->lanes - 1)) {
                assert_int_equal(look, row->look);
                assert_int_equal(pf_race_blocks(race), golden_replays[i].stop_blocks);
                check_look(race, row, last);
                break;
            }
        }
        pf_race_destroy(race);
    }
}

static void twice_as_fast_is_a_ratio_of_two(void **unused)
{
    (void)unused;
    const double calls[] = {10, 10, 20};
    pf_race *race = NULL;
    assert_int_equal(pf_race_create(3, 0, calls, 0, PF_DEFAULT_MARGIN, PF_DEFAULT_ALPHA, &race), PF_OK);
    for (int block = 0; block < 1000; block++) {
        double jitter = 1 + 0.001 * (block % 7);
        const double seconds[] = {0.002, 0.001 * jitter, 0.006 * jitter};
        assert_int_equal(pf_race_add_block(race, seconds), PF_OK);
    }
    pf_comparison found[2];
    assert_int_equal(pf_race_look(race, PF_LOOKS - 1, true, found), PF_OK);
    assert_near(found[0].ratio, 2.0, 0.01);
    assert_int_equal(found[0].verdict, PF_FASTER);
    assert_near(found[1].ratio, 2.0 / 3.0, 0.01);
    assert_int_equal(found[1].verdict, PF_SLOWER);
    assert_true(found[0].low < found[0].ratio && found[0].ratio < found[0].high);
    pf_race_destroy(race);
}

static void arguments_out_of_range(void **unused)
{
    (void)unused;
    const double calls[PF_LANES_LIMIT + 1] = {1, 1, 1};
    const double no_calls[] = {1, 0};
    pf_race *race = NULL;
    assert_int_equal(pf_race_create(1, 0, calls, 0, 0.03, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(PF_LANES_LIMIT + 1, 0, calls, 0, 0.03, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, 2, calls, 0, 0.03, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, -1, calls, 0, 0.03, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, 0, no_calls, 0, 0.03, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, 0, calls, -1, 0.03, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, 0, calls, 0, NAN, 0.05, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, 0, calls, 0, 0.03, 0, &race), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_create(2, 0, calls, 0, 0.03, 1, &race), PF_BAD_ARGUMENT);
    assert_null(race);
    pf_race_destroy(NULL);

    assert_int_equal(pf_race_create(2, 0, calls, 0, 0.03, 0.05, &race), PF_OK);
    assert_int_equal(pf_race_add_block(race, (const double[]){1, 0}), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_add_block(race, (const double[]){-1, 1}), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_add_block(race, (const double[]){1, NAN}), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_add_block(race, (const double[]){1, INFINITY}), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_blocks(race), 0);
    pf_comparison found;
    assert_int_equal(pf_race_look(race, -1, false, &found), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_look(race, PF_LOOKS, false, &found), PF_BAD_ARGUMENT);
    assert_int_equal(pf_race_look(race, 0, false, &found), PF_OK);
    assert_int_equal(found.flags, PF_FLAG_FEW);
    assert_int_equal(found.verdict, PF_UNDECIDED);
    pf_race_destroy(race);
}

static void sample_length_and_looks(void **unused)
{
    (void)unused;
    assert_near(pf_sample_seconds(0), 1e-3, 0);
    assert_near(pf_sample_seconds(5e-6), 1e-3, 0);
    assert_near(pf_sample_seconds(1e-3), 1e-2, 0);
    assert_near(pf_look_fraction(0), 0.05, 0);
    assert_near(pf_look_fraction(PF_LOOKS - 1), 1.0, 0);
    for (int look = 1; look < PF_LOOKS; look++) {
        assert_true(pf_look_fraction(look - 1) < pf_look_fraction(look));
    }
}

/* Ranks of the interval from tables of the sign test: n, values left out at each end. */
static void median_and_its_interval(void **unused)
{
    (void)unused;
    static const struct {
        size_t n, out;
    } ranks[] = {{1, 0}, {2, 0}, {5, 0}, {6, 0}, {8, 0}, {9, 1}, {11, 1}, {12, 2}, {25, 7}, {100, 39}, {2001, 956}};
    static double values[2001];
    double median, low, high;
    for (size_t r = 0; r < COUNT(ranks); r++) {
        size_t n = ranks[r].n;
        for (size_t i = 0; i < n; i++) {
            values[i] = (double)(n - 1 - i);
        }
        assert_int_equal(pf_median(values, n, &median, &low, &high), PF_OK);
        assert_near(median, (double)(n - 1) / 2, 0);
        assert_near(low, (double)ranks[r].out, 0);
        assert_near(high, (double)(n - 1 - ranks[r].out), 0);
    }
    assert_int_equal(pf_median(NULL, 0, &median, &low, &high), PF_EMPTY);
    values[0] = NAN;
    assert_int_equal(pf_median(values, 3, &median, &low, &high), PF_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds),
        cmocka_unit_test(table_of_bounds_equals_its_computation),
        cmocka_unit_test(quantiles),
        cmocka_unit_test(estimates),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(looks),
        cmocka_unit_test(races_end_where_the_reference_ends),
        cmocka_unit_test(twice_as_fast_is_a_ratio_of_two),
        cmocka_unit_test(arguments_out_of_range),
        cmocka_unit_test(sample_length_and_looks),
        cmocka_unit_test(median_and_its_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
