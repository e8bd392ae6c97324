// Every message between the page and an interpreter's worker, and the values that cross the public API (photofinish.mjs).
// User errors (a lane that raises, a program that exits) come back as values; only failures of the engine itself are errors.
import type { Words } from './engine/threads/check.ts';

// ---------------------------------------------------------------------------------------------- reports (CONTRACTS.md)

export type LaneKind = 'idiom' | 'better' | 'kernel' | 'parallel';
export type Verdict = 'faster' | 'slower' | 'same' | 'undecided';
export type Flag = 'few' | 'unsteady' | 'tail' | 'noisy' | 'coarse';

export interface Sample { block: number; calls: number; seconds: number }

export interface LaneReport {
  id: string;                     // the name of the lane's function
  kind: LaneKind;
  title: string;
  samples: Sample[];
  per_call: { median: number; low: number; high: number } | null;   // seconds; null where the lane did not run
  copy_seconds?: number;          // of one call, into and out of the kernel's memory; part of per_call
  peak_bytes?: number;            // tracemalloc's peak of one untimed call, above what was there before; where the lanes file asks for it
  heap_bytes?: number;            // growth of the interpreter's heap during it, where it grew
  copied_bytes?: number;          // copied into and out of kernel memory by one call
  counts?: Record<string, number>;   // of an untimed pass: { "calls of key": 5000 }
  runs?: number[];                // of a reference: the median of a call in every process; its samples are empty
  error?: string;                 // why the lane did not run: a traceback with the lane's own line numbers, or a sentence
  unavailable?: boolean;          // the lane cannot run here (no threads without isolation); error says why
}

export interface Comparison {
  baseline: string; lane: string;
  ratio: number; low: number; high: number;   // baseline time / lane time: 2 means twice as fast
  mean_ratio: number;
  verdict: Verdict; blocks: number; flags: Flag[];
  standard_error?: number;                    // of the logarithm of the ratio; not with the flag 'few'
}

export interface Where {
  python: string; runtime: 'browser' | 'native'; browser?: string; cores: number; isolated?: boolean;
  clock_tick_ns: number; date: string;
  cpu?: string; system?: string;             // natively
  pinned?: number[];                         // cores, of --pin
  cluster?: { workers: number; threads: number; python: string };     // where executors of lanes ran, of --cluster
}

/**
 * Something that may have spoilt samples; at: seconds of the race. 'hidden': the page could not be seen, for `seconds`. 'stall': nothing
 * ran for so long. 'clock-jump': wall clock and race clock moved apart by `seconds` at once; 'slow-clock': by so much over the race.
 */
export interface Disturbance { kind: 'hidden' | 'stall' | 'clock-jump' | 'slow-clock'; at: number; seconds: number }

export interface Report {
  schema: 1;
  lesson: string | null; source_sha256: string; params: Record<string, number>;
  where: Where; seed: number;
  equal: boolean;                 // every lane that ran returned the same value
  value: string;                  // that value, shortened for display
  lanes: LaneReport[]; comparisons: Comparison[];
  seconds: number;                // from the first measured block to the verdict
  notes: string[];
  overhead_seconds?: number;      // of calling a function that does nothing: part of every call of every lane, not subtracted
  disturbances?: Disturbance[];
  reference?: Reference;          // only of a recording
}

/** How lessons/SLUG/reference.json was recorded (`make reference`). */
export interface Reference {
  tool: 'pyperf'; pyperf: string;           // and its version
  processes: number; values: number;        // for each lane; timed in each of them
  cpu: string; cores: number; system: string; date: string;
  load: number;                             // average over the minute before
}

// What a race tells while it runs, in this order.
export type RaceEvent =
  | { event: 'stage'; stage: 'setup' | 'check' | 'warm-up' | 'race' }
  | { event: 'checked'; equal: boolean; value: string; seconds: number;      // seconds: that running every lane once took
      lanes: { id: string; kind: LaneKind; title: string; error?: string; unavailable?: boolean }[] }
  | { event: 'samples'; lanes: Record<string, Sample[]>; seconds: number; budget: number }     // new since the event before
  | { event: 'pause'; seconds: number }      // the page is hidden: nothing is measured until it can be seen again; seconds: of the race
  | { event: 'resume'; seconds: number }
  | { event: 'look'; look: number; last: boolean; comparisons: Comparison[] };

