// "Check this device" as it goes: short races whose right answer is known, one after the other, on an engine of its own. The lanes are
// those of `make bench-timing` (photofinish/selftest.py), which the interpreter itself is asked for: names and order are drawn there.
import type { Engine } from '../photofinish.ts';
import type { Progress } from '../protocol.ts';
import { BUDGET, findingsOf, RACES, trialOf, type Findings, type Roles, type Trial } from './logic/device.ts';

export type Phase = 'idle' | 'loading' | 'running' | 'done' | 'stopped' | 'error';

const PLAN = `
import json, random
from photofinish.selftest import JOBS, known
jobs, seed = list(JOBS), random.randrange(1 << 30)
random.shuffle(jobs)
races = [known(jobs[number % len(jobs)], ["1.10"], seed + number) for number in range(${RACES})]
print(json.dumps([{"source": race.source, "lane": race.baseline, "copy": race.copy,
                   "slower": next(name for name in race.units if name not in (race.baseline, race.copy))} for race in races]))
`;

export class DeviceCheck extends EventTarget {
  phase: Phase = 'idle';
  progress: Progress | null = null;       // while the engine boots
  done = 0;
  trials: Trial[] = [];
  findings: Findings | null = null;
  message = '';                           // why phase is 'error'

  #boot: (onProgress: (progress: Progress) => void) => Promise<Engine>;
  #engine: Promise<Engine> | null = null;
  #stopping: Promise<unknown> = Promise.resolve();
  #serial = 0;                            // of the check that may still change the state
  #since = 0;

  constructor(boot: (onProgress: (progress: Progress) => void) => Promise<Engine>) {
    super();
    this.#boot = boot;
  }

  get busy(): boolean { return this.phase === 'loading' || this.phase === 'running'; }
  get elapsed(): number { return (performance.now() - this.#since) / 1000; }

  async run(): Promise<void> {
    if (this.busy) return;
    const serial = ++this.#serial, alive = () => serial === this.#serial;
    Object.assign(this, { done: 0, trials: [], findings: null, message: '' });
    this.#become('loading');
    try {
      this.#engine ??= this.#boot((progress) => { this.progress = progress.stage === 'ready' ? null : progress; this.#changed(); });
      const engine = await this.#engine.catch((error) => { this.#engine = null; throw error; });
      await this.#stopping;
      if (!alive()) return;
      this.#become('running');
      const plan = await planOf(engine);
      this.#since = performance.now();
      for (const { source, ...roles } of plan) {
        if (!alive()) return;
        const trial = trialOf(await engine.race({ source }, { budget: BUDGET }), roles);
        if (!alive()) return;
        if (trial) this.trials = [...this.trials, trial];
        this.done++;
        this.#changed();
      }
      if (!alive()) return;
      if (this.trials.length === 0) throw new Error('No race came to an end, so nothing can be said of this browser.');
      this.findings = findingsOf(this.trials);
      this.#become('done');
    } catch (error) {
      if (!alive()) return;
      this.message = (error as Error).message;
      this.#become((error as Error).name === 'StoppedError' ? 'stopped' : 'error');
    }
  }

  async stop(): Promise<void> {
    if (!this.busy) return;
    const ran = this.phase === 'running';
    this.#serial++;
    this.#become('stopped');
    if (ran) await (this.#stopping = this.#engine!.then((engine) => engine.stop()));
  }

  #become(phase: Phase): void {
    this.phase = phase;
    this.#changed();
  }

  #changed(): void { this.dispatchEvent(new Event('change')); }
}

async function planOf(engine: Engine): Promise<(Roles & { source: string })[]> {
  const { status, stdout, stderr } = await engine.run(PLAN);
  if (status === 'stopped') throw Object.assign(new Error('Stopped.'), { name: 'StoppedError' });
  if (status !== 'ok') throw new Error(stderr.trim().split('\n').at(-1) || 'The races could not be made.');
  return JSON.parse(stdout);
}
