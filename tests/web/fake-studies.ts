// The fake engine's sweeps and repeats: made-up figures of the right shape.
import type { RaceOptions, RepeatReport, Report, SweepEvent, SweepOptions, SweepReport } from '../../web/protocol.ts';

type RaceOnce = () => Promise<Report>;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function repeat(race: RaceOnce, { times = 3, onRun }: RaceOptions & { times?: number; onRun?(index: number, of: number, report: Report): void }): Promise<RepeatReport> {
  const runs: Report[] = [];
  for (let index = 0; index < times; index++) {
    const report = await race();
    const moved = [0, 0.05, -0.03][index % 3];
    for (const comparison of report.comparisons) for (const key of ['ratio', 'low', 'high'] as const) comparison[key] *= 1 + moved;
    runs.push(report);
    onRun?.(index, times, report);
  }
  const comparisons = runs[0].comparisons.map(({ baseline, lane, verdict }, at) => {
    const found = runs.map((run) => run.comparisons[at]);
    const ratio = Math.exp(found.reduce((sum, run) => sum + Math.log(run.ratio), 0) / times);
    return { baseline, lane, verdict, ratio, low: ratio / 1.07, high: ratio * 1.07, within: 0.012, between: 0.04, runs: found.map(({ ratio, low, high, verdict }) => ({ ratio, low, high, verdict })) };
  });
  return { schema: 1, kind: 'repeat', runs, comparisons, notes: [] };
}

const interval = (value: number, share = 0.02) => ({ value, low: value - share, high: value + share });

export async function sweep(race: RaceOnce, { parameter = 'n', onPoint }: SweepOptions & { onPoint?(event: SweepEvent): void }, slow: boolean): Promise<SweepReport> {
  const report = await race();
  const overWorkers = parameter === 'workers';
  const at = report.params[parameter] ?? 1000;
  const values = overWorkers ? [1, 2, 3, 4, 6, 8] : [0.01, 0.03, 0.1, 0.3, 1, 3, 10].map((factor) => Math.max(1, Math.round(at * factor)));
  const ran = report.lanes.filter((lane) => lane.per_call);
  const constants = ran.map((_, index) => (index === 0 ? 0 : ran[index].per_call!.median * 0.03 * index));
  const time = (index: number, value: number) => {
    const median = ran[index].per_call!.median;
    return overWorkers ? median * (index < 2 ? 1 : 0.1 + 0.9 / value) : constants[index] + median * (value / at) * (1 + 0.02 * Math.sin(value + index));
  };
  const points: SweepReport['points'] = [];
  for (const [index, value] of values.entries()) {
    onPoint?.({ event: 'point-start', index, of: values.length, value });
    await wait(slow ? 1500 : 60);
    const lanes = ran.map((lane, which) => { const median = time(which, value); return { id: lane.id, per_call: { median, low: median * 0.95, high: median * 1.06 } }; });
    const point = { value, equal: true, lanes, comparisons: report.comparisons };
    points.push(point);
    onPoint?.({ event: 'point', index, of: values.length, point });
  }
  const growth: SweepReport['growth'] = overWorkers ? [] : ran.map((lane, index) => ({
    lane: lane.id, model: index === 1 ? null : 'O(n)', possible: index === 1 ? ['O(n)', 'O(n log n)'] : ['O(n)'],
    exponent: interval(1 - 0.03 * index), constant: constants[index], factor: lane.per_call!.median / at,
  }));
  const amdahl: SweepReport['amdahl'] = !overWorkers ? [] : ran.slice(2).map((lane) => ({
    lane: lane.id, serial: interval(0.1), limit: 10, speedup: values.map((workers) => { const speedup = 1 / (0.1 + 0.9 / workers); return { workers, speedup, low: speedup * 0.96, high: speedup * 1.04 }; }),
  }));
  return {
    schema: 1, kind: 'sweep', lesson: report.lesson, source_sha256: '', params: {}, parameter, over: overWorkers ? 'workers' : 'size', where: report.where, seed: 1, points, growth, amdahl,
    crossings: overWorkers || ran.length < 3 ? [] : [{ a: ran[0].id, b: ran.at(-1)!.id, at: at * 0.04, low: at * 0.03, high: at * 0.055 }], seconds: 9, notes: [],
  };
}
