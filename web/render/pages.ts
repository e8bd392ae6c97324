// The HTML of the pages. Everything that a reader needs before and without JavaScript is here; the scripts only take over
// what is marked with an element of their own (pf-...). Strict-CSP-friendly: no inline script, style or handler.
import { createHash } from 'node:crypto';
import type { Lesson, Section } from './lesson.ts';
import { NATIVE, SAW } from './lesson.ts';
import type { Assets } from './assets.ts';
import type { Markdown, MarkdownContext } from './markdown.ts';
import { escapeHtml, type Highlight } from './highlight.ts';
import { asked, counted, shownBody } from '../page/logic/cells.ts';
import { formatNumber, formatRatio, formatSeconds } from '../page/logic/numbers.ts';
import type { NativeReference } from '../page/logic/native.ts';
import { capital } from '../page/logic/sentences.ts';
import type { Report } from '../protocol.ts';

export interface Group { title: string; rule: number; about: string; lessons: string[] }

export interface Tools { markdown: Markdown; highlight: Highlight; assets: Assets }

const MARK = '<svg width="26" height="18" viewBox="0 0 26 18" aria-hidden="true"><path fill="currentColor" d="M0 0h2v4H0zM4 0h1v4H4zM12 5h2v4h-2zM15 5h1v4h-1zM19 10h2v4h-2z"/><path class="line" d="M23 0h3v18h-3z"/></svg>';
const KINDS = { idiom: 'Idiom', better: 'Better', kernel: 'Kernel', parallel: 'Parallel' } as const;

// ------------------------------------------------------------------------------------------ the shell

interface Shell { title: string; description: string; root: string; here: 'lessons' | 'docs' | 'lesson'; entry: string; body: string; className: string }

function shell({ title, description, root, here, entry, body, className }: Shell, assets: Assets): string {
  const { script, styles, preloads } = assets.entry(entry);
  const link = (name: Shell['here'], href: string, text: string) => `<a href="${root}${href}"${name === here ? ' aria-current="page"' : ''}>${text}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
${styles.map((file) => `<link rel="stylesheet" href="${root}${file}">`).join('\n')}
${preloads.map((file) => `<link rel="modulepreload" href="${root}${file}">`).join('\n')}
<script type="module" src="${root}${script}"></script>
</head>
<body class="${className}">
<a class="skip" href="#main">Skip to the text</a>
<header class="site">
<a class="mark" href="${root}index.html">${MARK}Photo Finish</a>
<nav aria-label="Site">${link('lessons', 'index.html', 'Lessons')}${link('docs', 'docs/index.html', 'How it measures')}</nav>
</header>
${body}
<footer class="site"><p>Everything runs in this browser: nothing you type or measure leaves it.</p></footer>
</body>
</html>
`;
}

// ------------------------------------------------------------------------------------------ a lesson

