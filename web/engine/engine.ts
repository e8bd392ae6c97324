// The engine: runs programs and races, one at a time, each in an interpreter of its own (fleet.ts). A program that imports NumPy
// gets one with NumPy in it, whose files are loaded when the first such program comes.
import { EngineError } from './errors.ts';
import { browserName, features } from './features.ts';
import { Fleet } from './fleet.ts';
import { HOME } from './home.ts';
import { needs, wantsProcesses } from './imports.ts';
import type { Interpreter, Listeners } from './interpreter.ts';
import { Patience } from './patience.ts';
import type { Supervisor } from './processes/supervisor.ts';
import { loadResources } from './resources.ts';
import { HiddenTimes, hiddenNotes, withHidden } from './visibility.ts';
import type {
  Disturbance, EngineInfo, ProcessesUsed, Progress, RaceEvent, RaceOptions, RepeatReport, Report, Resources, RunResult, Sample, SweepEvent, SweepOptions, SweepReport, ToWorker,
} from '../protocol.ts';

export interface EngineOptions {
  onProgress?(progress: Progress): void;
  onOutput?(stream: 'stdout' | 'stderr', text: string): void;
}
export interface RunOptions { argv?: string[]; timeout?: number }        // timeout in seconds
export interface RaceCallbacks { onSample?(sample: Sample & { lane: string }): void; onEvent?(event: RaceEvent): void }
export interface RepeatOptions extends RaceOptions { times?: number; onRun?(index: number, of: number, report: Report): void }      // times: 3
export type RaceSpec = { lesson: string } | { source: string };

const REPEATS_LIMIT = 20;

/** What is raced. */
interface Entry { lesson: string | null; source: string }
/** What an interpreter is told of it and of the place. */
type Setting = Omit<Extract<ToWorker, { type: 'race' }>, 'type' | 'options'>;

