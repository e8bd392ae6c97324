// What a sweep says, in words: how times grow, where two lanes take the same time, what more workers bring. The fits themselves are
// made in C and stand in the report.
import type { Amdahl, Crossing, Growth, GrowthModel, SweepReport } from '../../protocol.ts';
import { formatInterval, formatNumber, formatPercent, formatRatio } from './numbers.ts';
import { between, capital, timesWords } from './sentences.ts';

/** How a lane of the sweep is called: its title, and its name inside a sentence. */
export interface Named { id: string; title: string; name: string }

/** "n log n", with the parameter's own name. */
export function modelName(model: GrowthModel, parameter: string): string {
  switch (model) {
    case 'O(1)': return 'constant';
    case 'O(log n)': return `log ${parameter}`;
    case 'O(n)': return parameter;
    case 'O(n log n)': return `${parameter} log ${parameter}`;
    case 'O(n^2)': return `${parameter}²`;
  }
}

/** Stands at the end of a lane's line: "grows like n log n", "does not grow", "cannot tell: n or n log n". */
export function growthWords({ model, possible }: Pick<Growth, 'model' | 'possible'>, parameter: string): string {
  if (model) return model === 'O(1)' ? 'does not grow' : `grows like ${modelName(model, parameter)}`;
  if (possible.length === 0) return 'follows no simple shape';
  return possible.length > MANY ? 'cannot tell' : `cannot tell: ${either(possible, parameter)}`;
}

const MANY = 3;            // more shapes than these are no news
const rising: readonly GrowthModel[] = ['O(1)', 'O(log n)', 'O(n)', 'O(n log n)', 'O(n^2)'];

