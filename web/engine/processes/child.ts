// A process that another one has started: from the page's message until its end. Its interpreter has no kernels on all cores of its own.
import type { Pyodide } from '../boot.ts';
import { HOME, writeHome } from '../home.ts';
import type { Files } from './files.ts';
import type { Process } from './process.ts';
import type { Descriptor, Spawn } from '../../protocol.ts';

export const NO_KERNELS = 'Kernels on all cores run in the program itself, not in the processes that it starts; threads=1 works there.';

/** Opens what the parent hands over. What is gone by now, since the parent has died, is left out: the child finds its descriptor closed. */
export function inherit(descriptors: Descriptor[], process: Process, files: Files): void {
  for (const [fd, kind, readTicket, writeTicket] of descriptors) {
    const reads = readTicket ? process.takeTicket(readTicket) : 0, writes = writeTicket ? process.takeTicket(writeTicket) : 0;
    if (reads || writes) files.open(kind, reads, writes, fd);
  }
}

/** The home folder as the parent saw it, and the folder in which the parent was. */
export function settleIn({ FS }: Pyodide, { files, cwd }: Spawn): void {
  writeHome(FS, files);
  try {
    FS.chdir(cwd);
  } catch {
    FS.chdir(HOME);       // a folder outside of the home folder that only the parent has
  }
}

/** What photofinish.page.process() is told. */
export const programOf = ({ argv, environment, cwd, path }: Spawn): string => JSON.stringify({ argv, environment, cwd, path });

/** The end, with a status of 0 to 255: from now on the kernel refuses the process, and the page ends its worker. */
export function exit(status: number, { kernel, region, token }: Process): void {
  kernel.ipc_exit(region, token, (status & 255) << 8);
}
