// Processes in the page: programs that print the same natively, the material's two, how processes die, Stop at any moment, limits.
// Where the browser cannot suspend WebAssembly, without those that need threads (queues, pools, executors and managers have some).
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/processes.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test, type TestContext } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const folder = new URL('./processes/', import.meta.url);
const ALONE = ['process', 'pipes', 'simple', 'synchronize'];
const THREADED = ['executors', 'managers', 'pools', 'queues'];

const PRIMES = `import math
import time
from concurrent.futures import ProcessPoolExecutor

NUMBERS = [10000003, 10000007, 10000009]

def is_prime(n):
    print("checking", n)
    for i in range(2, math.isqrt(n) + 1):
        if n % i == 0:
            return False
    return True

print("begin")
with ProcessPoolExecutor(max_workers=3) as executor:
    for number, prime in zip(NUMBERS, executor.map(is_prime, NUMBERS)):
        print(number, prime)
print("end")
`;

const SUMS = `import multiprocessing
import numpy as np

def chunk_sum(values, start, stop):
    return float(values[start:stop].sum())

if __name__ == "__main__":
    values = np.random.default_rng(1).random(1_000_000)
    chunks = [(values, i * 250_000, (i + 1) * 250_000) for i in range(4)]
    with multiprocessing.Pool(4) as pool:
        sums = pool.starmap(chunk_sum, chunks)
    print(len(sums), abs(sum(sums) - float(values.sum())) < 1e-6)
`;

const ORDER = `import multiprocessing, time

def work(i, lock):
    with lock:
        print("child", i, "begins")
        print("child", i, "ends")

if __name__ == "__main__":
    print("parent begins")
    lock = multiprocessing.Lock()
    for i in range(3):
        process = multiprocessing.Process(target=work, args=(i, lock))
        process.start()
        process.join()
        print("parent has joined", i)
    processes = [multiprocessing.Process(target=work, args=(i, lock)) for i in range(3, 5)]
    for process in processes: process.start()
    for process in processes: process.join()
    print("parent ends")
`;

const ECHO = `import multiprocessing

def echo(i, mine, other):
    for round in range(20):
        mine.acquire()
        print(i, round)
        other.release()

if __name__ == "__main__":
    a, b = multiprocessing.Semaphore(1), multiprocessing.Semaphore(0)
    processes = [multiprocessing.Process(target=echo, args=arguments) for arguments in [(0, a, b), (1, b, a)]]
    for process in processes: process.start()
    for process in processes: process.join()
`;

