// What a call costs besides time: memory, copied bytes, counts, wherever a report has them. Columns for a table with bars.
import type { LaneKind, LaneReport, Report } from '../../protocol.ts';
import { formatBytes, formatNumber, formatSeconds } from './numbers.ts';

export interface Cost { value: number | null; text: string; share: number }       // share: of the column's largest, 0..1
export interface CostColumn { label: string; note: string; cells: Cost[] }
export interface Costs { lanes: { id: string; kind: LaneKind; title: string }[]; columns: CostColumn[] }

const bytes: { key: 'peak_bytes' | 'heap_bytes' | 'copied_bytes'; label: string; note: string }[] = [
  { key: 'peak_bytes', label: 'memory at its peak', note: 'the most that Python’s allocators held during one call, beyond what they held before; memory that C takes by itself is not seen' },
  { key: 'heap_bytes', label: 'heap grew by', note: 'the interpreter’s memory, in the lane’s first call; it never shrinks, so a later lane may find room that an earlier one made' },
  { key: 'copied_bytes', label: 'copied a call', note: 'into the kernel’s memory and out of it' },
];

/** null where the report knows of nothing but time. */
export function costsOf(report: Report): Costs | null {
  const ran = report.lanes.filter((lane) => lane.per_call !== null);
  const names = [...new Set(ran.flatMap((lane) => Object.keys(lane.counts ?? {})))];
  const columns = [
    ...bytes.map(({ key, label, note }) => column(ran, label, note, (lane) => lane[key] ?? null, formatBytes)),
    ...names.map((name) => column(ran, name, 'counted in a call of its own that is not timed', (lane) => lane.counts?.[name] ?? null, formatNumber)),
  ].filter((column) => column.cells.some(({ value }) => value !== null));
  if (columns.length === 0) return null;
  const time = column(ran, 'time a call', '', (lane) => lane.per_call!.median, formatSeconds);
  return { lanes: ran.map(({ id, kind, title }) => ({ id, kind, title })), columns: [time, ...columns] };
}

function column(lanes: LaneReport[], label: string, note: string, of: (lane: LaneReport) => number | null, format: (value: number) => string): CostColumn {
  const values = lanes.map(of);
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  const cells = values.map((value) => ({ value, text: value === null ? '–' : format(value), share: value === null || largest === 0 ? 0 : Math.max(0, value) / largest }));
  return { label, note, cells };
}
