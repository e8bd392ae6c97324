// The kernels as the docs show them, from their single sources: src/kernels/list.h (names and one line each), the READMEs of
// src/kernels and its folders, lessons/claims.toml. A kernel belongs to the folder whose README names it in its line "Kernels: ...".
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { parse } from 'smol-toml';
import { escapeHtml } from './highlight.ts';
import { formatRatio } from '../page/logic/numbers.ts';
import type { Recording } from './measured.ts';

export interface Kernel { name: string; summary: string; family: string | null }
export interface Family { name: string; title: string; text: string; kernels: string[]; reasons: Map<string, string> }
export interface Claim { id: string; says: string; kernel?: false }
export interface Kernels { list: Kernel[]; families: Family[]; text: string }

/** `root`: the project's folder. */
export function readKernels(root: string): Kernels {
  const folder = join(root, 'src/kernels');
  const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
  const families = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => readFamily(entry.name, read(entry.name, 'README.md')))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = [...read('list.h').matchAll(/^KERNEL\((\w+), "(.*)"\)$/gm)].map(([, name, summary]) => ({
    name, summary, family: families.find((family) => family.kernels.includes(name))?.name ?? null,
  }));
  return { list, families, text: read('README.md') };
}

export function readClaims(root: string): Claim[] {
  return (parse(readFileSync(join(root, 'lessons/claims.toml'), 'utf8')) as unknown as { claim: Claim[] }).claim;
}

function readFamily(name: string, text: string): Family {
  const title = /^# (.*)$/m.exec(text)?.[1] ?? name;
  const [, names = '', types = ''] = /^Kernels: ([^;]*?)(?:; T is one of ([^.]*))?\.$/ms.exec(text) ?? [];
  const codes = (words: string) => [...words.matchAll(/`(\w+)`/g)].map(([, word]) => word);
  const kernels = codes(names).flatMap((kernel) => (kernel.endsWith('_T') ? codes(types).map((type) => kernel.slice(0, -1) + type) : [kernel]));
  return { name, title, text, kernels, reasons: readReasons(text) };
}

/** The list under "## Goals missed": "- `kernel`, `kernel`: why", on as many lines as it takes. */
function readReasons(text: string): Map<string, string> {
  const section = /^## Goals missed\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1] ?? '';
  const reasons = new Map<string, string>();
  for (const [, names, why] of section.matchAll(/^- ((?:`\w+`(?:, )?)+): ([\s\S]*?)(?=\n- |\n\n|(?![\s\S]))/gm)) {
    for (const [, name] of names.matchAll(/`(\w+)`/g)) reasons.set(name, why.replace(/\s+/g, ' ').trim());
  }
  return reasons;
}

/** Which claims the table of src/kernels/README.md has kernels for. */
export function claimsWithKernels(text: string): string[] {
  return [...text.matchAll(/^\| ((?:\d+\.\d+(?:, )?)+)/gm)].flatMap(([, ids]) => ids.split(', ').map((id) => id.trim()));
}

/** What the build knows and no text says. */
export interface Facts { wasm: Buffer; cTests: string[]; builds: string[]; fuzz: Recording | undefined }

/** docs/kernels/: the families, the claims, what proves the kernels and how large they are. Family pages lie in folders below. */
export function kernelsHtml({ list, families, text }: Kernels, claims: Claim[], facts: Facts, markdown: (text: string) => string): string {
  const size = brotliCompressSync(facts.wasm).length;
  const body = text.replace(/^# Kernels\n/, '').replace(/^## /gm, '## ');
  const linked = linkFolders(markdown(body), families);
  const items = families.map((family) => `<tr><th scope="row"><a href="${family.name}/index.html">${escapeHtml(family.title)}</a></th>
<td>${family.kernels.map((kernel) => `<code>${kernel}</code>`).join(', ')}</td></tr>`);
  const claimed = claims.map(({ id, says, kernel }) => `- **${id}** ${says}${kernel === false ? ' (nothing in C to race)' : ''}`).join('\n');
  return `${markdown(`# Kernels\n\n${list.length} kernels in ${families.length} families. Each is linked to its idea, a worked example and its job. From Python they are [documented here](../kernels-python/index.html); `
    + `[the benchmarks](../benchmarks/index.html) say what they reach.`)}
