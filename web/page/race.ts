// The state of one lesson's race and everything that may happen to it. The views read it and call it; it knows no view.
// It tells them by two events: 'change' (anything but samples) and 'samples' (new marks for the strip).
import type { Engine, RaceSpec } from '../photofinish.ts';
import type { Comparison, EngineInfo, LaneKind, Progress, RaceEvent, Report, Sample } from '../protocol.ts';
import { joinCells, laneFunction, lanes as lanesOf, parameters, shownBody, splitCells, withBody, type Cell, type Parameter } from './logic/cells.ts';
import { factsOf, pairOf, type Facts, type LaneName } from './logic/facts.ts';
import type { NativeReference } from './logic/native.ts';
import { parseNumber } from './logic/numbers.ts';
import { verdictSentence } from './logic/sentences.ts';
import { loadEdits, saveEdits, saveVerdict } from './session.ts';
import { Runs, Sweep } from './study.ts';

/** The states of the contract (<photo-finish> has them too). */
export type Phase = 'idle' | 'loading' | 'running' | 'done' | 'stopped' | 'error';
export type Stage = 'setup' | 'check' | 'warm-up' | 'race';

export interface Lesson {
  slug: string;
  source: string;
  names: LaneName[];          // the lesson's own lanes in the order of the file
  predict: string;            // the lane that the prediction is about
  baseline: string;
  reference: NativeReference | null;
}

export interface LaneState {
  id: string; kind: LaneKind; title: string; name: string;
  cell: number;
  samples: Sample[];
  error: string | null;
  unavailable: boolean;
}

export type Boot = (onProgress: (progress: Progress) => void) => Promise<Engine>;

export const BUDGET = 9.3;            // seconds of measuring, as the engine has it where none is given
const LONGER = 3;

export class Race extends EventTarget {
  readonly lesson: Lesson;
  phase: Phase = 'idle';
  stage: Stage | null = null;
  cells: Cell[];
  params: Record<string, string> = {};         // as typed, only where they differ from the file
  prediction: { ratio: number; touched: boolean; committed: boolean } = { ratio: 1, touched: false, committed: false };

  info: EngineInfo | null = null;
  progress: Progress | null = null;            // while the engine boots, or NumPy comes
  bootSeconds = 0;

  lanes: LaneState[] = [];
  equal: { equal: boolean; value: string } | null = null;
  comparisons: Comparison[] = [];
  seconds = 0;
  budget = BUDGET;
  report: Report | null = null;
  facts: Facts | null = null;
  message = '';                                // why phase is 'error'
  raced = false;                               // there was a verdict since the page was opened or reset

  readonly runs = new Runs(this);
  readonly sweep = new Sweep(this);

  #boot: Boot;
  #engine: Promise<Engine> | null = null;
  #stopping: Promise<unknown> = Promise.resolve();
  #serial = 0;                                 // of the race that may still change the state

  constructor(lesson: Lesson, boot: Boot) {
    super();
    this.lesson = lesson;
    this.#boot = boot;
    const edits = loadEdits(lesson.slug, lesson.source);
    this.cells = splitCells(edits?.source ?? lesson.source);
    this.params = edits?.params ?? {};
    this.#lineUp();
  }

  // ---------------------------------------------------------------------------------------- what the reader changes

  /** Something runs or is about to: the race itself, or a study of it. */
  get busy(): boolean { return this.racing || this.runs.busy || this.sweep.busy; }
  get racing(): boolean { return this.phase === 'loading' || this.phase === 'running'; }
  get source(): string { return joinCells(this.cells); }
  get edited(): boolean { return this.source !== this.lesson.source || Object.keys(this.params).length > 0; }
  get resettable(): boolean { return this.edited || this.prediction.touched || (!this.busy && this.phase !== 'idle'); }
  get parameters(): Parameter[] { return parameters(this.cells); }
  /** Differs wherever code or parameters do. */
  get fingerprint(): string { return JSON.stringify([this.source, this.params]); }
  /** What the engine is asked to race. */
  spec(): RaceSpec { return this.source === this.lesson.source ? { lesson: this.lesson.slug } : { source: this.source }; }

  edit(cell: number, body: string): void {
    if (shownBody(this.cells[cell]) === body) return;
    this.cells[cell] = withBody(this.cells[cell], body);
    this.#save();
    this.changed();
  }

  setParam(name: string, text: string): void {
    const original = this.parameters.find((parameter) => parameter.name === name);
    if (original && parseNumber(text) === original.value) delete this.params[name];
    else this.params[name] = text;
    this.#save();
    this.changed();
  }

  /** Values for the engine; the name of one that is no number where there is such a one. */
  numbers(): { values: Record<string, number>; wrong: string | null } {
    const values: Record<string, number> = {};
    for (const { name, value } of this.parameters) {
      const typed = this.params[name];
      const parsed = typed === undefined ? value : parseNumber(typed);
      if (parsed === null) return { values, wrong: name };
      values[name] = parsed;
    }
    return { values, wrong: null };
  }

  predict(ratio: number, commit = false): void {
    this.prediction = { ratio, touched: true, committed: commit };
    this.changed();
  }

  reset(): void {
    if (this.busy) return;
    this.#serial++;
    this.cells = splitCells(this.lesson.source);
    this.params = {};
    this.prediction = { ratio: 1, touched: false, committed: false };
    this.phase = 'idle';
    this.raced = false;
    this.runs.clear();
    this.sweep.clear();
    this.#clear();
    this.#save();
    this.changed();
    this.dispatchEvent(new Event('reset'));
  }

