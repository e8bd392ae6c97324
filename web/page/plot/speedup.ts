// Speed-up against workers: what was measured with its intervals, Amdahl's law through it, the ideal, and the limit where it is near.
import * as Plot from '@observablehq/plot';
import type { SpeedupChart } from '../logic/charts.ts';
import { amdahlSpeedup, spreadLabels } from '../logic/growth.ts';
import { formatRatio } from '../logic/numbers.ts';
import { axisX, axisY, frame, LABEL, NARROW, type Look } from './look.ts';

const TOP = 14, BOTTOM = 28, LEFT = 40, STEPS = 40;
const LEAST_LIMIT = 1.3;      // a lane that gains nothing has its limit in its own line

export function drawSpeedup({ parameter, most, lanes }: SpeedupChart, look: Look): Element {
  const narrow = look.width < NARROW;
  const points = lanes.flatMap((lane) => lane.points.map((point) => ({ ...point, lane })));
  const top = Math.max(most, 1.2, ...points.map(({ middle }) => middle)) * 1.1;      // a wide interval may end beyond it
  const right = Math.max(most, 2);
  const labels = [...lanes.map(({ title, kind }) => ({ title, color: look.color(kind) })), { title: 'ideal', color: look.color('soft') }];
  const marginRight = Math.min(Math.ceil(Math.max(...labels.map(({ title }) => look.measure(title)))) + 18, look.width * 0.34);
  const height = narrow ? 260 : 300;
  const down = (speedup: number) => TOP + (1 - speedup / top) * (height - TOP - BOTTOM);
  const ends = [...lanes.map(({ serial }) => amdahlSpeedup(serial, right)), Math.min(right, top)];
  const places = spreadLabels(ends.map(down), 1.3 * LABEL, TOP, height - BOTTOM);
  const curve = (serial: number) => Array.from({ length: STEPS + 1 }, (_, step) => 1 + ((right - 1) * step) / STEPS).map((x) => ({ x, y: amdahlSpeedup(serial, x) }));
  const every = Math.max(1, Math.ceil(right / 8));
  const whole = Array.from({ length: Math.floor(right) }, (_, index) => index + 1).filter((value) => value === 1 || value % every === 0);

  return Plot.plot({
    ...frame(look), height, marginTop: TOP, marginBottom: BOTTOM, marginLeft: LEFT, marginRight,
    x: { domain: [1, right] }, y: { domain: [0, top] },
    marks: [
      ...axisX(whole, String, parameter, look),
      ...axisY(whole.filter((value) => value <= top), (value) => `${value}×`, look),
      Plot.line([{ x: 1, y: 1 }, { x: right, y: right }], { x: 'x', y: 'y', stroke: look.color('soft'), strokeDasharray: '2 4', clip: true }),
      ...lanes.flatMap(({ limit, kind }) => (limit !== null && limit > LEAST_LIMIT && limit <= top ? [
        Plot.ruleY([limit], { stroke: look.color(kind), strokeDasharray: '6 4', strokeOpacity: 0.8 }),
        Plot.text([limit], { x: () => 1, y: (value: number) => value, text: () => `limit ${formatRatio(limit)}×`, dx: 6, dy: -9, textAnchor: 'start', fill: look.color(kind) }),
      ] : [])),
      ...lanes.map(({ serial, kind }) => Plot.line(curve(serial), { x: 'x', y: 'y', stroke: look.color(kind), strokeWidth: 1.75, clip: true })),
      ...lanes.map((lane) => Plot.ruleX(lane.points, { x: 'x', y1: 'low', y2: (point) => Math.min(point.high, top), stroke: look.color(lane.kind), strokeOpacity: 0.55, strokeWidth: 2 })),
      Plot.dot(points, { x: 'x', y: 'middle', r: 3.5, fill: (point) => look.color(point.lane.kind), stroke: look.color('panel'), strokeWidth: 1 }),
      ...labels.map(({ title, color }, index) => Plot.text([ends[index]], {
        x: () => right, y: (value: number) => value, text: () => title, dx: 12, dy: places[index] - down(ends[index]), textAnchor: 'start', fill: color, fontWeight: 600, fontSize: LABEL,
      })),
    ],
  });
}
