// Runs CPython's own tests of threads, or of processes, in the page's engine, and says what passed, was skipped and failed:
//
//   make test-threads-cpython test-processes-cpython
//                                              BROWSERS=chromium,firefox; ONLY=test_queue,test_sched; WORDS=Lock,Pipe: only tests with one of
//                                              them in the name; RECORD=1 for the docs
//   node tests/cpython/run.ts LIBRARY WHAT     the folder of CPython 3.14's library that has test/ in it; threads or processes
//
// Each module runs in an interpreter of its own. A test that says nothing for SILENCE seconds counts as hung; the module then goes on
// without it. Ends with status 1 where a test hung, ended the interpreter, or failed and is not in expected.json, which has the reasons.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browsers, launch, openEngine, type Name, type Page } from '../browser/drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import { record } from '../bench/report.ts';

const [library, what] = process.argv.slice(2) as [string, 'threads' | 'processes'];
const SILENCE = 60;
const LONGEST = 40 * 60_000;       // of a module, in ms
const MODULES = {
  threads: ['test_thread', 'test_threading', 'test_threading_local', 'test_queue', 'test_threadsignals', 'test_sched',
    ...['thread_pool', 'wait', 'as_completed', 'shutdown', 'deadlock'].map((part) => `test_concurrent_futures.test_${part}`)],
  processes: [...['processes', 'misc', 'threads', 'manager'].map((part) => `test_multiprocessing_spawn.test_${part}`), 'test_concurrent_futures.test_process_pool'],
}[what];
const words = JSON.stringify(process.env.WORDS?.split(',') ?? []);
const only = process.env.ONLY?.split(',');
const modules = MODULES.filter((name) => !only || only.some((part) => name.includes(part)));
const expected: Record<string, string> = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));

interface Told { test: string; outcome: 'started' | 'passed' | 'failed' | 'skipped' | 'hung'; why: string }

/** The files of the package `test` that these modules use, by path below the home folder. */
function testFiles(): Record<string, string> {
  const files: Record<string, string> = { 'tests.py': readFileSync(new URL('tests.py', import.meta.url), 'utf8') };
  const add = (path: string) => { files[path] = readFileSync(join(library, path), 'utf8'); };
  const all = (folder: string) => readdirSync(join(library, folder)).filter((file) => file.endsWith('.py')).forEach((file) => add(`${folder}/${file}`));
  const folders = ['support', 'support/_hypothesis_stubs', 'test_concurrent_futures', ...(what === 'processes' ? ['test_multiprocessing_spawn', 'test_importlib/metadata'] : [])];
  for (const folder of folders) all(`test/${folder}`);
  const helpers = what === 'threads' ? ['lock_tests', 'audit-tests', 'mock_socket'] : ['_test_multiprocessing', 'mp_preload', 'mp_fork_bomb', 'test_importlib/__init__'];
  for (const name of ['__init__', ...helpers, ...MODULES.filter((each) => !each.includes('.'))]) add(`test/${name}.py`);
  return files;
}

