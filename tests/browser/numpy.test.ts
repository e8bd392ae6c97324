// NumPy in the page, in every browser: programs, races, kernels on its arrays, and nothing of it where nobody asks for it.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/numpy.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const LANES = `# %% parameters
n = 50_000
# %% setup
import numpy as np
values = np.arange(n, dtype=np.int64)
# %% lane idiom: built-in
def built_in(values):
    return sum(values.tolist())
# %% lane better: NumPy
def with_numpy(values):
    return int(np.sum(values))
# %% lane kernel: C, one thread
from photofinish import kernels
def one_thread(values):
    return kernels.sum(values, threads=1)
# %% lane parallel: C, all cores
def all_cores(values):
    return kernels.sum(values)
`;

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name);
      page = await browser.open(site.url + 'docs/');
      await page.evaluate(async (url: string) => {
        const { createEngine } = await import(url);
        const progress: { stage: string; done: number; total: number }[] = [];
        const engine = await createEngine({ onProgress: (now: any) => { progress.push(now); } });
        Object.assign(window, { engine, createEngine, progress });
      }, site.url + 'photofinish.mjs');
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const run = (source: string, options: object = {}) =>
      page.evaluate((source: string, options: object) => (window as any).engine.run(source, options), source, options) as Promise<any>;
    /** What a program prints; it has to end well. */
    const printed = async (source: string) => {
      const result = await run(source);
      assert.equal(result.status, 'ok', result.stderr);
      return result.stdout.trimEnd() as string;
    };
    const numpyRequests = () => site.requests.filter(({ path }) => path.includes('numpy')).length;

    test('a program without NumPy loads nothing of it', async () => {
      assert.equal(await printed('# import numpy\nprint("import numpy")'), 'import numpy');
      assert.equal(numpyRequests(), 0);
      const missing = await run('import importlib\nimportlib.import_module("numpy")');
      assert.match(missing.stderr, /ModuleNotFoundError: No module named 'numpy'/);
    });

    test('a program with NumPy runs; its files are loaded then, and the page is told', async () => {
      await page.evaluate(() => { (window as any).progress.length = 0; });
      assert.equal(await printed('import numpy as np\nprint(np.__version__, np.arange(6).reshape(2, 3).T.tolist())'), '2.4.6 [[0, 3], [1, 4], [2, 5]]');
      assert.ok(numpyRequests() > 10);
      const progress = await page.evaluate(() => (window as any).progress) as { stage: string; done: number; total: number }[];
      const loading = progress.filter(({ stage }) => stage === 'loading');
      assert.deepEqual([...new Set(progress.map(({ stage }) => stage))], ['loading', 'starting', 'ready']);
      assert.equal(loading.at(-1)!.done, loading.at(-1)!.total);
      assert.ok(loading.every(({ done }, i) => i === 0 || done >= loading[i - 1].done));
    });

    test('the next one loads nothing again, and starts at once', async (context) => {
      const requests = site.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 1500));       // a spare has booted
      const since = performance.now();
      await printed('def f():\n    from numpy import linalg\n    return linalg\nf()');
      context.diagnostic(`import in a function: ${(performance.now() - since).toFixed(0)} ms in all`);
      assert.deepEqual(site.requests.slice(requests).filter(({ path }) => path.includes('numpy')), []);
    });

    test('random numbers differ from run to run', async () => {
      const program = 'import numpy as np, random\nprint(np.random.rand(), np.random.default_rng().random(), random.random())';
      const [first, second] = [await printed(program), await printed(program)].map((line) => line.split(' '));
      for (const [i, number] of first.entries()) assert.notEqual(number, second[i]);
      const seeded = 'import numpy as np\nnp.random.seed(3)\nprint(np.random.rand(), np.random.default_rng(0).random())';
      assert.equal(await printed(seeded), '0.5507979025745755 0.6369616873214543');
    });

    test('linear algebra, transforms, what it raises', async () => {
      assert.equal(await printed(`import numpy as np
matrix = np.array([[4.0, 1.0], [2.0, 3.0]])
print(np.allclose(np.linalg.solve(matrix, [1, 2]), [0.1, 0.6]), sorted(np.linalg.eigvals(matrix).round(9).tolist()))
print(np.allclose(np.fft.ifft(np.fft.fft(np.arange(100.0))), np.arange(100)))
try:
    np.linalg.inv(np.zeros((2, 2)))
except np.linalg.LinAlgError as error:
    print("LinAlgError:", error)
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    np.array([1]) // 0
print([str(one.message) for one in caught])
`), "True [2.0, 5.0]\nTrue\nLinAlgError: Singular matrix\n['divide by zero encountered in floor_divide']");
    });

    test('modules that the snapshot does not hold are imported later', async () => {
      assert.equal(await printed(`import sys, numpy as np
print([name in sys.modules for name in ("numpy.ma", "numpy.polynomial", "numpy.linalg.lapack_lite")])
import numpy.linalg.lapack_lite
from numpy.polynomial import Polynomial
print(np.ma.array([1, 2, 3], mask=[0, 1, 0]).sum(), Polynomial([1, 2])(3.0))
np.testing.assert_allclose([1.0], [1.0])
`), '[False, False, False]\n4 7.0');
    });

    test('pickles, sums and integers of 32 bits', async () => {
      assert.equal(await printed(`import pickle, numpy as np
