// Minutes of mixed work in one page: races of lessons, of threads and of processes, programs with pools and shared memory, NumPy, Stop in between. Everything
// has to go right, and the browser's memory to stay where it was after the first rounds.
//
//   make soak MINUTES=10            or: BROWSERS=firefox MINUTES=2 node tests/bench/soak.ts
import { readdirSync, readFileSync } from 'node:fs';
import { browsers, launch, openEngine, type Page } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { median, report, type Row } from './report.ts';

const MINUTES = Number(process.env.MINUTES ?? 10);
const FLAT = 1.1;

const LANES = `# %% parameters
n = 60_000
# %% setup
import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def count(begin, end):
    return sum(all(i % d for d in range(2, math.isqrt(i) + 1)) for i in range(max(begin, 2), end))
def halves(n):
    return [0, n // 2], [n // 2, n]
# %% lane idiom: one after another
def one(n):
    return count(0, n)
# %% lane better: threads
def threads(n):
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(count, *halves(n)))
# %% lane parallel: processes
def processes(n):
    with ProcessPoolExecutor(2) as pool:
        return sum(pool.map(count, *halves(n)))
`;

const POOL = `
from multiprocessing import Pool, Manager
def square(i): return i * i
if __name__ == "__main__":
    with Pool(3) as pool, Manager() as manager:
        shared = manager.dict((i, i) for i in range(50))
        print(sum(pool.imap_unordered(square, range(2000), chunksize=7)) + len(shared))
`;

const SHARED = `
import array
from multiprocessing import Process, Value
from multiprocessing.shared_memory import SharedMemory
from photofinish import kernels
def fill(name, n, part, total):
    block = SharedMemory(name)
    numbers = block.buf[:8 * n].cast("q")
    for i in range(part, n, 2): numbers[i] = i
    del numbers
    with total.get_lock(): total.value += part
    block.close()
if __name__ == "__main__":
    n, total = 100_000, Value("q", 0)
    block = SharedMemory(create=True, size=8 * n)
    children = [Process(target=fill, args=(block.name, n, part, total)) for part in range(2)]
    for child in children: child.start()
    for child in children: child.join()
    numbers = block.buf[:8 * n].cast("q")
    print(kernels.sum(numbers) == n * (n - 1) // 2, total.value)
    del numbers
    block.close()
    block.unlink()
`;

const NUMPY = 'import numpy as np\nprint(int(np.sort(np.arange(100_000)[::-1])[7]))\n';

const ENDLESS = `
from multiprocessing import Pool
def work(i):
    while True: i += 1
if __name__ == "__main__":
    with Pool(3) as pool: pool.map(work, range(6))
`;

/** Each throws where something is wrong. */
const jobs: Record<string, (page: Page) => Promise<unknown>> = {
  pool: (page) => program(page, POOL, '2664667050\n'),
  'shared memory': (page) => program(page, SHARED, 'True 1\n'),
  numpy: (page) => program(page, NUMPY, '7\n'),
  'lanes of processes': (page) => race(page, { source: LANES }),
  'stop': (page) => page.evaluate(async (source: string) => {
    const { engine } = window as any, running = engine.run(source);
    await new Promise((resolve) => setTimeout(resolve, 500 + 1500 * Math.random()));
    await engine.stop();
    const { status } = await running;
    if (status !== 'stopped') throw new Error(`Stop: ${status}`);
  }, ENDLESS),
  ...Object.fromEntries(readdirSync('lessons', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map(({ name }) => [`lesson ${name}`, (page: Page) => race(page, { lesson: name })])),
};

async function program(page: Page, source: string, prints: string): Promise<void> {
  const result = await page.evaluate((source: string) => (window as any).engine.run(source, { timeout: 120 }), source) as any;
  if (result.stdout !== prints) throw new Error(`${result.status}: ${result.stdout}${result.stderr}`);
}

async function race(page: Page, what: object): Promise<void> {
  const lanes = await page.evaluate(async (what: object) => {
    const { equal, lanes } = await (window as any).engine.race(what, { budget: 2 });
    return { equal, errors: lanes.map((lane: any) => lane.error).filter(Boolean) };
  }, what) as { equal: boolean; errors: unknown[] };
  if (!lanes.equal || lanes.errors.length) throw new Error(JSON.stringify(lanes));
}

/** MiB of all processes that descend from this one: the browser's. What several share counts once in all. */
function memory(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1]));
    } catch { /* it has ended meanwhile */ }
  }
  const descends = (pid: number): boolean => { const parent = parents.get(pid); return parent === process.pid || (parent !== undefined && parent > 1 && descends(parent)); };
  let kib = 0;
  for (const pid of parents.keys()) {
    try {
      if (descends(pid)) kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch { /* as above */ }
  }
  return kib / 1024;
}

const site = await serve('build/site', { headers: true });
const rows: Row[] = [];
for (const name of browsers.filter((each) => each !== 'webkit')) {
  const browser = await launch(name, { record: false, timeout: 240_000 });
  try {
    const page = await openEngine(browser, site.url);
    const until = performance.now() + MINUTES * 60_000, levels: number[] = [];
    let done = 0;
    while (performance.now() < until || levels.length < 4) {
      for (const [job, run] of Object.entries(jobs)) {
        await run(page).catch((error: Error) => { throw new Error(`${name}, round ${levels.length + 1}, ${job}: ${error.message}`); });
        done++;
      }
      levels.push(memory());
      console.log(`${name}: round ${levels.length}, ${done} runs and races, ${levels.at(-1)!.toFixed(0)} MiB`);
    }
    // The first round loads everything; then halves are compared.
    const after = levels.slice(1), middle = Math.ceil(after.length / 2);
    const [early, late] = [median(after.slice(0, middle)), median(after.slice(middle))];
    rows.push({ what: `${name} ${browser.version}: ${done} runs and races in ${MINUTES} min; memory, second half / first`, ours: late, theirs: early, unit: 'MiB', ratio: late / early,
      goal: `<= ${FLAT}`, met: late / early <= FLAT });
  } finally {
    await browser.close();
  }
}
await site.close();
console.log();
report('soak', { ours: 'later', theirs: 'earlier' }, rows, { part: MINUTES < 10 });
