// The page's side of one interpreter: owns its worker, knows whether it lives, and settles every promise, also when the worker dies.
import { EngineError, type EngineErrorName } from './errors.ts';
import { countEnded } from './garbage.ts';
import { INTERRUPT, takeWords, viewOf, type Words } from './threads/check.ts';
import { hiddenFlag } from './visibility.ts';
import type { FromWorker, InterpreterInfo, Report, Resources, ToWorker } from '../protocol.ts';

const SIGINT = 2;
const GRACE_MS = 40;      // how long an interrupted program may take to end by itself before its worker is ended

type Of<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;
/** What is to be known of processes. */
export type ProcessMessage = Of<'processes' | 'spawn' | 'look'>;
/** Messages that come while a request is under way. */
export interface Listeners {
  onOutput?(message: Of<'output'>): void;
  onRaceEvent?(message: Of<'race-event'>): void;
  onSweepEvent?(message: Of<'sweep-event'>): void;
}

export class Interpreter {
  /** Resolves when Python runs; rejects with a BootError. */
  readonly booted: Promise<Of<'booted'>>;
  /** How many threads kernels have; resolves after startKernels or refuseKernels. */
  kernelThreads = 0;
  info: InterpreterInfo | null = null;
  /** How far it has come while it starts. */
  stage = 'the start of its worker';
  /** Of its memory, as it said last. */
  bytes = 0;
  /** Is told of what its program does with processes. */
  onProcess: ((message: ProcessMessage) => void) | null = null;
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<Error>;

  #worker: Worker;
  #words: Words | null;
  #cancel: Int32Array | null = null;
  #waiting: { type: FromWorker['type']; resolve(message: any): void; reject(error: Error): void } | null = null;
  #listeners: Listeners = {};
  #death: Error | null = null;
  #tellEnd!: (reason: Error) => void;

  constructor(resources: Resources, isolated: boolean) {
    this.ended = new Promise((resolve) => { this.#tellEnd = resolve; });
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'photofinish' });
    this.#words = isolated ? takeWords() : null;
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(new EngineError(this.info ? 'CrashedError' : 'BootError',
        `The interpreter's worker failed${event.message ? `: ${event.message}` : ' to load; a blocker or a strict policy of the page may be in the way'}.`));
    };
    this.booted = this.#request('booted', { type: 'boot', resources, words: this.#words, hidden: isolated ? hiddenFlag() : null })
      .then((message) => { this.info = message.info; this.bytes = message.bytes; return message; });
    this.booted.catch(() => {});      // whoever waits for it is told; a spare may have nobody waiting
  }

  get alive(): boolean { return this.#death === null; }

  async startKernels(threads: number): Promise<void> { await this.#kernels({ type: 'start-kernels', threads }); }
  async refuseKernels(why: string): Promise<void> { await this.#kernels({ type: 'refuse-kernels', why }); }

  async #kernels(message: ToWorker): Promise<void> {
    const answer = await this.#request('kernels', message);
    this.kernelThreads = answer.threads;
    if (answer.why) console.warn(answer.why);
    this.#cancel = answer.cancel;
  }

  run(message: Extract<ToWorker, { type: 'run' }>, listeners: Listeners): Promise<Of<'ran'>> {
    return this.#request('ran', message, listeners);
  }

  race(message: Extract<ToWorker, { type: 'race' }>, listeners: Listeners): Promise<Of<'raced'>> {
    return this.#request('raced', message, listeners);
  }

  sweep(message: Extract<ToWorker, { type: 'sweep' }>, listeners: Listeners): Promise<Of<'swept'>> {
    return this.#request('swept', message, listeners);
  }

  /** What several runs of one race say together. */
  combine(runs: Report[]): Promise<Of<'combined'>> {
    return this.#request('combined', { type: 'combine', runs });
  }

  /** Is a process of a running program from now on, until it is ended. It has only booted. */
  become(process: Omit<Extract<ToWorker, { type: 'process' }>, 'type'>, onOutput: NonNullable<Listeners['onOutput']>): void {
    this.#listeners = { onOutput };
    this.#worker.postMessage({ type: 'process', ...process } satisfies ToWorker);
  }

  /** Stores into a word of the memory that the worker looks at (threads/check.ts), and wakes it. False: there is none. */
  tell(word: number, value: number): boolean {
    if (!this.#words) return false;
    const words = viewOf(this.#words);
    Atomics.store(words, word, value);
    Atomics.notify(words, word);
    return true;
  }

  /**
   * Ends what runs: asks Python (as Ctrl-C does) and the kernels first, and ends the worker if that takes longer than GRACE_MS.
   * `interrupted` is called when they have been asked, `beforeEnd` where the worker has to be ended.
   * Resolves when nothing runs any more; the request under way has then settled.
   */
  async stop({ interrupted, beforeEnd }: { interrupted(): void; beforeEnd(): Promise<void> }): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting || !this.alive) return;
    if (this.tell(INTERRUPT, SIGINT)) {
      if (this.#cancel) Atomics.store(this.#cancel, 0, 1);
      interrupted();
      const until = performance.now() + GRACE_MS;
      while (this.#waiting === waiting && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 4));
    }
    if (this.#waiting === waiting) await beforeEnd();
    if (this.#waiting === waiting) this.end(new EngineError('StoppedError', 'Stopped.'));
  }

  /** Ends the worker at once. */
  end(reason: Error = new EngineError('ClosedError', 'The engine was closed.')): void {
    this.#die(reason);
  }

  #request<T extends FromWorker['type']>(type: T, message: ToWorker, listeners: Listeners = {}): Promise<Of<T>> {
    if (this.#death) return Promise.reject(this.#death);
    this.#listeners = listeners;
    return new Promise<Of<T>>((resolve, reject) => {
      this.#waiting = { type, resolve, reject };
      this.#worker.postMessage(message);
    });
  }

  #receive(message: FromWorker): void {
    if (this.#death) return;
    if (message.type === 'output') this.#listeners.onOutput?.(message);
    else if (message.type === 'race-event') this.#listeners.onRaceEvent?.(message);
    else if (message.type === 'sweep-event') this.#listeners.onSweepEvent?.(message);
    else if (message.type === 'starting') this.stage = message.stage;
    else if (message.type === 'processes' || message.type === 'spawn' || message.type === 'look') this.#processes(message);
    else if (message.type === 'failed') {
      const error = new EngineError(message.name as EngineErrorName, message.message);
      if (message.name === 'BootError' || message.name === 'CrashedError' || !this.#waiting) this.#die(error);
      else this.#settle((waiting) => waiting.reject(error));
    } else if (message.type === this.#waiting?.type) this.#settle((waiting) => waiting.resolve(message));
  }

  #processes(message: ProcessMessage): void {
    if (message.type === 'look') this.bytes = message.bytes;
    this.onProcess?.(message);
  }

  #die(reason: Error): void {
    if (this.#death) return;
    this.#death = reason;
    this.#worker.terminate();
    if (this.#cancel) countEnded();
    this.#words = this.#cancel = null;      // they may belong to another one soon
    this.#tellEnd(reason);
    this.#settle((waiting) => waiting.reject(reason));
  }

  #settle(how: (waiting: { resolve(message: any): void; reject(error: Error): void }) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#listeners = {};
    if (waiting) how(waiting);
  }
}
