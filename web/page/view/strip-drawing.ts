// How the strip is drawn: bands, axis, slits, intervals, labels. Onto any pen: the canvas of the page, or one that writes SVG.
import { layoutOf, labelLeft, type Band, type Layout } from '../logic/layout.ts';
import { ticks, timeScale, type Domain } from '../logic/scale.ts';
import { formatPlainSeconds } from '../logic/numbers.ts';
import { slitOpacity } from '../logic/spread.ts';
import type { Pen } from '../logic/svg.ts';
import type { LaneState } from '../race.ts';
import type { Theme } from './theme.ts';

const LEAST_HATCH = 20;      // where nearly all of a call is copying, the hatching ends at a twentieth of it: the axis is logarithmic

interface Drawing extends Theme { pen: Pen; layout: Layout; x: ((seconds: number) => number) | null }

export interface LanePicture {
  lane: LaneState;
  times: number[]; stray: boolean[]; middle: number;
  low: number; high: number;         // interval of the median; NaN while it is not known
  copy: number;
  reference: number | null;
  strong: string; small: string;     // the label
  settled: boolean;
}

export interface StripPicture { lanes: LanePicture[]; guess: { index: number; seconds: number } | null; domain: Domain | null }

/** Where everything stands on `width` px; the pen only measures. */
export function planStrip(pen: Pen, { lanes, domain }: StripPicture, width: number, face: string): Layout {
  pen.font = `500 15px ${face}`;
  const nameWidth = Math.max(0, ...lanes.map(({ lane }) => pen.measureText(lane.title).width));
  return layoutOf(lanes.length, width, nameWidth, domain !== null);
}

export function drawStrip(pen: Pen, { lanes, guess, domain }: StripPicture, layout: Layout, theme: Theme): void {
  const drawing: Drawing = { pen, layout, ...theme, x: domain ? timeScale(domain, layout.left + 6, layout.right - 6) : null };
  for (const band of layout.bands) fillBand(drawing, band);
  if (domain) drawAxis(drawing, domain);
  for (const [index, picture] of lanes.entries()) drawLane(drawing, layout.bands[index], picture);
  if (guess && drawing.x) drawGuess(drawing, layout.bands[guess.index], drawing.x(guess.seconds), drawing.x(lanes[guess.index].middle));
}

/** Every time that must be on the axis. */
export function* valuesOf(pictures: LanePicture[], guess: number | null): Iterable<number> {
  for (const { times, copy, middle, reference } of pictures) {
    yield* times;
    if (copy > 0) yield Math.max(middle - copy, middle / LEAST_HATCH);
    if (reference !== null) yield reference;
  }
  if (guess !== null) yield guess;
}

function fillBand({ pen, layout, color }: Drawing, band: Band): void {
  pen.fillStyle = color('strip');
  pen.beginPath();
  pen.roundRect(layout.left, band.top, layout.right - layout.left, band.height, 3);
  pen.fill();
}

function drawAxis({ pen, layout, x, color, face }: Drawing, domain: Domain): void {
  pen.font = `500 13px ${face}`;
  pen.textBaseline = 'top';
  const marks = ticks(domain, Math.floor((layout.right - layout.left) / 62));
  let free = -Infinity;
  for (const mark of marks) {
    const at = x!(mark), text = axisText(mark), length = pen.measureText(text).width;
    pen.fillStyle = color('rule');
    for (const band of layout.bands) pen.fillRect(Math.round(at), band.top - 2, 1, band.height + 4);
    const left = labelLeft(at, length, layout.left, layout.right);
    if (left < free) continue;
    pen.fillStyle = color('soft');
    pen.fillText(text, left, layout.axisY + 2);
    free = left + length + 10;
  }
}

function axisText(seconds: number): string {
  return formatPlainSeconds(seconds);
}

