// The processes of one run: the page owns them. The main program is one, its descendants are interpreters of their own; they know each other
// through a region of shared memory (src/ipc), which the main program makes when it first wants one. Here processes begin and end; whatever
// else goes on between them does not pass through the page, which never waits for any of them.
//
// Ending: first the region says so (ipc_end), so that a process inside the kernel leaves it and every later call tells it that it is dead;
// WebKitGTK's page dies when a worker is terminated in the middle of passing messages. Then the worker is terminated. Where it
// stopped inside the kernel, the region is told again, by force, when it has surely stopped.
import { EngineError } from '../errors.ts';
import { ANSWER, INTERRUPT, SIGNALS } from '../threads/check.ts';
import type { Interpreter, Listeners, ProcessMessage } from '../interpreter.ts';
import type { Spare, Spares } from './spares.ts';
import { first, kernelOn, pidOf, second, Status, SUPERVISOR, type Kernel } from './kernel.ts';
import type { ProcessesUsed, Region } from '../../protocol.ts';

const SLOTS = 64;                          // of a region
const INFO = { PID: 1, ORPHAN: 4 };        // ipc_fact
const SIGINT = 2, SIGKILL = 9, SIGSEGV = 11;
const LEAVE_MS = 10;                       // within which a process that is told to stop has left the kernel
const FORCE_MS = 1000;                     // after which a terminated worker has surely stopped
const AGAIN_MS = 4, TRIES = 100;
const NO_START = 1 << 8;                   // status of a process whose interpreter does not come up: exit code 1
const FAILURES_LIMIT = 4;                  // so many of them one after the other end the program
// errno as the interpreter numbers them (Emscripten)
const EAGAIN = 6, EINTR = 27, ESRCH = 71;

type OnOutput = NonNullable<Listeners['onOutput']>;
type Message<T extends ProcessMessage['type']> = Extract<ProcessMessage, { type: T }>;

interface Process {
  pid: number;
  token: number;
  interpreter: Interpreter | null;         // none before it is up
  coming: Spare | null;
  tickets: number[];                       // for what it inherits
}

/** A process that is to end. */
interface Ending { status: number; since: number; terminated: number | null }

export class Supervisor {
  /** What the program used so far; null where it has no processes. */
  used: ProcessesUsed | null = null;

  #main: Interpreter;
  #module: WebAssembly.Module;
  #spares: Spares;
  #onOutput: OnOutput;
  #kernel!: Kernel;
  #place: Region | null = null;
  #processes = new Map<number, Process>();
  #ending = new Map<number, Ending>();
  #leaving = new Set<Interpreter>();       // no longer processes, about to be terminated
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;
  #pageLeft = () => {
    void this.dismiss().then(() => this.#leave(new EngineError('StoppedError', 'The page was left.')));      // at the latest when the reader comes back
  };

  /** main: an interpreter that is up; module: ipc.wasm; onOutput: what children print. Costs nothing until the program makes its region. */
  constructor(main: Interpreter, module: WebAssembly.Module, spares: Spares, onOutput: OnOutput) {
    this.#main = main;
    this.#module = module;
    this.#spares = spares;
    this.#onOutput = onOutput;
    main.onProcess = (message) => {
      if (message.type === 'processes') this.#begin(message);
      else this.#hear(this.#processOf(main), message);
    };
  }

  /** Ends what runs, as Interpreter.stop does: all processes are asked first, as by Ctrl-C. */
  async stop(): Promise<void> {
    await this.#main.stop({ interrupted: () => this.#interrupt(), beforeEnd: () => this.dismiss() });
  }

