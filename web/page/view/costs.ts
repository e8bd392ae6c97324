// <pf-costs>: memory, copied bytes and counts beside the time of a call: plain figures with bars.
import { html, nothing, svg, type TemplateResult } from 'lit';
import { costsOf, type Cost, type CostColumn } from '../logic/costs.ts';
import { RaceView } from './view.ts';

export class CostsPanel extends RaceView {
  protected override render(): TemplateResult | typeof nothing {
    const { report } = this.race!;
    const costs = report ? costsOf(report) : null;
    if (!costs) return nothing;
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Time and memory"><table class="costs">
        <thead><tr><th scope="col">Lane</th>${costs.columns.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
        <tbody>${costs.lanes.map((lane, index) => html`<tr class=${lane.kind}><th scope="row">${lane.title}</th>${costs.columns.map((column) => cell(column.cells[index]))}</tr>`)}</tbody>
      </table></div>
      ${costs.columns.filter(({ note }) => note).map((column) => html`<p>${remark(column)}</p>`)}`;
  }
}

/** The bar is the figure once more, for the eye: hidden from those who hear the figure. */
function cell({ value, text, share }: Cost): TemplateResult {
  const bar = svg`<rect width=${`${100 * share}%`} height="100%" />`;
  return html`<td>${text}${value === null ? nothing : html`<svg class="bar" aria-hidden="true" width="100%" height="7">${bar}</svg>`}</td>`;
}

function remark({ label, note }: CostColumn): string {
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}: ${note}.`;
}

customElements.define('pf-costs', CostsPanel);
