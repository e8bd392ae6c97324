// How processes begin and end in the page: exit codes, kills, crashes, the limit, Stop in every state, the page left in the middle. Nothing
// hangs, no worker stays behind, and the next program starts clean.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/process-lives.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addModule, browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const FLEET = 2, SPARES = 2;        // interpreters that an engine keeps: the next one and a spare; children in advance
const SEED = Number(process.env.SEED ?? 1), STOPS = Number(process.env.STOPS ?? 12);

const program = (body: string, functions = '') => `import multiprocessing, os, signal, sys, time
${functions}
if __name__ == "__main__":
${body.trim().split('\n').map((line) => `    ${line}`).join('\n')}
`;

const ENDINGS = program(`
for f in (returns, leaves, says, raises, exits, forever, asleep, stubborn):
    p = multiprocessing.Process(target=f)
    p.start()
    if f in (forever, asleep, stubborn):
        time.sleep(0.5)
        p.kill() if f is stubborn else p.terminate()
    p.join()
    print(f.__name__, p.exitcode, p.is_alive())
`, `
def returns(): return 1
def leaves(): sys.exit(4)
def says(): sys.exit("said")
def raises(): raise ValueError("in the child")
def exits(): os._exit(3)
def forever():
    while True: pass
def asleep(): time.sleep(1000)
def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        try:
            while True: pass
        except BaseException: pass
`);

/** Programs that print 'runs' and go on for ever. */
const STATES: [string, string][] = [
  ['a pool that computes', program(`
with multiprocessing.Pool(2) as pool:
    print("runs", flush=True)
    while True: pool.map(compute, [200_000] * 8)
`, 'def compute(n): return sum(i * i for i in range(n))')],
  ['a pool that sleeps', program(`
with multiprocessing.Pool(2) as pool:
    print("runs", flush=True)
    pool.map(time.sleep, [1000, 1000])
`)],
  ['children that are coming up', program(`
print("runs", flush=True)
while True:
    p = multiprocessing.Process(target=print)
    p.start()
    p.join()
`)],
  ['a main program that waits for a child', program(`
p = multiprocessing.Process(target=time.sleep, args=(1000,))
p.start()
print("runs", flush=True)
p.join()
`)],
  ['a queue that nobody fills', program(`
q = multiprocessing.SimpleQueue()
print("runs", flush=True)
q.get()
`)],
  ['a lock that a child holds', program(`
lock = multiprocessing.Lock()
p = multiprocessing.Process(target=hold, args=(lock,))
p.start()
print("runs", flush=True)
time.sleep(0.2)
lock.acquire()
`, `def hold(lock):
    lock.acquire()
    time.sleep(1000)`)],
  ['messages to and fro', program(`
here, there = multiprocessing.Pipe()
p = multiprocessing.Process(target=echo, args=(there,))
p.start()
print("runs", flush=True)
while True:
    here.send("x" * 1000)
    here.recv()
`, `def echo(there):
    while True: there.send(there.recv())`)],
  ['processes that catch everything', program(`
processes = [multiprocessing.Process(target=stubborn) for _ in range(2)]
for p in processes: p.start()
print("runs", flush=True)
stubborn()
`, `def stubborn():
    while True:
        try:
            while True: pass
        except BaseException: pass`)],
  ['children of children', program(`
p = multiprocessing.Process(target=parent)
p.start()
print("runs", flush=True)
p.join()
`, `def parent():
    p = multiprocessing.Process(target=time.sleep, args=(1000,))
    p.start()
    p.join()`)],
];

