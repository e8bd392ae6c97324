// The page docs/benchmarks/: what `make bench-NAME RECORD=1` wrote into docs/measured/NAME.json, and nothing else. No figure
// is written by hand; the reasons for missed goals are those of the kernels' READMEs.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml } from './highlight.ts';
import { formatRatio } from '../page/logic/numbers.ts';
import { capital } from '../page/logic/sentences.ts';

/** One line of a benchmark: two sides and their ratio. */
export interface Row {
  what: string;
  ours: number; theirs: number; unit: string;
  ratio: number;               // ours / theirs where less is better, theirs / ours where more is; the goal says which
  goal: string | null;         // e.g. '<= 0.4'; null: no goal, only told
  met: boolean | null;
  group?: string;              // goals of many rows: what they have in common
  kernel?: string;             // which kernel the row is about
}

/** A goal that many rows have: how many met it, and which did not. */
export interface Goal { title: string; goal: string; met: number; of: number; missed: { what: string; kernel: string | null; ratio: number }[] }

/** Numbers and words in columns; null: there is none. Texts stand at the left. */
export interface Table { columns: string[]; rows: (string | number | null)[][] }

/** docs/measured/NAME.json */
export interface Recording {
  name: string;
  date: string;                                                  // ISO 8601
  where: Record<string, string | number | boolean | null>;       // machine, load, ours and theirs, versions
  rows: Row[];                                                   // those that are in no group
  goals: Goal[];
  table: Table | null;
  quick: boolean;                                                // made with QUICK=1 or a choice: not to be published
}

const KNOWN: Record<string, { title: string; about: string; command?: string }> = {
  kernels: {
    title: 'Kernels',
    about: 'Ratios of times: how many times as fast. *Node* and *Chromium*: WebAssembly against the same C compiled by `gcc -O3` with vectors of the same width, on one thread, where 1 is as fast. '
      + '*All/1*: all cores against one, at the largest n. *Built-in* and *NumPy*: what Python offers instead, on the same data. '
      + 'An empty place: there is no such counterpart, or the kernel does not run so.',
  },
  cancel: {
    title: 'Cancelling a kernel',
    about: 'From the moment at which the caller wants a kernel to end until it has returned, the wait for its next look at the flag included: at moments spread over its length, the slowest of them.',
  },
  boot: { title: 'Time until Python runs', about: 'From the start of the import to the first program that could run, in a page of its own; the ratio is of times, so less is better.' },
  numpy: { title: 'NumPy in the page', about: '*First*: a page whose engine is up runs its first program with NumPy. *Again*: NumPy is loaded, and the engine changes to it from plain interpreters.' },
  threads: {
    title: 'Threads',
    about: 'The same script in the page and on native CPython 3.14; goals are of the page alone. *Computing*: with time slices, while another thread waits, against without threads.',
  },
  processes: {
    title: 'Processes',
    about: 'The same script in the page and on native CPython 3.14, which spawns its children as well. Where the goal has a unit it is of the page alone. '
      + '*First child*: its interpreter is booted when it is asked for; *child ready*: a spare one was there. *Computing*: beside a pool that has nothing to do, against a program without processes.',
  },
  soak: {
    title: 'Minutes of mixed work', command: 'make soak',
    about: 'Races of lessons, of threads and of processes, pools, shared memory, NumPy and Stop, over and over in one page; then the memory of all of the browser’s processes, in the second half of the time against the first.',
  },
  'threads-cpython': {
    title: 'CPython’s own tests of threads',
    about: 'CPython’s test files, unedited, in the page’s engine. What is skipped, the tests skip by themselves where a platform lacks something; what fails is named.',
    command: 'make test-threads-cpython',
  },
  'processes-cpython': {
    title: 'CPython’s own tests of processes',
    about: 'CPython’s test files, unedited, in the page’s engine: `test_multiprocessing_spawn` and `test_process_pool`. What is skipped, the tests skip by themselves where a platform lacks something, or a browser cannot have; what fails is named.',
    command: 'make test-processes-cpython',
  },
  timing: { title: 'What verdicts are worth', about: 'Races whose answer is known, by the hundred.' },
  'timing-neighbour': { title: 'What verdicts are worth beside a busy neighbour', about: 'The same while another process keeps one core busy.', command: 'NEIGHBOUR=1 make bench-timing' },
  stats: {
    title: 'What the statistics are worth',
    about: 'Nothing is timed here: thousands of races and fits of the C statistics, on recorded noise that is cut up and put together anew and on simulated noise, with a truth that was built in. '
      + 'The table: how often growth is told rightly from seven sizes; *cannot tell* is no fault.',
  },
};
const ORDER = Object.keys(KNOWN);

/** What has been recorded; the benchmarks that this site is about come first. */
export function readRecordings(folder: string): Recording[] {
  const place = ({ name }: Recording) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return readdirSync(folder).filter((file) => file.endsWith('.json')).sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording).sort((a, b) => place(a) - place(b));
}

