// What three runs of one race say, in words: how far the ratio moved between runs, beside how well one run knew it.
import type { RepeatComparison, RepeatReport } from '../../protocol.ts';
import { countWord, formatPercent, formatRatio } from './numbers.ts';
import { between, capital, timesWords } from './sentences.ts';

/** Why runs differ at all. The figures are those of the study of noise behind this site. */
export const WHY_RUNS_DIFFER = 'A fresh interpreter lays out its memory anew, and that alone can make code a little faster or slower: ' +
  'on a loaded machine different code moved 0.2 to 10 % between runs, more than the interval within one run shows.';

export function runsSentence({ runs, ratio, low, high, verdict }: RepeatComparison, name: string): string {
  const count = `Over ${countWord(runs.length)} runs`;
  const interval = between(low, high);
  if (verdict === 'undecided') return `${count}, undecided: ${name} may be anything from ${timesWords(low)} to ${timesWords(high)}.`;
  if (verdict === 'same') return `${count}, ${name} takes about the same time (ratio ${interval}).`;
  return `${count}, ${name} is ${timesWords(ratio)}, ${verdict === 'faster' ? interval : between(1 / high, 1 / low)}.`;
}

/** "Between runs the ratio moved by 1.2 %; within one run it was known to 0.8 %." */
export function spreadSentence({ within, between }: RepeatComparison): string {
  const moved = `Between runs the ratio moved by ${percent(between)}; within one run it was known to ${percent(within)}`;
  if (between > 2 * within) return `${moved}, so one run alone promises too much.`;
  return `${moved}, so the runs agree as well as one run could know.`;
}

/** Lanes that one run called faster and another slower: never passed over. */
export function contradictions(report: RepeatReport): RepeatComparison[] {
  return report.comparisons.filter(({ runs }) => runs.some((run) => run.verdict === 'faster') && runs.some((run) => run.verdict === 'slower'));
}

/** The chart for those who cannot see it. */
export function runsWords(report: RepeatReport, title: (lane: string) => string): string {
  const lanes = report.comparisons.map((found) =>
    `${title(found.lane)}: ${found.runs.map((run) => formatRatio(run.ratio)).join(', ')}; together ${formatRatio(found.ratio)}, ${between(found.low, found.high)}`);
  return capital(`times as fast as the baseline in ${countWord(report.runs.length)} runs. ${lanes.join('. ')}.`);
}

function percent(sd: number): string {
  return formatPercent(Math.expm1(sd));
}
