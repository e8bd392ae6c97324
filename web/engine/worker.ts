// One interpreter's worker: starts it, then does what the page asks, one thing at a time.
// It is used for one program or race and then thrown away, so that nothing is left over from the one before.
import { boot, type Pyodide } from './boot.ts';
import { features } from './features.ts';
import { HOME, readHome, writeHome } from './home.ts';
import { startKernels } from './kernels.ts';
import { Output } from './output.ts';
import { waitInPoll } from './processes/files.ts';
import { Processes } from './processes/index.ts';
import { guardMappings } from './processes/segments.ts';
import { viewOf, type Words } from './threads/check.ts';
import { startThreads, type Threads } from './threads/index.ts';
import type { FromWorker, HomeFile, InterpreterInfo, RaceEvent, RepeatReport, Report, Resources, SweepEvent, SweepReport, ToWorker } from '../protocol.ts';

const send = (message: FromWorker) => postMessage(message);
const streams = {
  stdout: new Output((text) => send({ type: 'output', stream: 'stdout', text })),
  stderr: new Output((text) => send({ type: 'output', stream: 'stderr', text })),
};

const starting = (stage: string) => send({ type: 'starting', stage });

let pyodide: Pyodide;
let threads: Threads;
let processes: Processes;
let resources: Resources;
let hiddenFlag: Int32Array | null = null;

async function start(given: Resources, shared: Words | null): Promise<void> {
  resources = given;
  const times: Record<string, number> = {};
  const since = performance.now();
  starting("Python's scripts");
  const [{ loadPyodide }, { default: createPyodide }] =
    await Promise.all([import(/* @vite-ignore */ given.urls.loader), import(/* @vite-ignore */ given.urls.module)]);
  times.scripts = performance.now() - since;
  starting('Python itself');

  const loader = { loadPyodide, createPyodide }, indexURL = new URL('.', given.urls.loader).href;
  pyodide = await boot({ ...given, ...(shared && { signals: shared }), indexURL, hooks: [waitInPoll, guardMappings] }, loader, false, times);
  pyodide.setStdout({ write: (bytes) => streams.stdout.write(bytes), isatty: false });
  pyodide.setStderr({ write: (bytes) => streams.stderr.write(bytes), isatty: false });
  pyodide.setStdin({ error: true });
  const words = shared && viewOf(shared);
  threads = startThreads(pyodide, words, flush);
  processes = new Processes({ pyodide, threads, resources, words, send, flush, promptly });
  page('after_restore', navigator.hardwareConcurrency ?? 1, threads.why === null);
  const info: InterpreterInfo = {
    python: pyodide.runPython('import platform; platform.python_version()'),
    pyodide: pyodide.version, jspi: features().jspi, threads: threads.why === null, clockTickNs: clockTick(),
  };
  times.all = performance.now() - since;
  send({ type: 'booted', info, times, bytes: pyodide.memory!.buffer.byteLength });
}

/** Calls a function of photofinish.page at once; proxies are given back. */
function page(name: string, ...parameters: unknown[]): any {
  const module = pyodide.pyimport('photofinish.page');
  try {
    return module[name](...parameters);
  } finally {
    module.destroy();
  }
}

/** Calls one that runs the reader's code, which may have threads and wait for them. */
async function program(name: string, ...parameters: unknown[]): Promise<any> {
  const module = pyodide.pyimport('photofinish.page');
  try {
    return await threads.runMain(module[name], parameters);
  } finally {
    module.destroy();
  }
}

/** The clock's smallest step in ns, from some steps or 10 ms of them. */
function clockTick(): number {
  const started = performance.now();
  let smallest = Infinity, steps = 0;
  for (let last = started; steps < 50 && last - started < 10;) {
    const now = performance.now();
    if (now === last) continue;
    smallest = Math.min(smallest, now - last);
    last = now;
    steps++;
  }
  return Math.round(smallest * 1e6);
}