for (const name of browsers) {
  describe(name, { timeout: 900_000 }, () => {
    let site: Site, browser: Browser, page: Page;

    /** In the page: an engine as window.engine, and the workers that live as window.workers. */
    const begin = () => addModule(page, `
      const Whole = window.Worker, { createEngine } = await import(${JSON.stringify(`${site.url}photofinish.mjs`)});
      window.workers = new Set();
      window.Worker = class extends Whole {
        constructor(...parameters) { super(...parameters); window.workers.add(this); }
        terminate() { window.workers.delete(this); super.terminate(); }
      };
      window.output = [];
      window.engine = await createEngine({ onOutput: (_, text) => { window.output.push(text); } });`);
    const left = () => page.evaluate(() => (window as any).workers.size) as Promise<number>;
    const run = async (source: string, timeout = 60) => {
      const result = await page.evaluate((source: string, timeout: number) => (window as any).engine.run(source, { timeout }), source, timeout) as any;
      assert.ok(await left() <= FLEET + SPARES, 'workers stay behind');
      return result;
    };
    const again = async () => assert.equal((await run('print(6 * 7)')).stdout, '42\n');

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: 180_000 });
      page = await browser.open(site.url + 'docs/');
      await begin();
      assert.equal(await page.evaluate(() => (window as any).engine.info.processes), true);
    });
    after(async () => { await browser?.close(); await site?.close(); });

    test('exit codes and signals arrive at the parent', async () => {
      const { status, stdout, stderr } = await run(ENDINGS);
      assert.equal(stdout, `returns 0 False\nleaves 4 False\nsays 1 False\nraises 1 False\nexits 3 False\nforever -15 False\nasleep -15 False\nstubborn -9 False\n`, stderr);
      assert.equal(status, 'ok');
      assert.match(stderr, /^said$/m);
      assert.match(stderr, /ValueError: in the child/);
    });

    test('a child that destroys its interpreter ends as by SIGSEGV; the others go on', async () => {
      const { stdout, stderr } = await run(program(`
p = multiprocessing.Process(target=wild)
p.start()
p.join()
print(p.exitcode)
p = multiprocessing.Process(target=print, args=("next",))
p.start()
p.join()
print(p.exitcode)
`, `import ctypes
def wild(): ctypes.string_at(0x7fffffff)`));
      assert.match(stdout, /(^|\n)-11\nnext\n0\n$/, stderr);      // Pyodide prints where it died before that
      assert.match(stderr, /\[process \d+\] The interpreter died: /);
    });

    test('a worker of a pool that dies breaks the pool, and says so', async () => {
      const { stdout, stderr } = await run(program(`
with ProcessPoolExecutor(2) as pool:
    try:
        list(pool.map(os._exit, [1, 1]))
    except BrokenProcessPool:
        print("broken")
`, 'from concurrent.futures import ProcessPoolExecutor\nfrom concurrent.futures.process import BrokenProcessPool'));
      assert.equal(stdout, 'broken\n', stderr);
    });

    test('the main program: os._exit, a signal of its child; its children end with it', async () => {
      for (const [body, exitCode] of [
        ['p = multiprocessing.Process(target=time.sleep, args=(1000,))\np.start()\nprint("runs", flush=True)\nos._exit(5)', 5],
        ['p = multiprocessing.Process(target=kills)\np.start()\nprint("runs", flush=True)\ntime.sleep(1000)', 143],
      ] as const) {
        const result = await run(program(body, 'def kills(): os.kill(os.getppid(), signal.SIGTERM)'));
        assert.deepEqual([result.status, result.exitCode, result.stdout], ['exit', exitCode, 'runs\n'], result.stderr);
      }
      await again();
    });

    test('the limit: a clear error, and as many again when some have ended', async () => {
      const result = await run(program(`
for _ in range(2):
    processes = []
    try:
        while True:
            p = multiprocessing.Process(target=time.sleep, args=(1000,))
            p.start()
            processes.append(p)
    except OSError as error:
        print(len(processes), type(error).__name__)
    for p in processes: p.kill()
    for p in processes: p.join()
`), 120);
      const limit = Math.max(8, 2 * (await page.evaluate(() => navigator.hardwareConcurrency) as number));
      assert.equal(result.stdout, `${limit} BlockingIOError\n`.repeat(2), result.stderr);
      assert.deepEqual([result.processes.started, result.processes.most], [2 * limit, limit]);
      assert.ok(result.processes.bytes > 0);
    });

    test('processes that start processes without end: told, and over', async (context) => {
      const result = await run(program(`
bomb()
print("over")
`, `def bomb():
    processes = [multiprocessing.Process(target=bomb) for _ in range(2)]
    for p in processes: p.start()
    for p in processes: p.join()`), 120);
      assert.match(result.stderr, /BlockingIOError/);
      assert.notEqual(result.status, 'stopped', 'it hangs');
      await again();
      context.diagnostic(`${result.processes.started} started, ${result.processes.most} at once`);
    });

    for (const [state, source] of STATES) {
      test(`Stop ends ${state}, and the next program runs`, async (context) => {
        const { ms, ready, status } = await page.evaluate(async (source: string) => {
          const { engine, output } = window as any;
          await engine.run('pass');
          await new Promise((resolve) => setTimeout(resolve, 1500));       // a spare has booted
          output.length = 0;
          const running = engine.run(source);
          while (!output.join('').includes('runs')) await new Promise((resolve) => setTimeout(resolve, 5));
          await new Promise((resolve) => setTimeout(resolve, 300));
          const since = performance.now(), stopping = engine.stop();
          const { status } = await running;
          const ms = performance.now() - since;
          await stopping;
          return { ms, ready: performance.now() - since, status };
        }, source) as any;
        context.diagnostic(`Stop with ${state}: ended after ${ms.toFixed(0)} ms, ready after ${ready.toFixed(0)} ms`);
        assert.equal(status, 'stopped');
        assert.ok(await left() <= FLEET + SPARES, 'workers stay behind');
        await again();
      });
    }

    test(`Stop at ${STOPS} moments of a pool's life`, async (context) => {
      context.diagnostic(`SEED=${SEED}`);
      let random = SEED;
      for (let i = 0; i < STOPS; i++) {
        random = (random * 1103515245 + 12345) % 2 ** 31;
        const outcome = await page.evaluate(async (source: string, ms: number) => {
          const { engine } = window as any;
          const running = engine.run(source);
          await new Promise((resolve) => setTimeout(resolve, ms));
          await engine.stop();
          return (await running).status;
        }, program(`
while True:
    with multiprocessing.Pool(2) as pool:
        pool.map(abs, range(100))
        pool.map(compute, [10_000] * 8, chunksize=1)
`, 'def compute(n): return sum(range(n))'), random % 2000);
        assert.equal(outcome, 'stopped');
        assert.ok(await left() <= FLEET + SPARES, 'workers stay behind');
        if (i % 4 === 3) await again();
      }
    });

    test('a program that ends while its daemons run: they end with it', async () => {
      const result = await run(program(`
for _ in range(3): multiprocessing.Process(target=time.sleep, args=(1000,), daemon=True).start()
print("over")
`));
      assert.deepEqual([result.status, result.stdout], ['ok', 'over\n'], result.stderr);
    });

    test('a race of lanes with processes', async () => {
      const { report, message } = await page.evaluate((source: string) => (window as any).engine.race({ source }, { budget: 2, seed: 1 }).then(
        (report: object) => ({ report }), (error: Error) => ({ message: `${error.name}: ${error.message}` })), `# %% parameters
n = 4
# %% setup
import multiprocessing
pool = multiprocessing.Pool(2)
items = [20_000] * n
def compute(count):
    return sum(i * i for i in range(count))
# %% lane idiom: one after another
def one_after_another(items):
    return [compute(item) for item in items]
# %% lane better: processes
def processes(items):
    return pool.map(compute, items, chunksize=1)
`) as any;
      assert.ok(report, message);
      assert.deepEqual(report.lanes.map((lane: any) => [lane.id, lane.error]), [['one_after_another', undefined], ['processes', undefined]]);
      assert.equal(report.equal, true);
      assert.ok(await left() <= FLEET + SPARES, 'workers stay behind');
    });

    test('the page reloaded in the middle: it starts afresh', async () => {
      for (const [, source] of STATES.slice(0, 3)) {
        await page.evaluate((source: string) => { void (window as any).engine.run(source); }, source);
        await page.waitFor(() => (window as any).output.join('').includes('runs'));
        await page.reload();
        await begin();
        await again();
      }
    });

    test('an engine that is closed in the middle: no worker lives', async () => {
      const message = await page.evaluate(async (source: string) => {
        const { engine, output, workers } = window as any;
        output.length = 0;
        const running = engine.run(source).catch((error: Error) => error.name);
        while (!output.join('').includes('runs')) await new Promise((resolve) => setTimeout(resolve, 5));
        engine.close();
        const name = await running;
        await new Promise((resolve) => setTimeout(resolve, 2000));      // what was booting comes up, and is ended
        return [name, workers.size];
      }, STATES[0][1]);
      assert.deepEqual(message, ['ClosedError', 0]);
    });

    test('a page that may not share memory: an error that says so', async () => {
      const plain = await serve('build/site', { headers: false });
      const other = await browser.open(plain.url + 'report.schema.json');       // no script that makes the page isolated
      try {
        const { processes, result } = await other.evaluate(async (url: string, source: string) => {
          const { createEngine } = await import(url);
          const engine = await createEngine();
          const result = await engine.run(source);
          engine.close();
          return { processes: engine.info.processes, result };
        }, plain.url + 'photofinish.mjs', program('multiprocessing.Process(target=print).start()')) as any;
        assert.deepEqual([processes, result.status], [false, 'exception']);
        assert.match(result.stderr, /OSError: .*memory/);
      } finally {
        await other.close();
        await plain.close();
      }
    });
  });
}
