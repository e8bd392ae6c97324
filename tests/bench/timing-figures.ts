// What many races with known answers say of the measuring: rates of wrong verdicts, coverage, power, agreement. Pure; tested in
// tests/web/timing-figures.test.ts.
//
// The truth of a lane is the ratio of the units of work that were built in (src/python/photofinish/selftest.py): it is known before
// anything is measured, unlike a pooled estimate, which would share whatever fault the races have. The pooled estimate (median over
// races) is told beside it: were it off, something but noise would be wrong.
import type { Verdict } from '../../web/protocol.ts';
import { median, type Row } from './report.ts';

export const MARGIN = 0.03;

/** One lane of one race, against its baseline. ratio, low, high: baseline time / lane time. */
export interface Found { work: number; ratio: number; low: number; high: number; verdict: Verdict; flags: string[] }
/** One race: pair: races of one number are the same lanes, run twice. found: by lane; work 1 is the copy. */
export interface Outcome { place: string; job: string; pair: number; seconds: number; whole: number; found: Record<string, Found> }

/**
 * Whether a verdict says what is not so. A lane with more work is slower, however little; where it is less than the margin, 'same' is
 * as true. Of equal lanes only 'same' is true. 'undecided' says nothing.
 */
export function wrong({ work, verdict }: Pick<Found, 'work' | 'verdict'>): boolean {
  if (verdict === 'undecided') return false;
  if (verdict === 'same') return Math.abs(Math.log(work)) > Math.log1p(MARGIN);
  return work === 1 || verdict !== (work > 1 ? 'slower' : 'faster');
}

export function covers({ work, low, high }: Pick<Found, 'work' | 'low' | 'high'>): boolean {
  return low <= 1 / work && 1 / work <= high;
}

/** Two verdicts that cannot both be right. */
export function contradict(a: Verdict, b: Verdict): boolean {
  return a !== b && a !== 'undecided' && b !== 'undecided';
}

/** Pairs of the same lane in two races of the same lanes. */
export function pairsOf(outcomes: Outcome[]): [Found, Found][] {
  const byPair = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = `${outcome.place} ${outcome.pair}`;
    byPair.set(key, [...(byPair.get(key) ?? []), outcome]);
  }
  return [...byPair.values()].filter((races) => races.length === 2)
    .flatMap(([one, other]) => Object.keys(one.found).filter((lane) => other.found[lane]).map((lane): [Found, Found] => [one.found[lane], other.found[lane]]));
}

/** Rows for build/reports: measured against the goal, both in %. */
export function figures(label: string, outcomes: Outcome[]): Row[] {
  const found = outcomes.flatMap((outcome) => Object.values(outcome.found));
  const of = (work: number) => found.filter((one) => one.work === work);
  const others = [...new Set(found.map((one) => one.work))].filter((work) => work !== 1).sort((a, b) => a - b);
  const pairs = pairsOf(outcomes);
  const away = pairs.filter(([one]) => one.work === 1 || one.work >= 1.1);
  const unknown = found.filter((one) => one.work !== 1);
  const rows = [
    share(`${label}: wrong verdicts, equal lanes`, of(1), wrong, 'at most', 2),
    share(`${label}: wrong verdicts, other lanes`, unknown, wrong, 'at most', 2),
    share(`${label}: interval covers 1`, of(1), covers, 'at least', 95),
    ...others.map((work) => share(`${label}: interval covers ${work}`, of(work), covers, 'at least', 95)),
    share(`${label}: 1.1 found within the budget`, of(1.1), (one) => one.verdict === 'slower', 'at least', 95),
    share(`${label}: run twice, contradicted`, pairs, ([one, other]) => contradict(one.verdict, other.verdict), 'at most', 1),
    share(`${label}: run twice, agreed (all but 1.02)`, away, ([one, other]) => one.verdict === other.verdict, 'at least', 95),
  ];
  return rows.filter((row) => row !== null);
}

function share<T>(what: string, all: T[], is: (one: T) => boolean, goal: 'at most' | 'at least', percent: number): Row | null {
  if (all.length === 0) return null;
  const count = all.filter(is).length, measured = 100 * count / all.length;
  return {
    what: `${what} (${count} of ${all.length})`, ours: measured, theirs: percent, unit: '%', ratio: measured / percent,
    goal: `${goal === 'at most' ? '<=' : '>='} ${percent} %`, met: goal === 'at most' ? measured <= percent : measured >= percent,
  };
}

/** Lines to read, not goals: the pooled ratio beside the built-in one, how wide intervals are, how long races take. */
export function remarks(outcomes: Outcome[]): string[] {
  const found = outcomes.flatMap((outcome) => Object.values(outcome.found));
  const works = [...new Set(found.map((one) => one.work))].sort((a, b) => a - b);
  return works.map((work) => {
    const of = found.filter((one) => one.work === work);
    const verdicts = (['faster', 'slower', 'same', 'undecided'] as const).map((verdict) => [verdict, of.filter((one) => one.verdict === verdict).length] as const);
    const pooled = 1 / median(of.map((one) => one.ratio)), width = median(of.map((one) => Math.log(one.high / one.low) / 2));
    return `  work ${work}: pooled ${pooled.toFixed(4)}, interval +- ${(100 * width).toFixed(2)} %, ${verdicts.filter(([, n]) => n).map(([verdict, n]) => `${n} ${verdict}`).join(', ')}`;
  }).concat(outcomes.length ? `  races took ${median(outcomes.map((one) => one.whole)).toFixed(1)} s (median), ${Math.max(...outcomes.map((one) => one.whole)).toFixed(1)} s at most` : []);
}
