// Takes the pictures of the README and of the docs: a real race in Chromium, light, dark and on a phone.
//
//   make pictures              or: node tests/browser/pictures.ts [SLUG] [FOLDER]
import { mkdirSync } from 'node:fs';
import { launch } from './drive/index.ts';
import { serve } from '../../web/isolation/server.ts';

const [slug = 'iterate-directly', folder = 'web/pictures'] = process.argv.slice(2);
const VIEWS = [
  { name: 'light', width: 1360, height: 1080, dark: false },
  { name: 'dark', width: 1360, height: 1080, dark: true },
  { name: 'phone', width: 390, height: 844, dark: false },
];

mkdirSync(folder, { recursive: true });
const site = await serve('build/site', { headers: true });
const browser = await launch('chromium');
try {
  for (const { name, ...view } of VIEWS) {
    const page = await browser.open(`${site.url}lessons/${slug}/`, view);
    await page.press('Control+Enter');
    await page.waitFor(() => document.querySelector<HTMLElement>('.race')?.dataset.state === 'done', { timeout: 90_000 });
    if (name === 'phone') await page.evaluate(() => document.querySelector('.race figure')!.scrollIntoView({ block: 'start', behavior: 'instant' }));
    else await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
    await new Promise((resolve) => setTimeout(resolve, 600));
    const file = `${folder}/${slug}-${name}.png`;
    await page.screenshot(file);
    console.log(file);
    await page.close();
  }
} finally {
  await browser.close();
  await site.close();
}
