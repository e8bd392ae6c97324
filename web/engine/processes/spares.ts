// Children in advance: interpreters that have booted, to be processes of a program. So its first Pool is up at once.
//
// They boot when a program comes that wants processes, or has begun with them; when all are taken and up, one more. What is left
// after the program waits a while for the next one, since programs are run again and again, and is ended then.
import type { Interpreter } from '../interpreter.ts';

const COUNT = 2;
const IDLE_SECONDS = 30;

/** One that boots or has booted. */
export type Spare = Promise<Interpreter>;

export class Spares {
  #boot: (givenUp: AbortSignal) => Spare;
  #ready: Spare[] = [];
  #booting = new Map<Spare, AbortController>();
  #wanted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** boot: one more, until it is given up. Whoever gave it ends it where nobody else does. */
  constructor(boot: (givenUp: AbortSignal) => Spare) {
    this.#boot = boot;
  }

  /** From now on some stand ready. Resolves when they do, or cannot. */
  async prepare(count = Math.min(COUNT, navigator.hardwareConcurrency ?? 1)): Promise<void> {
    clearTimeout(this.#timer);
    this.#wanted = true;
    while (this.#ready.length < count) this.#ready.push(this.#start());
    await this.quiet();
  }

  /** One of them, or one that boots now; rejects where none can be started. */
  take(): Spare {
    const taken = this.#ready.shift() ?? this.#start();
    void taken.then(() => this.#refill(), () => {});
    return taken;
  }

  /** One that was taken and is not needed. */
  give(unused: Spare): void {
    if (this.#ready.length >= COUNT) return this.#end(unused);
    this.#ready.push(unused);
    if (!this.#wanted) this.rest();
  }

  /** Resolves when none boots. */
  async quiet(): Promise<void> {
    await Promise.allSettled(this.#booting.keys());
  }

  /** Nobody wants them for now. */
  rest(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    if (this.#ready.length) this.#timer = setTimeout(() => this.end(), IDLE_SECONDS * 1000);
  }

  end(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    for (const spare of this.#ready) this.#end(spare);
    this.#ready = [];
  }

  #start(): Spare {
    const givenUp = new AbortController(), spare = this.#boot(givenUp.signal);
    const forget = () => { this.#ready = this.#ready.filter((other) => other !== spare); };
    this.#booting.set(spare, givenUp);
    spare.then((interpreter) => {
      this.#booting.delete(spare);
      void interpreter.ended.then(forget);
    }, () => {
      this.#booting.delete(spare);
      forget();                    // the next one boots when it is needed, and says what is wrong
    });
    return spare;
  }

  #end(spare: Spare): void {
    this.#booting.get(spare)?.abort();
    spare.then((interpreter) => interpreter.end(), () => {});
  }

  #refill(): void {
    if (this.#wanted && this.#booting.size === 0 && this.#ready.length === 0) this.#ready.push(this.#start());
  }
}
