// tests/web/run.sh words
import { describe, expect, test } from 'vitest';
import { factsOf, pairOf } from '../../web/page/logic/facts.ts';
import { countWord, formatBytes, formatInterval, formatNumber, formatPercent, formatPlainSeconds, formatRatio, formatSeconds, parseNumber } from '../../web/page/logic/numbers.ts';
import { bandLabel, copySentence, equalSentence, flagSentence, predictionSentence, predictionWords, stripWords, timesWords, verdictSentence, whatWouldDecide } from '../../web/page/logic/sentences.ts';
import { statusOf, type Doing } from '../../web/page/logic/status.ts';
import { fillText, holds, parseCondition, parseFill } from '../../web/page/logic/template.ts';
import { report, names } from './report.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');

describe('numbers', () => {
  test.each([[11.3e-3, '11.3 ms'], [620e-6, '620 µs'], [8.51e-8, '85.1 ns'], [2.0449, '2.04 s'], [0.99996e-3, '1.00 ms'], [123.4, '123 s'], [1e-9, '1.00 ns'], [0, '0 s'], [NaN, '–']])('%d s is %s', (seconds, text) => {
    expect(plain(formatSeconds(seconds))).toBe(text);
  });
  test.each([[5e-6, '5 µs'], [100e-6, '100 µs'], [1e-3, '1 ms'], [9.3, '9.3 s'], [0.5, '500 ms'], [20e-3, '20 ms'], [1.5e-3, '1.5 ms'], [27.9, '28 s']])('as a setting, %d s is %s', (seconds, text) => {
    expect(plain(formatPlainSeconds(seconds))).toBe(text);
  });
  test.each([[1.5678, '1.57'], [18.23, '18.2'], [330.4, '330'], [9.996, '10.0'], [1234, '1234'], [0.6371, '0.64'], [0.9, '0.90'], [0.999, '1.00'], [0.0123, '0.012'], [0, '–'], [Infinity, '–']])('the ratio %d is %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });
  test('others', () => {
    expect(formatInterval(1.52, 1.61)).toBe('1.52–1.61');
    expect(plain(formatPercent(0.6371))).toBe('64 %');
    expect(plain(formatPercent(0.03))).toBe('3 %');
    expect(plain(formatNumber(100000))).toBe('100 000');
    expect(formatNumber(4000)).toBe('4000');
    expect(plain(formatNumber(-1234567))).toBe('−1 234 567');
    expect(plain(formatBytes(4_123_456))).toBe('4.1 MB');
    expect(countWord(5)).toBe('five');
  });
  test.each([['100_000', 100000], ['100 000', 100000], ['100\u202f000', 100000], ['1e5', 100000], ['.5', 0.5], ['−3', -3], ['', null], ['ten', null], ['1,5', null], ['1e999', null]])('%j is read as %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
  test('what is written can be read again', () => {
    for (const value of [1, 4000, 100000, 1e9, 0.5, -12345]) expect(parseNumber(formatNumber(value))).toBe(value);
  });
});

describe('sentences', () => {
  const facts = factsOf(report(), names, { lane: 'direct_loop', ratio: 1.3 });
  const pair = (lane: string, against?: string) => pairOf(facts, lane, against)!;

  test('times', () => {
    expect(timesWords(1.571)).toBe('1.57 times as fast');
    expect(timesWords(1 / 1.3)).toBe('1.30 times slower');
    expect(timesWords(1.01)).toBe('about as fast');
    expect(predictionWords(1)).toBe('about as fast');
    expect(predictionWords(1.018)).toBe('about as fast');
    expect(predictionWords(9.64)).toBe('about 9.6 times as fast');
    expect(predictionWords(1.3)).toBe('about 1.3 times as fast');
    expect(predictionWords(0.5)).toBe('about 2 times slower');
  });
  test('verdicts', () => {
    const headline = (verdict: 'faster' | 'slower' | 'same' | 'undecided', ratio: number, low: number, high: number) =>
      plain(verdictSentence(pairOf(factsOf(report({ verdict, ratio, low, high }), names), 'direct_loop')!));
    expect(headline('faster', 1.57, 1.52, 1.61)).toBe('The direct loop is 1.57 times as fast here, between 1.52 and 1.61.');
    expect(headline('slower', 0.77, 0.75, 0.8)).toBe('The direct loop is 1.30 times slower here, between 1.25 and 1.33.');
    expect(headline('same', 1.004, 0.99, 1.01)).toBe('The direct loop and the index loop take about the same time here, within 3 %.');
    expect(headline('undecided', 1.03, 0.9, 1.18)).toBe('Undecided: the direct loop may be anything from 1.11 times slower to 1.18 times as fast.');
    expect(verdictSentence(pair('broken'))).toBe('Broken did not run, so there is no verdict.');
  });
  test('what would decide depends on what stood in the way', () => {
    const flagged = (flags: ('few' | 'noisy' | 'coarse')[]) => whatWouldDecide(pairOf(factsOf(report({ verdict: 'undecided', ratio: 1.03, low: 0.9, high: 1.2, flags }), names), 'direct_loop')!);
    expect(new Set([flagged([]), flagged(['few']), flagged(['noisy']), flagged(['coarse'])]).size).toBe(4);
    expect(whatWouldDecide(pair('direct_loop'), [{ kind: 'hidden', at: 1, seconds: 1 }])).toMatch(/keep it in view/);
  });
  test('two lanes other than the baseline are judged by their intervals', () => {
    expect(pair('c_one_thread', 'direct_loop').outcome).toBe('faster');
    expect(pair('direct_loop', 'c_one_thread').outcome).toBe('slower');
    expect(pair('c_all_cores', 'c_one_thread').outcome).toBe('undecided');
    expect(pair('broken', 'direct_loop').outcome).toBe('not run');
  });
  test('equal or not', () => {
    const ran = { error: null }, failed = { error: 'x' };
    expect(equalSentence(true, '4999950000', [ran, ran, ran, ran])).toBe('all four lanes return 4999950000');
    expect(equalSentence(true, '1', [ran, failed, ran])).toBe('both lanes that ran return 1');
    expect(equalSentence(true, '1', [ran, failed])).toBe('the one lane that ran returns 1');
    expect(equalSentence(true, '1', [failed])).toBe('no lane ran to its end');
    expect(equalSentence(false, '1', [ran, ran])).toMatch(/do not return the same/);
  });
  test('copying, flags, labels, words for the picture', () => {
    expect(plain(copySentence(pair('c_all_cores').lane)!)).toBe('C, all cores: 210 µs of its 610 µs is copying data in and out, drawn hatched');
    expect(copySentence(pair('direct_loop').lane)).toBeNull();
    for (const flag of ['few', 'unsteady', 'tail', 'noisy', 'coarse'] as const) expect(flagSentence(flag, pair('direct_loop').lane)).toMatch(/^direct loop: /);
    expect(bandLabel(pair('direct_loop').lane, facts.baseline)).toEqual({ strong: '1.57×', small: '1.52–1.61' });
    expect(plain(bandLabel(facts.lanes[0], facts.baseline).strong)).toBe('11.3 ms');
    expect(bandLabel(pair('broken').lane, facts.baseline).small).toBe('did not run');
    expect(stripWords(facts)).toMatch(/direct loop: 7\.20.ms a call, 1\.57 times as fast, faster\./);
  });
  test('predictions', () => {
    const said = (ratio: number) => predictionSentence({ ...facts, prediction: { lane: 'direct_loop', ratio } });
    expect(said(1.3)).toBe('You said 1.3 times as fast; it was 1.57, between 1.52 and 1.61.');
    expect(said(1.6)).toBe('You said 1.6 times as fast; it was 1.57, between 1.52 and 1.61. Well judged.');
    expect(said(0.5)).toBe('You said 2 times slower; it was 1.57 times as fast.');
    expect(said(1)).toBe('You said about as fast; it was 1.57 times as fast.');
    expect(predictionSentence({ ...facts, prediction: null })).toBe('');
  });
});

describe('templates', () => {
  const facts = factsOf(report(), names, { lane: 'direct_loop', ratio: 1.3 });
  const fill = (text: string) => plain(fillText(parseFill(text)!, facts));

  test('conditions', () => {
    expect(parseCondition('direct_loop: faster, same')).toEqual({ lane: 'direct_loop', against: null, outcomes: ['faster', 'same'] });
    expect(parseCondition('a vs b: not run')).toEqual({ lane: 'a', against: 'b', outcomes: ['not run'] });
    for (const wrong of ['faster', 'a: quicker', 'a vs: faster', 'a:', 'a b: faster']) expect(parseCondition(wrong), wrong).toBeNull();
    expect(holds(parseCondition('direct_loop: faster')!, facts)).toBe(true);
    expect(holds(parseCondition('direct_loop: slower, same')!, facts)).toBe(false);
    expect(holds(parseCondition('broken: not run')!, facts)).toBe(true);
    expect(holds(parseCondition('nobody: not run')!, facts)).toBe(false);
  });
  test('fills', () => {
    expect(fill('time direct_loop')).toBe('7.20 ms');
    expect(fill('times direct_loop')).toBe('1.57 times as fast');
    expect(fill('ratio c_one_thread vs direct_loop')).toBe('11.6');
    expect(fill('slowdown direct_loop vs c_one_thread')).toBe('11.6');
    expect(fill('share direct_loop')).toBe('64 %');
    expect(fill('range direct_loop')).toBe('between 1.52 and 1.61');
    expect(fill('copy c_all_cores')).toBe('210 µs');
    expect(fill('param n')).toBe('100 000');
    expect(fill('cores')).toBe('2');
    expect(fill('prediction')).toMatch(/^You said/);
    expect(fill('time broken')).toBe('–');
    for (const wrong of ['', 'speed a', 'time', 'time a b', 'cores a', 'time 1a', 'constructor']) expect(parseFill(wrong), wrong).toBeNull();
  });
  test('memory and counts', () => {
    const measured = report();
    Object.assign(measured.lanes[0], { peak_bytes: 720_000, counts: { 'calls of key': 12_345 } });
    Object.assign(measured.lanes[1], { peak_bytes: 480 });
    Object.assign(measured.lanes[2], { peak_bytes: 490 });
    const facts = factsOf(measured, names), when = (text: string) => holds(parseCondition(text)!, facts);
    const fill = (text: string) => plain(fillText(parseFill(text)!, facts));
    expect([fill('peak index_loop'), fill('peak direct_loop'), fill('peak broken')]).toEqual(['720 kB', '480 B', '–']);
    expect([fill('count index_loop calls of key'), fill('count index_loop writes'), fill('count direct_loop calls of key')]).toEqual(['12 345', '–', '–']);
    for (const wrong of ['count index_loop', 'count', 'peak', 'peak a b']) expect(parseFill(wrong), wrong).toBeNull();
    expect(when('direct_loop: less memory')).toBe(true);
    expect(when('index_loop vs direct_loop: more memory')).toBe(true);
    expect(when('direct_loop vs c_one_thread: same memory, more memory')).toBe(true);
    expect(when('c_all_cores: less memory, same memory, more memory')).toBe(false);
    expect(when('direct_loop: more memory, faster')).toBe(true);
  });
  test('a renamed function keeps its place in the text', () => {
    const changed = report();
    changed.lanes[1].id = 'mine';
    changed.comparisons[0].lane = 'mine';
    expect(plain(fillText(parseFill('ratio direct_loop')!, factsOf(changed, names)))).toBe('1.57');
  });
});

describe('status', () => {
  const doing: Doing = { phase: 'running', stage: 'race', progress: null, seconds: 2.4, budget: 9.3, lanes: 4, comparison: null, message: '' };
  test('says what is going on', () => {
    expect(statusOf({ ...doing, phase: 'idle' }).headline).toBe('No race yet.');
    expect(plain(statusOf(doing).detail)).toMatch(/^2\.4 of at most 9\.3 s/);
    expect(statusOf(doing).share).toBeCloseTo(0.258);
    expect(statusOf({ ...doing, stage: 'warm-up' }).headline).toBe('Warming up…');
    expect(plain(statusOf({ ...doing, phase: 'loading', progress: { stage: 'loading', done: 4.1e6, total: 9.8e6 } }).detail)).toMatch(/^4\.1 MB of 9\.8 MB/);
    expect(statusOf({ ...doing, stage: null, progress: { stage: 'loading', done: 1e6, total: 4e6 } }).headline).toBe('NumPy is loading…');
    expect(statusOf({ ...doing, phase: 'error', message: 'why' }).detail).toBe('why');
  });
});
