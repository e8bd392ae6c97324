// "Check this device": races whose answer is known, and what their results say of this browser. Every race has a lane, its own copy,
// and one that does a tenth more work; names and order are drawn anew. Pure: reports in, findings and sentences out.
import type { Comparison, Report } from '../../protocol.ts';
import { MARGIN } from './facts.ts';
import { countWord, formatPercent, formatPlainSeconds } from './numbers.ts';
import { capital, disturbanceSentences } from './sentences.ts';

export const RACES = 8;
export const BUDGET = 3;              // seconds of measuring a race
export const MORE = 1.1;              // so much more work does the third lane

/** What one race has to say: its copy against the lane, and the slower one against it. */
export interface Trial { copy: Comparison; slower: Comparison; tickNs: number; disturbances: NonNullable<Report['disturbances']> }

export interface Findings {
  races: number;
  falseVerdicts: number;              // a lane called faster or slower than its own copy
  found: number;                      // races in which the tenth was seen
  wrong: number;                      // races in which the slower lane was called faster
  tickNs: number;
  typical: number; worst: number;     // how far from equal the interval of two equal lanes reached: as a share
  smallest: number;                   // difference that these races can tell from none
  trust: 'good' | 'rough' | 'none';
}

/** Which of the lanes is which, by the names of their functions. */
export interface Roles { lane: string; copy: string; slower: string }

/** null where the race has no verdict on one of the lanes. */
export function trialOf(report: Report, { lane, copy, slower }: Roles): Trial | null {
  const against = (id: string) => report.comparisons.find((comparison) => comparison.baseline === lane && comparison.lane === id);
  const same = against(copy), more = against(slower);
  if (!report.equal || !same || !more) return null;
  return { copy: same, slower: more, tickNs: report.where.clock_tick_ns, disturbances: report.disturbances ?? [] };
}

export function findingsOf(trials: readonly Trial[]): Findings {
  const reach = trials.map(({ copy }) => Math.expm1(Math.max(Math.abs(Math.log(copy.low)), Math.abs(Math.log(copy.high))))).sort((a, b) => a - b);
  const falseVerdicts = trials.filter(({ copy }) => copy.verdict === 'faster' || copy.verdict === 'slower').length;
  const found = trials.filter(({ slower }) => slower.verdict === 'slower').length;
  const wrong = trials.filter(({ slower }) => slower.verdict === 'faster').length;
  const worst = reach.at(-1) ?? Infinity, typical = reach[(reach.length - 1) >> 1] ?? Infinity;
  const smallest = Math.max(MARGIN, worst);
  const trust = trials.length === 0 || wrong > 0 || falseVerdicts > 1 ? 'none' : falseVerdicts === 0 && found === trials.length && smallest <= 0.1 ? 'good' : 'rough';
  return { races: trials.length, falseVerdicts, found, wrong, typical, worst, smallest, tickNs: Math.min(...trials.map((trial) => trial.tickNs)), trust };
}

export function deviceHeadline({ trust, smallest }: Findings): string {
  switch (trust) {
    case 'good': return `This browser can tell lanes apart that differ by ${formatPercent(smallest)} or more.`;
    case 'rough': return Number.isFinite(smallest) && smallest < 1 ? `This browser can tell lanes apart, but only roughly: differences under ${formatPercent(smallest)} may drown in noise now.`
      : 'This browser can hardly tell lanes apart now.';
    case 'none': return 'Small differences cannot be trusted in this browser now.';
  }
}

/** The findings one by one, most important first. */
export function deviceSentences(findings: Findings, trials: readonly Trial[]): string[] {
  const { races, falseVerdicts, found, wrong, tickNs, typical, worst } = findings;
  const all = `${capital(countWord(races))} races of ${formatPlainSeconds(BUDGET)} at most`;
  const disturbed = disturbanceSentences(trials.flatMap((trial) => trial.disturbances));
  return [
    falseVerdicts === 0 ? `${all}: a lane was never called faster or slower than its own copy.`
      : `${all}: a lane was called faster or slower than its own copy ${times(falseVerdicts)}. That is a false verdict; one in fifty is expected.`,
    wrong > 0 ? `A lane with a tenth more work was called faster ${times(wrong)}.`
      : `A lane with a tenth more work was found slower in ${found === races ? 'all of them' : `${countWord(found)} of them`}.`,
    `Between two equal lanes the interval reached ${formatPercent(typical)} to either side in a usual race and ${formatPercent(worst)} in the worst.`,
    `The clock moves in steps of ${formatPlainSeconds(tickNs / 1e9)}; a sample is as long as ten of them, and a millisecond at least.`,
    ...disturbed,
    ...(findings.trust === 'good' ? [] : ['Close other programs and tabs, connect the power cable, and check again. A lesson’s race may take three times as long as these and sees smaller differences.']),
  ];
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${countWord(count)} times`;
}

/** Seconds that are left, from those that are done; null before the first is. */
export function secondsLeft(done: number, of: number, elapsed: number): number | null {
  return done === 0 ? null : (elapsed / done) * (of - done);
}
