// Sweeps, repeats, memory, the native reference and the check of a device, in words and as charts: sh tests/web/run.sh studies
import { describe, expect, test } from 'vitest';
import { growthChart, runsChart, speedupChart } from '../../web/page/logic/charts.ts';
import { costsOf } from '../../web/page/logic/costs.ts';
import { deviceHeadline, deviceSentences, findingsOf, secondsLeft, trialOf, type Trial } from '../../web/page/logic/device.ts';
import { factsOf } from '../../web/page/logic/facts.ts';
import { amdahlSentence, amdahlSpeedup, crossingSentence, fitted, growthHeadline, growthSentence, growthWords, speedupHeadline, spreadLabels, sweepWords } from '../../web/page/logic/growth.ts';
import { fits, nativeSentence, sideBySide, type NativeReference } from '../../web/page/logic/native.ts';
import { contradictions, runsSentence, runsWords, spreadSentence } from '../../web/page/logic/runs.ts';
import { disturbanceSentences } from '../../web/page/logic/sentences.ts';
import type { Comparison, Verdict } from '../../web/protocol.ts';
import { names, report } from './report.ts';
import { repeatReport, sweepLanes, sweepReport, workersReport } from './studies.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');

describe('growth', () => {
  const sweep = sweepReport(), [list, set, sorted] = sweepLanes;

  test('in words', () => {
    expect(sweep.growth.map((growth) => growthWords(growth, 'n'))).toEqual(['grows like n', 'does not grow', 'cannot tell: n or n log n']);
    expect(growthWords({ model: null, possible: [] }, 'n')).toBe('follows no simple shape');
    expect(growthWords({ model: null, possible: ['O(n^2)', 'O(n)', 'O(n log n)'] }, 'n')).toBe('cannot tell: n, n log n or n²');
    expect(growthWords({ model: null, possible: ['O(n^2)', 'O(n)', 'O(n log n)', 'O(1)'] }, 'n')).toBe('cannot tell');
    expect(growthWords({ model: 'O(n^2)', possible: ['O(n^2)'] }, 'rows')).toBe('grows like rows²');
    expect(growthSentence(sweep.growth[0], list, 'n')).toBe('The list grows like n; twice the n takes 2.00 times as long (1.93–2.07).');
    expect(growthSentence(sweep.growth[2], sorted, 'n')).toMatch(/^Sorting first grows like n or n log n, which these times cannot tell apart; twice the n/);
  });
  test('a crossing tells which lane wins on which side, with its interval', () => {
    expect(crossingSentence(sweep.crossings[0], list, set, 'n')).toBe('Above n = 200 (between 190 and 220), the set is faster than the list; below, the list is.');
  });
  test('the headline is the crossing where there is one, else how both grow', () => {
    expect(growthHeadline(sweep, set, list)).toMatch(/^Above n = 200/);
    expect(growthHeadline({ ...sweep, crossings: [] }, set, list)).toBe('The set does not grow; the list grows like n.');
    const both = { ...sweep, crossings: [], growth: [sweep.growth[0], { ...sweep.growth[0], lane: 'in_set' }] };
    expect(growthHeadline(both, set, list)).toBe('Both grow like n: the set and the list keep their ratio as n grows.');
    expect(growthHeadline({ ...both, growth: [] }, set, list)).toMatch(/Too few points/);
    const open = (possible: (typeof sweep.growth)[0]['possible']) => growthHeadline({ ...sweep, crossings: [], growth: [sweep.growth[0], { ...sweep.growth[1], model: null, possible }] }, set, list);
    expect(open(['O(n)', 'O(1)'])).toBe('The set grows like n, or not at all: these times cannot tell; the list grows like n.');
    expect(open(['O(n)', 'O(1)', 'O(log n)', 'O(n^2)'])).toBe('The set came out too unsteady to place; the list grows like n.');
    expect(growthHeadline(sweep, undefined, list)).toBe('');
  });
  test('the text alternative names every lane and every crossing', () => {
    const words = plain(sweepWords(sweep, sweepLanes));
    for (const part of ['from 100 to 10 000', 'in list: grows like n', 'in set: does not grow', 'sorted first: cannot tell', 'Above n = 200']) expect(words).toContain(part);
  });
  test('the line is the fit, of the likeliest shape where the times cannot tell', () => {
    expect(fitted(sweep.growth[0], 5000)).toBeCloseTo(5e-3);
    expect(fitted(sweep.growth[1], 5000)).toBeCloseTo(2e-4);
    expect(fitted(sweep.growth[2], 1024)).toBeCloseTo(3e-7 * 1024 * 10);
    expect(fitted({ ...sweep.growth[0], model: null, possible: [] }, 10)).toBeNull();
  });
  test('the chart has every lane that ran, its points in order, and crossings inside the range', () => {
    const chart = growthChart('n', sweep.points.toReversed(), sweepLanes, sweep);
    expect(chart.lanes.map((lane) => lane.title)).toEqual(['in list', 'in set', 'sorted first']);
    expect(chart.lanes[0].points.map((point) => point.x)).toEqual([100, 1000, 10000]);
    expect(chart.lanes[0].line[0].x).toBe(100);
    expect(chart.lanes[0].line[0].y).toBeCloseTo(1e-4);
    expect(chart.lanes[2].points).toHaveLength(2);
    expect(chart.crossings).toEqual([{ at: 204, low: 190, high: 222, y: 204e-6 }]);
    expect(growthChart('n', sweep.points, sweepLanes, { ...sweep, crossings: [{ ...sweep.crossings[0], at: 50 }] }).crossings).toEqual([]);
  });
  test('while it is under way points are joined, without fits', () => {
    const chart = growthChart('n', sweep.points.slice(0, 2), sweepLanes, null);
    expect(chart.lanes[0].words).toBe('');
    expect(chart.lanes[0].line.map(({ x }) => x)).toEqual([100, 1000]);
    expect(growthChart('n', sweep.points.slice(0, 2), sweepLanes, sweep).lanes[0].line.length).toBeGreaterThan(20);
  });
});

