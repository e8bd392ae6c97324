// How soon every kernel returns once it is cancelled: natively and as WebAssembly in Node, on one thread and on all cores.
//
//   make bench-cancel         or: QUICK=1 or N=1000000 make bench-cancel; ONLY=sum,sort (beginnings of names) for some kernels
//
// Every job of every kernel (tests/c/jobs/recipes.c) runs on N elements, however long that takes, and is cancelled at POINTS moments
// spread over its length, or over the first SECONDS of it. It is cancelled by its poll, which it asks itself at least every 5 ms: the
// time from when the poll would have said yes until the kernel has returned counts, so it includes the wait for the question. On a
// machine that does other things besides, a thread may lose its core for a while: each moment is tried again up to TRIES times where it took
// longer than the goal, and the shortest counts.
import { cpus } from 'node:os';
import { atMost, report, type Row } from './report.ts';
import { runInNode, runNative, type Side } from './sides.ts';

const QUICK = process.env.QUICK === '1';
const N = Number(process.env.N ?? (QUICK ? 1_000_000 : 10_000_000));
const ONLY = (process.env.ONLY ?? '').split(',').filter(Boolean);
const GOAL = 0.020, TRIES = 4;
const POINTS = QUICK ? 2 : 4;
const SECONDS = QUICK ? 0.05 : 0.2;
const threads = cpus().length;
const PAIR = 4, WAITS = 8;      // tests/c/jobs/jobs.h
// One wait: more elements would be no more than more waits of a millisecond.
const sizeOf = (flags: number) => (flags & WAITS ? 3 : N);

interface Worst { seconds: number; at: number; of: number }

/** The slowest return of the prepared job. */
async function slowest(side: Side, count: number): Promise<Worst> {
  const over = await side.cancel(count, SECONDS);                   // also the first touch of its memory
  if (over < -1) throw new Error(`status ${-over - 1}`);
  let length = SECONDS;
  if (over === -1) length = await side.measure(count, 0);
  const worst = { seconds: 0, at: 0, of: length };
  for (let point = 0; point < POINTS; point++) {
    const at = (length * (point + 0.5)) / POINTS;
    let best = Infinity;
    for (let attempt = 0; attempt === 0 || (best > GOAL && attempt < TRIES); attempt++) {
      const late = await side.cancel(count, at);
      if (late < -1) throw new Error(`status ${-late - 1}`);
      best = Math.min(best, Math.max(late, 0));
    }
    if (best > worst.seconds) Object.assign(worst, { seconds: best, at });
  }
  return worst;
}

const native = runNative(), node = await runInNode(threads);
const rows: Row[] = [], largest: Record<string, number> = {};
for (const side of [native, node]) await side.start(threads);
const kernels = (await native.list('kernels')).map((text, number) => ({ number, name: text.split(' ')[0], flags: Number(text.split(' ')[1]) }));
for (const { number, name, flags } of kernels) {
  if (flags < 0 || (ONLY.length && !ONLY.some((start) => name.startsWith(start)))) continue;
  for (const [variant, label] of (await native.list(`variants ${number}`)).entries()) {
    for (const [where, side] of [['native', native], ['wasm', node]] as const) {
      const failed = await side.prepareVariant(number, variant, sizeOf(flags));
      if (failed) throw new Error(`${name}: the job cannot be made (${failed === 1 ? 'no recipe' : 'no memory'})`);
      for (const count of [1, 0]) {
        if (count === 1 && flags & PAIR) continue;
        const what = `${name}${variant ? `, ${label}` : ''}: ${where}, ${count ? 'one thread' : 'all cores'}`;
        const { seconds, at, of } = await slowest(side, count).catch((error) => { throw new Error(`${what}: ${error.message}`); });
        const place = `${where}, ${count ? 'one thread' : 'all cores'}`;
        largest[place] = Math.max(largest[place] ?? 0, seconds);
        const row = atMost(`${what} (at ${(at * 1e3).toFixed(0)} of ${(of * 1e3).toFixed(0)} ms)`, seconds * 1e3, GOAL * 1e3, 'ms', 1);
        rows.push({ ...row, kernel: name, group: `From cancelling to the return against ${GOAL * 1e3} ms, ${place}` });
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
      }
      await side.prepareVariant(number, variant, 0);                // gives the memory back
    }
  }
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
const sorted = [...rows].sort((a, b) => b.ours - a.ours);
const summary = Object.entries(largest).map(([place, seconds]) => atMost(`slowest, ${place}`, seconds * 1e3, GOAL * 1e3, 'ms', 1));
const shown = [...summary, ...sorted.filter((row, i) => row.met === false || i < 10)];
console.log(`From cancelling until the kernel has returned, n = ${N}; the ten slowest, and all that miss the goal.`);
report('cancel', { ours: 'took', theirs: 'goal' }, [...summary, ...rows], { shown, where: { node: process.version, threads, n: N }, part: QUICK || ONLY.length > 0 });
process.exit();
