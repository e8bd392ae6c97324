// How threads of one interpreter wait for other processes: sh tests/web/run.sh watches
//
// build/wasm/ipc.wasm itself, two processes of it in this thread, and the scheduler's part in front of it.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Event, Kind, kernelOn, Status, SUPERVISOR_PID } from '../../web/engine/processes/kernel.ts';
import { endsOf, Process } from '../../web/engine/processes/process.ts';
import { childrenAllowed } from '../../web/engine/processes/region.ts';
import { Outside } from '../../web/engine/threads/outside.ts';
import { INTERRUPT, SIGNALS } from '../../web/engine/threads/check.ts';
import { Watches } from '../../web/engine/threads/watches.ts';

const module = new WebAssembly.Module(readFileSync(new URL('../../build/wasm/ipc.wasm', import.meta.url)));
const REGION = 128, BYTES = 8 << 20;

function world() {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256, shared: true });
  const kernel = kernelOn(module, memory) as any;
  expect(kernel.ipc_create(REGION, BYTES, 4, 0)).toBe(Status.OK);
  const start = (isMain: boolean) => new Process(module, memory, REGION, kernel.ipc_start(REGION, SUPERVISOR_PID), isMain);
  const near = start(true), far = start(false);
  const pipe: number = kernel.ipc_pipe(REGION, near.token);
  expect(far.takeTicket(kernel.ipc_ticket(REGION, near.token, pipe, 1))).toBe(pipe);
  near.close(pipe, 1);
  return { kernel, near, far, pipe };
}

const bytes = (...values: number[]) => new Uint8Array(values);

describe('a process', () => {
  test('reads what another writes, and the end', () => {
    const { near, far, pipe } = world();
    const target = new Uint8Array(8);
    expect(near.read(pipe, target, 0, 8)).toBe(Status.AGAIN);
    expect(far.write(pipe, bytes(9, 1, 2, 3), 1, 3)).toBe(3);
    expect(near.bytes(pipe)).toBe(3);
    expect(near.read(pipe, target, 4, 2)).toBe(2);
    expect([...target]).toEqual([0, 0, 0, 0, 1, 2, 0, 0]);
    far.close(pipe, 1);
    expect(near.read(pipe, target, 0, 8)).toBe(1);
    expect(near.read(pipe, target, 0, 8)).toBe(Status.CLOSED);
  });

  test('is not told of a pipe that has no reader as of a full one', () => {
    const { near, far, pipe } = world();
    near.close(pipe, 0);
    expect(far.write(pipe, bytes(1), 0, 1)).toBe(Status.BROKEN);
    expect(far.arm(Event.WRITABLE, pipe)).toBe(true);
  });

  test('hears a signal that it catches', () => {
    const { kernel, near, far } = world();
    kernel.ipc_signal_action(REGION, near.token, 10, 2);
    expect(near.signalled()).toBe(false);
    kernel.ipc_signal(REGION, far.token, near.token >>> 6, 10);
    expect([near.signalled(), near.takeSignal(), near.takeSignal(), near.signalled()]).toEqual([true, 10, 0, false]);
  });

  test('listens for its wake word while it leaves sleeping to the event loop, also when it has parked meanwhile', async () => {
    const { near, far, pipe } = world();
    for (let round = 0; round < 3; round++) {
      const sequence = near.sequence();
      expect(near.arm(Event.READABLE, pipe)).toBe(false);
      const woken = new Promise<void>((resolve) => near.listen(sequence, resolve));
      near.park(sequence, 1);       // says that nobody sleeps any more
      near.listen(sequence, () => {});
      far.write(pipe, bytes(1), 0, 1);
      await woken;
      expect(near.read(pipe, new Uint8Array(1), 0, 1)).toBe(1);
    }
    const sequence = near.sequence();
    near.arm(Event.READABLE, pipe);
    far.write(pipe, bytes(1), 0, 1);
    await new Promise<void>((resolve) => near.listen(sequence, resolve));       // it changed before anybody listened
  });

  test('holds the ends that its descriptors stand for', () => {
    expect(endsOf({ kind: Kind.PIPE, reads: 3, writes: 0 })).toEqual([[3, 0]]);
    expect(endsOf({ kind: Kind.PIPE, reads: 3, writes: 4 })).toEqual([[3, 0], [4, 1]]);
    expect(endsOf({ kind: Kind.SEGMENT, reads: 5, writes: 0 })).toEqual([[5, 0]]);
  });
});

