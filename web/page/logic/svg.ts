// A pen that writes SVG: as much of a canvas' 2D context as the strip is drawn with, so that one drawing serves screen and file.

/** What the strip may ask of a pen. */
export type Pen = Pick<CanvasRenderingContext2D, 'fillStyle' | 'strokeStyle' | 'globalAlpha' | 'lineWidth' | 'font' | 'textBaseline' | 'save' | 'restore' | 'beginPath' |
  'closePath' | 'moveTo' | 'lineTo' | 'rect' | 'roundRect' | 'clip' | 'fill' | 'stroke' | 'fillRect' | 'fillText' | 'setLineDash' | 'translate'> & { measureText(text: string): { width: number } };

interface State { fillStyle: Pen['fillStyle']; strokeStyle: Pen['strokeStyle']; globalAlpha: number; lineWidth: number; font: string; textBaseline: CanvasTextBaseline; dash: number[]; groups: number }

export class SvgPen implements Pen {
  fillStyle: Pen['fillStyle'] = '#000';
  strokeStyle: Pen['strokeStyle'] = '#000';
  globalAlpha = 1;
  lineWidth = 1;
  font = '10px sans-serif';
  textBaseline: CanvasTextBaseline = 'alphabetic';

  #measure: (font: string, text: string) => number;
  #parts: string[] = [];
  #path = '';
  #dash: number[] = [];
  #groups = 0;              // opened since the last save()
  #clips = 0;
  #saved: State[] = [];

  /** `measure`: width of a text in px; only something with fonts knows it. */
  constructor(measure: (font: string, text: string) => number) {
    this.#measure = measure;
  }

  /** The whole file. `style` stands in a style element: font faces. */
  file(width: number, height: number, title: string, style = ''): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="img">` +
      `<title>${escapeXml(title)}</title>${style ? `<style>${style}</style>` : ''}${this.#parts.join('')}${'</g>'.repeat(this.#groups)}</svg>\n`;
  }

  /** SVG made elsewhere, as it is. */
  insert(part: string): void { this.#parts.push(part); }

  measureText(text: string): { width: number } {
    return { width: this.#measure(this.font, text) };
  }

  save(): void {
    const { fillStyle, strokeStyle, globalAlpha, lineWidth, font, textBaseline } = this;
    this.#saved.push({ fillStyle, strokeStyle, globalAlpha, lineWidth, font, textBaseline, dash: this.#dash, groups: this.#groups });
    this.#groups = 0;
  }

  restore(): void {
    const state = this.#saved.pop();
    if (!state) return;
    this.#parts.push('</g>'.repeat(this.#groups));
    const { dash, groups, ...rest } = state;
    Object.assign(this, rest);
    this.#dash = dash;
    this.#groups = groups;
  }

  translate(x: number, y: number): void {
    this.#parts.push(`<g transform="translate(${round(x)} ${round(y)})">`);
    this.#groups++;
  }

  setLineDash(dash: number[]): void { this.#dash = dash; }

  beginPath(): void { this.#path = ''; }
  moveTo(x: number, y: number): void { this.#path += `M${round(x)} ${round(y)}`; }
  lineTo(x: number, y: number): void { this.#path += `L${round(x)} ${round(y)}`; }
  closePath(): void { this.#path += 'Z'; }
  rect(x: number, y: number, width: number, height: number): void { this.#path += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`; }
  roundRect(x: number, y: number, width: number, height: number, radius?: number | DOMPointInit | Iterable<number | DOMPointInit>): void {
    const r = Math.min(typeof radius === 'number' ? radius : 0, width / 2, height / 2);
    const corner = (dx: number, dy: number) => `a${round(r)} ${round(r)} 0 0 1 ${round(dx)} ${round(dy)}`;
    this.#path += `M${round(x + r)} ${round(y)}h${round(width - 2 * r)}${corner(r, r)}v${round(height - 2 * r)}${corner(-r, r)}h${round(2 * r - width)}${corner(-r, -r)}v${round(2 * r - height)}${corner(r, -r)}Z`;
  }

  clip(): void {
    const id = `clip${++this.#clips}`;
    this.#parts.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath><g clip-path="url(#${id})">`);
    this.#groups++;
  }

  fill(): void { this.#parts.push(`<path d="${this.#path}" fill="${this.fillStyle}"${this.#opacity()}/>`); }

  stroke(): void {
    const dash = this.#dash.length ? ` stroke-dasharray="${this.#dash.join(' ')}"` : '';
    this.#parts.push(`<path d="${this.#path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"${dash}${this.#opacity()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#parts.push(`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${this.fillStyle}"${this.#opacity()}/>`);
  }

  /** A baseline in the middle or at the top is worked out here: programs that read SVG do not agree on dominant-baseline. */
  fillText(text: string, x: number, y: number, maxWidth?: number): void {
    const size = Number(/([\d.]+)px/.exec(this.font)?.[1] ?? 10);
    const down = this.textBaseline === 'middle' ? 0.35 : this.textBaseline === 'top' ? 0.8 : 0;
    const squeezed = maxWidth !== undefined && this.measureText(text).width > maxWidth ? ` textLength="${round(maxWidth)}" lengthAdjust="spacingAndGlyphs"` : '';
    this.#parts.push(`<text x="${round(x)}" y="${round(y + down * size)}" fill="${this.fillStyle}" style="font:${escapeXml(this.font)}"${squeezed}${this.#opacity()}>${escapeXml(text)}</text>`);
  }

  #opacity(): string {
    return this.globalAlpha === 1 ? '' : ` opacity="${round(this.globalAlpha)}"`;
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
}

/** Hundredths of a pixel are enough, and the file stays small. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
