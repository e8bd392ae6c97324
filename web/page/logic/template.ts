// The two small languages of a lesson's "What you saw": conditions that choose a paragraph and fills that put figures into it.
// The renderer checks both when the site is built; the page only carries them out. Documented for authors in lessons/README.md.
//
//   ### direct_loop: faster, same         a condition: lane [vs lane]: outcomes
//   {ratio direct_loop}                   a fill: word, lanes
//   {count by_key calls of key}           a fill: word, lane, what is counted
import { laneOf, memoryOf, pairOf, type Facts, type MemoryOutcome, type Outcome } from './facts.ts';
import { formatBytes, formatNumber, formatPercent, formatRatio, formatSeconds } from './numbers.ts';
import { between, predictionSentence, timesWords } from './sentences.ts';

export interface Condition { lane: string; against: string | null; outcomes: (Outcome | MemoryOutcome)[] }

export const outcomeWords: readonly string[] =
  ['faster', 'slower', 'same', 'undecided', 'not run', 'less memory', 'same memory', 'more memory'] satisfies Condition['outcomes'];

/** null where the text is no condition. */
export function parseCondition(text: string): Condition | null {
  const match = /^([A-Za-z_]\w*)(?: +vs +([A-Za-z_]\w*))? *: *(.+)$/.exec(text.trim());
  if (!match) return null;
  const outcomes = match[3].split(',').map((word) => word.trim());
  if (!outcomes.every((word) => outcomeWords.includes(word))) return null;
  return { lane: match[1], against: match[2] ?? null, outcomes: outcomes as Condition['outcomes'] };
}

export function holds(condition: Condition, facts: Facts): boolean {
  const against = condition.against ?? facts.baseline;
  const found = [pairOf(facts, condition.lane, against)?.outcome, memoryOf(facts, condition.lane, against)];
  return condition.outcomes.some((outcome) => found.includes(outcome));
}

/** What may stand between braces. Lanes are named by their functions. */
const fills: Record<string, { lanes: [number, number]; counts?: true; text(facts: Facts, lane: string, second?: string): string }> = {
  time: { lanes: [1, 1], text: (facts, lane) => formatSeconds(laneOf(facts, lane)?.perCall?.median ?? NaN) },
  times: { lanes: [1, 2], text: (facts, lane, against) => timesWords(pairOf(facts, lane, against)?.ratio ?? NaN) },
  ratio: { lanes: [1, 2], text: (facts, lane, against) => formatRatio(pairOf(facts, lane, against)?.ratio ?? NaN) },
  slowdown: { lanes: [1, 2], text: (facts, lane, against) => formatRatio(1 / (pairOf(facts, lane, against)?.ratio ?? NaN)) },
  share: { lanes: [1, 2], text: (facts, lane, against) => formatPercent(1 / (pairOf(facts, lane, against)?.ratio ?? NaN)) },
  range: { lanes: [1, 2], text: rangeWords },
  copy: { lanes: [1, 1], text: (facts, lane) => formatSeconds(laneOf(facts, lane)?.copySeconds ?? NaN) },
  peak: { lanes: [1, 1], text: (facts, lane) => formatBytes(laneOf(facts, lane)?.peakBytes ?? NaN) },
  count: { lanes: [1, 1], counts: true, text: (facts, lane, label) => formatNumber(laneOf(facts, lane)?.counts[label!] ?? NaN) },
  param: { lanes: [1, 1], text: (facts, name) => formatNumber(facts.params[name] ?? NaN) },
  cores: { lanes: [0, 0], text: (facts) => String(facts.cores) },
  prediction: { lanes: [0, 0], text: predictionSentence },
};

export interface Fill { word: string; names: string[]; label?: string }       // label: what is counted

/** null where the text between the braces is no fill. */
export function parseFill(text: string): Fill | null {
  const [word, ...rest] = text.trim().split(/\s+/);
  const fill = Object.hasOwn(fills, word) ? fills[word] : undefined;
  if (!fill) return null;
  const label = fill.counts ? rest.splice(1).join(' ') : undefined;
  if (label === '') return null;
  const names = rest.filter((_, index) => index !== 1 || rest[1] !== 'vs');
  if (names.length < fill.lanes[0] || names.length > fill.lanes[1]) return null;
  if (!names.every((name) => /^[A-Za-z_]\w*$/.test(name))) return null;
  return label === undefined ? { word, names } : { word, names, label };
}

export function fillText(fill: Fill, facts: Facts): string {
  return fills[fill.word].text(facts, fill.names[0], fill.label ?? fill.names[1]);
}

function rangeWords(facts: Facts, lane: string, against?: string): string {
  const pair = pairOf(facts, lane, against);
  return pair ? between(pair.low, pair.high) : '';
}
