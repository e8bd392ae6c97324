// What the charts are drawn from: reports and lanes in, plain values out. The drawing itself is in web/page/plot, loaded when a chart
// is first shown.
import type { LaneKind, RepeatReport, SweepPoint, SweepReport } from '../../protocol.ts';
import { fitted, growthWords, type Named } from './growth.ts';

export type ChartLane = Named & { kind: LaneKind };

export interface GrowthChart {
  chart: 'growth';
  parameter: string;
  lanes: { title: string; kind: LaneKind; words: string; points: { x: number; middle: number; low: number; high: number }[]; line: { x: number; y: number }[] }[];
  crossings: { at: number; low: number; high: number; y: number }[];
}

export interface SpeedupChart {
  chart: 'speedup';
  parameter: string;
  most: number;              // workers
  lanes: { title: string; kind: LaneKind; points: { x: number; middle: number; low: number; high: number }[]; serial: number; limit: number | null }[];
}

export interface RunsChart {
  chart: 'runs';
  lanes: { title: string; kind: LaneKind; runs: { ratio: number; low: number; high: number }[]; ratio: number; low: number; high: number }[];
}

export type ChartSpec = GrowthChart | SpeedupChart | RunsChart;

const STEPS = 40;          // of a fitted line

/** Also of a sweep that is under way: then without fits, and points are joined by straight lines. */
export function growthChart(parameter: string, points: readonly SweepPoint[], lanes: readonly ChartLane[], report: SweepReport | null): GrowthChart {
  const values = points.map((point) => point.value).sort((a, b) => a - b);
  const low = values[0], high = values.at(-1)!;
  const drawn = lanes.map((lane) => {
    const found = points.flatMap(({ value, lanes: timed }) => {
      const times = timed.find((other) => other.id === lane.id)?.per_call;
      return times ? [{ x: value, middle: times.median, low: times.low, high: times.high }] : [];
    }).sort((a, b) => a.x - b.x);
    const growth = report?.growth.find((other) => other.lane === lane.id) ?? null;
    const curve = growth && found.length > 1 ? along(low, high).map((x) => ({ x, y: fitted(growth, x) ?? NaN })).filter(({ y }) => y > 0) : [];
    const line = curve.length ? curve : found.map(({ x, middle }) => ({ x, y: middle }));
    return { title: lane.title, kind: lane.kind, words: growth ? growthWords(growth, parameter) : '', points: found, line };
  });
  const crossings = (report?.crossings ?? []).flatMap(({ a, at, low: from, high: to }) => {
    const growth = report!.growth.find((other) => other.lane === a);
    const y = growth ? fitted(growth, at) : null;
    return y !== null && y > 0 && at >= low && at <= high ? [{ at, low: Math.max(from, low), high: Math.min(to, high), y }] : [];
  });
  return { chart: 'growth', parameter, lanes: drawn.filter((lane) => lane.points.length > 0), crossings };
}

export function speedupChart(report: SweepReport, lanes: readonly ChartLane[]): SpeedupChart {
  const drawn = report.amdahl.flatMap(({ lane: id, serial, speedup, limit }) => {
    const lane = lanes.find((other) => other.id === id);
    if (!lane) return [];
    const points = speedup.map(({ workers, speedup: middle, low, high }) => ({ x: workers, middle, low, high }));
    return [{ title: lane.title, kind: lane.kind, points, serial: serial.value, limit }];
  });
  return { chart: 'speedup', parameter: report.parameter, most: Math.max(1, ...report.points.map((point) => point.value)), lanes: drawn };
}

export function runsChart(report: RepeatReport, lanes: readonly ChartLane[]): RunsChart {
  return {
    chart: 'runs',
    lanes: report.comparisons.flatMap(({ lane: id, runs, ratio, low, high }) => {
      const lane = lanes.find((other) => other.id === id);
      return lane ? [{ title: lane.title, kind: lane.kind, runs, ratio, low, high }] : [];
    }),
  };
}

function along(low: number, high: number): number[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => low * (high / low) ** (step / STEPS));
}
