// Every kernel: as WebAssembly against the same C from gcc -O3, on all cores against one, and against what Python offers instead.
//
//   make bench-kernels         or: QUICK=1 make bench-kernels; ONLY=sum,sort (beginnings of names) for some kernels
//
// The C driver (kernels.c) is one source in two builds of one vector width: native, and WebAssembly in Node's V8, the engine that
// Chromium has too. Both are timed in turns, several times around, and the fastest batch of each counts. Then the same module in
// Chromium, and kernels.py (Python's own functions, NumPy) natively and in the page's interpreter.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { launch } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { atLeast, atMost, report, told, type Row } from './report.ts';
import { folder, runInNode, runNative, sideOf, type Side } from './sides.ts';

const QUICK = process.env.QUICK === '1';
const ONLY = (process.env.ONLY ?? '').split(',').filter(Boolean);
const SECONDS = QUICK ? 0.01 : 0.02;       // for one side, each time around
const ROUNDS = QUICK ? 2 : 4;
const WARM_UP = QUICK ? 0.05 : 0.15;       // for WebAssembly, which V8 compiles a second time while it runs
const PATIENCE = QUICK ? 0 : 6000;         // milliseconds
const threads = cpus().length;
const COMPUTES = 1, ALONE = 2, PAIR = 4, WAITS = 8;      // tests/c/jobs/jobs.h

interface Kernel { number: number; name: string; flags: number; most: number }

// ------------------------------------------------------------------------------------------------ sides

const native = runNative();
async function inChromium(): Promise<Side & { version: string }> {
  const site = await serve(folder, { headers: true });
  const browser = await launch('chromium');
  const page = await browser.open(site.url);
  const ask = (...call: (string | number)[]) => page.evaluate((...values) => (window as any).ask(...values), ...call) as Promise<number>;
  return {
    ...sideOf((name, ...values) => ask(name, ...values)), version: browser.version, end: async () => { await browser.close(); await site.close(); },
  };
}

// ------------------------------------------------------------------------------------------------ C against C

const kernels: Kernel[] = [];
for (const text of await native.list('kernels')) {
  const [name, flags, most] = text.split(' ');
  kernels.push({ number: kernels.length, name, flags: Number(flags), most: Number(most) });
}
const withoutRecipe = kernels.filter((kernel) => kernel.flags < 0).map((kernel) => kernel.name);
const chosen = kernels.filter((kernel) => kernel.flags >= 0 && !(kernel.flags & WAITS) && (!ONLY.length || ONLY.some((start) => kernel.name.startsWith(start))));

/** Times of one kernel at one size, in seconds a call; NaN where it does not run so. */
interface Times { kernel: Kernel; n: number; native1: number; nativeAll: number; wasm1: number; wasmAll: number }
const fastest = (values: number[]) => { const ran = values.filter((value) => value > 0); return ran.length ? Math.min(...ran) : NaN; };

async function compare(kernel: Kernel, n: number, wasm: Side): Promise<Times> {
  for (const side of [native, wasm]) {
    const failed = await side.prepare(kernel.number, n);
    if (failed) throw new Error(`${kernel.name}, n = ${n}: the job cannot be made (${failed === 1 ? 'no recipe' : 'no memory'})`);
  }
  const found = { native1: [] as number[], nativeAll: [] as number[], wasm1: [] as number[], wasmAll: [] as number[] };
  await wasm.measure(kernel.flags & PAIR ? 0 : 1, WARM_UP);
  const one = !(kernel.flags & PAIR), all = threads > 1 && !(kernel.flags & ALONE);
  const start = performance.now();
  // On a busy machine a helper may get no core for a while, which says nothing about the kernel: such a one is given more turns.
  const unconvincing = () => kernel.flags & COMPUTES && all && n >= 1e6 && fastest(found.wasm1) < 1.8 * fastest(found.wasmAll) && performance.now() - start < PATIENCE;
  let rounds = ROUNDS;
  for (let round = 0; round < rounds || unconvincing(); round++) {
    const since = performance.now();
    if (one) {
      found.native1.push(await native.measure(1, SECONDS));
      found.wasm1.push(await wasm.measure(1, SECONDS));
    }
    if (all) {
      found.nativeAll.push(await native.measure(0, SECONDS));
      found.wasmAll.push(await wasm.measure(0, SECONDS));
    }
    if (performance.now() - since > 800) rounds = Math.min(rounds, 2);        // long calls: they vary less
  }
  return { kernel, n, native1: fastest(found.native1), nativeAll: fastest(found.nativeAll), wasm1: fastest(found.wasm1), wasmAll: fastest(found.wasmAll) };
}

