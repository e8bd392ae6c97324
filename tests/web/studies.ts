// Small reports for the tests of sweeps and repeats.
import type { Amdahl, Growth, RepeatReport, SweepReport } from '../../web/protocol.ts';
import { report } from './report.ts';

const around = (median: number) => ({ median, low: median * 0.98, high: median * 1.02 });
const interval = (value: number, wide = 0.05) => ({ value, low: value - wide, high: value + wide });

/** Three lanes: time ~ n, constant, and one that the times cannot place. */
export function sweepReport(): SweepReport {
  const values = [100, 1000, 10000];
  const growth = (lane: string, model: Growth['model'], possible: Growth['possible'], slope: number, constant: number, factor: number): Growth =>
    ({ lane, model, possible, exponent: interval(slope), constant, factor });
  return {
    schema: 1, kind: 'sweep', lesson: 'set-membership', source_sha256: '', params: {}, parameter: 'n', over: 'size', where: report().where, seed: 1,
    points: values.map((value) => ({
      value, equal: true, comparisons: [],
      lanes: [{ id: 'in_list', per_call: around(value * 1e-6) }, { id: 'in_set', per_call: around(2e-4) }, { id: 'sorted_first', per_call: value === 100 ? null : around(value * 3e-6), ...(value === 100 ? { error: 'x' } : {}) }],
    })),
    growth: [growth('in_list', 'O(n)', ['O(n)'], 1, 0, 1e-6), growth('in_set', 'O(1)', ['O(1)'], 0, 2e-4, 0), growth('sorted_first', null, ['O(n log n)', 'O(n)'], 1.05, 0, 3e-7)],
    crossings: [{ a: 'in_list', b: 'in_set', at: 204, low: 190, high: 222 }], amdahl: [], seconds: 12, notes: [],
  };
}

export function workersReport(): SweepReport {
  const workers = [1, 2, 4];
  const fit = (lane: string, serial: number, limit: number | null): Amdahl => ({
    lane, serial: interval(serial, 0.02), limit,
    speedup: workers.map((count) => { const speedup = 1 / (serial + (1 - serial) / count); return { workers: count, speedup, low: speedup * 0.98, high: speedup * 1.02 }; }),
  });
  return {
    ...sweepReport(), parameter: 'workers', over: 'workers', growth: [], crossings: [],
    points: workers.map((value) => ({ value, equal: true, comparisons: [], lanes: [] })), amdahl: [fit('one_core', 0.99, 1.01), fit('all_cores', 0.1, 10)],
  };
}

export function repeatReport(): RepeatReport {
  const run = (ratio: number, verdict: 'faster' | 'slower' = 'faster') => ({ ratio, low: ratio * 0.98, high: ratio * 1.02, verdict });
  return {
    schema: 1, kind: 'repeat', runs: [report(), report(), report()], notes: [],
    comparisons: [
      { baseline: 'index_loop', lane: 'direct_loop', ratio: 1.55, low: 1.4, high: 1.7, verdict: 'faster', within: 0.01, between: 0.05, runs: [run(1.5), run(1.55), run(1.6)] },
      { baseline: 'index_loop', lane: 'c_one_thread', ratio: 1.01, low: 0.9, high: 1.12, verdict: 'undecided', within: 0.01, between: 0.012, runs: [run(1.06), run(1), run(0.95, 'slower')] },
    ],
  };
}

export const sweepLanes = [
  { id: 'in_list', title: 'in list', name: 'the list', kind: 'idiom' as const },
  { id: 'in_set', title: 'in set', name: 'the set', kind: 'better' as const },
  { id: 'sorted_first', title: 'sorted first', name: 'sorting first', kind: 'better' as const },
  { id: 'one_core', title: 'one core', name: 'one core', kind: 'kernel' as const },
  { id: 'all_cores', title: 'all cores', name: 'C on all cores', kind: 'parallel' as const },
];
