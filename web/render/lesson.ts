// Reads one lesson folder and checks it: front matter, sections, conditions and fills of lesson.md against lanes.py.
// Whatever is wrong is a LessonError that names file and line. The format is documented in lessons/README.md.
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { asked, laneFunction, lanes, parameters, splitCells, type Cell, type LaneHeading, type Parameter } from '../page/logic/cells.ts';
import { outcomeWords, parseCondition, type Condition } from '../page/logic/template.ts';
import type { Report } from '../protocol.ts';

export class LessonError extends Error {}

export interface Lane extends LaneHeading { id: string; name: string; cell: Cell }

export interface Paragraph { condition: Condition; markdown: string; line: number }

export interface Section { title: string; markdown: string; line: number; variants: Paragraph[] }

export interface Lesson {
  slug: string;
  title: string; question: string; level: string;
  claims: string[]; needs: string[]; minutes: number;
  predict: string; baseline: string;
  lead: string;
  sections: Section[];
  source: string; cells: Cell[]; lanes: Lane[]; parameters: Parameter[];
  reference: Report | null;
  files: { lanes: string; text: string };
}

export const SAW = 'What you saw';
export const NATIVE = 'In native Python';

export function readLesson(folder: string, slug: string): Lesson {
  const files = { lanes: join(folder, slug, 'lanes.py'), text: join(folder, slug, 'lesson.md') };
  for (const file of Object.values(files)) if (!existsSync(file)) throw new LessonError(`${file} is missing`);
  const source = readFileSync(files.lanes, 'utf8').replace(/\r\n?/g, '\n');
  const cells = splitCells(source);
  const { fields, names, body, firstLine } = frontMatter(readFileSync(files.text, 'utf8').replace(/\r\n?/g, '\n'), files.text);

  const found = lanes(cells).map((cell): Lane => {
    const id = laneFunction(cell);
    if (!id) throw new LessonError(`${files.lanes}: the lane "${cell.lane.title}" defines no function`);
    return { ...cell.lane, id, name: names.get(id) ?? cell.lane.title, cell };
  });
  if (found.length < 2) throw new LessonError(`${files.lanes}: a race needs two lanes or more`);
  for (const name of names.keys()) {
    if (!found.some((lane) => lane.id === name)) throw new LessonError(`${files.text}: names: there is no lane ${name}`);
  }
  const baseline = found.find((lane) => lane.kind === 'idiom')?.id ?? found[0].id;
  const predict = required(fields, 'predict', files.text);
  if (!found.some((lane) => lane.id === predict) || predict === baseline) {
    throw new LessonError(`${files.text}: predict must name a lane other than the first idiom, not "${predict}"`);
  }
  const { lead, sections } = splitSections(body, firstLine, files.text, { ids: new Set(found.map((lane) => lane.id)), memory: asked(cells).includes('memory') });
  const reference = join(folder, slug, 'reference.json');
  return {
    slug, source, cells, lanes: found, parameters: parameters(cells), baseline, predict, lead, sections, files,
    title: required(fields, 'title', files.text), question: required(fields, 'question', files.text), level: required(fields, 'level', files.text),
    claims: list(fields.get('claims')), needs: list(fields.get('needs')), minutes: Number(required(fields, 'minutes', files.text)),
    reference: existsSync(reference) ? JSON.parse(readFileSync(reference, 'utf8')) as Report : null,
  };
}

// ------------------------------------------------------------------------------------------ front matter

function frontMatter(text: string, file: string) {
  const lines = text.split('\n');
  const end = lines.indexOf('---', 1);
  if (lines[0] !== '---' || end < 0) throw new LessonError(`${file}: begins with front matter between two lines "---"`);
  const fields = new Map<string, string>(), names = new Map<string, string>();
  let inNames = false;
  for (const [index, line] of lines.slice(1, end).entries()) {
    if (line.trim() === '') continue;
    const match = /^( *)([A-Za-z_]\w*):(?: +(.*))?$/.exec(line);
    if (!match) throw new LessonError(`${file}:${index + 2}: expected "key: value"`);
    const [, indent, key, value = ''] = match;
    if (indent === '') inNames = key === 'names';
    if (indent !== '' && !inNames) throw new LessonError(`${file}:${index + 2}: only the lines below "names:" are indented`);
    if (indent !== '') names.set(key, value.trim());
    else if (key !== 'names') fields.set(key, value.trim());
  }
  return { fields, names, body: lines.slice(end + 1), firstLine: end + 2 };
}

function required(fields: Map<string, string>, key: string, file: string): string {
  const value = fields.get(key);
  if (!value) throw new LessonError(`${file}: the front matter has no "${key}"`);
  return value;
}

function list(value: string | undefined): string[] {
  return (value ?? '').split(',').map((item) => item.trim()).filter(Boolean);
}

// ------------------------------------------------------------------------------------------ sections

interface Known { ids: Set<string>; memory: boolean }

function splitSections(lines: string[], firstLine: number, file: string, known: Known): { lead: string; sections: Section[] } {
  const sections: Section[] = [];
  let lead = '', fenced = false;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('```')) fenced = !fenced;
    const section = sections.at(-1), variant = section?.variants.at(-1);
    if (!fenced && line.startsWith('## ')) {
      sections.push({ title: line.slice(3).trim(), markdown: '', line: firstLine + index, variants: [] });
    } else if (!fenced && line.startsWith('### ') && section?.title === SAW) {
      section.variants.push({ condition: checkedCondition(line.slice(4), `${file}:${firstLine + index}`, known), markdown: '', line: firstLine + index });
    } else if (variant) variant.markdown += line + '\n';
    else if (section) section.markdown += line + '\n';
    else lead += line + '\n';
  }
  if (lead.trim() === '') throw new LessonError(`${file}: nothing stands before the first "## " heading; that is where the question is put`);
  const saw = sections.find((section) => section.title === SAW);
  if (!saw || saw.variants.length === 0) throw new LessonError(`${file}: there is no "## ${SAW}" with "### lane: outcome" paragraphs`);
  return { lead, sections };
}

function checkedCondition(text: string, where: string, { ids, memory }: Known): Condition {
  const condition = parseCondition(text);
  if (!condition) throw new LessonError(`${where}: "${text}" is not "lane [vs lane]: outcome, ..." with ${outcomeWords.join(', ')}`);
  for (const id of [condition.lane, condition.against]) {
    if (id !== null && !ids.has(id)) throw new LessonError(`${where}: there is no lane ${id}`);
  }
  if (!memory && condition.outcomes.some((outcome) => outcome.endsWith('memory'))) throw new LessonError(`${where}: lanes.py does not ask for memory`);
  return condition;
}
