// Children in advance: interpreters that have booted, to be processes of a program. So its first Pool is up at once.
//
// They boot when a program comes that wants processes, or has begun with them; when all are taken and up, one more. What is left
// after the program waits a while for the next one, since programs are run again and again, and is ended then.
import type { Interpreter } from '../interpreter.ts';

const COUNT = 2;
const IDLE_SECONDS = 30;

export class Spares {
  #boot: () => Promise<Interpreter>;
  #ready: Promise<Interpreter>[] = [];
  #booting = new Set<Promise<Interpreter>>();
  #wanted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** boot: one more; whoever gave it ends it where nobody else does. */
  constructor(boot: () => Promise<Interpreter>) {
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
  async take(): Promise<Interpreter> {
    const taken = await (this.#ready.shift() ?? this.#start());
    this.#refill();
    return taken.alive ? taken : this.take();
  }

  /** One that was taken and is not needed. */
  give(unused: Interpreter): void {
    if (this.#ready.length >= COUNT) return unused.end();
    this.#ready.push(Promise.resolve(unused));
    if (!this.#wanted) this.rest();
  }

  /** Resolves when none boots. */
  async quiet(): Promise<void> {
    await Promise.allSettled(this.#booting);
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
    for (const spare of this.#ready) void spare.then((interpreter) => interpreter.end(), () => {});
    this.#ready = [];
  }

  #start(): Promise<Interpreter> {
    const spare = this.#boot();
    this.#booting.add(spare);
    spare.then(() => { this.#booting.delete(spare); }, () => {
      this.#booting.delete(spare);
      this.#ready = this.#ready.filter((other) => other !== spare);      // the next one boots when it is needed, and says what is wrong
    });
    return spare;
  }

  #refill(): void {
    if (this.#wanted && this.#booting.size === 0 && this.#ready.length === 0) this.#ready.push(this.#start());
  }
}
