// The WebAssembly stacks themselves: starting, suspending and continuing them (JSPI), each with a C stack of its own.
//
// The main program runs on the interpreter's own C stack, and what the event loop calls has another one, since the main program's frames
// stay where they are while it is suspended. Pyodide's way of keeping all tasks on one C stack, moving frames out and back, is turned off.
import { Regions, type Region } from './regions.ts';
import type { Reason, Scheduler } from './scheduler.ts';
import type { Slices } from './slices.ts';

export const THREADS_LIMIT = 1024;                  // as src/python/_photofinish/threads.c says
const THREAD_BYTES = 256 * 1024;
const LOOP_BYTES = 1024 * 1024;

/**
 * A WebAssembly function that C can call through the function table, and that suspends the stack which calls it:
 *   (func (export "suspend") (param $wait i32) (param $main i32) (result i32)
 *     (call $suspend (local.get $wait) (local.get $main))  (call $continue (local.get $wait)))
 */
const SUSPEND = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 11, 2, 96, 2, 127, 127, 1, 127, 96, 1, 127, 0, 2, 28, 2, 2, 106, 115, 7, 115, 117, 115, 112, 101, 110, 100, 0, 0,
  2, 106, 115, 8, 99, 111, 110, 116, 105, 110, 117, 101, 0, 1, 3, 2, 1, 0, 7, 11, 1, 7, 115, 117, 115, 112, 101, 110, 100, 0, 2,
  10, 14, 1, 12, 0, 32, 0, 32, 1, 16, 0, 32, 0, 16, 1, 11,
];

interface Suspended { pointer: number; state: number }      // C stack pointer; what Pyodide keeps of the main thread, 0 for others

export class Stacks {
  #module: any;
  #scheduler!: Scheduler;
  #slices!: Slices;
  #enter!: (thread: number) => Promise<void>;
  #onLiving: (some: boolean) => void;
  #onCrash: (error: Error) => void;
  #suspended = new Map<number, Suspended>();
  #threads: Regions;
  #callbacks: Regions;
  #main: Region;
  #loop: Region;
  #living = 0;
  #mainIsNext = false;
  #entering = false;

  /** onLiving: the first thread starts, the last one ended; onCrash: a thread has destroyed the interpreter. */
  constructor(module: any, onLiving: (some: boolean) => void, onCrash: (error: Error) => void) {
    this.#module = module;
    this.#onLiving = onLiving;
    this.#onCrash = onCrash;
    this.#threads = new Regions(module, THREAD_BYTES);
    this.#callbacks = new Regions(module, LOOP_BYTES);
    this.#main = { top: module._emscripten_stack_get_base(), bottom: module._emscripten_stack_get_end() };
    const loop = this.#callbacks.take();
    if (!loop) throw new Error('no memory for the event loop’s stack');
    this.#loop = loop;
  }

  /** firstFunction: of a thread, an index of the function table. */
  connect(scheduler: Scheduler, slices: Slices, firstFunction: number): void {
    this.#scheduler = scheduler;
    this.#slices = slices;
    this.#enter = (WebAssembly as any).promising(this.#module.wasmTable.get(firstFunction));
    this.#standInForPyodide();
  }

