// Whether the page can be seen. Browsers slow what nobody sees, so a race pauses meanwhile: its worker, which runs Python and takes no
// messages, looks at a flag in shared memory between blocks. Where memory cannot be shared the worker cannot know; then the page
// keeps account of it, and what the race was not told is told in its report.
import type { Disturbance, Report } from '../protocol.ts';

const hidden = () => globalThis.document?.visibilityState === 'hidden';

let flag: Int32Array | null = null;

/** 1 while the page is hidden, else 0; waiters are notified. One for all workers of the page, which must be isolated. */
export function hiddenFlag(): Int32Array {
  if (!flag) {
    const shared = flag = new Int32Array(new SharedArrayBuffer(4));
    const update = () => { Atomics.store(shared, 0, hidden() ? 1 : 0); Atomics.notify(shared, 0); };
    globalThis.document?.addEventListener('visibilitychange', update);
    update();
  }
  return flag;
}

/** The times at which the page is hidden, in seconds since start(). */
export class HiddenTimes {
  #start = 0;
  #since: number | null = null;
  #times: Disturbance[] = [];
  #update = () => {
    const now = performance.now() / 1000;
    if (hidden()) this.#since ??= now;
    else if (this.#since !== null) {
      this.#times.push({ kind: 'hidden', at: this.#since - this.#start, seconds: now - this.#since });
      this.#since = null;
    }
  };

  start(): void {
    this.#times = [];
    this.#start = performance.now() / 1000;
    globalThis.document?.addEventListener('visibilitychange', this.#update);
    this.#update();
  }

  end(): Disturbance[] {
    globalThis.document?.removeEventListener('visibilitychange', this.#update);
    const now = performance.now() / 1000;
    if (this.#since !== null) this.#times.push({ kind: 'hidden', at: this.#since - this.#start, seconds: now - this.#since });
    this.#since = null;
    return this.#times;
  }
}

/** A sentence for a report whose races could not know that the page was hidden; none where it was not. */
export function hiddenNotes(times: Disturbance[]): string[] {
  const seconds = times.reduce((sum, time) => sum + time.seconds, 0);
  return times.length ? [`The page was hidden for ${seconds.toFixed(1)} s while the race ran. Browsers slow what nobody sees; this page could not make the race wait.`] : [];
}

/** The report of a race that could not know that the page was hidden. */
export function withHidden(report: Report, times: Disturbance[]): Report {
  if (!times.length) return report;
  return {
    ...report,
    disturbances: [...(report.disturbances ?? []), ...times].sort((a, b) => a.at - b.at),
    notes: [...report.notes, ...hiddenNotes(times)],
  };
}
