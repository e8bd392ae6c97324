// The engine through photofinish.mjs, in every browser: programs, files, races, Stop in every state, failures.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/engine.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const LANES = `# %% parameters
n = 20_000
# %% setup
values = list(range(n))
# %% lane idiom: index loop
def index_loop(values):
    total = 0
    for i in range(len(values)):
        total += values[i]
    return total
# %% lane better: built-in
def built_in(values):
    return sum(values)
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
        const stages: string[] = [];
        const output: string[] = [];
        const engine = await createEngine({
          onProgress: (progress: { stage: string }) => { if (stages.at(-1) !== progress.stage) stages.push(progress.stage); },
          onOutput: (stream: string, text: string) => { output.push(`${stream}: ${text}`); },
        });
        Object.assign(window, { engine, createEngine, stages, output });
      }, site.url + 'photofinish.mjs');
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const run = (source: string, options: object = {}) =>
      page.evaluate((source: string, options: object) => (window as any).engine.run(source, options), source, options) as Promise<any>;
    const race = (source: string, options: object = {}) =>
      page.evaluate((source: string, options: object) => (window as any).engine.race({ source }, options).then(
        (report: object) => ({ report }), (error: Error) => ({ name: error.name, message: error.message })), source, options) as Promise<any>;

    test('boots, in stages, and says what it is', async () => {
      const { info, stages } = await page.evaluate(() => ({ info: (window as any).engine.info, stages: (window as any).stages })) as any;
      assert.match(info.python, /^3\.14\.\d+$/);
      assert.equal(info.pyodide, '314.0.7');
      assert.equal(info.isolated, true);
      assert.ok(info.cores >= 1 && info.kernels.threads >= 1, JSON.stringify(info));
      assert.ok(info.clockTickNs > 0 && info.clockTickNs <= 1e6, `tick ${info.clockTickNs}`);
      assert.deepEqual(stages, ['loading', 'starting', 'ready']);
    });

    test('a program runs as python3 runs it', async () => {
      const result = await run('import sys\nprint("hello", sys.argv[1:], __name__)\nprint("oops", file=sys.stderr)', { argv: ['a', 'b'] });
      assert.deepEqual({ ...result, seconds: 0 },
        { status: 'ok', exitCode: 0, stdout: "hello ['a', 'b'] __main__\n", stderr: 'oops\n', seconds: 0 });
      const exited = await run('import sys; sys.exit(3)');
      assert.deepEqual([exited.status, exited.exitCode], ['exit', 3]);
      const raised = await run('def f():\n    return 1 / 0\n\nf()\n');
      assert.deepEqual([raised.status, raised.exitCode], ['exception', 1]);
      assert.match(raised.stderr, /line 4, in <module>[\s\S]*line 2, in f[\s\S]*ZeroDivisionError/);
      const broken = await run('x = (1,\n');
      assert.equal(broken.status, 'exception');
      assert.match(broken.stderr, /SyntaxError/);
    });

    test('nothing is left over from the program before, but its files', async () => {
      await run('import json, builtins\njson.dumps = None\nbuiltins.left = 1\nimport sys\nsys.path.append("/x")\nopen("notes.txt", "w").write("kept")');
      const next = await run('import json, builtins, sys\nprint(json.dumps(1), hasattr(builtins, "left"), "/x" in sys.path, open("notes.txt").read())');
      assert.equal(next.stdout, '1 False False kept\n', next.stderr);
      const numbers = await Promise.resolve().then(async () => [await run('import random; print(random.random())'), await run('import random; print(random.random())')]);
      assert.notEqual(numbers[0].stdout, numbers[1].stdout, 'interpreters from one snapshot draw different random numbers');
    });

    test('files go in and come out', async () => {
      const text = await page.evaluate(async () => {
        const { engine } = window as any;
        await engine.writeFile('data/in.txt', 'one\ntwo\n');
        await engine.run('from pathlib import Path\nPath("data/out.txt").write_text(Path("data/in.txt").read_text().upper())');
        return new TextDecoder().decode(await engine.readFile('/home/pyodide/data/out.txt'));
      });
      assert.equal(text, 'ONE\nTWO\n');
      const error = await page.evaluate(() => (window as any).engine.readFile('../etc/passwd').catch((e: Error) => `${e.name}: ${e.message}`));
      assert.match(error as string, /LoadError: .*not a file below/);
    });

    test('endless output is bounded and streams', async () => {
      const { result, pieces } = await page.evaluate(async () => {
        const { engine, output } = window as any;
        output.length = 0;
        const running = engine.run('while True:\n    print("x" * 60)', { timeout: 30 });
        while (!output.at(-1)?.includes('output stopped here')) await new Promise((resolve) => setTimeout(resolve, 20));
        await engine.stop();
        return { result: await running, pieces: output.length };
      }) as any;
      assert.equal(result.status, 'stopped');
      assert.ok(pieces > 3 && result.stdout.length < 1_200_000, `${result.stdout.length} characters in ${pieces} pieces`);
      assert.match(result.stdout, /output stopped here/);
    });

    test('a race: four lanes, equal, samples, verdicts', async () => {
      const { report, message } = await race(LANES, { budget: 2, seed: 4 });
      assert.ok(report, message);
      assert.equal(report.equal, true);
      assert.deepEqual(report.lanes.map((lane: any) => lane.id), ['index_loop', 'built_in', 'one_thread', 'all_cores']);
      for (const lane of report.lanes) {
        assert.equal(lane.error, undefined, lane.error);
        assert.ok(lane.samples.length >= 24 && lane.per_call.median > 0, lane.id);
        assert.ok(lane.samples.every((sample: any) => sample.seconds > 0));
      }
      assert.equal(report.comparisons.length, 3);
      const builtIn = report.comparisons.find((comparison: any) => comparison.lane === 'built_in');
      assert.equal(builtIn.verdict, 'faster', JSON.stringify(builtIn));
      assert.ok(builtIn.low <= builtIn.ratio && builtIn.ratio <= builtIn.high);
      assert.equal(report.where.runtime, 'browser');
      const copied = report.lanes.find((lane: any) => lane.id === 'all_cores');
      assert.ok(copied.copy_seconds > 0 && copied.copy_seconds < copied.per_call.median * 1.5, JSON.stringify([copied.copy_seconds, copied.per_call]));
    });

    test('a lane that raises shows its own lines; the others race', async () => {
      const { report, message } = await race('# %% lane idiom: fine\ndef fine():\n    return 1\n# %% lane better: broken\ndef broken():\n    x = 1\n    return x / 0\n# %% lane better: also fine\ndef also():\n    return 1\n', { budget: 0.5 });
      assert.ok(report, message);
      const broken = report.lanes.find((lane: any) => lane.id === 'broken');
      assert.match(broken.error, /line 3, in broken[\s\S]*ZeroDivisionError/);
      assert.equal(report.comparisons.length, 1);
    });

    test('lanes that disagree are told', async () => {
      const { report } = await race('# %% lane idiom: one\ndef one():\n    return 1\n# %% lane better: two\ndef two():\n    return 2\n', { budget: 0.5 });
      assert.equal(report.equal, false);
    });

    test('what cannot run says why', async () => {
      assert.equal((await race('print(1)')).name, 'LanesError');
      const lesson = await page.evaluate(() => (window as any).engine.race({ lesson: 'no-such' }).catch((e: Error) => e.name));
      assert.equal(lesson, 'LessonError');
      const busy = await page.evaluate(async () => {
        const { engine } = window as any;
        const first = engine.run('import time; time.sleep(0.2)');
        const second = await engine.run('1').catch((e: Error) => e.name);
        await first;
        return second;
      });
      assert.equal(busy, 'BusyError');
    });

    const states: [string, string, string][] = [
      ['a Python loop', 'run', 'while True: pass'],
      ['time.sleep', 'run', 'import time; time.sleep(60)'],
      ['a loop that catches everything', 'run', 'while True:\n    try:\n        while True: pass\n    except BaseException: pass'],
      ['endless print', 'run', 'while True: print("x")'],
      ['a kernel on one thread', 'run', 'from photofinish import kernels\nkernels.count_primes(10**15, 10**15 + 10**7, threads=1)'],
      ['a kernel on all cores', 'run', 'from photofinish import kernels\nkernels.count_primes(10**15, 10**15 + 10**7)'],
      ['a race', 'race', LANES],
    ];
    for (const [state, method, source] of states) {
      test(`Stop ends ${state}, and the next program runs`, async (context) => {
        const { ms, outcome, next } = await page.evaluate(async (method: string, source: string) => {
          const { engine } = window as any;
          await new Promise((resolve) => setTimeout(resolve, 1500));       // a spare has booted
          const running = engine[method](method === 'race' ? { source } : source).then((result: any) => result.status, (error: Error) => error.name);
          await new Promise((resolve) => setTimeout(resolve, 500));
          const since = performance.now();
          await engine.stop();
          const ms = performance.now() - since;
          return { ms, outcome: await running, next: (await engine.run('print(6 * 7)')).stdout };
        }, method, source) as any;
        context.diagnostic(`Stop to ready in ${state}: ${ms.toFixed(0)} ms`);
        assert.ok(['stopped', 'StoppedError'].includes(outcome), outcome);
        assert.equal(next, '42\n');
      });
    }

    test('Stop while booting', async () => {
      const outcome = await page.evaluate(async () => {
        const { engine } = window as any;
        for (let i = 0; i < 3; i++) void engine.run('while True: pass').catch(() => {}), await engine.stop();     // uses up the spare
        const running = engine.run('print(1)').then((result: any) => result.status);
        await engine.stop();
        return [await running, (await engine.run('print(2)')).stdout];
      }) as string[];
      assert.deepEqual(outcome, ['stopped', '2\n']);
    });

    test('Stop while a lesson’s file is on its way', async () => {
      const outcome = await page.evaluate(async () => {
        const { engine } = window as any;
        const running = engine.race({ lesson: 'set-membership' }).then(() => 'raced', (error: Error) => error.name);
        await engine.stop();
        return [await running, (await engine.run('print(2)')).stdout];
      }) as string[];
      assert.deepEqual(outcome, ['StoppedError', '2\n']);
    });

    test('an interpreter that dies is told, and replaced', async () => {
      const died = await run('import ctypes\nctypes.string_at(0x7fffffff)');
      assert.equal(died.status, 'crashed', JSON.stringify(died));
      assert.equal((await run('print("again")')).stdout, 'again\n');
    });

    test('close settles what is under way', async () => {
      const outcome = await page.evaluate(async () => {
        const engine = await (window as any).createEngine();
        const running = engine.run('while True: pass').catch((error: Error) => error.name);
        await new Promise((resolve) => setTimeout(resolve, 200));
        engine.close();
        return [await running, await engine.run('1').catch((error: Error) => error.name)];
      });
      assert.deepEqual(outcome, ['ClosedError', 'ClosedError']);
    });

    test('nothing was asked of another origin, and nothing was missing', async () => {
      const strangers = (await page.requests()).filter((url) => !url.startsWith(site.url) && !/^(data|blob|about|chrome|moz-extension)/.test(url));
      assert.deepEqual(strangers, []);
      assert.deepEqual(site.missing(), ['/lessons/no-such/lanes.py'], 'but for the lesson that a test asked for');
    });
  });
}