/** Programs that never end, at whose every moment Stop has to work. threads: they need some. */
const STATES: { state: string; threads: boolean; source: string }[] = [
  { state: 'a child that computes, joined', threads: false, source: `
def f():
    print("runs")
    while True: pass
if __name__ == "__main__":
    process = multiprocessing.Process(target=f)
    process.start()
    process.join()
` },
  { state: 'a child that catches everything', threads: false, source: `
def f():
    print("runs")
    while True:
        try:
            while True: time.sleep(0.001)
        except BaseException: pass
if __name__ == "__main__":
    process = multiprocessing.Process(target=f)
    process.start()
    process.join()
` },
  { state: 'a parent that computes beside children that sleep', threads: false, source: `
if __name__ == "__main__":
    processes = [multiprocessing.Process(target=time.sleep, args=(1000,)) for _ in range(3)]
    for process in processes: process.start()
    print("runs")
    while True: pass
` },
  { state: 'children that are being started again and again', threads: false, source: `
def f(): pass
if __name__ == "__main__":
    print("runs")
    while True:
        process = multiprocessing.Process(target=f)
        process.start()
        process.join()
` },
  { state: 'processes that pass a message to and fro', threads: false, source: `
def echo(connection):
    while True: connection.send(connection.recv())
if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    multiprocessing.Process(target=echo, args=(there,)).start()
    print("runs")
    while True:
        here.send(b"x" * 1000)
        here.recv()
` },
  { state: 'a parent that waits for a lock that nobody gives back', threads: false, source: `
def f(lock):
    lock.acquire()
    print("runs")
    time.sleep(1000)
if __name__ == "__main__":
    lock = multiprocessing.Lock()
    multiprocessing.Process(target=f, args=(lock,)).start()
    time.sleep(0.5)
    lock.acquire()
    lock.acquire()
` },
  { state: 'a pool at work', threads: true, source: `
def f(i):
    time.sleep(0.001)
    return i
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print("runs")
        while True: pool.map(f, range(100))
` },
  { state: 'an executor at work', threads: true, source: `
from concurrent.futures import ProcessPoolExecutor
def f(i): return sum(range(10_000))
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print("runs")
        while True: list(pool.map(f, range(100)))
` },
];

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;
    let info: { processes: boolean; threads: boolean };

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name);
      page = await browser.open(site.url + 'docs/');
      info = await page.evaluate(async (url: string) => {
        const { createEngine } = await import(url);
        const output: string[] = [];
        const engine = await createEngine({ onOutput: (stream: string, text: string) => { output.push(text); } });
        Object.assign(window, { engine, output });
        return engine.info;
      }, site.url + 'photofinish.mjs') as typeof info;
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const run = (source: string, timeout = 90) =>
      page.evaluate((source: string, timeout: number) => (window as any).engine.run(source, { timeout }), source, timeout) as Promise<any>;
    const needsThreads = (context: TestContext) => { if (!info.threads) context.skip('no threads in this browser'); return !info.threads; };

    test('the engine says that it has processes', () => {
      assert.equal(info.processes, true);
    });

    test('every program here is tested', () => {
      assert.deepEqual(readdirSync(folder).filter((file) => file.endsWith('.py')).sort(), [...ALONE, ...THREADED].map((file) => `${file}.py`).sort());
    });

    for (const each of [...ALONE, ...THREADED]) {
      test(`${each}.py prints what CPython prints`, async (context) => {
        if (THREADED.includes(each) && needsThreads(context)) return;
        const native = execFileSync('src/toolchain/run', ['python3.14', `tests/browser/processes/${each}.py`], { encoding: 'utf8' });
        const result = await run(readFileSync(new URL(`${each}.py`, folder), 'utf8'));
        assert.equal(result.stdout, native, result.stderr);
        assert.deepEqual([result.status, result.stderr], ['ok', '']);
        context.diagnostic(`${each}: ${result.seconds.toFixed(2)} s`);
      });
    }

    test("the material's example: primes in three processes, without a guard", async (context) => {
      if (needsThreads(context)) return;
      const { status, stdout, stderr, seconds } = await run(PRIMES);
      assert.equal(status, 'ok', stderr);
      const lines = stdout.trim().split('\n');
      assert.deepEqual([lines[0], lines.at(-1)], ['begin', 'end']);
      assert.deepEqual(lines.filter((line: string) => line.startsWith('checking')).sort(), ['checking 10000003', 'checking 10000007', 'checking 10000009']);
      assert.deepEqual(lines.filter((line: string) => /^\d/.test(line)), ['10000003 False', '10000007 False', '10000009 False']);
      assert.equal(stdout.match(/begin/g)!.length, 1, 'children do not run the rest again');
      context.diagnostic(`primes: ${seconds.toFixed(2)} s`);
    });

    test("the material's example: a million numbers in four chunks, with NumPy", async (context) => {
      if (needsThreads(context)) return;
      const { status, stdout, stderr, seconds } = await run(SUMS, 180);
      assert.deepEqual([status, stdout], ['ok', '4 True\n'], stderr);
      context.diagnostic(`sums: ${seconds.toFixed(2)} s`);
    });

    test('lines of several processes come in the order in which they were printed', async () => {
      const { status, stdout, stderr } = await run(ORDER);
      assert.equal(status, 'ok', stderr);
      const child = (i: number) => [`child ${i} begins`, `child ${i} ends`];
      const lines = stdout.trim().split('\n');
      assert.deepEqual(lines.slice(0, 10), ['parent begins', ...[0, 1, 2].flatMap((i) => [...child(i), `parent has joined ${i}`])]);
      assert.deepEqual([...lines.slice(10, 14)].sort(), [...child(3), ...child(4)].sort());
      assert.equal(lines[14], 'parent ends');
      if (name === 'firefox') return;         // a worker's messages wait in a queue of their own there
      const turns = await run(ECHO);
      assert.equal(turns.stdout, Array.from({ length: 20 }, (_, i) => `0 ${i}\n1 ${i}\n`).join(''), turns.stderr);
    });

    test('a child that destroys its interpreter', async () => {
      const { status, stdout, stderr } = await run(`import ctypes, multiprocessing
def wild(): ctypes.string_at(0x7fffffff)
if __name__ == "__main__":
    process = multiprocessing.Process(target=wild)
    process.start()
    process.join()
    print(process.exitcode)
`);
      assert.deepEqual([status, stdout], ['ok', '-11\n'], stderr);
    });

    test('a child that is ended while it holds a lock or has written half a message', async () => {
      const { status, stdout, stderr } = await run(`import multiprocessing, os, time
def hold(lock, connection):
    lock.acquire()
    connection.send("held")
    time.sleep(1000)
def half(connection):
    os.write(connection.fileno(), (1000).to_bytes(4) + b"x" * 10)
    os._exit(1)
if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    lock = multiprocessing.Lock()
    process = multiprocessing.Process(target=hold, args=(lock, there))
    process.start()
    print(here.recv())
    process.kill()
    process.join()
    print(process.exitcode, lock.acquire(timeout=0.05))
    reader, writer = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=half, args=(writer,))
    process.start()
    writer.close()
    process.join()
    try:
        reader.recv()
    except EOFError:
        print("EOFError", process.exitcode)
`);
      assert.deepEqual([status, stdout], ['ok', 'held\n-9 False\nEOFError 1\n'], stderr);
    });

    test('errors of a child are told on stderr, and its parent goes on', async () => {
      const { status, stdout, stderr } = await run(`import multiprocessing
def fail(): raise ValueError("on purpose")
if __name__ == "__main__":
    process = multiprocessing.Process(target=fail, name="failing")
    process.start()
    process.join()
    print(process.exitcode)
`);
      assert.deepEqual([status, stdout], ['ok', '1\n']);
      assert.match(stderr, /Process failing:\nTraceback \(most recent call last\):[\s\S]*line 2, in fail[\s\S]*ValueError: on purpose/);
    });

    test('more processes than the page allows: a clear error, and as many again when they have ended', async (context) => {
      const { status, stdout, stderr } = await run(`import multiprocessing, time
if __name__ == "__main__":
    for _ in range(2):
        processes = []
        try:
            for _ in range(100):
                process = multiprocessing.Process(target=time.sleep, args=(1000,))
                process.start()
                processes.append(process)
        except OSError as error:
            print(len(processes) >= 8, type(error).__name__, error)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
    print(multiprocessing.active_children())
`, 240);
      assert.equal(status, 'ok', stderr);
      assert.match(stdout, /^(True BlockingIOError .+\n){2}\[\]\n$/);
      context.diagnostic(stdout.split('\n')[0]);
    });

    test('what the main program leaves behind is ended with it', async () => {
      const { status, stdout } = await run(`import multiprocessing, os, time
def f():
    while True: pass
if __name__ == "__main__":
    multiprocessing.Process(target=f, daemon=True).start()
    multiprocessing.Process(target=f).start()
    print("left", flush=True)
    os._exit(3)
`);
      assert.deepEqual([status, stdout], ['exit', 'left\n']);
      assert.equal((await run('print(6 * 7)')).stdout, '42\n');
    });

    for (const { state, threads, source } of STATES) {
      test(`Stop ends ${state}, and the next program runs`, async (context) => {
        if (threads && needsThreads(context)) return;
        const { ms, ready, outcome, next } = await page.evaluate(async (source: string) => {
          const { engine, output } = window as any;
          await engine.run('pass');
          output.length = 0;
          const running = engine.run(source);
          while (!output.join('').includes('runs')) await new Promise((resolve) => setTimeout(resolve, 5));
          await new Promise((resolve) => setTimeout(resolve, 300));
          const since = performance.now();
          const stopping = engine.stop();
          await running;
          const ms = performance.now() - since;
          await stopping;
          return { ms, ready: performance.now() - since, outcome: (await running).status, next: (await engine.run('print(6 * 7)')).stdout };
        }, `import multiprocessing, time\n${source}`) as any;
        context.diagnostic(`Stop with ${state}: ended after ${ms.toFixed(0)} ms, ready after ${ready.toFixed(0)} ms`);
        assert.deepEqual([outcome, next], ['stopped', '42\n']);
      });
    }

    test('Stop at any moment of processes that start, work and end', async () => {
      const outcomes = await page.evaluate(async (threads: boolean) => {
        const { engine } = window as any, outcomes: string[] = [];
        const body = threads ? 'with multiprocessing.Pool(2) as pool: pool.map(f, range(20))'
          : 'process = multiprocessing.Process(target=f, args=(3,)); process.start(); process.join()';
        for (let i = 0; i < 8; i++) {
          const running = engine.run(`import multiprocessing
def f(i): return sum(range(10_000))
if __name__ == "__main__":
    while True:
        ${body}
`);
          await new Promise((resolve) => setTimeout(resolve, (i * 397) % 1501));
          await engine.stop();
          outcomes.push((await running).status, (await engine.run('print(6 * 7)')).stdout);
        }
        return outcomes;
      }, info.threads) as string[];
      assert.deepEqual(outcomes, Array.from({ length: 8 }, () => ['stopped', '42\n']).flat());
    });

    test('threads and processes in one program: a thread that waits for a process lets the others run', async (context) => {
      if (needsThreads(context)) return;
      const { status, stdout, stderr } = await run(`import multiprocessing, threading, time
def late(connection):
    time.sleep(0.5)
    connection.send("late")
def read(connection, got): got.append(connection.recv())
if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=late, args=(there,))
    process.start()
    got, ticks = [], 0
    reader = threading.Thread(target=read, args=(here, got))
    reader.start()
    while not got:          # computes: the reader is woken by a time slice's end
        ticks += 1
    print(ticks > 100, got)
    reader.join()
    process.join()

    async def main():
        loop = asyncio.get_running_loop()
        here, there = multiprocessing.Pipe()
        process = multiprocessing.Process(target=late, args=(there,))
        process.start()
        answer = loop.run_in_executor(None, here.recv)
        for i in range(3): await asyncio.sleep(0.01)
        print(answer.done(), await answer)
        process.join()
    import asyncio
    asyncio.run(main())
`);
      assert.deepEqual([status, stdout], ['ok', "True ['late']\nFalse late\n"], stderr);
    });

    test('a page that may not share memory says why it has no processes', async () => {
      const plain = await serve('build/site', { headers: false });
      const other = await browser.open(plain.url + 'report.schema.json');       // no script that makes the page isolated
      try {
        const { processes, result } = await other.evaluate(async (url: string) => {
          const { createEngine } = await import(url);
          const engine = await createEngine();
          const result = await engine.run('import multiprocessing\ntry:\n    multiprocessing.Lock()\nexcept OSError as error:\n    print(error)\n');
          engine.close();
          return { processes: engine.info.processes, result };
        }, plain.url + 'photofinish.mjs') as any;
        assert.equal(processes, false);
        assert.match(result.stdout, /memory that/, result.stderr);
      } finally {
        await other.close();
        await plain.close();
      }
    });
  });
}
