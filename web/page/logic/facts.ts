// What a finished race says about its lanes, in the form that sentences and explanations ask for. The verdicts against the
// baseline are the report's own; two other lanes are compared by their intervals, and said to differ only where these do not touch.
import type { Comparison, LaneKind, Report, Verdict } from '../../protocol.ts';

export type MemoryOutcome = 'less memory' | 'same memory' | 'more memory';
export type Outcome = Verdict | 'not run';

export interface LaneFacts {
  id: string;             // the name that the lesson's text uses, also after the reader renamed the function
  kind: LaneKind;
  title: string;
  name: string;           // how the lane is called inside a sentence: "the direct loop"
  perCall: { median: number; low: number; high: number } | null;
  copySeconds: number;    // 0 where nothing is copied
  peakBytes: number | null;           // null where the lanes file does not ask for memory
  counts: Readonly<Record<string, number>>;
  samples: number;
  error: string | null;
  unavailable: boolean;
  comparison: Comparison | null;      // against the baseline; null for the baseline itself and where there is none
}

export interface Facts {
  lanes: LaneFacts[];
  baseline: string;
  params: Record<string, number>;
  cores: number;
  python: string;
  prediction: { lane: string; ratio: number } | null;
}

export interface LaneName { id: string; name: string }

/** `names` are the lesson's own lanes in the order of the file; lanes beyond them speak for themselves. */
export function factsOf(report: Report, names: readonly LaneName[], prediction: Facts['prediction'] = null): Facts {
  const lessonId = new Map(report.lanes.map((lane, index) => [lane.id, names[index]?.id ?? lane.id]));
  const lanes = report.lanes.map((lane, index): LaneFacts => ({
    id: names[index]?.id ?? lane.id,
    kind: lane.kind,
    title: lane.title,
    name: names[index]?.name ?? lane.title,
    perCall: lane.per_call,
    copySeconds: lane.copy_seconds ?? 0,
    peakBytes: lane.peak_bytes ?? null,
    counts: lane.counts ?? {},
    samples: lane.samples.length,
    error: lane.error ?? null,
    unavailable: lane.unavailable ?? false,
    comparison: report.comparisons.find((comparison) => comparison.lane === lane.id) ?? null,
  }));
  const baseline = report.comparisons[0]?.baseline ?? report.lanes.find((lane) => lane.per_call)?.id ?? report.lanes[0]?.id ?? '';
  return { lanes, baseline: lessonId.get(baseline) ?? baseline, params: report.params, cores: report.where.cores, python: report.where.python, prediction };
}

export function laneOf(facts: Facts, id: string): LaneFacts | null {
  return facts.lanes.find((lane) => lane.id === id) ?? null;
}

export interface Pair { lane: LaneFacts; against: LaneFacts; ratio: number; low: number; high: number; outcome: Outcome }

/** `lane` against `against` (the baseline where it is not given): ratio 2 means that `lane` is twice as fast. */
export function pairOf(facts: Facts, laneId: string, againstId: string = facts.baseline): Pair | null {
  const lane = laneOf(facts, laneId), against = laneOf(facts, againstId);
  if (!lane || !against) return null;
  if (againstId === facts.baseline && lane.comparison) {
    const { ratio, low, high, verdict } = lane.comparison;
    return { lane, against, ratio, low, high, outcome: verdict };
  }
  if (!lane.perCall || !against.perCall) return { lane, against, ratio: NaN, low: NaN, high: NaN, outcome: 'not run' };
  const ratio = against.perCall.median / lane.perCall.median;
  const low = against.perCall.low / lane.perCall.high, high = against.perCall.high / lane.perCall.low;
  return { lane, against, ratio, low, high, outcome: byIntervals(low, high) };
}

export const MARGIN = 0.03;      // below this difference two lanes count as the same (TIMING: "margin")

/** One call's peak against another's, which are counted and not sampled; null where one of them is not known. */
export function memoryOf(facts: Facts, laneId: string, againstId: string = facts.baseline): MemoryOutcome | null {
  const peak = laneOf(facts, laneId)?.peakBytes ?? null, against = laneOf(facts, againstId)?.peakBytes ?? null;
  if (peak === null || against === null) return null;
  if (peak > against * (1 + MARGIN)) return 'more memory';
  return against > peak * (1 + MARGIN) ? 'less memory' : 'same memory';
}

function byIntervals(low: number, high: number): Outcome {
  if (low > 1 + MARGIN) return 'faster';
  if (high < 1 / (1 + MARGIN)) return 'slower';
  if (low >= 1 / (1 + MARGIN) && high <= 1 + MARGIN) return 'same';
  return 'undecided';
}
