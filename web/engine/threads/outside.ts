// What threads may have to wait for that none of them does: the page's interrupt (Stop), which is a word of shared memory; and, once
// this program uses processes, other processes: their messages, locks, ends and signals (../processes/process.ts). The worker sleeps on
// that word, or on the process's own, which the page counts up as well when it interrupts. Whatever else is to wake it has to change
// what it sleeps on and notify, or stand beside it here.
import { INTERRUPT, SIGNALS } from './check.ts';

/** The process that this interpreter is, as far as waiting goes. */
export interface Wakeups {
  readonly isMain: boolean;
  sequence(): number;
  arm(event: number, id: number): boolean;
  park(sequence: number, milliseconds: number): void;
  listen(sequence: number, then: () => void): void;
  signalled(): boolean;
  takeSignal(): number;
}

export class Outside {
  /** Whether the worker can sleep until something happens; without shared memory only the event loop can. */
  readonly canSleep: boolean;
  /** Nobody runs for a while. */
  readonly beforeSleep: () => void;

  #words: Int32Array | null;
  #raise: (signal: number) => void;
  #process: Wakeups | null = null;

  /** words: the page writes a signal's number into INTERRUPT and notifies; beforeSleep: e.g. sends what was printed; raise: makes a signal pending. */
  constructor(words: Int32Array | null, beforeSleep: () => void, raise: (signal: number) => void) {
    this.#words = words;
    this.canSleep = words !== null;
    this.beforeSleep = beforeSleep;
    this.#raise = raise;
  }

  /** From now on the worker sleeps as this process. */
  connect(process: Wakeups): void {
    this.#process = process;
  }

  /** Whether a main program that nothing here will ever wake is in a deadlock. Other processes can be signalled or ended by their parents. */
  get mayDeadlock(): boolean {
    return this.#process?.isMain ?? true;
  }

  // ------------------------------------------------------------------------------------------- signals

  interrupted(): boolean {
    return (this.#words !== null && this.#words[INTERRUPT] !== 0) || (this.#process !== null && this.#process.signalled());
  }

  /** For who computes and has seen one of the words: the signal's number, which is then no longer there; 0: none. */
  take(): number {
    const words = this.#words;
    if (!words) return 0;
    if (words[INTERRUPT] !== 0) return Atomics.exchange(words, INTERRUPT, 0);
    if (words[SIGNALS] === 0 || !this.#process) return 0;
    Atomics.store(words, SIGNALS, 0);
    const signal = this.#process.takeSignal();
    if (this.#process.signalled()) Atomics.store(words, SIGNALS, 1);
    return signal;
  }

  /** Makes every signal that has come one that Python handles at its next check. */
  raise(): void {
    const words = this.#words;
    const interrupt = words && words[INTERRUPT] !== 0 ? Atomics.exchange(words, INTERRUPT, 0) : 0;
    if (interrupt) this.#raise(interrupt);
    for (let signal; (signal = this.#process?.takeSignal() ?? 0) > 0; ) this.#raise(signal);
  }

  // ------------------------------------------------------------------------------------------- sleeping

  /** Changes whenever something that was armed may be ready; to be read before that, and before interrupted(). */
  sequence(): number {
    return this.#process?.sequence() ?? 0;
  }

  /** Whether a process's event is ready now; else the sequence changes when it may be. */
  arm(event: number, id: number): boolean {
    return this.#process?.arm(event, id) ?? true;
  }

  /** Sleeps until then, on the clock of performance.now(), until the page interrupts, or until the sequence is another one. */
  sleep(until: number, sequence: number): void {
    const milliseconds = until - performance.now();
    if (milliseconds <= 0) return;
    this.beforeSleep();
    if (this.#process) this.#process.park(sequence, milliseconds);
    else if (this.#words) Atomics.wait(this.#words, INTERRUPT, 0, milliseconds);
    else while (performance.now() < until);       // nothing else stops a worker here
  }

  /** Has the event loop call `then` when the sequence is another one. */
  listen(sequence: number, then: () => void): void {
    this.#process?.listen(sequence, then);
  }
}