  // ---------------------------------------------------------------------------------------- running

  /** Boots the engine where it is not there yet; nothing of the reader's runs. */
  warmUp(): Promise<Engine> {
    if (this.#engine) return this.#engine;
    const since = performance.now();
    const engine = this.#boot((progress) => { this.progress = progress.stage === 'ready' ? null : progress; this.changed(); });
    this.#engine = engine;
    engine.then((ready) => {
      this.info = ready.info;
      this.bootSeconds = (performance.now() - since) / 1000;
    }, () => { this.#engine = null; }).finally(() => { this.progress = null; this.changed(); });
    return engine;
  }

  /** The engine, when what was stopped last has ended. */
  async free(): Promise<Engine> {
    const engine = await this.warmUp();
    await this.#stopping;
    return engine;
  }

  /** Ends what the engine does; the next who asks for it waits for that. */
  async halt(): Promise<void> {
    this.#stopping = this.#engine?.then((engine) => engine.stop()).catch(() => { /* said when it is used next */ }) ?? this.#stopping;
    await this.#stopping;
  }

  async run({ longer = false } = {}): Promise<void> {
    if (this.busy) return;
    const { values, wrong } = this.numbers();
    if (wrong) return this.#fail(`${wrong} is not a number.`);
    const serial = ++this.#serial;
    if (this.prediction.touched) this.prediction.committed = true;       // one was moved: that is what the reader thinks
    this.#clear();
    this.budget = longer ? BUDGET * LONGER : BUDGET;
    this.phase = this.info ? 'running' : 'loading';
    this.changed();
    try {
      const engine = await this.free();
      if (serial !== this.#serial) return;
      this.phase = 'running';
      this.changed();
      const report = await engine.race(this.spec(), {
        params: values, budget: this.budget,
        onEvent: (event) => { if (serial === this.#serial) this.#take(event); },
      });
      if (serial === this.#serial) this.#finish(report);
    } catch (error) {
      if (serial !== this.#serial) return;
      if ((error as Error).name === 'StoppedError') { this.phase = 'stopped'; this.changed(); }
      else this.#fail((error as Error).message);
    }
  }

  /** Ends what runs, or gives up waiting for the engine, which goes on booting for the next one. */
  async stop(): Promise<void> {
    for (const study of [this.runs, this.sweep]) if (study.busy) return study.stop();
    if (!this.racing) return;
    const ran = this.phase === 'running';
    this.#serial++;
    this.phase = 'stopped';
    this.changed();
    if (ran) await this.halt();
  }

  // ---------------------------------------------------------------------------------------- what the engine tells

  #take(event: RaceEvent): void {
    switch (event.event) {
      case 'stage':
        this.stage = event.stage;
        return this.changed();
      case 'checked':
        this.equal = { equal: event.equal, value: event.value };
        for (const [index, lane] of event.lanes.entries()) {
          const state = this.lanes[index];
          if (state) Object.assign(state, { id: lane.id, title: lane.title, error: lane.error ?? null, unavailable: lane.unavailable ?? false, samples: [] });
        }
        return this.changed();
      case 'samples':
        this.stage = 'race';
        this.seconds = event.seconds;
        this.budget = event.budget;
        for (const lane of this.lanes) lane.samples.push(...(event.lanes[lane.id] ?? []));
        this.dispatchEvent(new Event('samples'));
        return;
      case 'look':
        this.comparisons = event.comparisons;
        return this.changed();
    }
  }

  #finish(report: Report): void {
    this.report = report;
    this.seconds = report.seconds;
    this.comparisons = report.comparisons;
    this.equal = { equal: report.equal, value: report.value };
    this.facts = factsOf(report, this.lesson.names, this.prediction.committed ? { lane: this.lesson.predict, ratio: this.prediction.ratio } : null);
    for (const [index, lane] of report.lanes.entries()) {
      const state = this.lanes[index];
      if (state) Object.assign(state, { id: lane.id, samples: lane.samples, error: lane.error ?? null, unavailable: lane.unavailable ?? false });
    }
    this.phase = 'done';
    this.raced = true;
    const pair = pairOf(this.facts, this.lesson.predict);
    if (pair && report.equal) saveVerdict(this.lesson.slug, verdictSentence(pair));
    this.dispatchEvent(new Event('samples'));
    this.changed();
  }

  #fail(message: string): void {
    this.message = message;
    this.phase = 'error';
    this.changed();
  }

  #clear(): void {
    this.stage = null;
    this.equal = null;
    this.comparisons = [];
    this.seconds = 0;
    this.report = null;
    this.facts = null;
    this.message = '';
    this.#lineUp();
    this.dispatchEvent(new Event('samples'));
  }

  #lineUp(): void {
    this.lanes = lanesOf(this.cells).map((cell, index) => ({
      id: laneFunction(cell) ?? `lane_${index + 1}`, kind: cell.lane.kind, title: cell.lane.title,
      name: this.lesson.names[index]?.name ?? cell.lane.title,
      cell: this.cells.indexOf(cell), samples: [], error: null, unavailable: false,
    }));
  }

  #save(): void { saveEdits(this.lesson.slug, this.lesson.source, { source: this.source, params: this.params }); }
  changed(): void { this.dispatchEvent(new Event('change')); }
}
