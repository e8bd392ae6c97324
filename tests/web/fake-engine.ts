// A stand-in for web/photofinish.ts that emits plausible events, to look at the page and test it without an interpreter.
// Never part of the site: only tests/web/vite.fake.config.mts puts it in the engine's place.
// What it does is chosen in the page's URL: ?fake=slow,unisolated,undecided,same,unequal,error,laneerror,many,flags,memory,disturbed
import type { Engine, EngineOptions, RaceCallbacks, RaceSpec } from '../../web/photofinish.ts';
import type { Comparison, EngineInfo, RaceOptions, Report, Sample, Verdict } from '../../web/protocol.ts';
import { repeat, sweep } from './fake-studies.ts';
import { laneFunction, lanes as lanesOf, parameters, splitCells } from '../../web/page/logic/cells.ts';

const asked = new Set((new URLSearchParams(globalThis.location?.search).get('fake') ?? '').split(','));
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds a call, as measured with Pyodide in Node; copying is part of it. */
const times: Record<string, { ms: number; copy?: number }> = {
  index_loop: { ms: 6.9 }, direct_loop: { ms: 4.4 }, built_in: { ms: 0.95 },
  add_to_variable: { ms: 0.21 }, add_to_attribute: { ms: 5.0 }, join: { ms: 0.036 }, string_io: { ms: 0.25 },
  in_list: { ms: 4.05 }, make_set_first: { ms: 0.058 }, in_set: { ms: 0.009 },
  every_divisor: { ms: 18.9 }, odd_divisors: { ms: 9.05 }, sieve: { ms: 0.21 },
};
const kernels: Record<string, { one: number; all: number; copy: number; value: string }> = {
  'iterate-directly': { one: 0.62, all: 0.41, copy: 0.19, value: '479256437' },
  'join-strings': { one: 0.05, all: 0.12, copy: 0.07, value: "'2026-03-01 station-7 11.0 C\\n2026-03-01 st...'" },
  'set-membership': { one: 1, all: 1, copy: 0, value: '100' },
  'count-primes': { one: 0.66, all: 0.36, copy: 0, value: '2262' },
};

export async function createEngine({ onProgress }: EngineOptions = {}): Promise<Engine> {
  const total = 19_800_000, pause = asked.has('slow') ? 200 : 20;
  for (let part = 0; part <= 10; part++) { onProgress?.({ stage: 'loading', done: (total * part) / 10, total }); await wait(pause); }
  onProgress?.({ stage: 'starting', done: 0, total: 1 });
  await wait(pause * 2);
  return new FakeEngine() as unknown as Engine;
}

class FakeEngine {
  info: EngineInfo = {
    python: '3.14.2', pyodide: '314.0.7', browser: 'Chromium 156', isolated: !asked.has('unisolated'), jspi: true, simd: true,
    cores: 2, clockTickNs: 5000, threads: false, processes: false, kernels: { threads: asked.has('unisolated') ? 0 : 2 },
  };
  #stopped: (() => void) | null = null;

  async race(spec: RaceSpec, { onEvent, params, budget = 9.3 }: RaceOptions & RaceCallbacks = {}): Promise<Report> {
    return this.#stoppable(this.#race(spec, params, budget, onEvent));
  }

