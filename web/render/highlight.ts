// Python coloured at build time with Shiki, in the classes that the editor uses as well (web/page/view/editor.ts), so that
// nothing changes its colour when the editor takes the place of the static text.
import { createHighlighter } from 'shiki';

export type Highlight = (code: string) => string;

/** First match wins; the scopes are TextMate's, innermost first. '' leaves the text as it is. */
const classes: readonly [RegExp, string][] = [
  [/^comment|^punctuation\.definition\.comment/, 'tok-comment'],
  [/^constant\.character\.format\.placeholder|^meta\.fstring|^punctuation\.definition\.expression/, ''],
  [/^string|^punctuation\.definition\.string|^constant\.character\.escape|^storage\.type\.string/, 'tok-string'],
  [/^constant\.numeric|^constant\.language/, 'tok-number'],
  [/^entity\.name\.(function|type|class)/, 'tok-definition'],
  [/^keyword\.operator\.logical/, 'tok-keyword'],
  [/^keyword\.operator/, ''],
  [/^keyword|^storage\.(type|modifier)/, 'tok-keyword'],
];

export async function createHighlight(): Promise<Highlight> {
  const highlighter = await createHighlighter({ langs: ['python'], themes: ['vitesse-light'] });
  return (code) => highlighter
    .codeToTokensBase(code, { lang: 'python', theme: 'vitesse-light', includeExplanation: 'scopeName' })
    .map((line) => merged(line.flatMap((token) => token.explanation ?? []).map((part) => ({ text: part.content, name: classOf(part.scopes.map((scope) => scope.scopeName)) }))))
    .join('\n');
}

function classOf(scopes: string[]): string {
  for (const scope of scopes.reverse()) {
    const match = classes.find(([pattern]) => pattern.test(scope));
    if (match) return match[1];
  }
  return '';
}

function merged(parts: { text: string; name: string }[]): string {
  let html = '';
  for (let index = 0; index < parts.length;) {
    let end = index + 1;
    while (end < parts.length && parts[end].name === parts[index].name) end++;
    const text = escapeHtml(parts.slice(index, end).map((part) => part.text).join(''));
    html += parts[index].name ? `<span class="${parts[index].name}">${text}</span>` : text;
    index = end;
  }
  return html;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
}
