// Tests the library that drives the browsers, in each engine, on a small page with workers within workers and shared memory.
// Run:  BROWSERS=chromium,firefox,webkit node --test tests/browser/drive.selftest.ts

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browsers, launch } from './drive/index.ts';
import type { Browser, Page } from './drive/index.ts';
import { serve } from '../../web/isolation/server.ts';
import type { Site } from '../../web/isolation/server.ts';

declare const window: any, document: any, location: any, navigator: any, innerWidth: number, innerHeight: number, matchMedia: (query: string) => { matches: boolean };

const FILES: Record<string, string> = {
  'index.html': `<!doctype html><meta charset="utf-8"><title>Self test</title><link rel="icon" href="data:,">
    <style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>
    <input id="field"><textarea id="area"></textarea><button id="go">go</button><a id="link" href="other.html" target="_blank">other</a><output></output><x-host></x-host>
    <script type="module" src="main.mjs"></script>`,
  'main.mjs': `
    customElements.define('x-host', class extends HTMLElement {
      constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = '<button class="inner">in</button><input class="inner">'; }
      connectedCallback() { this.shadowRoot.querySelector('button').onclick = event => { window.inner = event.isTrusted; }; }
    });
    document.querySelector('#go').onclick = event => { document.querySelector('output').textContent = 'clicked ' + event.isTrusted; };
    window.keys = [];
    addEventListener('keydown', event => { if (event.isTrusted) keys.push((event.ctrlKey ? 'Control+' : '') + (event.shiftKey ? 'Shift+' : '') + event.key); });
    window.nested = () => new Promise((resolve, reject) => {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const worker = new Worker('outer.mjs', { type: 'module' });
      worker.onerror = event => reject(new Error(event.message));
      worker.onmessage = event => { worker.terminate(); resolve([event.data, new Int32Array(memory.buffer)[0]]); };
      worker.postMessage(memory);
    });`,
  'outer.mjs': `onmessage = async event => {
      const inner = new Worker('inner.mjs', { type: 'module' });
      inner.onmessage = ({ data }) => postMessage(data);
      inner.postMessage(event.data);
    };`,
  'inner.mjs': `onmessage = async event => {
      console.log('from a worker in a worker');
      const view = new Int32Array(event.data.buffer);
      Atomics.store(view, 0, 42);
      await fetch('inner.json');
      const foreign = await fetch('https://foreign.invalid/').then(() => 'reached', () => 'blocked');
      postMessage(Atomics.wait(view, 1, 0, 20) + ' ' + foreign);
    };`,
  'inner.json': '{}',
  'other.html': '<!doctype html><title>Other</title><link rel="icon" href="data:,"><body><p>other</p>',
  'frame.html': '<!doctype html><title>Frame</title><link rel="icon" href="data:,"><button onclick="this.textContent = 1 + 1">press</button><input>',
  'strict.html': `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'self'"><title>Strict</title><script src="strict.mjs" type="module"></script>`,
  'strict.mjs': `window.strict = 'yes'; fetch('http://foreign.invalid/strict').catch(() => {});`,
  'worker-host.html': '<!doctype html><title>Service worker</title><link rel="icon" href="data:,">',
  'sw.js': `addEventListener('install', event => event.waitUntil(fetch('from-sw.json').then(() => skipWaiting())));
    addEventListener('activate', event => event.waitUntil(clients.claim()));
    addEventListener('fetch', event => { if (event.request.url.endsWith('/virtual.json')) event.respondWith(new Response('{"made": true}')); });`,
  'from-sw.json': '{}',
};

const folder = mkdtempSync(path.join(tmpdir(), 'photofinish-selftest-'));
for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
after(() => rmSync(folder, { recursive: true }));

test('server: types, headers, prefix, 304, 404, nothing outside the folder', async () => {
  const site = await serve(folder, { headers: true, prefix: '/some/sub/path/' });
  try {
    const page = await fetch(site.url), etag = page.headers.get('etag')!;
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
    assert.equal(page.headers.get('content-security-policy'), null);
    assert.equal((await fetch(site.url, { headers: { 'if-none-match': etag } })).status, 304);
    assert.equal((await fetch(new URL('/index.html', site.url))).status, 404);
    assert.equal((await fetch(`${site.url}..%2f..%2fetc%2fpasswd`)).status, 403);
    assert.deepEqual(site.requests.map(request => request.status), [200, 304, 404, 403]);
    assert.equal(site.missing()[0], '/index.html');
  } finally { await site.close(); }
});

