// What every benchmark ends with: a table with ratios, and build/reports/NAME.json (CONTRACTS.md).
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Row {
  what: string;
  ours: number; theirs: number; unit: string;
  ratio: number;               // ours / theirs where less is better, theirs / ours where more is; the goal says which
  goal: string | null;         // e.g. '<= 0.4'; null: no goal, only told
  met: boolean | null;
}

/** A row whose ratio is ours / theirs and should be at most `goal`. */
export function atMost(what: string, ours: number, theirs: number, unit: string, goal: number): Row {
  const ratio = ours / theirs;
  return { what, ours, theirs, unit, ratio, goal: `<= ${goal}`, met: ratio <= goal };
}

/** A row whose ratio is ours / theirs and should be at least `goal`. */
export function atLeast(what: string, ours: number, theirs: number, unit: string, goal: number): Row {
  const ratio = ours / theirs;
  return { what, ours, theirs, unit, ratio, goal: `>= ${goal}`, met: ratio >= goal };
}

/** A row without a goal; of times, ratio is theirs / ours: how many times as fast ours is. */
export function told(what: string, ours: number, theirs: number, unit: string): Row {
  return { what, ours, theirs, unit, ratio: theirs / ours, goal: null, met: null };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** `shown`: the rows to print, where there are too many; `more`: what else the file should say about where it was. */
export function report(name: string, labels: { ours: string; theirs: string }, rows: Row[], shown: Row[] = rows, more: Record<string, unknown> = {}): void {
  const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const cells = shown.map((row) => [row.what, `${number(row.ours)} ${row.unit}`, `${number(row.theirs)} ${row.unit}`, row.ratio.toFixed(2),
    row.goal === null ? '' : `${row.goal} ${row.met ? 'met' : 'MISSED'}`]);
  const table = [['', labels.ours, labels.theirs, 'ratio', 'goal'], ...cells];
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  for (const line of table) console.log(line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  '));
  mkdirSync('build/reports', { recursive: true });
  const where = { machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`, ...labels, ...more };
  writeFileSync(`build/reports/${name}.json`, JSON.stringify({ where, date: new Date().toISOString(), rows }, null, 2) + '\n');
  console.log(`\nbuild/reports/${name}.json`);
}
