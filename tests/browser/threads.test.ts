// Threads in the page: programs that print the same natively, the material's example, deadlocks, Stop, limits, races with threads. Where the
// browser cannot suspend WebAssembly: a clear error, and everything else as before.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/threads.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const folder = new URL('./threads/', import.meta.url);
const NATIVE = ['asynchronous', 'endings', 'executors', 'primitives', 'queues', 'stress', 'turns'];     // print the same on CPython 3.14
const program = (name: string) => readFileSync(new URL(`${name}.py`, folder), 'utf8');

const MATERIAL = `import time
from concurrent.futures import ThreadPoolExecutor

def wait(n):
    print("start", n)
    time.sleep(2)
    print("end", n)
    return n

with ThreadPoolExecutor(max_workers=3) as executor:
    for result in executor.map(wait, range(3)):
        print("result", result)
`;

const DEADLOCK = `import threading
import time

a, b = threading.Lock(), threading.RLock()

def forth():
    with a:
        time.sleep(0.02)
        with b:
            pass

def back():
    with b:
        time.sleep(0.02)
        with a:
            pass

threads = [threading.Thread(target=forth, name="forth"), threading.Thread(target=back, name="back")]
for thread in threads:
    thread.start()
threads[0].join()
`;

const STATES: [string, string][] = [
  ['a thread that computes, and a main thread that waits for it', `import threading
def f():
    while True: pass
t = threading.Thread(target=f)
t.start()
print("runs")
t.join()
`],
  ['all threads computing', `import threading
def f():
    while True: pass
for _ in range(3): threading.Thread(target=f).start()
print("runs")
f()
`],
  ['all threads sleeping', `import threading, time
for _ in range(3): threading.Thread(target=time.sleep, args=(60,)).start()
print("runs")
time.sleep(60)
`],
  ['a main thread at a lock', `import threading, time
lock = threading.Lock()
lock.acquire()
threading.Thread(target=time.sleep, args=(60,)).start()
print("runs")
lock.acquire()
`],
  ['a pool at work', `import time
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    print("runs")
    list(pool.map(lambda i: time.sleep(0.01), range(100_000)))
`],
  ['threads that hand something to and fro', `import queue, threading
there, back = queue.Queue(), queue.Queue()
def echo():
    while True: back.put(there.get())
threading.Thread(target=echo).start()
print("runs")
while True:
    there.put(1)
    back.get()
`],
  ['threads that catch everything', `import threading
def stubborn():
    while True:
        try:
            while True: pass
        except BaseException: pass
threading.Thread(target=stubborn).start()
print("runs")
stubborn()
`],
];

