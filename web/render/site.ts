// Renders the pages of the site: node web/render/site.ts [--out build/site] [--lessons lessons]
//
// Reads lessons/ and the bundler's manifest in the output folder; writes index.html, lessons/SLUG/ and docs/. A file whose
// content does not change is left alone, so that its time of change says when it changed.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'smol-toml';
import { readAssets } from './assets.ts';
import { docsPages } from './docs.ts';
import { createHighlight } from './highlight.ts';
import { LessonError, readLesson, type Lesson } from './lesson.ts';
import { createMarkdown } from './markdown.ts';
import { ICON, cataloguePage, lessonPage, type Group } from './pages.ts';

const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'build/site') }, lessons: { type: 'string', default: join(root, 'lessons') } } });

try {
  await render(resolve(values.lessons), resolve(values.out));
} catch (error) {
  console.error(`render: ${(error as Error).message}`);
  if (!(error instanceof LessonError)) console.error((error as Error).stack);
  process.exit(1);
}

async function render(folder: string, out: string): Promise<void> {
  const groups = readManifest(folder);
  const slugs = groups.flatMap((group) => group.lessons);
  const lessons = new Map(slugs.map((slug) => [slug, readLesson(folder, slug)]));
  const highlight = await createHighlight();
  const tools = { highlight, markdown: createMarkdown(highlight), assets: readAssets(out) };
  const put = writer(out);

  put('index.html', cataloguePage(groups, lessons, tools));
  for (const [path, html] of docsPages(root, tools)) put(path, html);
  for (const kind of ['report', 'sweep', 'repeat']) {
    put(`docs/${kind}.schema.json`, readFileSync(join(root, `src/python/photofinish/${kind}.schema.json`), 'utf8'));
  }
  put('icon.svg', ICON);
  for (const group of groups) {
    for (const slug of group.lessons) {
      const lesson = lessons.get(slug)!;
      put(`lessons/${slug}/index.html`, lessonPage(lesson, group, nextOf(slug, slugs, lessons), tools));
      put(`lessons/${slug}/lanes.py`, readFileSync(lesson.files.lanes, 'utf8'));
      if (lesson.reference) put(`lessons/${slug}/reference.json`, JSON.stringify(lesson.reference));
    }
  }
  dropLessonsNotIn(new Set(slugs), join(out, 'lessons'));
  console.log(`render: ${lessons.size} lessons, ${put.count.written} files written, ${put.count.same} unchanged`);
}

function readManifest(folder: string): Group[] {
  const path = join(folder, 'manifest.toml');
  const { group } = parse(readFileSync(path, 'utf8')) as unknown as { group?: Group[] };
  if (!group?.length) throw new LessonError(`${path}: there is no [[group]]`);
  const seen = new Set<string>();
  for (const { title, rule, about, lessons } of group) {
    if (!title || !rule || !about || !Array.isArray(lessons)) throw new LessonError(`${path}: a [[group]] has title, rule, about and lessons; look at "${title}"`);
    for (const slug of lessons) {
      if (!/^[a-z][a-z0-9-]*$/.test(slug)) throw new LessonError(`${path}: "${slug}" is no slug: small letters, digits and hyphens`);
      if (seen.has(slug)) throw new LessonError(`${path}: ${slug} stands twice`);
      if (!existsSync(join(folder, slug))) throw new LessonError(`${path}: there is no folder ${slug}`);
      seen.add(slug);
    }
  }
  return group;
}

function nextOf(slug: string, slugs: string[], lessons: Map<string, Lesson>): Lesson | null {
  const next = slugs[slugs.indexOf(slug) + 1];
  return next ? lessons.get(next)! : null;
}

function writer(out: string) {
  const count = { written: 0, same: 0 };
  const put = (path: string, text: string) => {
    const file = join(out, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) { count.same++; return; }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    count.written++;
  };
  return Object.assign(put, { count });
}

/** A lesson taken out of the manifest must not linger in the site. */
function dropLessonsNotIn(slugs: Set<string>, folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) if (!slugs.has(name)) rmSync(join(folder, name), { recursive: true });
}