/** "n, n log n or n²", the slowest first. */
function either(models: readonly GrowthModel[], parameter: string): string {
  const names = rising.filter((model) => models.includes(model)).map((model) => modelName(model, parameter));
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** The same inside a sentence: "grows like n or n log n, which these times cannot tell apart". */
function growthClause(growth: Pick<Growth, 'model' | 'possible'>, parameter: string): string {
  if (growth.model || growth.possible.length === 0) return growthWords(growth, parameter);
  if (growth.possible.length > MANY) return 'came out too unsteady to place';
  if (!growth.possible.includes('O(1)')) return `grows like ${either(growth.possible, parameter)}, which these times cannot tell apart`;
  return `grows like ${either(growth.possible.filter((model) => model !== 'O(1)'), parameter)}, or not at all: these times cannot tell`;
}

/** The same as a sentence, with the slope on logarithmic axes, said as what twice as much costs. */
export function growthSentence(growth: Growth, lane: Named, parameter: string): string {
  const { value, low, high } = growth.exponent;
  return `${capital(lane.name)} ${growthClause(growth, parameter)}; twice the ${parameter} takes ${formatRatio(2 ** value)} times as long (${formatInterval(2 ** low, 2 ** high)}).`;
}

/** "Above n = 1200 (between 900 and 1500), the set is faster than the list." */
export function crossingSentence({ at, low, high }: Crossing, a: Named, b: Named, parameter: string): string {
  const where = low === high ? '' : ` (between ${whole(low)} and ${whole(high)})`;
  return `Above ${parameter} = ${whole(at)}${where}, ${b.name} is faster than ${a.name}; below, ${a.name} is.`;
}

/** "With 8 workers C on all cores is 4.71 times as fast as with one, between 4.52 and 4.89." Empty without points. */
export function speedupSentence({ speedup }: Amdahl, lane: Named): string {
  const most = speedup.at(-1);
  if (!most) return '';
  const faster = most.low > 1 ? `is ${formatRatio(most.speedup)} times as fast as with one, ${between(most.low, most.high)}`
    : most.high < 1.1 ? 'is no faster than with one' : `may be anything from ${timesWords(most.low)} to ${timesWords(most.high)}, compared with one`;
  return `With ${most.workers} workers ${lane.name} ${faster}.`;
}

/** What Amdahl's law makes of it: the share that does not get shorter, and the limit that follows. */
export function amdahlSentence({ serial, limit }: Amdahl, lane: Named): string {
  if (serial.low > 0.9) return `${capital(lane.name)} gains nothing from more workers.`;
  if (serial.high - serial.low > 0.5) return `How much of ${lane.name} gains from more workers, these times cannot tell.`;
  const share = `${formatPercent(serial.value)} of the time of ${lane.name} does not get shorter with more workers (between ${formatPercent(serial.low)} and ${formatPercent(serial.high)})`;
  return limit === null ? `By Amdahl’s law ${share}: no limit shows in these figures.`
    : `By Amdahl’s law ${share}: no number of workers makes it more than ${formatRatio(limit)} times as fast.`;
}

/** The lane that gains most, of those that were fitted; the one the lesson asks about where that gains as well. */
export function speedupHeadline({ amdahl }: SweepReport, lanes: readonly Named[], asked: string | undefined): string {
  const found = amdahl.filter((fit) => lanes.some((lane) => lane.id === fit.lane));
  const gain = (fit: Amdahl) => fit.speedup.at(-1)?.speedup ?? 0;
  const best = found.find((fit) => fit.lane === asked && gain(fit) > 1.2) ?? found.toSorted((a, b) => gain(b) - gain(a))[0];
  return best ? speedupSentence(best, lanes.find((lane) => lane.id === best.lane)!) : 'No lane ran with more than one number of workers.';
}

/** What a sweep over sizes says of the lane that the lesson asks about and the baseline: where they cross, or how both grow. */
export function growthHeadline({ growth, crossings, parameter }: SweepReport, lane: Named | undefined, baseline: Named | undefined): string {
  if (!lane || !baseline) return '';
  const crossing = crossings.find(({ a, b }) => [a, b].includes(lane.id) && [a, b].includes(baseline.id));
  if (crossing) return crossingSentence(crossing, crossing.a === lane.id ? lane : baseline, crossing.b === lane.id ? lane : baseline, parameter);
  const of = (id: string) => growth.find((other) => other.lane === id);
  const mine = of(lane.id), other = of(baseline.id);
  if (!mine || !other) return 'Too few points came out to say how the times grow.';
  if (mine.model && mine.model === other.model) {
    return mine.model === 'O(1)' ? `Neither grows with ${parameter}: ${lane.name} and ${baseline.name} take as long whatever it is.`
      : `Both grow like ${modelName(mine.model, parameter)}: ${lane.name} and ${baseline.name} keep their ratio as ${parameter} grows.`;
  }
  return `${capital(lane.name)} ${growthClause(mine, parameter)}; ${baseline.name} ${growthClause(other, parameter)}.`;
}

/** The chart for those who cannot see it. */
export function sweepWords(report: SweepReport, lanes: readonly Named[]): string {
  const name = new Map(lanes.map((lane) => [lane.id, lane]));
  const values = report.points.map((point) => formatNumber(point.value));
  const range = values.length > 1 ? `from ${values[0]} to ${values.at(-1)}` : `at ${values[0] ?? 'no value'}`;
  if (report.over === 'workers') {
    const said = report.amdahl.filter((fit) => name.has(fit.lane)).flatMap((fit) => [speedupSentence(fit, nameOf(name, fit.lane)), amdahlSentence(fit, nameOf(name, fit.lane))]);
    return `Speed-up against ${report.parameter}, ${range}. ${said.join(' ')}`.trim();
  }
  const said = report.growth.map((growth) => `${nameOf(name, growth.lane).title}: ${growthWords(growth, report.parameter)}.`);
  const crossings = report.crossings.map((crossing) => crossingSentence(crossing, nameOf(name, crossing.a), nameOf(name, crossing.b), report.parameter));
  return `Time per call against ${report.parameter}, both axes logarithmic, ${range}. ${[...said, ...crossings].join(' ')}`.trim();
}

/** Seconds that the fit gives at `value`: what is drawn as the lane's line. Of the first possible model where the data cannot tell. */
export function fitted(growth: Growth, value: number): number | null {
  const model = growth.model ?? growth.possible[0];
  return model ? growth.constant + growth.factor * shape(model, value) : null;
}

function shape(model: GrowthModel, n: number): number {
  switch (model) {
    case 'O(1)': return 0;
    case 'O(log n)': return Math.log2(n);
    case 'O(n)': return n;
    case 'O(n log n)': return n * Math.log2(n);
    case 'O(n^2)': return n * n;
  }
}

/** Times of Amdahl's law as a speed-up with `workers`, for the share `serial` that does not get shorter. */
export function amdahlSpeedup(serial: number, workers: number): number {
  return 1 / (serial + (1 - serial) / workers);
}

/** Moves labels apart that would overlap: the nearest places at least `gap` apart within [top, bottom], in the given order of heights. */
export function spreadLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  const placed = order.map((index) => Math.max(top, Math.min(bottom, wanted[index])));
  // Groups of neighbours that touch are moved together, to the mean of what they want.
  const groups = placed.map((at) => ({ count: 1, middle: at }));
  for (let index = 1; index < groups.length;) {
    const before = groups[index - 1], here = groups[index];
    const needed = ((before.count + here.count) / 2) * gap;
    if (here.middle - before.middle >= needed) { index++; continue; }
    const count = before.count + here.count;
    const half = ((count - 1) / 2) * gap;
    const middle = (before.middle * before.count + here.middle * here.count) / count;
    groups.splice(index - 1, 2, { count, middle: Math.max(top + half, Math.min(bottom - half, middle)) });
    index = Math.max(1, index - 1);
  }
  const result = Array<number>(wanted.length);
  let next = 0;
  for (const { count, middle } of groups) {
    for (let place = 0; place < count; place++) result[order[next++]] = middle + (place - (count - 1) / 2) * gap;
  }
  return result;
}

function nameOf(names: Map<string, Named>, id: string): Named {
  return names.get(id) ?? { id, title: id, name: id };
}

/** A parameter's value to two digits: a crossing is not known better. */
function whole(value: number): string {
  return formatNumber(value >= 10 ? Math.round(Number(value.toPrecision(2))) : Number(value.toPrecision(2)));
}
