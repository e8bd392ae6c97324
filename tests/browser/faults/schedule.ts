// What goes wrong in a program of faults/programs.py, and when: random, from a seed.

export interface Schedule {
  seed: number;
  program: string;
  /** Seconds after the one before, which process, signal. */
  kills: [number, number, number][];
  /** The program itself may be killed as well. */
  main: boolean;
  /** The program ends with os._exit(4) after so many seconds. */
  leave: number | null;
  /** What the page does after so many ms: Stop, or giving the engine up. */
  page: { what: 'stop' | 'close'; after: number } | null;
}

/** Whose parts need no other thread in any process. */
export const WITHOUT_THREADS = ['pipes', 'locks', 'blocks', 'bursts'];
export const PROGRAMS = [...WITHOUT_THREADS, 'queues', 'consumers', 'executors', 'pools', 'managers'];

const SIGKILL = 9, SIGTERM = 15;

/** mulberry32: numbers of 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The programs have their turns; everything else is the seed's. */
export function scheduleOf(seed: number, programs: string[]): Schedule {
  const next = numbers(seed), chance = (share: number) => next() < share, below = (limit: number) => Math.floor(next() * limit);
  const kills = Array.from({ length: chance(0.25) ? 0 : 1 + below(3) }, (): [number, number, number] =>
    [Number((next() * (chance(0.5) ? 0.05 : 0.5)).toFixed(4)), below(8), chance(0.75) ? SIGKILL : SIGTERM]);
  return {
    seed, program: programs[seed % programs.length], kills, main: kills.length > 0 && chance(0.15),
    leave: chance(0.12) ? Number(next().toFixed(3)) : null,
    page: chance(0.35) ? { what: chance(0.9) ? 'stop' : 'close', after: below(chance(0.5) ? 300 : 3000) } : null,
  };
}

/** Ends that the schedule allows a run to have. Without any fault: only 'ok'. */
export function allowed({ program, kills, main, leave, page }: Schedule): string[] {
  return [
    'ok',
    ...(program === 'pools' ? ['exit 0'] : []),
    ...(main ? kills.map(([, , signal]) => `exit ${128 + signal}`) : []),
    ...(leave === null ? [] : ['exit 4']),
    ...(page === null ? [] : [page.what === 'stop' ? 'stopped' : 'closed']),
  ];
}

export function describeSchedule({ seed, program, kills, main, leave, page }: Schedule): string {
  const parts = [
    ...kills.map(([seconds, which, signal]) => `${signal === SIGKILL ? 'kill' : 'terminate'} ${which} after ${seconds} s`), ...(main ? ['main may be one'] : []),
    ...(leave === null ? [] : [`leave after ${leave} s`]), ...(page ? [`${page.what} after ${page.after} ms`] : []),
  ];
  return `${seed}: ${program}: ${parts.join(', ') || 'nothing'}`;
}
