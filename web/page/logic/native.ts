// The same race here and on native Python, side by side.
import type { Comparison, Report, Verdict } from '../../protocol.ts';
import { pairOf, type Facts } from './facts.ts';
import { formatInterval, formatRatio, formatSeconds } from './numbers.ts';
import { timesWords } from './sentences.ts';

/** What the page carries of a recording: enough for the diamonds of the strip and for the table. */
export interface NativeReference {
  label: string;                       // "native CPython 3.14.8 (AMD EPYC, 2 cores, 24 processes, 2026-01-01)"
  params: Record<string, number>;
  current: boolean;                    // of the code as it stands in the lesson
  lanes: { id: string; median: number; low: number; high: number }[];
  comparisons: Pick<Comparison, 'lane' | 'ratio' | 'low' | 'high' | 'verdict'>[];
}

export interface Side { time: string; ratio: string; verdict: string }
export interface NativeRow { id: string; title: string; here: Side; there: Side; agree: boolean | null }     // null: nothing to compare

/** The recording stands for the lesson as it was recorded: for the same code and the same parameters. `edited`: the reader changed the code. */
export function fits(reference: NativeReference, report: Pick<Report, 'params'>, edited: boolean): boolean {
  if (edited || !reference.current) return false;
  const names = new Set([...Object.keys(reference.params), ...Object.keys(report.params)]);
  return [...names].every((name) => reference.params[name] === report.params[name]);
}

export function sideBySide(facts: Facts, reference: NativeReference): NativeRow[] {
  return facts.lanes.map((lane) => {
    const times = reference.lanes.find((other) => other.id === lane.id), found = reference.comparisons.find((other) => other.lane === lane.id);
    const baseline = lane.id === facts.baseline;
    const here: Side = {
      time: lane.perCall ? formatSeconds(lane.perCall.median) : lane.unavailable ? 'not available here' : 'did not run',
      ...(baseline ? { ratio: '1', verdict: 'baseline' } : side(lane.comparison)),
    };
    const there: Side = { time: times ? formatSeconds(times.median) : 'not recorded', ...(baseline ? { ratio: '1', verdict: 'baseline' } : side(found ?? null)) };
    return { id: lane.id, title: lane.title, here, there, agree: baseline || !lane.comparison || !found ? null : lane.comparison.verdict === found.verdict };
  });
}

/** One sentence on the lane that the lesson asks about. */
export function nativeSentence(facts: Facts, reference: NativeReference, laneId: string): string {
  const pair = pairOf(facts, laneId), found = reference.comparisons.find((other) => other.lane === laneId);
  if (!pair || !found) return '';
  const there = wordsOf(found, pair.lane.name, pair.against.name);
  if (found.verdict === 'undecided' || pair.outcome === 'undecided' || pair.outcome === 'not run') return `On native Python, ${there}.`;
  if (pair.outcome === found.verdict) return `Native Python says the same: there ${there}.`;
  return `Native Python says otherwise: there ${there}.`;
}

function wordsOf({ ratio, low, high, verdict }: NativeReference['comparisons'][number], lane: string, against: string): string {
  if (verdict === 'undecided') return `the race is undecided, anything from ${timesWords(low)} to ${timesWords(high)}`;
  if (verdict === 'same') return `${lane} and ${against} take about the same time`;
  return `${lane} is ${timesWords(ratio)}`;
}

function side(found: { ratio: number; low: number; high: number; verdict: Verdict } | null): { ratio: string; verdict: string } {
  return found ? { ratio: `${formatRatio(found.ratio)} (${formatInterval(found.low, found.high)})`, verdict: found.verdict } : { ratio: '', verdict: '' };
}