const sizesOf = (kernel: Kernel) => (QUICK ? [100_000] : [1000, 100_000, kernel.most]).map((n) => Math.min(n, kernel.most)).filter((n, i, all) => all.indexOf(n) === i);
const label = (n: number) => `1e${Number(Math.log10(n).toFixed(1))}`;
const progress = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);

await native.start(threads);
const node = await runInNode(threads);
await node.start(threads);
const times: Times[] = [];
for (const kernel of chosen) for (const n of sizesOf(kernel)) {
  progress(`${kernel.name} ${label(n)}`);
  times.push(await compare(kernel, n, node));
}
// The slowest of several turns: where a helper does not get a core, there is nobody to hand anything to, and that is fast.
const slowestEmpty = async (side: Side) => { const turns = []; for (let i = 0; i < 8; i++) turns.push(await side.empty(0, 0.02)); return Math.max(...turns); };
const emptyNode = await slowestEmpty(node), emptyNative = await slowestEmpty(native);

const chromium = await inChromium();
await chromium.start(threads);
const inBrowser: Times[] = [];
for (const kernel of chosen) {
  progress(`Chromium: ${kernel.name}`);
  inBrowser.push(await compare(kernel, Math.min(kernel.most, QUICK ? 100_000 : 1_000_000), chromium));
}
const emptyChromium = await slowestEmpty(chromium);
await chromium.end();
await native.end();

// ------------------------------------------------------------------------------------------------ against Python

interface PythonRow { kernel: string; n: number; one: number | null; all: number | null; builtin: number | null; numpy: number | null }
interface PythonTimes { python: string; numpy: string | null; rows: PythonRow[]; missing: string[]; call: { one: number; all: number; builtin: number } }
const source = readFileSync('tests/bench/kernels.py', 'utf8').replace(/^SCALE = .*$/m, `SCALE = ${QUICK ? 0.1 : 1}`).replace(/^SECONDS = .*$/m, `SECONDS = ${QUICK ? 0.01 : 0.06}`)
  .replace(/^rows = \[\]$/m, `rows = []\nONLY = ${JSON.stringify(ONLY)}`).replace('if line[0][0] in every]', 'if line[0][0] in every and (not ONLY or line[0][0].startswith(tuple(ONLY)))]');
writeFileSync(`${folder}/kernels.py`, source);
progress('Python, natively');
const pythonNative: PythonTimes = JSON.parse(execFileSync('build/venv/bin/python', [`${folder}/kernels.py`], { encoding: 'utf8', env: { ...process.env, PYTHONPATH: 'src/python:build/native/python' }, maxBuffer: 1e8 }));

async function pythonInPage(): Promise<PythonTimes | null> {
  if (!existsSync('build/site/photofinish.mjs')) return null;
  const site = await serve('build/site', { headers: true });
  const browser = await launch('chromium', { timeout: 600_000 });
  try {
    const page = await browser.open(`${site.url}docs/`);
    const done = await page.evaluate(async (program: string) => {
      const { createEngine } = await import(new URL('../photofinish.mjs', location.href).href);
      const engine = await createEngine();
      const result = await engine.run(program, { timeout: 590 });
      engine.close();
      return { stdout: result.stdout as string, stderr: result.stderr as string };
    }, source);
    if (!done.stdout) throw new Error(`kernels.py in the page: ${done.stderr}`);
    return JSON.parse(done.stdout);
  } finally { await browser.close(); await site.close(); }
}
progress('Python, in the page');
const pythonPage = await pythonInPage();
progress('');

// ------------------------------------------------------------------------------------------------ the tables

