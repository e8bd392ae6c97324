// <pf-lanes>: the code of all lanes, rendered with the page. This view puts editors in its place, shows what went wrong under
// the lane it went wrong in, and turns the lanes into tabs where there is no room for them side by side.
import { html, nothing, render, type TemplateResult } from 'lit';
import { shownBody } from '../logic/cells.ts';
import type { LaneState, Race } from '../race.ts';
import type { Editor } from './editor.ts';

const NARROW = 600;       // px of the view's own width; page.css has the same

interface Cell { index: number; element: HTMLElement; label: string; title: string; note: HTMLElement; editor: Editor | null }

export class Lanes extends HTMLElement {
  #race: Race | null = null;
  #cells: Cell[] = [];
  #tabs = document.createElement('div');
  #narrow = false;
  #current = 0;

  /** The exact source of the lanes file, which the page carries with it. */
  get source(): string { return this.querySelector<HTMLTemplateElement>('template.source')?.content.textContent ?? ''; }

  get race(): Race | null { return this.#race; }
  set race(race: Race | null) {
    if (!race || this.#race) return;
    this.#race = race;
    this.#cells = [...this.querySelectorAll<HTMLElement>('.cell')].map((element, position) => {
      const note = document.createElement('div');
      element.append(note);
      element.id = `cell-${position}`;
      return { index: Number(element.dataset.cell), element, label: element.dataset.label!, title: element.dataset.title!, note, editor: null };
    });
    this.#current = Math.max(0, this.#cells.findIndex((cell) => cell.element.classList.contains('lane')));
    this.#tabs.className = 'lane-tabs';
    this.prepend(this.#tabs);
    this.classList.add('live');
    new ResizeObserver(([entry]) => this.#arrange(entry.contentRect.width)).observe(this);
    this.#arrange(this.clientWidth, true);
    race.addEventListener('change', () => this.#show());
    race.addEventListener('reset', () => this.#refill());
    this.#show();
    if (race.edited) for (const cell of this.#cells) cell.element.querySelector('pre code')!.textContent = shownBody(race.cells[cell.index]);
  }

  /** Loads the editors and puts them where the static code is. */
  async makeEditable(): Promise<void> {
    const { Editor } = await import('./editor.ts');
    for (const cell of this.#cells) {
      const still = cell.element.querySelector('pre');
      if (!still) continue;
      const editor = new Editor();
      editor.label = `Code of ${cell.label.toLowerCase()}: ${cell.title}`;
      editor.value = shownBody(this.#race!.cells[cell.index]);
      editor.addEventListener('edit', () => this.#race!.edit(cell.index, editor.value));
      const focused = document.activeElement === still;
      still.after(editor);
      await editor.updateComplete;
      still.remove();
      if (focused) editor.focus();
      cell.editor = editor;
    }
  }

  #refill(): void {
    for (const cell of this.#cells) {
      const body = shownBody(this.#race!.cells[cell.index]);
      if (cell.editor) cell.editor.value = body;
      else cell.element.querySelector('pre code')!.textContent = body;
    }
  }

  // ---------------------------------------------------------------------------------------- what is said of a lane

  #show(): void {
    for (const cell of this.#cells) {
      const lane = this.#race!.lanes.find((lane) => lane.cell === cell.index);
      render(lane?.error ? laneNote(lane) : nothing, cell.note);
    }
    if (this.#narrow) this.#drawTabs();
  }

  // ---------------------------------------------------------------------------------------- tabs on phones

  #arrange(width: number, first = false): void {
    const narrow = width < NARROW;
    if (narrow === this.#narrow && !first) return;
    this.#narrow = narrow;
    for (const [position, { element }] of this.#cells.entries()) {
      element.hidden = narrow && position !== this.#current;
      if (narrow) { element.setAttribute('role', 'tabpanel'); element.setAttribute('aria-labelledby', `tab-${position}`); }
      else { element.removeAttribute('role'); element.removeAttribute('aria-labelledby'); }
    }
    this.#drawTabs();
  }

  #drawTabs(): void {
    if (this.#narrow) { this.#tabs.setAttribute('role', 'tablist'); this.#tabs.setAttribute('aria-label', 'Lanes'); }
    else { this.#tabs.removeAttribute('role'); this.#tabs.removeAttribute('aria-label'); }
    render(this.#narrow ? this.#cells.map((cell, position) => this.#tab(cell, position)) : nothing, this.#tabs);
  }

  #tab(cell: Cell, position: number): TemplateResult {
    const selected = position === this.#current;
    const lane = this.#race!.lanes.find((lane) => lane.cell === cell.index);
    return html`<button role="tab" type="button" id="tab-${position}" class=${cell.element.className.replace('cell ', '')} aria-controls=${cell.element.id}
      aria-selected=${selected} tabindex=${selected ? 0 : -1} @click=${() => this.#choose(position)} @keydown=${this.#key}
      >${lane ? cell.title : cell.label}${lane?.error ? html`<span class="mark" title="did not run"> !</span>` : nothing}</button>`;
  }

  #choose(position: number): void {
    this.#current = position;
    this.#arrange(this.clientWidth, true);
    const tab = this.#tabs.querySelector<HTMLElement>(`#tab-${position}`)!;
    tab.focus();
    tab.scrollIntoView({ block: 'nearest', inline: 'center' });
  }

  #key = (event: KeyboardEvent): void => {
    const last = this.#cells.length - 1;
    const target = { ArrowRight: this.#current === last ? 0 : this.#current + 1, ArrowLeft: this.#current === 0 ? last : this.#current - 1, Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#choose(target);
  };
}

function laneNote(lane: LaneState): TemplateResult {
  if (!lane.unavailable) return html`<pre class="trace" tabindex="0" role="region" aria-label="Error in ${lane.title}">${lane.error}</pre>`;
  const embedded = window.top !== window;
  return html`<p class="unavailable">${lane.error}${embedded ? html` <a href=${location.href} target="_blank" rel="noopener">Open in its own tab</a>` : nothing}</p>`;
}

customElements.define('pf-lanes', Lanes);