export interface RaceOptions { params?: Record<string, number>; lanes?: string[]; seed?: number; budget?: number }

// ---------------------------------------------------------------------------------------------- sweeps: one race a value of a parameter

export interface Interval { value: number; low: number; high: number }       // of at least 95 %

export interface SweepPoint {
  value: number;                  // of the parameter
  equal: boolean;                 // every lane that ran returned the same value
  lanes: { id: string; per_call: { median: number; low: number; high: number } | null; error?: string; unavailable?: boolean }[];
  comparisons: Comparison[];
}

export type GrowthModel = 'O(1)' | 'O(log n)' | 'O(n)' | 'O(n log n)' | 'O(n^2)';

/** How the time of a lane grows. `model` null: the times cannot tell the `possible` ones apart; none is possible: none describes them. */
export interface Growth {
  lane: string;
  model: GrowthModel | null;
  possible: GrowthModel[];        // the likeliest first
  exponent: Interval;             // slope on log axes: 1 where twice as much takes twice as long
  constant: number; factor: number;          // seconds: time ~ constant + factor * f(n), f of possible[0]; 0 where none is possible. log n is log2 n
}

/** Where a and b take the same time; b is faster above. */
export interface Crossing { a: string; b: string; at: number; low: number; high: number }

/** time ~ time with one worker * (serial + (1 - serial) / workers) */
export interface Amdahl {
  lane: string;
  serial: Interval;               // share that does not get faster, 0 .. 1
  speedup: { workers: number; speedup: number; low: number; high: number }[];      // measured, against the lane with one worker
  limit: number | null;           // 1 / serial; null where serial is 0
}

export interface SweepReport {
  schema: 1; kind: 'sweep';
  lesson: string | null; source_sha256: string;
  params: Record<string, number>; parameter: string;       // params: of the other parameters; `parameter` is the one that was swept
  over: 'size' | 'workers';
  where: Where; seed: number;
  points: SweepPoint[];           // in rising order of the value
  growth: Growth[];               // over sizes: of every lane with enough points
  crossings: Crossing[];          // over sizes: of every pair of lanes, b the faster one above
  amdahl: Amdahl[];               // over workers: of every lane with enough points
  seconds: number; notes: string[];
}

export type SweepEvent =
  | { event: 'point-start'; index: number; of: number; value: number }
  | { event: 'point'; index: number; of: number; point: SweepPoint };

export interface SweepOptions {
  parameter?: string;             // default: the first of the file
  values?: number[];              // default: sizes around the file's value; workers 1 .. cores
  lanes?: string[]; params?: Record<string, number>; seed?: number;
  budget?: number;                // seconds of measuring, for all points together
}

// ---------------------------------------------------------------------------------------------- repeats: one race in several interpreters

export interface RepeatComparison {
  baseline: string; lane: string;
  ratio: number; low: number; high: number; verdict: Verdict;     // over runs
  within: number;                 // standard error of the log ratio within a run
  between: number;                // standard deviation of the log ratio from run to run
  runs: { ratio: number; low: number; high: number; verdict: Verdict }[];
}

export interface RepeatReport { schema: 1; kind: 'repeat'; runs: Report[]; comparisons: RepeatComparison[]; notes: string[] }

// ---------------------------------------------------------------------------------------------- programs

export interface RunResult {
  status: 'ok' | 'exception' | 'exit' | 'stopped' | 'crashed';
  exitCode: number; stdout: string; stderr: string; seconds: number;
  processes?: ProcessesUsed;        // where it used any
}

/** What a program's child processes took. most: at once; bytes: the most that the memory of their interpreters was at once. */
export interface ProcessesUsed { started: number; most: number; bytes: number }

export interface EngineInfo {
  python: string; pyodide: string; browser: string;
  isolated: boolean; jspi: boolean; simd: boolean; cores: number; clockTickNs: number;
  threads: boolean; processes: boolean; kernels: { threads: number };
}

export interface Progress { stage: string; done: number; total: number }   // bytes while loading, steps while starting

// ---------------------------------------------------------------------------------------------- page <-> worker

/** An interpreter as it starts: plain, or with NumPy imported. */
export type Variant = 'plain' | 'numpy';

