// The engine's pure parts: sh tests/web/run.sh engine
import { afterEach, describe, expect, test, vi } from 'vitest';
import { browserName } from '../../web/engine/features.ts';
import { Output } from '../../web/engine/output.ts';
import { readHome, writeHome } from '../../web/engine/home.ts';
import { Patience } from '../../web/engine/patience.ts';
import type { RaceEvent } from '../../web/protocol.ts';
import { headersFor } from '../../web/isolation/headers.ts';

afterEach(() => { vi.useRealTimers(); });

const bytes = (text: string) => new TextEncoder().encode(text);

describe('output of a program', () => {
  const collect = (limit?: number) => {
    const pieces: string[] = [];
    return { output: new Output((text) => pieces.push(text), limit), pieces };
  };

  test('arrives whole and in order', () => {
    const { output, pieces } = collect();
    for (let i = 0; i < 1000; i++) expect(output.write(bytes(`${i}\n`))).toBe(`${i}\n`.length);
    output.flush();
    expect(pieces.join('')).toBe(Array.from({ length: 1000 }, (_, i) => `${i}\n`).join(''));
    expect(pieces.length).toBeLessThan(20);
  });

  test('beside other processes comes line by line, until it is very much', () => {
    const { output, pieces } = collect();
    output.promptly();
    for (let i = 0; i < 20; i++) output.write(bytes(`${i}\n`));
    expect(pieces.length).toBe(20);
    for (let i = 20; i < 10_000; i++) output.write(bytes(`${i}\n`));
    output.flush();
    expect(pieces.join('')).toBe(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(''));
    expect(pieces.length).toBeLessThan(5000);
  });

  test('keeps characters that come in two parts', () => {
    const { output, pieces } = collect();
    const euro = bytes('10 €');
    output.write(euro.slice(0, 4));
    output.write(euro.slice(4));
    output.flush();
    expect(pieces.join('')).toBe('10 €');
  });

  test('is bounded, says so once, and still takes what is written', () => {
    const { output, pieces } = collect(1024);
    for (let i = 0; i < 100; i++) expect(output.write(bytes('x'.repeat(100)))).toBe(100);
    output.flush();
    const text = pieces.join('');
    expect(text.match(/x/g)).toHaveLength(1024);
    expect(text.match(/output stopped here after 1 KiB/g)).toHaveLength(1);
  });

  test('at the limit to the byte, nothing was lost and nothing is said', () => {
    const { output, pieces } = collect(8);
    output.write(bytes('12345678'));
    output.flush();
    expect(pieces.join('')).toBe('12345678');
  });
});

describe('browser names', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36', 'Chrome 156'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0', 'Edge 156'],
    ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15', 'Safari 26.1'],
    ['curl/8', 'unknown browser'],
  ])('%s', (agent, name) => expect(browserName(agent)).toBe(name));
});

describe('headers', () => {
  test('every response isolates, scripts also carry the workers’ policy', () => {
    expect(headersFor('/lessons/x/')['Cross-Origin-Embedder-Policy']).toBe('require-corp');
    expect(headersFor('/lessons/x/')['Content-Security-Policy']).toBeUndefined();
    expect(headersFor('/assets/worker-1.js')['Content-Security-Policy']).toContain("connect-src 'self'");
    expect(headersFor('/assets/kernels-1.mjs')['Content-Security-Policy']).not.toMatch(/'unsafe-eval'/);
  });
});

/** As much of Emscripten's file system as the home folder needs. */
function fakeFS() {
  const files = new Map<string, Uint8Array>(), folders = new Set(['/home/pyodide']);
  const children = (folder: string) => [...files.keys(), ...folders].filter((path) => path.startsWith(folder + '/') && !path.slice(folder.length + 1).includes('/'))
    .map((path) => path.slice(folder.length + 1));
  return {
    mkdirTree(path: string) { const parts = path.split('/').slice(1); parts.forEach((_, i) => folders.add('/' + parts.slice(0, i + 1).join('/'))); },
    writeFile: (path: string, data: Uint8Array) => { files.set(path, data); },
    readFile: (path: string) => files.get(path)!,
    readdir: (folder: string) => ['.', '..', ...children(folder)],
    lstat: (path: string) => ({ mode: folders.has(path) ? 1 : 2, size: files.get(path)?.length ?? 0 }),
    isDir: (mode: number) => mode === 1,
    isFile: (mode: number) => mode === 2,
  };
}

test('the home folder goes in and comes out', () => {
  const FS = fakeFS();
  writeHome(FS, [['a.txt', bytes('one')], ['deep/er/b.txt', bytes('two')]]);
  const { files, left } = readHome(FS);
  expect(files.map(([path, data]) => [path, new TextDecoder().decode(data)]).sort()).toEqual([['a.txt', 'one'], ['deep/er/b.txt', 'two']]);
  expect(left).toEqual([]);
});

describe('patience with an interpreter in a race', () => {
  const checked: RaceEvent = { event: 'checked', equal: true, value: '1', seconds: 0.1, lanes: [] };
  const samples: RaceEvent = { event: 'samples', lanes: {}, seconds: 1, budget: 9 };

  test('has no end while setup and the first calls run', () => {
    vi.useFakeTimers();
    const lost = vi.fn();
    const patience = new Patience(lost);
    patience.heard({ event: 'stage', stage: 'setup' });
    vi.advanceTimersByTime(3_600_000);
    expect(lost).not.toHaveBeenCalled();
    patience.end();
  });

  test('has no end while the page is hidden', () => {
    vi.useFakeTimers();
    const lost = vi.fn();
    const patience = new Patience(lost);
    patience.heard(checked);
    patience.heard({ event: 'pause', seconds: 1 });
    vi.advanceTimersByTime(3_600_000);
    expect(lost).not.toHaveBeenCalled();
    patience.heard({ event: 'resume', seconds: 1 });
    vi.advanceTimersByTime(21_000);
    expect(lost).toHaveBeenCalledTimes(1);
  });

  test('ends after 10 s and a hundred rounds of silence, counted from the last word', () => {
    vi.useFakeTimers();
    const lost = vi.fn();
    const patience = new Patience(lost);
    patience.heard(checked);
    vi.advanceTimersByTime(19_000);
    patience.heard(samples);
    vi.advanceTimersByTime(19_000);
    expect(lost).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(lost).toHaveBeenCalledOnce();
  });

  test('does not outlive the race', () => {
    vi.useFakeTimers();
    const lost = vi.fn();
    const patience = new Patience(lost);
    patience.heard(checked);
    patience.end();
    vi.advanceTimersByTime(100_000);
    expect(lost).not.toHaveBeenCalled();
  });
});
