// What the page says while there is no verdict yet.
import type { Comparison, Progress } from '../../protocol.ts';
import { countWord, formatBytes, formatPlainSeconds, formatRatio } from './numbers.ts';
import { capital } from './sentences.ts';

export interface Status { headline: string; detail: string; share: number | null }      // share: of the progress bar; null: unknown

export interface Doing {
  phase: 'idle' | 'loading' | 'running' | 'done' | 'stopped' | 'error';
  stage: 'setup' | 'check' | 'warm-up' | 'race' | null;
  progress: Progress | null;
  seconds: number; budget: number;
  lanes: number;
  comparison: { name: string; comparison: Comparison } | null;       // of the lane that the lesson asks about, so far
  message: string;
}

export function statusOf(doing: Doing): Status {
  switch (doing.phase) {
    case 'idle':
      return { headline: 'No race yet.', detail: `Run times ${countWord(doing.lanes)} lanes for about ten seconds. Each mark will be one sample; left is faster.`, share: null };
    case 'loading':
      return loading(doing.progress, 'Python');
    case 'running':
      return doing.progress ? loading(doing.progress, 'NumPy') : running(doing);      // which comes when the first race wants it
    case 'stopped':
      return { headline: 'Stopped before a verdict.', detail: 'Nothing is kept of a race that was stopped.', share: null };
    case 'error':
      return { headline: 'The race could not run.', detail: doing.message, share: null };
    case 'done':
      return { headline: '', detail: '', share: null };
  }
}

function loading(progress: Progress | null, what: string): Status {
  if (!progress || progress.total <= 0) return { headline: 'Python is starting…', detail: '', share: null };
  const { stage, done, total } = progress;
  if (total > 1000) return { headline: `${what} is loading…`, detail: `${formatBytes(done)} of ${formatBytes(total)}. It is kept for the next visit.`, share: done / total };
  return { headline: 'Python is starting…', detail: stage === 'starting' ? '' : capital(stage), share: done / total || null };
}

function running({ stage, seconds, budget, lanes, comparison }: Doing): Status {
  switch (stage) {
    case null:
    case 'setup': return { headline: 'Setting up…', detail: 'The data that all lanes are given is made; not timed.', share: null };
    case 'check': return { headline: 'Checking…', detail: 'Every lane runs once, and all results are compared.', share: null };
    case 'warm-up': return { headline: 'Warming up…', detail: 'Code gets faster while it warms up, so this is not counted.', share: null };
    case 'race': return {
      headline: comparison ? soFar(comparison.name, comparison.comparison) : `${capital(countWord(lanes))} lanes are racing…`,
      detail: `${seconds.toFixed(1)} of at most ${formatPlainSeconds(budget)}. Each mark is one sample; left is faster.`,
      share: Math.min(1, seconds / budget),
    };
  }
}

function soFar(name: string, { ratio, verdict }: Comparison): string {
  if (verdict === 'undecided') return `So far undecided: ${name} at ${formatRatio(ratio)} times the speed.`;
  if (verdict === 'same') return `So far: ${name} takes about the same time.`;
  return `So far: ${name} is ${verdict === 'faster' ? `${formatRatio(ratio)} times as fast` : `${formatRatio(1 / ratio)} times slower`}.`;
}
