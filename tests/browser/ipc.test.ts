// BROWSERS=chromium,firefox,webkit node --test tests/browser/ipc.test.ts
//
// ipc.wasm in real browsers: two workers pass messages round, asleep in between; one is terminated in the middle, the page ends it, and
// the other one is told. The page itself never waits. WebKitGTK's page dies when such a worker is terminated (seen each time; not when the
// worker only computes, or only sleeps): there it is ended first, leaves the kernel, stops by itself, and is terminated then.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { browsers, launch } from './drive/index.ts';
import { serve } from '../../web/isolation/server.ts';

const folder = 'build/tests/ipc-page', ROUNDS = 3000;
mkdirSync(folder, { recursive: true });
cpSync('build/wasm/ipc.wasm', `${folder}/ipc.wasm`);
cpSync('tests/browser/ipc-worker.mjs', `${folder}/worker.mjs`);
writeFileSync(`${folder}/index.html`, '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>ipc</title>');

/** In the page. Everything that the test asserts, as plain values. */
async function play(rounds: number, atOnce: boolean) {
  type Message = { microseconds?: number; wrong?: number; status?: number };
  const BASE = 65536, SUPERVISOR = 64, BUSY = -2;
  const module = await WebAssembly.compile(await (await fetch('ipc.wasm')).arrayBuffer());
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 1024, shared: true });
  const kernel = new WebAssembly.Instance(module, { env: { memory }, host: { now: () => performance.now() / 1000 } })
    .exports as unknown as Record<string, (...values: number[]) => number>;
  const created = kernel.ipc_create(BASE, 8 << 20, 4, 500);
  const tokens = [kernel.ipc_start(BASE, 1), kernel.ipc_start(BASE, 1)];
  const pipes = [kernel.ipc_pipe(BASE, SUPERVISOR), kernel.ipc_pipe(BASE, SUPERVISOR)];
  pipes.forEach((pipe, from) => [tokens[1 - from], tokens[from]].forEach((token, end) => {      // the second reads the first pipe
    kernel.ipc_ticket_take(BASE, token, kernel.ipc_ticket(BASE, SUPERVISOR, pipe, end));
    kernel.ipc_close(BASE, SUPERVISOR, pipe, end);
  }));
  const workers = tokens.map(() => new Worker('worker.mjs', { type: 'module' }));
  const messages: Message[] = [];
  const arrived = (wanted: keyof Message) => new Promise<Message>((resolve, reject) => {
    const found = messages.find((message) => wanted in message);
    if (found) return resolve(found);
    workers[0].addEventListener('message', ({ data }) => wanted in data && resolve(data));
    for (const worker of workers) worker.addEventListener('error', (event) => reject(new Error(event.message)));
  });
  workers[0].addEventListener('message', ({ data }) => messages.push(data));
  workers.forEach((worker, me) => worker.postMessage({ module, memory, base: BASE, token: tokens[me],
    input: pipes[1 - me], output: pipes[me], rounds: me === 0 ? rounds : 0 }));
  const { microseconds } = await arrived('microseconds');

  const end = async (token: number) => {
    const since = performance.now();
    let status = kernel.ipc_end(BASE, token >> 6, 9, 0);
    while (status === BUSY) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      status = kernel.ipc_end(BASE, token >> 6, 9, performance.now() - since > 1000 ? 1 : 0);
    }
    return status;
  };
  if (atOnce) workers[1].terminate();
  const ended = [await end(tokens[1])];
  if (!atOnce) setTimeout(() => workers[1].terminate(), 300);
  const { wrong, status } = await arrived('status');
  ended.push(await end(tokens[0]));
  workers[0].terminate();
  return { created, ended, wrong, status, microseconds, checked: kernel.ipc_check(BASE), left: [0, 5, 8, 9].map((what) => kernel.ipc_count(BASE, what)) };
}

for (const name of browsers) {
  test(`${name}: two workers, one of them terminated`, { timeout: 120_000 }, async (t) => {
    const site = await serve(folder, { headers: true });
    const browser = await launch(name);
    try {
      const page = await browser.open(site.url);
      const { microseconds, ...seen } = await page.evaluate(play, ROUNDS, name !== 'webkit');
      t.diagnostic(`round trip ${microseconds?.toFixed(1)} us`);
      assert.deepEqual(seen, { created: 0, ended: [0, 0], wrong: 0, status: -8, checked: 0, left: [0, 0, 0, 0] });
      assert.deepEqual(await page.console(), []);
    } finally {
      await browser.close();
      await site.close();
    }
  });
}
