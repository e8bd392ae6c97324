// <pf-figures>: the race as a table, and what the engine has to remark.
import { html, nothing, type TemplateResult } from 'lit';
import type { LaneFacts } from '../logic/facts.ts';
import { formatInterval, formatRatio, formatSeconds } from '../logic/numbers.ts';
import { verdictWord } from '../logic/sentences.ts';
import { RaceView } from './view.ts';

export class Figures extends RaceView {
  protected override render(): TemplateResult | typeof nothing {
    const { facts, report } = this.race!;
    if (!facts || !report) return nothing;
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="The figures"><table>
        <thead><tr><th scope="col">Lane</th><th scope="col">a call</th><th scope="col">interval</th><th scope="col">times as fast</th><th scope="col">interval</th><th scope="col">verdict</th><th scope="col">copying</th><th scope="col">samples</th></tr></thead>
        <tbody>${facts.lanes.map((lane) => row(lane, facts.baseline))}</tbody>
      </table></div>
      ${report.overhead_seconds ? html`<p>Calling a function that does nothing takes ${formatSeconds(report.overhead_seconds)} here: part of every call of every lane, not subtracted.</p>` : nothing}
      ${report.notes.map((remark) => html`<p>${remark}</p>`)}
      <p><a href=${new URL('../../docs/index.html#check', location.href).href}>What can this browser tell apart?</a></p>`;
  }
}

function row(lane: LaneFacts, baseline: string): TemplateResult {
  const { perCall: times, comparison } = lane;
  const why = lane.unavailable ? 'not available here' : 'did not run';
  return html`<tr><th scope="row">${lane.title}</th>
    <td>${times ? formatSeconds(times.median) : why}</td>
    <td>${times ? `${formatSeconds(times.low)} – ${formatSeconds(times.high)}` : ''}</td>
    <td>${lane.id === baseline ? '1' : comparison ? formatRatio(comparison.ratio) : ''}</td>
    <td>${comparison ? formatInterval(comparison.low, comparison.high) : ''}</td>
    <td>${lane.id === baseline ? 'baseline' : verdictWord(lane)}</td>
    <td>${lane.copySeconds > 0 ? formatSeconds(lane.copySeconds) : ''}</td>
    <td>${lane.samples || ''}</td></tr>`;
}

customElements.define('pf-figures', Figures);
