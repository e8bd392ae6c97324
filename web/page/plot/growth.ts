// Time per call against a parameter, both axes logarithmic: points with their intervals, fitted lines, labels at the lines' ends.
import * as Plot from '@observablehq/plot';
import type { GrowthChart } from '../logic/charts.ts';
import { spreadLabels } from '../logic/growth.ts';
import { formatNumber, formatPlainSeconds } from '../logic/numbers.ts';
import { domainOf, ticks } from '../logic/scale.ts';
import { axisX, axisY, frame, LABEL, NARROW, type Look } from './look.ts';

const TOP = 12, BOTTOM = 28, LEFT = 58;

export function drawGrowth({ parameter, lanes, crossings }: GrowthChart, look: Look): Element {
  const narrow = look.width < NARROW;
  const points = lanes.flatMap((lane) => lane.points.map((point) => ({ ...point, lane })));
  const values = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const x = { low: values[0] / 1.12, high: values.at(-1)! * 1.12 };
  const y = domainOf(points.flatMap(({ low, middle, high }) => [low, middle, high])) ?? { low: 1e-6, high: 1 };

  const room = look.width * (narrow ? 0.32 : 0.34) - 18;
  const labels = lanes.map(({ title, words }) => ({ title, words: narrow ? '' : look.measure(words) <= room ? words : words.split(':')[0] }));
  const widest = Math.max(...labels.flatMap(({ title, words }) => [look.measure(title), look.measure(words)]));
  const marginRight = Math.ceil(Math.min(widest, room)) + 18;
  const gap = labels.some(({ words }) => words) ? 2.6 * LABEL : 1.3 * LABEL;
  const height = Math.max(narrow ? 260 : 320, lanes.length * gap + TOP + BOTTOM);
  const down = (seconds: number) => TOP + (Math.log(y.high / seconds) / Math.log(y.high / y.low)) * (height - TOP - BOTTOM);
  const ends = lanes.map((lane) => lane.line.at(-1) ?? { x: x.high, y: y.low });
  const places = spreadLabels(ends.map((end) => down(end.y)), gap, TOP + gap / 2, height - BOTTOM - gap / 2);

  return Plot.plot({
    ...frame(look), height, marginTop: TOP, marginBottom: BOTTOM, marginLeft: LEFT, marginRight,
    x: { type: 'log', domain: [x.low, x.high] }, y: { type: 'log', domain: [y.low, y.high] },
    marks: [
      ...axisX(ticks(x, Math.floor((look.width - LEFT - marginRight) / 72)), formatNumber, parameter, look),
      ...axisY(ticks(y, 6), formatPlainSeconds, look),
      ...lanes.map((lane) => Plot.line(lane.line, { x: 'x', y: 'y', stroke: look.color(lane.kind), strokeWidth: 1.75, clip: true })),
      ...lanes.map((lane) => Plot.ruleX(lane.points, { x: 'x', y1: 'low', y2: 'high', stroke: look.color(lane.kind), strokeOpacity: 0.55, strokeWidth: 2 })),
      Plot.dot(points, { x: 'x', y: 'middle', r: 3.5, fill: (point) => look.color(point.lane.kind), stroke: look.color('panel'), strokeWidth: 1 }),
      Plot.ruleY(crossings, { y: 'y', x1: 'low', x2: 'high', stroke: look.color('ink'), strokeWidth: 1.5 }),
      Plot.dot(crossings, { x: 'at', y: 'y', r: 5.5, fill: look.color('panel'), stroke: look.color('ink'), strokeWidth: 1.75 }),
      ...labels.flatMap(({ title, words }, index) => {
        const end = ends[index], shift = places[index] - down(end.y);
        const at = (dy: number, fill: string, text: string, weight: number) =>
          Plot.text([end], { x: () => x.high, y: 'y', text: () => text, dx: 12, dy: shift + dy, textAnchor: 'start', fill, fontWeight: weight, fontSize: LABEL });
        const own = at(words ? -8 : 0, look.color(lanes[index].kind), title, 600);
        return words ? [own, at(8, look.color('soft'), words, 500)] : [own];
      }),
    ],
  });
}
