// Every public function of photofinish.kernels in the page, in every browser, on one thread and on all cores, beside what Python gives:
// tests/python/every_kernel.py, which runs natively too.
//
//   BROWSERS=chromium,firefox,webkit node --test tests/browser/kernels.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { browsers, launch } from './drive/index.ts';
import { serve } from '../../web/isolation/server.ts';

const program = readFileSync('tests/python/every_kernel.py', 'utf8');

for (const name of browsers) {
  describe(name, () => {
    test('every kernel gives what Python gives', async (context) => {
      const site = await serve('build/site', { headers: true });
      const browser = await launch(name);
      try {
        const page = await browser.open(`${site.url}docs/`);
        const result = await page.evaluate(async (url: string, source: string) => {
          const { createEngine } = await import(url);
          const engine = await createEngine();
          const { status, stdout, stderr, seconds } = await engine.run(source, { timeout: 120 });
          engine.close();
          return { status, stdout, stderr, seconds };
        }, `${site.url}photofinish.mjs`, program) as { status: string; stdout: string; stderr: string; seconds: number };
        assert.equal(result.status, 'ok', result.stderr);
        const found = JSON.parse(result.stdout);
        context.diagnostic(`${found.calls} calls, ${found.threads} threads, ${result.seconds.toFixed(1)} s`);
        assert.deepEqual(found.wrong, []);
        assert.deepEqual(found.missing, []);
        assert.ok(found.calls > 100, `${found.calls} calls`);
      } finally { await browser.close(); await site.close(); }
    });
  });
}
