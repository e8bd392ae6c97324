// What the views of long studies share: a button that starts it, Stop, how far it is and for how much longer, and what went wrong.
import { html, nothing, type TemplateResult } from 'lit';
import { formatPlainSeconds } from '../logic/numbers.ts';
import type { Study } from '../study.ts';
import { RaceView } from './view.ts';

export abstract class StudyView extends RaceView {
  #clock: ReturnType<typeof setInterval> | undefined;

  protected abstract get study(): Study<unknown> | null;

  /** The time that is left is told anew twice a second. */
  protected override updated(): void {
    const busy = this.study?.busy ?? false;
    if (busy && this.#clock === undefined) this.#clock = setInterval(() => this.requestUpdate(), 500);
    if (!busy) this.#end();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
  }

  #end(): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  /** `label`: of the button; `now`: what is being raced; `choice`: what may be chosen before. */
  protected controls(label: string, now: string, choice: TemplateResult | typeof nothing = nothing): TemplateResult {
    const study = this.study!, race = this.race!;
    return html`
      <p class="controls">${choice}
        <button class="quiet" aria-disabled=${race.busy} @click=${() => study.run()}>${label}</button>
        ${study.busy ? html`<button class="quiet" @click=${() => study.stop()}>Stop</button>` : nothing}
        <span>${this.#words(now)}</span>
      </p>
      ${study.busy ? html`<progress aria-label="Progress" max="1" value=${study.of > 0 ? study.done / study.of : nothing}></progress>` : nothing}
      ${study.phase === 'error' ? html`<pre class="trace" tabindex="0" role="region" aria-label="What went wrong">${study.message}</pre>` : nothing}`;
  }

  #words(now: string): string {
    const study = this.study!;
    switch (study.phase) {
      case 'running': return `${study.of ? `${Math.min(study.done + 1, study.of)} of ${study.of}` : 'Starting'}${now ? `: ${now}` : ''}${left(study.secondsLeft)}`;
      case 'stopped': return 'Stopped. Nothing is kept of it.';
      case 'error': return 'It could not run:';
      case 'done': return study.stale ? 'You have changed the code or a parameter since.' : '';
      case 'idle': return this.race!.racing ? 'When the race is over.' : '';
    }
  }
}

function left(seconds: number | null): string {
  return seconds === null ? '' : `, about ${formatPlainSeconds(Math.max(1, Math.round(seconds)))} left`;
}
