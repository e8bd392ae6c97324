// What may be done with a race beyond running it once: the same race three times, and a sweep over one parameter. Both take many
// seconds, one after the other on the race's own engine; nothing else runs meanwhile.
import type { Engine, RaceSpec } from '../photofinish.ts';
import type { RepeatReport, SweepPoint, SweepReport } from '../protocol.ts';
import type { Parameter } from './logic/cells.ts';
import type { ChartLane } from './logic/charts.ts';
import type { Race } from './race.ts';

export type StudyPhase = 'idle' | 'running' | 'done' | 'stopped' | 'error';

export const RUNS = 3;
const WORKERS = ['workers', 'threads'];       // parameters with these names are swept over cores, others over sizes

export abstract class Study<R> {
  phase: StudyPhase = 'idle';
  report: R | null = null;
  message = '';                      // why phase is 'error'
  done = 0;                          // races that are over
  of = 0;
  lanes: (ChartLane & { code: string })[] = [];       // as they were when it started

  protected race: Race;
  #about = '';                       // code and parameters that the report is about
  #since = 0;
  #serial = 0;                       // of the study that may still change the state

  constructor(race: Race) {
    this.race = race;
  }

  get busy(): boolean { return this.phase === 'running'; }

  /** The reader has changed the code or a parameter since. */
  get stale(): boolean { return this.report !== null && this.#about !== this.race.fingerprint; }

  /** null while it is not known. */
  get secondsLeft(): number | null {
    return this.done === 0 ? null : Math.max(0, ((performance.now() - this.#since) / 1000 / this.done) * this.of - (performance.now() - this.#since) / 1000);
  }

  protected abstract start(engine: Engine, spec: RaceSpec, params: Record<string, number>, alive: () => boolean): Promise<R>;

  async run(): Promise<void> {
    const { race } = this;
    if (race.busy) return;
    const { values, wrong } = race.numbers();
    const serial = ++this.#serial;
    this.clear();
    if (wrong) return this.#end('error', `${wrong} is not a number.`);
    this.phase = 'running';
    this.#about = race.fingerprint;
    this.lanes = race.lanes.map(({ id, kind, title, name, cell }) => ({ id, kind, title, name, code: race.cells[cell].body }));
    race.changed();
    try {
      const engine = await race.free();
      if (serial !== this.#serial) return;
      this.#since = performance.now();
      const report = await this.start(engine, race.spec(), values, () => serial === this.#serial);
      if (serial !== this.#serial) return;
      this.report = report;
      this.#end('done');
    } catch (error) {
      if (serial !== this.#serial) return;
      if ((error as Error).name === 'StoppedError') this.#end('stopped');
      else this.#end('error', (error as Error).message);
    }
  }

  async stop(): Promise<void> {
    if (!this.busy) return;
    this.#serial++;
    this.#end('stopped');
    if (this.race.info) await this.race.halt();
  }

  clear(): void {
    this.phase = 'idle';
    this.report = null;
    this.message = '';
    this.done = this.of = 0;
  }

  #end(phase: StudyPhase, message = ''): void {
    this.phase = phase;
    this.message = message;
    this.race.changed();
  }
}

/** The same race in three fresh interpreters. */
export class Runs extends Study<RepeatReport> {
  protected override start(engine: Engine, spec: RaceSpec, params: Record<string, number>, alive: () => boolean): Promise<RepeatReport> {
    this.of = RUNS;
    return engine.repeat(spec, {
      params, times: RUNS,
      onRun: (index, of) => {
        if (!alive()) return;
        this.done = index + 1;
        this.of = of;
        this.race.changed();
      },
    });
  }
}

/** One short race at each of several values of a parameter. */
export class Sweep extends Study<SweepReport> {
  points: SweepPoint[] = [];         // as they come
  value: number | null = null;       // that is raced now
  chosen: string | null = null;      // by the reader, where the file has several

  /** The parameter that is swept: the reader's choice, one of workers where there is one, or the first. */
  get parameter(): Parameter | null {
    const { parameters } = this.race;
    return parameters.find(({ name }) => name === this.chosen) ?? parameters.find(({ name }) => WORKERS.includes(name)) ?? parameters[0] ?? null;
  }

  get overWorkers(): boolean { return WORKERS.includes(this.parameter?.name ?? ''); }

  choose(name: string): void {
    this.chosen = name;
    this.race.changed();
  }

  /** Over workers only lanes that use them have something to show. */
  get shown(): ChartLane[] {
    const { report } = this;
    if (report?.over !== 'workers') return this.lanes;
    const users = this.lanes.filter((lane) => new RegExp(`\\b${report.parameter}\\b`).test(lane.code));
    return users.length ? users : this.lanes;
  }

  protected override start(engine: Engine, spec: RaceSpec, params: Record<string, number>, alive: () => boolean): Promise<SweepReport> {
    return engine.sweep(spec, {
      params, parameter: this.parameter?.name,
      onPoint: (event) => {
        if (!alive()) return;
        this.of = event.of;
        if (event.event === 'point-start') this.value = event.value;
        else {
          this.done = event.index + 1;
          this.points = [...this.points, event.point];
        }
        this.race.changed();
      },
    });
  }

  override clear(): void {
    super.clear();
    this.points = [];
    this.value = null;
  }
}
