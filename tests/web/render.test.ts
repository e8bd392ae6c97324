// tests/web/run.sh render
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'smol-toml';
import { createHighlight } from '../../web/render/highlight.ts';
import { LessonError, SAW, readLesson } from '../../web/render/lesson.ts';
import { createMarkdown } from '../../web/render/markdown.ts';
import { docsPages } from '../../web/render/docs.ts';
import { cataloguePage, lessonPage, type Group, type Tools } from '../../web/render/pages.ts';
import { report } from './report.ts';

const lessons = resolve(import.meta.dirname, '../../lessons');
const { group: groups } = parse(readFileSync(join(lessons, 'manifest.toml'), 'utf8')) as unknown as { group: Group[] };
const slugs = groups.flatMap((group) => group.lessons);
const pages = new Map<string, string>();
let tools: Tools, folder: string;

beforeAll(async () => {
  const highlight = await createHighlight();
  tools = { highlight, markdown: createMarkdown(highlight), assets: { entry: () => ({ script: 'assets/a.js', styles: ['assets/a.css'], preloads: [] }) } };
  const all = new Map(slugs.map((slug) => [slug, readLesson(lessons, slug)]));
  pages.set('index.html', cataloguePage(groups, all, tools));
  for (const [path, html] of docsPages(resolve(lessons, '..'), tools)) pages.set(path, html);
  for (const group of groups) for (const slug of group.lessons) pages.set(`lessons/${slug}/index.html`, lessonPage(all.get(slug)!, group, null, tools));
  folder = mkdtempSync(join(tmpdir(), 'photofinish-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the pages', () => {
  test('carry no inline script, style or handler', () => {
    for (const [path, html] of pages) {
      expect(html.match(/<script(?![^>]* src=)/g), path).toBeNull();
      expect(html.match(/<style|\sstyle=|\son[a-z]+=|javascript:/g), path).toBeNull();
    }
  });

  test('link to each other and to the site’s files relatively, and to nothing that is not there', () => {
    for (const [path, html] of pages) {
      for (const [, target] of html.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
        if (/^(https:|#)/.test(target)) continue;
        expect(target, path).not.toMatch(/^\/|:\/\//);
        const file = posix.join(posix.dirname(path), target.split('#')[0]);
        if (!/^(assets\/a\.(js|css)|icon\.svg|docs\/(report|sweep|repeat)\.schema\.json)$/.test(file)) expect([...pages.keys()], `${path} -> ${target}`).toContain(file);
      }
    }
  });

  test('load nothing from another place', () => {
    for (const [path, html] of pages) expect(html.match(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?\/\//g), path).toBeNull();
  });

  test('have one heading of the first level, and levels without gaps', () => {
    for (const [path, html] of pages) {
      const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
      expect(levels.filter((level) => level === 1), path).toHaveLength(1);
      levels.forEach((level, index) => { if (index > 0) expect(level - levels[index - 1], path).toBeLessThanOrEqual(1); });
    }
  });
});

describe.each(slugs)('%s', (slug) => {
  const lesson = readLesson(lessons, slug);

  test('carries its source exactly, and every lane as text', () => {
    const html = pages.get(`lessons/${slug}/index.html`)!;
    const source = /<template class="source">([\s\S]*?)<\/template>/.exec(html)![1];
    const decoded = source.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    expect(decoded).toBe(readFileSync(join(lessons, slug, 'lanes.py'), 'utf8'));
    for (const lane of lesson.lanes) expect(html).toContain(`data-lane="${lane.id}"`);
  });

  test('has a paragraph for every outcome of the race it asks about', () => {
    const told = new Set(lesson.sections.find((section) => section.title === SAW)!.variants
      .filter(({ condition }) => condition.lane === lesson.predict && condition.against === null).flatMap(({ condition }) => condition.outcomes));
    for (const outcome of ['faster', 'slower', 'same', 'undecided'] as const) expect(told).toContain(outcome);
  });

  test('says no outcome of a pair twice', () => {
    const said = lesson.sections.find((section) => section.title === SAW)!.variants
      .flatMap(({ condition }) => condition.outcomes.map((outcome) => `${condition.lane} vs ${condition.against}: ${outcome}`));
    expect(new Set(said).size).toBe(said.length);
  });

  test('knows claims, level, time, and two primary sources', () => {
    expect(lesson.claims.length).toBeGreaterThan(0);
    expect(lesson.minutes).toBeGreaterThan(0);
    const links = lesson.sections.find((section) => section.title === 'Read more')!.markdown.match(/\]\(https:/g);
    expect(links?.length).toBeGreaterThanOrEqual(2);
  });

  test('its lines fit where two lanes stand side by side', () => {
    for (const line of lesson.source.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
  });
});

describe('what is wrong with a lesson is said with file and line', () => {
  const broken = (change: (text: string) => string) => {
    cpSync(join(lessons, 'iterate-directly'), join(folder, 'broken'), { recursive: true });
    const file = join(folder, 'broken', 'lesson.md');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return () => lessonPage(readLesson(folder, 'broken'), groups[0], null, tools);
  };
  test.each<[string, (text: string) => string, RegExp]>([
    ['no front matter', (text) => text.replace('---\n', ''), /front matter/],
    ['a missing key', (text) => text.replace(/^question:.*\n/m, ''), /no "question"/],
    ['a lane that is not there', (text) => text.replace('### direct_loop: faster', '### direct: faster'), /lesson\.md:\d+: there is no lane direct$/],
    ['an outcome that is none', (text) => text.replace('### direct_loop: faster', '### direct_loop: quicker'), /lesson\.md:\d+: "direct_loop: quicker"/],
    ['a fill that is none', (text) => text.replace('{time direct_loop}', '{speed direct_loop}'), /\{speed direct_loop\} is not a fill/],
    ['a fill with a misspelt lane', (text) => text.replace('{time direct_loop}', '{time direct_lop}'), /there is no lane direct_lop/],
    ['figures outside of what was seen', (text) => text.replace('## Why\n', '## Why\n\n{time direct_loop}\n'), /belong under "What you saw"/],
    ['memory that is not asked for', (text) => text.replace('{time direct_loop}', '{peak direct_loop}'), /lanes\.py does not ask for memory/],
    ['a condition on it', (text) => text.replace('### direct_loop: faster', '### direct_loop: less memory'), /lesson\.md:\d+: lanes\.py does not ask for memory/],
    ['something that is not counted', (text) => text.replace('{time direct_loop}', '{count direct_loop calls of key}'), /lanes\.py counts no "calls of key"/],
    ['a guess about the baseline', (text) => text.replace('predict: direct_loop', 'predict: index_loop'), /predict/],
    ['a name for no lane', (text) => text.replace('  index_loop: the', '  index_lop: the'), /no lane index_lop/],
  ])('%s', (_, change, message) => {
    expect(broken(change)).toThrow(LessonError);
    expect(broken(change)).toThrow(message);
  });
});

describe('a native reference', () => {
  test('becomes a table and the diamonds of the strip', () => {
    cpSync(join(lessons, 'iterate-directly'), join(folder, 'native'), { recursive: true });
    writeFileSync(join(folder, 'native', 'reference.json'), JSON.stringify({ ...report(), where: { ...report().where, runtime: 'native' } }));
    const html = lessonPage(readLesson(folder, 'native'), groups[0], null, tools);
    expect(html).toMatch(/<caption>The same race on native CPython 3\.14\.2/);
    expect(html).toMatch(/<th scope="row">direct loop<\/th><td>7\.20?.ms<\/td><td>1\.57×<\/td>/);
    writeFileSync(join(folder, 'native', 'reference.json'), JSON.stringify(report({ verdict: 'undecided' })));
    expect(lessonPage(readLesson(folder, 'native'), groups[0], null, tools)).toMatch(/direct loop<\/th><td>7\.20?.ms<\/td><td>undecided<\/td>/);
    expect(html).toContain('{&quot;id&quot;:&quot;direct_loop&quot;,&quot;median&quot;:0.0072,');
  });
});

describe('Python is coloured', () => {
  test('in the classes of the page, and keeps its text', () => {
    const code = 'def f(x):  # why\n    return f"{x:.1f} <b>" if x is None else 12';
    const html = tools.highlight(code);
    expect(html).toContain('<span class="tok-keyword">def</span>');
    expect(html).toContain('<span class="tok-definition">f</span>');
    expect(html).toContain('&lt;b&gt;');
    expect(html.replace(/<[^>]+>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')).toBe(code);
  });
});
