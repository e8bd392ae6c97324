// Sweeps and repeats through photofinish.mjs, in every browser: reports, events, Stop in the middle, failures.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/sweeps.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, openEngine, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const LANES = `# %% parameters
n = 2_000
# %% setup
values = list(range(n))
fixed = range(3_000)
# %% lane idiom: the same work for every n
def same_work(fixed):
    for _ in fixed:
        pass
# %% lane better: work that grows
def grows(values):
    for _ in values:
        pass
`;

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name);
      page = await openEngine(browser, site.url);
    });
    after(async () => { await browser?.close(); await site?.close(); });

    test('a sweep: a point for each value, growth, and where the lanes cross', async () => {
      const { report, events, message } = await page.evaluate(async (source: string) => {
        const events: any[] = [];
        return (window as any).engine.sweep({ source }, { values: [100_000, 50, 500, 5_000], budget: 1.2, seed: 2, onPoint: (event: any) => events.push(event) })
          .then((report: object) => ({ report, events }), (error: Error) => ({ message: `${error.name}: ${error.message}` }));
      }, LANES) as any;
      assert.ok(report, message);
      assert.deepEqual([report.schema, report.kind, report.parameter, report.over, report.seed, report.lesson], [1, 'sweep', 'n', 'size', 2, null]);
      assert.deepEqual(report.points.map((point: any) => point.value), [50, 500, 5_000, 100_000]);
      assert.deepEqual(events.map((event: any) => [event.event, event.index, event.of]), [0, 1, 2, 3].flatMap((i) => [['point-start', i, 4], ['point', i, 4]]));
      assert.deepEqual(events.filter((event: any) => event.event === 'point').map((event: any) => event.point), report.points);
      // What the fits say of so short a sweep is the machine's affair; tests/python/test_sweep.py has made-up times.
      assert.deepEqual(report.growth.map((fit: any) => fit.lane), ['same_work', 'grows']);
      for (const { model, possible, exponent } of report.growth) {
        assert.equal(model, possible.length === 1 ? possible[0] : null);
        assert.ok(exponent.low < exponent.value && exponent.value < exponent.high, JSON.stringify(exponent));
      }
      for (const { a, b, at, low, high } of report.crossings) {
        assert.deepEqual([a, b].sort(), ['grows', 'same_work']);
        assert.ok(50 <= low && low <= at && at <= high && high <= 100_000, JSON.stringify(report.crossings));
      }
      assert.equal(report.where.runtime, 'browser');
      assert.ok(report.where.clock_tick_ns > 0);
    });

    test('a repeat: every run in an interpreter of its own, and all of them together', async () => {
      const { report, runs, message } = await page.evaluate(async (source: string) => {
        const runs: any[] = [];
        const counting = source.replace('# %% setup\n', '# %% setup\nimport builtins\nassert not hasattr(builtins, "left")\nbuiltins.left = 1\n');
        return (window as any).engine.repeat({ source: counting }, { times: 2, budget: 0.4, onRun: (index: number, of: number, report: any) => runs.push([index, of, report.kind ?? 'race']) })
          .then((report: object) => ({ report, runs }), (error: Error) => ({ message: `${error.name}: ${error.message}` }));
      }, LANES) as any;
      assert.ok(report, message);
      assert.deepEqual(runs, [[0, 2, 'race'], [1, 2, 'race']]);
      assert.equal(report.kind, 'repeat');
      assert.equal(report.runs.length, 2);
      const [comparison] = report.comparisons;
      assert.deepEqual([comparison.baseline, comparison.lane, comparison.runs.length], ['same_work', 'grows', 2]);
      assert.ok(comparison.low < comparison.ratio && comparison.ratio < comparison.high && comparison.within > 0, JSON.stringify(comparison));
    });

    test('Stop ends a sweep and a repeat, in a race and between two, and the next program runs', async () => {
      const outcomes = await page.evaluate(async (source: string) => {
        const { engine } = window as any;
        const settled: string[] = [];
        const watch = (promise: Promise<unknown>) => promise.then(() => 'done', (error: Error) => error.name).then((name) => { settled.push(name); });
        const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
        const sweeping = watch(engine.sweep({ source }));
        await pause(1500);
        await engine.stop();
        await sweeping;
        const repeating = watch(engine.repeat({ source }, { budget: 2 }));
        await pause(1500);
        await engine.stop();
        await repeating;
        // As soon as the first run is over: the second has not begun.
        await watch(engine.repeat({ source }, { budget: 0.2, onRun: () => { void engine.stop(); } }));
        const busy = watch(engine.repeat({ source }, { budget: 0.2 }));
        await pause(100);
        await watch(engine.run('1'));
        await engine.stop();
        await busy;
        return { settled, next: (await engine.run('print(6 * 7)')).stdout };
      }, LANES) as any;
      assert.deepEqual(outcomes.settled, ['StoppedError', 'StoppedError', 'StoppedError', 'BusyError', 'StoppedError']);
      assert.equal(outcomes.next, '42\n');
    });

    test('what cannot be swept or repeated says why', async () => {
      const failures = await page.evaluate(async (source: string) => {
        const { engine } = window as any;
        const told = (promise: Promise<unknown>) => promise.then(() => 'done', (error: Error) => `${error.name}: ${error.message}`);
        return [
          await told(engine.sweep({ source: '# %% lane idiom: a\ndef a(): pass\n' })),
          await told(engine.sweep({ source }, { values: [5] })),
          await told(engine.sweep({ source: source.replace('values =', 'values = 1 / 0 #') })),
          await told(engine.repeat({ source }, { times: 1 })),
          await told(engine.repeat({ source: 'print(1)' })),
          await told(engine.sweep({ lesson: 'no-such' })),
        ];
      }, LANES) as string[];
      const wanted = [/^LanesError: .*no parameter/, /^LanesError: .*2 to 32/, /^SetupError: [\s\S]*ZeroDivisionError/, /^LanesError: .*2 to 20 times/, /^LanesError: /, /^LessonError: /];
      wanted.forEach((pattern, i) => assert.match(failures[i], pattern));
    });
  });
}
