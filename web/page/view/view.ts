// What all views share: they draw into the page itself (no shadow: one style sheet, one set of tokens) and again whenever
// the race changes.
import { LitElement } from 'lit';
import type { Race } from '../race.ts';

export abstract class RaceView extends LitElement {
  #race: Race | null = null;

  get race(): Race | null { return this.#race; }
  set race(race: Race | null) {
    this.#race = race;
    race?.addEventListener('change', () => this.requestUpdate());
    this.requestUpdate();
  }

  protected override createRenderRoot(): HTMLElement { return this; }
}
