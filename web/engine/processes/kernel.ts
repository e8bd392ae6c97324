// The kernel of the processes (src/ipc, whose header ipc.h documents every function), seen from JavaScript: the page and each
// process have an instance of ipc.wasm on the one memory that they share. `region` is the region's address in it, `token` says who asks.

/** Results of 0 and more are what the header says, negative ones a Status; a bigint holds two numbers (first, second) or a negative Status. */
export interface Kernel {
  // supervisor: the page
  ipc_bytes_least(): number;
  ipc_create(region: number, bytes: number, limit: number, spin: number): number;
  ipc_count(region: number, what: number): number;
  ipc_check(region: number): number;
  ipc_end_all(region: number): number;
  ipc_start(region: number, parent: number): number;
  ipc_end(region: number, pid: number, status: number, force: number): number;
  ipc_next_request(region: number): bigint;
  ipc_wake(region: number, pid: number): number;
  ipc_info(region: number, slot: number, fact: number): number;

  // processes
  ipc_running(region: number, token: number): number;
  ipc_exit(region: number, token: number, status: number): number;
  ipc_signals_pending(region: number, token: number): number;
  ipc_signal_take(region: number, token: number): number;
  ipc_close(region: number, token: number, id: number, end: number): number;
  ipc_ticket_take(region: number, token: number, ticket: number): bigint;
  ipc_ticket_drop(region: number, token: number, ticket: number): number;
  ipc_reserve(region: number, token: number, id: number, bytes: number, whole: number): bigint;
  ipc_commit(region: number, token: number, id: number, offset: number, bytes: number): number;
  ipc_claim(region: number, token: number, id: number, bytes: number): bigint;
  ipc_release(region: number, token: number, id: number, taken: number): number;
  ipc_pipe_bytes(region: number, token: number, id: number): number;
  ipc_hold(region: number, token: number): number;
  ipc_unhold(region: number, token: number): number;
  ipc_segment_resize(region: number, token: number, id: number, bytes: number): number;
  ipc_segment_at(region: number, token: number, id: number): bigint;
  ipc_sequence(region: number, token: number): number;
  ipc_arm(region: number, token: number, event: number, id: number): number;
  ipc_ready(region: number, token: number, event: number, id: number): number;
  ipc_park(region: number, token: number, sequence: number, seconds: number): number;
  ipc_wake_word(region: number, token: number): number;
  ipc_asleep(region: number, token: number, asleep: number): number;
}

/** ipc_status, those that JavaScript tells apart. */
export const Status = { OK: 0, DEAD: -1, BUSY: -2, AGAIN: -3, BAD: -4, MEMORY: -5, LIMIT: -6, BROKEN: -7, CLOSED: -8, EXISTS: -11, NONE: -12 } as const;
/** ipc_event. */
export const Event = { READABLE: 1, WRITABLE: 2, TAKEABLE: 3, CHILD: 4, SIGNAL: 5 } as const;
/** ipc_kind. */
export const Kind = { PIPE: 1, SEMAPHORE: 2, SEGMENT: 3, LISTENER: 4 } as const;
/** Ends of an object; only pipes have the second. */
export const READ_END = 0, WRITE_END = 1;
/** The page's token, and its pid, which is the parent of a run's main program. */
export const SUPERVISOR = 64, SUPERVISOR_PID = 1;

/** Compiles nothing: an instance of a module of 20 KB, at once. */
export function kernelOn(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const imports = { env: { memory }, host: { now: () => performance.now() / 1000 } };
  return new WebAssembly.Instance(module, imports).exports as unknown as Kernel;
}

/** The two numbers of a result that is not negative. */
export const first = (pair: bigint): number => Number(pair >> 32n);
export const second = (pair: bigint): number => Number(pair & 0xffffffffn);

export const pidOf = (token: number): number => token >>> 6;

/** For a process that has been declared dead: it does nothing more until its worker is terminated. */
export function sleepForEver(): never {
  const word = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(word, 0, 0);
}