describe('labels beside lines', () => {
  test('stay where they are when there is room', () => expect(spreadLabels([50, 10, 90], 20, 0, 100)).toEqual([50, 10, 90]));
  test('keep their order and their distance, and stay inside', () => {
    for (const wanted of [[50, 51, 52], [0, 0, 0, 0], [100, 100], [99, 1, 98, 97], [20, 30, 41, 80]]) {
      const placed = spreadLabels(wanted, 20, 0, 100);
      const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b] || a - b);
      for (let i = 1; i < order.length; i++) expect(placed[order[i]] - placed[order[i - 1]]).toBeGreaterThanOrEqual(20 - 1e-9);
      for (const at of placed) expect(at >= -1e-9 && at <= 100 + 1e-9).toBe(true);
    }
  });
  test('that touch are moved as little as it takes', () => expect(spreadLabels([50, 60], 20, 0, 100)).toEqual([45, 65]));
});

describe('workers', () => {
  const sweep = workersReport(), [one, all] = sweep.amdahl;

  test('in words', () => {
    expect(plain(amdahlSentence(all, sweepLanes[4]))).toBe('By Amdahl’s law 10 % of the time of C on all cores does not get shorter with more workers (between 8 % and 12 %): ' +
      'no number of workers makes it more than 10.0 times as fast.');
    expect(amdahlSentence(one, sweepLanes[3])).toBe('One core gains nothing from more workers.');
    expect(amdahlSentence({ ...all, limit: null }, sweepLanes[4])).toMatch(/no limit shows/);
    expect(amdahlSentence({ ...all, serial: { value: 0.5, low: 0, high: 1 } }, sweepLanes[4])).toMatch(/these times cannot tell/);
  });
  test('the headline is of the lane that gains, or of the one that is asked about', () => {
    expect(speedupHeadline(sweep, sweepLanes, 'one_core')).toBe('With 4 workers C on all cores is 3.08 times as fast as with one, between 3.02 and 3.14.');
    expect(speedupHeadline({ ...sweep, amdahl: [one] }, sweepLanes, undefined)).toMatch(/With 4 workers one core is/);
    expect(speedupHeadline(sweep, sweepLanes.slice(0, 4), undefined)).toBe('With 4 workers one core is no faster than with one.');
    const open = { ...all, speedup: [{ workers: 2, speedup: 1, low: 0.5, high: 1.9 }] };
    expect(speedupHeadline({ ...sweep, amdahl: [open] }, sweepLanes, undefined)).toBe('With 2 workers C on all cores may be anything from 2.00 times slower to 1.90 times as fast, compared with one.');
    expect(speedupHeadline({ ...sweep, amdahl: [] }, sweepLanes, undefined)).toMatch(/No lane/);
  });
  test('the chart and Amdahl’s law', () => {
    const chart = speedupChart(sweep, sweepLanes);
    expect(chart.most).toBe(4);
    expect(chart.lanes.map((lane) => lane.title)).toEqual(['one core', 'all cores']);
    expect(amdahlSpeedup(0.1, 1)).toBe(1);
    expect(amdahlSpeedup(0, 8)).toBe(8);
    expect(amdahlSpeedup(0.5, 1e9)).toBeCloseTo(2);
    expect(plain(sweepWords(sweep, sweepLanes))).toMatch(/^Speed-up against workers, from 1 to 4\. .*C on all cores is 3\.08/);
  });
});