const LANES = `# %% parameters
n = 4
# %% setup
import time
items = list(range(n))
# %% lane idiom: one after another
def one_after_another(items):
    results = []
    for item in items:
        time.sleep(0.002)
        results.append(item * item)
    return results
# %% lane better: threads
from concurrent.futures import ThreadPoolExecutor
def threads(items):
    def one(item):
        time.sleep(0.002)
        return item * item
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, items))
`;

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;
    let threads = false;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name);
      page = await browser.open(site.url + 'docs/');
      threads = await page.evaluate(async (url: string) => {
        const { createEngine } = await import(url);
        const output: string[] = [];
        const engine = await createEngine({ onOutput: (stream: string, text: string) => { output.push(text); } });
        Object.assign(window, { engine, output });
        return engine.info.threads;
      }, site.url + 'photofinish.mjs') as boolean;
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const run = (source: string) => page.evaluate((source: string) => (window as any).engine.run(source, { timeout: 120 }), source) as Promise<any>;

    test('the engine says whether it has threads', () => {
      assert.equal(threads, name !== 'webkit');
    });

    test('every program here is tested', () => {
      assert.deepEqual(readdirSync(folder).filter((file) => file.endsWith('.py')).sort(), [...NATIVE, 'signals'].map((file) => `${file}.py`).sort());
    });

    for (const each of NATIVE) {
      test(`${each}.py prints what CPython prints`, async (context) => {
        if (!threads) return context.skip('no threads in this browser');
        const native = execFileSync('src/toolchain/run', ['python3.14', `tests/browser/threads/${each}.py`], { encoding: 'utf8' });
        const result = await run(program(each));
        assert.deepEqual([result.status, result.stderr], ['ok', '']);
        assert.equal(result.stdout, native);
      });
    }

    // Native waits are not ended by interrupt_main(), which only marks a signal as having come: here they are.
    test('the main thread runs signal handlers, also while it waits', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const result = await run(program('signals'));
      assert.deepEqual([result.status, result.stderr], ['ok', '']);
      assert.equal(result.stdout, `[True]
signal only works in main thread of the main interpreter
False [True, True]
${'KeyboardInterrupt\n'.repeat(5)}ignored True
`);
    });

    test("the material's example: three waits at the same time, lines as they come", async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const { result, early } = await page.evaluate(async (source: string) => {
        const { engine, output } = window as any;
        output.length = 0;
        const running = engine.run(source);
        const printed = async (line: string) => { while (!output.join('').includes(line)) await new Promise((resolve) => setTimeout(resolve, 5)); };
        await printed('start 2');
        const early = output.join('');
        return { result: await running, early };
      }, MATERIAL) as any;
      assert.equal(result.status, 'ok', result.stderr);
      assert.equal(early, 'start 0\nstart 1\nstart 2\n', 'all three began, were shown, and none had ended');
      assert.match(result.stdout, /^start 0\nstart 1\nstart 2\n(end \d\n|result \d\n){6}$/);
      assert.deepEqual(result.stdout.match(/result \d/g), ['result 0', 'result 1', 'result 2']);
      context.diagnostic(`three waits of 2 s: ${result.seconds.toFixed(2)} s`);
    });

    test('a deadlock names threads, locks and lines', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const { status, stderr } = await run(DEADLOCK);
      assert.equal(status, 'exception');
      assert.match(stderr, /line 21, in <module>\n {4}threads\[0\]\.join\(\)/);
      const said = stderr.slice(stderr.indexOf('photofinish.threads.DeadlockError'));
      assert.match(said, /MainThread waits for the end of forth, line 21 of main\.py, in <module>: threads\[0\]\.join\(\)/);
      assert.match(said, /forth waits for <locked _thread\.RLock object owner=\d+ count=1 at [^>]+>, which back holds, line 9 of main\.py/);
      assert.match(said, /line 9 of main\.py, in forth: with b:/);
      assert.match(said, /back waits for <locked _thread\.lock object at [^>]+>, line 15 of main\.py, in back: with a:/);
      assert.equal(stderr.match(/DeadlockError/g)!.length, 1, 'told once');
      for (const alone of ['lock.acquire()\nlock.acquire()', 'threading.Event().wait()', 'queue.Queue().get()', 'queue.SimpleQueue().get()']) {
        const { stderr } = await run(`import threading, queue\nlock = threading.Lock()\n${alone}`);
        assert.match(stderr, /DeadlockError: no thread can ever go on:\n {2}MainThread waits for /, alone);
      }
      const caught = await run(`import threading
from photofinish.threads import DeadlockError
lock = threading.Lock()
lock.acquire()
try:
    lock.acquire()
except DeadlockError:
    print("caught")
lock.release()
print(lock.acquire())
`);
      assert.equal(caught.stdout, 'caught\nTrue\n', caught.stderr);
    });

    for (const [state, source] of STATES) {
      test(`Stop ends ${state}, and the next program runs`, async (context) => {
        if (!threads) return context.skip('no threads in this browser');
        const { ms, ready, outcome, next } = await page.evaluate(async (source: string) => {
          const { engine, output } = window as any;
          await engine.run('pass');
          await new Promise((resolve) => setTimeout(resolve, 1500));       // a spare has booted
          output.length = 0;
          const running = engine.run(source);
          while (!output.join('').includes('runs')) await new Promise((resolve) => setTimeout(resolve, 5));
          await new Promise((resolve) => setTimeout(resolve, 50));
          const since = performance.now();
          const stopping = engine.stop();
          await running;
          const ms = performance.now() - since;
          await stopping;
          return { ms, ready: performance.now() - since, outcome: (await running).status, next: (await engine.run('print(6 * 7)')).stdout };
        }, source) as any;
        context.diagnostic(`Stop with ${state}: ended after ${ms.toFixed(0)} ms, ready after ${ready.toFixed(0)} ms`);
        assert.deepEqual([outcome, next], ['stopped', '42\n']);
      });
    }

    test('1024 threads, then a clear error, then as many again', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const result = await run(`import threading
for _ in range(2):
    gate = threading.Event()
    threads = []
    try:
        while True:
            thread = threading.Thread(target=gate.wait)
            thread.start()
            threads.append(thread)
    except RuntimeError as error:
        print(len(threads), threading.active_count(), error)
    gate.set()
    for thread in threads:
        thread.join()
    print(threading.active_count())
`);
      assert.equal(result.stdout, "1024 1025 can't start new thread: as many are alive as this page allows, 1024\n1\n".repeat(2), result.stderr);
    });

    test('threads give back the memory they took', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const result = await run(`import gc, sys, threading
import _photofinish
def some(count):
    for _ in range(count // 10):
        threads = [threading.Thread(target=lambda: sys.getrefcount(threading.local())) for _ in range(10)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
some(500)
gc.collect()
before = _photofinish.heap_bytes()
some(5000)
print(_photofinish.heap_bytes() - before, threading.active_count(), len(sys._current_frames()))
`);
      assert.equal(result.stdout, '0 1 1\n', result.stderr);
    });

    test('Stop at any moment of a pool at work', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const outcomes = await page.evaluate(async () => {
        const { engine } = window as any;
        const outcomes: string[] = [];
        for (let i = 0; i < 10; i++) {
          const running = engine.run(`import time
from concurrent.futures import ThreadPoolExecutor
while True:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: time.sleep(0.001) if i % 3 else sum(range(10_000)), range(40)))
`);
          await new Promise((resolve) => setTimeout(resolve, (i * 37) % 101));
          await engine.stop();
          outcomes.push((await running).status, (await engine.run('print(6 * 7)')).stdout);
        }
        return outcomes;
      }) as string[];
      assert.deepEqual(outcomes, Array.from({ length: 10 }, () => ['stopped', '42\n']).flat());
    });

    test('a thread that recurses too deeply gets RecursionError', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const result = await run(`import sys, threading
sys.setrecursionlimit(10**6)
class Nested:
    def __init__(self, depth): self.depth = depth
    def __repr__(self): return repr(Nested(self.depth - 1)) if self.depth else "end"
def deep():
    print(repr(Nested(200)))
    try: repr(Nested(10**5))
    except RecursionError: print("RecursionError")
thread = threading.Thread(target=deep)
thread.start()
thread.join()
`);
      assert.equal(result.stdout, 'end\nRecursionError\n', result.stderr);
    });

    test('a race of lanes with threads', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const { report, message } = await page.evaluate((source: string) => (window as any).engine.race({ source }, { budget: 2, seed: 1 }).then(
        (report: object) => ({ report }), (error: Error) => ({ message: `${error.name}: ${error.message}` })), LANES) as any;
      assert.ok(report, message);
      assert.deepEqual(report.lanes.map((lane: any) => [lane.id, lane.error]), [['one_after_another', undefined], ['threads', undefined]]);
      assert.equal(report.equal, true);
    });

    test('ctypes that call back into Python do not end the interpreter', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const result = await run(`import ctypes, threading, time
lock = threading.Lock()
lock.acquire()
@ctypes.CFUNCTYPE(ctypes.c_int)
def callback():
    try:
        lock.acquire()
    except RuntimeError as error:
        print(error)
    time.sleep(0.01)
    return 7
threading.Timer(0.001, lock.release).start()
print(callback(), lock.acquire())
`);
      assert.match(result.stdout, /^cannot wait here: JavaScript or ctypes called this function, .*\n7 True\n$/, result.stderr);
    });

    test('a thread that destroys the interpreter: told, and the next program runs', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const died = await run('import ctypes, threading\nthread = threading.Thread(target=ctypes.string_at, args=(0x7fffffff,))\nthread.start()\nthread.join()');
      assert.equal(died.status, 'crashed', JSON.stringify(died));
      assert.equal((await run('print("again")')).stdout, 'again\n');
    });

    test('a page that may not share memory has threads all the same', async (context) => {
      if (!threads) return context.skip('no threads in this browser');
      const plain = await serve('build/site', { headers: false });
      const other = await browser.open(plain.url + 'report.schema.json');       // no script that makes the page isolated
      try {
        const { isolated, early, result, dead } = await other.evaluate(async (url: string, source: string, deadlock: string) => {
          const { createEngine } = await import(url);
          const output: string[] = [];
          const engine = await createEngine({ onOutput: (_: string, text: string) => { output.push(text); } });
          const running = engine.run(source);
          while (!output.join('').includes('start 2')) await new Promise((resolve) => setTimeout(resolve, 5));
          const early = output.join(''), result = await running, dead = await engine.run(deadlock);
          engine.close();
          return { isolated: engine.info.isolated, early, result, dead };
        }, plain.url + 'photofinish.mjs', MATERIAL, DEADLOCK) as any;
        assert.deepEqual([isolated, early, result.status], [false, 'start 0\nstart 1\nstart 2\n', 'ok']);
        assert.match(dead.stderr, /DeadlockError: no thread can ever go on:/);
      } finally {
        await other.close();
        await plain.close();
      }
    });

    test('without JSPI: no thread, a clear error, and one thread waits as ever', async (context) => {
      if (threads) return context.skip('this browser has threads');
      const result = await run(`import threading, time, queue
lock = threading.RLock()
with lock, lock:
    print(lock.acquire(timeout=1))
print(queue.Queue().qsize(), threading.Event().wait(0.01))
time.sleep(0.01)
from concurrent.futures import ThreadPoolExecutor
try:
    ThreadPoolExecutor(2).submit(print).result()
except RuntimeError as error:
    print(error)
`);
      assert.match(result.stdout, /^True\n0 False\ncan't start new thread: this browser cannot suspend WebAssembly \(JSPI\)/, result.stderr);
      const alone = await run('import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()');
      assert.match(alone.stderr, /DeadlockError: no thread can ever go on:\n {2}MainThread waits for <locked _thread\.lock object at \w+>, line 4/);
    });
  });
}
