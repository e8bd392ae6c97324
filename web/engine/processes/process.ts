// The process that this worker is, as the scheduler and the files see it: what it waits for, what wakes it, and its signals.
import { first, kernelOn, Kind, READ_END, second, sleepForEver, Status, WRITE_END, type Kernel } from './kernel.ts';

export class Process {
  readonly kernel: Kernel;
  readonly memory: WebAssembly.Memory;
  readonly region: number;
  readonly token: number;
  /** The run's main program; the others are its descendants. */
  readonly isMain: boolean;

  #listening = false;

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, region: number, token: number, isMain: boolean) {
    this.kernel = kernelOn(module, memory);
    this.memory = memory;
    this.region = region;
    this.token = token;
    this.isMain = isMain;
  }

  /** Changes whenever something that was armed may be ready. To be read before arming, and given to park() or listen(). */
  sequence(): number {
    return this.kernel.ipc_sequence(this.region, this.token);
  }

  /** Whether it is ready now; else sequence() will change when it may be. What does not exist (any more) is ready, for whoever waits to be told so. */
  arm(event: number, id: number): boolean {
    return this.#alive(this.kernel.ipc_arm(this.region, this.token, event, id)) !== 0;
  }

  ready(event: number, id: number): boolean {
    return this.#alive(this.kernel.ipc_ready(this.region, this.token, event, id)) !== 0;
  }

  /** Sleeps until the sequence is another one, or for so long; may end for no reason. */
  park(sequence: number, milliseconds: number): void {
    this.kernel.ipc_park(this.region, this.token, sequence, milliseconds < Infinity ? milliseconds / 1000 : -1);
  }

  /**
   * The same for who leaves sleeping to the event loop: calls `then`, once, in a later turn of it. One at a time: while there is one,
   * another one is that one.
   */
  listen(sequence: number, then: () => void): void {
    const { kernel, region, token } = this;
    const later = () => {
      this.#listening = false;
      kernel.ipc_asleep(region, token, 0);
      then();
    };
    kernel.ipc_asleep(region, token, 1);        // also where one is listening: a park since then has said that nobody sleeps
    if (this.#listening) {
      if (this.sequence() !== sequence) setTimeout(then);
      return;
    }
    this.#listening = true;
    const words = new Int32Array(this.memory.buffer), index = (region + kernel.ipc_wake_word(region, token)) >>> 2;
    const { async, value } = (Atomics as any).waitAsync(words, index, sequence | 0);
    if (async) value.then(() => setTimeout(later));
    else setTimeout(later);
  }

  // ------------------------------------------------------------------------------------------- signals

  /** Whether a signal that it catches has arrived. */
  signalled(): boolean {
    return this.#alive(this.kernel.ipc_signals_pending(this.region, this.token)) !== 0;
  }

  /** The signal's number, which is then no longer there; 0: none. */
  takeSignal(): number {
    return this.#alive(this.kernel.ipc_signal_take(this.region, this.token));
  }

  // ------------------------------------------------------------------------------------------- references

  /** Takes a reference that another process has sent; the object's id. 0: there is none any more. */
  takeTicket(ticket: number): number {
    const pair = this.kernel.ipc_ticket_take(this.region, this.token, ticket);
    return pair < 0n ? (this.#alive(Number(pair)), 0) : first(pair);
  }

  dropTicket(ticket: number): void {
    this.kernel.ipc_ticket_drop(this.region, this.token, ticket);
  }

  close(id: number, end: number): void {
    this.#alive(this.kernel.ipc_close(this.region, this.token, id, end));
  }

  // ------------------------------------------------------------------------------------------- bytes of pipes

  /** The first bytes of a pipe, at most so many, into `target`; how many, or a Status (AGAIN, CLOSED, BAD). */
  read(id: number, target: Uint8Array | Int8Array, offset: number, most: number): number {
    const { kernel, region, token } = this;
    const claimed = kernel.ipc_claim(region, token, id, most);
    if (claimed < 0n) return this.#alive(Number(claimed));
    const bytes = second(claimed);
    target.set(this.#at(target, first(claimed), bytes), offset);
    this.#alive(kernel.ipc_release(region, token, id, 1));
    return bytes;
  }

  /** Writes the first of these bytes, as many as there is room for; how many, or a Status (AGAIN, BROKEN, MEMORY, BAD). */
  write(id: number, source: Uint8Array | Int8Array, offset: number, most: number): number {
    const { kernel, region, token } = this;
    const reserved = kernel.ipc_reserve(region, token, id, most, 0);
    if (reserved < 0n) return this.#alive(Number(reserved));
    const bytes = second(reserved);
    this.#at(source, first(reserved), bytes).set(source.subarray(offset, offset + bytes));
    return this.#alive(kernel.ipc_commit(region, token, id, first(reserved), bytes));
  }

  /** How many bytes are in a pipe. */
  bytes(id: number): number {
    return Math.max(0, this.#alive(this.kernel.ipc_pipe_bytes(this.region, this.token, id)));
  }

  // ------------------------------------------------------------------------------------------- inside

  /** Bytes of the region, in the kind of array that `like` is. */
  #at<T extends Uint8Array | Int8Array>(like: T, offset: number, bytes: number): T {
    return new (like.constructor as any)(this.memory.buffer, this.region + offset, bytes);
  }

  /** A result; a process that has been declared dead does not get it. */
  #alive(result: number): number {
    if (result === Status.DEAD) sleepForEver();
    return result;
  }
}

/** What a descriptor stands for. reads, writes: ids of pipes, 0: that way it is not open; other kinds have their id in `reads`. */
export interface Held { kind: number; reads: number; writes: number }

/** The ends of objects that it stands for: id, end. */
export function endsOf({ kind, reads, writes }: Held): [id: number, end: number][] {
  const ends: [number, number][] = [];
  if (reads) ends.push([reads, READ_END]);
  if (writes && kind === Kind.PIPE) ends.push([writes, WRITE_END]);
  return ends;
}
