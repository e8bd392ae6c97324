// tests/web/run.sh ipc
//
// build/wasm/ipc.wasm itself, as the engine will have it: an instance in every worker and one here, on one shared memory. What its
// functions do is tested in tests/c/test_ipc_*.c; here it is the module: what it needs, that instances do not disturb each other,
// waiting across workers, and the end of a worker that is terminated.
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';

const PAGE = 65536, BASE = 3 * PAGE + 64, BYTES = 8 << 20;          // a place in the middle of somebody's memory
const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const bytes = file('build/wasm/ipc.wasm'), exported = file('src/ipc/ipc.exports.txt').toString().trim().split('\n');
const module = new WebAssembly.Module(bytes);
const memory = new WebAssembly.Memory({ initial: 256, maximum: 1024, shared: true });
const SUPERVISOR = 64, CLOSED = -8, BUSY = -2, READABLE = 1;

type Kernel = Record<string, (...values: number[]) => number>;         // or a bigint, where it is a pair
const instance = (): Kernel => new WebAssembly.Instance(module, { env: { memory }, host: { now: () => performance.now() / 1000 } }).exports as unknown as Kernel;
const kernel = instance();

// Echoes messages from `input` to `output` until the end of file, exits, and tells; or sleeps for ever on `input`.
const SCRIPT = `
const { parentPort, workerData: { module, memory, base, token, input, output } } = require('node:worker_threads');
const k = new WebAssembly.Instance(module, { env: { memory }, host: { now: () => performance.now() / 1000 } }).exports;
k.ipc_running(base, token);
parentPort.postMessage('running');
const high = (pair) => Number(pair >> 32n), low = (pair) => Number(pair & 0xffffffffn);
let echoed = 0, message;
for (;;) {
  message = k.ipc_claim_message(base, token, input);
  if (message === -3n) { k.ipc_wait(base, token, 1, input, -1); continue; }
  if (message < 0n) break;
  const room = k.ipc_reserve_message(base, token, output, low(message));
  if (room < 0n) { k.ipc_release(base, token, input, 1); continue; }
  new Uint8Array(memory.buffer).copyWithin(base + high(room), base + high(message), base + high(message) + low(message));
  k.ipc_commit(base, token, output, high(room), low(room));
  k.ipc_release(base, token, input, 1);
  echoed++;
}
k.ipc_exit(base, token, 0);
parentPort.postMessage([echoed, Number(message)]);
`;

const workers: Worker[] = [];
function start(token: number, input: number, output: number): { worker: Worker; next: () => Promise<unknown> } {
  const worker = new Worker(SCRIPT, { eval: true, workerData: { module, memory, base: BASE, token, input, output } });
  workers.push(worker);
  const queue: unknown[] = [], waiting: ((value: unknown) => void)[] = [];
  worker.on('message', (value) => (waiting.length ? waiting.shift()!(value) : queue.push(value)));
  return { worker, next: () => (queue.length ? Promise.resolve(queue.shift()) : new Promise((resolve) => waiting.push(resolve))) };
}
afterAll(() => Promise.all(workers.map((worker) => worker.terminate())));

const pairOf = (pair: number) => [Number(BigInt(pair) >> 32n), Number(BigInt(pair) & 0xffffffffn)];
function give(from: number, to: number, id: number, end: number): void {
  const ticket = kernel.ipc_ticket(BASE, from, id, end);
  expect(ticket).toBeGreaterThan(0);
  expect(pairOf(kernel.ipc_ticket_take(BASE, to, ticket))).toEqual([id, end]);
}

/** Ends a process as the page does: again a little later while it is busy, and by force when a terminated one has surely stopped. */
async function end(token: number): Promise<void> {
  const since = performance.now();
  let status = kernel.ipc_end(BASE, token >> 6, 0, 0);
  while (status === BUSY) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    status = kernel.ipc_end(BASE, token >> 6, 0, performance.now() - since > 1000 ? 1 : 0);
  }
  expect(status).toBe(0);
}

