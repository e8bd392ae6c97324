// Pictures to take away: the strip, or a chart, with its verdict above and where it was measured below, as SVG or PNG. Drawn for the
// file, at one width whatever the window has; faces are put into the SVG, since other programs do not have them.
import type { ChartSpec } from '../logic/charts.ts';
import { SvgPen, type Pen } from '../logic/svg.ts';
import { drawStrip, planStrip, type StripPicture } from './strip-drawing.ts';
import type { Theme } from './theme.ts';

export interface Sheet { title: string; caption: string; theme: Theme }
export type Format = 'svg' | 'png';

const WIDTH = 860, EDGE = 20, HEAD = 50, FOOT = 40, DENSITY = 2;

export async function stripSheet(picture: StripPicture, sheet: Sheet, format: Format): Promise<Blob> {
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d')!;
  await document.fonts.ready;
  const layout = planStrip(pen, picture, WIDTH - 2 * EDGE, sheet.theme.face);
  const height = HEAD + layout.height + FOOT;
  const compose = (pen: Pen) => {
    drawFrame(pen, sheet, height);
    pen.save();
    pen.translate(EDGE, HEAD);
    drawStrip(pen, picture, layout, sheet.theme);
    pen.restore();
  };
  if (format === 'svg') {
    const written = new SvgPen(measure);
    compose(written);
    return svgBlob(written.file(WIDTH, height, sheet.title, await fontRule(sheet.theme.face)));
  }
  canvas.width = WIDTH * DENSITY;
  canvas.height = height * DENSITY;
  pen.scale(DENSITY, DENSITY);
  compose(pen);
  return pngOf(canvas);
}

export async function chartSheet(spec: ChartSpec, sheet: Sheet, format: Format): Promise<Blob> {
  const { draw } = await import('../plot/index.ts');
  const { theme } = sheet;
  const chart = draw(spec, { ...theme, width: WIDTH - 2 * EDGE, measure: (text) => measure(`600 13px ${theme.face}`, text) });
  const chartHeight = Number(chart.getAttribute('height')), height = HEAD + chartHeight + FOOT;
  chart.setAttribute('x', String(EDGE));
  chart.setAttribute('y', String(HEAD));
  const pen = new SvgPen(measure);
  drawFrame(pen, sheet, height);
  pen.insert(new XMLSerializer().serializeToString(chart));
  const file = pen.file(WIDTH, height, sheet.title, await fontRule(theme.face));
  return format === 'svg' ? svgBlob(file) : rasterized(file, height);
}

function drawFrame(pen: Pen, { title, caption, theme }: Sheet, height: number): void {
  pen.textBaseline = 'middle';
  pen.fillStyle = theme.color('panel');
  pen.fillRect(0, 0, WIDTH, height);
  pen.fillStyle = theme.color('ink');
  pen.font = `600 19px ${theme.face}`;
  pen.fillText(title, EDGE, 26, WIDTH - 2 * EDGE);
  pen.fillStyle = theme.color('soft');
  pen.font = `500 13px ${theme.face}`;
  pen.fillText(caption, EDGE, height - 18, WIDTH - 2 * EDGE);
}

const ruler = document.createElement('canvas').getContext('2d')!;
function measure(font: string, text: string): number {
  ruler.font = font;
  return ruler.measureText(text).width;
}

function svgBlob(file: string): Blob {
  return new Blob([file], { type: 'image/svg+xml' });
}

async function rasterized(file: string, height: number): Promise<Blob> {
  const url = URL.createObjectURL(svgBlob(file));
  try {
    const image = new Image(WIDTH, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH * DENSITY;
    canvas.height = height * DENSITY;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await pngOf(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('This browser could not make the picture.'))), 'image/png'));
}

/** The @font-face rule of the first family of `face`, with the font itself in it; '' where it cannot be had: the next family serves. */
async function fontRule(face: string): Promise<string> {
  const family = face.split(',')[0].trim();
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (!(rule instanceof CSSFontFaceRule) || unquoted(rule.style.getPropertyValue('font-family')) !== unquoted(family)) continue;
      const source = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue('src'))?.[1];
      if (!source) continue;
      try {
        const bytes = new Uint8Array(await (await fetch(new URL(source, sheet.href ?? location.href))).arrayBuffer());
        const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
        return `@font-face{font-family:${family};font-weight:400 700;src:url(data:font/woff2;base64,${data}) format("woff2")}`;
      } catch { return ''; }
    }
  }
  return '';
}

function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try { return [...sheet.cssRules]; } catch { return []; }      // a browser extension's, of another origin
}

function unquoted(text: string): string {
  return text.trim().replace(/^["']|["']$/g, '');
}
