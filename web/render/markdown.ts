// Markdown with two additions: {fills} become empty <span data-fill> for the page, fenced Python is coloured like the lanes.
import MarkdownIt from 'markdown-it';
import { parseFill } from '../page/logic/template.ts';
import { formatNumber } from '../page/logic/numbers.ts';
import { escapeHtml, type Highlight } from './highlight.ts';
import { LessonError } from './lesson.ts';

export interface MarkdownContext {
  where: string;                          // file and line, for errors
  fills: boolean;                         // whether figures of a race may stand here
  lanes: ReadonlySet<string>;
  params: Readonly<Record<string, number>>;
  memory: boolean;                        // whether the lanes file asks for it
  counts: ReadonlySet<string>;            // what the lanes file counts
}

export type Markdown = (text: string, context?: MarkdownContext) => string;

export function createMarkdown(highlight: Highlight): Markdown {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true, quotes: '“”‘’' });
  markdown.renderer.rules.fence = (tokens, index) => {
    const { info, content } = tokens[index];
    return `<pre class="code" tabindex="0"><code>${info.trim() === 'python' ? highlight(content.trimEnd()) : escapeHtml(content)}</code></pre>\n`;
  };
  markdown.inline.ruler.before('text', 'fill', (state, silent) => {
    if (state.src[state.pos] !== '{') return false;
    const end = state.src.indexOf('}', state.pos);
    if (end < 0) return false;
    if (!silent) state.push('fill', '', 0).content = state.src.slice(state.pos + 1, end);
    state.pos = end + 1;
    return true;
  });
  markdown.renderer.rules.fill = (tokens, index, _options, env) => {
    const context = env as unknown as MarkdownContext;
    const text = tokens[index].content, fill = parseFill(text);
    if (!fill) throw new LessonError(`${context.where}: {${text}} is not a fill; lessons/README.md lists them`);
    if (fill.word === 'param') {
      if (!Object.hasOwn(context.params, fill.names[0])) throw new LessonError(`${context.where}: {${text}}: there is no parameter ${fill.names[0]}`);
      if (!context.fills) return formatNumber(context.params[fill.names[0]]);
    } else {
      for (const name of fill.names) if (!context.lanes.has(name)) throw new LessonError(`${context.where}: {${text}}: there is no lane ${name}`);
      if (fill.word === 'peak' && !context.memory) throw new LessonError(`${context.where}: {${text}}: lanes.py does not ask for memory`);
      if (fill.label !== undefined && !context.counts.has(fill.label)) throw new LessonError(`${context.where}: {${text}}: lanes.py counts no "${fill.label}"`);
      if (!context.fills) throw new LessonError(`${context.where}: {${text}}: figures of a race belong under "What you saw"`);
    }
    return `<span class="fill" data-fill="${escapeHtml(text)}"></span>`;
  };
  const none: MarkdownContext = { where: 'text', fills: false, lanes: new Set(), params: {}, memory: false, counts: new Set() };
  // A table whose corner is empty: a heading of nothing would be announced.
  return (text, context = none) => markdown.render(text.trim(), { ...context }).replaceAll('<th></th>', '<td></td>');
}