/** `link`: where a kernel is described, relative to this page; `reason`: why it missed a goal, as Markdown, or null where nobody knows. */
export interface KernelLinks { link(kernel: string): string | null; reason(kernel: string): string | null }

/** The page's text after its heading. `markdown` renders a paragraph. */
export function benchmarksHtml(recordings: Recording[], kernels: KernelLinks, markdown: (text: string) => string): string {
  const missing = ORDER.filter((name) => !recordings.some((recording) => recording.name === name));
  const head = markdown('# Benchmarks\n\nEvery figure here was written by the command that is named above it; both sides ran in turns on one machine, in one run. '
    + 'Ratios travel better than times. What your own machine does, a race shows.');
  const absent = missing.map((name) => markdown(`## ${KNOWN[name].title}\n\nNothing has been recorded yet: \`${KNOWN[name].command ?? `make bench-${name}`} RECORD=1\``));
  return head + recordings.map((recording) => recordingHtml(recording, kernels, markdown)).join('\n') + absent.join('\n');
}

function recordingHtml({ name, date, where, rows, goals, table, quick }: Recording, kernels: KernelLinks, markdown: (text: string) => string): string {
  const { title, about, command = `make bench-${name}` } = KNOWN[name] ?? { title: capital(name), about: '' };
  const { machine, load, ours, theirs, ...versions } = where;
  const told = Object.entries(versions).filter(([, value]) => value !== null && value !== '').map(([what, value]) => `${words(what)} ${value}`).join(', ');
  const made = `\`${command}\`, ${date.slice(0, 10)}, on ${machine}, at a load of ${load} before the start${told ? ` (${told})` : ''}.`;
  return [
    markdown(`## ${title}\n\n${about}\n\n${made}${quick ? ' **A quick run of a part: not for comparing.**' : ''}`),
    goals.length ? goalsHtml(goals, kernels, markdown) : '',
    rows.length ? rowsHtml(`${title}: goals`, String(ours), String(theirs), rows) : '',
    table ? tableHtml(title, table, kernels) : '',
  ].filter(Boolean).join('\n');
}

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const scroll = (label: string, table: string) => `<div class="scroll figures" role="region" aria-label="${escapeHtml(label)}" tabindex="0">\n${table}\n</div>`;
const number = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

function rowsHtml(label: string, ours: string, theirs: string, rows: Row[]): string {
  const line = ({ what, ours, theirs, unit, ratio, goal, met }: Row) => `<tr><th scope="row">${escapeHtml(what)}</th><td>${number(ours)} ${unit}</td><td>${number(theirs)} ${unit}</td>`
    + `<td>${formatRatio(ratio)}</td><td>${goal === null ? '' : `${escapeHtml(goal)} <b class="${met ? 'ok' : 'bad'}">${met ? 'met' : 'missed'}</b>`}</td></tr>`;
  return scroll(label, `<table><thead><tr>${['what', ours, theirs, 'ratio', 'goal'].map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(line).join('\n')}</tbody></table>`);
}

function kernelHtml(kernel: string, text: string, kernels: KernelLinks): string {
  const link = kernels.link(kernel);
  return link ? `<a href="${link}"><code>${escapeHtml(text)}</code></a>` : `<code>${escapeHtml(text)}</code>`;
}

/** A reason is said once, for all the kernels that share it. */
function goalsHtml(goals: Goal[], kernels: KernelLinks, markdown: (text: string) => string): string {
  return goals.map(({ title, goal, met, of, missed }) => {
    const byReason = Map.groupBy(missed, ({ kernel }) => (kernel && kernels.reason(kernel)) ?? '');
    const items = [...byReason].map(([reason, rows]) => {
      const list = rows.map(({ what, kernel, ratio }) => `${kernel ? kernelHtml(kernel, what, kernels) : escapeHtml(what)} ${formatRatio(ratio)}`).join(', ');
      return `<li>${list}. ${reason ? inline(markdown(capital(reason))) : 'The cause is not known.'}</li>`;
    });
    return markdown(`**${title} ${goal}**: met by ${met} of ${of}${missed.length ? '; missed by:' : '.'}`) + (items.length ? `<ul>\n${items.join('\n')}\n</ul>` : '');
  }).join('\n');
}

const inline = (html: string) => html.trim().replace(/^<p>|<\/p>$/g, '');

function tableHtml(title: string, { columns, rows }: Table, kernels: KernelLinks): string {
  const cell = (value: string | number | null) => `<td>${value === null ? '' : typeof value === 'number' ? formatRatio(value) : escapeHtml(value)}</td>`;
  const lines = rows.map(([first, ...rest]) => `<tr><th scope="row">${kernelHtml(String(first), String(first), kernels)}</th>${rest.map(cell).join('')}</tr>`);
  return scroll(title, `<table><thead><tr>${columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('')}</tr></thead>
<tbody>${lines.join('\n')}</tbody></table>`);
}
