// The page's side of processes, with the real kernel (build/wasm/ipc.wasm) and interpreters that do what the test says:
// sh tests/web/run.sh supervisor
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kernelOn, pidOf, Status, type Kernel } from '../../web/engine/processes/kernel.ts';
import { Spares } from '../../web/engine/processes/spares.ts';
import { Supervisor } from '../../web/engine/processes/supervisor.ts';
import { ANSWER, INTERRUPT, SIGNALS } from '../../web/engine/threads/check.ts';
import type { Interpreter, ProcessMessage } from '../../web/engine/interpreter.ts';

const module = new WebAssembly.Module(readFileSync(new URL('../../build/wasm/ipc.wasm', import.meta.url)));
const REGION = 65536, BYTES = 8 << 20, LIMIT = 4, MEGABYTE = 1 << 20;
const START = { argv: ['python'], environment: null, cwd: '/', path: [], files: [], descriptors: [] };

/** As much of an interpreter as the page's side sees. */
class Fake {
  alive = true;
  bytes = 40 * MEGABYTE;
  onProcess: ((message: ProcessMessage) => void) | null = null;
  told: [word: number, value: number][] = [];
  became: { token: number } | null = null;
  reason: Error | null = null;
  #tell!: (reason: Error) => void;
  ended = new Promise<Error>((resolve) => { this.#tell = resolve; });

  tell(word: number, value: number): boolean { this.told.push([word, value]); return true; }
  become(process: { token: number }): void { this.became = process; }
  end(reason: Error = new Error('closed')): void {
    if (!this.alive) return;
    this.alive = false;
    this.reason = reason;
    this.#tell(reason);
  }
  async stop({ interrupted, beforeEnd }: { interrupted(): void; beforeEnd(): Promise<void> }): Promise<void> {
    this.tell(INTERRUPT, 2);
    interrupted();
    await beforeEnd();
    this.end(new Error('Stopped.'));
  }

  /** The word ANSWER as it was stored last; null: not yet. */
  get answer(): number | null { return this.told.filter(([word]) => word === ANSWER).at(-1)?.[1] ?? null; }
}

/** What else the tests ask of it, in place of the processes themselves. */
type Asked = 'ipc_waitpid' | 'ipc_signal' | 'ipc_signal_action' | 'ipc_pipe' | 'ipc_ticket';
let kernel: Kernel & Record<Asked, (region: number, token: number, ...values: number[]) => number | bigint>;
let main: Fake, booted: Fake[], output: string[], supervisor: Supervisor, spares: Spares, mainToken: number, mainPid: number;
let boot: (givenUp: AbortSignal) => Promise<Interpreter>;
const as = (fake: Fake) => fake as unknown as Interpreter;

beforeEach(() => {
  vi.useFakeTimers();
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 1024, shared: true });
  kernel = kernelOn(module, memory) as typeof kernel;
  expect(kernel.ipc_create(REGION, BYTES, LIMIT, 0)).toBe(Status.OK);
  mainToken = kernel.ipc_start(REGION, 1);
  mainPid = pidOf(mainToken);
  main = new Fake();
  booted = [];
  output = [];
  boot = async () => { const fake = new Fake(); booted.push(fake); return as(fake); };
  spares = new Spares((givenUp) => boot(givenUp));
  supervisor = new Supervisor(as(main), module, spares, ({ text }) => { output.push(text); });
  main.onProcess!({ type: 'processes', memory, region: REGION, token: mainToken });
});
afterEach(async () => {
  spares.end();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const look = (fake: Fake) => fake.onProcess?.({ type: 'look', bytes: fake.bytes });
const state = (pid: number) => Array.from({ length: 64 }, (_, slot) => slot).filter((slot) => kernel.ipc_info(REGION, slot, 1) === pid)
  .map((slot) => kernel.ipc_info(REGION, slot, 0)).at(0);
const FREE = 0, ZOMBIE = 3;

/** A child of `parent` that is up. */
async function child(parent: Fake = main): Promise<Fake> {
  const before = new Set(booted.filter(({ became }) => became));
  parent.onProcess!({ type: 'spawn', ...START });
  await pass(1);
  const fake = booted.find((other) => other.became && !before.has(other))!;
  expect(parent.answer).toBe(pidOf(fake.became!.token));
  kernel.ipc_running(REGION, fake.became!.token);
  return fake;
}
const tokenOf = (fake: Fake) => fake.became!.token, pid = (fake: Fake) => pidOf(tokenOf(fake));

describe('children', () => {
  test('their parent gets the pid at once, also while none is up; spares stand ready', async () => {
    await pass(1);
    expect(booted).toHaveLength(Math.min(2, navigator.hardwareConcurrency));
    boot = () => new Promise(() => {});
    main.onProcess!({ type: 'spawn', ...START });
    expect(main.answer).toBe(mainPid + 1);
    await pass(1);
    expect(booted[0].became).toMatchObject({ token: expect.any(Number), region: REGION, argv: ['python'] });
  });

  test('at the limit, and after the parent has ended: an error', async () => {
    for (let i = 1; i < LIMIT; i++) await child();
    main.onProcess!({ type: 'spawn', ...START });
    expect(main.answer).toBe(-6);
    expect(supervisor.used).toMatchObject({ started: LIMIT - 1, most: LIMIT - 1, bytes: (LIMIT - 1) * 40 * MEGABYTE });
  });

  test('that end themselves are zombies at once, with their status; their workers end', async () => {
    const one = await child();
    kernel.ipc_exit(REGION, tokenOf(one), 7 << 8);
    look(one);
    expect(state(pid(one))).toBe(ZOMBIE);
    expect(kernel.ipc_waitpid(REGION, mainToken, 0)).toBe((BigInt(pid(one)) << 32n) | BigInt(7 << 8));
    await pass(20);
    expect(one.alive).toBe(false);
    expect(output).toEqual([]);
  });

  test('that are killed end; their children too, as nobody is left to wait for them', async () => {
    const one = await child(), below = await child(one), deepest = await child(below);
    kernel.ipc_signal(REGION, mainToken, pid(one), 9);
    look(main);
    await pass(50);
    expect([one, below, deepest].map(({ alive }) => alive)).toEqual([false, false, false]);
    expect([state(pid(one)), state(pid(below))]).toEqual([ZOMBIE, FREE]);
    expect(main.alive).toBe(true);
    expect(kernel.ipc_check(REGION)).toBe(Status.OK);
  });

  test('that stop inside the kernel are ended by force, a second after their workers', async () => {
    const one = await child(), other = await child();
    const pipe = kernel.ipc_pipe(REGION, tokenOf(one)) as number;
    kernel.ipc_reserve(REGION, tokenOf(one), pipe, 100, 1);
    kernel.ipc_signal(REGION, mainToken, pid(one), 9);
    kernel.ipc_exit(REGION, tokenOf(other), 0);
    look(main);
    await pass(5);
    expect(one.alive).toBe(true);
    await pass(30);
    expect(one.alive).toBe(false);
    expect(state(pid(one))).not.toBe(ZOMBIE);
    await pass(1100);
    expect(state(pid(one))).toBe(ZOMBIE);
    expect([state(pid(other)), kernel.ipc_check(REGION)]).toEqual([ZOMBIE, Status.OK]);
  });

  test('whose workers fail are told on stderr, and their parent sees a signal', async () => {
    const one = await child();
    one.end(new Error('memory access out of bounds'));
    await pass(5);
    expect(output.join('')).toBe(`[process ${pid(one)}] memory access out of bounds\n`);
    expect(state(pid(one))).toBe(ZOMBIE);
  });

  test('whose interpreters do not boot end with exit code 1; several of them in a row end the program', async () => {
    await pass(1);
    spares.end();
    boot = () => Promise.reject(new Error('no memory'));
    main.onProcess!({ type: 'spawn', ...START });
    await pass(5);
    expect(main.answer).toBe(mainPid + 1);
    expect(state(mainPid + 1)).toBe(ZOMBIE);
    expect(output.join('')).toBe('A process could not be started: no memory\n');
    for (let i = 0; i < 3; i++) {
      expect(main.alive).toBe(true);
      kernel.ipc_waitpid(REGION, mainToken, 0);
      main.onProcess!({ type: 'spawn', ...START });
      await pass(5);
    }
    expect(main.reason?.message).toBe('No process can be started here any more.');
  });

  test('that are killed before they have taken what they inherit: it is closed', async () => {
    const CLOSED = -8, AGAIN = -3, WRITE_END = 1;
    const pipe = kernel.ipc_pipe(REGION, mainToken) as number, ticket = kernel.ipc_ticket(REGION, mainToken, pipe, WRITE_END) as number;
    kernel.ipc_close(REGION, mainToken, pipe, WRITE_END);
    expect(kernel.ipc_claim(REGION, mainToken, pipe, 1)).toBe(BigInt(AGAIN));       // the child may write
    main.onProcess!({ type: 'spawn', ...START, descriptors: [[5, 1, 0, ticket]] });
    kernel.ipc_signal(REGION, mainToken, main.answer!, 9);
    look(main);
    await pass(100);
    expect(kernel.ipc_claim(REGION, mainToken, pipe, 1)).toBe(BigInt(CLOSED));
    expect(kernel.ipc_count(REGION, 8)).toBe(0);
  });

  test('that are killed before they are up: the interpreter is kept for another one', async () => {
    await pass(1);
    spares.end();
    let up!: (fake: Interpreter) => void, givenUp!: AbortSignal;
    boot = (signal) => new Promise((resolve) => { up = resolve; givenUp = signal; });
    main.onProcess!({ type: 'spawn', ...START });
    kernel.ipc_signal(REGION, mainToken, mainPid + 1, 9);
    look(main);
    expect(state(mainPid + 1)).toBe(ZOMBIE);
    const late = new Fake();
    up(as(late));
    await pass(1);
    expect([late.became, late.alive]).toEqual([null, true]);
    expect(await spares.take()).toBe(late);
    expect(givenUp.aborted).toBe(false);
  });
});

describe('signals', () => {
  test('that a process catches: its word is set', async () => {
    const one = await child(), other = await child();
    kernel.ipc_signal_action(REGION, tokenOf(one), 15, 2);
    kernel.ipc_signal(REGION, tokenOf(other), pid(one), 15);
    look(other);
    expect(one.told).toContainEqual([SIGNALS, 1]);
    expect(other.told).toEqual([]);
    expect(kernel.ipc_signal_take(REGION, tokenOf(one))).toBe(15);
  });

  test('that end the main program end the run, with the status of a shell', async () => {
    const one = await child();
    kernel.ipc_signal(REGION, tokenOf(one), mainPid, 15);
    look(one);
    await pass(50);
    expect(main.reason).toMatchObject({ exitCode: 143 });
    expect(one.alive).toBe(false);
  });
});

describe('the end of a run', () => {
  test('all descendants end with it, also those that are not up yet; spares wait a while for the next run', async () => {
    await child(await child());
    await pass(1);
    let up!: (fake: Interpreter) => void;
    spares.end();
    boot = () => new Promise((resolve) => { up = resolve; });
    main.onProcess!({ type: 'spawn', ...START });
    const end = supervisor.end();
    await pass(20);
    await end;
    expect(booted.every(({ alive }) => !alive)).toBe(true);
    const late = new Fake();
    up(as(late));
    await pass(1);
    expect([late.became, late.alive]).toEqual([null, true]);
    spares.rest();
    await pass(31_000);
    expect(late.alive).toBe(false);
    expect(supervisor.used).toMatchObject({ started: 3, most: 3 });
  });

  test('more of them on their way than are kept: the others are given up', async () => {
    await pass(1);
    spares.end();
    const signals: AbortSignal[] = [];
    boot = (signal) => new Promise((_, reject) => {
      signals.push(signal);
      signal.addEventListener('abort', () => reject(new Error('given up')));
    });
    for (let i = 1; i < LIMIT; i++) main.onProcess!({ type: 'spawn', ...START });
    const end = supervisor.end();
    await pass(20);
    await end;
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true]);
    expect(output).toEqual([]);
    spares.end();
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test('a process that wants a child meanwhile gets an error, and nothing is started', async () => {
    const one = await child(), count = booted.length;
    const end = supervisor.end();
    one.onProcess!({ type: 'spawn', ...START });
    expect(one.answer).toBe(-27);
    await pass(20);
    await end;
    expect(booted).toHaveLength(count);
  });

  test('Stop interrupts all processes, then ends them', async () => {
    const one = await child(), other = await child(one);
    const stopped = supervisor.stop();
    for (const fake of [main, one, other]) expect(fake.told).toContainEqual([INTERRUPT, 2]);
    expect(kernel.ipc_sequence(REGION, tokenOf(one))).toBeGreaterThan(0);
    await pass(20);
    await stopped;
    const end = supervisor.end();
    await pass(20);
    await end;
    expect([main, one, other].map(({ alive }) => alive)).toEqual([false, false, false]);
  });
});