const geometric = (values: number[]) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
const rows: Row[] = [];
const microseconds = (seconds: number) => seconds * 1e6;

const perKernel = chosen.map((kernel) => {
  const own = times.filter((time) => time.kernel === kernel), largest = own[own.length - 1], here = inBrowser.find((time) => time.kernel === kernel)!;
  const findRow = (from: PythonTimes | null) => from?.rows.filter((row) => row.kernel === kernel.name) ?? [];
  const ratio = (from: PythonTimes | null, other: 'builtin' | 'numpy', ours: 'one' | 'all') => {
    const row = findRow(from).filter((row) => row[other] && row[ours]).at(-1);
    return row ? row[other]! / row[ours]! : NaN;
  };
  const wasmToNative = (time: Times) => (kernel.flags & PAIR ? time.nativeAll / time.wasmAll : time.native1 / time.wasm1);
  return { kernel, own, largest, wasmToNative: geometric(own.map(wasmToNative)), chromiumToNative: wasmToNative(here),
    wasmAll: largest.wasm1 / largest.wasmAll, nativeAll: largest.native1 / largest.nativeAll,
    python: [ratio(pythonNative, 'builtin', 'one'), ratio(pythonNative, 'numpy', 'one'), ratio(pythonPage, 'builtin', 'one'), ratio(pythonPage, 'builtin', 'all'), ratio(pythonPage, 'numpy', 'one')] };
});

console.log(`C against C, and against Python: how many times as fast. wasm / native: 1 is as fast as gcc -O3. All: ${threads} threads against one, at the largest n.`);
const cell = (value: number) => (Number.isFinite(value) ? value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2) : '').padStart(9);
console.log(`${''.padEnd(24)}${['', 'Node', 'Chromium', 'wasm', 'native', 'native:', 'native:', 'page:', 'page: all', 'page:'].map((text, i) => text.padStart(i ? 9 : 8)).join('')}`);
console.log(`${'kernel'.padEnd(24)}${['n', '/native', '/native', 'all/1', 'all/1', '/builtin', '/NumPy', '/builtin', '/builtin', '/NumPy'].map((text, i) => text.padStart(i ? 9 : 8)).join('')}`);
for (const { kernel, largest, wasmToNative, chromiumToNative, wasmAll, nativeAll, python } of perKernel) {
  console.log(`${kernel.name.padEnd(24)}${label(largest.n).padStart(8)}${[wasmToNative, chromiumToNative, wasmAll, nativeAll, ...python].map(cell).join('')}`);
}
console.log();

