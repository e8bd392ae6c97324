// Threads of one interpreter: stock threading, queue and concurrent.futures on WebAssembly stacks that can be suspended.
//
//   stacks.ts      starts, suspends and continues stacks (JSPI), each with a C stack of its own (regions.ts)
//   scheduler.ts   decides who runs; timers.ts: waits that end by themselves; watches.ts: what waits watch in other processes;
//                  hops.ts: turns for the event loop
//   slices.ts      ends the turn of a thread that computes for long
//   check.ts       asks for signals without asking JavaScript
//   outside.ts     what comes from outside of the interpreter: Stop, and other processes
//   layout.ts      two offsets in PyThreadState, pinned and tried out
//   foreign.ts     keeps stacks with JavaScript frames from being suspended
//
// Starting, waiting, locks and queues are C (src/python/_photofinish/threads.h and what it names), the rest of _thread is Python
// (src/python/photofinish/threads). A snapshot holds both, already in place of CPython's own.
import type { Pyodide } from '../boot.ts';
import { features } from '../features.ts';
import { SLICES } from './check.ts';
import { guardWith } from './foreign.ts';
import { layoutOf } from './layout.ts';
import { Outside, type Wakeups } from './outside.ts';
import { Reason, Scheduler } from './scheduler.ts';
import { askedAs, Slices } from './slices.ts';
import { Stacks } from './stacks.ts';

/** A time limit where there is none, for a wait that somebody ends sooner or later: a week. */
const LONG_MS = 6e8;

export interface Threads {
  /** null: programs can start threads; else why not, in a sentence. */
  why: string | null;
  /** Calls a Python function as the main program, which may wait; rejects with what it raises, or when a thread destroys the interpreter. */
  runMain<T>(f: any, parameters: unknown[]): Promise<T>;
  /** From now on the interpreter is this process: it sleeps as it, and hears its signals. */
  connect(process: Wakeups): void;
  /** Whether the page has interrupted or a signal has come; Python then handles it at its next check. */
  interrupted(): boolean;
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

  const words = () => module.HEAPU32 as Uint32Array;
  const interrupted = (): boolean => {
    if (!outside.interrupted()) return false;
    outside.raise();
    return true;
  };

  if (why || !layout) {
    const scheduler = new Scheduler({ canSuspend: () => false }, outside, words);
    const alone = (address: number, milliseconds: number, isMain: number): Reason => {
      for (let limit = milliseconds; ; limit = LONG_MS) {
        const reason = wait(scheduler)(address, limit, isMain);
        if (reason === Reason.STUCK && outside.mayDeadlock) return Reason.DEADLOCK;       // nobody else is there to wake it
        if (reason !== Reason.STUCK && (reason !== Reason.TIMEOUT || milliseconds < Infinity)) return reason;
      }
    };
    connect(alone, wake(scheduler), () => 3, () => scheduler.interruptMain(), () => {});
    extension.refuse_threads(why);
    extension.destroy();
    if (interrupt) pyodide.setInterruptBuffer(interrupt);
    return {
      why, interrupted,
      runMain: async (f, parameters) => f(...parameters),
      connect(process) {
        outside.connect(process);
        pyodide.setInterruptBuffer(askedAs(() => outside.take()));
      },
    };
  }

  let crash!: (error: Error) => void;
  const crashed = new Promise<never>((_, reject) => { crash = reject; });
  crashed.catch(() => {});
  let living = false, isProcess = false;
  const chooseBuffer = () => {
    pyodide.setInterruptBuffer(living || isProcess ? slices.buffer : interrupt);
    if (interrupt) interrupt[SLICES] = Number(living);
  };
  const slice = (some: boolean) => {
    living = some;
    chooseBuffer();
  };
  const stacks = new Stacks(module, slice, crash);
  const scheduler = new Scheduler(stacks, outside, words);
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
    why: null, interrupted,
    connect(process) {
      outside.connect(process);
      isProcess = true;
      chooseBuffer();
    },
    runMain(f, parameters) {
      stacks.expectMain();
      return Promise.race([f.callPromising(...parameters), crashed]);
    },
  };
}

const wait = (scheduler: Scheduler) => (address: number, milliseconds: number, isMain: number): Reason =>
  scheduler.wait(address, milliseconds, isMain !== 0);
const wake = (scheduler: Scheduler) => (address: number): void => scheduler.wake(address);
