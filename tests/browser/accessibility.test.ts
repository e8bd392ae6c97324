// axe-core on every kind of page, both themes, wide and narrow; and a lesson from end to end with the keyboard alone. In Chromium: the
// rules look at the document, which is the same in every engine.
//
//   node --test tests/browser/accessibility.test.ts
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { serve, type Site } from '../../web/isolation/server.ts';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';

const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`(() => { ${axe}; window.axe = axe; })()`);
  return page.evaluate(async (rules: string[]) => {
    const found = await (window as any).axe.run(document, { runOnly: { type: 'tag', values: rules } });
    return found.violations.map((violation: any) => `${violation.id}: ${violation.nodes.map((node: any) => node.target.join(' ')).slice(0, 3).join(' | ')}`);
  }, RULES);
}

describe('accessibility', { skip: browsers.includes('chromium') ? false : 'Chromium was not asked for' }, () => {
  let site: Site, browser: Browser;
  before(async () => { site = await serve('build/site', { headers: true }); browser = await launch('chromium'); });
  after(async () => { await browser?.close(); await site?.close(); });

  for (const path of ['', 'docs/', 'docs/engine/', 'docs/benchmarks/', 'docs/kernels/', 'docs/kernels/reduce/', 'docs/kernels-python/', 'lessons/iterate-directly/']) {
    for (const dark of [false, true]) {
      for (const width of [1360, 390]) {
        test(`/${path}, ${dark ? 'dark' : 'light'}, ${width} px`, async () => {
          const page = await browser.open(site.url + path, { width, height: 900, dark });
          assert.deepEqual(await violations(page), []);
          await page.close();
        });
      }
    }
  }

  for (const dark of [false, true]) {
    test(`what there is beyond the strip, ${dark ? 'dark' : 'light'}, 1360 and 390 px`, async () => {
      const page = await browser.open(`${site.url}lessons/iterate-directly/`, { width: 1360, height: 900, dark });
      await page.waitFor(() => /ready in/.test(document.querySelector<HTMLElement>('pf-bar')?.innerText ?? ''));
      await page.press('Control+Enter');
      await page.waitFor(() => document.querySelector<HTMLElement>('.race')!.dataset.state === 'done', { timeout: 60_000 });
      const panels = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.more button')].map((button) => button.getAttribute('aria-controls')!));
      assert.deepEqual(panels.slice(0, 3), ['panel-figures', 'panel-growth', 'panel-runs']);
      for (const panel of panels) {
        await page.click(`[aria-controls="${panel}"]`);
        await page.waitFor((id: string) => document.getElementById(id)?.checkVisibility(), panel);
        if (panel === 'panel-growth' || panel === 'panel-runs') {
          await page.click(`#${panel} .controls button`);
          await page.waitFor((id: string) => document.querySelector(`#${id} progress`), panel);
          assert.deepEqual(await violations(page), [], `${panel} while it runs`);
          await page.waitFor((id: string) => document.querySelector(`#${id} pf-chart svg[role=img]`) && document.querySelector(`#${id} .finding`), panel, { timeout: 180_000 });
          await page.evaluate((id: string) => { for (const details of document.querySelectorAll(`#${id} details`)) details.setAttribute('open', ''); }, panel);
        }
        for (const width of [390, 1360]) {
          await page.setSize(width, 900);
          assert.deepEqual(await violations(page), [], `${panel} at ${width} px`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${panel} at ${width} px: the page is ${wide} px too wide`);
        }
      }
      await page.close();
    });
  }

  test('a lesson with the keyboard alone, and axe on what it leaves', async () => {
    const page = await browser.open(`${site.url}lessons/set-membership/`, { width: 1360, height: 900 });
    await page.waitFor(() => /ready in/.test(document.querySelector<HTMLElement>('pf-bar')?.innerText ?? ''));
    const focus = () => page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null;
      return { what: at?.type ?? '', text: at?.innerText ?? '', outline: at ? getComputedStyle(at).outlineStyle : 'none' };
    });
    const tabTo = async (wanted: (at: { what: string; text: string }) => boolean) => {
      for (let i = 0; i < 30; i++) {
        await page.press('Tab');
        const at = await focus();
        if (!wanted(at)) continue;
        assert.notEqual(at.outline, 'none', 'focus is visible');
        return;
      }
      assert.fail('not reached with Tab');
    };
    await tabTo((at) => at.what === 'range');
    await page.press('ArrowRight');
    await tabTo((at) => /^Run/.test(at.text));
    await page.press('Enter');
    await page.waitFor(() => document.querySelector<HTMLElement>('.race')!.dataset.state === 'running');
    await page.press('Escape');
    await page.waitFor(() => document.querySelector<HTMLElement>('.race')!.dataset.state === 'stopped');
    await page.press('Control+Enter');
    await page.waitFor(() => document.querySelector<HTMLElement>('.race')!.dataset.state === 'done', { timeout: 60_000 });
    const said = await page.evaluate(() => document.querySelector<HTMLElement>('[role=status]')!.innerText);
    assert.match(said, /times as fast|about the same|undecided|slower/i);
    assert.deepEqual(await violations(page), []);
  });
});
