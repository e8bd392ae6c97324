// Who runs. Every thread is a WebAssembly stack (stacks.ts); one runs at a time, until it waits, ends or has used up its time slice
// (slices.ts). Then the first of those that can go on does.
//
// Waits are named by their addresses: they lie on the C stacks of those who wait (src/python/_photofinish/threads.h). A wait may have a
// list of what it watches in other processes (watches.ts). When nobody can go on, the worker sleeps until the next timer, until
// something that is watched may have changed, or until the page interrupts (outside.ts). A stack that Pyodide has suspended because
// it awaits a promise needs the event loop: while there is one, the worker never sleeps.
import { Hops } from './hops.ts';
import { Timers } from './timers.ts';
import { Watches } from './watches.ts';
import type { Outside } from './outside.ts';

/** What a wait came to; the same numbers in src/python/_photofinish/scheduler.h. */
export const Reason = { WOKEN: 0, TIMEOUT: 1, INTERRUPT: 2, DEADLOCK: 3, STUCK: 4, SUSPEND: 5 } as const;
export type Reason = (typeof Reason)[keyof typeof Reason];

interface Wait {
  address: number;
  isMain: boolean;
  until: number;
  waiting: boolean;
  reason: Reason;
  go(): void;         // continues the stack; nothing before it is suspended
}

/** What can go on: a wait that is over, or a thread that starts. */
interface Runnable { go(): void }

/** What the scheduler asks of the stacks. */
export interface Stacks { canSuspend(): boolean }

export class Scheduler {
  /** How many stacks await a promise. */
  awaiting = 0;

  #stacks: Stacks;
  #outside: Outside;
  #ready: Runnable[] = [];
  #waits = new Map<number, Wait>();
  #timers = new Timers<Wait>();
  #watches: Watches<Wait>;
  #hops = new Hops();
  #running = false;
  #chosen = false;          // somebody goes on in a moment, and is no longer among the ready
  #closed = false;
  #timeout: ReturnType<typeof setTimeout> | undefined;

  /** words: the interpreter's memory, in which the waits lie, as it is now. */
  constructor(stacks: Stacks, outside: Outside, words: () => Uint32Array) {
    this.#stacks = stacks;
    this.#outside = outside;
    this.#watches = new Watches(outside, words);
  }

  // ------------------------------------------------------------------------------------------- for the extension

