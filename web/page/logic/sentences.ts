// Every sentence that the page makes of figures. Pure: in facts, out text.
import type { Disturbance, Flag } from '../../protocol.ts';
import { MARGIN, pairOf, type Facts, type LaneFacts, type Pair } from './facts.ts';
import { countWord, formatGuess, formatInterval, formatPercent, formatPlainSeconds, formatRatio, formatSeconds } from './numbers.ts';

const SAME = 'about as fast';

/** "1.57 times as fast", "1.3 times slower", "about as fast": fits after "is", "was", "will be". */
export function timesWords(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'not measured';
  if (Math.abs(Math.log(ratio)) <= Math.log(1 + MARGIN) / 2) return SAME;
  return ratio > 1 ? `${formatRatio(ratio)} times as fast` : `${formatRatio(1 / ratio)} times slower`;
}

/** The headline: what may be said of the lane that the lesson asks about. */
export function verdictSentence(pair: Pair): string {
  const lane = capital(pair.lane.name), against = pair.against.name;
  switch (pair.outcome) {
    case 'faster': return `${lane} is ${formatRatio(pair.ratio)} times as fast here, ${between(pair.low, pair.high)}.`;
    case 'slower': return `${lane} is ${formatRatio(1 / pair.ratio)} times slower here, ${between(1 / pair.high, 1 / pair.low)}.`;
    case 'same': return `${lane} and ${against} take about the same time here, within ${formatPercent(MARGIN)}.`;
    case 'undecided': return `Undecided: ${pair.lane.name} may be anything from ${timesWords(pair.low)} to ${timesWords(pair.high)}.`;
    case 'not run': return `${capital((pair.lane.perCall ? pair.against : pair.lane).name)} did not run, so there is no verdict.`;
  }
}

export function between(low: number, high: number): string {
  return `between ${formatRatio(low)} and ${formatRatio(high)}`;
}

/** What would settle an undecided race. A race is never drawn out until it pleases: a new one is offered. */
export function whatWouldDecide(pair: Pair, disturbances: readonly Disturbance[] = []): string {
  if (disturbances.some(({ kind }) => kind === 'hidden')) return 'The page was hidden during the race; keep it in view and race again.';
  const flags = pair.lane.comparison?.flags ?? [];
  if (flags.includes('coarse')) return 'This browser’s clock is too coarse for it; a larger input gives longer calls.';
  if (flags.includes('few')) return 'One call takes so long that few rounds fit in; a smaller input or a longer race would decide it.';
  if (flags.includes('unsteady') || flags.includes('noisy')) return 'The machine was busy with other things; close what you can and race again.';
  return 'A new, longer race would narrow it down.';
}

export function raceLine(blocks: number, seconds: number): string {
  return `Each mark is one sample; left is faster. ${blocks === 1 ? 'One round' : `${blocks} rounds`} in random order, ${formatPlainSeconds(seconds)}.`;
}

/** "✓ all four lanes return 4999950000", without the mark. */
export function equalSentence(equal: boolean, value: string, lanes: readonly { error: string | null }[]): string {
  const ran = lanes.filter((lane) => lane.error === null).length;
  if (ran === 0) return 'no lane ran to its end';
  if (!equal) return 'the lanes do not return the same value, so no verdict counts';
  const short = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  if (ran === 1) return `the one lane that ran returns ${short}`;
  const all = ran === 2 ? 'both lanes' : `all ${countWord(ran)} lanes`;
  return `${all}${ran < lanes.length ? ' that ran' : ''} return ${short}`;
}

export function copySentence(lane: LaneFacts): string | null {
  if (!lane.perCall || lane.copySeconds <= 0) return null;
  const part = lane.copySeconds < lane.perCall.median * 0.97 ? `${formatSeconds(lane.copySeconds)} of its` : 'nearly all of its';
  return `${lane.title}: ${part} ${formatSeconds(lane.perCall.median)} is copying data in and out, drawn hatched`;
}

export function flagSentence(flag: Flag, lane: LaneFacts): string {
  switch (flag) {
    case 'few': return `${lane.title}: fewer than 24 rounds fitted in, too few for a verdict`;
    case 'unsteady': return `${lane.title}: its ratio drifted during the race, so the interval is wider`;
    case 'tail': return `${lane.title}: rare slow calls (such as garbage collection) weigh on its mean: ${meanWords(lane)} by mean time`;
    case 'noisy': return `${lane.title}: more than a quarter of its rounds were disturbed by something else`;
    case 'coarse': return `${lane.title}: the clock’s step is coarse for so short a sample`;
  }
}

