// The two logarithmic scales of the page: the slider of a prediction and the axis of the strip.

// ------------------------------------------------------------------------------------------ prediction

/** The slider runs from four times slower to two hundred times as fast; the middle of its notches is "the same". */
export const SLIDER = { steps: 200, low: 1 / 4, high: 200 } as const;
const same = Math.round(positionOf(1));

export const sliderMarks: readonly { ratio: number; label: string }[] = [
  { ratio: 1 / 3, label: 'slower' }, { ratio: 1, label: 'same' }, { ratio: 2, label: '2×' }, { ratio: 10, label: '10×' }, { ratio: 100, label: '100×' },
];

export function ratioAt(position: number): number {
  const clamped = Math.min(SLIDER.steps, Math.max(0, Math.round(position)));
  return clamped === same ? 1 : SLIDER.low * (SLIDER.high / SLIDER.low) ** (clamped / SLIDER.steps);
}

export function positionOf(ratio: number): number {
  const share = Math.log(ratio / SLIDER.low) / Math.log(SLIDER.high / SLIDER.low);
  return Math.min(SLIDER.steps, Math.max(0, share * SLIDER.steps));
}

// ------------------------------------------------------------------------------------------ time axis

export interface Domain { low: number; high: number }       // seconds

/** The smallest stretch of the axis that shows all of `values` with a little air; null without any. */
export function domainOf(values: Iterable<number>): Domain | null {
  let low = Infinity, high = 0;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high === 0) return null;
  const air = Math.max(1.06, (high / low) ** 0.03);
  low /= air;
  high *= air;
  if (high / low < 1.6) {                     // lanes that hardly differ: still an axis one can read
    const middle = Math.sqrt(low * high);
    low = middle / Math.sqrt(1.6);
    high = middle * Math.sqrt(1.6);
  }
  return { low, high };
}

/** Widens `domain` so that it holds `other`; the same object when it already does, so that the axis stays still. */
export function widened(domain: Domain | null, other: Domain | null): Domain | null {
  if (!domain || !other) return domain ?? other;
  if (other.low >= domain.low && other.high <= domain.high) return domain;
  return { low: Math.min(domain.low, other.low), high: Math.max(domain.high, other.high) };
}

/** Position of `seconds` on an axis from `left` to `right`. */
export function timeScale(domain: Domain, left: number, right: number): (seconds: number) => number {
  const start = Math.log(domain.low), length = Math.log(domain.high) - start;
  return (seconds) => left + ((Math.log(seconds) - start) / length) * (right - left);
}

/** Marks at 1, 2, 5 times powers of ten: as many as fit `room` labels, powers of ten kept longest. */
export function ticks(domain: Domain, room: number): number[] {
  for (const steps of [[1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9], [1, 1.5, 2, 3, 4, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const marks = marksOf(domain, steps);
    if (marks.length <= room || steps.length === 1) return marks.length <= room ? marks : thinned(marks, room);
  }
  return [];
}

function marksOf({ low, high }: Domain, steps: readonly number[]): number[] {
  const marks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of steps) {
      const mark = Number((step * 10 ** power).toPrecision(3));
      if (mark >= low && mark <= high) marks.push(mark);
    }
  }
  return marks;
}

function thinned(marks: number[], room: number): number[] {
  const every = Math.ceil(marks.length / Math.max(1, room));
  return marks.filter((_, index) => index % every === 0);
}
