// Drives three real engines with one interface (types.ts). Every browser test starts here:
//
//   import { browsers, launch } from './drive/index.ts';
//   import { serve } from '../../web/isolation/server.ts';
//   for (const name of browsers) test(`${name}: the page opens`, async () => {
//     const site = await serve('build/site', { headers: true });
//     const browser = await launch(name);
//     try {
//       const page = await browser.open(site.url + 'playground/', { width: 390, dark: true });
//       await page.click('button.run');
//       await page.waitFor(() => document.querySelector('photo-finish')?.state === 'done', { timeout: 90_000 });
//       assert.deepEqual(await page.console(), []);
//       assert.deepEqual(site.missing(), []);
//     } finally { await browser.close(); await site.close(); }
//   });
//
// Run a test file:  BROWSERS=chromium,firefox,webkit node --test tests/browser/NAME.test.ts
// What the engines cannot do stands at the head of chromium.ts, firefox.ts and webkit.ts.
// Nothing hangs: each command has a time limit; browsers, their profiles and the X server go away with this process, however it ends.

import type { Browser, LaunchOptions, Name, Page } from './types.ts';
import { launchChromium } from './chromium.ts';
import { launchFirefox } from './firefox.ts';
import { launchWebkit } from './webkit.ts';

export type { Browser, Frame, LaunchOptions, Message, Name, OpenOptions, Page, Script } from './types.ts';

const launchers: Record<Name, (options: LaunchOptions) => Promise<Browser>> = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebkit };

/** The engines to test: those named in the environment variable BROWSERS, or all three. */
export const browsers: Name[] = (process.env.BROWSERS ?? Object.keys(launchers).join(',')).split(',').map(word => {
  if (!Object.hasOwn(launchers, word)) throw new Error(`BROWSERS names "${word}"; known are ${Object.keys(launchers).join(', ')}`);
  return word as Name;
});

/** Starts a browser. Throws an error that names the package to install where it is missing. */
export function launch(name: Name, options: LaunchOptions = {}): Promise<Browser> {
  return launchers[name](options);
}

/**
 * Runs a module in the page as a script of its own. What page.evaluate imports runs beside the page in Firefox, and some objects that workers send
 * (WebAssembly.Memory) are wrapped there.
 */
export async function addModule(page: Page, text: string): Promise<void> {
  await page.evaluate((text: string) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.textContent = `try {
  ${text}
  window.moduleEnd = 'done';
} catch (error) {
  window.moduleEnd = error.name + ': ' + error.message;
}`;
    delete (window as any).moduleEnd;
    document.head.append(script);
  }, text);
  const end = await page.waitFor(() => (window as any).moduleEnd as string);
  if (end !== 'done') throw new Error(end);
}

/** Opens a page of the site (its URL with a slash at the end) and starts an engine in it: `window.engine`, and what its programs print: `window.output`. */
export async function openEngine(browser: Browser, site: string, path = 'docs/'): Promise<Page> {
  const page = await browser.open(site + path);
  await addModule(page, `
    const { createEngine } = await import(${JSON.stringify(`${site}photofinish.mjs`)});
    window.output = [];
    window.engine = await createEngine({ onOutput: (_, text) => { window.output.push(text); } });`);
  return page;
}
