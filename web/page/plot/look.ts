// What all charts share: width, faces, colours of the theme, and axes that look alike.
import * as Plot from '@observablehq/plot';

export interface Look {
  width: number;                                   // px
  face: string;                                    // the board's
  color(token: string): string;                    // 'ink', 'soft', 'rule', or a kind of lane, as the theme has it
  measure(text: string): number;                   // width of a label in px
}

export const LABEL = 13;                           // px: labels and ticks
export const NARROW = 520;

export function frame({ width, face, color }: Look): Plot.PlotOptions {
  return { width, style: { fontFamily: face, fontSize: `${LABEL}px`, color: color('soft'), background: 'transparent', overflow: 'visible', fontWeight: '500' } };
}

/** Marks on the axis below, with hairlines through the chart; the first one tells what is on it: "n = 100". */
export function axisX(marks: number[], format: (value: number) => string, label: string, look: Look): Plot.Markish[] {
  const text = (value: number) => (value === marks[0] && label ? `${label} = ${format(value)}` : format(value));
  return [
    Plot.gridX(marks, { stroke: look.color('rule'), strokeOpacity: 1 }),
    Plot.axisX(marks, { tickSize: 0, tickPadding: 8, label: null, text, color: look.color('soft') }),
  ];
}

export function axisY(marks: number[], format: (value: number) => string, look: Look): Plot.Markish[] {
  return [
    Plot.gridY(marks, { stroke: look.color('rule'), strokeOpacity: 1 }),
    Plot.axisY(marks, { tickSize: 0, tickPadding: 8, label: null, text: format, color: look.color('soft') }),
  ];
}
