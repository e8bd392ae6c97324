// <pf-result>: the verdict in a sentence, the strip under it, and what belongs to both: equal or not, copying, flags, what
// disturbed the race; then <pf-more>.
import { html, nothing, type TemplateResult } from 'lit';
import { pairOf, type Facts } from '../logic/facts.ts';
import { copySentence, disturbanceSentences, equalSentence, flagSentence, raceLine, straySentence, verdictSentence, whatWouldDecide } from '../logic/sentences.ts';
import { perCall, strayCount } from '../logic/spread.ts';
import { statusOf, type Status } from '../logic/status.ts';
import type { Race } from '../race.ts';
import { RaceView } from './view.ts';
import './strip.ts';

export class Result extends RaceView {
  override get race(): Race | null { return super.race; }
  override set race(race: Race | null) {
    super.race = race;
    race?.addEventListener('samples', () => { if (race.phase === 'running') this.requestUpdate(); });
  }

  /** What is under the strip is loaded after everything that a first race needs. */
  override connectedCallback(): void {
    super.connectedCallback();
    void customElements.whenDefined('pf-more').then(() => this.requestUpdate());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { race } = this;
    if (!race) return nothing;
    const { facts } = race;
    return html`
      <figure class="picture" data-phase=${race.phase}>
        ${race.phase === 'done' && facts ? this.#verdict(race, facts) : this.#status(statusNow(race))}
        <pf-strip .race=${race}></pf-strip>
      </figure>
      ${facts ? this.#notes(race, facts) : nothing}
      ${customElements.get('pf-more') ? html`<pf-more .race=${race}></pf-more>` : nothing}`;
  }

  #status({ headline, detail, share }: Status): TemplateResult {
    const { racing, phase } = this.race!;
    return html`
      <figcaption>${headline}</figcaption>
      ${phase === 'error' && detail.includes('\n') ? html`<pre class="trace">${detail}</pre>` : html`<p class="sub">${detail || '\u00a0'}</p>`}
      <div class="progress">${racing ? html`<progress aria-label="Progress" max="1" value=${share ?? nothing}></progress>` : nothing}</div>`;
  }

  #verdict(race: Race, facts: Facts): TemplateResult {
    const report = race.report!;
    const pair = pairOf(facts, race.lesson.predict);
    const blocks = Math.max(0, ...report.comparisons.map((comparison) => comparison.blocks));
    const line = raceLine(blocks, report.seconds);
    if (!report.equal) return html`<figcaption>The lanes do not agree, so there is no verdict.</figcaption><p class="sub">${line}</p><div class="progress"></div>`;
    const open = pair?.outcome === 'undecided';
    return html`
      <figcaption>${pair ? verdictSentence(pair) : 'The race is over.'}</figcaption>
      <p class="sub">${open ? html`${whatWouldDecide(pair, report.disturbances)} <button class="link" @click=${() => race.run({ longer: true })}>Race again, three times as long</button> · <a href=${new URL('../../docs/index.html#check', location.href).href}>Check this device</a>` : line}</p>
      <div class="progress"></div>`;
  }

  #notes(race: Race, facts: Facts): TemplateResult {
    const report = race.report!;
    const strays = facts.lanes.reduce((sum, _, index) => sum + strayCount(report.lanes[index].samples.map(perCall)), 0);
    const words = [
      ...facts.lanes.map(copySentence),
      ...facts.lanes.flatMap((lane) => (lane.comparison?.flags ?? []).map((flag) => flagSentence(flag, lane))),
      ...disturbanceSentences(report.disturbances ?? []),
      straySentence(strays),
    ].filter((sentence) => sentence !== null);
    const ok = report.equal && facts.lanes.some((lane) => lane.error === null);
    return html`<ul class="notes">
      <li class=${ok ? 'ok' : 'bad'}><span aria-hidden="true">${ok ? '✓' : '✗'}</span> ${equalSentence(report.equal, report.value, facts.lanes)}</li>
      ${words.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`;
  }
}

export function statusNow(race: Race): Status {
  const asked = race.lanes.find((_, index) => race.lesson.names[index]?.id === race.lesson.predict);
  const comparison = race.comparisons.find((comparison) => comparison.lane === asked?.id);
  return statusOf({ ...pick(race), lanes: race.lanes.length, comparison: asked && comparison ? { name: asked.name, comparison } : null });
}

function pick({ phase, stage, progress, seconds, budget, message }: Race) {
  return { phase, stage, progress, seconds, budget, message };
}

customElements.define('pf-result', Result);
