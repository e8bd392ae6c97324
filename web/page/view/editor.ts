// <pf-editor>: one lane's code in CodeMirror. Loaded after the static text is readable, and takes its place without a jump:
// same face, same measures, same colours (web/render/highlight.ts). It lives in a shadow tree, because there CodeMirror's own
// styles are constructed sheets and a Content-Security-Policy without inline styles lets them through.
// Tab is left alone, so that the keyboard can leave the editor; Enter indents.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, drawSelection, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { css, LitElement, type PropertyValues } from 'lit';

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.operatorKeyword], color: 'var(--better)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--kernel)' },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: 'var(--parallel)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);

const theme = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'inherit' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'inherit', lineHeight: 'inherit', overflowX: 'auto' },
  '.cm-content': { padding: '4px 0 14px', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 14px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--selection)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--strip)', outline: '1px solid var(--rule)' },
});

export class Editor extends LitElement {
  static override styles = css`
    :host { display: block; font: 12.5px/1.55 var(--mono); min-width: 0 }
    :host(:focus-within) { outline: 2px solid var(--focus); outline-offset: -2px }`;

  label = '';
  #view: EditorView | null = null;
  #initial = '';

  get value(): string { return this.#view ? this.#view.state.doc.toString() : this.#initial; }
  set value(text: string) {
    this.#initial = text;
    if (this.#view && this.value !== text) this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  override focus(): void { this.#view?.focus(); }

  protected override firstUpdated(_: PropertyValues): void {
    this.#view = new EditorView({
      parent: this.renderRoot as ShadowRoot,
      root: this.renderRoot as ShadowRoot,
      state: EditorState.create({
        doc: this.#initial,
        extensions: [
          // Ctrl+Enter belongs to the race: it must not insert a line, and goes on to the page.
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => true }, { key: 'Mod-]', run: indentMore }, { key: 'Mod-[', run: indentLess }])),
          history(), drawSelection(), bracketMatching(), python(), indentUnit.of('    '), EditorState.tabSize.of(4),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          syntaxHighlighting(highlight), theme,
          EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': this.label, spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
          EditorView.updateListener.of((update) => { if (update.docChanged) this.dispatchEvent(new Event('edit')); }),
        ],
      }),
    });
  }
}

customElements.define('pf-editor', Editor);
