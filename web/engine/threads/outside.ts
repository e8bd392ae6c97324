// What threads may have to wait for that none of them does: the page's interrupt (Stop), which is a word of shared memory. The worker
// sleeps on that word. Whatever else is to wake it has to change the word and notify, or stand beside it here.

export class Outside {
  /** Whether the worker can sleep until something happens; without shared memory only the event loop can. */
  readonly canSleep: boolean;

  #word: Int32Array | null;
  /** Nobody runs for a while. */
  readonly beforeSleep: () => void;

  #raise: (signal: number) => void;

  /** word: the page writes a signal's number and notifies; beforeSleep: e.g. sends what was printed; raise: makes a signal pending. */
  constructor(word: Int32Array | null, beforeSleep: () => void, raise: (signal: number) => void) {
    this.#word = word;
    this.canSleep = word !== null;
    this.beforeSleep = beforeSleep;
    this.#raise = raise;
  }

  interrupted(): boolean {
    return this.#word !== null && this.#word[0] !== 0;
  }

  /** The signal's number, which is then no longer there; 0: none. */
  take(): number {
    return this.interrupted() ? Atomics.exchange(this.#word!, 0, 0) : 0;
  }

  /** Makes the page's signal one that Python handles at its next check. */
  raise(): void {
    this.#raise(this.take());
  }

  /** Sleeps until then, on the clock of performance.now(), or until the page interrupts. */
  sleep(until: number): void {
    const milliseconds = until - performance.now();
    if (milliseconds <= 0) return;
    this.beforeSleep();
    if (this.canSleep) Atomics.wait(this.#word!, 0, 0, milliseconds);
    else while (performance.now() < until);       // nothing else stops a worker here
  }
}
