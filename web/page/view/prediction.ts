// <pf-prediction data-lane data-says data-against>: a guess before the race, on a logarithmic slider. It is asked for, never
// demanded: Run works without it, and a slider that was moved counts as a guess.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { SLIDER, positionOf, ratioAt, sliderMarks } from '../logic/scale.ts';
import { predictionWords } from '../logic/sentences.ts';
import { RaceView } from './view.ts';

export class Prediction extends RaceView {
  protected override render(): TemplateResult | typeof nothing {
    if (!this.race) return nothing;
    const { prediction, phase, racing } = this.race;
    const settled = racing || phase === 'done';
    const words = prediction.touched ? predictionWords(prediction.ratio) : '…';
    return html`
      <form class="predict" @submit=${this.#commit}>
        <fieldset>
          <legend>Your prediction</legend>
          <p class="says"><label for="prediction">${this.dataset.says}</label> <output for="prediction">${words}</output>
            <span class="against">${words === 'about as fast' ? 'as' : 'compared with'} ${this.dataset.against}</span></p>
          <input id="prediction" type="range" min="0" max=${SLIDER.steps} step="1" .value=${live(String(Math.round(positionOf(prediction.ratio))))} aria-disabled=${settled}
            aria-valuetext=${prediction.touched ? words : 'not set'} @input=${this.#move}>
          <div class="scale" aria-hidden="true">
            ${sliderMarks.map(({ label }) => html`<span>${label}</span>`)}
          </div>
          ${this.#foot(settled)}
        </fieldset>
      </form>`;
  }

  /** By script and not in the template: a policy without inline styles forbids the attribute. */
  protected override updated(): void {
    for (const [index, mark] of this.querySelectorAll<HTMLElement>('.scale span').entries()) {
      mark.style.setProperty('--at', `${(100 * positionOf(sliderMarks[index].ratio)) / SLIDER.steps}%`);
    }
  }

  #foot(settled: boolean): TemplateResult {
    const { prediction } = this.race!;
    if (settled && !prediction.committed) return html`<p class="foot">No prediction this time.</p>`;
    if (prediction.committed) return html`<p class="foot">Noted. It is drawn into the picture as a dotted line.</p>`;
    return html`<p class="foot"><button class="quiet" type="submit" ?disabled=${!prediction.touched}>That is my guess</button>
      <span>${prediction.touched ? 'Then press Run.' : 'Move the slider before you press Run.'}</span></p>`;
  }

  /** Settled, the slider stays where it is; it is not disabled, since the focus would be lost from it. */
  #move = (event: Event): void => {
    const race = this.race!;
    if (race.racing || race.phase === 'done') this.requestUpdate();
    else race.predict(ratioAt(Number((event.target as HTMLInputElement).value)));
  };

  #commit = (event: Event): void => {
    event.preventDefault();
    if (this.race!.prediction.touched) this.race!.predict(this.race!.prediction.ratio, true);
    document.querySelector<HTMLButtonElement>('button.run')?.focus();
  };
}

customElements.define('pf-prediction', Prediction);