/** A C extension of the interpreter, by the name that Python imports. */
export interface Extension { name: string; module: WebAssembly.Module }

/** What a worker needs to start an interpreter of one variant: loaded and compiled once by the page, shared by all of its workers. */
export interface Resources {
  urls: { loader: string; module: string; kernels: string };    // pyodide.mjs, pyodide.asm.mjs, the kernel module's script
  python: WebAssembly.Module;       // pyodide.asm.wasm
  extensions: Extension[];          // _photofinish, and NumPy's
  kernels: WebAssembly.Module;      // kernels on all cores
  bridge: { module: WebAssembly.Module; direct: boolean };     // copies between two memories; direct: without JavaScript
  ipc: WebAssembly.Module;          // the kernel of processes, src/ipc; without shared memory of no use
  library: ArrayBuffer | SharedArrayBuffer;    // python_stdlib.zip
  snapshot: ArrayBuffer | SharedArrayBuffer;   // memory of an interpreter that has imported what programs use
  sources: Record<string, string>;  // photofinish/*.py, numpy/*.py by path under site-packages
}

/** What an interpreter knows of itself; the page adds what only it knows. */
export type InterpreterInfo = Pick<EngineInfo, 'python' | 'pyodide' | 'jspi' | 'threads' | 'clockTickNs'>;

/** A file of the program's home folder: path relative to it, bytes. */
export type HomeFile = [path: string, bytes: Uint8Array];

/** A descriptor that a child process is born with: number, ipc_kind, and what goes with it as tickets of its parent (0: none). */
export type Descriptor = [fd: number, kind: number, readTicket: number, writeTicket: number];

/** What a child process starts with, as its parent says. environment null: its parent's. */
export interface Spawn {
  argv: string[];
  environment: Record<string, string> | null;
  cwd: string;
  path: string[];                   // sys.path
  files: HomeFile[];                // the home folder as the parent sees it
  descriptors: Descriptor[];
}

/** Where the processes of a program meet: a region of src/ipc at a byte of the main program's kernel memory, which is shared. */
export interface Region { memory: WebAssembly.Memory; region: number }

export type ToWorker =
  | { type: 'boot'; resources: Resources; words: Words | null; hidden: Int32Array | null }     // words: see threads/check.ts; the page makes the first 2 for Ctrl-C and notifies. hidden: shared; 1 while it cannot be seen
  | { type: 'start-kernels'; threads: number }
  | { type: 'refuse-kernels'; why: string }
  | { type: 'run'; source: string; argv: string[]; files: HomeFile[] }
  | { type: 'race'; source: string; lesson: string | null; options: RaceOptions; where: Omit<Where, 'clock_tick_ns'>; files: HomeFile[] }
  | { type: 'sweep'; source: string; lesson: string | null; options: SweepOptions; where: Omit<Where, 'clock_tick_ns'>; files: HomeFile[] }
  | { type: 'combine'; runs: Report[] }
  | ({ type: 'process'; token: number } & Region & Spawn);     // to one that has only booted: be this process. No answer: it ends by ipc_exit and 'look'

export type FromWorker =
  | { type: 'starting'; stage: string }      // where it would hang if nothing came after this
  | { type: 'booted'; info: InterpreterInfo; times: Record<string, number>; bytes: number }      // bytes: of the interpreter's memory
  | { type: 'kernels'; threads: number; cancel: Int32Array | null; why: string | null }      // cancel: shared; the page writes 1
  | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'race-event'; event: RaceEvent }
  | { type: 'sweep-event'; event: SweepEvent }
  | { type: 'raced'; report: Report }
  | { type: 'swept'; report: SweepReport }
  | { type: 'combined'; report: RepeatReport }
  | { type: 'ran'; status: 'ok' | 'exception' | 'exit' | 'stopped'; exitCode: number; seconds: number; files: HomeFile[] }
  | ({ type: 'processes'; token: number } & Region)          // a main program made its region, and is this process in it
  | ({ type: 'spawn' } & Spawn)     // a process wants a child: the page stores its pid, or -errno, in its word ANSWER and notifies
  | { type: 'look'; bytes: number }      // somebody is to be ended or was signalled (ipc_next_request, ipc_signals_pending); bytes: of the sender's memory now
  | { type: 'failed'; name: string; message: string };      // the request, or the interpreter itself, came to nothing
