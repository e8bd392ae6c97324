// Interpreters that do not come up: a worker that never answers, one whose kernels' threads never start. Another one takes its place.
//
//   BROWSERS=chromium,firefox node --test tests/browser/starting.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, type Browser } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

/** In the page: an engine whose workers behave as `kinds` says, one after the other; further ones are whole. How often workers started and ended, too. */
async function play(url: string, kinds: string[]) {
  const { Worker: Whole } = window;
  const workers: Worker[] = [], warnings: string[] = [];
  let ended = 0;
  const script = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const silent = script('onmessage = () => {};');
  const threadless = script('self.Worker = class { postMessage() {} terminate() {} };');      // workers of workers: the kernels' threads
  window.Worker = class extends Whole {
    constructor(address: string | URL, options?: WorkerOptions) {
      const kind = kinds.shift();
      super(kind === 'silent' ? silent : kind === 'threadless' ? script(`import '${threadless}'; import '${new URL(address, url)}';`) : address, options);
      workers.push(this);
    }

    override terminate() { ended++; super.terminate(); }
  };
  const warn = console.warn;
  console.warn = (text: string) => { warnings.push(text); };
  try {
    const { createEngine } = await import(url);
    const engine = await createEngine();
    const outputs: string[] = [];
    for (let i = 0; i < 4; i++) outputs.push((await engine.run(`print(${i})`)).stdout);
    const threads = engine.info.kernels.threads, cores = engine.info.cores;
    engine.close();
    return { outputs, warnings, left: workers.length - ended, threads: threads > 0, cores };
  } catch (error) {
    return { failed: `${(error as Error).name}: ${(error as Error).message}`, warnings };
  } finally {
    window.Worker = Whole;
    console.warn = warn;
  }
}

for (const name of browsers.filter((name) => name !== 'webkit')) {      // the same code there, and minutes of waiting
  describe(name, { concurrency: name === 'chromium' }, () => {       // they mostly wait; the other browsers' drivers have one page at a time
    let site: Site, browser: Browser;
    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: 240_000 });
    });
    after(async () => { await browser?.close(); await site?.close(); });

    const played = async (kinds: string[]) => {
      const page = await browser.open(site.url + 'docs/');
      try {
        return await page.evaluate(play, site.url + 'photofinish.mjs', kinds) as any;
      } finally {
        await page.close();
      }
    };

    for (const [what, kinds, said] of [
      ['the first of all', ['silent'], [/the start of its worker within 20 s/]],
      ['a spare', ['whole', 'silent'], [/the start of its worker within \d+ s/]],
      ["a spare without its kernels' threads, and the next one's worker", ['whole', 'threadless', 'whole', 'silent'],
        [/the workers of the kernels' threads within \d+ s/, /the start of its worker within \d+ s/]],
    ].slice(name === 'chromium' ? 0 : -1) as [string, string[], RegExp[]][]) {       // the last one has both kinds
      test(`${what} never comes up: another one takes its place`, { timeout: 240_000 }, async (context) => {
        const { outputs, warnings, left, failed, cores } = await played(kinds);
        assert.equal(failed, undefined);
        assert.deepEqual(outputs, ['0\n', '1\n', '2\n', '3\n']);
        if (kinds.includes('threadless') && cores < 2) return context.skip('one core: kernels have no threads of their own');
        assert.equal(warnings.length, said.length, warnings.join('\n'));
        said.forEach((pattern, i) => assert.match(warnings[i], pattern));
        assert.equal(left, 0, 'workers that nobody ended');
      });
    }
  });
}