  /** The function that C calls to suspend its stack. */
  suspendFunction(): Function {
    const js = {
      suspend: new (WebAssembly as any).Suspending((wait: number, isMain: number) => this.#suspend(wait, isMain !== 0)),
      continue: (wait: number) => this.#continue(wait),
    };
    return new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(SUSPEND)), { js }).exports.suspend as Function;
  }

  /** Whether the stack that runs can be suspended: no JavaScript frame is in it. */
  canSuspend(): boolean {
    return this.#module.validSuspender.value;
  }

  /** The next promising call into Python is the main program. */
  expectMain(): void {
    this.#mainIsNext = true;
  }

  /** A thread is to start: 0, or why it cannot (raise_not_started in src/python/_photofinish/threads.c). */
  start(thread: number): number {
    if (this.#living === THREADS_LIMIT) return 2;
    const region = this.#threads.take();
    if (!region) return 1;
    if (this.#living++ === 0) this.#onLiving(true);
    this.#scheduler.start({ go: () => queueMicrotask(() => { void this.#run(thread, region); }) });
    return 0;
  }

  async #run(thread: number, region: Region): Promise<void> {
    try {
      this.#scheduler.chosenRuns();
      await this.#on(region, () => {
        this.#module.validSuspender.value = true;
        return this.#enter(thread);
      });
      this.#threads.give(region);
    } catch (error) {
      this.#onCrash(error as Error);
      return;
    }
    if (--this.#living === 0) this.#onLiving(false);
    this.#scheduler.stops();
  }

  /** Begins something on a C stack; returns when it is suspended for the first time. */
  #on<T>(region: Region, begin: () => T): T {
    const { _emscripten_stack_set_limits, stackRestore } = this.#module;
    this.#slices.begin();
    _emscripten_stack_set_limits(region.top, region.bottom);      // a new thread state takes its recursion limit from here
    if (region !== this.#main) stackRestore(region.top);
    try {
      return begin();
    } finally {
      stackRestore(this.#loop.top);
      _emscripten_stack_set_limits(this.#main.top, this.#main.bottom);
    }
  }

  // ------------------------------------------------------------------------------------------- suspending

  /** Runs on the stack that is to be suspended. */
  #suspend(wait: number, isMain: boolean): Promise<Reason> {
    const { _captureThreadState, stackSave, stackRestore, validSuspender } = this.#module;
    this.#slices.held = true;       // Pyodide asks asyncio what it was doing
    this.#suspended.set(wait, { state: isMain ? _captureThreadState() : 0, pointer: stackSave() });
    this.#slices.held = false;
    stackRestore(this.#loop.top);
    validSuspender.value = false;
    return this.#scheduler.suspended(wait);
  }

  /** Runs on the stack that goes on, before anything else does. */
  #continue(wait: number): void {
    const { pointer, state } = this.#suspended.get(wait)!;
    this.#suspended.delete(wait);
    this.#module.stackRestore(pointer);
    this.#slices.held = true;
    if (state) this.#module._restoreThreadState(state);
    this.#slices.held = false;
    this.#module.validSuspender.value = true;
    this.#scheduler.chosenRuns();
    this.#slices.begin();
  }

  /**
   * Pyodide's own promising calls (the main program, callbacks of asyncio) and its own suspensions (run_sync, which awaits a promise).
   * It reads its property stackStop when it suspends a stack and writes it when a stack begins or goes on. What is read equals the stack
   * pointer: a stack without extent is never moved.
   */
  #standInForPyodide(): void {
    const module = this.#module;
    const apply = module.promisingApply;
    module.promisingApply = (...parameters: unknown[]) => {
      const region = this.#mainIsNext ? this.#main : this.#callbacks.take();
      this.#mainIsNext = false;
      if (!region) throw new Error('no memory for another stack');
      this.#scheduler.runs();
      const promise: Promise<unknown> = this.#on(region, () => {
        this.#entering = true;
        return apply(...parameters);
      });
      return promise.finally(() => {
        if (region === this.#main) this.#scheduler.close();
        else this.#callbacks.give(region);
        this.#scheduler.stops();
      });
    };
    Object.defineProperty(module, 'stackStop', {
      get: () => {
        const pointer = module.stackSave();
        module.stackRestore(this.#loop.top);
        this.#scheduler.awaiting++;
        this.#scheduler.stops();
        return pointer;
      },
      set: () => {
        if (this.#entering) this.#entering = false;
        else {
          this.#scheduler.awaiting--;
          this.#scheduler.runs();
          this.#slices.begin();
        }
      },
    });
  }
}
