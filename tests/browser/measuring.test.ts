// What a race finds besides times, in every browser: memory, counts, copied bytes; a hidden page.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/measuring.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
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
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name);
      page = await browser.open(site.url + 'docs/');
      await page.evaluate(async (url: string) => { (window as any).engine = await (await import(url)).createEngine(); }, site.url + 'photofinish.mjs');
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
  });
}
