// <pf-bar>: Run, Stop, Reset, the parameters, and where the race runs. Ctrl+Enter runs, Esc stops, from anywhere in the page.
// What cannot be used now is aria-disabled, not disabled: the focus would be lost from it, and Esc with it.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatBytes, formatNumber, formatPlainSeconds, parseNumber } from '../logic/numbers.ts';
import type { EngineInfo, Progress } from '../../protocol.ts';
import type { Parameter } from '../logic/cells.ts';
import { RaceView } from './view.ts';

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

export class Bar extends RaceView {
  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#key);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { race } = this;
    if (!race) return nothing;
    return html`
      <button class="run" aria-keyshortcuts="Control+Enter" aria-disabled=${race.busy} @click=${() => race.run()}>Run<kbd aria-hidden="true">${apple ? '⌘' : 'Ctrl'} ⏎</kbd></button>
      <button class="quiet" aria-keyshortcuts="Escape" aria-disabled=${!race.busy} @click=${() => race.stop()}>Stop</button>
      <button class="quiet" aria-disabled=${race.busy || !race.resettable} @click=${() => race.reset()}>Reset</button>
      ${race.parameters.map((parameter) => this.#parameter(parameter))}
      <p class="where">${race.info ? whereWords(race.info, race.bootSeconds) : bootWords(race.progress)}</p>`;
  }

  #parameter({ name, value, note }: Parameter): TemplateResult {
    const race = this.race!, typed = race.params[name];
    const text = typed === undefined || parseNumber(typed) !== null ? formatNumber(typed === undefined ? value : parseNumber(typed)!) : typed;
    return html`<label class="param" title=${note || nothing}>${name}
      <input inputmode="decimal" autocomplete="off" spellcheck="false" size="9" ?readonly=${race.busy} .value=${live(text)}
        aria-label=${note ? `${name}: ${note}` : name} aria-invalid=${parseNumber(text) === null ? 'true' : nothing}
        @change=${(event: Event) => race.setParam(name, (event.target as HTMLInputElement).value)}></label>`;
  }

  #key = (event: KeyboardEvent): void => {
    const { race } = this;
    if (!race || event.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      const field = event.target as HTMLElement;
      if (field.matches('pf-bar input')) field.dispatchEvent(new Event('change'));       // what is being typed counts
      event.preventDefault();
      void race.run();
    } else if (event.key === 'Escape' && race.busy) {
      event.preventDefault();
      void race.stop();
    }
  };
}

function whereWords(info: EngineInfo, seconds: number): TemplateResult {
  const python = /\d+\.\d+\.\d+/.exec(info.python)?.[0] ?? info.python;
  const threads = info.kernels.threads > 0 ? '' : ' · no threads';
  return html`CPython ${python} · ${info.cores} ${info.cores === 1 ? 'core' : 'cores'} · clock ${formatPlainSeconds(info.clockTickNs / 1e9)}${threads}<span> · </span>ready in ${seconds.toFixed(1)} s`;
}

function bootWords(progress: Progress | null): string {
  if (!progress) return 'Python starts when the page is idle';
  const { stage, done, total } = progress;
  if (total > 1000) return `${stage} Python · ${formatBytes(done)} of ${formatBytes(total)}`;
  return `${stage} Python…`;
}

customElements.define('pf-bar', Bar);
