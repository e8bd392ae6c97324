// <pf-growth>: time against a parameter, or speed-up against workers: a short race at each of several values.
import { html, nothing, type TemplateResult } from 'lit';
import type { SweepPoint, SweepReport } from '../../protocol.ts';
import { growthChart, speedupChart, type ChartLane } from '../logic/charts.ts';
import { amdahlSentence, crossingSentence, growthHeadline, growthSentence, speedupHeadline, sweepWords, type Named } from '../logic/growth.ts';
import { formatNumber, formatSeconds } from '../logic/numbers.ts';
import type { Sweep } from '../study.ts';
import { StudyView } from './study.ts';
import './chart.ts';

export class GrowthPanel extends StudyView {
  protected override get study(): Sweep | null { return this.race?.sweep ?? null; }

  protected override render(): TemplateResult | typeof nothing {
    const { sweep, parameters } = this.race!, { parameter, report } = sweep;
    if (!parameter) return html`<p>The code has no parameters, so there is nothing to sweep.</p>`;
    const now = sweep.value === null ? '' : `${parameter.name} = ${formatNumber(sweep.value)}`;
    return html`
      ${this.controls(`Sweep ${parameter.name}`, now, parameters.length > 1 ? this.#choice(sweep, parameter.name) : nothing)}
      ${report ? this.#report(sweep, report) : sweep.points.length > 1 ? this.#soFar(sweep, parameter.name)
        : html`<p>${sweep.overWorkers ? `A short race with each number of ${parameter.name}: what more cores bring, and where that ends.`
          : `A short race at each of several values of ${parameter.name}: how the times grow, and where one lane overtakes another.`}</p>`}`;
  }

  #choice(sweep: Sweep, chosen: string): TemplateResult {
    return html`<label class="param">Parameter <select ?disabled=${this.race!.busy} @change=${(event: Event) => sweep.choose((event.target as HTMLSelectElement).value)}>
      ${this.race!.parameters.map(({ name }) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}</select></label>`;
  }

  #soFar(sweep: Sweep, parameter: string): TemplateResult {
    return html`<pf-chart .words=${'The chart of a sweep that is not over.'} .spec=${growthChart(parameter, sweep.points, sweep.lanes, null)}></pf-chart>`;
  }

  #report({ shown: lanes }: Sweep, report: SweepReport): TemplateResult {
    const lane = (id: string): Named => lanes.find((other) => other.id === id) ?? { id, title: id, name: id };
    const { names, predict, baseline } = this.race!.lesson;
    const at = (id: string) => lanes[names.findIndex((name) => name.id === id)];
    const workers = report.over === 'workers';
    const sentences = workers ? report.amdahl.filter((fit) => lanes.some(({ id }) => id === fit.lane)).map((fit) => amdahlSentence(fit, lane(fit.lane)))
      : report.crossings.map((crossing) => crossingSentence(crossing, lane(crossing.a), lane(crossing.b), report.parameter));
    return html`
      <p class="finding">${workers ? speedupHeadline(report, lanes, at(predict)?.id) : growthHeadline(report, at(predict), at(baseline))}</p>
      <pf-chart .words=${sweepWords(report, lanes)} .spec=${workers ? speedupChart(report, lanes) : growthChart(report.parameter, report.points, lanes, report)}></pf-chart>
      <p class="key">${workers ? 'Points: measured, with their intervals. Lines: Amdahl’s law. Dotted: ideal.'
        : 'Points: measured, with their intervals. Lines: the fitted shape. Rings: where two lanes take the same time. Both axes are logarithmic.'}</p>
      ${sentences.length ? html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>` : nothing}
      <details><summary>The points as a table</summary>${pointsTable(report.points, report.parameter, lanes)}</details>
      ${report.growth.length && !workers ? html`<details><summary>The fits in words</summary><ul>${report.growth.map((growth) => html`<li>${growthSentence(growth, lane(growth.lane), report.parameter)}</li>`)}</ul></details>` : nothing}
      ${report.notes.map((note) => html`<p>${note}</p>`)}`;
  }
}

function pointsTable(points: SweepPoint[], parameter: string, lanes: ChartLane[]): TemplateResult {
  const cell = (point: SweepPoint, id: string) => {
    const found = point.lanes.find((lane) => lane.id === id);
    return html`<td title=${found?.error ?? nothing}>${found?.per_call ? formatSeconds(found.per_call.median) : found?.error ? 'did not run' : ''}</td>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="The points"><table>
    <thead><tr><th scope="col">${parameter}</th>${lanes.map((lane) => html`<th scope="col">${lane.title}</th>`)}</tr></thead>
    <tbody>${points.map((point) => html`<tr><th scope="row">${formatNumber(point.value)}${point.equal ? '' : ' (lanes differ)'}</th>${lanes.map((lane) => cell(point, lane.id))}</tr>`)}</tbody>
  </table></div>`;
}

customElements.define('pf-growth', GrowthPanel);
