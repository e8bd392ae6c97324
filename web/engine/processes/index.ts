// Processes of a program, seen from one interpreter's worker: stock multiprocessing and concurrent.futures over the kernel in src/ipc.
//
//   kernel.ts      the kernel's functions
//   process.ts     the process that this worker is: waiting, signals, bytes of pipes
//   region.ts      where the processes meet; made by the main program when it first needs one
//   files.ts       descriptors among the interpreter's files
//   segments.ts    shared segments among them, and in the interpreter's memory
//   spawn.ts       asking the page for a child
//   child.ts       being one
//   supervisor.ts  the page's side
//
// A program that uses no processes pays for nothing of it. What lies between Python and this is C (src/python/_photofinish/processes.h).
import type { Pyodide } from '../boot.ts';
import { connectMemories, inTable, type Copies, type Kernels } from '../kernels.ts';
import type { Threads } from '../threads/index.ts';
import { exit, inherit, NO_KERNELS, programOf, settleIn } from './child.ts';
import { Errno, Files, pollWith } from './files.ts';
import { Process } from './process.ts';
import { makeRegion, type Place } from './region.ts';
import { Segments } from './segments.ts';
import { spawn, type Request } from './spawn.ts';
import type { FromWorker, Resources, ToWorker } from '../../protocol.ts';

const ENOSYS = 52, EAGAIN = Errno.EAGAIN;

export interface Surroundings {
  pyodide: Pyodide;
  threads: Threads;
  resources: Resources;
  /** This interpreter's (threads/check.ts); null: nothing can be shared here. */
  words: Int32Array | null;
  send(message: FromWorker): void;
  /** Sends what was printed. */
  flush(): void;
  /** From now on others print beside this program. */
  promptly(): void;
}

type Birth = Extract<ToWorker, { type: 'process' }>;

export class Processes {
  #around: Surroundings;
  #kernels: Kernels | null = null;
  #process: Process | null = null;
  #files: Files | null = null;

  /** Tells the extension where it finds the functions of this side. */
  constructor(around: Surroundings) {
    this.#around = around;
    const { addFunction } = around.pyodide._module;
    const extension = around.pyodide.pyimport('_photofinish');
    extension.offer_processes(
      addFunction(() => this.#begin(), 'i'),
      addFunction((kind: number, reads: number, writes: number, fd: number) => this.#files!.open(kind, reads >>> 0, writes >>> 0, fd), 'iiiii'),
      addFunction((json: number, bytes: number) => this.#spawn(json >>> 0, bytes), 'iii'),
      addFunction(() => this.look(), 'v'),
      addFunction(() => around.flush(), 'v'),
    );
    extension.destroy();
  }

  /** The kernels have started: with their memory the program can have processes. */
  allow(kernels: Kernels): void {
    this.#kernels = kernels;
  }

  /** It cannot: whatever needs one raises OSError with this sentence. */
  refuse(why: string): void {
    const extension = this.#around.pyodide.pyimport('_photofinish');
    extension.refuse_processes(why);
    extension.destroy();
  }

  /** Somebody is to be ended, or was signalled: the page looks. */
  look(): void {
    this.#around.flush();
    this.#around.send({ type: 'look', bytes: this.#around.pyodide.memory!.buffer.byteLength });
  }

  /** This interpreter becomes a child process: runs its program to the end. */
  async become(birth: Birth, run: (request: string) => Promise<number>): Promise<void> {
    const { pyodide, resources: { bridge, ipc } } = this.#around;
    const extension = pyodide.pyimport('_photofinish');
    extension.explain(NO_KERNELS);
    extension.destroy();
    const process = new Process(ipc, birth.memory, birth.region, birth.token, false);
    this.#connect(process, connectMemories(pyodide.memory!, birth.memory, bridge));
    inherit(birth.descriptors, process, this.#files!);
    process.kernel.ipc_running(birth.region, birth.token);
    settleIn(pyodide, birth);
    const status = await run(programOf(birth));
    this.#around.flush();
    this.#files!.points!.release();
    exit(status, process);
    this.look();
  }

  // ------------------------------------------------------------------------------------------- for the extension

  /** Makes the region: 0, or an errno. */
  #begin(): number {
    const { resources, send } = this.#around;
    let place: Place;
    if (!this.#kernels) return ENOSYS;
    try {
      place = makeRegion(resources.ipc, this.#kernels);
    } catch (error) {
      this.refuse(`processes need shared memory: ${(error as Error).message}`);
      return ENOSYS;
    }
    this.#connect(new Process(resources.ipc, place.memory, place.region, place.token, true), this.#kernels.copies);
    send({ type: 'processes', ...place });
    return 0;
  }

  /** From now on the interpreter is this process, in C and here. */
  #connect(process: Process, { copy_in, copy_out }: Copies): void {
    const { pyodide, threads, promptly } = this.#around;
    const names = Object.keys(process.kernel), indices = inTable(pyodide, [...Object.values(process.kernel) as Function[], copy_in, copy_out]);
    const calls = pyodide.toPy(Object.fromEntries(names.map((name, i) => [name, indices[i]])));
    const extension = pyodide.pyimport('_photofinish');
    const table: number = extension.connect_processes(calls, indices.at(-2), indices.at(-1), process.region, process.token);
    calls.destroy();
    extension.destroy();
    this.#process = process;
    this.#files = new Files(pyodide, process, table, () => threads.interrupted());
    this.#files.segments = this.#files.points = new Segments(pyodide, process, this.#files);
    pollWith(this.#files);
    threads.connect(process);
    promptly();
  }

  /** A child's pid, or -errno. */
  #spawn(json: number, bytes: number): number {
    const { pyodide, words, flush, send } = this.#around;
    const request: Request = JSON.parse(new TextDecoder().decode(pyodide._module.HEAPU8.slice(json, json + bytes)));
    flush();
    try {
      return spawn(request, pyodide.FS, this.#process!, words!, send);
    } catch (error) {
      console.warn(`no process was started: ${(error as Error).message}`);      // e.g. no memory for a copy of the files
      return -EAGAIN;
    }
  }
}
