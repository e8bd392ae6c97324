// Every lesson as a reader races it, in every browser: the page alone, with the keyboard, on the built site.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/lessons.test.ts
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const lessons = readdirSync('lessons', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

/** Waits until Python is ready, presses Run as a keyboard reader does and waits for the end. Returns what the page then says. */
async function race(page: Page): Promise<{ state: string; sentence: string; text: string; lanes: number; alternative: string }> {
  await page.waitFor(() => /ready in/.test(document.querySelector<HTMLElement>('pf-bar')?.innerText ?? ''), { timeout: 60_000 });
  await page.press('Control+Enter');
  await page.waitFor(() => ['done', 'error', 'stopped'].includes(document.querySelector<HTMLElement>('.race')!.dataset.state ?? ''), { timeout: 90_000 });
  return page.evaluate(() => ({
    state: document.querySelector<HTMLElement>('.race')!.dataset.state!,
    sentence: document.querySelector<HTMLElement>('.race figcaption')!.innerText,
    text: document.querySelector<HTMLElement>('main')!.innerText,
    lanes: document.querySelectorAll('.race table tbody tr').length,
    alternative: document.querySelector('.race canvas')!.getAttribute('aria-label') ?? '',
  }));
}

for (const name of browsers) {
  describe(`${name}, host with headers`, () => {
    let site: Site, browser: Browser;
    before(async () => { site = await serve('build/site', { headers: true }); browser = await launch(name); });
    after(async () => { await browser?.close(); await site?.close(); });

    for (const slug of lessons) {
      test(`${slug}: every lane runs, all agree`, async (context) => {
        const page = await browser.open(`${site.url}lessons/${slug}/`);
        let seen = await race(page);
        // Seen once in 9 runs of WebKitGTK 2.50.6, in a race that went well in all others; not understood yet. Told, and tried once more.
        if (name === 'webkit' && /The interpreter died: Unreachable code/.test(seen.text)) {
          context.diagnostic(`raced again after: ${seen.text.match(/The interpreter died.*/)![0]}`);
          seen = await race(page);
        }
        context.diagnostic(seen.sentence);
        assert.equal(seen.state, 'done', seen.text);
        assert.match(seen.text, /✓ (all \w+|both) lanes return/);
        assert.doesNotMatch(seen.text, /did not run|Traceback|NaN|undefined|Infinity/);
        assert.ok(seen.lanes >= 2 && seen.alternative.length > 20, seen.alternative);
        assert.deepEqual((await page.console()).filter(({ type }) => type !== 'log' && type !== 'info' && type !== 'debug'), []);
        const strangers = (await page.requests()).filter((url) => /^https?:/.test(url) && !url.startsWith(site.url));
        assert.deepEqual(strangers, []);
        await page.close();
      });
    }

    test('nothing was missing', () => assert.deepEqual(site.missing(), []));
  });

  describe(`${name}, host without headers, under a sub-path`, () => {
    let site: Site, browser: Browser;
    before(async () => { site = await serve('build/site', { headers: false, prefix: '/courses/python/' }); browser = await launch(name); });
    after(async () => { await browser?.close(); await site?.close(); });

    test('the service worker isolates the page: the lane on all cores runs', async () => {
      const page = await browser.open(`${site.url}lessons/iterate-directly/`);
      await page.waitFor(() => crossOriginIsolated, { timeout: 30_000 });
      const seen = await race(page);
      assert.match(seen.text, /✓ all five lanes return/);
      assert.deepEqual(site.missing(), []);
      assert.deepEqual((await page.console()).filter(({ type }) => ['error', 'uncaught', 'csp'].includes(type)), []);
    });
  });

  describe(`${name}, no isolation to be had`, () => {
    let site: Site, browser: Browser;
    before(async () => { site = await serve('build/site', { headers: false, hide: ['sw.js'] }); browser = await launch(name); });
    after(async () => { await browser?.close(); await site?.close(); });

    test('all but the lane on all cores run, and that one says why', async () => {
      const page = await browser.open(`${site.url}lessons/iterate-directly/`);
      const seen = await race(page);
      assert.equal(seen.state, 'done', seen.text);
      assert.match(seen.text, /all four lanes that ran return/);
      assert.match(seen.text, /need memory that threads can share/);
    });
  });
}