/** Boots and resolves when the engine is ready to run. Rejects with UnsupportedError, LoadError or BootError. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const can = features();
  if (!can.simd) throw new EngineError('UnsupportedError', 'This browser has no WebAssembly SIMD. Use a current version of Firefox, Chrome, Edge or Safari.');
  const resources = await loadResources('plain', can, options.onProgress);
  options.onProgress?.({ stage: 'starting', done: 0, total: 1 });
  const engine = new Engine(resources, can.isolated, options);
  await engine.ready();
  options.onProgress?.({ stage: 'ready', done: 1, total: 1 });
  return engine;
}

export class Engine {
  info!: EngineInfo;

  #fleet: Fleet;
  #isolated: boolean;
  #options: EngineOptions;
  #running: Running | null = null;
  #files = new Map<string, Uint8Array>();
  #closed = false;
  #output: NonNullable<Listeners['onOutput']> = ({ stream, text }) => this.#options.onOutput?.(stream, text);

  constructor(resources: Resources, isolated: boolean, options: EngineOptions) {
    this.#fleet = new Fleet(resources, isolated);
    this.#isolated = isolated;
    this.#options = options;
  }

  /** Resolves when the next program can start at once; rejects when no interpreter can be started. */
  async ready(): Promise<void> {
    const { info, kernelThreads } = await this.#fleet.next;
    const can = features();
    this.info = {
      ...info!, browser: browserName(), isolated: this.#isolated, simd: can.simd, cores: navigator.hardwareConcurrency ?? 1,
      processes: this.#isolated && kernelThreads > 0, kernels: { threads: kernelThreads },
    };
  }

  /** Runs a program as `python3 file.py` does, in a fresh interpreter with the files that earlier runs left. */
  async run(source: string, { argv = [], timeout }: RunOptions = {}): Promise<RunResult> {
    const result: RunResult = { status: 'crashed', exitCode: 1, stdout: '', stderr: '', seconds: 0 };
    const onOutput = ({ stream, text }: { stream: 'stdout' | 'stderr'; text: string }) => {
      result[stream] += text;
      this.#options.onOutput?.(stream, text);
    };
    const since = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const ran = await this.#hold((running) => this.#borrow(running, source, onOutput, (interpreter) => {
        if (timeout !== undefined) timer = setTimeout(() => this.stop(), timeout * 1000);
        return interpreter.run({ type: 'run', source, argv, files: [...this.#files] }, { onOutput });
      }).finally(() => { if (running.used) result.processes = running.used; }));
      this.#files = new Map(ran.files);
      return { ...result, status: ran.status, exitCode: ran.exitCode, seconds: ran.seconds };
    } catch (error) {
      const { name, message, exitCode } = error as EngineError;
      result.seconds = (performance.now() - since) / 1000;
      if (typeof exitCode === 'number') return { ...result, status: 'exit', exitCode };
      if (name === 'StoppedError') return { ...result, status: 'stopped', exitCode: 130 };
      if (name === 'CrashedError') return { ...result, stderr: result.stderr + message + '\n' };
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Races the lanes of a lesson of this site, or of a lanes file. Rejects with StoppedError, LanesError, SetupError, LessonError, CrashedError. */
  async race(spec: RaceSpec, options: RaceOptions & RaceCallbacks = {}): Promise<Report> {
    return this.#hold(async (running) => this.#race(running, await entryOf(spec), options));
  }

  /** A short race at each of several values of one parameter, all in one interpreter, and what they say together. Rejects as race does. */
  async sweep(spec: RaceSpec, { onPoint, ...options }: SweepOptions & { onPoint?(event: SweepEvent): void } = {}): Promise<SweepReport> {
    const onSweepEvent = ({ event }: { event: SweepEvent }) => onPoint?.(event);
    return this.#hold(async (running) => this.#timed(running, await entryOf(spec), undefined, async (interpreter, setting, listeners) =>
      (await interpreter.sweep({ type: 'sweep', ...setting, options }, { ...listeners, onSweepEvent })).report,
      (report, times) => ({ ...report, notes: [...report.notes, ...hiddenNotes(times)] })));
  }

  /** The same race in several fresh interpreters, one after the other, and what the runs say together. Rejects as race does. */
  async repeat(spec: RaceSpec, { times = 3, onRun, ...options }: RepeatOptions & RaceCallbacks = {}): Promise<RepeatReport> {
    if (!Number.isInteger(times) || times < 2 || times > REPEATS_LIMIT) {
      throw new EngineError('LanesError', `A race is repeated 2 to ${REPEATS_LIMIT} times, not ${times}.`);
    }
    return this.#hold(async (running) => {
      const entry = await entryOf(spec), runs: Report[] = [];
      while (runs.length < times) {
        const report = await this.#race(running, entry, options);
        onRun?.(runs.push(report) - 1, times, report);
      }
      return this.#borrow(running, entry.source, this.#output, async (interpreter) => (await interpreter.combine(runs)).report);
    });
  }

  /** Ends what runs, whatever it does; resolves when the engine is ready to run again. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running) {
      running.stopped.resolve();
      await running.processes?.stop();
      await running.ended.promise;
    }
    await this.#fleet.next.catch(() => {});
  }

  /** Puts a file into the program's home folder; `path` relative to it, or absolute below it. */
  async writeFile(path: string, data: string | Uint8Array): Promise<void> {
    this.#files.set(homePath(path), typeof data === 'string' ? new TextEncoder().encode(data) : data.slice());
  }

  /** A file of the program's home folder as the last run left it. */
  async readFile(path: string): Promise<Uint8Array> {
    const data = this.#files.get(homePath(path));
    if (!data) throw new EngineError('LoadError', `There is no file '${path}'. Files are kept below ${HOME} when a run has ended.`);
    return data.slice();
  }

  /** Ends everything; what is under way rejects with ClosedError. */
  close(): void {
    this.#closed = true;
    this.#running?.stopped.resolve();
    const processes = this.#running?.processes, end = () => this.#fleet.close();
    if (processes?.used) void processes.dismiss().then(end);
    else end();
  }

  // ------------------------------------------------------------------------------------------- interpreters

  #race(running: Running, entry: Entry, { onSample, onEvent, ...options }: RaceOptions & RaceCallbacks): Promise<Report> {
    const onRaceEvent = (event: RaceEvent) => {
      if (event.event === 'samples' && onSample) {
        for (const [lane, samples] of Object.entries(event.lanes)) for (const sample of samples) onSample({ lane, ...sample });
      }
      onEvent?.(event);
    };
    return this.#timed(running, entry, onRaceEvent, async (interpreter, setting, listeners) =>
      (await interpreter.race({ type: 'race', ...setting, options }, listeners)).report, withHidden);
  }

  /**
   * Times lanes in an interpreter of their own, with nothing beside them; once more in another one where it falls silent.
   * `amended`: the report with the times at which the page was hidden, where the worker could not know.
   */
  async #timed<T>(running: Running, { lesson, source }: Entry, onRaceEvent: ((event: RaceEvent) => void) | undefined,
    work: (interpreter: Interpreter, setting: Setting, listeners: Listeners) => Promise<T>, amended: (report: T, times: Disturbance[]) => T): Promise<T> {
    const { python, browser, cores } = this.info;
    let silent = false;
    const attempt = () => this.#borrow(running, source, this.#output, async (interpreter) => {
      const patience = new Patience(async () => {
        silent = true;
        await running.processes?.dismiss();
        interpreter.end(new EngineError('CrashedError', 'Python stopped answering in the middle of the race. Race again.'));
      });
      const where = { python, runtime: 'browser' as const, browser, cores, isolated: this.#isolated, date: new Date().toISOString() };
      let times: HiddenTimes | null = null;
      try {
        const report = await work(interpreter, { lesson, source, where, files: [...this.#files] }, {
          onOutput: this.#output,
          onRaceEvent: ({ event }) => {
            patience.heard(event);
            if (!this.#isolated && !times && event.event === 'stage' && event.stage === 'race') (times = new HiddenTimes()).start();
            onRaceEvent?.(event);
          },
        });
        return amended(report, (times as HiddenTimes | null)?.end() ?? []);
      } finally {
        (times as HiddenTimes | null)?.end();
        patience.end();
      }
    }, { alone: true });
    return attempt().catch((error) => { if (silent && !running.stopped.done) return attempt(); throw error; });
  }

  /** Takes the engine for a piece of work, in however many interpreters; rejects where something else has it. */
  async #hold<T>(work: (running: Running) => Promise<T>): Promise<T> {
    if (this.#closed) throw this.#whyEnded();
    if (this.#running) throw new EngineError('BusyError', 'Something is running already. Wait for it, or stop() it.');
    const running = this.#running = new Running();
    try {
      return await work(running);
    } finally {
      this.#running = null;
      running.ended.resolve();
    }
  }

  /**
   * One program or race in the next interpreter, which is thrown away afterwards, and its processes with it. A program that wants any
   * starts when the first can be had at once. `alone`: not before the spare has booted, since nothing else may use the cores while
   * lanes are timed.
   */
  async #borrow<T>(running: Running, source: string, onOutput: NonNullable<Listeners['onOutput']>, work: (interpreter: Interpreter) => Promise<T>,
    { alone = false } = {}): Promise<T> {
    try {
      if (running.stopped.done) throw this.#whyEnded();
      const interpreter = await this.#interpreterFor(source, running);
      if (this.info.processes && wantsProcesses(source, this.#files)) await Promise.race([this.#fleet.children.prepare(), running.stopped.promise]);
      if (alone) await Promise.race([this.#fleet.quiet(), running.stopped.promise]);
      if (running.stopped.done) throw this.#whyEnded();
      running.interpreter = interpreter;
      running.processes = this.#fleet.supervise(interpreter, onOutput);
      return await work(interpreter);
    } finally {
      await running.processes?.end();
      running.used = running.processes?.used ?? null;
      this.#fleet.retire(running.interpreter);
      running.interpreter = running.processes = null;
    }
  }

  /** The next interpreter, of the variant that the program needs. Stop while files load leaves the interpreters that are there. */
  async #interpreterFor(source: string, running: Running): Promise<Interpreter> {
    const variant = needs('numpy', source, this.#files) ? 'numpy' : 'plain';
    const { onProgress } = this.#options;
    const resources = await Promise.race([loadResources(variant, features(), onProgress), running.stopped.promise]);
    if (!resources) throw this.#whyEnded();
    const another = this.#fleet.startFrom(resources);
    if (another) onProgress?.({ stage: 'starting', done: 0, total: 1 });
    const interpreter = await this.#fleet.next;
    if (another) onProgress?.({ stage: 'ready', done: 1, total: 1 });
    return interpreter;
  }

  #whyEnded(): EngineError {
    return this.#closed ? new EngineError('ClosedError', 'The engine was closed. Create another.')
      : new EngineError('StoppedError', 'Stopped before it started.');
  }
}

/** What is under way, and how far: asked to stop; ended. */
class Running {
  interpreter: Interpreter | null = null;
  processes: Supervisor | null = null;
  used: ProcessesUsed | null = null;       // by the last program of it
  stopped = new Signal();
  ended = new Signal();
}

class Signal {
  done = false;
  resolve!: () => void;
  readonly promise = new Promise<void>((resolve) => { this.resolve = () => { this.done = true; resolve(); }; });
}

async function entryOf(spec: RaceSpec): Promise<Entry> {
  return 'source' in spec ? { lesson: null, source: spec.source } : { lesson: spec.lesson, source: await lessonSource(spec.lesson) };
}

async function lessonSource(slug: string): Promise<string> {
  const address = new URL(`lessons/${encodeURIComponent(slug)}/lanes.py`, siteRoot());
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new EngineError('LessonError', `There is no lesson '${slug}' on this site, or it could not be loaded (${address}).`);
  return response.text();
}

/** The site's root, whatever page asks: this script lies there, or in assets/ below it. */
function siteRoot(): URL {
  const here = new URL(/* @vite-ignore */ '.', import.meta.url);
  return here.pathname.endsWith('/assets/') ? new URL('../', here) : here;
}

/** A path relative to the home folder. */
function homePath(path: string): string {
  const parts = (path.startsWith('/') ? path : `${HOME}/${path}`).split('/').filter((part) => part && part !== '.');
  const home = HOME.split('/').filter(Boolean);
  if (parts.includes('..') || parts.length <= home.length || home.some((part, i) => parts[i] !== part)) {
    throw new EngineError('LoadError', `'${path}' is not a file below ${HOME}; only those are kept between runs.`);
  }
  return parts.slice(home.length).join('/');
}