  /**
   * The running stack waits, so many milliseconds at most; 0: for its next turn. The answer where that is known without leaving the
   * stack, since nobody else can run before; else SUSPEND, and the stack has to be suspended.
   */
  wait(address: number, milliseconds: number, isMain: boolean): Reason {
    const now = performance.now();
    const wait: Wait = { address, isMain, until: now + milliseconds, waiting: true, reason: Reason.WOKEN, go() {} };
    if (milliseconds === 0) return this.#takeTurns(wait);
    if (!this.#stacks.canSuspend()) return this.#waitInPlace(wait);
    this.#waits.set(address, wait);
    if (wait.until < Infinity) this.#timers.add(wait);
    if (this.#watches.add(wait)) this.#end(wait, Reason.WOKEN);
    if (this.#ready.length === 0 && !this.#chosen) this.#settle();
    if (this.#ready[0] !== wait || this.#chosen) return Reason.SUSPEND;
    this.#ready.shift();
    return this.#forget(wait);
  }

  /** The suspended stack's promise: resolves with the reason when its turn comes. */
  suspended(address: number): Promise<Reason> {
    const wait = this.#waits.get(address)!;
    const promise = new Promise<Reason>((resolve) => { wait.go = () => resolve(this.#forget(wait)); });
    this.stops();
    return promise;
  }

  wake(address: number): void {
    const wait = this.#waits.get(address);
    if (wait) this.#end(wait, Reason.WOKEN);
  }

  /** The main thread, if it waits, goes on to run a signal handler. */
  interruptMain(): void {
    const main = this.#waitOfMain();
    if (main) this.#end(main, Reason.INTERRUPT);
  }

  // ------------------------------------------------------------------------------------------- for stacks and slices

  start(runnable: Runnable): void {
    this.#ready.push(runnable);
    this.#chooseSoon();
  }

  /** The stack that was chosen begins to run, or goes on. */
  chosenRuns(): void {
    this.#chosen = false;
    this.#running = true;
  }

  /** A stack runs that nobody here has chosen: the event loop began it, or its promise has settled. */
  runs(): void {
    this.#running = true;
  }

  /** The running stack has been suspended or has ended. */
  stops(): void {
    this.#running = false;
    this.#choose();
  }

  /** Whether somebody would run if the running stack let go. */
  someoneIsDue(now: number): boolean {
    this.#look();
    return this.#ready.length > 0 || this.#timers.next() <= now || (this.awaiting > 0 && this.#hops.overdue(now));
  }

  /** From now on nobody is chosen: the program has ended. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timeout);
  }

  // ------------------------------------------------------------------------------------------- inside

  #takeTurns(wait: Wait): Reason {
    this.#expire();
    this.#look();
    const others = this.#ready.length > 0 || this.#chosen || (this.awaiting > 0 && this.#hops.overdue(performance.now()));
    if (!others || !this.#stacks.canSuspend()) return Reason.WOKEN;
    this.#waits.set(wait.address, wait);
    this.#end(wait, Reason.WOKEN);
    return Reason.SUSPEND;
  }

  /** A stack that cannot be suspended: only time can end its wait, other processes, or the page. */
  #waitInPlace(wait: Wait): Reason {
    const watched = this.#watches.add(wait);
    try {
      if (watched) return Reason.WOKEN;
      if (wait.until === Infinity && !this.#watches.has(wait)) return Reason.STUCK;
      while (performance.now() < wait.until) {
        const sequence = this.#outside.sequence();
        if (this.#outside.interrupted()) {
          this.#outside.raise();
          return Reason.INTERRUPT;
        }
        if (this.#watches.isReady(wait)) return Reason.WOKEN;
        this.#outside.sleep(wait.until, sequence);
      }
      return Reason.TIMEOUT;
    } finally {
      this.#watches.remove(wait);
    }
  }

  #end(wait: Wait, reason: Reason): void {
    if (!wait.waiting) return;
    wait.waiting = false;
    wait.reason = reason;
    this.#watches.remove(wait);
    this.#ready.push(wait);
    this.#chooseSoon();
  }

  #forget(wait: Wait): Reason {
    this.#waits.delete(wait.address);
    return wait.reason;
  }

  #waitOfMain(): Wait | null {
    for (const wait of this.#waits.values()) if (wait.isMain && wait.waiting) return wait;
    return null;
  }

  #expire(): void {
    const now = performance.now();
    for (let wait; (wait = this.#timers.due(now)); ) this.#end(wait, Reason.TIMEOUT);
  }

  /** What has changed in other processes. */
  #look(): void {
    for (const wait of this.#watches.ready()) this.#end(wait, Reason.WOKEN);
  }

  /** Something outside of any stack made somebody ready; while a stack runs, the choice is made when it stops. */
  #chooseSoon(): void {
    if (!this.#running && !this.#chosen) queueMicrotask(() => this.#choose());
  }

  #choose(): void {
    if (this.#running || this.#chosen || this.#closed) return;
    this.#expire();
    this.#look();
    if (this.#ready.length === 0) this.#settle();
    const next = this.#ready.shift();
    if (!next) return;
    this.#chosen = true;
    if (this.awaiting > 0 && this.#hops.overdue(performance.now())) this.#hops.hop(() => next.go());
    else next.go();
  }

  /** Nobody can go on: sleeps until somebody can, or leaves that to the event loop. */
  #settle(): void {
    while (this.#ready.length === 0 && !this.#closed) {
      const sequence = this.#outside.sequence();
      if (this.#outside.interrupted() && this.#waitOfMain()) {
        this.#outside.raise();
        return this.interruptMain();
      }
      this.#expire();
      this.#look();
      if (this.#ready.length > 0) return;
      const next = this.#timers.next();
      if (this.awaiting > 0 || !this.#outside.canSleep) return this.#waitForTimer(next, sequence);
      if (next === Infinity && this.#isDeadlock()) return this.#deadlock();
      this.#outside.sleep(next, sequence);
    }
  }

  #waitForTimer(next: number, sequence: number): void {
    this.#outside.beforeSleep();
    clearTimeout(this.#timeout);
    if (next < Infinity) this.#timeout = setTimeout(() => this.#choose(), Math.max(0, Math.ceil(next - performance.now())));
    else if (this.awaiting === 0) this.#deadlock();
    if (this.#watches.some) this.#outside.listen(sequence, () => this.#choose());
  }

  /** Whether nothing can ever end a wait. */
  #isDeadlock(): boolean {
    return !this.#watches.some && this.#outside.mayDeadlock;
  }

  /** No thread can ever go on: the main thread is told. */
  #deadlock(): void {
    const main = this.#waitOfMain();
    if (main) this.#end(main, Reason.DEADLOCK);
  }
}