const handlers: { [T in ToWorker['type']]: (message: Extract<ToWorker, { type: T }>) => Promise<void> | void } = {
  boot: ({ resources, words, hidden }) => {
    hiddenFlag = hidden;
    return start(resources, words);
  },

  async 'start-kernels'({ threads }) {
    try {
      const kernels = await startKernels(pyodide, resources, threads, starting);
      processes.allow(kernels);
      send({ type: 'kernels', threads: kernels.threads, cancel: kernels.cancel, why: null });
    } catch (error) {
      handlers['refuse-kernels']({ type: 'refuse-kernels', why: `Kernels on all cores did not start: ${(error as Error).message}` });
    }
  },

  'refuse-kernels'({ why }) {
    const extension = pyodide.pyimport('_photofinish');
    extension.explain(why);
    extension.destroy();
    processes.refuse(`Processes need memory that workers share. ${why}`);
    send({ type: 'kernels', threads: 0, cancel: null, why });
  },

  async run({ source, argv, files }) {
    atHome(files);
    const since = performance.now();
    const [status, exitCode] = take(await program('run', source, [`${HOME}/main.py`, ...argv]));
    const seconds = (performance.now() - since) / 1000;
    flush();
    const home = readHome(pyodide.FS);
    if (home.left.length) send({ type: 'output', stream: 'stderr', text: `[too large to keep: ${home.left.slice(0, 5).join(', ')}]\n` });
    send({ type: 'ran', status, exitCode, seconds, files: home.files });
  },

  async race({ source, lesson, options, where, files }) {
    atHome(files);
    const emit = (event: string) => send({ type: 'race-event', event: JSON.parse(event) });
    const answer = await answered<Report>(() => program('race', source, JSON.stringify({ ...options, lesson, where }), emit, ...hiddenAsked()));
    send('failed' in answer ? { type: 'failed', ...answer.failed } : { type: 'raced', report: answer });
  },

  async sweep({ source, lesson, options, where, files }) {
    atHome(files);
    const emit = (text: string) => {
      const event: RaceEvent | SweepEvent = JSON.parse(text);
      send(event.event === 'point' || event.event === 'point-start' ? { type: 'sweep-event', event } : { type: 'race-event', event });
    };
    const answer = await answered<SweepReport>(() => program('sweep', source, JSON.stringify({ ...options, lesson, where }), emit, ...hiddenAsked()));
    send('failed' in answer ? { type: 'failed', ...answer.failed } : { type: 'swept', report: answer });
  },

  async combine({ runs }) {
    const answer = await answered<RepeatReport>(() => page('combine', JSON.stringify(runs)));
    send('failed' in answer ? { type: 'failed', ...answer.failed } : { type: 'combined', report: answer });
  },

  process: (birth) => processes.become(birth, (request) => program('process', request)),
};

/** The program's files, where it starts. */
function atHome(files: HomeFile[]): void {
  writeHome(pyodide.FS, files);
  pyodide.FS.chdir(HOME);
}

/** What photofinish.page answers as JSON; Ctrl-C as its failure. */
async function answered<T extends object>(ask: () => string | Promise<string>): Promise<T | { failed: { name: string; message: string } }> {
  try {
    return JSON.parse(await ask());
  } catch (error) {
    if (!isInterrupt(error)) throw error;
    return { failed: { name: 'StoppedError', message: 'It was stopped.' } };
  } finally {
    flush();
  }
}

/** Whether Python raised KeyboardInterrupt, which is what the page's Stop becomes. */
function isInterrupt(error: unknown): boolean {
  return (error as { type?: string }).type === 'KeyboardInterrupt';
}

function flush(): void {
  for (const stream of Object.values(streams)) stream.flush();
}

function promptly(): void {
  for (const stream of Object.values(streams)) stream.promptly();
}

/** What a race is given to ask whether the page is hidden, where the worker can know. */
function hiddenAsked(): [typeof isHidden] | [] {
  return hiddenFlag ? [isHidden] : [];
}

/** Whether the page is hidden. While it is, the answer waits up to 0.1 s for a change: whoever asks again and again keeps no core busy. */
function isHidden(): boolean {
  if (Atomics.load(hiddenFlag!, 0) === 1) Atomics.wait(hiddenFlag!, 0, 1, 100);
  return Atomics.load(hiddenFlag!, 0) === 1;
}

/** A Python sequence as an array; the proxy is given back. */
function take(proxy: any): any[] {
  const values = proxy.toJs();
  proxy.destroy();
  return values;
}

onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    await (handlers[data.type] as (message: ToWorker) => Promise<void> | void)(data);
  } catch (error) {
    flush();
    const { message } = error as Error;
    if (isInterrupt(error)) send({ type: 'failed', name: 'StoppedError', message: 'It was stopped.' });
    else send(data.type === 'boot'
      ? { type: 'failed', name: 'BootError', message: `Python did not start: ${message}` }
      : { type: 'failed', name: 'CrashedError', message: `The interpreter died: ${message.trimEnd().split('\n').at(-1)}` });
  }
};
