// Shared memory of processes in the page: a program that prints the same natively, kernels on a segment without a copy, what it costs, and segments
// that are gone with the run.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/segments.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, openEngine, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const PROGRAM = 'tests/browser/segments/programs.py';

const KERNELS = `
import array, _photofinish
from multiprocessing.shared_memory import SharedMemory
from photofinish import kernels
n = 500_000
block = SharedMemory(create=True, size=16 * n)
numbers = block.buf[:8 * n].cast("q")
numbers[:] = memoryview(array.array("q", range(n, 0, -1)))
results = block.buf[8 * n:16 * n].cast("q")
plain = array.array("q", numbers)
def copied(call, *arguments):
    before = _photofinish.copied_bytes()
    result = call(*arguments)
    return result, _photofinish.copied_bytes() - before
total, bytes_there = copied(kernels.sum, numbers)
print(total == sum(range(n + 1)), bytes_there < 10_000)
total, bytes_there = copied(kernels.sum, plain)
print(total == sum(range(n + 1)), bytes_there > 8 * n)
numbers[7] += 1                          # the kernel sees what was written a moment ago
print(copied(kernels.sum, numbers)[0] == total + 1)
numbers[7] -= 1
del numbers, results
block.close()
block.unlink()
`;

const SORT = `
import array, _photofinish
from multiprocessing import Process, Pipe
from multiprocessing.shared_memory import SharedMemory
from photofinish import kernels

def look(name, n, connection):
    block = SharedMemory(name)
    connection.send(True)
    connection.recv()
    numbers = block.buf[:8 * n].cast("q")
    connection.send((numbers[0], numbers[n - 1], all(numbers[i] <= numbers[i + 1] for i in range(n - 1))))
    del numbers
    block.close()

if __name__ == "__main__":
    n = 200_000
    block = SharedMemory(create=True, size=16 * n)
    numbers, unsorted = block.buf[:8 * n].cast("q"), block.buf[8 * n:16 * n].cast("q")
    unsorted[:] = memoryview(array.array("q", (i * 7919 % n for i in range(n))))
    ours, theirs = Pipe()
    child = Process(target=look, args=(block.name, n, theirs))
    child.start()
    ours.recv()                          # it has the old numbers
    before = _photofinish.copied_bytes()
    kernels.sort_into(unsorted, numbers)
    print(numbers[0], numbers[n - 1], _photofinish.copied_bytes() - before < 10_000)
    ours.send(None)
    print(ours.recv())
    child.join()
    del numbers, unsorted
    block.close()
    block.unlink()
`;

const COST = `
import time
from multiprocessing import Lock
from multiprocessing.shared_memory import SharedMemory
lock = Lock()
def each(count=20):
    since = time.perf_counter()
    for _ in range(count):
        with lock: pass
    return (time.perf_counter() - since) / count * 1e3
alone = each(10_000)
block = SharedMemory(create=True, size=16 << 20)
first = each()
nothing = each()
def changed(change):
    times = []
    for turn in range(5):
        change(turn + 1)
        since = time.perf_counter()
        with lock: pass
        times.append(time.perf_counter() - since)
    return min(times) * 1e3 - nothing
def every(step):
    def change(turn): block.buf[::step] = bytes([turn]) * (16 << 20 // step) if step == 1 else bytes([turn]) * len(range(0, 16 << 20, step))
    return change
def all_of_it(turn): block.buf[:] = bytes([turn]) * (16 << 20)
print(f"{alone * 1e6:.0f} ns without a segment; {nothing / 16:.3f} ms/MB where nothing has changed; "
      f"{changed(all_of_it) / 16:.3f} ms/MB changed as a whole, {changed(every(8)) / 16:.3f} every eighth byte, {changed(every(4096)) / 16:.3f} one byte in 4 KiB")
block.close()
block.unlink()
`;

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: 180_000 });
      page = await openEngine(browser, site.url);
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const run = (source: string) => page.evaluate((source: string) => (window as any).engine.run(source, { timeout: 150 }), source) as Promise<any>;

    test('programs with shared memory print what CPython prints', async () => {
      const whole = readFileSync(PROGRAM, 'utf8');
      const source = name === 'webkit' ? whole.replace(', lists, ', ', ') : whole;       // a manager's server has threads
      const file = 'build/tests/browser/segments.py';
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
      const native = execFileSync('src/toolchain/run', ['python3.14', file], { encoding: 'utf8' });
      const result = await run(source);
      assert.deepEqual([result.status, result.stderr], ['ok', '']);
      assert.equal(result.stdout, native);
    });

    test('kernels on all cores read a segment where it lies', async () => {
      const result = await run(KERNELS);
      assert.deepEqual([result.status, result.stderr], ['ok', '']);
      assert.equal(result.stdout, 'True True\nTrue True\nTrue\n');
    });

    test('what a kernel writes into a segment, other processes see', async () => {
      const result = await run(SORT);
      assert.deepEqual([result.status, result.stderr], ['ok', '']);
      assert.equal(result.stdout, '0 199999 True\n(0, 199999, True)\n');
    });

    test('what making copies equal costs', async (context) => {
      const result = await run(COST);
      assert.deepEqual([result.status, result.stderr], ['ok', '']);
      context.diagnostic(result.stdout.trim());
    });

    test('segments of a run are not there in the next one', async () => {
      const make = 'from multiprocessing.shared_memory import SharedMemory\nblock = SharedMemory("mine", create=True, size=100 << 20)\nblock.buf[0] = 1\nprint(block.buf[0])\nimport os\nos._exit(0)';
      for (let i = 0; i < 3; i++) assert.equal((await run(make)).stdout, '1\n');
    });
  });
}
