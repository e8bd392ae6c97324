/* make test-c   (one program: build/tests/c/native/test_fits)
 *
 * Fits on data whose answer is known by construction: growth, crossings, Amdahl's law, runs. tests/python/test_fits.py holds the
 * same functions against SciPy.
 */
#include "test.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_close(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance * fmax(fabs(expected), 1e-12));
}

/* A point whose interval is `error` (relative) to both sides. */
static pf_point point(double at, double value, double error)
{
    return (pf_point){at, {value, value / (1 + error), value * (1 + error)}};
}

static void quantiles_of_t(void **unused)
{
    (void)unused;
    static const struct {
        double tail;
        int degrees;
        double t;
    } table[] = {
        {0.025, 1, 12.7062047361747}, {0.025, 2, 4.30265272974946},  {0.025, 3, 3.18244630528371},  {0.025, 5, 2.57058183563631},
        {0.025, 12, 2.17881282966723}, {0.025, 100, 1.98397151852355}, {0.005, 2, 9.92484320091829},  {0.25, 1, 1.0},
        {0.025, 1000, 1.96233908082641}, {0.975, 3, -3.18244630528371},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_close(pf_t_quantile(table[i].tail, table[i].degrees), table[i].t, 1e-12);
    }
    assert_close(pf_t_quantile(0.5, 7), 0.0, 1e-12);
    assert_true(isnan(pf_t_quantile(0, 3)) && isnan(pf_t_quantile(1, 3)) && isnan(pf_t_quantile(NAN, 3)) && isnan(pf_t_quantile(0.1, 0)));
}

/* ------------------------------------------------------------------------------------------------ growth */

static double growing(pf_growth_model model, double n)
{
    const double by_model[] = {1, log2(n), n, n * log2(n), n * n};
    return by_model[model];
}

#define SIZES 7
static void sizes(pf_point *points, double first, double step, double (*time)(double n, double argument), double argument)
{
    for (int i = 0; i < SIZES; i++) {
        double n = round(first * pow(step, i));
        points[i] = point(n, time(n, argument), 0.01);
    }
}

static double pure(double n, double model)
{
    return 3e-8 * growing((pf_growth_model)model, n);
}

static void every_model_is_told_where_times_are_exact(void **unused)
{
    (void)unused;
    pf_point points[SIZES];
    pf_growth growth;
    for (int model = 0; model < PF_GROWTH_MODELS; model++) {
        sizes(points, 100, sqrt(10), pure, model);
        assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
        assert_int_equal(growth.possible, 1);
        assert_int_equal(growth.models[0], model);
        assert_close(model == PF_GROWTH_1 ? growth.constant : growth.factor, 3e-8, 1e-6);
        assert_true(growth.misfit < 1e-6);
        assert_true(growth.exponent.low < growth.exponent.value && growth.exponent.value < growth.exponent.high);
    }
    sizes(points, 100, sqrt(10), pure, PF_GROWTH_N_2);
    assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
    assert_close(growth.exponent.value, 2, 1e-9);
}

static double with_constant(double n, double unused)
{
    (void)unused;
    return 2e-4 + 5e-8 * n;
}

static void the_coefficients_of_two_terms(void **unused)
{
    (void)unused;
    pf_point points[SIZES];
    pf_growth growth;
    sizes(points, 10, 10, with_constant, 0);
    assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
    assert_int_equal(growth.models[0], PF_GROWTH_N);
    assert_close(growth.constant, 2e-4, 1e-5);
    assert_close(growth.factor, 5e-8, 1e-5);
}

static bool possible(const pf_growth *growth, pf_growth_model model)
{
    for (int i = 0; i < growth->possible; i++) {
        if (growth->models[i] == model) {
            return true;
        }
    }
    return false;
}

static void a_short_range_cannot_tell(void **unused)
{
    (void)unused;
    pf_point points[SIZES];
    pf_growth growth;
    sizes(points, 100000, 1.3, pure, PF_GROWTH_N);
    assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
    assert_true(growth.possible > 1);
    assert_true(possible(&growth, PF_GROWTH_N) && possible(&growth, PF_GROWTH_N_LOG_N) && !possible(&growth, PF_GROWTH_1));
}

static double power(double n, double exponent)
{
    return 1e-9 * pow(n, exponent);
}

static double exponential(double n, double unused)
{
    (void)unused;
    return 1e-9 * exp2(n);
}

