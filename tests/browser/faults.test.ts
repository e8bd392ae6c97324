// Processes that die at any moment: random schedules of kills, exits, Stop and closing, against programs with pipes, queues, executors, pools, locks,
// shared memory and managers. Nothing hangs, what arrives is right, nobody is left behind, and the next program runs.
//
//   BROWSERS=chromium node --test tests/browser/faults.test.ts          a handful; SEEDS=500 FIRST=1 for more (make test-faults); SEEDS=1 FIRST=37: that one
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { addModule, browsers, launch, type Browser, type Page } from './drive/index.ts';
import { allowed, describeSchedule, PROGRAMS, scheduleOf, WITHOUT_THREADS, type Schedule } from './faults/schedule.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

const FIRST = Number(process.env.FIRST ?? 1), SEEDS = Number(process.env.SEEDS ?? PROGRAMS.length);
const source = readFileSync(new URL('./faults/programs.py', import.meta.url), 'utf8');
/** ms after which a run that has not ended counts as one that hangs; programs themselves wait up to 60 s for what must come. */
const HANG = 180_000;

interface Outcome { end: string; stdout: string; stderr: string; next: string; workers: number }

/** Runs in the page before anything else: counts the workers that live, and makes engines. */
const PREPARE = (url: string) => `
  const { createEngine } = await import(${JSON.stringify(url)});
  const Native = window.Worker;
  window.alive = new Set();
  window.Worker = class extends Native {
    constructor(...parameters) { super(...parameters); window.alive.add(this); }
    terminate() { window.alive.delete(this); super.terminate(); }
  };
  window.renew = async () => {
    window.output = [];
    window.engine = await createEngine({ onOutput: (_, text) => { window.output.push(text); } });
  };
  await window.renew();`;

/** In the page: one schedule, then another program, then the number of workers that are left once it no longer falls. */
async function runSchedule(source: string, request: string, page: Schedule['page'], hang: number): Promise<Outcome> {
  const { alive, output, renew } = window as any;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  output.length = 0;
  const nothing = { stdout: '', stderr: '' };
  const running = (window as any).engine.run(source, { argv: [request] }).then(
    (result: any) => ({ ...result, end: result.status === 'exit' ? `exit ${result.exitCode}` : result.status }),
    (error: Error) => ({ ...nothing, end: error.name === 'ClosedError' ? 'closed' : `${error.name}: ${error.message}` }),
  );
  if (page) {
    await Promise.race([pause(page.after), running]);
    if (page.what === 'stop') await (window as any).engine.stop();
    else (window as any).engine.close();
  }
  const result = await Promise.race([running, pause(hang).then(() => ({ end: 'hangs', stdout: output.join(''), stderr: '' }))]);
  if (result.end === 'hangs') return { ...result, next: '', workers: alive.size };
  let left = alive.size;
  if (page?.what === 'close') {
    for (let look = 0; look < 100 && alive.size > 0; look++) await pause(50);
    left = alive.size;
    await renew();
  }
  const { stdout: next } = await (window as any).engine.run('print(6 * 7)');
  if (page?.what !== 'close') {
    for (let look = 0; look < 100 && alive.size > 4; look++) await pause(50);
    left = alive.size;
  }
  return { end: result.end, stdout: result.stdout, stderr: result.stderr, next, workers: left };
}

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;
    let threads = false;

    const open = async () => {
      page = await browser.open(site.url + 'docs/');
      await addModule(page, PREPARE(site.url + 'photofinish.mjs'));
      threads = await page.evaluate(() => (window as any).engine.info.threads) as boolean;
    };
    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: HANG + 60_000 });
      await open();
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const programs = name === 'webkit' ? WITHOUT_THREADS : PROGRAMS;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const schedule = scheduleOf(seed, programs);
      test(describeSchedule(schedule), async (context) => {
        const { program, kills, main, leave } = schedule;
        let outcome: Outcome | null = null;
        try {
          outcome = await page.evaluate(runSchedule, source, JSON.stringify({ program, seed, kills, main, leave }), schedule.page, HANG) as Outcome;
          context.diagnostic(`${outcome.end}: ${outcome.stdout.trim()}`);
          assert.ok(allowed(schedule).includes(outcome.end), `${outcome.end}\n${outcome.stdout}\n${outcome.stderr}`);
          assert.doesNotMatch(outcome.stderr, /AssertionError/);
          assert.equal(outcome.next, '42\n');
          // The next program's interpreter, one in reserve, and two in reserve for processes; none where the engine is closed.
          assert.ok(outcome.workers <= (schedule.page?.what === 'close' ? 0 : 4), `${outcome.workers} workers are left`);
        } catch (error) {
          await page.close().catch(() => {});
          await open();
          throw error;
        }
      });
    }

    test('the engine says whether it has threads', () => { assert.equal(threads, name !== 'webkit'); });
  });
}
