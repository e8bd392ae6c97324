// Where races are run for the benchmarks of timing: in a browser, through photofinish.mjs as a page does it, or natively, through
// `python3 -m photofinish race`. Each race has an interpreter of its own in both.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { launch, openEngine, type Browser, type Name, type Page } from '../browser/drive/index.ts';
import type { Site } from '../../web/isolation/server.ts';
import type { Report } from '../../web/protocol.ts';

export type PlaceName = Name | 'native';

/** A report without its samples, and how long it took. Seconds since the race was asked for; first: until something was said of the lanes. */
export interface Raced { report: Report; first: number | null; whole: number }

export interface Place {
  name: PlaceName;
  version: string;
  race(what: { source: string } | { lesson: string }, options?: { seed?: number; budget?: number }): Promise<Raced>;
  /** What a program prints. Throws its stderr where it fails. */
  run(program: string): Promise<string>;
  close(): Promise<void>;
}

export const PYTHON = process.env.PYTHON ?? 'build/venv/bin/python';
const environment = { ...process.env, PYTHONPATH: ['src/python', 'build/native/python'].map((folder) => resolve(folder)).join(':') };

/** Runs native Python and returns what it printed. */
export function python(parameters: string[], input = ''): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(PYTHON, parameters, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) child[stream].setEncoding('utf8').on('data', (text: string) => { said[stream] += text; });
    child.on('error', failed);
    child.on('close', (code) => (code ? failed(new Error(`python ${parameters.join(' ')} ended with ${code}: ${said.stderr.slice(-2000)}`)) : done(said.stdout)));
    child.stdin.end(input);
  });
}

export function open(name: PlaceName, site: Site): Promise<Place> {
  return name === 'native' ? openNative() : openBrowser(name, site);
}

// ------------------------------------------------------------------------------------------------ a browser

/** A browser that breaks (WebKitGTK does, once in some hundred races) is started anew and asked again, once. */
async function openBrowser(name: Name, site: Site): Promise<Place> {
  let browser: Browser, page: Page;
  const start = async () => {
    browser = await launch(name, { record: false, timeout: 90_000 });
    page = await openEngine(browser, site.url);
  };
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      console.error(`\n${name}: ${(error as Error).message.split('\n')[0]}; starting it anew`);
      await browser.close().catch(() => {});
      await start();
      return work();
    }
  };
  await start();
  return {
    name, version: browser!.version,
    race: (what, options = {}) => again(() => page.evaluate(raceInPage, what, options) as Promise<Raced>),
    run: (program) => again(() => page.evaluate(async (source: string) => {
      const result = await (window as any).engine.run(source);
      if (result.status !== 'ok') throw new Error(result.stderr);
      return result.stdout;
    }, program) as Promise<string>),
    close: () => browser.close(),
  };
}

/** Runs in the page. */
async function raceInPage(what: object, options: object): Promise<Raced> {
  const since = performance.now();
  let first: number | null = null;
  const onEvent = (event: { event: string }) => { if (event.event === 'look') first ??= (performance.now() - since) / 1000; };
  const report = await (window as any).engine.race(what, { ...options, onEvent });
  const whole = (performance.now() - since) / 1000;
  return { report: { ...report, lanes: report.lanes.map((lane: object) => ({ ...lane, samples: [] })) }, first, whole };
}

// ------------------------------------------------------------------------------------------------ native

async function openNative(): Promise<Place> {
  const version = (await python(['-c', 'import platform; print(platform.python_version())'])).trim();
  const folder = mkdtempSync(`${tmpdir()}/photofinish-timing-`);
  return {
    name: 'native', version: `CPython ${version}`,
    async race(what, { seed, budget } = {}) {
      const file = 'source' in what ? `${folder}/lanes.py` : `lessons/${what.lesson}/lanes.py`, out = `${folder}/report.json`;
      if ('source' in what) writeFileSync(file, what.source);
      const since = performance.now();
      await python(['-m', 'photofinish', 'race', file, '--json', out,
        ...(seed === undefined ? [] : ['--seed', String(seed)]), ...(budget === undefined ? [] : ['--budget', String(budget)])]);
      const whole = (performance.now() - since) / 1000;
      const report = JSON.parse(readFileSync(out, 'utf8')) as Report;
      return { report: { ...report, lanes: report.lanes.map((lane) => ({ ...lane, samples: [] })) }, first: null, whole };
    },
    run: (program) => python(['-'], program),
    async close() { rmSync(folder, { recursive: true, force: true }); },
  };
}
