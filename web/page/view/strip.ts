// <pf-strip>: the photo-finish picture. Time per call on a logarithmic axis, a band a lane, every sample a slit. It is drawn
// at events only (new samples, a verdict, another size, another theme), all together in one animation frame.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { fits } from '../logic/native.ts';
import { domainOf, widened, type Domain } from '../logic/scale.ts';
import { bandLabel, stripWords } from '../logic/sentences.ts';
import { formatRatio } from '../logic/numbers.ts';
import { median, perCall, strays } from '../logic/spread.ts';
import type { Race } from '../race.ts';
import { drawStrip, planStrip, valuesOf, type LanePicture, type StripPicture } from './strip-drawing.ts';
import { onThemeChange, themeOf } from './theme.ts';

export class Strip extends LitElement {
  #race: Race | null = null;
  #domain: Domain | null = null;
  #frame = 0;
  #watch = new ResizeObserver(() => this.#redraw());

  get race(): Race | null { return this.#race; }
  set race(race: Race | null) {
    if (!race || race === this.#race) return;
    this.#race = race;
    race.addEventListener('samples', () => this.#redraw());
    race.addEventListener('change', () => { this.requestUpdate(); this.#redraw(); });
    onThemeChange(() => this.#redraw(), () => this.#draw());
    this.requestUpdate();
  }

  protected override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.#race) return nothing;
    const { facts, lanes } = this.#race;
    const words = facts ? stripWords(facts) : `Strip chart of ${lanes.length} lanes, empty until the race runs.`;
    return html`<canvas role="img" aria-label=${words}></canvas>
      ${this.#references().size > 0 ? html`<p class="legend"><svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M6 1l5 5-5 5-5-5z"/></svg> the same lane on ${this.#race.lesson.reference!.label}</p>` : nothing}`;
  }

  // ---------------------------------------------------------------------------------------- drawing

  #redraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const canvas = this.querySelector('canvas');
    const pen = canvas?.getContext('2d');
    const width = this.clientWidth, picture = this.picture();
    if (!canvas || !pen || !picture || width === 0) return;
    const theme = themeOf(this);
    const layout = planStrip(pen, picture, width, theme.face);
    const density = window.devicePixelRatio || 1;
    canvas.style.height = `${layout.height}px`;
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(layout.height * density);
    pen.scale(density, density);
    drawStrip(pen, picture, layout, theme);
  }

  /** What is to be drawn now; null without a race. While samples come the axis only grows, so that it stays still. */
  picture(): StripPicture | null {
    const race = this.#race;
    if (!race) return null;
    const lanes = this.#pictures(race), guess = this.#guess(race, lanes);
    const shown = domainOf(valuesOf(lanes, guess?.seconds ?? null));
    this.#domain = shown && race.phase === 'running' ? widened(this.#domain, shown) : shown;
    return { lanes, guess, domain: this.#domain };
  }

  #pictures(race: Race): LanePicture[] {
    const references = this.#references();
    return race.lanes.map((lane, index): LanePicture => {
      const times = lane.samples.map(perCall);
      const facts = race.facts?.lanes[index] ?? null;
      const soFar = race.comparisons.find((comparison) => comparison.lane === lane.id);
      const label = facts ? bandLabel(facts, race.facts!.baseline)
        : lane.error ? { strong: '', small: lane.unavailable ? 'not available here' : 'did not run' }
        : { strong: soFar ? `${formatRatio(soFar.ratio)}×` : '', small: '' };
      return {
        lane, times, stray: strays(times), ...label, settled: facts !== null,
        middle: facts?.perCall?.median ?? median(times),
        low: facts?.perCall?.low ?? NaN, high: facts?.perCall?.high ?? NaN,
        copy: facts?.copySeconds ?? 0,
        reference: references.get(index) ?? null,
      };
    });
  }

  /** Recorded medians by position; none where the reader runs other parameters than were recorded. */
  #references(): Map<number, number> {
    const race = this.#race, reference = race?.lesson.reference;
    const found = new Map<number, number>();
    if (!race?.report || !reference || !fits(reference, race.report, race.source !== race.lesson.source)) return found;
    for (const [index, name] of race.lesson.names.entries()) {
      const recorded = reference.lanes.find((lane) => lane.id === name.id);
      if (recorded) found.set(index, recorded.median);
    }
    return found;
  }

  /** Where the predicted lane would lie, as soon as the baseline has a time. */
  #guess(race: Race, pictures: LanePicture[]): { index: number; seconds: number } | null {
    if (!race.prediction.committed) return null;
    const at = (id: string) => race.lesson.names.findIndex((name) => name.id === id);
    const index = at(race.lesson.predict), baseline = pictures[at(race.lesson.baseline)];
    return index >= 0 && baseline?.middle > 0 ? { index, seconds: baseline.middle / race.prediction.ratio } : null;
  }
}

customElements.define('pf-strip', Strip);