export function lessonPage(lesson: Lesson, group: Group, next: Lesson | null, tools: Tools): string {
  const context = (line: number, fills: boolean): MarkdownContext => ({
    where: `${lesson.files.text}:${line}`, fills, lanes: new Set(lesson.lanes.map((lane) => lane.id)),
    params: Object.fromEntries(lesson.parameters.map((parameter) => [parameter.name, parameter.value])),
    memory: asked(lesson.cells).includes('memory'), counts: counted(lesson.cells),
  });
  const section = (part: Section) => {
    if (part.title === SAW) {
      const variants = part.variants.map((variant) => {
        const { lane, against, outcomes } = variant.condition;
        const when = `${lane}${against ? ` vs ${against}` : ''}: ${outcomes.join(', ')}`;
        return `<div class="variant" data-when="${when}" hidden>\n${tools.markdown(variant.markdown, context(variant.line, true))}</div>`;
      });
      return `<section class="saw" hidden>\n<h2>${SAW}</h2>\n${variants.join('\n')}\n</section>`;
    }
    const extra = part.title === NATIVE ? nativeTable(lesson) : '';
    return `<section>\n<h2>${escapeHtml(part.title)}</h2>\n${extra}${tools.markdown(part.markdown, context(part.line, false))}</section>`;
  };
  const onward = next ? `<p class="onward"><a href="../${next.slug}/index.html">Next: ${escapeHtml(next.question)}</a></p>` : '<p class="onward"><a href="../../index.html">All lessons</a></p>';
  const predicted = lesson.lanes.find((lane) => lane.id === lesson.predict)!, baseline = lesson.lanes.find((lane) => lane.id === lesson.baseline)!;
  const body = `<main id="main" class="lesson" data-lesson="${lesson.slug}">
<article class="intro">
<p class="eyebrow">Rule ${group.rule} · ${escapeHtml(group.title)} · ${lesson.minutes} minutes</p>
<h1>${escapeHtml(lesson.question)}</h1>
<div class="lead">${tools.markdown(lesson.lead, context(1, false))}</div>
<pf-prediction data-lane="${lesson.predict}" data-baseline="${lesson.baseline}" data-says="${escapeHtml(`${capital(predicted.name)} will be`)}" data-against="${escapeHtml(baseline.name)}"></pf-prediction>
</article>
<section class="race" id="race" aria-label="The race"${referenceData(lesson)}>
<pf-bar>
<noscript><p>Racing needs JavaScript. The code and the explanation are complete without it.${lesson.parameters.map((parameter) => ` Here ${parameter.name} is ${formatNumber(parameter.value)}.`).join('')}</p></noscript>
</pf-bar>
<pf-lanes>
${lanesHtml(lesson, tools.highlight)}
<template class="source">${escapeHtml(lesson.source)}</template>
</pf-lanes>
<pf-result></pf-result>
</section>
<article class="after">
<pf-explanation>
${lesson.sections.map(section).join('\n')}
${onward}
</pf-explanation>
</article>
</main>`;
  return shell({ title: `${lesson.question} · Photo Finish`, description: plain(tools.markdown(lesson.lead, context(1, false))), root: '../../', here: 'lesson', entry: 'page/lesson.ts', body, className: 'page-lesson' }, tools.assets);
}

function lanesHtml(lesson: Lesson, highlight: Highlight): string {
  return lesson.cells.map((cell, index) => {
    if (cell.kind === 'lane') {
      const lane = lesson.lanes.find((lane) => lane.cell === cell)!;
      return cellHtml(index, `lane ${lane.kind}`, KINDS[lane.kind], lane.title, highlight(shownBody(cell)), ` data-lane="${lane.id}" data-name="${escapeHtml(lane.name)}"`);
    }
    if (cell.kind === 'setup') return cellHtml(index, 'given', 'Setup', 'what every lane is given; not timed', highlight(shownBody(cell)));
    if (cell.kind === 'check') return cellHtml(index, 'given', 'Check', 'how two results are compared', highlight(shownBody(cell)));
    if (cell.kind === 'counts') return cellHtml(index, 'given', 'Counts', 'what is counted in a pass of its own; not timed', highlight(shownBody(cell)));
    return '';
  }).filter(Boolean).join('\n');
}

function cellHtml(index: number, className: string, label: string, title: string, code: string, data = ''): string {
  return `<section class="cell ${className}" data-cell="${index}" data-label="${label}" data-title="${escapeHtml(title)}"${data}>
<h2><b>${label}</b> <span>${escapeHtml(title)}</span></h2>
<pre class="code" tabindex="0"><code>${code}</code></pre>
</section>`;
}

// ------------------------------------------------------------------------------------------ the native reference

/** What the page shows of the recording: diamonds in the strip, and the table beside its own figures. It stands for the lesson as it is. */
function referenceData({ reference, source }: Lesson): string {
  if (!reference) return '';
  const data: NativeReference = {
    label: recordedOn(reference), params: reference.params, current: createHash('sha256').update(source).digest('hex') === reference.source_sha256,
    lanes: reference.lanes.flatMap(({ id, per_call: times }) => (times ? [{ id, median: times.median, low: times.low, high: times.high }] : [])),
    comparisons: reference.comparisons.map(({ lane, ratio, low, high, verdict }) => ({ lane, ratio, low, high, verdict })),
  };
  return ` data-reference="${escapeHtml(JSON.stringify(data))}"`;
}

/** "native CPython 3.14.8 (AMD EPYC, 2 cores, 24 processes, 2026-11-22)" */
function recordedOn({ where, reference }: Report): string {
  const python = /\d+\.\d+(\.\d+)?/.exec(where.python)?.[0] ?? where.python;
  const busy = reference && reference.load > reference.cores / 2 ? ', busy with other work' : '';
  const machine = reference ? `${reference.cpu}, ${reference.cores} cores${busy}, ${reference.processes} processes` : `recorded on ${where.cores} cores`;
  return `native CPython ${python} (${machine}, ${where.date.slice(0, 10)})`;
}