array = np.arange(10.0).reshape(2, 5)
print(bool((pickle.loads(pickle.dumps(array, 5)) == array).all()))
print(np.sum(np.arange(1_000_000, dtype=np.int64)), np.arange(3).dtype, int(np.arange(100_000).sum()))
`), 'True\n499999500000 int32 704982704');
    });

    test('kernels read arrays in place on one thread, and refuse what they cannot', async () => {
      assert.equal(await printed(`import numpy as np
from photofinish import kernels
for dtype in (np.int64, np.float64):
    values = np.arange(1_000_000, dtype=dtype)
    before = kernels.copied_bytes()
    total = kernels.sum(values, threads=1)
    print(total == values.sum(), kernels.copied_bytes() - before)
    print(kernels.sum(values) == total)
try:
    kernels.sum(np.arange(10, dtype=np.int64)[::2])
except BufferError as error:
    print("BufferError:", error)
try:
    kernels.sum(np.zeros(3, dtype=complex))
except TypeError as error:
    print("TypeError")
print(kernels.sum(np.arange(10, dtype=np.int32)), kernels.sort(np.array([3, 1, 2]))[0])
`).then((text) => text.replace(/BufferError: .*not contiguous.*/, 'BufferError: not contiguous')),
        'True 0\nTrue\nTrue 0\nTrue\nBufferError: not contiguous\nTypeError\n45 1');
    });

    test('a traceback shows lines of NumPy', async () => {
      const raised = await run('import numpy as np\nnp.linalg.solve(np.eye(2), np.eye(3))');
      assert.match(raised.stderr, /numpy\/linalg\/_linalg\.py", line \d+, in solve\n    \S/);
    });

    test('a race with NumPy lanes: all agree', async () => {
      const { report, message } = await page.evaluate((source: string) => (window as any).engine.race({ source }, { budget: 1, seed: 2 }).then(
        (report: object) => ({ report }), (error: Error) => ({ message: `${error.name}: ${error.message}` })), LANES) as any;
      assert.ok(report, message);
      assert.equal(report.equal, true);
      assert.equal(report.value, '1249975000');
      for (const lane of report.lanes) assert.equal(lane.error, undefined, lane.error);
      assert.equal(report.lanes[2].copy_seconds, undefined, 'one thread reads the array where it lies');
    });

    test('a helper module of the program may be the one that imports it', async () => {
      await page.evaluate(() => (window as any).engine.writeFile('helper.py', 'import numpy\npi = numpy.pi\n'));
      assert.equal(await printed('import helper\nprint(helper.pi)'), '3.141592653589793');
    });

    test('there and back: programs without it run in plain interpreters again', async () => {
      assert.equal(await printed('import sys\nprint("numpy" in sys.modules)'), 'False');
      assert.equal(await printed('import sys, numpy\nprint("numpy" in sys.modules)'), 'True');
    });

    test('Stop while NumPy is on its way', async () => {
      const outcome = await page.evaluate(async () => {
        const { createEngine } = window as any;
        const engine = await createEngine();
        const running = engine.run('import numpy\nprint(1)').then((result: any) => result.status);
        await engine.stop();
        const next = [(await engine.run('print(2)')).stdout, (await engine.run('import numpy\nprint(3)')).stdout];
        engine.close();
        return [await running, ...next];
      });
      assert.deepEqual(outcome, ['stopped', '2\n', '3\n']);
    });

    test('Stop ends a program in NumPy', async (context) => {
      const { ms, status, next } = await page.evaluate(async () => {
        const { engine } = window as any;
        await engine.run('import numpy');
        await new Promise((resolve) => setTimeout(resolve, 1500));       // a spare has booted
        const running = engine.run('import numpy as np\nm = np.ones((900, 900))\nwhile True: m @ m');
        await new Promise((resolve) => setTimeout(resolve, 500));
        const since = performance.now();
        await engine.stop();
        return { ms: performance.now() - since, status: (await running).status, next: (await engine.run('import numpy\nprint(6 * 7)')).stdout };
      }) as any;
      context.diagnostic(`Stop to ready: ${ms.toFixed(0)} ms`);
      assert.deepEqual([status, next], ['stopped', '42\n']);
    });

    test('nothing was missing, nothing was asked of another origin', async () => {
      assert.deepEqual(site.missing(), []);
      assert.deepEqual((await page.requests()).filter((url) => !url.startsWith(site.url) && !/^(data|blob|about|chrome|moz-extension)/.test(url)), []);
    });

    test('without isolation too: no shared memory, one thread', async () => {
      const bare = await serve('build/site', { hide: ['sw.js'] });
      try {
        const other = await browser.open(`${bare.url}docs/`);
        const result = await other.evaluate(async (url: string) => {
          const engine = await (await import(url)).createEngine();
          const result = await engine.run('import numpy as np\nfrom photofinish import kernels\nprint(kernels.sum(np.arange(10.0), threads=1))');
          engine.close();
          return { isolated: engine.info.isolated, ...result };
        }, `${bare.url}photofinish.mjs`) as any;
        assert.deepEqual([result.isolated, result.stdout], [false, '45.0\n'], result.stderr);
        await other.close();
      } finally {
        await bare.close();
      }
    });
  });
}
