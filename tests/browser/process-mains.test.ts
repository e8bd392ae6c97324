// The main program as processes of the page get it: scripts without a guard, with one in the wrong place, the lanes of a race; and what
// every process has of its own.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/process-mains.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, openEngine, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const SHARED = `from multiprocessing import Lock, Process, Value
def make(n): return {i: i * i for i in range(n)}
counter, lock, table = Value("i", 0), Lock(), make(5)
def work(times):
    for _ in range(times):
        with lock:
            counter.value += table[2]
processes = [Process(target=work, args=(50,)) for _ in range(3)]
for process in processes: process.start()
for process in processes: process.join()
print(counter.value, [process.exitcode for process in processes])
`;

const OUTSIDE = `import multiprocessing
pool = multiprocessing.Pool(2)
print(pool.map(abs, [1]))
if __name__ == "__main__":
    print("never")
`;

const OWN = `import multiprocessing, os, random, tempfile, uuid
import numpy as np
def draw(_):
    return random.random(), np.random.random(), uuid.uuid4(), os.path.basename(tempfile.mktemp()), os.getpid()
if __name__ == "__main__":
    with multiprocessing.Pool(3) as pool:
        drawn = pool.map(draw, range(12), chunksize=1)
    print([len(set(column)) for column in list(zip(*drawn))[:4]], os.getpid() not in {row[4] for row in drawn}, os.cpu_count() == multiprocessing.cpu_count())
`;

const LANES = `# %% parameters
n = 5
# %% setup
numbers = list(range(n))
table = {number: number * n for number in numbers}
def look_up(number):
    return table[number] + n
# %% lane idiom: one process
def one(numbers):
    return [look_up(number) for number in numbers]
# %% lane better: does not compile
def broken(numbers)
    return 1
# %% lane parallel: processes
from concurrent.futures import ProcessPoolExecutor
def several(numbers):
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(look_up, numbers))
`;

for (const name of browsers) {
  describe(name, { timeout: 600_000 }, () => {
    let site: Site, browser: Browser, page: Page;
    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name);
      page = await openEngine(browser, site.url);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    const run = (source: string): Promise<{ status: string; stdout: string; stderr: string }> =>
      page.evaluate((source: string) => (window as any).engine.run(source), source) as Promise<any>;

    test('variables that functions read have the parent\'s values, shared ones are shared', async () => {
      const { status, stdout, stderr } = await run(SHARED);
      assert.deepEqual([status, stdout], ['ok', '600 [0, 0, 0]\n']);
      assert.match(stderr, /^\[main\.py starts processes and has no `if __name__ == "__main__":`.*\]\n$/);
    });

    test('a pool outside of the guard is told, and ends', async () => {
      const { status, stderr } = await run(OUTSIDE);
      assert.equal(status, 'exception', stderr);
      assert.match(stderr, /An attempt has been made to start a new process before/);
      assert.match(stderr.trimEnd().split('\n').at(-1)!, /StartError: \d+ processes ended before they began/);
    });

    test('every process draws numbers of its own', async () => {
      const { status, stdout, stderr } = await run(OWN);
      assert.deepEqual([status, stdout, stderr], ['ok', '[12, 12, 12, 12] True True\n', '']);
    });

    test('lanes start processes that have their functions, with the parameters of the race', async () => {
      const { equal, lanes } = await page.evaluate((source: string) => (window as any).engine.race({ source }, { params: { n: 8 }, budget: 1 }), LANES) as any;
      assert.equal(equal, true);
      assert.deepEqual(lanes.map((lane: any) => [lane.id, Boolean(lane.error)]), [['one', false], ['broken', true], ['several', false]]);
    });
  });
}
