// tests/web/run.sh docs
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { recording, type Row } from '../bench/report.ts';
import { readApi } from '../../web/render/api.ts';
import { docsPages } from '../../web/render/docs.ts';
import { createHighlight } from '../../web/render/highlight.ts';
import { claimsWithKernels, readClaims, readKernels } from '../../web/render/kernels.ts';
import { readLesson } from '../../web/render/lesson.ts';
import { createMarkdown } from '../../web/render/markdown.ts';
import { benchmarksHtml, readRecordings, type Recording } from '../../web/render/measured.ts';

const root = resolve(import.meta.dirname, '../..');
const kernels = readKernels(root), claims = readClaims(root);
let pages: Map<string, string>, markdown: (text: string) => string;

beforeAll(async () => {
  const highlight = await createHighlight();
  markdown = createMarkdown(highlight);
  pages = docsPages(root, { highlight, markdown, assets: { entry: () => ({ script: 'a.js', styles: [], preloads: [] }) } });
});

describe('kernels', () => {
  test('list.h is read whole', () => {
    const lines = readFileSync(join(root, 'src/kernels/list.h'), 'utf8').split('\n').filter((line) => line.startsWith('KERNEL('));
    expect(kernels.list).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThan(70);
  });

  test('every one is named by one README, and no README names one that is not there', () => {
    const named = kernels.families.flatMap((family) => family.kernels);
    expect([...named].sort()).toEqual(kernels.list.map(({ name }) => name).sort());
  });

  test('every one has its line on its family’s page, and a link to that page on the list', () => {
    const index = pages.get('docs/kernels/index.html')!;
    for (const { name, family } of kernels.list) {
      expect(index).toContain(`<code>${name}</code>`);
      expect(index).toContain(`href="${family}/index.html"`);
      expect(pages.get(`docs/kernels/${family}/index.html`), name).toContain(`<li><code>${name}</code>: `);
    }
  });

  test('every README explains with a worked example and says what the job is', () => {
    for (const { name, text } of kernels.families) {
      expect(text, name).toMatch(/^## Worked examples?$/m);
      expect(text, name).toMatch(/^## Jobs?$/m);
    }
  });

  test('a reason for a missed goal is about a kernel of that README', () => {
    for (const family of kernels.families) for (const name of family.reasons.keys()) expect(family.kernels, family.name).toContain(name);
  });

  test('are smaller than allowed', () => {
    const size = /as brotli ([\d.]+) KB/.exec(pages.get('docs/kernels/index.html')!)!;
    expect(Number(size[1])).toBeGreaterThan(5);
    expect(Number(size[1])).toBeLessThanOrEqual(150);
  });
});

describe('claims', () => {
  test('the table of kernels has every claim that has something in C, and no other', () => {
    const expected = claims.filter(({ kernel }) => kernel !== false).map(({ id }) => id);
    expect(claimsWithKernels(kernels.text).sort()).toEqual(expected.sort());
    for (const { id } of claims.filter(({ kernel }) => kernel === false)) expect(kernels.text).toMatch(new RegExp(`\\b${id.replace('.', '\\.')} \\(`));
  });

  test('are each there once', () => {
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    expect(claims.length).toBeGreaterThan(30);
  });

  test('lessons name claims that there are', () => {
    const folders = readdirSync(join(root, 'lessons'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) for (const claim of readLesson(join(root, 'lessons'), name).claims) expect(claims.map(({ id }) => id), name).toContain(claim);
  });
});

describe('kernels from Python', () => {
  const api = readApi(join(root, 'build/native/kernels-python.json'));
  const items = api.sections.flatMap((section) => section.items);

  test('every public name has a place with its docstring, and one place', () => {
    const html = pages.get('docs/kernels-python/index.html')!;
    expect(items.length).toBeGreaterThan(40);
    for (const { name } of items) expect(html.split(`<section class="api" id="${name}">`), name).toHaveLength(2);
    expect(html).not.toMatch(/ForwardRef|<class |0x[0-9a-f]{6}/);
  });

  test('every function of the table of kernels is among them', () => {
    const table = kernels.text.slice(kernels.text.indexOf('| claims |'), kernels.text.indexOf('Claims 2.5'));
    const named = [...table.matchAll(/^\|[^|]*\|([^|]*)\|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(30);
    for (const name of named) expect(items.map((item) => item.name)).toContain(name);
  });
});

describe('benchmarks', () => {
  const rows: Row[] = [
    { what: 'all of them', ours: 0.95, theirs: 1, unit: '', ratio: 0.95, goal: '>= 0.9', met: true },
    { what: 'chain: one', ours: 1, theirs: 2, unit: '', ratio: 0.5, goal: '>= 1', met: false, group: 'NumPy <b>', kernel: 'chain' },
    { what: 'sum_int64: one', ours: 3, theirs: 2, unit: '', ratio: 1.5, goal: '>= 1', met: true, group: 'NumPy <b>', kernel: 'sum_int64' },
    { what: 'chain 1e5', ours: 3, theirs: 2, unit: 'us', ratio: 1.5, goal: null, met: null, kernel: 'chain' },
  ];
  const table = { columns: ['kernel', 'largest n', 'Node / native'], rows: [['chain', '1e6', 0.987654], ['wait', '1e2', null]] };
  const made = recording('kernels', '2026-11-22T10:00:00.000Z', { machine: 'one', load: 0.1, ours: 'kernel', theirs: 'other', pageNumpy: '2.4' }, rows, table, false);

  test('a recording counts the goals that many rows share, and keeps what missed one', () => {
    expect(made.rows.map(({ what }) => what)).toEqual(['all of them']);
    expect(made.goals).toEqual([{ title: 'NumPy <b>', goal: '>= 1', met: 1, of: 2, missed: [{ what: 'chain', kernel: 'chain', ratio: 0.5 }] }]);
  });

  test('the page has the figures, the goals with reasons, and says where it was', () => {
    const html = benchmarksHtml([made], { link: () => '../kernels/iteration/index.html', reason: () => 'It **fills** twice.' }, markdown);
    expect(html).toContain('<td>0.99</td>');
    expect(html).toContain('<td></td>');
    expect(html).toContain('met by 1 of 2');
    expect(html).toContain('<code>chain</code></a> 0.50. It <strong>fills</strong> twice.');
    expect(html).toContain('at a load of 0.1 before the start (page numpy 2.4)');
    expect(html).not.toContain('<b>:');
    expect(html).not.toContain('A quick run');
    expect(html).toContain('make bench-boot RECORD=1');
    expect(benchmarksHtml([{ ...made, quick: true }], { link: () => null, reason: () => null }, markdown)).toContain('A quick run');
    expect(benchmarksHtml([made], { link: () => null, reason: () => null }, markdown)).toContain('The cause is not known.');
  });

  test('what is committed was recorded whole', () => {
    for (const { name, quick, date, where } of readRecordings(join(root, 'web/render/docs/measured')) as Recording[]) {
      expect(quick, name).toBe(false);
      expect(Date.parse(date), name).toBeGreaterThan(0);
      expect(where.machine, name).toBeTruthy();
    }
  });
});
