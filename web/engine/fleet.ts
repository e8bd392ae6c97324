// The interpreters of an engine, all of one variant: the one that is used next, a spare that takes its place, and children in advance.
//
// Each is used once. So every program starts in a fresh interpreter, and Stop never waits for a boot. A spare boots only while
// nothing is being timed.
import { EngineError } from './errors.ts';
import { Interpreter, type Listeners } from './interpreter.ts';
import { Spares } from './processes/spares.ts';
import { Supervisor } from './processes/supervisor.ts';
import { startInterpreter } from './starting.ts';
import type { Resources } from '../protocol.ts';

const THREADS_LIMIT = 16;
const NO_SHARED_MEMORY = 'Kernels on all cores need memory that threads can share, and this page may not use it here. Open the page in its own tab.';

export class Fleet {
  /** Interpreters that can be processes of a program: Python is up, without kernels. */
  readonly children = new Spares((givenUp) => startInterpreter(() => this.#make(), (interpreter) => interpreter.booted, givenUp));

  #resources: Resources;
  #isolated: boolean;
  #next!: Promise<Interpreter>;
  #spare: Promise<Interpreter> | null = null;
  #all = new Set<Interpreter>();
  #closed = false;

  constructor(resources: Resources, isolated: boolean) {
    this.#resources = resources;
    this.#isolated = isolated;
    this.#follow(this.#boot());
  }

  /** The interpreter that is used next; rejects where none can be started. */
  get next(): Promise<Interpreter> { return this.#next; }

  /** Resolves when no spare is booting. */
  async quiet(): Promise<void> {
    await this.#spare?.catch(() => {});
    await this.children.quiet();
  }

  /** What looks after the processes of the program that runs in an interpreter. onOutput: what its children print. */
  supervise(main: Interpreter, onOutput: NonNullable<Listeners['onOutput']>): Supervisor {
    return new Supervisor(main, this.#resources.ipc, this.children, onOutput);
  }

  /** From now on interpreters start from these resources; those that started from others end. False: they did already. */
  startFrom(resources: Resources): boolean {
    if (resources === this.#resources) return false;
    this.#resources = resources;
    this.#endAll();
    this.#spare = null;
    this.#follow(this.#boot());
    return true;
  }

  /** Ends an interpreter that was used; the spare is next. null: the next one was not used, and is tried again if it never came. */
  retire(used: Interpreter | null): void {
    if (this.#closed) return;
    if (!used) return this.#follow(this.#next.catch(() => this.#boot()));
    used.end();
    this.children.rest();
    const spare = this.#spare;
    this.#spare = null;
    this.#follow(spare ?? this.#boot());
  }

  close(): void {
    this.#closed = true;
    this.#endAll();
  }

  #follow(next: Promise<Interpreter>): void {
    this.#next = next;
    next.then(() => { if (this.#next === next) this.#bootSpare(); }, () => {});
  }

  /** An interpreter that can run: Python and its kernels are up. */
  #boot(): Promise<Interpreter> {
    return startInterpreter(() => this.#make(), async (interpreter) => {
      await interpreter.booted;
      if (this.#isolated) await interpreter.startKernels(Math.min(navigator.hardwareConcurrency ?? 1, THREADS_LIMIT));
      else await interpreter.refuseKernels(NO_SHARED_MEMORY);
    });
  }

  #make(): Interpreter {
    const interpreter = new Interpreter(this.#resources, this.#isolated);
    this.#all.add(interpreter);
    void interpreter.ended.then(() => this.#all.delete(interpreter));
    return interpreter;
  }

  #bootSpare(): void {
    if (this.#closed || this.#spare) return;
    const spare = this.#spare = this.#boot();
    spare.catch(() => { if (this.#spare === spare) this.#spare = null; });      // the next one boots when it is needed, and says what is wrong
  }

  #endAll(): void {
    this.children.end();
    const reason = this.#closed ? undefined : new EngineError('StoppedError', 'Another kind of interpreter took its place.');
    for (const interpreter of this.#all) interpreter.end(reason);
  }
}
