// tests/web/run.sh picture
import { describe, expect, test } from 'vitest';
import { labelLeft, layoutOf } from '../../web/page/logic/layout.ts';
import { SLIDER, domainOf, positionOf, ratioAt, ticks, timeScale, widened } from '../../web/page/logic/scale.ts';
import { median, slitOpacity, strayCount, strays } from '../../web/page/logic/spread.ts';

describe('the slider', () => {
  test('runs from slower to much faster and rests on "the same"', () => {
    expect(ratioAt(0)).toBe(0.25);
    expect(ratioAt(SLIDER.steps)).toBeCloseTo(200);
    expect(ratioAt(positionOf(1))).toBe(1);
    expect(ratioAt(-5)).toBe(ratioAt(0));
  });
  test('never goes down, and a guess comes back where it was', () => {
    for (let position = 1; position <= SLIDER.steps; position++) {
      expect(ratioAt(position)).toBeGreaterThanOrEqual(ratioAt(position - 1));
      expect(Math.round(positionOf(ratioAt(position)))).toBe(position);
    }
  });
});

describe('the axis', () => {
  test('shows every value with air', () => {
    const domain = domainOf([1e-3, 5e-3, 2e-2])!;
    expect(domain.low).toBeLessThan(1e-3);
    expect(domain.high).toBeGreaterThan(2e-2);
    expect(domainOf([])).toBeNull();
    expect(domainOf([0, NaN, Infinity, -1])).toBeNull();
  });
  test('is never so short that it cannot be read', () => {
    const domain = domainOf([1e-3, 1.0001e-3])!;
    expect(domain.high / domain.low).toBeGreaterThan(1.5);
    expect(ticks(domain, 8).length).toBeGreaterThan(1);
  });
  test('stays still while new values fit', () => {
    const domain = { low: 1, high: 10 };
    expect(widened(domain, { low: 2, high: 9 })).toBe(domain);
    expect(widened(domain, { low: 0.5, high: 9 })).toEqual({ low: 0.5, high: 10 });
    expect(widened(null, domain)).toBe(domain);
  });
  test('is logarithmic from edge to edge', () => {
    const x = timeScale({ low: 1e-4, high: 1e-2 }, 100, 300);
    expect(x(1e-4)).toBeCloseTo(100);
    expect(x(1e-3)).toBeCloseTo(200);
    expect(x(1e-2)).toBeCloseTo(300);
  });
  test('marks lie on it, ascend, and fit the room', () => {
    for (const domain of [{ low: 1e-4, high: 2e-2 }, { low: 9e-6, high: 3 }, { low: 1e-9, high: 1e3 }, { low: 1.1e-3, high: 1.8e-3 }]) {
      for (const room of [3, 5, 8, 12]) {
        const marks = ticks(domain, room);
        expect(marks.length).toBeLessThanOrEqual(room);
        expect(marks.length).toBeGreaterThan(0);
        expect([...marks].sort((a, b) => a - b)).toEqual(marks);
        for (const mark of marks) expect(mark >= domain.low && mark <= domain.high).toBe(true);
      }
    }
    expect(ticks({ low: 0.9e-4, high: 2.1e-2 }, 8)).toEqual([1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2]);
  });
});

describe('samples', () => {
  test('the median', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
  test('strays are told from a spread, and few samples have none', () => {
    const usual = Array.from({ length: 50 }, (_, index) => 1 + 0.01 * Math.sin(index * 7));
    expect(strayCount(usual)).toBe(0);
    expect(strays([...usual, 2]).at(-1)).toBe(true);
    expect(strayCount([1, 1, 1, 5])).toBe(0);
    expect(strayCount(Array(20).fill(1))).toBe(0);
  });
  test('slits fade as they become many, and never vanish', () => {
    expect(slitOpacity(10, 400)).toBeGreaterThan(slitOpacity(500, 400));
    expect(slitOpacity(100000, 400)).toBeGreaterThanOrEqual(0.1);
  });
});

describe('the layout', () => {
  test('puts bands below each other inside its height', () => {
    for (const width of [320, 519, 520, 900]) {
      for (const lanes of [0, 1, 5, 9]) {
        const layout = layoutOf(lanes, width, 90, true);
        expect(layout.bands).toHaveLength(lanes);
        expect(layout.right).toBeGreaterThan(layout.left);
        layout.bands.forEach((band, index) => { if (index > 0) expect(band.top).toBeGreaterThan(layout.bands[index - 1].top + layout.bands[index - 1].height); });
        expect(layout.height).toBeGreaterThan(layout.axisY);
      }
    }
  });
  test('names go above the bands where it is narrow', () => {
    expect(layoutOf(2, 360, 90, true).narrow).toBe(true);
    expect(layoutOf(2, 800, 90, true).left).toBe(104);
  });
  test('labels stay inside', () => {
    expect(labelLeft(10, 40, 0, 100)).toBe(0);
    expect(labelLeft(95, 40, 0, 100)).toBe(60);
    expect(labelLeft(50, 40, 0, 100)).toBe(30);
  });
});
