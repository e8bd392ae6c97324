// The charts, drawn with Observable Plot. A chunk of its own, loaded when the first chart is shown.
import type { ChartSpec } from '../logic/charts.ts';
import { drawGrowth } from './growth.ts';
import type { Look } from './look.ts';
import { drawRuns } from './runs.ts';
import { drawSpeedup } from './speedup.ts';

export type { Look } from './look.ts';

export function draw(spec: ChartSpec, look: Look): SVGSVGElement {
  const svg = drawn(spec, look) as SVGSVGElement;
  svg.querySelector(':scope > style')?.remove();      // page.css has its rules: a strict policy lets no style element through
  // The picture as a whole has a text alternative; labels on its parts would only stand in the way of it.
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label');
    part.removeAttribute('aria-description');
  }
  return svg;
}

function drawn(spec: ChartSpec, look: Look): Element {
  switch (spec.chart) {
    case 'growth': return drawGrowth(spec, look);
    case 'speedup': return drawSpeedup(spec, look);
    case 'runs': return drawRuns(spec, look);
  }
}
