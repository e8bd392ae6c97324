// What processes cost in the page, against CPython 3.14 of this machine with its spawn context: the same script (processes.py), in turns, the best of
// all rounds.
//
//   make bench-processes            or: BROWSERS=chromium ROUNDS=2 PARTS=messages,locks node tests/bench/processes.ts
//
// What has no native counterpart is the page against itself or against a figure: computing beside an idle pool, Stop.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { browsers, launch, openEngine, type Page } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { atLeast, atMost, report, told, type Row } from './report.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const PARTS = process.env.PARTS?.split(',') ?? [];
const script = 'tests/bench/processes.py';
const source = readFileSync(script, 'utf8');
type Times = Record<string, number>;

/** Without the words that make the page boot a spare before the program starts. */
const unseen = source.replace(/^import multiprocessing$/m, 'multiprocessing = __import__("multi" + "processing")')
  .replace(/^from concurrent\.futures import ProcessPoolExecutor$/m, '');

/** States in which Stop is pressed. The last line is printed when the state is reached. */
const STATES: Record<string, string> = {
  'a pool that computes': `
from multiprocessing import Pool
def work(n):
    while True: n += 1
if __name__ == "__main__":
    with Pool(2) as pool:
        results = [pool.apply_async(work, (i,)) for i in range(8)]
        print("runs")
        results[0].get()
`,
  'an executor with small tasks': `
from concurrent.futures import ProcessPoolExecutor
def work(n): return n
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as executor:
        for n in executor.map(work, range(1_000_000)):
            if n == 100: print("runs")
`,
  'a queue that stays empty': `
from multiprocessing import Process, Queue
def wait(queue): queue.get()
if __name__ == "__main__":
    queue = Queue()
    for _ in range(2): Process(target=wait, args=(queue,)).start()
    print("runs")
    queue.get()
`,
  'children that sleep': `
import time
from multiprocessing import Process
if __name__ == "__main__":
    children = [Process(target=time.sleep, args=(100,)) for _ in range(3)]
    for child in children: child.start()
    print("runs")
    for child in children: child.join()
`,
};

function native(parts: string[]): Times {
  return JSON.parse(execFileSync('src/toolchain/run', ['python3.14', script, ...parts], { encoding: 'utf8' }));
}

