// The page docs/kernels-python/: photofinish.kernels as inspect sees it (kernels_python.py), signatures and docstrings as they are.
import { readFileSync } from 'node:fs';
import { escapeHtml, type Highlight } from './highlight.ts';

export interface Item { name: string; kind: 'function' | 'class' | 'exception'; signature: string; fields: Record<string, string>; members: { name: string; signature: string; doc: string }[]; doc: string }
export interface Api { doc: string; sections: { name: string; doc: string; items: Item[] }[] }

export const readApi = (file: string): Api => JSON.parse(readFileSync(file, 'utf8')) as Api;

/** `families`: the folders of src/kernels, which docstrings name and which have pages. */
export function apiHtml(api: Api, families: string[], highlight: Highlight): string {
  const text = (doc: string) => docHtml(doc, families);
  const contents = api.sections.map(({ items }) => `<li>${items.map(({ name }) => `<a href="#${name}"><code>${name}</code></a>`).join(', ')}</li>`).join('\n');
  const sections = api.sections.map(({ doc, items }) => {
    const [first, ...rest] = doc.split('\n\n');
    const title = escapeHtml(first.replace(/\s*\(src\/[^)]*\)|[.;]\s*$/g, '').replace(/\.$/, ''));
    return `<h2>${title}</h2>\n${text(rest.join('\n\n'))}${items.map((item) => itemHtml(item, text, highlight)).join('\n')}`;
  });
  return `<h1>Kernels from Python</h1>
<p>The module <code>photofinish.kernels</code>, the same in the page and natively. This page is made of its docstrings.</p>
${text(api.doc)}
<ul>${contents}</ul>
${sections.join('\n')}
<p><a href="../kernels/index.html">What is behind them</a></p>`;
}

function itemHtml({ name, signature, fields, members, doc, kind }: Item, text: (doc: string) => string, highlight: Highlight): string {
  const head = kind === 'function' ? `def ${name}${signature}` : kind === 'exception' ? `class ${name}(RuntimeError)` : `class ${name}${signature}`;
  const own = Object.entries(fields).map(([field, hint]) => `    ${field}: ${hint}`);
  const code = [wrap(head), ...own].join('\n');
  const methods = members.map((member) => `<li><code>${escapeHtml(member.name + member.signature.replace(/\(self(?:, )?/, '(').replace(/,? ?\/\)/, ')'))}</code>: ${escapeHtml(member.doc)}</li>`);
  return `<section class="api" id="${name}">
<h3><code>${name}</code></h3>
<pre class="code" tabindex="0"><code>${highlight(code)}</code></pre>
${text(doc)}${methods.length ? `<ul>${methods.join('\n')}</ul>` : ''}
</section>`;
}

/** A long signature has its arguments on lines of their own. */
function wrap(head: string): string {
  if (head.length <= 76) return head;
  const open = head.indexOf('('), close = closing(head, open);
  const parts: string[] = [];
  let depth = 0, part = '';
  for (const sign of head.slice(open + 1, close)) {
    depth += '([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0;
    if (sign === ',' && depth === 0) { parts.push(part.trim()); part = ''; } else part += sign;
  }
  return `${head.slice(0, open + 1)}\n${[...parts, part.trim()].map((line) => `    ${line},`).join('\n')}\n${head.slice(close)}`;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
}

/** A docstring is plain text: paragraphs; "Raises" and "Algorithm" begin their own; the folders of kernels are links. */
function docHtml(doc: string, families: string[]): string {
  const paragraphs = doc.split(/\n\s*\n|\n(?=Raises |Algorithms?: |Otherwise )/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim()).filter(Boolean);
  const linked = (html: string) => html.replace(/src\/kernels\/(\w+)(?:\/[\w.]+)?/g, (path, family: string) => (families.includes(family) ? `<a href="../kernels/${family}/index.html">${path}</a>` : path));
  return paragraphs.map((paragraph) => `<p>${linked(escapeHtml(paragraph).replace(/`([^`]+)`/g, '<code>$1</code>'))}</p>\n`).join('');
}
