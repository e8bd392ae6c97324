// What every benchmark ends with: a table with ratios, and build/reports/NAME.json (CONTRACTS.md); with RECORD=1 also what
// docs/benchmarks/ of the site shows: web/render/docs/measured/NAME.json, which is committed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Goal, Recording, Row, Table } from '../../web/render/measured.ts';

export type { Row };

const RECORDINGS = 'web/render/docs/measured';
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`;
const load = Number(loadavg()[0].toFixed(2));        // before the benchmark's own

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

export interface More {
  shown?: Row[];                              // the rows to print, where there are too many
  where?: Recording['where'];                 // what else the files should say about where it was: versions
  table?: Table;                              // for the docs, besides the rows
  part?: boolean;                             // a quick run, or one of a choice
}

/** Prints the table, writes the report and, with RECORD=1, the recording. */
export function report(name: string, labels: { ours: string; theirs: string }, rows: Row[], { shown = rows, where: more = {}, table, part = false }: More = {}): void {
  const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const cells = shown.map((row) => [row.what, `${number(row.ours)} ${row.unit}`, `${number(row.theirs)} ${row.unit}`, row.ratio.toFixed(2),
    row.goal === null ? '' : `${row.goal} ${row.met ? 'met' : 'MISSED'}`]);
  const printed = [['', labels.ours, labels.theirs, 'ratio', 'goal'], ...cells];
  const widths = printed[0].map((_, column) => Math.max(...printed.map((line) => line[column].length)));
  for (const line of printed) console.log(line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  '));
  const where = { machine, load, ...labels, ...more }, date = new Date().toISOString();
  write('build/reports', name, { where: { ...where, part }, date, rows, table });
  if (process.env.RECORD) write(RECORDINGS, name, recording(name, date, where, rows, table ?? null, part));
}

/** A recording of nothing but facts: words in columns. */
export function record(name: string, more: Recording['where'], facts: string[][], columns = ['', '']): void {
  write(RECORDINGS, name, recording(name, new Date().toISOString(), { machine, load, ...more }, [], { columns, rows: facts }, false));
}

function write(folder: string, name: string, what: object): void {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${name}.json`;
  writeFileSync(path, text(what, 3) + '\n');
  console.log(`\n${path}`);
}

/** JSON with a row a line, so that a new recording reads as a change of rows; four digits, which is more than was measured. */
function text(value: unknown, open: number): string {
  if (open === 0 || typeof value !== 'object' || value === null) {
    return JSON.stringify(value, (_, part) => (typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(4)) : part));
  }
  if (Array.isArray(value)) return value.length ? `[\n${value.map((item) => text(item, 0)).join(',\n')}\n]` : '[]';
  const parts = Object.entries(value).filter(([, part]) => part !== undefined).map(([key, part]) => `${JSON.stringify(key)}: ${text(part, open - 1)}`);
  return `{\n${parts.join(',\n')}\n}`;
}

/** Rows of a group become one goal: how many met it, and which did not; told rows that belong to a kernel are what the table shows. */
export function recording(name: string, date: string, where: Recording['where'], rows: Row[], table: Table | null, quick: boolean): Recording {
  const grouped = Map.groupBy(rows.filter((row) => row.group && row.goal), (row) => `${row.group}\n${row.goal}`);
  const goals = [...grouped.values()].map((members): Goal => ({
    title: members[0].group!, goal: members[0].goal!, met: members.filter((row) => row.met).length, of: members.length,
    missed: members.filter((row) => !row.met).map(({ what, kernel, ratio }) => ({ what: what.replace(/:.*/, ''), kernel: kernel ?? null, ratio })),
  }));
  return { name, date, where, rows: rows.filter((row) => !row.group && !row.kernel), goals, table, quick };
}
