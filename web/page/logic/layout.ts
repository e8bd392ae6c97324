// Where things stand in the strip, in CSS pixels. With room: names left, bands, ratios right. On phones: a line with name and
// ratio above each band, which then has the whole width.

export interface Band { top: number; height: number; middle: number; nameY: number }
export interface Layout { narrow: boolean; left: number; right: number; bands: Band[]; axisY: number; height: number }

const NARROW = 520;

export function layoutOf(lanes: number, width: number, nameWidth: number, hasAxis: boolean): Layout {
  const narrow = width < NARROW;
  const left = narrow ? 1 : Math.min(Math.ceil(nameWidth) + 14, Math.round(width * 0.3));
  const right = narrow ? width - 1 : width - 92;
  const pitch = narrow ? 60 : lanes > 6 ? 42 : 48, height = narrow ? 26 : lanes > 6 ? 28 : 32;
  const bands = Array.from({ length: lanes }, (_, index): Band => {
    const top = index * pitch + (narrow ? 26 : 10);
    return { top, height, middle: top + height / 2, nameY: narrow ? top - 13 : top + height / 2 };
  });
  const axisY = lanes === 0 ? 10 : bands[lanes - 1].top + height + 6;
  return { narrow, left, right, bands, axisY, height: axisY + (hasAxis ? 22 : 2) };
}

/** Text of `length` px beside or over a mark at x, kept inside [left, right]: its left edge. */
export function labelLeft(x: number, length: number, left: number, right: number): number {
  return Math.max(left, Math.min(right - length, x - length / 2));
}
