// What a reader may take away: file names, CSV, and the command that runs the same race natively. Pure: reports in, text out.
import type { RepeatReport, Report, SweepReport } from '../../protocol.ts';
import type { Parameter } from './cells.ts';

type Value = string | number | null | undefined;

/** "photofinish-iterate-directly-n10000", for files of what was measured; `what` names the part where it is not the race itself. */
export function fileStem(lesson: string | null, params: Readonly<Record<string, number>>, what = ''): string {
  const values = Object.entries(params).map(([name, value]) => `${name}${value}`);
  return ['photofinish', lesson ?? 'race', ...values, what].filter(Boolean).join('-').replace(/[^\w.+-]+/g, '_');
}

/** Every sample of a race, in the order in which its lane took it. Seconds are of `calls` calls together. */
export function samplesCsv(report: Report): string {
  return csv(['lane', 'kind', 'title', 'block', 'calls', 'seconds', 'seconds_per_call'],
    report.lanes.flatMap((lane) => lane.samples.map(({ block, calls, seconds }) =>
      [lane.id, lane.kind, lane.title, block, calls, seconds, seconds / calls])));
}

/** A row for every lane at every value of the parameter; ratios against the baseline of that point. */
export function sweepCsv(report: SweepReport): string {
  return csv([report.parameter, 'lane', 'seconds_per_call', 'low', 'high', 'ratio', 'ratio_low', 'ratio_high', 'verdict'],
    report.points.flatMap((point) => point.lanes.map((lane) => {
      const found = point.comparisons.find((comparison) => comparison.lane === lane.id);
      const times = lane.per_call;
      return [point.value, lane.id, times?.median, times?.low, times?.high, found?.ratio, found?.low, found?.high, found?.verdict];
    })));
}

/** A row for every lane in every run, and one for all runs together. */
export function repeatCsv(report: RepeatReport): string {
  return csv(['run', 'lane', 'baseline', 'ratio', 'low', 'high', 'verdict'],
    report.comparisons.flatMap(({ lane, baseline, runs, ratio, low, high, verdict }) => [
      ...runs.map((run, index): Value[] => [index + 1, lane, baseline, run.ratio, run.low, run.high, run.verdict]),
      ['all', lane, baseline, ratio, low, high, verdict],
    ]));
}

/** The command that races the downloaded file with the parameters as they are set; those that stand in the file are not repeated. */
export function nativeCommand(file: string, original: readonly Parameter[], values: Readonly<Record<string, number>>): string {
  const changed = original.filter(({ name, value }) => values[name] !== undefined && values[name] !== value);
  return ['python3 -m photofinish race', file, ...changed.map(({ name }) => `--set ${name}=${values[name]}`)].join(' ');
}

/** RFC 4180, with line ends that every program reads. A number is written as JavaScript writes it, so that it can be read back exactly. */
function csv(head: string[], rows: Value[][]): string {
  return [head, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

function field(value: Value): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
