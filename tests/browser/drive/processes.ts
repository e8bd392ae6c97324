// Child processes and temporary folders that never outlive this process, however it ends (also SIGKILL).
// Each gets a guard: a shell that reads from a pipe this process holds. When the pipe closes, by stop() or by our death, it kills
// the child's process group and removes the folder. Children never keep Node alive; what waits for them has a timer that does.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const GUARD = `cat >/dev/null
if [ -n "$1" ]; then
  kill -s KILL -- "-$1"
  for i in 1 2 3 4 5 6 7 8 9 10; do kill -s 0 -- "-$1" && sleep 0.05 || break; done
fi
if [ -n "$2" ]; then
  for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$2" && break; sleep 0.2; done
fi`;

/** Returns stop(): kills the group of `pid` and removes `folder` (either may be absent); resolves when done. */
function guard(pid: number | undefined, folder: string | undefined): () => Promise<void> {
  const shell = spawn('/bin/sh', ['-c', GUARD, 'guard', String(pid ?? ''), folder ?? ''], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = new Promise<void>(resolve => shell.once('exit', () => resolve()));
  release(shell);
  return () => { shell.ref(); shell.stdin!.end(); return ended; };
}

function release(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as unknown as { unref?(): void } | null)?.unref?.();
}

export interface Child {
  /** Everything printed so far on stdout and stderr, and on the extra pipe (descriptor 3). */
  output: { stdout: string; stderr: string; extra: string };
  /** Undefined while it runs, then how it ended. */
  ended(): string | undefined;
  /** Resolves when it has ended by itself, or after the milliseconds. */
  settle(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

export function start(command: string, args: string[], environment: Record<string, string> = {}): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...environment } });
  const output = { stdout: '', stderr: '', extra: '' };
  let ended: string | undefined;
  child.once('error', error => { ended = error.message; });
  child.once('exit', (code, signal) => { ended = signal ? `killed by ${signal}` : `exit code ${code}`; });
  for (const [i, key] of [[1, 'stdout'], [2, 'stderr'], [3, 'extra']] as const) {
    (child.stdio[i] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => { output[key] += text; }).on('error', () => {});
  }
  release(child);
  const stop = child.pid === undefined ? async () => {} : guard(child.pid, undefined);
  return { output, ended: () => ended, stop, settle: ms => until(() => ended, ms, '').then(() => {}, () => {}) };
}

/** An empty folder, and what removes it. */
export function temporaryFolder(name: string): { folder: string; remove(): Promise<void> } {
  const folder = mkdtempSync(path.join(tmpdir(), `photofinish-${name}-`));
  return { folder, remove: guard(undefined, folder) };
}

/** The first of the programs (names on PATH, or absolute paths) that may be run; an environment variable overrides. */
export function program(variable: string, candidates: string[], advice: string): string {
  const chosen = process.env[variable];
  for (const candidate of chosen ? [chosen] : candidates) {
    const places = candidate.includes('/') ? [candidate] : (process.env.PATH ?? '').split(path.delimiter).map(folder => path.join(folder, candidate));
    for (const place of places) try { accessSync(place, constants.X_OK); return place; } catch { /* the next one */ }
  }
  throw new Error(`${chosen ?? candidates.join(' or ')} not found. Install it (${advice}) or name its path in ${variable}.`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

export const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Asks every 20 ms until the answer is neither undefined nor an exception; throws after the milliseconds. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, milliseconds: number, what: string): Promise<T> {
  const end = Date.now() + milliseconds;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) { last = error; }
    await sleep(20);
  } while (Date.now() < end);
  throw new Error(`${what}: not within ${milliseconds} ms${last ? ` (${String(last)})` : ''}`);
}

/** The promise, or an error that says what took too long. */
export async function within<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`${what}: no answer within ${milliseconds} ms`)), milliseconds); });
  try { return await Promise.race([promise, late]); } finally { clearTimeout(timer); }
}