async function runModule(page: Page, name: string): Promise<Told[]> {
  const ended = new Map<string, Told>();
  for (let attempt = 0; attempt < 20; attempt++) {
    const lines: string = await page.evaluate(async (name: string, skip: string, words: string, silence: number) => {
      const { engine, output } = window as any;
      output.length = 0;
      const running = engine.run((window as any).source, { argv: [skip, words, `test.${name}`] });
      let heard = performance.now(), before = 0;
      const timer = setInterval(() => {
        if (output.length !== before) { before = output.length; heard = performance.now(); }
        else if (performance.now() - heard > silence * 1000) { heard = Infinity; output.push('\n@@hung\n'); void engine.stop(); }
      }, 500);
      const { status, stdout, stderr } = await running;
      clearInterval(timer);
      return `${output.includes('\n@@hung\n') ? '@@hung\n' : ''}${stdout}\n@@status ${status}\n${stderr.slice(-3000)}`;
    }, name, JSON.stringify([...ended.keys()]), words, SILENCE) as string;
    let last: string | null = null;
    for (const [, text] of lines.matchAll(/^@@(\{.*\})$/gm)) {
      const told: Told = JSON.parse(text!);
      if (told.outcome === 'started') last = told.test;
      else {
        if (last === told.test) last = null;
        if (ended.get(told.test)?.outcome !== 'failed') ended.set(told.test, told);
      }
    }
    const status = /^@@status (\w+)$/m.exec(lines)![1]!, hung = lines.startsWith('@@hung');
    if (process.env.SHOW) console.log(lines.split('\n').filter((line) => !line.startsWith('@@{')).join('\n').slice(-3000));
    if (status === 'ok' && !hung) break;
    const test = last ?? name;
    ended.set(test, { test, outcome: 'hung', why: hung ? `says nothing for ${SILENCE} s` : `ended the program: ${status}; ${lines.trimEnd().split('\n').at(-1)!.slice(0, 200)}` });
    if (!last) break;
  }
  return [...ended.values()];
}

const count = (told: Told[], outcome: Told['outcome']) => told.filter((each) => each.outcome === outcome).length;
const summary = (told: Told[]) => (['passed', 'failed', 'skipped', 'hung'] as const).map((outcome) => `${count(told, outcome)} ${outcome}`).join(', ');

/** Why tests were skipped, the most frequent reason first. */
function reasons(told: Told[]): string {
  const skipped = Map.groupBy(told.filter((each) => each.outcome === 'skipped'), (each) => each.why);
  return [...skipped].sort((a, b) => b[1].length - a[1].length).map(([why, tests]) => `${tests.length}: ${why}`).join('; ');
}

const files = testFiles();
const site = await serve('build/site', { headers: true });
const results = new Map<string, Map<string, Told[]>>();       // by module, by browser
const versions: Record<string, string> = {};
for (const browserName of browsers.filter((each) => each !== 'webkit')) {
  const browser = await launch(browserName, { timeout: LONGEST });
  versions[browserName] = browser.version;
  try {
    const page = await openEngine(browser, site.url);
    await page.evaluate(async (files: Record<string, string>) => {
      for (const [path, text] of Object.entries(files)) await (window as any).engine.writeFile(path, text);
      Object.assign(window, { source: files['tests.py'] });
    }, files);
    for (const name of modules) {
      const since = performance.now(), told = await runModule(page, name);
      if (!results.has(name)) results.set(name, new Map());
      results.get(name)!.set(browserName, told);
      console.log(`${summary(told)} in ${((performance.now() - since) / 1000).toFixed(1)}s: ${browserName}, ${name}`);
      for (const { test, outcome, why } of told) {
        if (outcome === 'failed' || outcome === 'hung') console.log(`    ${outcome}${test in expected ? ', as expected' : ''}: ${test}: ${why}`);
      }
    }
  } finally {
    await browser.close();
  }
}
await site.close();

const all = [...results.values()].flatMap((each) => [...each.values()].flat());
if (process.env.RECORD && !only && words === '[]') {
  const names = Object.keys(versions);
  const rows = [...results].map(([name, told]) => [name, ...names.map((each) => summary(told.get(each)!)), `skipped: ${reasons(told.get(names[0]!)!) || 'none'}`]);
  const failed = new Set(all.filter((each) => each.outcome === 'failed' || each.outcome === 'hung').map((each) => each.test));
  const outcome = (test: string, name: string) => [...results.values()].flatMap((each) => each.get(name)!).find((each) => each.test === test)?.outcome ?? '';
  for (const test of failed) rows.push([test.replace(/^test\./, ''), ...names.map((each) => outcome(test, each)), expected[test] ?? 'not known']);
  record(`${what}-cpython`, versions, rows, ['tests', ...names, 'why']);
}
process.exit(all.some(({ test, outcome }) => outcome === 'hung' || (outcome === 'failed' && !(test in expected))) ? 1 : 0);