function drawLane(drawing: Drawing, band: Band, picture: LanePicture): void {
  const { pen, layout, x, color, face } = drawing;
  const { lane } = picture, own = color(lane.kind);
  pen.textBaseline = 'middle';
  pen.font = `500 15px ${face}`;
  pen.fillStyle = lane.error ? color('soft') : color('ink');
  if (layout.narrow) pen.fillText(lane.title, layout.left, band.nameY);
  else pen.fillText(lane.title, layout.left - 10 - pen.measureText(lane.title).width, band.nameY + 1, layout.left - 10);
  drawLabel(drawing, band, picture, own);
  if (!x || picture.times.length === 0) return;

  pen.save();
  pen.beginPath();
  pen.rect(layout.left, band.top - 6, layout.right - layout.left, band.height + 12);
  pen.clip();
  if (picture.copy > 0) hatch(pen, x(Math.max(picture.middle - picture.copy, picture.middle / LEAST_HATCH)), x(picture.middle), band, own);
  if (picture.high > picture.low) {
    pen.globalAlpha = 0.22;
    pen.fillStyle = own;
    const left = x(picture.low), length = Math.max(3, x(picture.high) - left);
    pen.fillRect(left, band.top, length, band.height);
  }
  slits(drawing, band, picture, own);
  pen.globalAlpha = 1;
  pen.fillStyle = own;
  const over = layout.narrow ? 3 : 5;
  pen.fillRect(x(picture.middle) - 1.75, band.top - over, 3.5, band.height + 2 * over);
  pen.restore();
  if (picture.reference !== null) diamond(drawing, x(picture.reference), band.middle);
}

/** Usual samples fade into a density where there are many; those far out are always seen, thin and full height. */
function slits({ pen, layout, x }: Drawing, band: Band, { times, stray }: LanePicture, own: string): void {
  pen.fillStyle = own;
  pen.globalAlpha = slitOpacity(times.length, layout.right - layout.left);
  for (const [index, seconds] of times.entries()) if (!stray[index]) pen.fillRect(x!(seconds) - 0.8, band.top + 2, 1.6, band.height - 4);
  pen.globalAlpha = 0.75;
  for (const [index, seconds] of times.entries()) if (stray[index]) pen.fillRect(x!(seconds) - 0.5, band.top + 2, 1, band.height - 4);
}

function drawLabel({ pen, layout, color, face }: Drawing, band: Band, { strong, small, settled }: LanePicture, own: string): void {
  const strongColor = settled ? own : color('soft');
  if (layout.narrow) {
    let right = layout.right;
    for (const [text, font, fill] of [[small, `500 13px ${face}`, color('soft')], [strong, `600 16px ${face}`, strongColor]] as const) {
      if (!text) continue;
      pen.font = font;
      pen.fillStyle = fill;
      const length = pen.measureText(text).width;
      pen.fillText(text, right - length, band.nameY);
      right -= length + 8;
    }
    return;
  }
  const left = layout.right + 12;
  pen.fillStyle = strongColor;
  pen.font = `600 17px ${face}`;
  if (strong) pen.fillText(strong, left, small ? band.middle - 7 : band.middle + 1);
  pen.fillStyle = color('soft');
  pen.font = `500 13px ${face}`;
  if (small) pen.fillText(small, left, strong ? band.middle + 10 : band.middle + 1, 80);
}

function hatch(pen: Pen, left: number, right: number, band: Band, own: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(left, band.top, right - left, band.height);
  pen.clip();
  pen.strokeStyle = own;
  pen.globalAlpha = 0.5;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = left - band.height; at < right; at += 7) {
    pen.moveTo(at, band.top + band.height);
    pen.lineTo(at + band.height * 0.6, band.top);
  }
  pen.stroke();
  pen.restore();
}

function diamond({ pen, color }: Drawing, x: number, y: number): void {
  pen.beginPath();
  pen.moveTo(x - 6, y);
  pen.lineTo(x, y - 6);
  pen.lineTo(x + 6, y);
  pen.lineTo(x, y + 6);
  pen.closePath();
  pen.fillStyle = color('panel');
  pen.fill();
  pen.strokeStyle = color('soft');
  pen.lineWidth = 1.5;
  pen.stroke();
}

function drawGuess({ pen, layout, color, face }: Drawing, band: Band, x: number, middle: number): void {
  pen.save();
  pen.strokeStyle = color('ink');
  pen.lineWidth = 1.5;
  pen.setLineDash([2, 3]);
  pen.beginPath();
  pen.moveTo(x, band.top - 5);
  pen.lineTo(x, band.top + band.height + 5);
  pen.stroke();
  pen.restore();
  // Beside the line, away from the lane's own marks where there is room.
  pen.font = `500 12px ${face}`;
  pen.textBaseline = 'middle';
  const text = 'your prediction', length = pen.measureText(text).width;
  const left = x - 6 - length, right = x + 6;
  const fits = { left: left > layout.left + 4, right: right + length < layout.right - 4 };
  const goLeft = middle > x ? fits.left : !fits.right;
  const at = goLeft ? left : right;
  pen.globalAlpha = 0.85;
  pen.fillStyle = color('strip');
  pen.fillRect(at - 2, band.middle - 8, length + 4, 16);
  pen.globalAlpha = 1;
  pen.fillStyle = color('ink');
  pen.fillText(text, at, band.middle + 1);
}
