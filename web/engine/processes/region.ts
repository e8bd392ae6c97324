// The region in which the processes of a program meet (src/ipc): made by the main program when it first needs one, in the memory of its kernels,
// so that kernels work on shared segments where they lie.
import type { Kernels } from '../kernels.ts';
import { kernelOn, Status, SUPERVISOR_PID } from './kernel.ts';

const MIB = 2 ** 20;
/** What is asked for, until there is so much. Pages that nobody touches take no memory. */
const SIZES = [512 * MIB, 256 * MIB, 128 * MIB, 64 * MIB];
const ALIGNMENT = 64;
/** A process that waits looks so many times before it sleeps. */
const SPIN = 2000;

export interface Place { memory: WebAssembly.Memory; region: number; token: number }

/** How many processes a program may have besides itself; src/ipc allows 62. */
export function childrenAllowed(cores = navigator.hardwareConcurrency ?? 1): number {
  return Math.min(62, Math.max(8, 2 * cores));
}

/** Lays the region out and starts the main program's process in it. Throws where there is no memory for it. */
export function makeRegion(module: WebAssembly.Module, { memory, alloc, free }: Kernels): Place {
  const kernel = kernelOn(module, memory);
  for (const bytes of SIZES) {
    const address = alloc(bytes + ALIGNMENT) >>> 0;
    if (!address) continue;
    const region = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
    const cores = navigator.hardwareConcurrency ?? 1;
    if (kernel.ipc_create(region, bytes, childrenAllowed(cores) + 1, cores > 1 ? SPIN : 0) !== Status.OK) {
      free(address);
      continue;
    }
    const token = kernel.ipc_start(region, SUPERVISOR_PID);
    if (token < 0) throw new Error(`the first process did not start (status ${token})`);
    kernel.ipc_running(region, token);
    return { memory, region, token };
  }
  throw new Error(`there is no room for ${SIZES.at(-1)! / MIB} MiB of shared memory`);
}
