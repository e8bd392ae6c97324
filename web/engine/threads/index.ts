// Threads of one interpreter: stock threading, queue and concurrent.futures on WebAssembly stacks that can be suspended.
//
//   stacks.ts      starts, suspends and continues stacks (JSPI), each with a C stack of its own (regions.ts)
//   scheduler.ts   decides who runs; timers.ts: waits that end by themselves; hops.ts: turns for the event loop
//   slices.ts      ends the turn of a thread that computes for long
//   check.ts       asks for signals without asking JavaScript
//   outside.ts     what comes from outside of the interpreter: Stop
//   layout.ts      two offsets in PyThreadState, pinned and tried out
//   foreign.ts     keeps stacks with JavaScript frames from being suspended
//
// Locks, queues and waiting are C (src/python/_photofinish/threads.c and what it names), the rest of _thread is Python
// (src/python/photofinish/threads). A snapshot holds both, already in place of CPython's own.
import type { Pyodide } from '../boot.ts';
import { features } from '../features.ts';
import { SLICES } from './check.ts';
import { guardWith } from './foreign.ts';
import { layoutOf } from './layout.ts';
import { Outside } from './outside.ts';
import { Reason, Scheduler } from './scheduler.ts';
import { Slices } from './slices.ts';
import { Stacks } from './stacks.ts';

export interface Threads {
  /** null: programs can start threads; else why not, in a sentence. */
  why: string | null;
  /** Calls a Python function as the main program, which may wait; rejects with what it raises, or when a thread destroys the interpreter. */
  runMain<T>(f: any, parameters: unknown[]): Promise<T>;
}

/**
 * Connects the interpreter's waiting to this worker. interrupt: the page writes a signal's number into the first word and notifies; beforeSleep: is called
 * before the worker sleeps.
 */
export function startThreads(pyodide: Pyodide, interrupt: Int32Array | null, beforeSleep: () => void): Threads {
  const module = pyodide._module;
  const extension = pyodide.pyimport('_photofinish');
  const outside = new Outside(interrupt, beforeSleep, (signal) => module._PyErr_SetInterruptEx(signal));
  const pointer = (f: Function, signature: string): number => module.addFunction(f, signature);
  const connect = (wait: Function, wake: Function, start: Function, interruptMain: Function, slice: Function, suspend = 0): number =>
    extension.connect_threads(pointer(wait, 'iidi'), suspend, pointer(wake, 'vi'), pointer(start, 'ii'), pointer(interruptMain, 'v'),
      pointer(slice, 'vd'));

  const layout = layoutOf(pyodide.version);
  let why: string | null = null;
  if (!features().jspi) why = 'this browser cannot suspend WebAssembly (JSPI), and threads are made of that. Firefox, Chrome and Edge can';
  else if (!layout) why = `threads are not known to work with Pyodide ${pyodide.version}`;
  else {
    try {
      extension.allow_threads(layout.ident, layout.breaker);
    } catch (error) {
      why = `this interpreter is laid out in another way: ${(error as Error).message.trim().split('\n').at(-1)}`;
    }
  }

  if (why || !layout) {
    const scheduler = new Scheduler({ canSuspend: () => false }, outside);
    const alone = (...parameters: [number, number, number]): Reason => {
      const reason = wait(scheduler)(...parameters);
      return reason === Reason.STUCK ? Reason.DEADLOCK : reason;       // nobody else is there to wake it
    };
    connect(alone, wake(scheduler), () => 3, () => scheduler.interruptMain(), () => {});
    extension.refuse_threads(why);
    extension.destroy();
    if (interrupt) pyodide.setInterruptBuffer(interrupt);
    return { why, runMain: async (f, parameters) => f(...parameters) };
  }

  let crash!: (error: Error) => void;
  const crashed = new Promise<never>((_, reject) => { crash = reject; });
  crashed.catch(() => {});
  const slice = (some: boolean) => {
    pyodide.setInterruptBuffer(some ? slices.buffer : interrupt);
    if (interrupt) interrupt[SLICES] = Number(some);
  };
  const stacks = new Stacks(module, slice, crash);
  const scheduler = new Scheduler(stacks, outside);
  const slices = new Slices(module, layout, outside, scheduler);
  const suspend = module.wasmTable.grow(1);
  module.wasmTable.set(suspend, stacks.suspendFunction());
  const first = connect(wait(scheduler), wake(scheduler), (thread: number) => stacks.start(thread), () => scheduler.interruptMain(),
    (milliseconds: number) => { slices.length = milliseconds; }, suspend);
  extension.destroy();
  stacks.connect(scheduler, slices, first);
  guardWith(module.validSuspender);
  pyodide.setInterruptBuffer(interrupt);
  return {
    why: null,
    runMain(f, parameters) {
      stacks.expectMain();
      return Promise.race([f.callPromising(...parameters), crashed]);
    },
  };
}

const wait = (scheduler: Scheduler) => (address: number, milliseconds: number, isMain: number): Reason =>
  scheduler.wait(address, milliseconds, isMain !== 0);
const wake = (scheduler: Scheduler) => (address: number): void => scheduler.wake(address);
