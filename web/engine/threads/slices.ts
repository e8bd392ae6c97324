// Time slices: the interpreter asks its interrupt buffer for a signal every few bytecodes. While there are threads, the buffer answers
// SIGVTALRM when the running one's slice is over and somebody else could run; the handler gives others a turn. Without threads, and
// without other processes, the buffer is the page's own word, and nothing costs anything.
import { SIGNALS_PENDING, type Layout } from './layout.ts';
import type { Outside } from './outside.ts';
import type { Scheduler } from './scheduler.ts';

/** SIGVTALRM as Emscripten numbers it. */
const END_OF_SLICE = 26;
const MOST_SKIPPED = 32;

/** An interrupt buffer that answers what a function does, and takes back nothing. */
export const askedAs = (signal: () => number) => Object.defineProperty({} as Uint8Array, 0, { get: signal, set() {} });

export class Slices {
  /** Milliseconds. */
  length = 5;
  /** While a stack is being changed: nobody else's turn now. */
  held = false;

  #module: any;
  #layout: Layout;
  #outside: Outside;
  #scheduler: Scheduler;
  #end = 0;
  #looked = 0;
  #skip = 1;        // the clock is read at every so many questions, about twice a millisecond
  #left = 1;

  constructor(module: any, layout: Layout, outside: Outside, scheduler: Scheduler) {
    this.#module = module;
    this.#layout = layout;
    this.#outside = outside;
    this.#scheduler = scheduler;
  }

  /** What pyodide.setInterruptBuffer() takes while there are threads, or other processes. */
  readonly buffer = askedAs(() => this.#signal());

  /** A thread begins to run, or goes on. */
  begin(): void {
    this.#end = performance.now() + this.length;
  }

  #signal(): number {
    const signal = this.#outside.take() || this.#endOfSlice();
    if (signal) this.#askRunningThread();
    return signal;
  }

  #endOfSlice(): number {
    if (--this.#left > 0 || this.held) return 0;
    const now = performance.now(), passed = now - this.#looked;
    this.#looked = now;
    this.#skip = passed > 1 ? 1 : passed < 0.25 ? Math.min(2 * this.#skip, MOST_SKIPPED) : this.#skip;
    this.#left = this.#skip;
    if (now < this.#end) return 0;
    this.#end = now + this.length;
    return this.#scheduler.someoneIsDue(now) ? END_OF_SLICE : 0;
  }

  /** CPython tells only the main thread of a signal; whoever runs is to look. */
  #askRunningThread(): void {
    this.#module.HEAPU32[(this.#module._PyThreadState_Get() + this.#layout.breaker) >>> 2] |= SIGNALS_PENDING;
  }
}
