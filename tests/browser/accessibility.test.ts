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
