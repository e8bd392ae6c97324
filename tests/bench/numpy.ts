// NumPy in the page: how large it is, how long an interpreter with it takes to come up against a plain one, and what it computes in:
//
//   BROWSERS=chromium,firefox,webkit ROUNDS=5 node tests/bench/numpy.ts
//
// "first": a page whose engine is up runs its first program with NumPy, from a server on this machine: load, compile, boot. "again": NumPy is there
// already, but the engine has to change to it from plain interpreters. Times of the page include starting the kernels' threads.
import { globSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { browsers, launch, openEngine, type Page } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { atMost, median, report, type Row } from './report.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);

const extensions = globSync('build/numpy/extensions/*.wasm').map((file) => readFileSync(file));
const bytes = (sizes: number[]) => `${(sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(2)} MB`;
const file = (path: string) => bytes([readFileSync(path).length]);
const sizes: [string, string][] = [
  [`extensions, ${extensions.length} files`, bytes(extensions.map((one) => one.length))],
  ['the same, gzip', bytes(extensions.map((one) => gzipSync(one, { level: 9 }).length))],
  ['the same, brotli', bytes(extensions.map((one) => brotliCompressSync(one).length))],
  ['Python modules, gzip', file('build/numpy/numpy-sources.bin')],
  ['snapshot with NumPy, gzip', file('build/wasm/snapshot-numpy.bin')],
  ['snapshot without, gzip', file('build/wasm/snapshot.bin')],
];
for (const [what, size] of sizes) console.log(`${what}: ${size}`);
console.log();

const PROGRAM = `
import json, time
import numpy as np
draw = np.random.default_rng(5)
x, y, m = draw.random(1_000_000), draw.random(1_000_000), draw.random((300, 300))
def best(f):
    times = []
    for _ in range(7):
        since = time.perf_counter(); f(); times.append(time.perf_counter() - since)
    return min(times) * 1e3
print(json.dumps({"sum 1e6": best(lambda: np.sum(x)), "dot 1e6": best(lambda: np.dot(x, y)), "sort 1e6": best(lambda: np.sort(x)), "add 1e6": best(lambda: x + y),
                  "exp 1e6": best(lambda: np.exp(x)), "random 1e6": best(lambda: draw.random(1_000_000)), "matmul 300": best(lambda: m @ m)}))
`;

/** Milliseconds of one program, from the call to its result. */
const timeRun = (page: Page, program: string) => page.evaluate(async (program: string) => {
  const since = performance.now();
  const result = await (window as any).engine.run(program);
  if (result.status !== 'ok') throw new Error(result.stderr);
  return performance.now() - since;
}, program);

const rows: Row[] = [], computed: [string, string][] = [];
const site = await serve('build/site', { headers: true });
for (const name of browsers) {
  const first: number[] = [], again: number[] = [], plain: number[] = [];
  let computing = '', version = '';
  for (let round = 0; round < ROUNDS; round++) {
    const browser = await launch(name, { record: false });
    version = browser.version;
    try {
      const page = await openEngine(browser, site.url);
      const settle = () => new Promise((resolve) => setTimeout(resolve, 1500));       // spares have booted
      await settle();
      first.push(await timeRun(page, 'import numpy'));
      await settle();
      plain.push(await timeRun(page, 'pass'));
      await settle();
      again.push(await timeRun(page, 'import numpy'));
      await settle();
      if (round === 0) computing = (await page.evaluate((program: string) => (window as any).engine.run(program), PROGRAM) as any).stdout;
    } finally {
      await browser.close();
    }
    console.log(`${name}, round ${round + 1} of ${ROUNDS}: first ${first.at(-1)!.toFixed(0)}, again ${again.at(-1)!.toFixed(0)}; plain ${plain.at(-1)!.toFixed(0)} (ms)`);
  }
  const times = Object.entries<number>(JSON.parse(computing)).map(([what, ms]): [string, string] => [`${name} ${version}: ${what}`, `${ms.toPrecision(3)} ms`]);
  for (const [what, time] of times) console.log(`${what} ${time}`);
  computed.push(...times);
  rows.push({ ...atMost(`${name} ${version}, first`, median(first), median(plain), 'ms', 0), goal: null, met: null });
  rows.push({ ...atMost(`${name} ${version}, again`, median(again), median(plain), 'ms', 0), goal: null, met: null });
}
console.log();
report('numpy', { ours: 'with NumPy', theirs: 'plain' }, rows, { table: { columns: ['files, and what NumPy computes', ''], rows: [...sizes, ...computed] } });
await site.close();