async function inPage(page: Page, parts: string[], program = source): Promise<Times> {
  const result = await page.evaluate((source: string, argv: string[]) => (window as any).engine.run(source, { argv, timeout: 600 }), program, parts) as
    { status: string; stdout: string; stderr: string };
  if (result.status !== 'ok') throw new Error(`${parts}: ${result.status}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** ms from Stop to ready, with two seconds before it for spares to be there. */
async function stop(page: Page, state: string): Promise<number> {
  return await page.evaluate(async (source: string) => {
    const { engine, output } = window as any;
    await engine.run('pass');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    output.length = 0;
    const running = engine.run(source);
    while (!output.join('').includes('runs')) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const since = performance.now();
    await engine.stop();
    const ms = performance.now() - since;
    await running;
    return ms;
  }, STATES[state]) as number;
}

const better = (one: Times, other: Times): Times =>
  ({ ...one, ...Object.fromEntries(Object.entries(other).filter(([, time]) => typeof time === 'number').map(([name, time]) => [name, Math.min(time, one[name] ?? Infinity)])) });

const PAGE_PARTS = ['children_ready', 'messages', 'queue_items', 'tasks', 'applies', 'locks', 'values', 'primes'];
const parts = PARTS.length ? PAGE_PARTS.filter((part) => PARTS.includes(part)) : PAGE_PARTS;
const wanted = (part: string) => !PARTS.length || PARTS.includes(part);

function rowsOf(where: string, ours: Times, theirs: Times, stops: Times): Row[] {
  const rows: Row[] = [], isFirefox = where.startsWith('firefox');
  const at = (name: string) => `${where}: ${name}`;
  const both = (name: string, factor: number, use: (ours: number, theirs: number) => Row) => {
    if (ours[name] !== undefined && theirs[name] !== undefined) rows.push(use(ours[name] * factor, theirs[name] * factor));
  };
  const below = (name: string, unit: string, factor: number, goal: number) =>
    both(name, factor, (page, there) => ({ what: at(name), ours: page, theirs: there, unit, ratio: page / there, goal: `<= ${goal} ${unit}`, met: page <= goal }));
  const ratio = (name: string, unit: string, factor: number, goal: number) => both(name, factor, (page, there) => atMost(at(name), page, there, unit, goal));
  below('first child ready', 'ms', 1e3, 300);
  below('child ready', 'ms', 1e3, 60);
  ratio('round trip', 'us', 1e6, isFirefox ? 1.2 : 1);
  for (const [name, bytes, goal] of [['one way, 64 KB', 65536, 1.5], ['one way, 1 KB', 1024, 1]] as const) {
    both(name, 1, (page, there) => atLeast(at(name), bytes / page / 1e6, bytes / there / 1e6, 'MB/s', goal));
  }
  ratio('executor.map', 'us', 1e6, 1.2);
  ratio('Pool.apply', 'us', 1e6, 1.5);
  below('Lock of multiprocessing', 'us', 1e6, 0.15);
  below('Lock of threading', 'us', 1e6, 0.3);
  ratio('Queue.put + get', 'us', 1e6, 1.5);
  both('Value += 1 with its lock', 1e6, (page, there) => told(at('Value += 1 with its lock'), page, there, 'us'));
  if (ours['primes, two processes']) {
    const [one, two] = [ours['primes, one process'], ours['primes, two processes']];
    rows.push(atLeast(at('primes, one process / two'), one, two, 's', 1.9));
    rows.push(told(at('primes, one process'), one, theirs['primes, one process'], 's'), told(at('primes, two processes'), two, theirs['primes, two processes'], 's'));
  }
  if (ours['computing beside an idle pool']) {
    rows.push(atMost(at('computing, beside an idle pool / alone'), ours['computing beside an idle pool'] * 1e3, ours.computing * 1e3, 'ms', 1.02));
  }
  for (const [state, ms] of Object.entries(stops)) {
    rows.push({ what: at(`Stop to ready: ${state}`), ours: ms, theirs: 100, unit: 'ms', ratio: ms / 100, goal: '< 100 ms', met: ms < 100 });
  }
  return rows;
}

const site = await serve('build/site', { headers: true });
const rows: Row[] = [];
for (const name of browsers.filter((each) => each !== 'webkit')) {
  const browser = await launch(name, { record: false, timeout: 600_000 });
  let [ours, theirs, stops]: Times[] = [{}, {}, {}];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const page = await openEngine(browser, site.url);       // of its own, since what is warm belongs to an engine
      if (wanted('first_child')) {
        const [first, there] = [await inPage(page, ['first_child'], unseen), native(['first_child'])];
        [ours, theirs] = [better(ours, first), better(theirs, there)];
      }
      for (const part of parts) {
        ours = better(ours, await inPage(page, [part]));
        theirs = better(theirs, native([part]));
        console.log(`${name}, round ${round + 1} of ${ROUNDS}: ${part}`);
      }
      if (wanted('computing')) {
        for (let turn = 0; turn < 3; turn++) ours = better(better(ours, await inPage(page, ['computing'])), await inPage(page, ['computing_beside']));
      }
      if (wanted('stop')) for (const state of Object.keys(STATES)) stops = better(stops, { [state]: await stop(page, state) });
      await page.close();
    }
    rows.push(...rowsOf(`${name} ${browser.version}`, ours, theirs, stops));
  } finally {
    await browser.close();
  }
}
await site.close();
console.log();
report('processes', { ours: 'Photo Finish', theirs: 'CPython 3.14, native, spawn' }, rows, { part: PARTS.length > 0 || ROUNDS < 3 });
