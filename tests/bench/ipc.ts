// src/ipc between two threads: natively against the system's pipes and semaphores, and as WebAssembly under Node against the same.
//
//   make bench-ipc            or: ROUNDS=5 node tests/bench/ipc.ts
//
// One C source, tests/bench/ipc.c. Rounds alternate between the two builds; the best of all rounds is shown, since what disturbs only
// makes slower. No interpreter takes part: make bench-processes is where goals are.
import { execFileSync } from 'node:child_process';
import { report, told, type Row } from './report.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const folder = 'build/bench/ipc';
// How often who waits looks before it sleeps: the processor's pause is long, and WebAssembly has none.
const SPIN = { native: 100, wasm: 1000 };

type Measures = Record<string, number>;

function run(command: string, ...parameters: string[]): Measures {
  const lines = execFileSync(command, parameters, { encoding: 'utf8' }).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]));
}

const isTime = (name: string) => /_(ns|us)$/.test(name);
function keepBest(all: Measures, some: Measures): void {
  for (const [name, value] of Object.entries(some)) all[name] = name in all ? (isTime(name) ? Math.min : Math.max)(all[name], value) : value;
}

const native: Measures = {}, wasm: Measures = {};
for (let round = 0; round < ROUNDS; round++) {
  keepBest(native, run(`${folder}/native`, String(SPIN.native)));
  keepBest(wasm, run(process.execPath, `${folder}/ipc.cjs`, String(SPIN.wasm)));
}

const MEASURES = [['lock_ns', 'semaphore, try and post', 'ns'], ['round_trip_us', 'round trip of 8 bytes', 'us'],
  ['1k_mbs', 'one way, 1 KB messages', 'MB/s'], ['64k_gbs', 'one way, 64 KB messages', 'GB/s']];
const rows: Row[] = [];
for (const [build, measures] of [['native', native], ['WebAssembly, Node', wasm]] as const) {
  for (const [name, what, unit] of MEASURES) {
    const ours = measures[`ipc_${name}`], theirs = native[`system_${name}`];
    const row = told(`${what} (${build})`, ours, theirs, unit);
    rows.push(isTime(name) ? row : { ...row, ratio: ours / theirs });
  }
}
report('ipc', { ours: 'src/ipc', theirs: 'pipe(2), sem_t' }, rows);