static void what_none_describes(void **unused)
{
    (void)unused;
    pf_point points[SIZES];
    pf_growth growth;
    const double exponents[] = {3, 1.5, 0.5, -1};
    for (size_t i = 0; i < COUNT(exponents); i++) {
        sizes(points, 100, sqrt(10), power, exponents[i]);
        assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
        assert_int_equal(growth.possible, 0);
        assert_true(growth.constant == 0 && growth.factor == 0);
        assert_close(growth.exponent.value, exponents[i], 1e-3);
    }
    sizes(points, 10, 1.2, exponential, 0);
    assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
    assert_int_equal(growth.possible, 0);
}

static void sizes_from_one(void **unused)
{
    (void)unused;
    /* log 1 is 0: models with a logarithm need their constant there. */
    pf_point points[SIZES];
    pf_growth growth;
    sizes(points, 1, 10, with_constant, 0);
    assert_int_equal(pf_growth_fit(points, SIZES, &growth), PF_OK);
    assert_int_equal(growth.models[0], PF_GROWTH_N);
    assert_true(isfinite(growth.constant) && isfinite(growth.factor) && isfinite(growth.misfit));
}

/* ------------------------------------------------------------------------------------------------ crossing */

static void a_crossing_where_it_was_put(void **unused)
{
    (void)unused;
    pf_point points[SIZES];
    pf_crossing found[SIZES];
    size_t count;
    for (int rising = 0; rising < 2; rising++) {
        for (int i = 0; i < SIZES; i++) {
            double n = 10 * pow(3, i);
            points[i] = point(n, pow(n / 400, rising ? 0.8 : -0.8), 0.02);
        }
        assert_int_equal(pf_crossings(points, SIZES, found, &count), PF_OK);
        assert_int_equal(count, 1);
        assert_int_equal(found[0].rising, rising);
        assert_close(found[0].at.value, 400, 1e-9);
        /* 2 % on the ratio is 2 % / 0.8 on the size. */
        assert_close(found[0].at.low, 400 / pow(1.02, 1 / 0.8), 1e-6);
        assert_close(found[0].at.high, 400 * pow(1.02, 1 / 0.8), 1e-6);
    }
}

static void points_that_are_undecided_widen_it(void **unused)
{
    (void)unused;
    const pf_point points[] = {point(10, 0.5, 0.02), point(100, 1 / 1.01, 0.02), point(1000, 1.01, 0.02), point(10000, 2, 0.02)};
    pf_crossing found[3];
    size_t count;
    assert_int_equal(pf_crossings(points, 4, found, &count), PF_OK);
    assert_int_equal(count, 1);
    assert_true(found[0].at.low < 100 && found[0].at.high > 1000);
    assert_close(found[0].at.value, sqrt(100.0 * 1000.0), 1e-6);
}

static void no_crossing_without_a_decided_ratio_on_both_sides(void **unused)
{
    (void)unused;
    const pf_point one_side[] = {point(10, 0.5, 0.02), point(100, 0.9, 0.02), point(1000, 1.01, 0.02)};
    const pf_point touching[] = {point(10, 0.5, 0.02), point(100, 1.0, 0.02), point(1000, 0.5, 0.02)};
    pf_crossing found[3];
    size_t count = 9;
    assert_int_equal(pf_crossings(one_side, 3, found, &count), PF_OK);
    assert_int_equal(count, 0);
    assert_int_equal(pf_crossings(touching, 3, found, &count), PF_OK);
    assert_int_equal(count, 0);
    count = 9;
    assert_int_equal(pf_crossings(one_side, 0, found, &count), PF_OK);
    assert_int_equal(count, 0);
}

static void two_crossings(void **unused)
{
    (void)unused;
    const pf_point points[] = {point(1, 0.5, 0.02), point(10, 2, 0.02), point(100, 0.5, 0.02)};
    pf_crossing found[2];
    size_t count;
    assert_int_equal(pf_crossings(points, 3, found, &count), PF_OK);
    assert_int_equal(count, 2);
    assert_true(found[0].rising && !found[1].rising);
    /* A line through bent points is not to be trusted: wider than 2 % on this slope would be. */
    assert_true(found[0].at.low < 2.5 && found[0].at.high > sqrt(10.0) && found[0].at.high < found[1].at.low);
}

/* ------------------------------------------------------------------------------------------------ Amdahl */

static size_t workers(pf_point *points, double serial, size_t most)
{
    for (size_t i = 0; i < most; i++) {
        double p = (double)(i + 1);
        points[i] = point(p, 0.02 * (serial + (1 - serial) / p), 0.01);
    }
    return most;
}

