// kernels.c in its builds: a native program that reads commands, and a WebAssembly module.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const folder = 'build/bench/kernels';

/** The functions of kernels.c in one build of it. */
export interface Side {
  start(threads: number): Promise<number>;
  prepare(kernel: number, n: number): Promise<number>;
  prepareVariant(kernel: number, variant: number, n: number): Promise<number>;
  measure(threads: number, seconds: number): Promise<number>;
  empty(threads: number, seconds: number): Promise<number>;
  cancel(threads: number, at: number): Promise<number>;
  end(): Promise<unknown>;
}

/** A side whose functions are called by name, without `bench_` in front. */
export function sideOf(call: (name: string, ...values: number[]) => Promise<number>): Side {
  return {
    start: (threads) => call('start', threads), prepare: (kernel, n) => call('prepare', kernel, n),
    prepareVariant: (kernel, variant, n) => call('prepare_variant', kernel, variant, n), measure: (threads, seconds) => call('measure', threads, seconds),
    empty: (threads, seconds) => call('empty', threads, seconds), cancel: (threads, at) => call('cancel', threads, at), end: async () => {},
  };
}

/** The native program; `list` gives the lines that answer a command. */
export function runNative(): Side & { list(command: string): Promise<string[]> } {
  const program = spawn(`${folder}/native`, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const line = async (command?: string) => {
    if (command) program.stdin.write(command + '\n');
    const { value, done } = await lines.next();
    if (done) throw new Error(`the native program ended at: ${command}`);
    return value as string;
  };
  const list = async (command: string) => {
    const found = [];
    for (let text = await line(command); text; text = await line()) found.push(text);
    return found;
  };
  const ask = async (name: string, ...values: number[]) => Number(await line([name === 'prepare_variant' ? 'variant' : name, ...values].join(' ')));
  return { ...sideOf(ask), end: async () => program.stdin.end(), list };
}

/** The module in Node's V8. */
export async function runInNode(threads: number): Promise<Side> {
  const { default: create } = await import(resolve(folder, 'kernels.mjs'));
  const module = await create({ threads });
  return sideOf(async (name, ...values) => module[`_bench_${name}`](...values));
}
