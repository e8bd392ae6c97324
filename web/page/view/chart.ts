// <pf-chart>: one of the charts of web/page/plot, drawn for the width and the theme it finds. The drawing code is loaded with the first.
import type { ChartSpec } from '../logic/charts.ts';
import { onThemeChange, themeOf } from './theme.ts';

export class Chart extends HTMLElement {
  #spec: ChartSpec | null = null;
  #drawn = '';               // what is shown: nothing is drawn twice
  #watch = new ResizeObserver(() => void this.#draw());

  constructor() {
    super();
    onThemeChange(() => void this.#draw(true), () => void this.#draw(true));
  }

  set spec(spec: ChartSpec) {
    this.#spec = spec;
    void this.#draw();
  }

  /** What the chart shows, for those who cannot see it. */
  words = '';

  get svg(): SVGSVGElement | null { return this.querySelector('svg'); }

  connectedCallback(): void { this.#watch.observe(this); }
  disconnectedCallback(): void { this.#watch.disconnect(); }

  async #draw(anew = false): Promise<void> {
    const spec = this.#spec, width = this.clientWidth;
    if (!spec || !this.isConnected || width === 0) return;
    const key = JSON.stringify([spec, this.words, width]);
    if (key === this.#drawn && !anew) return;
    this.#drawn = key;
    let plot: typeof import('../plot/index.ts');
    try {
      plot = await import('../plot/index.ts');
    } catch {
      this.textContent = 'The chart could not be loaded; the figures are in the table below.';
      return;
    }
    if (this.#spec !== spec || this.clientWidth !== width) return;      // a newer one is on its way
    const theme = themeOf(this), pen = document.createElement('canvas').getContext('2d')!;
    pen.font = `600 13px ${theme.face}`;
    const svg = plot.draw(spec, { ...theme, width, measure: (text) => pen.measureText(text).width });
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', this.words);
    this.replaceChildren(svg);
  }
}

customElements.define('pf-chart', Chart);
