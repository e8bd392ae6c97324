// One race several times: for each lane the interval of every run, thin, and of all together, bold.
import * as Plot from '@observablehq/plot';
import type { RunsChart } from '../logic/charts.ts';
import { formatInterval, formatRatio } from '../logic/numbers.ts';
import { domainOf, ticks } from '../logic/scale.ts';
import { axisX, frame, LABEL, NARROW, type Look } from './look.ts';

const ROW = 11, ALL = 24, GAP = 12, EDGE = 6, TOP = 4, BOTTOM = 28;

export function drawRuns({ lanes }: RunsChart, look: Look): Element {
  const narrow = look.width < NARROW;
  const title = narrow ? 20 : 0;
  let y = TOP;
  const bands = lanes.map((lane) => {
    const top = y + title, rows = lane.runs.length * ROW, bottom = top + EDGE + rows + ALL;
    y = bottom + GAP;
    return {
      lane, top, bottom, name: narrow ? top - 11 : (top + bottom) / 2,
      runs: lane.runs.map((run, index) => ({ ...run, y: top + EDGE + (index + 0.5) * ROW })), all: { ...lane, y: top + EDGE + rows + ALL / 2 - 1 },
    };
  });
  const height = y - GAP + BOTTOM;
  const domain = domainOf([1, ...lanes.flatMap(({ runs, low, high }) => [low, high, ...runs.flatMap((run) => [run.low, run.high])])])!;
  const marginLeft = narrow ? 1 : Math.min(look.width * 0.3, Math.max(...lanes.map((lane) => look.measure(lane.title))) + 18);
  const marginRight = narrow ? 1 : 96;
  const marks = ticks(domain, Math.floor((look.width - marginLeft - marginRight) / 56));
  const figures = (lane: RunsChart['lanes'][number]) => `${formatRatio(lane.ratio)}×  ${formatInterval(lane.low, lane.high)}`;

  return Plot.plot({
    ...frame(look), height, marginTop: TOP, marginBottom: BOTTOM, marginLeft, marginRight,
    x: { type: 'log', domain: [domain.low, domain.high] }, y: { type: 'linear', domain: [height - BOTTOM, TOP], axis: null, range: [height - BOTTOM, TOP] },
    marks: [
      Plot.rect(bands, { x1: () => domain.low, x2: () => domain.high, y1: 'top', y2: 'bottom', fill: look.color('strip'), rx: 3 }),
      ...bands.map(({ top, bottom }) => Plot.ruleX(marks, { y1: top, y2: bottom, stroke: look.color('rule') })),
      ...axisX(marks, (value) => `${Number(value.toPrecision(3))}×`, '', look).slice(1),
      ...bands.map(({ top, bottom }) => Plot.ruleX([1], { y1: top, y2: bottom, stroke: look.color('ink'), strokeDasharray: '2 3', strokeWidth: 1.25 })),
      ...bands.flatMap(({ lane, runs, all, name }) => {
        const color = look.color(lane.kind);
        return [
          Plot.ruleY(runs, { y: 'y', x1: 'low', x2: 'high', stroke: color, strokeOpacity: 0.7, strokeWidth: 2 }),
          Plot.dot(runs, { x: 'ratio', y: 'y', r: 3, fill: color }),
          Plot.ruleY([all], { y: 'y', x1: 'low', x2: 'high', stroke: color, strokeOpacity: 0.3, strokeWidth: 12 }),
          Plot.ruleX([all], { x: 'ratio', y1: all.y - 9, y2: all.y + 9, stroke: color, strokeWidth: 3.5 }),
          Plot.text([lane], { frameAnchor: 'left', y: () => name, text: () => lane.title, dx: narrow ? 0 : -10, textAnchor: narrow ? 'start' : 'end', fill: look.color('ink'), fontSize: 15 }),
          ...(narrow
            ? [Plot.text([lane], { frameAnchor: 'right', y: () => name, text: () => figures(lane), textAnchor: 'end', fill: color, fontSize: LABEL, fontWeight: 600 })]
            : [
              Plot.text([lane], { frameAnchor: 'right', y: () => name - 9, text: () => `${formatRatio(lane.ratio)}×`, dx: 12, textAnchor: 'start', fill: color, fontSize: 17, fontWeight: 600 }),
              Plot.text([lane], { frameAnchor: 'right', y: () => name + 9, text: () => formatInterval(lane.low, lane.high), dx: 12, textAnchor: 'start', fill: look.color('soft'), fontSize: LABEL }),
            ]),
        ];
      }),
    ],
  });
}
