// What tests/bench/timing.ts makes of many races: sh tests/web/run.sh timing-figures
import { describe, expect, test } from 'vitest';
import { contradict, covers, figures, pairsOf, wrong, type Found, type Outcome } from '../bench/timing-figures.ts';
import type { Verdict } from '../../web/protocol.ts';

const found = (work: number, verdict: Verdict, ratio = 1 / work, width = 0.01): Found => ({ work, verdict, ratio, low: ratio * (1 - width), high: ratio * (1 + width), flags: [] });
const race = (pair: number, lanes: Record<string, Found>): Outcome => ({ place: 'x', job: 'sq', pair, seconds: 1, whole: 2, found: lanes });

describe('verdicts against what was built in', () => {
  test.each<[number, Verdict, boolean]>([
    [1, 'same', false], [1, 'undecided', false], [1, 'faster', true], [1, 'slower', true],
    [1.02, 'same', false], [1.02, 'slower', false], [1.02, 'faster', true], [1.02, 'undecided', false],
    [1.1, 'slower', false], [1.1, 'same', true], [1.1, 'faster', true], [1.1, 'undecided', false], [3, 'faster', true],
  ])('%f times the work, called %s: wrong is %s', (work, verdict, is) => expect(wrong({ work, verdict })).toBe(is));

  test('an interval covers the ratio of the work, seen from the baseline', () => {
    expect(covers(found(1.1, 'slower'))).toBe(true);
    expect(covers(found(1.1, 'slower', 0.93))).toBe(false);
    expect(covers(found(1.1, 'slower', 1.1))).toBe(false);
  });

  test('undecided contradicts nothing', () => {
    expect([contradict('same', 'slower'), contradict('faster', 'slower'), contradict('same', 'same'), contradict('undecided', 'slower')]).toEqual([true, true, false, false]);
  });
});

describe('many races', () => {
  const outcomes = [
    race(0, { a: found(1, 'same'), b: found(1.1, 'slower') }), race(0, { a: found(1, 'slower', 0.95), b: found(1.1, 'undecided') }),
    race(1, { c: found(1, 'same'), d: found(1.02, 'same') }), race(1, { c: found(1, 'same'), d: found(1.02, 'undecided') }),
    race(2, { e: found(1, 'same') }),
  ];
  const row = (rows: ReturnType<typeof figures>, start: string) => rows.find(({ what }) => what.startsWith(`x: ${start}`))!;

  test('are paired by number; the last one has no partner', () => expect(pairsOf(outcomes)).toHaveLength(4));

  test('make rows with their goals', () => {
    const rows = figures('x', outcomes);
    expect(row(rows, 'wrong verdicts, equal lanes')).toMatchObject({ ours: 20, met: false, goal: '<= 2 %' });
    expect(row(rows, 'wrong verdicts, other lanes')).toMatchObject({ ours: 0, met: true });
    expect(row(rows, 'interval covers 1 ')).toMatchObject({ what: 'x: interval covers 1 (4 of 5)', ours: 80, met: false });
    expect(row(rows, 'interval covers 1.02')).toMatchObject({ ours: 100, met: true });
    expect(row(rows, '1.1 found')).toMatchObject({ ours: 50, met: false });
    expect(row(rows, 'run twice, contradicted')).toMatchObject({ what: 'x: run twice, contradicted (1 of 4)', met: false });
    expect(row(rows, 'run twice, agreed')).toMatchObject({ what: 'x: run twice, agreed (all but 1.02) (1 of 3)' });
  });

  test('of none there is nothing to say', () => expect(figures('x', [])).toEqual([]));
});