function nativeTable(lesson: Lesson): string {
  const { reference } = lesson;
  if (!reference) return '';
  const rows = reference.lanes.filter((lane) => lane.per_call).map((lane) => {
    const comparison = reference.comparisons.find((other) => other.lane === lane.id);
    const ratio = !comparison ? 'baseline' : comparison.verdict === 'undecided' ? 'undecided' : `${formatRatio(comparison.ratio)}×`;
    return `<tr><th scope="row">${escapeHtml(lane.title)}</th><td>${formatSeconds(lane.per_call!.median)}</td><td>${ratio}</td></tr>`;
  });
  return `<table class="figures"><caption>The same race on ${escapeHtml(recordedOn(reference))}</caption>
<thead><tr><th scope="col">Lane</th><th scope="col">a call</th><th scope="col">times as fast</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>
`;
}

// ------------------------------------------------------------------------------------------ catalogue and docs

export function cataloguePage(groups: Group[], lessons: Map<string, Lesson>, tools: Tools): string {
  const entry = (lesson: Lesson) => `<li data-lesson="${lesson.slug}"><a href="lessons/${lesson.slug}/index.html">${escapeHtml(lesson.question)}</a>
<p>${escapeHtml(lesson.title)} · ${lesson.lanes.length} lanes · ${lesson.minutes} minutes · ${escapeHtml(lesson.level)}</p></li>`;
  const body = `<main id="main" class="catalogue">
<article class="hello">
<h1>Which of two ways is faster? Race them.</h1>
<p class="lead">Rules of thumb promise faster Python. Here they run in your own browser: the way people write it, the way the rule recommends, and, where C can do the same job, C on one core and on all of them. You predict, you press Run, and you see.</p>
</article>
${groups.map((group) => `<section class="group">
<h2><span class="eyebrow">Rule ${group.rule}</span> ${escapeHtml(group.title)}</h2>
<p>${escapeHtml(group.about)}</p>
<ul>${group.lessons.map((slug) => entry(lessons.get(slug)!)).join('\n')}</ul>
</section>`).join('\n')}
<section class="group how">
<h2>What you can trust</h2>
<p>The lanes of a race are timed in turn, in random order, in short samples, and must all return the same value. A verdict is only given when the figures carry it; otherwise it says <em>undecided</em>. <a href="docs/index.html">How it measures</a> · <a href="docs/index.html#check">What this browser can tell apart</a></p>
</section>
</main>`;
  return shell({ title: 'Photo Finish: race rules of thumb for faster Python', description: 'Rules of thumb for faster Python, raced in your own browser beside C kernels on one core and on all.', root: '', here: 'lessons', entry: 'page/catalogue.ts', body, className: 'page-catalogue' }, tools.assets);
}

/** A page of docs/: its folder below it, '' for docs/ itself; `file` where its text is written; `wide` where tables want the room. */
export interface DocsPage { folder: string; title: string; description: string; file?: string; wide?: boolean }

const CHECK = `<section id="check">
<h2>Check this device</h2>
<p>Eight short races whose answer is known: a lane against its own copy, and against the same lane with a tenth more work. They show what this browser can tell apart now, and what it cannot. It takes about half a minute.</p>
<div class="panel figures check"><pf-device><noscript><p>The check needs JavaScript.</p></noscript></pf-device></div>
</section>
`;

export function docsPage(page: DocsPage, html: string, all: DocsPage[], tools: Tools): string {
  const root = '../'.repeat(page.folder.split('/').length);
  const others = all.filter((other) => other !== page)
    .map(({ folder, title }) => `<li><a href="${root}docs/${folder}index.html">${title}</a></li>`).join('');
  const body = `<main id="main" class="docs"><article${page.wide ? ' class="wide"' : ''}>${html}${page.folder === '' ? CHECK : ''}<h2>More</h2><ul>${others}</ul></article></main>`;
  return shell({ title: `${page.title} · Photo Finish`, description: page.description, root, here: 'docs', entry: 'page/catalogue.ts', body, className: 'page-docs' }, tools.assets);
}

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1c1d20"/><path fill="#eceae4" d="M5 6h3v5H5zM10 6h1v5h-1zM14 13h3v5h-3zM19 13h1v5h-1zM20 20h2v5h-2z"/><path fill="#ff7aa8" d="M25 5h3v22h-3z"/></svg>
`;

function plain(html: string): string {
  return html.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();
}
