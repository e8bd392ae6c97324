// What threads cost in the page, against CPython 3.14 of this machine: the same script (threads.py), in turns, the best of all rounds.
//
//   make bench-threads            or: BROWSERS=chromium ROUNDS=2 node tests/bench/threads.ts
//
// Goals are absolute: what threads cost natively differs much between machines and kernels. The last row is the page against itself:
// computing while another thread waits, so that time slices are on, against computing without threads.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { browsers, launch, type Page } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { report, type Row } from './report.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const script = 'tests/bench/threads.py';
const source = readFileSync(script, 'utf8');
type Times = Record<string, number>;

/** Each measure's goal and unit: seconds times the factor; null: none was set. */
const MEASURES: [name: string, goal: number | null, unit: string, factor: number][] = [
  ['start and join', 72, 'us', 1e6], ['100k lock hand-offs', 0.7, 's', 1], ['100k items, SimpleQueue', 0.2, 's', 1], ['100k items, Queue', null, 's', 1],
  ['1000 live threads', 0.2, 's', 1], ['Lock, uncontended', 0.3, 'us', 1e6], ['RLock, uncontended', 0.3, 'us', 1e6], ['with Lock', null, 'us', 1e6],
  ['executor.map, a task', null, 'us', 1e6],
];
const OVERHEAD = 1.02;

const native = (): Times => JSON.parse(execFileSync('src/toolchain/run', ['python3.14', script], { encoding: 'utf8' }));
const inPage = async (page: Page): Promise<Times> => {
  const result = await page.evaluate((source: string) => (window as any).engine.run(source), source) as { stdout: string; stderr: string };
  if (result.stderr) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
};

const better = (one: Times | null, other: Times): Times =>
  Object.fromEntries(Object.entries(other).map(([name, time]) => [name, typeof time === 'number' ? Math.min(time, one?.[name] ?? Infinity) : time]));

const site = await serve('build/site', { headers: true });
const rows: Row[] = [];
for (const name of browsers.filter((each) => each !== 'webkit')) {
  const browser = await launch(name, { record: false });
  try {
    const page = await browser.open(site.url + 'docs/');
    await page.evaluate(async (url: string) => {
      const { createEngine } = await import(url);
      (window as any).engine = await createEngine();
    }, site.url + 'photofinish.mjs');
    let ours: Times | null = null, theirs: Times | null = null;
    for (let round = 0; round < ROUNDS; round++) {
      ours = better(ours, await inPage(page));
      theirs = better(theirs, native());
      console.log(`${name}, round ${round + 1} of ${ROUNDS}`);
    }
    for (const [measure, goal, unit, factor] of MEASURES) {
      const [page, there] = [ours![measure]! * factor, theirs![measure]! * factor];
      rows.push({ what: `${name} ${browser.version}: ${measure}`, ours: page, theirs: there, unit, ratio: page / there,
        goal: goal === null ? null : `<= ${goal} ${unit}`, met: goal === null ? null : page <= goal });
    }
    const [beside, alone] = [ours!['computing, beside a thread that waits']! * 1e3, ours!['computing, alone']! * 1e3];
    rows.push({ what: `${name} ${browser.version}: computing, time slices on / off`, ours: beside, theirs: alone, unit: 'ms', ratio: beside / alone,
      goal: `<= ${OVERHEAD}`, met: beside / alone <= OVERHEAD });
  } finally {
    await browser.close();
  }
}
await site.close();
console.log();
report('threads', { ours: 'Photo Finish', theirs: 'CPython 3.14, native' }, rows);