static void a_serial_share_where_it_was_put(void **unused)
{
    (void)unused;
    pf_point points[16];
    pf_amdahl fit;
    const double shares[] = {0, 0.01, 0.1, 0.5, 0.9, 1};
    for (size_t i = 0; i < COUNT(shares); i++) {
        for (size_t most = 2; most <= 16; most += 7) {
            assert_int_equal(pf_amdahl_fit(points, workers(points, shares[i], most), &fit), PF_OK);
            assert_true(fabs(fit.serial.value - shares[i]) < 1e-6);
            assert_close(fit.single, 0.02, 1e-6);
            assert_true(fit.serial.low >= 0 && fit.serial.high <= 1);
            assert_true(fit.serial.low <= fit.serial.value && fit.serial.value <= fit.serial.high && fit.serial.low < fit.serial.high);
            assert_int_equal(fit.flags, shares[i] == 1 ? PF_AMDAHL_FALLS : 0);
        }
    }
}

static void beyond_the_law(void **unused)
{
    (void)unused;
    pf_amdahl fit;
    const pf_point faster[] = {point(1, 1, 0.01), point(2, 0.4, 0.01), point(4, 0.15, 0.01)};
    assert_int_equal(pf_amdahl_fit(faster, 3, &fit), PF_OK);
    assert_true(fit.serial.value == 0 && fit.serial.low == 0);
    assert_int_equal(fit.flags & PF_AMDAHL_SUPERLINEAR, PF_AMDAHL_SUPERLINEAR);

    const pf_point slower[] = {point(1, 1, 0.01), point(2, 1.2, 0.01), point(4, 1.5, 0.01)};
    assert_int_equal(pf_amdahl_fit(slower, 3, &fit), PF_OK);
    assert_true(fit.serial.value == 1 && fit.serial.high == 1);
    assert_int_equal(fit.flags & PF_AMDAHL_FALLS, PF_AMDAHL_FALLS);

    const pf_point both[] = {point(1, 1, 0.01), point(2, 0.5, 0.01), point(4, 0.5, 0.01), point(8, 1.2, 0.01)};
    assert_int_equal(pf_amdahl_fit(both, 4, &fit), PF_OK);
    assert_int_equal(fit.flags, PF_AMDAHL_MISFIT);
    assert_true(fit.serial.high - fit.serial.low > 0.2);
}

/* ------------------------------------------------------------------------------------------------ runs */

static void runs_are_what_counts(void **unused)
{
    (void)unused;
    /* Logs 0.1, 0.2, 0.3: mean 0.2, standard deviation 0.1, of the mean 0.1 / sqrt(3). */
    const pf_run runs[] = {{exp(0.1), 0.01}, {exp(0.2), 0.01}, {exp(0.3), 0.01}};
    pf_runs combined;
    assert_int_equal(pf_runs_combine(runs, 3, 0.03, &combined), PF_OK);
    double width = 4.30265272974946 * 0.1 / sqrt(3);
    assert_close(combined.ratio, exp(0.2), 1e-12);
    assert_close(combined.low, exp(0.2 - width), 1e-9);
    assert_close(combined.high, exp(0.2 + width), 1e-9);
    assert_close(combined.within, 0.01, 1e-9);
    assert_close(combined.between, 0.1, 1e-9);
    assert_int_equal(combined.verdict, PF_UNDECIDED);
}

static void runs_that_agree_by_luck(void **unused)
{
    (void)unused;
    const pf_run runs[] = {{1.5, 0.02}, {1.5, 0.02}, {1.5, 0.02}};
    pf_runs combined;
    assert_int_equal(pf_runs_combine(runs, 3, 0.03, &combined), PF_OK);
    assert_true(combined.between < 1e-12);
    assert_close(combined.high, 1.5 * exp(4.30265272974946 * 0.02 / sqrt(3)), 1e-9);
    assert_int_equal(combined.verdict, PF_FASTER);
}

static void verdicts_over_runs(void **unused)
{
    (void)unused;
    pf_runs combined;
    const pf_run slower[] = {{0.5, 0.001}, {0.5, 0.001}};
    assert_int_equal(pf_runs_combine(slower, 2, 0.03, &combined), PF_OK);
    assert_int_equal(combined.verdict, PF_SLOWER);
    const pf_run same[] = {{1.001, 0.001}, {0.999, 0.001}, {1.0, 0.001}};
    assert_int_equal(pf_runs_combine(same, 3, 0.03, &combined), PF_OK);
    assert_int_equal(combined.verdict, PF_SAME);
}

/* ------------------------------------------------------------------------------------------------ refusals */