describe('three runs', () => {
  const repeats = repeatReport(), [direct, c] = repeats.comparisons;
  test('in words', () => {
    expect(runsSentence(direct, 'the direct loop')).toBe('Over three runs, the direct loop is 1.55 times as fast, between 1.40 and 1.70.');
    expect(runsSentence(c, 'C')).toMatch(/^Over three runs, undecided: C may be anything from 1\.11 times slower to 1\.12 times as fast/);
    expect(runsSentence({ ...direct, verdict: 'slower', ratio: 0.5, low: 0.4, high: 0.8 }, 'it')).toBe('Over three runs, it is 2.00 times slower, between 1.25 and 2.50.');
    expect(runsSentence({ ...direct, verdict: 'same', low: 0.99, high: 1.01 }, 'it')).toMatch(/about the same time/);
    expect(plain(spreadSentence(direct))).toBe('Between runs the ratio moved by 5.1 %; within one run it was known to 1 %, so one run alone promises too much.');
    expect(spreadSentence(c)).toMatch(/agree as well as one run could know/);
  });
  test('runs that contradict each other are told', () => expect(contradictions(repeats).map(({ lane }) => lane)).toEqual(['c_one_thread']));
  test('the chart and its text alternative', () => {
    const lanes = report().lanes.map(({ id, title, kind }) => ({ id, title, kind, name: title }));
    expect(runsChart(repeats, lanes).lanes.map((lane) => [lane.title, lane.runs.length])).toEqual([['direct loop', 3], ['C, one thread', 3]]);
    expect(runsWords(repeats, (id) => id)).toBe('Times as fast as the baseline in three runs. direct_loop: 1.50, 1.55, 1.60; together 1.55, between 1.40 and 1.70. ' +
      'c_one_thread: 1.06, 1.00, 0.95; together 1.01, between 0.90 and 1.12.');
  });
});

describe('costs', () => {
  test('only time is no reason for a table', () => expect(costsOf(report())).toBeNull());
  test('a column for what any lane has, bars as shares of the largest', () => {
    const grown = report();
    Object.assign(grown.lanes[0], { peak_bytes: 4_000_000, counts: { 'calls of key': 5000 } });
    Object.assign(grown.lanes[1], { peak_bytes: 1_000_000, copied_bytes: 0 });
    const costs = costsOf(grown)!;
    expect(costs.columns.map(({ label }) => label)).toEqual(['time a call', 'memory at its peak', 'copied a call', 'calls of key']);
    expect(costs.columns[1].cells.map(({ share }) => share)).toEqual([1, 0.25, 0, 0]);
    expect(costs.columns[1].cells.map(({ text }) => plain(text))).toEqual(['4.0 MB', '1.0 MB', '–', '–']);
    expect(costs.columns[2].cells[1]).toMatchObject({ value: 0, share: 0 });
    expect(costs.lanes).toHaveLength(4);
  });
});

describe('the native reference', () => {
  const facts = factsOf(report(), names);
  const reference: NativeReference = {
    label: 'native CPython 3.14.8', params: { n: 100000 }, current: true,
    lanes: [{ id: 'index_loop', median: 2e-3, low: 1.9e-3, high: 2.1e-3 }, { id: 'direct_loop', median: 1.4e-3, low: 1.3e-3, high: 1.5e-3 }],
    comparisons: [{ lane: 'direct_loop', ratio: 1.43, low: 1.3, high: 1.5, verdict: 'faster' }, { lane: 'c_one_thread', ratio: 1, low: 0.99, high: 1.01, verdict: 'same' }],
  };
  test('stands for the same code and parameters only', () => {
    expect(fits(reference, report(), false)).toBe(true);
    expect(fits(reference, report(), true)).toBe(false);
    expect(fits({ ...reference, current: false }, report(), false)).toBe(false);
    expect(fits(reference, { params: { n: 5 } }, false)).toBe(false);
    expect(fits(reference, { params: { n: 100000, k: 1 } }, false)).toBe(false);
  });
  test('side by side', () => {
    const rows = sideBySide(facts, reference);
    expect(rows[0]).toMatchObject({ here: { ratio: '1', verdict: 'baseline' }, there: { verdict: 'baseline' }, agree: null });
    expect(rows[1]).toMatchObject({ here: { ratio: '1.57 (1.52–1.61)' }, there: { ratio: '1.43 (1.30–1.50)', verdict: 'faster' }, agree: true });
    expect(rows[2]).toMatchObject({ there: { time: 'not recorded', verdict: 'same' }, agree: false });
    expect(rows[4].here).toMatchObject({ time: 'did not run', ratio: '' });
  });
  test('one sentence', () => {
    expect(nativeSentence(facts, reference, 'direct_loop')).toBe('Native Python says the same: there the direct loop is 1.43 times as fast.');
    expect(nativeSentence(facts, reference, 'c_one_thread')).toBe('Native Python says otherwise: there C on one thread and the index loop take about the same time.');
    const open = factsOf(report({ verdict: 'undecided', low: 0.9 }), names);
    expect(nativeSentence(open, reference, 'direct_loop')).toBe('On native Python, the direct loop is 1.43 times as fast.');
    expect(nativeSentence(facts, reference, 'c_all_cores')).toBe('');
  });
});