  /** The run is over: ends all descendants of the main program, whatever they do. Resolves when they are gone. */
  async end(): Promise<void> {
    this.#main.onProcess = null;
    await this.dismiss();
    this.#leave(new EngineError('StoppedError', 'The program has ended.'));
    globalThis.removeEventListener?.('pagehide', this.#pageLeft);
  }

  /**
   * Tells all processes, the main program too, that they are dead, and lets them leave the kernel: before their workers are terminated. Who computes
   * looks at SIGNALS, hears that it is dead, and sleeps: WebKit goes on running a terminated worker that computes.
   */
  async dismiss(): Promise<void> {
    if (this.#closed || !this.#place) return;
    this.#closed = true;
    for (const { pid, interpreter } of this.#processes.values()) {
      this.#kernel.ipc_end(this.#place.region, pid, SIGKILL, 0);
      interpreter?.tell(SIGNALS, 1);
    }
    if ([...this.#processes.values()].some(({ interpreter }) => interpreter?.alive)) await pause(LEAVE_MS);
  }

  // ------------------------------------------------------------------------------------------- beginning

  #begin({ memory, region, token }: Message<'processes'>): void {
    this.#place = { memory, region };
    this.#kernel = kernelOn(this.#module, memory);
    this.used = { started: 0, most: 0, bytes: 0 };
    this.#processes.set(pidOf(token), { pid: pidOf(token), token, interpreter: this.#main, coming: null, tickets: [] });
    globalThis.addEventListener?.('pagehide', this.#pageLeft);
    void this.#spares.prepare();
  }

  #hear(sender: Process | undefined, message: ProcessMessage): void {
    if (!sender) return;
    if (message.type === 'spawn') void this.#spawn(sender, message);
    else if (message.type === 'look') this.#look();
  }

  /** The parent gets the pid at once; its child comes up meanwhile. */
  async #spawn(parent: Process, { type: _, ...start }: Message<'spawn'>): Promise<void> {
    const { region } = this.#place!;
    let token: number;
    do {
      token = this.#closed ? Status.DEAD : insistently(() => this.#kernel.ipc_start(region, parent.pid));
      if (token === Status.BUSY) await pause(AGAIN_MS);
    } while (token === Status.BUSY);
    if (token < 0) {
      parent.interpreter?.tell(ANSWER, token === Status.LIMIT ? -EAGAIN : token === Status.NONE ? -ESRCH : -EINTR);
      return;
    }
    const tickets = start.descriptors.flatMap(([, , ...each]) => each).filter((ticket) => ticket !== 0);
    const coming = this.#spares.take(), process: Process = { pid: pidOf(token), token, interpreter: null, coming, tickets };
    this.#processes.set(process.pid, process);
    this.#account();
    this.used!.started++;
    parent.interpreter?.tell(ANSWER, process.pid);

    let interpreter: Interpreter;
    try {
      interpreter = await coming;
    } catch (error) {
      return this.#notStarted(process, error as Error);
    }
    if (this.#closed || this.#processes.get(process.pid) !== process) return;
    this.#failures = 0;
    process.interpreter = interpreter;
    process.coming = null;
    interpreter.onProcess = (message) => this.#hear(this.#processOf(interpreter), message);
    void interpreter.ended.then((reason) => this.#died(process, reason));
    interpreter.become({ ...this.#place!, token, ...start }, this.#onOutput);
    this.#account();
  }

  /** It ends with exit code 1. Where none can be started, a pool would try again for ever: then the program ends. */
  #notStarted(process: Process, { message }: Error): void {
    if (this.#closed || this.#processes.get(process.pid) !== process) return;
    process.coming = null;
    this.#onOutput({ type: 'output', stream: 'stderr', text: `A process could not be started: ${message}\n` });
    if (++this.#failures === FAILURES_LIMIT) this.#main.end(new EngineError('CrashedError', 'No process can be started here any more.'));
    this.#mark(process.pid, NO_START);
    this.#proceed();
  }

  // ------------------------------------------------------------------------------------------- signals, and the end of one

  /** Somebody asked for something: processes are to be ended, or have signals to handle. */
  #look(): void {
    if (this.#closed) return;
    const { region } = this.#place!;
    this.#account();
    for (const { token, interpreter } of this.#processes.values()) {
      if (interpreter && this.#kernel.ipc_signals_pending(region, token) > 0) interpreter.tell(SIGNALS, 1);
    }
    for (let slot = 1; slot < SLOTS; slot++) {
      if (this.#kernel.ipc_info(region, slot, INFO.ORPHAN) !== 1) continue;
      const pid = this.#kernel.ipc_info(region, slot, INFO.PID);
      if (this.#processes.has(pid)) this.#mark(pid, SIGKILL);
    }
    const request = this.#kernel.ipc_next_request(region);      // the first of them; the next one is told when it is done
    if (request > 0n) this.#mark(first(request), second(request));
    if (this.#ending.size) this.#proceed();
  }

  /** A worker that failed by itself. */
  #died(process: Process, reason: Error): void {
    if (this.#closed || this.#processes.get(process.pid) !== process || this.#ending.get(process.pid)?.terminated) return;
    this.#onOutput({ type: 'output', stream: 'stderr', text: `[process ${process.pid}] ${reason.message}\n` });
    this.#mark(process.pid, SIGSEGV, performance.now());
    this.#proceed();
  }

  #mark(pid: number, status: number, terminated: number | null = null): void {
    const known = this.#ending.get(pid);
    if (known) known.terminated ??= terminated;
    else this.#ending.set(pid, { status, since: performance.now(), terminated });
  }

  /** Goes on with all that are to end. All of them every time: each may hold what ending another one takes. */
  #proceed(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const now = performance.now();
    let more = false;
    for (const [pid, ending] of this.#ending) {
      const force = ending.terminated !== null && now - ending.terminated >= FORCE_MS;
      const status = insistently(() => this.#kernel.ipc_end(this.#place!.region, pid, ending.status, force ? 1 : 0));
      const { interpreter } = this.#processes.get(pid) ?? { interpreter: null };
      if (status !== Status.BUSY) {
        this.#ending.delete(pid);
        this.#gone(pid, ending.status);
        more = true;
      } else if (ending.terminated === null && now - ending.since >= LEAVE_MS) {
        ending.terminated = now;
        interpreter?.end(killed(ending.status));
      }
    }
    if (more) this.#look();                // its children are orphans; other requests may have been behind it
    else if (this.#ending.size) this.#timer = setTimeout(() => this.#proceed(), AGAIN_MS);
  }

  /** The region knows it no longer as one that runs. */
  #gone(pid: number, status: number): void {
    const process = this.#processes.get(pid);
    this.#processes.delete(pid);
    if (process) void this.#close(process.tickets);
    if (process?.coming) this.#spares.give(process.coming);
    const interpreter = process?.interpreter;
    if (!interpreter) return;
    this.#leaving.add(interpreter);
    interpreter.tell(SIGNALS, 1);
    setTimeout(() => {
      this.#leaving.delete(interpreter);
      interpreter.end(killed(status));
    }, LEAVE_MS);
  }

  /**
   * What a process was to inherit and has not taken, because it ended too soon: it would be in flight for as long as its parent lives, and who reads
   * from a pipe would wait for its end for ever. The page takes it and closes it.
   */
  async #close(tickets: number[]): Promise<void> {
    const { region } = this.#place!, kernel = this.#kernel;
    for (const ticket of tickets) {
      let taken: bigint;
      while ((taken = kernel.ipc_ticket_take(region, SUPERVISOR, ticket)) === BigInt(Status.BUSY) && !this.#closed) await pause(AGAIN_MS);
      if (taken <= 0n) continue;           // the process has it taken
      while (kernel.ipc_close(region, SUPERVISOR, first(taken), second(taken)) === Status.BUSY && !this.#closed) await pause(AGAIN_MS);
    }
  }

  // ------------------------------------------------------------------------------------------- inside

  /** Ends all workers; the region is of no use any more. */
  #leave(reason: EngineError): void {
    clearTimeout(this.#timer);
    for (const { interpreter, coming } of this.#processes.values()) {
      interpreter?.end(reason);
      if (coming) this.#spares.give(coming);
    }
    for (const interpreter of this.#leaving) interpreter.end(reason);
    this.#processes.clear();
    this.#leaving.clear();
    this.#ending.clear();
  }

  /** All of them, as Ctrl-C does; the main program's own word is written already. */
  #interrupt(): void {
    for (const { pid, interpreter } of this.#processes.values()) {
      if (interpreter !== this.#main) interpreter?.tell(INTERRUPT, SIGINT);
      this.#kernel.ipc_wake(this.#place!.region, pid);
    }
  }

  #processOf(interpreter: Interpreter): Process | undefined {
    for (const process of this.#processes.values()) if (process.interpreter === interpreter) return process;
    return undefined;
  }

  /** How many descendants there are at once, and how much memory their interpreters have. */
  #account(): void {
    const used = this.used!, children = [...this.#processes.values()].filter(({ interpreter }) => interpreter !== this.#main);
    used.most = Math.max(used.most, children.length);
    used.bytes = Math.max(used.bytes, children.reduce((sum, { interpreter }) => sum + (interpreter?.bytes ?? 0), 0));
  }
}

/** The kernel's lock is held for 0.1 us at a time: asks again before it is left to a timer, which browsers slow down where the page is hidden. */
function insistently(ask: () => number): number {
  let answer = ask();
  for (let i = 0; i < TRIES && answer === Status.BUSY; i++) answer = ask();
  return answer;
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** What a process that ended like this says to whoever waits for its answer; nobody but for a main program. */
function killed(status: number): EngineError {
  const signal = status & 0x7f, code = signal ? 128 + signal : status >> 8;
  return new EngineError('CrashedError', signal ? `Signal ${signal} ended the program.` : `The program ended itself with exit code ${code} (os._exit).`, code);
}
