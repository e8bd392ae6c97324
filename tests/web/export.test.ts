// What a reader takes away: sh tests/web/run.sh export
import { describe, expect, test } from 'vitest';
import { fileStem, nativeCommand, repeatCsv, samplesCsv, sweepCsv } from '../../web/page/logic/export.ts';
import { SvgPen } from '../../web/page/logic/svg.ts';
import { report } from './report.ts';
import { repeatReport, sweepReport } from './studies.ts';

const rows = (csv: string) => csv.trimEnd().split('\r\n');

describe('files', () => {
  test('are named after lesson, parameters and part', () => {
    expect(fileStem('set-membership', { n: 1000, rate: 0.5 })).toBe('photofinish-set-membership-n1000-rate0.5');
    expect(fileStem(null, {}, 'sweep-n')).toBe('photofinish-race-sweep-n');
    expect(fileStem('a/b c', {})).toBe('photofinish-a_b_c');
  });
});

describe('CSV', () => {
  test('has a row for every sample, quotes what needs it, and keeps numbers exact', () => {
    const raced = report();
    raced.lanes[0].samples = [{ block: 0, calls: 3, seconds: 0.1 + 0.2 }];
    raced.lanes[0].title = 'a "quoted", title';
    const [head, first, ...others] = rows(samplesCsv(raced));
    expect(head).toBe('lane,kind,title,block,calls,seconds,seconds_per_call');
    expect(first).toBe('index_loop,idiom,"a ""quoted"", title",0,3,0.30000000000000004,0.10000000000000002');
    expect(others).toHaveLength(3);
    expect(others[1]).toContain('"C, one thread"');
  });
  test('of a sweep has a row for every lane at every value, empty where it did not run', () => {
    const lines = rows(sweepCsv(sweepReport()));
    expect(lines).toHaveLength(10);
    expect(lines[0].startsWith('n,lane,')).toBe(true);
    expect(lines[3]).toBe('100,sorted_first,,,,,,,');
  });
  test('of runs has every run and all together', () => {
    const lines = rows(repeatCsv(repeatReport()));
    expect(lines).toHaveLength(9);
    expect(lines[4]).toBe('all,direct_loop,index_loop,1.55,1.4,1.7,faster');
  });
});

describe('the native command', () => {
  const parameters = [{ name: 'n', value: 1000, note: '' }, { name: 'rate', value: 0.5, note: '' }];
  test('names only what differs from the file', () => {
    expect(nativeCommand('lanes.py', parameters, { n: 1000, rate: 0.5 })).toBe('python3 -m photofinish race lanes.py');
    expect(nativeCommand('lanes.py', parameters, { n: 200, rate: 0.25 })).toBe('python3 -m photofinish race lanes.py --set n=200 --set rate=0.25');
  });
});

describe('the pen that writes SVG', () => {
  const pen = () => new SvgPen((font, text) => text.length * Number(/(\d+)px/.exec(font)![1]) * 0.5);

  test('makes a file with what was drawn, escaped', () => {
    const it = pen();
    it.fillStyle = '#123456';
    it.globalAlpha = 0.5;
    it.fillRect(1, 2, 3, 4);
    it.globalAlpha = 1;
    it.font = '500 10px "A & B"';
    it.textBaseline = 'middle';
    it.fillText('x < "y"', 5, 6);
    const file = it.file(100, 50, 'a <title>');
    expect(file).toContain('<rect x="1" y="2" width="3" height="4" fill="#123456" opacity="0.5"/>');
    expect(file).toContain('<text x="5" y="9.5" fill="#123456" style="font:500 10px &quot;A &amp; B&quot;">x &lt; &quot;y&quot;</text>');
    expect(file).toContain('<title>a &lt;title&gt;</title>');
  });
  test('closes what it opens, and remembers what was saved', () => {
    const it = pen();
    it.save();
    it.translate(10, 20);
    it.beginPath();
    it.rect(0, 0, 10, 10);
    it.clip();
    it.strokeStyle = 'red';
    it.setLineDash([2, 3]);
    it.beginPath();
    it.moveTo(0, 0);
    it.lineTo(5, 5);
    it.stroke();
    it.restore();
    expect(it.strokeStyle).toBe('#000');
    it.beginPath();
    it.roundRect(0, 0, 10, 10, 3);
    it.fill();
    const file = it.file(10, 10, '');
    expect(file.match(/<g /g)).toHaveLength(2);
    expect(file.match(/<\/g>/g)).toHaveLength(2);
    expect(file).toContain('stroke-dasharray="2 3"');
    expect(file.lastIndexOf('</g>')).toBeLessThan(file.indexOf('a3 3 0 0 1'));
  });
  test('squeezes a text that is too long, as a canvas does', () => {
    const it = pen();
    it.font = '10px a';
    it.fillText('0123456789', 0, 0, 40);
    it.fillText('01', 0, 0, 40);
    expect(it.file(1, 1, '').match(/textLength="40"/g)).toHaveLength(1);
  });
});
