// WebKitGTK over WebKitWebDriver (W3C WebDriver by HTTP), with MiniBrowser on an X server of its own.
// Console: the driver has none, so a script put first into every document by a proxy (proxy.ts) reports it. Workers are not covered, nor what the
// browser itself complains of, except uncaught errors and CSP violations of documents. Requests: that proxy sees everything, workers
// and service worker included; https by host only. Option record: false takes the proxy away, for timing; both records are then empty.
// JSC_useSharedArrayBuffer=1 is what gives this engine shared memory, and then without isolation too: assert on crossOriginIsolated.
// MiniBrowser keeps nothing on disk under automation: no `profile`. A warm cache and service workers live as long as the browser.
// Shift+Tab moves the focus back, but the page sees its key as 'Unidentified'.
// Dark is an argument of MiniBrowser: all pages of a browser have the first one's.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import type { Browser, LaunchOptions, OpenOptions } from './types.ts';
import { freePort, Gone, guard, program, sleep, start, START_LIMIT, until } from './processes.ts';
import type { Child } from './processes.ts';
import { recordingProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { CommandError, Session } from './w3c.ts';

const COMMANDS: Record<string, string> = {
  CloseWindow: 'DELETE window', ElementClick: 'POST element/{id}/click', ExecuteAsyncScript: 'POST execute/async', ExecuteScript: 'POST execute/sync', GetCurrentURL: 'GET url',
  GetTitle: 'GET title', GetWindowHandles: 'GET window/handles', Navigate: 'POST url', NewWindow: 'POST window/new', PerformActions: 'POST actions',
  ReleaseActions: 'DELETE actions', SetTimeouts: 'POST timeouts', SetWindowRect: 'POST window/rect', SwitchToFrame: 'POST frame', SwitchToWindow: 'POST window', TakeScreenshot: 'GET screenshot',
};

// MiniBrowser's toolbar would hold its window at 447 px; a phone's width is 390.
const NARROW = '* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; -gtk-icon-source: none; font-size: 1px; }\n';

function miniBrowser(): string {
  const candidates = ['x86_64', 'aarch64'].flatMap(machine => {
    const folder = `/usr/lib/${machine}-linux-gnu`;
    try { return readdirSync(folder).filter(name => /^webkit.*gtk-/.test(name)).map(name => path.join(folder, name, 'MiniBrowser')); } catch { return []; }
  });
  return program('MINIBROWSER', [...candidates, 'MiniBrowser'], 'apt-get install webkit2gtk-driver');
}

export async function launchWebkit(options: LaunchOptions): Promise<Browser> {
  if (options.profile) throw new Error('webkit keeps no profile between launches: MiniBrowser stores nothing under automation');
  const driverProgram = program('WEBKIT_WEBDRIVER', ['WebKitWebDriver'], 'apt-get install webkit2gtk-driver');
  const xvfb = program('XVFB', ['Xvfb'], 'apt-get install xvfb');
  const binary = miniBrowser();
  const timeout = options.timeout ?? 60_000;
  const owner = guard('webkit');
  let proxy: Proxy | undefined;
  const stop = async () => { await owner.end(); await proxy?.close(); };
  try {
    mkdirSync(path.join(owner.folder, 'gtk-3.0'));
    writeFileSync(path.join(owner.folder, 'gtk-3.0', 'gtk.css'), NARROW);
    const screen = start(owner, xvfb, ['-displayfd', '3', '-screen', '0', '2400x1800x24', '-nolisten', 'tcp']);
    const display = await until(() => {
      if (screen.ended()) throw new Gone(`Xvfb ended (${screen.ended()}): ${screen.output.stderr.slice(-500)}`);
      return /^\d+\n/.test(screen.output.extra) ? screen.output.extra.trim() : undefined;
    }, START_LIMIT, 'webkit: the X display');
    const port = await freePort();
    const driver = start(owner, driverProgram, [`--port=${port}`], {
      DISPLAY: `:${display}`, HOME: owner.folder, XDG_CONFIG_HOME: owner.folder, XDG_RUNTIME_DIR: owner.folder, LIBGL_ALWAYS_SOFTWARE: '1', JSC_useSharedArrayBuffer: '1', NO_AT_BRIDGE: '1', ...options.environment,
    });
    await until(async () => {
      if (driver.ended()) throw new Gone(`WebKitWebDriver ended (${driver.ended()}): ${driver.output.stderr.slice(-500)}`);
      return call(port, 'GET', '/status', undefined, 2000);      // an error: it does not listen yet
    }, START_LIMIT, 'webkit: WebKitWebDriver');
    if (options.record !== false) proxy = await recordingProxy();
    return connect(port, binary, driver, proxy, timeout, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function connect(port: number, binary: string, driver: Child, proxy: Proxy | undefined, timeout: number, stop: () => Promise<void>): Browser {
  let sessionPath = '', dark: boolean | undefined;
  const command = <T>(name: string, parameters: Record<string, unknown> = {}): Promise<T> => {
    const [method, place] = COMMANDS[name].split(' ');
    return call<T>(port, method, `${sessionPath}/${place.replace('{id}', String(parameters.id))}`, method === 'POST' ? parameters : undefined, timeout + 10_000).catch(error => { throw driver.ended() ? new Gone(`WebKitWebDriver has gone: ${driver.ended()}`) : error; });
  };
  const session = new Session({
    timeout, command,
    async recorded() {
      await sleep(100);      // reports may be under way
      return { messages: proxy?.messages() ?? [], requests: proxy?.requests ?? [] };
    },
  });
  const create = async (isDark: boolean): Promise<string> => {
    const created = await call<{ sessionId: string; capabilities: { browserVersion: string } }>(port, 'POST', '/session', { capabilities: { alwaysMatch: {
      'webkitgtk:browserOptions': { binary, args: ['--automation', ...(isDark ? ['--dark-mode'] : [])] },
      ...(proxy ? { proxy: { proxyType: 'manual', httpProxy: proxy.address, sslProxy: proxy.address, noProxy: [] } } : {}),
    } } }, START_LIMIT);
    sessionPath = `/session/${created.sessionId}`;
    browser.version = created.capabilities.browserVersion;
    await command('SetTimeouts', { script: timeout + 5000, pageLoad: timeout, implicit: 0 });
    return (await command<string[]>('GetWindowHandles'))[0];
  };
  const browser: Browser = {
    name: 'webkit',
    version: '',
    async open(url: string, open: OpenOptions = {}) {
      dark ??= open.dark ?? false;
      if (dark !== (open.dark ?? false)) throw new Error('webkit: the first page decides on dark for the whole browser; launch another one');
      if (!sessionPath) session.keep(await create(dark));
      const page = session.page(await session.window({ type: 'window' }));
      await page.setSize(open.width ?? 1200, open.height ?? 800);
      await page.mark();
      await page.goto(url);
      return page;
    },
    async pages() { return sessionPath ? (await session.pages()).filter(page => !session.isFree(page.handle)) : []; },
    async close() {
      if (sessionPath) await call(port, 'DELETE', sessionPath, undefined, 5000).catch(() => {});
      await stop();
    },
  };
  return browser;
}

/** One WebDriver command over HTTP, each on a connection of its own. */
function call<T>(port: number, method: string, place: string, body: unknown, milliseconds: number): Promise<T> {
  const what = `webkit: ${method} ${place} ${JSON.stringify(body ?? '').slice(0, 300)}`;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path: place, agent: false, timeout: milliseconds, headers: { 'Content-Type': 'application/json' } }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', piece => { text += piece; }).on('error', reject).on('end', () => {
        try {
          const { value } = JSON.parse(text);
          if (response.statusCode === 200) resolve(value);
          else if (value?.error === 'invalid session id') reject(new Gone(`webkit has gone: ${value.message}`));
          else reject(new CommandError(value?.error ?? `status ${response.statusCode}`, value?.message ?? text));
        } catch (error) { reject(new Error(`${what}: unreadable answer ${text.slice(0, 300)}`, { cause: error })); }
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${milliseconds} ms`)));
    asked.on('error', error => reject(new Error(`${what}: ${error.message}`, { cause: error })));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
