// Every message between the page and an interpreter's worker, and the values that cross the public API (photofinish.mjs).
// User errors (a lane that raises, a program that exits) come back as values; only failures of the engine itself are errors.

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
  peak_bytes?: number;
  error?: string;                 // why the lane did not run: a traceback with the lane's own line numbers, or a sentence
  unavailable?: boolean;          // the lane cannot run here (no threads without isolation); error says why
}

export interface Comparison {
  baseline: string; lane: string;
  ratio: number; low: number; high: number;   // baseline time / lane time: 2 means twice as fast
  mean_ratio: number;
  verdict: Verdict; blocks: number; flags: Flag[];
}

export interface Where {
  python: string; runtime: 'browser' | 'native'; browser?: string; cores: number; isolated?: boolean;
  clock_tick_ns: number; date: string;
}

export interface Report {
  schema: 1;
  lesson: string | null; source_sha256: string; params: Record<string, number>;
  where: Where; seed: number;
  equal: boolean;                 // every lane that ran returned the same value
  value: string;                  // that value, shortened for display
  lanes: LaneReport[]; comparisons: Comparison[];
  seconds: number;                // from the first measured block to the verdict
  notes: string[];
}

// What a race tells while it runs, in this order.
export type RaceEvent =
  | { event: 'stage'; stage: 'setup' | 'check' | 'warm-up' | 'race' }
  | { event: 'checked'; equal: boolean; value: string; lanes: { id: string; kind: LaneKind; title: string; error?: string; unavailable?: boolean }[] }
  | { event: 'samples'; lanes: Record<string, Sample[]>; seconds: number; budget: number }     // new since the event before
  | { event: 'look'; look: number; last: boolean; comparisons: Comparison[] };

export interface RaceOptions { params?: Record<string, number>; lanes?: string[]; seed?: number; budget?: number }

// ---------------------------------------------------------------------------------------------- programs

export interface RunResult {
  status: 'ok' | 'exception' | 'exit' | 'stopped' | 'crashed';
  exitCode: number; stdout: string; stderr: string; seconds: number;
}

export interface EngineInfo {
  python: string; pyodide: string; browser: string;
  isolated: boolean; jspi: boolean; simd: boolean; cores: number; clockTickNs: number;
  threads: boolean; processes: boolean; kernels: { threads: number };
}

export interface Progress { stage: string; done: number; total: number }   // bytes while loading, steps while starting

// ---------------------------------------------------------------------------------------------- page <-> worker

/** What a worker needs to start an interpreter: loaded and compiled once by the page, shared by all of its workers. */
export interface Resources {
  base: string;                     // URL of the folder that holds pyodide.mjs and its neighbours, ends in /
  python: WebAssembly.Module;       // pyodide.asm.wasm
  extension: WebAssembly.Module;    // _photofinish
  kernels: WebAssembly.Module | null;   // kernels on all cores; null where memory cannot be shared between workers
  kernelsURL: string;
  bridge: WebAssembly.Module | null;    // copies between two memories; null where the browser has no multi-memory
  library: ArrayBuffer | SharedArrayBuffer;    // python_stdlib.zip
  snapshot: ArrayBuffer | SharedArrayBuffer | null;   // null: start without one (the slow way, for making and for measuring)
  sources: Record<string, string>;  // photofinish/*.py by path under site-packages
}

/** Words of shared memory through which the page reaches a worker that computes. */
export interface Control { interrupt: Uint8Array; cancel: Int32Array | null }

export type ToWorker =
  | { type: 'boot'; resources: Resources }
  | { type: 'kernels'; threads: number }                  // start the pool: asked of the interpreter that will be used next
  | { type: 'run'; id: number; source: string; argv: string[]; files: [string, Uint8Array][] }
  | { type: 'race'; id: number; source: string; lesson: string | null; options: RaceOptions; where: Where; };

export type FromWorker =
  | { type: 'progress'; progress: Progress }
  | { type: 'booted'; info: EngineInfo; interrupt: SharedArrayBuffer | null; times: Record<string, number> }
  | { type: 'kernels'; threads: number; cancel: Int32Array | null; error?: string }
  | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'race-event'; id: number; event: RaceEvent }
  | { type: 'raced'; id: number; report: Report }
  | { type: 'ran'; id: number; status: 'ok' | 'exception' | 'exit' | 'stopped'; exitCode: number; seconds: number; files: [string, Uint8Array][] }
  | { type: 'failed'; id: number | null; name: string; message: string };