test('a missing browser: the error names the package', async () => {
  const kept = process.env.CHROMIUM;
  process.env.CHROMIUM = '/nowhere/chromium';
  try { await assert.rejects(launch('chromium'), /nowhere\/chromium not found.*apt-get install chromium.*CHROMIUM/); }
  finally { if (kept === undefined) delete process.env.CHROMIUM; else process.env.CHROMIUM = kept; }
});

/** Command lines of the processes with this in their environment. */
function processesWith(setting: string): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(id => {
    try { return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(setting) ? [`${id} ${readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 80)}`] : []; } catch { return []; }
  });
}

for (const name of browsers) describe(name, { timeout: 180_000 }, () => {
  let site: Site, foreign: Site, browser: Browser, page: Page;

  before(async () => {
    site = await serve(folder, { headers: true });
    foreign = await serve(folder, { headers: true });
    browser = await launch(name, { timeout: 20_000 });
    page = await browser.open(site.url, { width: 800, height: 600 });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await foreign?.close();
  });

  test('name, version, title, url, size, colour', async () => {
    assert.equal(browser.name, name);
    assert.match(browser.version, /^\d+\.\d+/);
    assert.equal(await page.title(), 'Self test');
    assert.equal(await page.url(), site.url);
    assert.deepEqual(await page.evaluate(() => [innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches]), [800, 600, false]);
  });

  test('evaluate: arguments, results, promises, expressions, errors', async () => {
    assert.deepEqual(await page.evaluate((a: number, b: { c: string[] }) => ({ a, b }), 1, { c: ['x', '"\u2028'] }), { a: 1, b: { c: ['x', '"\u2028'] } });
    assert.equal(await page.evaluate(async () => 7), 7);
    assert.equal(await page.evaluate('await Promise.resolve(1) + 1'), 2);
    assert.equal(await page.evaluate('undefined'), undefined);
    await assert.rejects(page.evaluate(() => { throw new RangeError('too far'); }), (error: Error) => error.name === 'RangeError' && error.message === 'too far' && /from the page to the test/.test(error.stack!));
    await assert.rejects(page.evaluate('Promise.reject("plain")'), /plain/);
    await page.evaluate(() => { window.kept = 5; });
    assert.equal(await page.evaluate('window.kept'), 5);
  });

  test('shared memory in a worker within a worker; its policy blocks the foreign', async () => {
    assert.equal(await page.evaluate('crossOriginIsolated'), true);
    for (let i = 0; i < 5; i++) assert.deepEqual(await page.evaluate('window.nested()'), ['timed-out blocked', 42]);
  });

  test('waitFor: true later, arguments, across a reload, time limit with the last error', async () => {
    await page.evaluate(() => { setTimeout(() => { window.later = 'now'; }, 200); });
    assert.equal(await page.waitFor((word: string) => window.later === word && word, 'now'), 'now');
    await page.evaluate(() => { setTimeout(() => location.replace('?again'), 200); });
    assert.equal(await page.waitFor(() => location.search === '?again' && window.keys && location.search, { timeout: 10_000 }), '?again');
    await assert.rejects(page.waitFor(() => window.nothing.at.all, { timeout: 300 }), /not true within 300 ms.*nothing[^]*last error: TypeError/);
  });

  test('click and type are real, also in a shadow root', async () => {
    await page.click('#go');
    assert.equal(await page.evaluate(`document.querySelector('output').textContent`), 'clicked true');
    await page.click('button.inner');
    assert.equal(await page.evaluate('window.inner'), true);
    await page.type('#field', 'Aß 9 (x_y): "é"!');
    assert.equal(await page.evaluate(`document.querySelector('#field').value`), 'Aß 9 (x_y): "é"!');
    await page.type('#area', 'for i in x:\n    pass');
    assert.equal(await page.evaluate(`document.querySelector('#area').value`), 'for i in x:\n    pass');
    await page.type('x-host >>> input', 'deep');
    assert.equal(await page.evaluate(`document.querySelector('x-host').shadowRoot.querySelector('input').value`), 'deep');
    await assert.rejects(page.type('output', 'no'), /does not take the focus/);
  });

  test('press: keys, combinations, the focus moves on Tab', async () => {
    await page.evaluate(() => { window.keys.length = 0; document.querySelector('#field').focus(); });
    for (const key of ['Control+Enter', 'Escape', 'ArrowLeft', 'x', 'Shift+Tab', 'Tab', 'Tab']) await page.press(key);
    assert.deepEqual(await page.evaluate(`keys.filter(key => !/(Control|Shift)$/.test(key))`), ['Control+Enter', 'Escape', 'ArrowLeft', 'x', name === 'webkit' ? 'Shift+Unidentified' : 'Shift+Tab', 'Tab', 'Tab']);
    await page.evaluate(() => document.querySelector('#area').focus());
    await page.press('Shift+Tab');
    assert.equal(await page.evaluate('document.activeElement.id'), 'field');
    await page.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.id'), 'area');
    await page.press('Control+a');
    await page.press('Delete');
    assert.equal(await page.evaluate(`document.querySelector('#area').value`), '');
  });

  test('a phone\'s width, and screenshot of that size', async () => {
    await page.setSize(390, 700);
    assert.deepEqual(await page.evaluate(() => [innerWidth, innerHeight]), [390, 700]);
    const file = path.join(folder, `${name}.png`);
    await page.screenshot(file);
    const png = readFileSync(file);
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [390, 700]);
  });

  test('goto and reload; a warm cache asks again and gets 304', async () => {
    await page.goto(`${site.url}?third`);
    assert.equal(await page.evaluate('location.search'), '?third');
    const before = site.requests.length;
    await page.evaluate(() => { window.gone = true; });
    await page.reload();
    assert.equal(await page.evaluate('typeof window.gone'), 'undefined');
    assert.deepEqual(site.requests.slice(before).filter(request => request.path === '/main.mjs').map(request => request.status), [304]);
  });

  test('a document in an iframe of another origin', async () => {
    await page.evaluate((url: string) => { const frame = document.createElement('iframe'); frame.id = 'far'; frame.src = url; document.body.append(frame); }, foreign.url.replace('127.0.0.1', 'localhost') + 'frame.html');
    const frame = page.frame('#far');
    await frame.click('button');
    assert.equal(await frame.waitFor(`document.querySelector('button').textContent === '2' && document.title`), 'Frame');
    await frame.type('input', 'in a frame');
    assert.equal(await frame.evaluate(`document.querySelector('input').value`), 'in a frame');
    assert.equal(await page.title(), 'Self test');
  });

  test('console: levels, uncaught errors', async () => {
    await page.evaluate(() => { console.log('one', 2); console.info('i'); console.warn('w'); console.error('e'); console.debug('d'); });
    await page.evaluate(() => { window.setTimeout(() => { throw new Error('thrown late'); }); window.setTimeout(() => { Promise.reject(new Error('rejected late')); }); });
    await new Promise(resolve => setTimeout(resolve, 300));
    const messages = await page.console(), find = (type: string, text: string) => messages.some(message => message.type === type && message.text.includes(text));
    for (const [type, text] of [['log', 'one 2'], ['info', 'i'], ['warning', 'w'], ['error', 'e'], ['debug', 'd'], ['uncaught', 'thrown late']]) assert.ok(find(type, text), `${type} ${text} in ${JSON.stringify(messages)}`);
    if (name !== 'webkit') assert.ok(find('log', 'from a worker in a worker'));
  });

  test('requests: page, workers and what they load; not what a policy blocked', async () => {
    const requests = await page.requests();
    for (const file of ['', 'main.mjs', 'outer.mjs', 'inner.mjs', 'inner.json']) assert.ok(requests.includes(site.url + file), `${file} in ${requests.join(' ')}`);
    assert.ok(!requests.some(url => url.includes('foreign.invalid')), requests.join(' '));
    await page.evaluate(() => fetch('http://foreign.invalid/page').then(() => {}, () => {}));
    assert.ok((await page.requests()).includes('http://foreign.invalid/page'));
    assert.deepEqual(site.missing(), []);
  });

  test('a page whose policy forbids eval: evaluate works; a violation is in the console', async () => {
    await page.goto(`${site.url}strict.html`);
    assert.equal(await page.waitFor('window.strict'), 'yes');
    await page.evaluate(() => new Promise(resolve => { setTimeout(resolve, 200); }));
    const violations = (await page.console()).filter(message => message.type === 'csp');
    assert.ok(violations.some(message => message.text.includes('http://foreign.invalid/strict')), JSON.stringify(violations));
  });

  test('service worker: runs, answers, its requests are known', async () => {
    await page.goto(`${site.url}worker-host.html`);
    await page.evaluate(() => navigator.serviceWorker.register('sw.js').then(() => {}));
    await page.waitFor('navigator.serviceWorker.controller !== null');
    assert.deepEqual(await page.evaluate(`(await fetch('virtual.json')).json()`), { made: true });
    const requests = await page.requests();
    assert.ok(requests.includes(`${site.url}from-sw.json`), requests.join(' '));
    await page.reload();
    assert.equal(await page.evaluate('navigator.serviceWorker.controller !== null'), true);
  });

  test('more pages: opened by the test and by the page itself; they keep apart', async () => {
    await page.goto(site.url);
    const second = await browser.open(`${site.url}other.html`, { width: 640, height: 480 });
    assert.deepEqual([await page.title(), await second.title(), await second.evaluate(() => innerWidth)], ['Self test', 'Other', 640]);
    await second.close();
    await page.click('#link');
    let titles: string[] = [];
    for (let i = 0; i < 50 && !titles.includes('Other'); i++) {
      titles = await Promise.all((await browser.pages()).map(each => each.title()));
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.deepEqual(titles.toSorted(), ['Other', 'Self test']);
    for (const each of await browser.pages()) if (await each.title() === 'Other') await each.close();
    assert.equal((await browser.pages()).length, 1);
  });

  test('dark', async () => {
    const other = await launch(name, { timeout: 20_000 });
    try {
      const dark = await other.open(site.url, { dark: true });
      assert.equal(await dark.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), true);
    } finally { await other.close(); }
  });

  test('nothing hangs: a promise that never settles, an element that never comes, a browser that dies', async () => {
    const other = await launch(name, { timeout: 6000, environment: { DRIVE_SELFTEST: 'dies' } });
    try {
      const hung = await other.open(site.url);
      await assert.rejects(hung.evaluate(() => new Promise(() => {})), /not finished within 6000 ms/);
      await assert.rejects(hung.click('#never'), /no element matches #never/);
      assert.equal(await hung.evaluate('1 + 1'), 2);
      const waiting = assert.rejects(hung.waitFor('false', { timeout: 60_000 })), since = Date.now();
      for (const line of processesWith('DRIVE_SELFTEST=dies')) try { process.kill(Number.parseInt(line), 'SIGKILL'); } catch { /* gone with its parent */ }
      await waiting;
      await assert.rejects(hung.evaluate('1'));
      assert.ok(Date.now() - since < 20_000);
    } finally { await other.close(); }
  });

  test('profile: storage stays between launches', { skip: name === 'webkit' && 'MiniBrowser keeps nothing under automation' }, async () => {
    const profile = mkdtempSync(path.join(tmpdir(), 'photofinish-profile-'));
    try {
      for (const expected of [null, 'kept']) {
        const other = await launch(name, { profile, timeout: 20_000 });
        try {
          const first = await other.open(site.url);
          assert.equal(await first.evaluate(`localStorage.getItem('word')`), expected);
          await first.evaluate(() => { window.localStorage.setItem('word', 'kept'); });
        } finally { await other.close(); }
      }
    } finally { rmSync(profile, { recursive: true, maxRetries: 5 }); }
  });

  test('killed outright, the test takes browser and folders with it', async () => {
    const script = `import { launch } from ${JSON.stringify(new URL('./drive/index.ts', import.meta.url).href)};
      const browser = await launch('${name}'); await browser.open('about:blank'); console.log('open'); setInterval(() => {}, 1000);`;
    const home = mkdtempSync(path.join(tmpdir(), 'photofinish-killed-'));
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: home } });
    await new Promise<void>((resolve, reject) => { child.stdout.once('data', () => resolve()); child.once('exit', () => reject(new Error('ended early'))); });
    const left = () => [...processesWith(`TMPDIR=${home}`), ...readdirSync(home).filter(name => name.startsWith('photofinish-'))];
    assert.ok(left().length >= 3, left().join(' '));
    child.kill('SIGKILL');
    for (let i = 0; i < 200 && left().length; i++) await new Promise(resolve => setTimeout(resolve, 50));
    assert.deepEqual(left(), []);
    rmSync(home, { recursive: true });
  });
});
