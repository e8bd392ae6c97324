// <pf-native>: the verdicts of this race and of its recording on native Python, side by side.
import { html, nothing, type TemplateResult } from 'lit';
import { fits, nativeSentence, sideBySide, type NativeRow } from '../logic/native.ts';
import { capital } from '../logic/sentences.ts';
import { RaceView } from './view.ts';

export class NativePanel extends RaceView {
  protected override render(): TemplateResult | typeof nothing {
    const { facts, report, lesson, source } = this.race!, { reference } = lesson;
    if (!facts || !report || !reference) return nothing;
    const same = fits(reference, report, source !== lesson.source);
    return html`
      ${same ? html`<p class="finding">${nativeSentence(facts, reference, lesson.predict)}</p>`
        : html`<p>The recording is of other code or other parameters than this race, so the two sides do not answer the same question.</p>`}
      <div class="scroll" tabindex="0" role="region" aria-label="Here and natively"><table>
        <thead>
          <tr><th scope="col" rowspan="2">Lane</th>${['here', 'native'].map((where) => html`<th class="group-edge" scope="colgroup" colspan="3">${where}</th>`)}</tr>
          <tr>${[0, 1].map(() => html`<th class="group-edge" scope="col">a call</th><th scope="col">times as fast</th><th scope="col">verdict</th>`)}</tr>
        </thead>
        <tbody>${sideBySide(facts, reference).map(row)}</tbody>
      </table></div>
      <p>${capital(reference.label)}.</p>`;
  }
}

function row({ title, here, there, agree }: NativeRow): TemplateResult {
  return html`<tr class=${agree === false ? 'differs' : ''}><th scope="row">${title}</th>
    ${[here, there].map(({ time, ratio, verdict }) => html`<td class="group-edge">${time}</td><td>${ratio}</td><td>${verdict}</td>`)}</tr>`;
}

customElements.define('pf-native', NativePanel);
