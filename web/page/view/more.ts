// <pf-more>: what there is to see beyond the strip, a panel each, opened by a row of buttons under it. At most one is open.
import { html, nothing, type TemplateResult } from 'lit';
import { costsOf } from '../logic/costs.ts';
import { RaceView } from './view.ts';
import './costs.ts';
import './export.ts';
import './figures.ts';
import './growth.ts';
import './native.ts';
import './runs.ts';

interface Panel { id: string; label: string; body(): TemplateResult }

export class More extends RaceView {
  #open: string | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const race = this.race!;
    if (!race.raced) return nothing;
    const panels = this.#panels();
    return html`
      <div class="more" role="group" aria-label="More about this race">${panels.map(({ id, label }) => html`
        <button type="button" aria-expanded=${id === this.#open} aria-controls="panel-${id}" @click=${() => this.#toggle(id)}>${label}</button>`)}</div>
      ${panels.map(({ id, label, body }) => html`<section class="panel figures" id="panel-${id}" aria-label=${label} ?hidden=${id !== this.#open}>${body()}</section>`)}`;
  }

  #panels(): Panel[] {
    const race = this.race!;
    const { report, sweep, lesson } = race;
    return [
      { id: 'figures', label: 'Figures', body: () => html`<pf-figures .race=${race}></pf-figures>` },
      ...(sweep.parameter ? [{ id: 'growth', label: sweep.overWorkers ? 'Cores' : 'Growth', body: () => html`<pf-growth .race=${race}></pf-growth>` }] : []),
      { id: 'runs', label: 'Three runs', body: () => html`<pf-runs .race=${race}></pf-runs>` },
      ...(report && costsOf(report) ? [{ id: 'costs', label: 'Memory', body: () => html`<pf-costs .race=${race}></pf-costs>` }] : []),
      ...(lesson.reference ? [{ id: 'native', label: 'Native', body: () => html`<pf-native .race=${race}></pf-native>` }] : []),
      { id: 'export', label: 'Export', body: () => html`<pf-export .race=${race}></pf-export>` },
    ];
  }

  #toggle(id: string): void {
    this.#open = this.#open === id ? null : id;
    this.requestUpdate();
  }
}

customElements.define('pf-more', More);
