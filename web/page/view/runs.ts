// <pf-runs>: the same race three times, each in a fresh interpreter: what moved between runs, beside what one run knew.
import { html, nothing, type TemplateResult } from 'lit';
import type { RepeatComparison, RepeatReport } from '../../protocol.ts';
import { runsChart } from '../logic/charts.ts';
import { formatInterval, formatRatio } from '../logic/numbers.ts';
import { contradictions, runsSentence, runsWords, spreadSentence, WHY_RUNS_DIFFER } from '../logic/runs.ts';
import type { Runs } from '../study.ts';
import { StudyView } from './study.ts';
import './chart.ts';

export class RunsPanel extends StudyView {
  protected override get study(): Runs | null { return this.race?.runs ?? null; }

  protected override render(): TemplateResult | typeof nothing {
    const { runs } = this.race!;
    return html`
      ${this.controls('Run it three times', 'the same race in a fresh interpreter')}
      ${runs.report ? this.#report(runs, runs.report) : html`<p>${WHY_RUNS_DIFFER}</p>`}`;
  }

  #report({ lanes }: Runs, report: RepeatReport): TemplateResult {
    const asked = lanes[this.race!.lesson.names.findIndex((name) => name.id === this.race!.lesson.predict)];
    const found = report.comparisons.find((comparison) => comparison.lane === asked?.id) ?? report.comparisons[0];
    const title = (id: string) => lanes.find((lane) => lane.id === id)?.title ?? id;
    if (!found) return html`<p>There is nothing to compare: fewer than two lanes ran.</p>`;
    const name = lanes.find((lane) => lane.id === found.lane)?.name ?? found.lane;
    return html`
      <p class="finding">${runsSentence(found, name)}</p>
      <p>${spreadSentence(found)} ${WHY_RUNS_DIFFER}</p>
      ${contradictions(report).map(({ lane }) => html`<p class="bad">${title(lane)}: one run called it faster, another slower. Believe neither.</p>`)}
      <pf-chart .words=${runsWords(report, title)} .spec=${runsChart(report, lanes)}></pf-chart>
      <p class="key">Thin: one run each. Bold: all runs together. Dotted: equal to the baseline.</p>
      <details><summary>The runs as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="The runs"><table>
          <thead><tr><th scope="col">Lane</th>${report.runs.map((_, index) => html`<th scope="col">run ${index + 1}</th>`)}<th scope="col">together</th><th scope="col">within a run</th><th scope="col">between runs</th></tr></thead>
          <tbody>${report.comparisons.map((comparison) => row(comparison, title(comparison.lane)))}</tbody>
        </table></div>
      </details>
      ${report.notes.map((note) => html`<p>${note}</p>`)}`;
  }
}

function row({ runs, ratio, low, high, within, between }: RepeatComparison, title: string): TemplateResult {
  const percent = (sd: number) => `±${(100 * Math.expm1(sd)).toFixed(1)}\u00a0%`;
  const cell = (found: { ratio: number; low: number; high: number }) => html`<td>${formatRatio(found.ratio)} <span class="soft">${formatInterval(found.low, found.high)}</span></td>`;
  return html`<tr><th scope="row">${title}</th>${runs.map(cell)}${cell({ ratio, low, high })}<td>${percent(within)}</td><td>${percent(between)}</td></tr>`;
}

customElements.define('pf-runs', RunsPanel);
