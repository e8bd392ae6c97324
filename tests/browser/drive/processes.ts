// Child processes and temporary folders that never outlive this process, however it ends (also SIGKILL).
// Each launch has one guard: a shell that reads process groups from a pipe which this process holds. When the pipe closes, by end() or by
// our death, it kills the groups and removes the folder. Children never keep Node alive; what waits for them has a timer that does.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Milliseconds a browser may take to start, whatever the limit for a command: two cores may be busy with something else. */
export const START_LIMIT = 60_000;

/** The browser has gone or its connection has: no use in trying again. */
export class Gone extends Error {}

const GUARD = `groups=$(cat)
for group in $groups; do kill -s KILL -- "-$group"; done
for group in $groups; do
  for i in 1 2 3 4 5 6 7 8 9 10; do kill -s 0 -- "-$group" && sleep 0.05 || break; done
done
for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1" && break; sleep 0.2; done`;

export interface Guard {
  /** An empty folder of its own. */
  folder: string;
  /** Kill this process group too; the group's leader must have been started with `detached`. */
  watch(group: number): void;
  /** Kills and removes; resolves when done. */
  end(): Promise<void>;
}

export function guard(name: string): Guard {
  const folder = mkdtempSync(path.join(tmpdir(), `photofinish-${name}-`));
  const shell = spawn('/bin/sh', ['-c', GUARD, 'guard', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = new Promise<void>(resolve => shell.once('exit', () => resolve()));
  shell.stdin!.on('error', () => {});      // somebody killed the guard: nothing left to tell it
  release(shell);
  return {
    folder,
    watch: group => { shell.stdin!.write(`${group}\n`); },
    end: () => { shell.ref(); shell.stdin!.end(); return ended; },
  };
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
}

/** Starts a program whose life ends with the guard. */
export function start(owner: Guard, command: string, args: string[], environment: Record<string, string> = {}): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...environment } });
  if (child.pid !== undefined) owner.watch(child.pid);
  const output = { stdout: '', stderr: '', extra: '' };
  let ended: string | undefined;
  child.once('error', error => { ended = error.message; });
  child.once('exit', (code, signal) => { ended = signal ? `killed by ${signal}` : `exit code ${code}`; });
  for (const [i, key] of [[1, 'stdout'], [2, 'stderr'], [3, 'extra']] as const) {
    (child.stdio[i] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => { output[key] += text; }).on('error', () => {});
  }
  release(child);
  return { output, ended: () => ended, settle: milliseconds => until(() => ended, milliseconds, '').then(() => {}, () => {}) };
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

/** Asks every 20 ms until the answer is neither undefined nor an exception; throws after the milliseconds, or at once what is Gone. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, milliseconds: number, what: string): Promise<T> {
  const end = Date.now() + milliseconds;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof Gone) throw error;
      last = error;
    }
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