/** What the engine saw happen to the race, a sentence a kind. */
export function disturbanceSentences(disturbances: readonly Disturbance[]): string[] {
  const kinds = new Map<Disturbance['kind'], { count: number; seconds: number }>();
  for (const { kind, seconds } of disturbances) {
    const seen = kinds.get(kind) ?? { count: 0, seconds: 0 };
    kinds.set(kind, { count: seen.count + 1, seconds: seen.seconds + seconds });
  }
  return [...kinds].map(([kind, { count, seconds }]) => {
    const often = count === 1 ? 'once' : count === 2 ? 'twice' : `${countWord(count)} times`;
    const long = formatPlainSeconds(seconds);
    switch (kind) {
      case 'hidden': return `the page was hidden ${often}, for ${long} in all; browsers slow hidden pages down`;
      case 'stall': return `everything stood still ${often}, for ${long} in all; something else had the machine`;
      case 'clock-jump': return `the computer’s clock jumped ${often}, by ${long} in all, as it does when it is set or wakes from sleep`;
      case 'slow-clock': return `the race’s clock and the computer’s went ${long} apart, so one of them is off`;
    }
  });
}

export function straySentence(count: number): string | null {
  if (count === 0) return null;
  return `${count === 1 ? 'one mark stands' : `${count} marks stand`} far from the rest: drawn thin, kept`;
}

/** "You said 1.3 times as fast; it was 1.57, between 1.52 and 1.61." Empty without a prediction. */
export function predictionSentence(facts: Facts): string {
  if (!facts.prediction) return '';
  const pair = pairOf(facts, facts.prediction.lane);
  if (!pair || !Number.isFinite(pair.ratio)) return '';
  const said = facts.prediction.ratio;
  const close = Math.abs(Math.log(said / pair.ratio)) < Math.log(1.15);
  const was = (said > 1) === (pair.ratio > 1) && said !== 1 && pair.outcome !== 'same' && pair.ratio > 1
    ? `${formatRatio(pair.ratio)}, ${between(pair.low, pair.high)}`
    : timesWords(pair.ratio);
  return `You said ${guessWords(said)}; it was ${was}.${close ? ' Well judged.' : ''}`;
}

export function predictionWords(ratio: number): string {
  const words = guessWords(ratio);
  return words === SAME ? words : `about ${words}`;
}

function guessWords(ratio: number): string {
  const [factor, words] = ratio >= 1 ? [formatGuess(ratio), 'times as fast'] : [formatGuess(1 / ratio), 'times slower'];
  return factor === '1' ? SAME : `${factor} ${words}`;
}

/** The label at the right of a lane's band. */
export function bandLabel(lane: LaneFacts, baseline: string): { strong: string; small: string } {
  if (lane.unavailable) return { strong: '', small: 'not available here' };
  if (lane.error) return { strong: '', small: 'did not run' };
  if (lane.id === baseline) return { strong: lane.perCall ? formatSeconds(lane.perCall.median) : '', small: 'baseline' };
  const comparison = lane.comparison;
  if (!comparison) return { strong: '', small: '' };
  return { strong: `${formatRatio(comparison.ratio)}×`, small: formatInterval(comparison.low, comparison.high) };
}

/** The strip for those who cannot see it. */
export function stripWords(facts: Facts): string {
  const lanes = facts.lanes.map((lane) => {
    if (!lane.perCall) return `${lane.title}: ${lane.unavailable ? 'not available here' : 'did not run'}`;
    const label = lane.id === facts.baseline ? 'the baseline' : lane.comparison ? `${timesWords(lane.comparison.ratio)}, ${verdictWord(lane)}` : '';
    return `${lane.title}: ${formatSeconds(lane.perCall.median)} a call, ${label}`;
  });
  return `Time per call on a logarithmic axis. ${lanes.join('. ')}.`;
}

export function verdictWord(lane: LaneFacts): string {
  if (!lane.comparison) return '';
  return { faster: 'faster', slower: 'slower', same: `same within ${formatPercent(MARGIN)}`, undecided: 'undecided' }[lane.comparison.verdict];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function meanWords(lane: LaneFacts): string {
  return lane.comparison ? timesWords(lane.comparison.mean_ratio) : '';
}
