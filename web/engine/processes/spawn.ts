// A process asks for a child. Only the page starts workers (one that is started from a worker does not come up while that one waits), so
// the request is a message, and its answer a word of shared memory.
import { readHome } from '../home.ts';
import { ANSWER } from '../threads/check.ts';
import type { Process } from './process.ts';
import type { FromWorker, Spawn } from '../../protocol.ts';

/** What the extension is given by Python (src/python/photofinish/processes): all but the files. */
export type Request = Omit<Spawn, 'files'>;

/**
 * The child's pid, or -errno. The child gets the home folder as it is now. What was to be handed over is dropped again where
 * nobody takes it. words: this interpreter's.
 */
export function spawn(request: Request, FS: any, process: Process, words: Int32Array, send: (message: FromWorker) => void): number {
  Atomics.store(words, ANSWER, 0);
  send({ type: 'spawn', ...request, files: readHome(FS).files });
  while (Atomics.load(words, ANSWER) === 0) Atomics.wait(words, ANSWER, 0);
  const answer = Atomics.load(words, ANSWER);
  if (answer < 0) {
    for (const [, , ...tickets] of request.descriptors) for (const ticket of tickets) if (ticket) process.dropTicket(ticket);
  }
  return answer;
}