describe('waits that watch', () => {
  /** A list of watches at word 16 of a memory, of a wait at word 8. */
  function waiting(...list: [event: number, id: number][]) {
    const words = new Uint32Array(64);
    words.set([list.length, 16 * 4], 8);
    words.set(list.flat(), 16);
    return { words: () => words, wait: { address: 8 * 4 } };
  }

  test('are ready when one of their events is, and looked at only when something has changed', () => {
    const { near, far, pipe, kernel } = world();
    const outside = new Outside(null, () => {}, () => {});
    outside.connect(near);
    let looks = 0;
    const counted = { sequence: () => outside.sequence(), arm: (event: number, id: number) => { looks++; return outside.arm(event, id); } };
    const semaphore: number = kernel.ipc_semaphore(REGION, near.token, 0, 1, 0, 0);
    const { words, wait } = waiting([Event.TAKEABLE, semaphore], [Event.READABLE, pipe]);
    const watches = new Watches(counted, words);
    expect([watches.some, watches.add(wait), watches.some, looks]).toEqual([false, false, true, 2]);
    expect([watches.ready(), looks]).toEqual([[], 2]);
    far.write(pipe, bytes(1), 0, 1);
    expect([watches.ready(), looks]).toEqual([[wait], 4]);
    watches.remove(wait);
    expect([watches.some, watches.ready()]).toEqual([false, []]);
    expect(watches.add(wait)).toBe(true);
  });

  test('are ready where what they watch is gone', () => {
    const { near, pipe } = world();
    const outside = new Outside(null, () => {}, () => {});
    outside.connect(near);
    const { words, wait } = waiting([Event.READABLE, pipe]);
    near.close(pipe, 0);
    expect(new Watches(outside, words).add(wait)).toBe(true);
  });

  test('without a list watch nothing', () => {
    const { words, wait } = waiting();
    const watches = new Watches(new Outside(null, () => {}, () => {}), words);
    expect([watches.add(wait), watches.some, watches.has(wait)]).toEqual([false, false, false]);
  });
});

describe('what comes from outside', () => {
  test('the page and other processes interrupt; a signal is taken once', () => {
    const { kernel, near, far } = world();
    const words = new Int32Array(new SharedArrayBuffer(64)), raised: number[] = [];
    const outside = new Outside(words, () => {}, (signal) => raised.push(signal));
    expect(outside.mayDeadlock).toBe(true);
    outside.connect(near);
    for (const signal of [10, 12]) {
      kernel.ipc_signal_action(REGION, near.token, signal, 2);
      kernel.ipc_signal(REGION, far.token, near.token >>> 6, signal);
    }
    expect([outside.interrupted(), outside.take()]).toEqual([true, 0]);       // who computes is told by the page
    words[SIGNALS] = 1;
    expect([outside.take(), words[SIGNALS], outside.take(), words[SIGNALS], outside.take()]).toEqual([10, 1, 12, 0, 0]);
    kernel.ipc_signal(REGION, far.token, near.token >>> 6, 12);
    words[INTERRUPT] = 2;
    outside.raise();
    expect([raised, outside.interrupted(), words[INTERRUPT]]).toEqual([[2, 12], false, 0]);
    expect(new Outside(words, () => {}, () => {}).interrupted()).toBe(false);
    outside.connect(far);
    expect(outside.mayDeadlock).toBe(false);
  });

  test('sleeping ends when another process changes something', () => {
    const { near, far, pipe } = world();
    const outside = new Outside(new Int32Array(new SharedArrayBuffer(64)), () => {}, () => {});
    outside.connect(near);
    const sequence = outside.sequence();
    outside.arm(Event.READABLE, pipe);
    far.write(pipe, bytes(1), 0, 1);
    outside.sleep(Infinity, sequence);
    expect(outside.sequence()).not.toBe(sequence);
  });

  test('children: twice the cores, at least 8, at most what the kernel has slots for', () => {
    expect([1, 4, 8, 20, 100].map(childrenAllowed)).toEqual([8, 8, 16, 40, 62]);
  });
});
