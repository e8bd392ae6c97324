// Beyond one race, in every browser: a sweep with its chart, three runs, files to take away, Stop, and the check of the device.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/studies.test.ts
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

/** The lesson with a small input, raced once. */
async function raced(browser: Browser, url: string): Promise<Page> {
  const page = await browser.open(url);
  await page.waitFor(() => /ready in/.test(document.querySelector<HTMLElement>('pf-bar')?.innerText ?? ''), { timeout: 60_000 });
  await page.evaluate(() => {
    const field = document.querySelector<HTMLInputElement>('pf-bar input')!;
    field.value = '400';
    field.dispatchEvent(new Event('change'));
  });
  await page.press('Control+Enter');
  await page.waitFor(() => document.querySelector<HTMLElement>('.race')!.dataset.state === 'done', { timeout: 90_000 });
  return page;
}

async function open(page: Page, panel: string): Promise<void> {
  await page.click(`[aria-controls="panel-${panel}"]`);
  await page.waitFor((id: string) => document.querySelector(`#panel-${id}`)?.checkVisibility(), panel);
}

/** Presses a button of the export panel and returns what it would have saved. */
function saved(page: Page, ending: string): Promise<{ name: string; type: string; start: string; text: string }> {
  return page.evaluate(async (ending: string) => {
    const button = [...document.querySelectorAll<HTMLElement>('pf-export button[data-file]')].find((button) => button.dataset.file!.endsWith(ending));
    if (!button) throw new Error(`no button for ${ending}`);
    const blobs = new Map<string, Blob>();
    const make = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
    try {
      return await new Promise<{ name: string; type: string; start: string; text: string }>((resolve, reject) => {
        URL.createObjectURL = (blob: Blob) => { const url = make.call(URL, blob); blobs.set(url, blob); return url; };
        HTMLAnchorElement.prototype.click = function () {
          const blob = blobs.get(this.href)!, { download } = this;
          void blob.text().then((text) => resolve({ name: download, type: blob.type, start: text.slice(0, 4), text }));
        };
        setTimeout(() => reject(new Error(document.querySelector<HTMLElement>('pf-export .said')!.innerText || 'nothing was saved')), 20_000);
        button.click();
      });
    } finally {
      URL.createObjectURL = make;
      HTMLAnchorElement.prototype.click = click;
    }
  }, ending);
}

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser;
    before(async () => { site = await serve('build/site', { headers: true }); browser = await launch(name); });
    after(async () => { await browser?.close(); await site?.close(); });

    test('a sweep: chart, words, table, and all of it to take away', async () => {
      const page = await raced(browser, `${site.url}lessons/iterate-directly/`);
      await open(page, 'growth');
      await page.click('pf-growth .controls button');
      await page.waitFor(() => /\d of \d/.test(document.querySelector<HTMLElement>('pf-growth .controls')!.innerText), { timeout: 60_000 });
      await page.waitFor(() => document.querySelector('pf-growth .finding, pf-growth .trace'), { timeout: 180_000 });
      const chart = await page.waitFor(() => document.querySelector('pf-growth pf-chart svg')?.getAttribute('aria-label'));
      assert.match(chart!, /^Time per call against n, .*index loop: /);
      const seen = await page.evaluate(() => ({
        rows: document.querySelectorAll('pf-growth tbody tr').length,
        dots: document.querySelectorAll('pf-growth svg circle').length,
        styles: document.querySelectorAll('pf-growth svg style').length,
        said: document.querySelector<HTMLElement>('main > [role=status]')!.innerText,
        text: document.querySelector<HTMLElement>('pf-growth')!.innerText,
      }));
      assert.ok(seen.rows >= 5 && seen.dots >= 3 * seen.rows, JSON.stringify(seen));
      assert.equal(seen.styles, 0);
      assert.match(seen.said, /Time per call against n/);
      assert.doesNotMatch(seen.text, /NaN|undefined|Infinity|did not run/);

      await open(page, 'export');
      const report = await saved(page, 'n400.json');
      assert.equal(JSON.parse(report.text).params.n, 400);
      assert.equal(report.name, 'photofinish-iterate-directly-n400.json');
      const samples = (await saved(page, 'n400.csv')).text.trimEnd().split('\r\n');
      assert.equal(samples.length - 1, JSON.parse(report.text).lanes.reduce((sum: number, lane: any) => sum + lane.samples.length, 0));
      assert.equal(JSON.parse((await saved(page, 'sweep-n.json')).text).kind, 'sweep');
      assert.match((await saved(page, 'sweep-n.csv')).text, /^n,lane,seconds_per_call/);
      for (const stem of ['n400', 'sweep-n']) {
        const svg = await saved(page, `${stem}.svg`);
        assert.match(svg.text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*font\/woff2;base64,.*<\/svg>\s*$/s);
        const broken = await page.evaluate((text: string) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent ?? '', svg.text);
        assert.equal(broken, '');
        const png = await saved(page, `${stem}.png`);
        assert.equal(png.start.slice(1), 'PNG');
        assert.ok(png.text.length > 5000, `${png.text.length} bytes`);
      }
      assert.equal((await saved(page, 'lanes.py')).text, await page.evaluate(async () => (await fetch('lanes.py')).text()));
      assert.match(await page.evaluate(() => document.querySelector<HTMLElement>('.command code')!.innerText), /^python3 -m photofinish race lanes\.py --set n=400$/);
      assert.deepEqual((await page.console()).filter(({ type }) => ['error', 'uncaught', 'csp'].includes(type)), []);
      await page.close();
    });

    test('three runs: each of them and all together; Esc stops the next', async () => {
      const page = await raced(browser, `${site.url}lessons/iterate-directly/`);
      await open(page, 'runs');
      await page.click('pf-runs .controls button');
      await page.waitFor(() => document.querySelector('pf-runs .finding, pf-runs .trace'), { timeout: 180_000 });
      const seen = await page.waitFor(() => {
        const panel = document.querySelector<HTMLElement>('pf-runs')!;
        return panel.querySelector('svg') && { heads: panel.querySelectorAll('thead th').length, text: panel.innerText, label: panel.querySelector('svg')!.getAttribute('aria-label') };
      });
      assert.equal(seen!.heads, 7);
      assert.match(seen!.text, /Over three runs, .*0\.2 to 10 % between runs/s);
      assert.match(seen!.label ?? '', /in three runs\. /);
      await page.click('pf-runs .controls button');
      await page.waitFor(() => document.querySelector('pf-runs progress'));
      await page.press('Escape');
      await page.waitFor(() => /Stopped/.test(document.querySelector<HTMLElement>('pf-runs .controls')!.innerText), { timeout: 5000 });
      await page.press('Control+Enter');
      await page.waitFor(() => document.querySelector<HTMLElement>('.race')!.dataset.state === 'done', { timeout: 90_000 });
      await page.close();
    });

    test('the check of the device ends with a finding', async () => {
      const page = await browser.open(`${site.url}docs/#check`);
      await page.click('pf-device button');
      const found = await page.waitFor(() => document.querySelector<HTMLElement>('pf-device .finding, pf-device .bad')?.innerText, { timeout: 240_000 });
      assert.match(found!, /^(This browser can|Small differences cannot)/);
      const text = await page.evaluate(() => document.querySelector<HTMLElement>('pf-device')!.innerText);
      assert.match(text, /The clock moves in steps of/);
      assert.equal(await page.evaluate(() => document.querySelectorAll('pf-device tbody tr').length), 8);
      await page.close();
    });
  });
}
