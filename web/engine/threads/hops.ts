// Turns for the event loop. Stacks that wake one another go on as microtasks, and timers and messages of the event loop would starve.

const OVERDUE_MS = 8;

export class Hops {
  #channel = new MessageChannel();
  #then: (() => void) | null = null;
  #last = performance.now();

  constructor() {
    this.#channel.port1.onmessage = () => {
      this.#last = performance.now();
      const then = this.#then;
      this.#then = null;
      then?.();
    };
  }

  /** Whether the event loop has not had a turn for long. */
  overdue(now: number): boolean {
    return now - this.#last > OVERDUE_MS;
  }

  /** Calls `then` after the event loop had a turn. One at a time. */
  hop(then: () => void): void {
    this.#then = then;
    this.#channel.port2.postMessage(0);
  }
}