<div class="scroll figures words" role="region" aria-label="Families of kernels" tabindex="0"><table><thead><tr><th scope="col">family</th><th scope="col">kernels</th></tr></thead>
<tbody>${items.join('\n')}</tbody></table></div>
${markdown(`## Size\n\nAll kernels together, with the pool of threads, as the page loads them: ${kilobytes(facts.wasm.length)}, as brotli ${kilobytes(size)} of the 150 KB that are allowed.`)}
${markdown(proof(facts))}
${linked.replace('<table>', '<div class="scroll figures words" role="region" aria-label="Kernels by claim" tabindex="0"><table>').replace('</table>', '</table></div>')}
${markdown(`## The claims\n\n${claimed}`)}`;
}

const kilobytes = (bytes: number) => `${formatRatio(bytes / 1000)} KB`;

function proof({ cTests, builds, fuzz }: Facts): string {
  const names: Record<string, string> = {
    native: 'as they are', asan: 'under AddressSanitizer and UndefinedBehaviorSanitizer', tsan: 'under ThreadSanitizer', wasm: 'as WebAssembly with real threads',
  };
  const runs = builds.map((build) => `- ${names[build] ?? build} (${cTests.length} programs)`).join('\n');
  const fuzzed = fuzz ? `The last recorded run, ${fuzz.date.slice(0, 10)}: ${fuzz.table!.rows.map(([what, value]) => `${what} ${value}`).join(', ')}.` : 'No run has been recorded yet: `make fuzz RECORD=1`.';
  return `## Proof\n\n\`make test-c\` runs the C tests in ${builds.length} builds, and every one has to be clean:\n\n${runs}\n\n`
    + `\`make test-python\` compares every kernel with CPython and, where it has the same, NumPy; Hypothesis makes up data for it. `
    + `\`make fuzz\` feeds every kernel with jobs that libFuzzer makes up, whole and spoiled ones, under both sanitizers; 2000 fixed inputs of that kind are part of the C tests. ${fuzzed}`;
}

/** The folders in the last column of a table become links. */
function linkFolders(html: string, families: Family[]): string {
  return html.replace(/<td>([a-z_, ]+)<\/td>\n<\/tr>/g, (cell, names: string) => {
    const parts = names.split(', ');
    if (!parts.every((part) => families.some((family) => family.name === part))) return cell;
    return `<td>${parts.map((part) => `<a href="${part}/index.html">${part}</a>`).join(', ')}</td>\n</tr>`;
  });
}

/** docs/kernels/FAMILY/: its README, with its kernels as a list. */
export function familyHtml(family: Family, { list }: Kernels, markdown: (text: string) => string): string {
  const own = list.filter((kernel) => kernel.family === family.name).map(({ name, summary }) => `- \`${name}\`: ${summary}`).join('\n');
  const html = markdown(family.text.replace(/^Kernels: .*?\.$/ms, own));
  // A table scrolls in a region of its own; regions are told apart by the heading they stand under, and by their number there.
  let under = family.name, number = 0;
  const scrolling = html.replaceAll(/<h\d[^>]*>(.*?)<\/h\d>|<table>|<\/table>/gs, (tag, heading?: string) => {
    if (heading !== undefined) [under, number] = [heading.replaceAll(/<[^>]*>/g, ''), 0];
    if (tag === '<table>') return `<div class="scroll figures words" role="region" aria-label="${under}, table ${++number}" tabindex="0"><table>`;
    return tag === '</table>' ? '</table></div>' : tag;
  });
  return `${scrolling}\n${markdown(`[All kernels](../index.html) · [from Python](../../kernels-python/index.html) · [benchmarks](../../benchmarks/index.html)\n\n`
    + `Sources: \`src/kernels/${family.name}/\``)}`;
}
