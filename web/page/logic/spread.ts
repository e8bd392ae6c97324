// What the strip needs to know of a lane's samples beyond the report: nothing here decides anything, statistics are in C.
import type { Sample } from '../../protocol.ts';

export function perCall(sample: Sample): number {
  return sample.seconds / sample.calls;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Samples far from the rest of their lane: beyond 7.4 median deviations on the log scale, as the flag "noisy" counts them. */
export function strayCount(times: readonly number[]): number {
  return strays(times).filter(Boolean).length;
}

export function strays(times: readonly number[]): boolean[] {
  if (times.length < 8) return times.map(() => false);
  const logs = times.map(Math.log);
  const middle = median(logs);
  const deviation = Math.max(median(logs.map((value) => Math.abs(value - middle))), 0.002);
  return logs.map((value) => Math.abs(value - middle) > 7.4 * deviation);
}

/** How strongly one slit of `count` on `pixels` is drawn: few stand out one by one, many fade to a density. */
export function slitOpacity(count: number, pixels: number): number {
  return Math.min(0.62, Math.max(0.1, (0.62 * pixels) / (12 * Math.max(1, count))));
}