  repeat(spec: RaceSpec, options: Parameters<typeof repeat>[1]) { return this.#stoppable(repeat(() => this.#race(spec, options.params, 9.3, undefined), options)); }
  sweep(spec: RaceSpec, options: Parameters<typeof sweep>[1]) { return this.#stoppable(sweep(() => this.#race(spec, options.params, 9.3, undefined), options, asked.has('slow'))); }

  #stoppable<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, new Promise<never>((_, reject) => { this.#stopped = () => reject(Object.assign(new Error('stopped'), { name: 'StoppedError' })); })]);
  }

  async #race(spec: RaceSpec, params: RaceOptions['params'], budget: number, onEvent: RaceCallbacks['onEvent']): Promise<Report> {
    const slug = location.pathname.split('/').at(-2) ?? '';
    const source = 'source' in spec ? spec.source : await (await fetch('lanes.py')).text();
    const cells = splitCells(source), kernel = kernels[slug] ?? kernels['iterate-directly'];
    const random = seeded(11), few = asked.has('many') ? 400 : 8;
    onEvent?.({ event: 'stage', stage: 'setup' });
    await wait(150);
    if (asked.has('error')) throw Object.assign(new Error('Traceback (most recent call last):\n  File "<setup>", line 2, in <module>\nNameError: name \'randint\' is not defined'), { name: 'LanesError' });
    const lanes = lanesOf(cells).map((cell, index) => {
      const id = laneFunction(cell) ?? `lane_${index}`;
      const base = cell.lane.kind === 'parallel' ? { ms: kernel.all, copy: kernel.copy } : cell.lane.kind === 'kernel' ? { ms: kernel.one } : times[id] ?? { ms: 3 };
      const first = times[laneFunction(lanesOf(cells)[0]) ?? '']?.ms ?? 3;
      const ms = index === 1 && asked.has('same') ? first * 1.004 : index === 1 && asked.has('undecided') ? first * 0.97 : base.ms;
      const unavailable = cell.lane.kind === 'parallel' && asked.has('unisolated');
      const broken = index === 1 && asked.has('laneerror');
      const error = unavailable ? 'Kernels on all cores need memory that threads can share, and this page may not use it here. Open the page in its own tab.'
        : broken ? 'Traceback (most recent call last):\n  File "<lane direct_loop>", line 4, in direct_loop\n    total += amont\nNameError: name \'amont\' is not defined. Did you mean: \'amount\'?' : undefined;
      return { id, kind: cell.lane.kind, title: cell.lane.title, ms, copy: 'copy' in base ? base.copy : undefined, error, unavailable, samples: [] as Sample[] };
    });
    onEvent?.({ event: 'stage', stage: 'check' });
    await wait(150);
    onEvent?.({ event: 'checked', equal: !asked.has('unequal'), value: kernel.value, seconds: 0.01, lanes: lanes.map(({ id, kind, title, error, unavailable }) => ({ id, kind, title, error, unavailable })) });
    onEvent?.({ event: 'stage', stage: 'warm-up' });
    await wait(asked.has('slow') ? 1500 : 200);
    onEvent?.({ event: 'stage', stage: 'race' });
    const rounds = asked.has('slow') ? 60 : 12;
    let block = 0;
    for (let round = 1; round <= rounds; round++) {
      await wait(asked.has('slow') ? 150 : 30);
      const fresh: Record<string, Sample[]> = {};
      for (const lane of lanes) {
        if (lane.error) continue;
        const spread = asked.has('undecided') ? 0.16 : lane.kind === 'parallel' ? 0.1 : 0.05;
        fresh[lane.id] = Array.from({ length: few }, (_, at) => {
          const calls = Math.max(1, Math.round(1 / lane.ms));
          const noise = (random() + random() + random() - 1.5) * spread + (random() > 0.985 ? 0.2 + random() * 0.6 : 0);
          return { block: block + at, calls, seconds: (lane.ms / 1000) * calls * Math.exp(noise) };
        });
        lane.samples.push(...fresh[lane.id]);
      }
      block += few;
      onEvent?.({ event: 'samples', lanes: fresh, seconds: (round / rounds) * budget * 0.4, budget });
      if (round % 4 === 0) onEvent?.({ event: 'look', look: round / 4, last: round === rounds, comparisons: this.#compare(lanes, block) });
    }
    return {
      schema: 1, lesson: 'lesson' in spec ? spec.lesson : null, source_sha256: '', seed: 1, equal: !asked.has('unequal'), value: kernel.value,
      params: params ?? Object.fromEntries(parameters(cells).map(({ name, value }) => [name, value])),
      where: { python: this.info.python, runtime: 'browser', browser: this.info.browser, cores: 2, isolated: this.info.isolated, clock_tick_ns: 5000, date: '2026-01-01T00:00:00Z' },
      lanes: lanes.map(({ id, kind, title, ms, copy, error, unavailable, samples }) => ({
        id, kind, title, samples, error, unavailable, copy_seconds: error || !copy ? undefined : copy / 1000,
        ...(asked.has('memory') && !error ? { peak_bytes: Math.round(ms * 400_000), copied_bytes: copy ? 80_000 : undefined, counts: { 'calls of key': Math.round(ms * 5000) } } : {}),
        per_call: error ? null : { median: ms / 1000, low: (ms / 1000) * 0.985, high: (ms / 1000) * 1.015 },
      })),
      comparisons: this.#compare(lanes, block), seconds: budget * 0.4, notes: [],
      disturbances: asked.has('disturbed') ? [{ kind: 'hidden', at: 1, seconds: 2.2 }, { kind: 'clock-jump', at: 3, seconds: 0.4 }] : undefined,
    };
  }

  #compare(lanes: { id: string; ms: number; error?: string; kind: string }[], blocks: number): Comparison[] {
    const [baseline, ...others] = lanes;
    return others.filter((lane) => !lane.error).map((lane, index) => {
      const ratio = baseline.ms / lane.ms, wide = index === 0 && asked.has('undecided') ? 1.07 : 1.025;
      const verdict: Verdict = index === 0 && asked.has('undecided') ? 'undecided' : index === 0 && asked.has('same') ? 'same' : ratio > 1 ? 'faster' : 'slower';
      return { baseline: baseline.id, lane: lane.id, ratio, low: ratio / wide, high: ratio * wide, mean_ratio: ratio * 0.95, verdict, blocks, flags: lane.kind === 'parallel' && asked.has('flags') ? ['tail', 'noisy'] : [] };
    });
  }

  async stop(): Promise<void> { this.#stopped?.(); await wait(30); }
  close(): void {}
}

function seeded(seed: number): () => number {
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647;
}