/** Two processes, and a pipe each way between them, which the supervisor holds too. */
function ring(): { first: number; second: number; there: number; back: number } {
  const first = kernel.ipc_start(BASE, 1), second = kernel.ipc_start(BASE, 1);
  const there = kernel.ipc_pipe(BASE, SUPERVISOR), back = kernel.ipc_pipe(BASE, SUPERVISOR);
  give(SUPERVISOR, first, back, 0);
  give(SUPERVISOR, first, there, 1);
  give(SUPERVISOR, second, there, 0);
  give(SUPERVISOR, second, back, 1);
  return { first, second, there, back };
}

describe('ipc.wasm', () => {
  test('asks for a memory and a clock, and has what the header names', () => {
    expect(WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`).sort()).toEqual(['env.memory', 'host.now']);
    const names = WebAssembly.Module.exports(module).map((one) => one.name).sort();
    expect(names).toEqual([...exported].sort());
    const header = file('src/ipc/ipc.h').toString();
    expect([...header.matchAll(/^u?int\w+ (ipc_\w+)\(/gm)].map((match) => match[1]).sort()).toEqual(names);
    expect(bytes.length).toBeLessThan(25_000);
  });

  test('leaves memory outside the region alone, also when it is instantiated', () => {
    new Uint8Array(memory.buffer).fill(0xa5);
    expect(kernel.ipc_create(BASE, BYTES, 8, 100)).toBe(0);
    instance();
    const all = new Uint8Array(memory.buffer);
    expect(all.subarray(0, BASE).every((byte) => byte === 0xa5)).toBe(true);
    expect(all.subarray(BASE + BYTES).every((byte) => byte === 0xa5)).toBe(true);
    expect(kernel.ipc_check(BASE)).toBe(0);
  });

  test('two workers pass a message round until it is taken away', async () => {
    const { first, second, there, back } = ring();
    const players = [start(first, back, there), start(second, there, back)];
    for (const player of players) expect(await player.next()).toBe('running');
    for (const pipe of [there, back]) {
      kernel.ipc_close(BASE, SUPERVISOR, pipe, 0);
      expect(kernel.ipc_close(BASE, SUPERVISOR, pipe, 1)).toBe(0);
    }
    // A third process puts the message in; it dies at once, which does not matter to what it sent.
    const third = kernel.ipc_start(BASE, 1);
    give(first, third, there, 1);
    const [offset] = pairOf(kernel.ipc_reserve_message(BASE, third, there, 1000));
    expect(kernel.ipc_commit(BASE, third, there, offset, 1000)).toBe(1000);
    await end(third);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Terminated wherever it is. The other reads the end of its input, when the message is not with it any more.
    await players[0].worker.terminate();
    await end(first);
    const [echoed, status] = await players[1].next() as [number, number];
    expect(status).toBe(CLOSED);
    expect(echoed).toBeGreaterThan(10);
    expect(kernel.ipc_next_request(BASE)).toBe(BigInt(second >> 6) << 32n);
    await end(second);
    expect(kernel.ipc_check(BASE)).toBe(0);
    expect(kernel.ipc_count(BASE, 0)).toBe(0);
  });

  test('a worker that sleeps is ended at once, and the next one in its place is not disturbed', async () => {
    for (let life = 0; life < 5; life++) {
      const { first, second, there, back } = ring();
      const player = start(first, back, there);
      expect(await player.next()).toBe('running');
      await end(first);                                  // still asleep, not yet terminated
      expect(kernel.ipc_pipe(BASE, first)).toBe(-1);
      expect(kernel.ipc_ready(BASE, second, READABLE, there)).toBe(0);       // the supervisor could still write
      void player.worker.terminate();
      await end(second);
      for (const pipe of [there, back]) for (const side of [0, 1]) expect(kernel.ipc_close(BASE, SUPERVISOR, pipe, side)).toBe(0);
      expect(kernel.ipc_check(BASE)).toBe(0);
    }
    expect(kernel.ipc_end_all(BASE)).toBe(0);
    for (const what of [0, 5, 6, 8, 9, 10]) expect(kernel.ipc_count(BASE, what)).toBe(0);
  });
});
