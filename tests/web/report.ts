// A small report for the tests of sentences: two Python lanes, two in C whose intervals touch, one that failed.
import type { Comparison, Report } from '../../web/protocol.ts';

export const names = ['the index loop', 'the direct loop', 'C on one thread', 'C on all cores', 'broken']
  .map((name, index) => ({ id: ['index_loop', 'direct_loop', 'c_one_thread', 'c_all_cores', 'broken'][index], name }));

const around = (median: number) => ({ median, low: median * 0.985, high: median * 1.015 });

export function report(direct: Partial<Comparison> = {}): Report {
  const base = { samples: [{ block: 0, calls: 1, seconds: 0.01 }] };
  const against = (lane: string, ratio: number, width = 0.015): Comparison =>
    ({ baseline: 'index_loop', lane, ratio, low: ratio * (1 - width), high: ratio * (1 + width), mean_ratio: ratio, verdict: 'faster', blocks: 24, flags: [] });
  return {
    schema: 1, lesson: 'iterate-directly', source_sha256: '', params: { n: 100000 }, seed: 1, equal: true, value: '4999950000', seconds: 9.8, notes: [],
    where: { python: '3.14.2', runtime: 'browser', browser: 'Chromium 156', cores: 2, isolated: true, clock_tick_ns: 5000, date: '2026-01-01T00:00:00Z' },
    lanes: [
      { ...base, id: 'index_loop', kind: 'idiom', title: 'index loop', per_call: around(11.3e-3) },
      { ...base, id: 'direct_loop', kind: 'better', title: 'direct loop', per_call: around(7.2e-3) },
      { ...base, id: 'c_one_thread', kind: 'kernel', title: 'C, one thread', per_call: around(0.62e-3) },
      { ...base, id: 'c_all_cores', kind: 'parallel', title: 'C, all cores', per_call: { median: 0.61e-3, low: 0.55e-3, high: 0.68e-3 }, copy_seconds: 0.21e-3 },
      { ...base, id: 'broken', kind: 'better', title: 'broken', samples: [], per_call: null, error: 'NameError: name \'x\' is not defined' },
    ],
    comparisons: [{ ...against('direct_loop', 1.57), low: 1.52, high: 1.61, ...direct }, against('c_one_thread', 18.2), against('c_all_cores', 18.5)],
  };
}
