// How figures are written on the page: three significant digits, no more than was measured; thin spaces in long integers.

const THIN = '\u202f';      // narrow no-break space
const HARD = '\u00a0';      // a figure and its unit stay on one line

/** Seconds as "85 ns", "620 µs", "11.3 ms", "2.04 s". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds === 0) return `0${HARD}s`;
  const units = [['s', 1], ['ms', 1e-3], ['µs', 1e-6], ['ns', 1e-9]] as const;
  // 0.9996 ms is 1 ms, not 1000 µs: choose the unit after rounding.
  const rounded = Number(seconds.toPrecision(3));
  const [unit, size] = units.find(([, size]) => Math.abs(rounded) >= size * 0.9999) ?? units[3];
  return `${significant(rounded / size)}${HARD}${unit}`;
}

/** Where the digits are a setting or a guess and not a measurement: "5 µs", "0.5 s". */
export function formatPlainSeconds(seconds: number): string {
  return formatSeconds(Number(seconds.toPrecision(2))).replace(/\.0+(?=\D)|(\.\d*?[1-9])0+(?=\D)/, '$1');
}

/** A ratio as "1.57", "18.2", "330"; small ones as "0.64", "0.012". */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio <= 0) return '–';
  return ratio >= 0.995 ? significant(ratio) : ratio.toPrecision(2);
}

/** A guess has no more digits than the reader gave it: "1.7", "10". */
export function formatGuess(ratio: number): string {
  return Number(ratio.toPrecision(2)).toString();
}

export function formatInterval(low: number, high: number): string {
  return `${formatRatio(low)}–${formatRatio(high)}`;
}

export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))}${HARD}%`;
}

/** A parameter as its reader would write it on paper: "100 000", "0.5". */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isInteger(value)) return String(value);
  const digits = String(Math.abs(value));
  const grouped = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, THIN) : digits;
  return (value < 0 ? '−' : '') + grouped;
}

export function formatBytes(bytes: number): string {
  if (Number.isNaN(bytes)) return '–';
  if (bytes < 1000) return `${bytes}${HARD}B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)}${HARD}kB`;
  return `${(bytes / 1e6).toFixed(1)}${HARD}MB`;
}

/** What a reader may type: "100_000", "100 000", "1e5", "0.5". null where it is no number. */
export function parseNumber(text: string): number | null {
  const bare = text.trim().replace(/[\s_\u202f\u00a0'’]/g, '').replace('−', '-');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(bare)) return null;
  const value = Number(bare);
  return Number.isFinite(value) ? value : null;
}

/** Small counts in words: they stand in sentences. */
export function countWord(count: number): string {
  return ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'][count] ?? String(count);
}

function significant(value: number): string {
  const digits = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3))))) + 1;
  return value.toFixed(Math.max(0, 3 - Math.max(1, digits)));
}
