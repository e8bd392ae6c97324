// <pf-device>: the button that checks what this browser can tell apart, how far the check is, and its result in words and as a table.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Comparison } from '../../protocol.ts';
import { isolate } from '../../isolation/isolate.ts';
import { DeviceCheck } from '../device.ts';
import { deviceHeadline, deviceSentences, RACES, secondsLeft } from '../logic/device.ts';
import { formatBytes, formatInterval, formatPlainSeconds, formatRatio } from '../logic/numbers.ts';

export class Device extends LitElement {
  #isolated = isolate(new URL('../', location.href));
  #check = new DeviceCheck(async (onProgress) => {
    await this.#isolated;
    const { createEngine } = await import('../../photofinish.ts');
    return createEngine({ onProgress });
  });
  #clock: ReturnType<typeof setInterval> | undefined;

  protected override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#check.addEventListener('change', this.#change);
    document.addEventListener('keydown', this.#key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#check.removeEventListener('change', this.#change);
    document.removeEventListener('keydown', this.#key);
    clearInterval(this.#clock);
  }

  #change = (): void => {
    this.dataset.state = this.#check.phase;
    clearInterval(this.#clock);
    if (this.#check.busy) this.#clock = setInterval(() => this.requestUpdate(), 500);
    this.requestUpdate();
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') void this.#check.stop();
  };

  protected override render(): TemplateResult {
    const check = this.#check, { busy, phase, findings, trials } = check;
    return html`
      <p class="controls">
        <button class="quiet" aria-disabled=${busy} @click=${() => check.run()}>Check this device</button>
        ${busy ? html`<button class="quiet" @click=${() => check.stop()}>Stop</button>` : nothing}
        <span>${this.#words()}</span>
      </p>
      ${busy ? html`<progress aria-label="Progress" max="1" value=${phase === 'running' ? check.done / RACES : nothing}></progress>` : nothing}
      <div role="status">${findings ? html`<p class="finding">${deviceHeadline(findings)}</p>`
        : phase === 'error' ? html`<p class="bad">The check could not run. ${check.message}</p>` : phase === 'stopped' ? html`<p>Stopped. Nothing is kept of it.</p>` : nothing}</div>
      ${findings ? html`
        <ul>${deviceSentences(findings, trials).map((sentence) => html`<li>${sentence}</li>`)}</ul>
        <details><summary>The races as a table</summary>
          <div class="scroll" tabindex="0" role="region" aria-label="The races"><table>
            <thead><tr><th scope="col">Race</th><th scope="col">own copy</th><th scope="col">verdict</th><th scope="col">a tenth more work</th><th scope="col">verdict</th></tr></thead>
            <tbody>${trials.map(({ copy, slower }, index) => html`<tr><th scope="row">${index + 1}</th>${cells(copy)}${cells(slower)}</tr>`)}</tbody>
          </table></div>
        </details>` : nothing}`;
  }

  #words(): string {
    const { phase, progress, done, elapsed } = this.#check;
    if (phase === 'loading') return progress && progress.total > 1000 ? `Python is loading, ${formatBytes(progress.done)} of ${formatBytes(progress.total)}` : 'Python is starting…';
    if (phase !== 'running') return '';
    const left = secondsLeft(done, RACES, elapsed);
    return `Race ${Math.min(done + 1, RACES)} of ${RACES}${left === null ? '' : `, about ${formatPlainSeconds(Math.max(1, Math.round(left)))} left`}`;
  }
}

function cells({ ratio, low, high, verdict }: Comparison): TemplateResult {
  return html`<td>${formatRatio(ratio)} <span class="soft">${formatInterval(low, high)}</span></td><td>${verdict}</td>`;
}

customElements.define('pf-device', Device);