const single = perKernel.filter(({ kernel }) => !(kernel.flags & PAIR));
const all = single.map((row) => row.wasmToNative), allChromium = single.map((row) => row.chromiumToNative);
rows.push(atLeast('wasm / native on one thread, geometric mean, Node', geometric(all), 1, '', 0.9));
rows.push(atLeast(`the same, Chromium ${chromium.version}`, geometric(allChromium), 1, '', 0.9));
rows.push(atMost('empty parallel_for in wasm, Node', microseconds(emptyNode), 10, 'us', 1));
rows.push(atMost('empty parallel_for in wasm, Chromium', microseconds(emptyChromium), 10, 'us', 1));
rows.push(told('empty parallel_for, native', microseconds(emptyNative), 10, 'us'));
for (const [where, from] of [['natively', pythonNative], ['in the page', pythonPage]] as const) if (from) {
  rows.push(told(`from Python, a call with nothing to do, ${where}: sum on one thread, Python's own`, microseconds(from.call.one), microseconds(from.call.builtin), 'us'));
  rows.push(told(`the same, ${where}: all cores allowed, Python's own`, microseconds(from.call.all), microseconds(from.call.builtin), 'us'));
}
const goals = rows.length;
const of = (kernel: string, row: Row, group?: string): Row => ({ ...row, kernel, ...(group ? { group } : {}) });
for (const { kernel, own, largest, wasmToNative, wasmAll } of perKernel) {
  const { name, flags } = kernel, one = `${name} ${label(largest.n)}`;
  if (!(flags & PAIR)) rows.push(of(name, atLeast(`${name}: wasm / native, all sizes`, wasmToNative, 1, '', 0.6), 'WebAssembly / `gcc -O3` on one thread, each kernel'));
  else rows.push(of(name, told(`${one}: wasm / native, two threads`, microseconds(largest.wasmAll), microseconds(largest.nativeAll), 'us')));
  for (const time of own) if (Number.isFinite(time.wasm1)) rows.push(of(name, told(`${name} ${label(time.n)}: wasm / native, one thread`, microseconds(time.wasm1), microseconds(time.native1), 'us')));
  if (Number.isFinite(wasmAll)) {
    const scales = flags & COMPUTES && largest.n >= 1e6 && threads >= 2;
    rows.push(scales ? of(name, atLeast(`${one}: wasm, all cores against one`, wasmAll, 1, '', 1.8), `Kernels that compute, n >= 10^6, on ${threads} cores against one`)
      : of(name, told(`${one}: wasm, all cores against one`, microseconds(largest.wasmAll), microseconds(largest.wasm1), 'us')));
    rows.push(of(name, told(`${one}: native, all cores against one`, microseconds(largest.nativeAll), microseconds(largest.native1), 'us')));
  }
}
for (const [where, from] of [['native', pythonNative], ['page', pythonPage]] as const) for (const row of from?.rows ?? []) {
  const name = row.kernel, what = `${name} ${label(row.n)}: ${where}`, versus = `${what}, NumPy / kernel`;
  if (row.builtin && row.one) rows.push(of(name, told(`${what}, Python's own`, microseconds(row.one), microseconds(row.builtin), 'us')));
  if (row.builtin && row.all) rows.push(of(name, told(`${what}, all cores, Python's own`, microseconds(row.all), microseconds(row.builtin), 'us')));
  if (!row.numpy || !row.one) continue;
  const ratio = row.numpy / row.one;
  if (where === 'page' && name.startsWith('matmul')) rows.push(of(name, atLeast(versus, ratio, 1, '', 5), 'Matrix product in the page against NumPy there'));
  else if (where === 'page') rows.push(of(name, atLeast(versus, ratio, 1, '', 1), 'Kernels in the page, one thread, against NumPy there'));
  else if (/^sort_(?!by_key)/.test(name)) rows.push(of(name, atLeast(versus, ratio, 1, '', 1), 'Sorting natively, one thread, against `np.sort`'));
  else rows.push(of(name, told(`${what}, NumPy`, microseconds(row.one), microseconds(row.numpy), 'us')));
}
const shown = rows.slice(0, goals).concat(rows.slice(goals).filter((row) => row.met === false));
const finite = (value: number) => (Number.isFinite(value) ? value : null);
const table = {
  columns: ['kernel', 'largest n', 'Node / native', 'Chromium / native', 'wasm all/1', 'native all/1', 'native / built-in', 'native / NumPy', 'page / built-in', 'page, all cores / built-in', 'page / NumPy'],
  rows: perKernel.map(({ kernel, largest, wasmToNative, chromiumToNative, wasmAll, nativeAll, python }) =>
    [kernel.name, label(largest.n), ...[wasmToNative, chromiumToNative, wasmAll, nativeAll, ...python].map(finite)]),
};
console.log('Goals, and what missed one; all rows are in the file. At a load above 0.5 before the start, figures for all cores are too low.');
report('kernels', { ours: 'kernel', theirs: 'other' }, rows, { shown, table, part: QUICK || ONLY.length > 0, where: { node: process.version, chromium: chromium.version, threads,
  python: pythonNative.python, numpy: pythonNative.numpy, pagePython: pythonPage?.python ?? null, pageNumpy: pythonPage?.numpy ?? null } });
for (const [what, names] of [['no job (tests/c/jobs/recipes.c)', withoutRecipe], ['no row in tests/bench/kernels.py', pythonNative.missing]] as const) {
  if (names.length) { console.error(`ERROR: ${what} for: ${names.join(', ')}`); process.exitCode = 1; }
}
if (pythonPage && !pythonPage.numpy) console.log('NumPy is not in the page: its column is empty.');
process.exit();
