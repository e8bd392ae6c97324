// How long until Python runs, against a bare loadPyodide in a worker: same browser, same run, cold and warm HTTP cache.
//
//   make bench-boot            or: BROWSERS=chromium ROUNDS=5 node tests/bench/boot.ts
//
// Both sides are timed in the page, from the start of the import to the first Python that could run. Ours includes starting the
// kernels' threads. Cold: a browser that has never seen the site; warm: the same browser, third visit. Rounds alternate.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { browsers, launch, type Page } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { atMost, median, report, type Row } from './report.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const GOAL = 0.4;
const bare = 'build/bench/bare';

mkdirSync(bare, { recursive: true });
cpSync('build/node_modules/pyodide', `${bare}/pyodide`, { recursive: true });
writeFileSync(`${bare}/index.html`, '<!doctype html><html lang="en"><title>bare</title>');
writeFileSync(`${bare}/worker.mjs`, `import { loadPyodide } from './pyodide/pyodide.mjs';
const pyodide = await loadPyodide({ indexURL: new URL('./pyodide/', import.meta.url).href });
pyodide.runPython('1');
postMessage('ready');
`);

/** Milliseconds to a bare interpreter. */
const timeBare = (page: Page) => page.evaluate(async () => {
  const since = performance.now();
  const worker = new Worker('./worker.mjs', { type: 'module' });
  await new Promise((resolve, reject) => { worker.onmessage = resolve; worker.onerror = (event) => reject(new Error(event.message)); });
  const ms = performance.now() - since;
  worker.terminate();
  return ms;
});

/** Milliseconds to our engine. */
const timeOurs = (page: Page) => page.evaluate(async () => {
  const since = performance.now();
  const { createEngine } = await import(new URL('../photofinish.mjs', location.href).href);
  const engine = await createEngine();
  const ms = performance.now() - since;
  engine.close();
  return ms;
});

const sides = [
  { name: 'bare', site: await serve(bare, { headers: true }), path: '', time: timeBare },
  { name: 'ours', site: await serve('build/site', { headers: true }), path: 'docs/', time: timeOurs },
] as const;

const rows: Row[] = [];
for (const name of browsers) {
  const times = { bare: { cold: [] as number[], warm: [] as number[] }, ours: { cold: [] as number[], warm: [] as number[] } };
  let version = '';
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 ? [...sides].reverse() : sides) {
      const browser = await launch(name, { record: false });
      try {
        const page = await browser.open(side.site.url + side.path);
        version = browser.version;
        const visits = [await side.time(page)];
        for (let visit = 1; visit < 3; visit++) {
          await new Promise((resolve) => setTimeout(resolve, 1500));        // what the browser writes to its caches
          await page.reload();
          visits.push(await side.time(page));
        }
        times[side.name].cold.push(visits[0]);
        times[side.name].warm.push(visits[2]);
      } finally {
        await browser.close();
      }
    }
    console.log(`${name}, round ${round + 1} of ${ROUNDS}: ours ${times.ours.cold.at(-1)!.toFixed(0)} cold, ${times.ours.warm.at(-1)!.toFixed(0)} warm; `
      + `bare ${times.bare.cold.at(-1)!.toFixed(0)} cold, ${times.bare.warm.at(-1)!.toFixed(0)} warm (ms)`);
  }
  for (const cache of ['cold', 'warm'] as const) {
    rows.push(atMost(`${name} ${version}, ${cache} cache`, median(times.ours[cache]), median(times.bare[cache]), 'ms', GOAL));
  }
}
console.log();
report('boot', { ours: 'Photo Finish', theirs: 'bare loadPyodide' }, rows);
for (const side of sides) await side.site.close();
