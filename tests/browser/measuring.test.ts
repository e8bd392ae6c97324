// What a race finds besides times, in every browser: memory, counts, copied bytes; a hidden page.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/measuring.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, openEngine, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const LANES = `# %% parameters [memory]
n = 100_000
# %% setup
rows = [(i * 37 % n, i) for i in range(200)]
def key(row):
    return row[0]
# %% lane idiom: by a list
def by_list(n, rows, key):
    total = sum([i for i in range(n)])
    return sorted(rows, key=key)
# %% lane better: one at a time
def one_by_one(n, rows, key):
    total = sum(i for i in range(n))
    return sorted(rows, key=key)
# %% lane parallel: C, all cores
from photofinish import kernels
def all_cores(n, rows):
    total = kernels.sum(range(n))
    return sorted(rows)
# %% counts
key = counted(key, "calls of key")
`;

for (const name of browsers) {
  /** Hides the page for so long, once the race has come to its first samples: as the browser would tell it, by visibilityState and its event. */
  const raceWhileHidden = (page: Page, ms: number) => page.evaluate(async (ms: number) => {
    const set = (state: string) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    const events: string[] = [];
    let hidden = false, whileHidden = 0;
    const onEvent = (event: { event: string }) => {
      if (event.event === 'samples' && !events.includes('samples')) {
        set('hidden');
        setTimeout(() => { hidden = true; }, ms / 2);
        setTimeout(() => { hidden = false; set('visible'); }, ms);
      }
      if (hidden && event.event === 'samples') whileHidden++;
      if (events.at(-1) !== event.event) events.push(event.event);
    };
    const lane = (name: string) => `# %% lane idiom: ${name}\ndef ${name}(): return sum([x * x for x in range(300)])\n`;
    const report = await (window as any).engine.race({ source: lane('a') + lane('b') }, { budget: 2, onEvent });
    return { events, whileHidden, notes: report.notes, disturbances: report.disturbances, comparisons: report.comparisons, seconds: report.seconds };
  }, ms) as Promise<any>;

  describe(name, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: 150_000 });      // WebKitGTK may fall silent on a busy machine; the engine then races again
      page = await openEngine(browser, site.url);
    });
    after(async () => { await browser?.close(); await site?.close(); });

    test('memory, counts and copied bytes, where the lanes file asks', async () => {
      const report = await page.evaluate((source: string) => (window as any).engine.race({ source }, { budget: 0.5 }), LANES) as any;
      const [list, one, kernel] = report.lanes;
      assert.ok(list.peak_bytes > 4e5 && list.peak_bytes < 8e6, `a list of 100000: ${list.peak_bytes}`);
      assert.ok(one.peak_bytes < 1e5, `one at a time: ${one.peak_bytes}`);
      assert.deepEqual([list.counts, one.counts, kernel.counts], [{ 'calls of key': 200 }, { 'calls of key': 200 }, { 'calls of key': 0 }]);
      assert.ok(kernel.copied_bytes >= 8e5, `${kernel.copied_bytes}`);
      assert.equal(list.copied_bytes, undefined);
      assert.ok(report.overhead_seconds > 0 && report.overhead_seconds < 1e-4, `${report.overhead_seconds}`);
      assert.deepEqual(report.notes.filter((note: string) => note.includes('failed')), []);
    });

    test('the heap is told where it grew', async () => {
      const source = '# %% parameters [memory]\n# %% lane idiom: large\ndef large():\n    return len(bytearray(150_000_000))\n# %% lane better: small\ndef small():\n    return 150_000_000\n';
      const report = await page.evaluate((source: string) => (window as any).engine.race({ source }, { budget: 0.3 }), source) as any;
      const [large, small] = report.lanes;
      assert.ok(large.peak_bytes >= 150_000_000 && large.heap_bytes > 50_000_000, JSON.stringify([large.peak_bytes, large.heap_bytes]));
      assert.equal(small.heap_bytes, undefined);
    });

    test('a hidden page pauses the race, which goes on when it can be seen', async () => {
      assert.equal(await page.evaluate(() => document.visibilityState), 'visible');
      const found = await raceWhileHidden(page, 1200);
      const [hidden] = found.disturbances;
      assert.equal(hidden.kind, 'hidden');
      assert.ok(hidden.seconds > 0.5 && hidden.at < 2 && found.seconds < 3, JSON.stringify(found));
      assert.equal(found.whileHidden, 0, 'nothing was measured meanwhile');
      assert.ok(found.events.indexOf('resume') === found.events.indexOf('pause') + 1 && found.events.at(-1) === 'look', found.events.join());
      assert.ok(found.comparisons.length === 1 && found.notes.some((note: string) => note.includes('the page was hidden')));
    });

    test('Stop ends a race that waits to be seen', async () => {
      const outcome = await page.evaluate(async () => {
        const { engine } = window as any;
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
        document.dispatchEvent(new Event('visibilitychange'));
        const paused = new Promise<void>((resolve) => { (window as any).paused = resolve; });
        const race = engine.race({ source: '# %% lane idiom: a\ndef a(): pass\n# %% lane better: b\ndef b(): pass\n' },
          { onEvent: (event: { event: string }) => { if (event.event === 'pause') (window as any).paused(); } }).then(() => 'ended', (error: Error) => error.name);
        await paused;
        await engine.stop();
        delete (document as any).visibilityState;
        document.dispatchEvent(new Event('visibilitychange'));
        return [await race, (await engine.run('print(6 * 7)')).stdout];
      });
      assert.deepEqual(outcome, ['StoppedError', '42\n']);
    });
  });

  describe(`${name}, without isolation`, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site');
      browser = await launch(name, { timeout: 150_000 });      // WebKitGTK may fall silent on a busy machine; the engine then races again
      page = await openEngine(browser, site.url, 'blank.html');
    });
    after(async () => { await browser?.close(); await site?.close(); });

    test('a hidden page is told afterwards', async () => {
      assert.equal(await page.evaluate(() => (window as any).engine.info.isolated), false);
      const found = await raceWhileHidden(page, 600);
      assert.ok(found.comparisons.length === 1 && !found.events.includes('pause'), found.events.join());
      const times = found.disturbances.filter((one: { kind: string }) => one.kind === 'hidden');
      assert.ok(times.length === 1 && times[0].seconds > 0, JSON.stringify(found.disturbances));
      assert.ok(found.notes.some((note: string) => note.includes('could not make the race wait')));
    });
  });
}
