// The lanes file as the page sees it: percent cells (CONTRACTS.md, "Lanes file"). Splitting and joining are exact inverses,
// so a file that was taken apart and not edited comes back byte for byte.
import type { LaneKind } from '../../protocol.ts';

export type CellKind = 'preamble' | 'parameters' | 'setup' | 'lane' | 'check' | 'counts' | 'other';

export interface Cell {
  kind: CellKind;
  heading: string;      // the "# %%" line with its line end; '' for what stands above the first heading
  body: string;         // everything up to the next heading, line ends included
  lane?: LaneHeading;
  asks?: string[];      // of a parameters cell: what its heading asks of a race, ['memory']
}

export interface LaneHeading { kind: LaneKind; title: string; options: Record<string, string> }

export interface Parameter { name: string; value: number; note: string }

const laneKinds: readonly string[] = ['idiom', 'better', 'kernel', 'parallel'];

export function splitCells(source: string): Cell[] {
  const cells: Cell[] = [{ kind: 'preamble', heading: '', body: '' }];
  for (const line of source.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (/^#[ \t]*%%/.test(line)) cells.push(openCell(line));
    else cells[cells.length - 1].body += line;
  }
  return cells[0].body === '' ? cells.slice(1) : cells;
}

export function joinCells(cells: readonly Cell[]): string {
  return cells.map((cell) => cell.heading + cell.body).join('');
}

/** The cell with another body; keeps the blank lines that separated it from the next cell. */
export function withBody(cell: Cell, body: string): Cell {
  const gap = /\n*$/.exec(cell.body)![0] || '\n';
  return { ...cell, body: body.replace(/\n*$/, '') + gap };
}

/** What an editor shows of a cell: its body without the blank lines around it. */
export function shownBody(cell: Cell): string {
  return cell.body.replace(/^\n+/, '').replace(/\s+$/, '');
}

export function lanes(cells: readonly Cell[]): (Cell & { lane: LaneHeading })[] {
  return cells.filter((cell): cell is Cell & { lane: LaneHeading } => cell.kind === 'lane');
}

/** The lane's function is the last one its cell defines at the left margin: what stands above helps it. */
export function laneFunction(cell: Cell): string | null {
  const names = [...cell.body.matchAll(/^(?:async +)?def +([A-Za-z_]\w*)/gm)].map((match) => match[1]);
  return names.at(-1) ?? null;
}

export function parameters(cells: readonly Cell[]): Parameter[] {
  return cells.filter((cell) => cell.kind === 'parameters').flatMap((cell) =>
    [...cell.body.matchAll(/^([A-Za-z_]\w*)[ \t]*=[ \t]*([-+0-9._eE]+)[ \t]*(?:#[ \t]*(.*))?$/gm)]
      .map(([, name, value, note]) => ({ name, value: Number(value.replaceAll('_', '')), note: (note ?? '').trim() }))
      .filter((parameter) => Number.isFinite(parameter.value)));
}

/** What the file asks of a race besides times: 'memory' by its parameters line, 'counts' by a cell of that name. */
export function asked(cells: readonly Cell[]): string[] {
  return cells.flatMap((cell) => (cell.kind === 'counts' ? ['counts'] : cell.asks ?? []));
}

/** The words that the counts cell counts things by: the last argument of each counted() and grown(). */
export function counted(cells: readonly Cell[]): Set<string> {
  const text = cells.filter((cell) => cell.kind === 'counts').map((cell) => cell.body).join('');
  return new Set([...text.matchAll(/\b(?:counted|grown)\([^"]*"([^"]+)"\)/g)].map((match) => match[1]));
}

function openCell(heading: string): Cell {
  const text = heading.replace(/^#[ \t]*%%/, '').trim();
  const lane = laneHeading(text);
  if (lane) return { kind: 'lane', heading, body: '', lane };
  const asking = /^parameters(?:\s*\[([^[\]]*)\])?$/.exec(text);
  if (asking) return { kind: 'parameters', heading, body: '', asks: (asking[1] ?? '').split(/[,\s]+/).filter(Boolean) };
  const known = (['setup', 'check', 'counts'] as const).find((kind) => kind === text);
  return { kind: known ?? 'other', heading, body: '' };
}

function laneHeading(text: string): LaneHeading | null {
  const match = /^lane +([a-z]+) *: *(.*?) *(?:\[([^\]]*=[^\]]*)\])?$/.exec(text);
  if (!match || !laneKinds.includes(match[1])) return null;
  const options = (match[3] ?? '').split(/[,\s]+/).filter(Boolean).map((option) => option.split('=', 2));
  return { kind: match[1] as LaneKind, title: match[2], options: Object.fromEntries(options.map(([key, value]) => [key, value ?? ''])) };
}