test('disturbances are told once a kind', () => {
  const said = disturbanceSentences([{ kind: 'hidden', at: 1, seconds: 2 }, { kind: 'hidden', at: 4, seconds: 1 }, { kind: 'stall', at: 5, seconds: 0.4 }]).map(plain);
  expect(said).toEqual(['the page was hidden twice, for 3 s in all; browsers slow hidden pages down', 'everything stood still once, for 400 ms in all; something else had the machine']);
  const every = (['hidden', 'stall', 'clock-jump', 'slow-clock'] as const).map((kind) => disturbanceSentences([{ kind, at: 0, seconds: 1 }])[0]);
  expect(new Set(every).size).toBe(4);
});

describe('the check of a device', () => {
  const comparison = (lane: string, ratio: number, wide: number, verdict: Verdict): Comparison =>
    ({ baseline: 'a', lane, ratio, low: ratio / wide, high: ratio * wide, mean_ratio: ratio, verdict, blocks: 30, flags: [] });
  const trial = (copy: Verdict = 'same', slower: Verdict = 'slower', wide = 1.02): Trial =>
    ({ copy: comparison('b', 1, wide, copy), slower: comparison('c', 1 / 1.1, wide, slower), tickNs: 5000, disturbances: [] });
  const eight = (change: (index: number) => Trial) => Array.from({ length: 8 }, (_, index) => change(index));

  test('a quiet browser is told how small a difference it sees', () => {
    const found = findingsOf(eight(() => trial()));
    expect(found).toMatchObject({ races: 8, falseVerdicts: 0, found: 8, wrong: 0, trust: 'good', smallest: 0.03 });
    expect(plain(deviceHeadline(found))).toBe('This browser can tell lanes apart that differ by 3 % or more.');
    const said = deviceSentences(found, eight(() => trial())).map(plain);
    expect(said[0]).toMatch(/never called faster or slower than its own copy/);
    expect(said[1]).toMatch(/found slower in all of them/);
    expect(said.join(' ')).not.toMatch(/Close other programs/);
  });
  test('one false verdict, or a tenth that was missed, makes it rough; two make it worthless', () => {
    expect(findingsOf(eight((index) => trial(index === 0 ? 'faster' : 'same'))).trust).toBe('rough');
    expect(findingsOf(eight((index) => trial('undecided', index < 3 ? 'undecided' : 'slower', 1.06))).trust).toBe('rough');
    const two = findingsOf(eight((index) => trial(index < 2 ? 'slower' : 'same')));
    expect(two.trust).toBe('none');
    expect(deviceSentences(two, []).join(' ')).toMatch(/than its own copy twice.*Close other programs/s);
    expect(findingsOf(eight((index) => trial('same', index === 0 ? 'faster' : 'slower'))).trust).toBe('none');
    expect(findingsOf([]).trust).toBe('none');
  });
  test('the worst race decides what can be told from nothing', () => {
    expect(findingsOf(eight((index) => trial('undecided', 'slower', index === 7 ? 1.08 : 1.01)))).toMatchObject({ trust: 'good' });
    expect(findingsOf(eight((index) => trial('undecided', 'slower', index === 7 ? 1.08 : 1.01))).smallest).toBeCloseTo(0.08);
  });
  test('a race is read by the roles of its lanes, or not at all', () => {
    const raced = { ...report(), comparisons: [comparison('b', 1, 1.01, 'same'), comparison('c', 0.9, 1.01, 'slower')] };
    expect(trialOf(raced, { lane: 'a', copy: 'b', slower: 'c' })).toMatchObject({ tickNs: 5000, copy: { lane: 'b' }, slower: { lane: 'c' } });
    expect(trialOf(raced, { lane: 'x', copy: 'b', slower: 'c' })).toBeNull();
    expect(trialOf({ ...raced, equal: false }, { lane: 'a', copy: 'b', slower: 'c' })).toBeNull();
  });
  test('the time that is left', () => {
    expect(secondsLeft(0, 8, 5)).toBeNull();
    expect(secondsLeft(2, 8, 10)).toBe(30);
  });
});