static void points_out_of_range(void **unused)
{
    (void)unused;
    pf_point good[PF_FIT_LIMIT + 1], bad[4];
    for (int i = 0; i <= PF_FIT_LIMIT; i++) {
        good[i] = point(i + 1, 1.0 / (i + 1), 0.01);
    }
    pf_growth growth;
    pf_amdahl amdahl;
    pf_crossing crossings[PF_FIT_LIMIT];
    size_t count;
    assert_int_equal(pf_growth_fit(good, PF_GROWTH_POINTS - 1, &growth), PF_EMPTY);
    assert_int_equal(pf_growth_fit(good, 0, &growth), PF_EMPTY);
    assert_int_equal(pf_amdahl_fit(good, 1, &amdahl), PF_EMPTY);
    assert_int_equal(pf_growth_fit(good, PF_FIT_LIMIT, &growth), PF_OK);
    assert_int_equal(pf_growth_fit(good, PF_FIT_LIMIT + 1, &growth), PF_BAD_ARGUMENT);
    assert_int_equal(pf_amdahl_fit(good, PF_FIT_LIMIT + 1, &amdahl), PF_BAD_ARGUMENT);
    assert_int_equal(pf_crossings(good, PF_FIT_LIMIT + 1, crossings, &count), PF_BAD_ARGUMENT);

    const pf_point wrong[] = {
        {2, {0, 0, 1}}, {2, {1, 0, 1}}, {2, {1, -1, 2}}, {2, {1, 2, 3}}, {2, {3, 1, 2}}, {2, {NAN, 1, 2}}, {2, {1, NAN, 2}},
        {2, {1, 1, NAN}}, {2, {1, 1, INFINITY}}, {2, {INFINITY, 1, INFINITY}}, {NAN, {1, 1, 1}}, {INFINITY, {1, 1, 1}},
        {1, {1, 1, 1}} /* as the one before */, {0.5, {1, 1, 1}}, {-2, {1, 1, 1}}, {0, {1, 1, 1}},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        memcpy(bad, good, sizeof bad);
        bad[1] = wrong[i];
        assert_int_equal(pf_growth_fit(bad, 4, &growth), PF_BAD_ARGUMENT);
        assert_int_equal(pf_amdahl_fit(bad, 4, &amdahl), PF_BAD_ARGUMENT);
        assert_int_equal(pf_crossings(bad, 4, crossings, &count), PF_BAD_ARGUMENT);
    }
    /* Sizes and workers are at least 1; a crossing may be anywhere above 0. */
    memcpy(bad, good, sizeof bad);
    bad[0].at = 0.5;
    assert_int_equal(pf_growth_fit(bad, 4, &growth), PF_BAD_ARGUMENT);
    assert_int_equal(pf_amdahl_fit(bad, 4, &amdahl), PF_BAD_ARGUMENT);
    assert_int_equal(pf_crossings(bad, 4, crossings, &count), PF_OK);
}

static void runs_out_of_range(void **unused)
{
    (void)unused;
    const pf_run good[] = {{1, 0.1}, {1, 0.1}};
    pf_runs combined;
    assert_int_equal(pf_runs_combine(good, 0, 0.03, &combined), PF_EMPTY);
    assert_int_equal(pf_runs_combine(good, 1, 0.03, &combined), PF_EMPTY);
    assert_int_equal(pf_runs_combine(good, 2, -0.1, &combined), PF_BAD_ARGUMENT);
    assert_int_equal(pf_runs_combine(good, 2, NAN, &combined), PF_BAD_ARGUMENT);
    const pf_run wrong[] = {{0, 0.1}, {-1, 0.1}, {NAN, 0.1}, {INFINITY, 0.1}, {1, -0.1}, {1, NAN}, {1, INFINITY}};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const pf_run runs[] = {good[0], wrong[i]};
        assert_int_equal(pf_runs_combine(runs, 2, 0.03, &combined), PF_BAD_ARGUMENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_of_t),
        cmocka_unit_test(every_model_is_told_where_times_are_exact),
        cmocka_unit_test(the_coefficients_of_two_terms),
        cmocka_unit_test(a_short_range_cannot_tell),
        cmocka_unit_test(what_none_describes),
        cmocka_unit_test(sizes_from_one),
        cmocka_unit_test(a_crossing_where_it_was_put),
        cmocka_unit_test(points_that_are_undecided_widen_it),
        cmocka_unit_test(no_crossing_without_a_decided_ratio_on_both_sides),
        cmocka_unit_test(two_crossings),
        cmocka_unit_test(a_serial_share_where_it_was_put),
        cmocka_unit_test(beyond_the_law),
        cmocka_unit_test(runs_are_what_counts),
        cmocka_unit_test(runs_that_agree_by_luck),
        cmocka_unit_test(verdicts_over_runs),
        cmocka_unit_test(points_out_of_range),
        cmocka_unit_test(runs_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
