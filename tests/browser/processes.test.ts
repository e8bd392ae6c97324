// Processes in the page: programs that print the same natively, the material's two, the order of their output, threads beside them. How
// processes begin and end, limits and Stop are in process-lives.test.ts. Where the browser cannot suspend WebAssembly, without what needs
// threads.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/processes.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, openEngine, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const folder = new URL('./processes/', import.meta.url);
const PROGRAMS = ['executors', 'managers', 'pipes', 'pools', 'process', 'queues', 'simple', 'synchronize'];

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

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;
    let info: { processes: boolean; threads: boolean };

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: 300_000 });       // a page's answer; a program has less
      page = await openEngine(browser, site.url);
      info = await page.evaluate(() => (window as any).engine.info) as typeof info;
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const run = (source: string, timeout = 250) =>
      page.evaluate((source: string, timeout: number) => (window as any).engine.run(source, { timeout }), source, timeout) as Promise<any>;

    test('the engine says that it has processes', () => {
      assert.equal(info.processes, true);
    });

    test('every program here is tested', () => {
      assert.deepEqual(readdirSync(folder).filter((file) => file.endsWith('.py')).sort(), PROGRAMS.map((file) => `${file}.py`));
    });

    for (const each of PROGRAMS) {
      test(`${each}.py prints what CPython prints`, async (context) => {
        const native = execFileSync('src/toolchain/run', ['python3.14', `tests/browser/processes/${each}.py`], { encoding: 'utf8' });
        const result = await run(readFileSync(new URL(`${each}.py`, folder), 'utf8'));
        assert.equal(result.stdout, native, result.stderr);
        assert.deepEqual([result.status, result.stderr], ['ok', '']);
        context.diagnostic(`${each}: ${result.seconds.toFixed(2)} s`);
      });
    }

    test("the material's example: primes in three processes, without a guard", async (context) => {
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
      const { status, stdout, stderr, seconds } = await run(SUMS);
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
    except OSError as error:
        print(error, process.exitcode)
`);
      assert.deepEqual([status, stdout], ['ok', 'held\n-9 False\ngot end of file during message 1\n'], stderr);
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

    test('threads and processes in one program: a thread that waits for a process lets the others run', async (context) => {
      if (!info.threads) return context.skip('no threads in this browser');
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
  });
}
